"""openai-python: models, chat, streams, typed answers, tools, responses, embeddings, errors."""

import json

import openai
from pydantic import BaseModel

from checks import KEY, MODEL, URL, check

client = openai.OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0, timeout=300)
question = [{"role": "user", "content": "Saluda en una frase corta."}]


class Person(BaseModel):
    name: str
    age: int


names = [model.id for model in client.models.list()]
check("models are listed", MODEL in names, names)
check("a model is shown", client.models.retrieve(MODEL).id == MODEL)
check("a raw model is shown", client.models.retrieve(names[1]).id == names[1], names)

answer = client.chat.completions.create(model=MODEL, messages=question, max_tokens=24, seed=1)
check("chat answers", bool(answer.choices[0].message.content), answer)
check("chat counts tokens", answer.usage.completion_tokens > 0, answer.usage)
check(
    "chat tells how it ended",
    answer.choices[0].finish_reason in ("stop", "length"),
    answer.choices[0].finish_reason,
)

chunks = list(
    client.chat.completions.create(
        model=MODEL,
        messages=question,
        max_tokens=24,
        stream=True,
        stream_options={"include_usage": True},
    )
)
check("a stream begins with the role", chunks[0].choices[0].delta.role == "assistant", chunks[0])
check("a stream ends with usage", chunks[-1].usage is not None and chunks[-1].choices == [])
words = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
check("a stream brings words", bool(words), words)

several = client.chat.completions.create(
    model=MODEL, messages=question, max_tokens=8, n=2, logprobs=True, top_logprobs=2, seed=7
)
check("n gives alternatives", [choice.index for choice in several.choices] == [0, 1], several)
tokens = several.choices[0].logprobs.content
check("logprobs come with alternatives", len(tokens[0].top_logprobs) == 2, tokens[0])

parsed = client.chat.completions.parse(
    model=MODEL,
    messages=[{"role": "user", "content": "Ana tiene 31 años. Devuelve nombre y edad."}],
    response_format=Person,
    max_tokens=128,
)
check("an answer is parsed", isinstance(parsed.choices[0].message.parsed, Person), parsed)

tools = [
    {
        "type": "function",
        "function": {
            "name": "temperature_in",
            "description": "Returns the temperature in a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
]
asked = [{"role": "user", "content": "¿Qué temperatura hace en Madrid?"}]
called = client.chat.completions.create(
    model=MODEL, messages=asked, tools=tools, tool_choice="required", max_tokens=128
)
message = called.choices[0].message
check("a call is forced", len(message.tool_calls or []) >= 1, message)
call = message.tool_calls[0]
check("the call names the tool", call.function.name == "temperature_in", call)
check("its arguments keep to the schema", "city" in json.loads(call.function.arguments), call)
check("the end says so", called.choices[0].finish_reason == "tool_calls", called)
results = [
    {"role": "tool", "tool_call_id": call.id, "content": "21 grados"} for call in message.tool_calls
]
told = client.chat.completions.create(
    model=MODEL,
    messages=[*asked, message.model_dump(exclude_none=True), *results],
    tools=tools,
    tool_choice="none",
    max_tokens=32,
)
check("the result is answered", bool(told.choices[0].message.content), told)

named = {"type": "function", "function": {"name": "temperature_in"}}
with client.chat.completions.stream(
    model=MODEL, messages=asked, tools=tools, tool_choice=named, max_tokens=128
) as stream:
    for _ in stream:
        pass
    final = stream.get_final_completion()
check("a call is streamed", final.choices[0].message.tool_calls[0].id.startswith("call_"), final)

response = client.responses.create(model=MODEL, input="Saluda.", max_output_tokens=24)
check("responses answer", bool(response.output_text), response)
with client.responses.stream(model=MODEL, input="Saluda.", max_output_tokens=24) as stream:
    kinds = [event.type for event in stream]
    final = stream.get_final_response() if "response.completed" in kinds else None
check("a response begins", kinds[0] == "response.created", kinds)
check("a response has words", "response.output_text.delta" in kinds, kinds)
check("a response ends", kinds[-1] in ("response.completed", "response.incomplete"), kinds)
check("its words are whole", final is None or bool(final.output_text), final)
typed = client.responses.parse(
    model=MODEL, input="Ana tiene 31 años.", text_format=Person, max_output_tokens=128
)
check("a response is parsed", isinstance(typed.output_parsed, Person), typed)

vectors = client.embeddings.create(model=MODEL, input=["hola", "adiós"])
check("embeddings come in order", [item.index for item in vectors.data] == [0, 1], vectors)
norm = sum(value * value for value in vectors.data[0].embedding)
check("base64 embeddings have length one", abs(norm - 1) < 1e-3, norm)

continued = client.completions.create(model=MODEL, prompt="Uno, dos,", max_tokens=4)
check("a text is continued", continued.object == "text_completion", continued)

try:
    openai.OpenAI(base_url=URL + "/v1", api_key="wrong", max_retries=0).models.list()
    check("a wrong key is refused", False)
except openai.AuthenticationError as error:
    check("a wrong key is refused", error.code == "invalid_api_key", error.body)
try:
    client.chat.completions.create(model=MODEL, messages=question, temperature=9)
    check("a bad value is refused", False)
except openai.BadRequestError as error:
    check("a bad value is refused by name", error.param == "temperature", error.body)
try:
    client.chat.completions.create(model="nobody", messages=question)
    check("an unknown model is refused", False)
except openai.NotFoundError as error:
    check("an unknown model is refused", error.code == "model_not_found", error.body)
