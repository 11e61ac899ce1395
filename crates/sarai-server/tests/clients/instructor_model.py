"""instructor: typed answers through tools and through a schema."""

import instructor
import openai
from pydantic import BaseModel

from checks import KEY, MODEL, URL, check


class Person(BaseModel):
    name: str
    age: int


client = openai.OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0, timeout=300)
question = [{"role": "user", "content": "Ana tiene 31 años."}]
for mode in (instructor.Mode.TOOLS, instructor.Mode.JSON_SCHEMA):
    typed = instructor.from_openai(client, mode=mode)
    person = typed.chat.completions.create(
        model=MODEL, messages=question, response_model=Person, max_tokens=128, max_retries=0
    )
    check(f"an answer is typed, {mode.name.lower()}", isinstance(person, Person), person)
