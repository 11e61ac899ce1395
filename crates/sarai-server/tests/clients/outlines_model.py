"""outlines: an answer that keeps to a type."""

import openai
import outlines
from pydantic import BaseModel

from checks import KEY, MODEL, URL, check


class Person(BaseModel):
    name: str
    age: int


client = openai.OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0, timeout=300)
model = outlines.from_openai(client, MODEL)
person = Person.model_validate_json(model("Ana tiene 31 años.", Person, max_tokens=128))
check("an answer keeps to a type", isinstance(person, Person), person)
words = model("Saluda en una frase corta.", max_tokens=24)
check("an answer without a type is words", bool(words), words)
