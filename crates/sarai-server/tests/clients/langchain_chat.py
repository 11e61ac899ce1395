"""langchain-openai: chat, streams, structured output, embeddings."""

from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from checks import KEY, MODEL, URL, check


class Person(BaseModel):
    name: str
    age: int


common = {"model": MODEL, "base_url": URL + "/v1", "api_key": KEY, "timeout": 300}
chat = ChatOpenAI(max_tokens=128, max_retries=0, **common)
check("chat answers", bool(chat.invoke("Saluda en una frase corta.").content))
check("a stream brings words", any(piece.content for piece in chat.stream("Saluda.")))
person = chat.with_structured_output(Person, method="json_schema").invoke("Ana tiene 31 años.")
check("output keeps to a schema", isinstance(person, Person), person)
called = chat.with_structured_output(Person, method="function_calling").invoke("Ana tiene 31 años.")
check("a call keeps to a schema", isinstance(called, Person), called)
embeddings = OpenAIEmbeddings(check_embedding_ctx_length=False, **common)
check("a query is embedded", len(embeddings.embed_query("hola")) > 0)
