"""litellm: an OpenAI-compatible server behind its own names."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

from checks import KEY, MODEL, URL, check

common = {"model": "openai/" + MODEL, "api_base": URL + "/v1", "api_key": KEY, "timeout": 300}
question = [{"role": "user", "content": "Saluda en una frase corta."}]

answer = litellm.completion(messages=question, max_tokens=24, **common)
check("chat answers", bool(answer.choices[0].message.content), answer)
chunks = list(litellm.completion(messages=question, max_tokens=24, stream=True, **common))
words = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
check("a stream brings words", bool(words), chunks)
vectors = litellm.embedding(input=["hola"], **common)
check("embeddings come", len(vectors.data[0]["embedding"]) > 0)
