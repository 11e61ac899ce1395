"""A server around OpenVINO GenAI that answers as llama-server does, as far as `sarai bench` asks:
`/health`, `/v1/models`, and `/completion` with a prompt that no template is laid over.

It takes llama-server's options that the bench gives; those without a counterpart are named in its
help and do nothing. It listens on this machine only.
"""

import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openvino_genai

# Tokens that the prefix cache keeps or forgets together.
BLOCK = 32


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--ctx-size", type=int, required=True, help="tokens that are kept")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--alias", required=True, help="the name that /v1/models tells")
    ignored = parser.add_argument_group("ignored")
    for name in ["--threads-batch", "--parallel", "--host"]:
        ignored.add_argument(name)
    for name in ["--offline", "--no-ui"]:
        ignored.add_argument(name, action="store_true")
    return parser.parse_args()


class Model:
    """The pipeline, for one request at a time."""

    def __init__(self, model, threads, context):
        scheduler = openvino_genai.SchedulerConfig()
        scheduler.enable_prefix_caching = True
        scheduler.num_kv_blocks = context // BLOCK + 1
        self.pipeline = openvino_genai.LLMPipeline(
            model, "CPU", scheduler_config=scheduler, INFERENCE_NUM_THREADS=threads
        )
        self.lock = threading.Lock()
        # What was read last, to tell how much of the next prompt the prefix cache has.
        self.known = []

    def answer(self, prompt, tokens_max):
        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = tokens_max
        config.do_sample = False
        config.apply_chat_template = False
        with self.lock:
            tokens = self.pipeline.get_tokenizer().encode(prompt, add_special_tokens=False)
            tokens = tokens.input_ids.data[0].tolist()
            cached = common(self.known, tokens) // BLOCK * BLOCK
            first = None

            def on_text(_):
                nonlocal first
                first = first or time.perf_counter()
                return openvino_genai.StreamingStatus.RUNNING

            begun = time.perf_counter()
            result = self.pipeline.generate([prompt], config, on_text)
            ended = time.perf_counter()
            first = first or ended
            self.known = tokens
        return {
            "content": result.texts[0],
            "tokens_evaluated": result.perf_metrics.get_num_input_tokens(),
            "tokens_predicted": result.perf_metrics.get_num_generated_tokens(),
            "timings": {
                "cache_n": cached,
                "prompt_ms": (first - begun) * 1000,
                "predicted_ms": (ended - first) * 1000,
            },
        }


def common(one, other):
    pairs = zip(one, other)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def handler(model, name):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/health":
                self.reply(200, {"status": "ok"})
            elif self.path == "/v1/models":
                self.reply(200, {"data": [{"id": name}]})
            else:
                self.reply(404, {"error": "there is no " + self.path})

        def do_POST(self):
            if self.path != "/completion":
                return self.reply(404, {"error": "there is no " + self.path})
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if "json_schema" in asked:
                return self.reply(501, {"error": "no forms here"})
            self.reply(200, model.answer(asked["prompt"], asked["n_predict"]))

        def reply(self, status, body):
            body = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    chosen = options()
    model = Model(chosen.model, chosen.threads, chosen.ctx_size)
    server = ThreadingHTTPServer(("127.0.0.1", chosen.port), handler(model, chosen.alias))
    server.serve_forever()


if __name__ == "__main__":
    main()
