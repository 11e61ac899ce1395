// openai-node: models, chat, streams, responses, embeddings, the tools loop.

import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

// The packages are not installed beside this file.
const modules = process.env.SARAI_TEST_NODE_MODULES;
const require = createRequire(modules ? path.join(modules, "here.js") : import.meta.url);
const OpenAI = require("openai");

const url = process.env.SARAI_CLIENT_URL;
const model = process.env.SARAI_CLIENT_MODEL ?? "sarai";
const options = { baseURL: `${url}/v1`, maxRetries: 0, timeout: 300_000 };
const client = new OpenAI({ ...options, apiKey: process.env.SARAI_CLIENT_KEY });
const messages = [{ role: "user", content: "Saluda en una frase corta." }];

function check(name, holds, seen) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: ${JSON.stringify(seen)}`);
  if (!holds) process.exit(1);
}

const names = [];
for await (const found of client.models.list()) names.push(found.id);
check("models are listed", names.includes(model), names);

const answer = await client.chat.completions.create({ model, messages, max_tokens: 24 });
check("chat answers", Boolean(answer.choices[0].message.content), answer);

const stream = await client.chat.completions.create({
  model,
  messages,
  max_tokens: 24,
  stream: true,
  stream_options: { include_usage: true },
});
const chunks = [];
for await (const chunk of stream) chunks.push(chunk);
check("a stream brings words", chunks.some((chunk) => chunk.choices[0]?.delta.content), chunks);
check("a stream ends with usage", chunks.at(-1).usage.completion_tokens > 0, chunks.at(-1));

const left = await client.chat.completions.create({ model, messages, stream: true });
for await (const chunk of left) {
  if (chunk.choices[0]?.delta.content) break;
}
check("a stream can be left", true);

const response = await client.responses.create({ model, input: "Saluda.", max_output_tokens: 24 });
check("responses answer", Boolean(response.output_text), response);
const events = [];
const told = await client.responses.create({ model, input: "Saluda.", max_output_tokens: 24, stream: true });
for await (const event of told) events.push(event.type);
check("a response is told whole", events[0] === "response.created", events);
check("a response ends", /^response\.(completed|incomplete)$/.test(events.at(-1)), events);

const vectors = await client.embeddings.create({ model, input: ["hola", "adiós"] });
check("embeddings come", vectors.data.length === 2 && vectors.data[0].embedding.length > 1);

let called = 0;
const runner = client.chat.completions.runTools({
  model,
  messages: [{ role: "user", content: "¿Qué temperatura hace en Madrid?" }],
  max_tokens: 128,
  tool_choice: { type: "function", function: { name: "temperature_in" } },
  tools: [
    {
      type: "function",
      function: {
        name: "temperature_in",
        description: "Returns the temperature in a city.",
        parameters: {
          type: "object",
          properties: { city: { type: "string" } },
          required: ["city"],
          additionalProperties: false,
        },
        parse: JSON.parse,
        function: ({ city }) => {
          called += 1;
          return `${city}: 21 grados`;
        },
      },
    },
  ],
});
await runner.done();
check("a tool is run", called >= 1, called);

try {
  await new OpenAI({ ...options, apiKey: "wrong" }).models.list();
  check("a wrong key is refused", false);
} catch (error) {
  check("a wrong key is refused", error.status === 401 && error.code === "invalid_api_key", error);
}
try {
  await client.chat.completions.create({ model, messages, temperature: 9 });
  check("a bad value is refused", false);
} catch (error) {
  check("a bad value is refused by name", error.status === 400 && error.param === "temperature", error);
}
