"""The `llm` command: a question, a pipe, a schema."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from checks import KEY, MODEL, URL, check

COMMAND = str(pathlib.Path(sys.executable).with_name("llm"))

with tempfile.TemporaryDirectory() as folder:
    models = pathlib.Path(folder, "extra-openai-models.yaml")
    models.write_text(
        f"- model_id: casa\n  model_name: {MODEL}\n  api_base: {URL}/v1\n"
        "  api_key_name: casa\n  supports_schema: true\n",
        encoding="utf-8",
    )
    pathlib.Path(folder, "keys.json").write_text(json.dumps({"casa": KEY}), encoding="utf-8")
    environment = {**os.environ, "LLM_USER_PATH": folder}

    def llm(*arguments, said=""):
        ran = subprocess.run(
            [COMMAND, "-m", "casa", *arguments],
            input=said,
            capture_output=True,
            text=True,
            env=environment,
            timeout=300,
        )
        check("llm ends well: " + " ".join(arguments), ran.returncode == 0, ran.stderr)
        return ran.stdout.strip()

    check("a question is answered", bool(llm("Saluda.", "-o", "max_tokens", "24")))
    piped = llm("-s", "Resume en tres palabras.", "-o", "max_tokens", "24", said="Hace sol.")
    check("a pipe is answered", bool(piped), piped)
    person = json.loads(llm("--schema", "name str, age int", "Ana tiene 31 años."))
    check("a schema is kept to", {"name", "age"} <= person.keys(), person)
