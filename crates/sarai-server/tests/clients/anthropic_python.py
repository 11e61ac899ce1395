"""anthropic: messages, streams, tools, errors."""

import anthropic

from checks import KEY, MODEL, URL, check

client = anthropic.Anthropic(base_url=URL, api_key=KEY, max_retries=0, timeout=300)
question = [{"role": "user", "content": "Saluda en una frase corta."}]

message = client.messages.create(
    model=MODEL, max_tokens=24, system="Sé breve.", messages=question
)
check("a message answers", bool(message.content[0].text), message)
check("it tells how it ended", message.stop_reason in ("end_turn", "max_tokens"), message)
check("it counts tokens", message.usage.output_tokens > 0, message.usage)

with client.messages.stream(model=MODEL, max_tokens=24, messages=question) as stream:
    kinds = [event.type for event in stream]
    final = stream.get_final_message()
check("a stream begins and ends", (kinds[0], kinds[-1]) == ("message_start", "message_stop"), kinds)
check("a stream brings words", bool(final.content[0].text), final)

tools = [
    {
        "name": "temperature_in",
        "description": "Returns the temperature in a city.",
        "input_schema": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    }
]
asked = [{"role": "user", "content": "¿Qué temperatura hace en Madrid?"}]
called = client.messages.create(
    model=MODEL, max_tokens=128, messages=asked, tools=tools, tool_choice={"type": "any"}
)
use = next(block for block in called.content if block.type == "tool_use")
check("a tool is used", called.stop_reason == "tool_use" and "city" in use.input, called)
result = {"type": "tool_result", "tool_use_id": use.id, "content": "21 grados"}
told = client.messages.create(
    model=MODEL,
    max_tokens=32,
    messages=[
        *asked,
        {"role": "assistant", "content": [use.model_dump(include={"type", "id", "name", "input"})]},
        {"role": "user", "content": [result]},
    ],
    tools=tools,
    tool_choice={"type": "none"},
)
check("the result is answered", bool(told.content[0].text), told)

try:
    wrong = anthropic.Anthropic(base_url=URL, api_key="wrong", max_retries=0)
    wrong.messages.create(model=MODEL, max_tokens=4, messages=question)
    check("a wrong key is refused", False)
except anthropic.AuthenticationError as error:
    check("a wrong key is refused", error.body["error"]["type"] == "authentication_error", error)
try:
    client.messages.create(model=MODEL, max_tokens=4, messages=question, extra_body={"temperature": 7})
    check("a bad value is refused", False)
except anthropic.BadRequestError as error:
    check("a bad value is refused", "temperature" in str(error), error)
