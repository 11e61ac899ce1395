//! `bench-loop`: prefill and greedy decode on the backend, with nothing of the host around it.
//!
//! The measure of what the engine process costs: the same library, file, threads and batch sizes in
//! the smallest loop there is. `sarai bench latency` starts it in turns with the real process.
//!
//! Arguments, in any order:
//!
//! - `--model FILE`: the model; required.
//! - `--context N`: tokens of context; 4096.
//! - `--threads N`: 0, the default, takes the physical cores.
//! - `--prompt-tokens P`: length of the prompt; 256.
//! - `--tokens N`: tokens to generate, the first one included; 64. An end of answer does not stop.
//! - `--variant N`: number written at the start of the prompt, so that two variants share no
//!   prefix; 0.
//!
//! Prints one JSON object: `prompt` (the text, to be sent to the other side), `prompt_tokens`,
//! `threads`, `context_tokens`, `load_ms`, `prefill_ms` (up to the first token's logits),
//! `decode_ms` (one for each further token: choose the last, compute the next), `tokens`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use sarai_engine_host::backend::{Backend, BatchToken, Loader, Token};
use sarai_engine_protocol::{Drafting, Load};
use serde_json::{Value, json};

/// Repeated as often as the prompt needs it.
const PARAGRAPH: &str = "La biblioteca del pueblo abre de lunes a viernes, de nueve a dos y de \
    cuatro a ocho. Los sábados hay un taller de lectura para niños y, el primer jueves de cada mes, \
    un club de novela para adultos. Quien pierda un libro puede traer otro igual o pagar su precio. ";

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BenchLoop {
    model: PathBuf,
    context_tokens: u32,
    threads: u32,
    prompt_tokens: usize,
    tokens: usize,
    variant: u32,
}

impl BenchLoop {
    /// Reads the arguments after `bench-loop`.
    pub(crate) fn parse(arguments: &[String]) -> Result<BenchLoop, String> {
        let mut bench = BenchLoop {
            model: PathBuf::new(),
            context_tokens: 4096,
            threads: 0,
            prompt_tokens: 256,
            tokens: 64,
            variant: 0,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return Err(format!("`{}` has no value", pair[0]));
            };
            match name.as_str() {
                "--model" => bench.model = PathBuf::from(value),
                "--context" => bench.context_tokens = number(name, value)?,
                "--threads" => bench.threads = number(name, value)?,
                "--prompt-tokens" => bench.prompt_tokens = number(name, value)?,
                "--tokens" => bench.tokens = number(name, value)?,
                "--variant" => bench.variant = number(name, value)?,
                _ => return Err(format!("unknown argument `{name}`")),
            }
        }
        if bench.model.as_os_str().is_empty() {
            return Err("`--model FILE` is missing".to_owned());
        }
        if bench.prompt_tokens == 0 || bench.tokens == 0 {
            return Err("there is nothing to measure without a prompt and a token".to_owned());
        }
        Ok(bench)
    }

    /// Runs the loop and returns what it measured.
    pub(crate) fn run(&self, loader: &dyn Loader) -> Result<Value, String> {
        let mut backend =
            loader.load(&self.load(), &mut |_| ()).map_err(|error| error.to_string())?;
        let model = backend.description();
        let prompt = self.prompt(&*backend);
        if prompt.len() + self.tokens > model.context_tokens as usize {
            return Err("prompt and answer do not fit into the context".to_owned());
        }
        let (prefill_ms, decode_ms) = measure(&mut *backend, &prompt, self.tokens)?;
        let vocabulary = backend.vocabulary();
        let bytes = prompt.iter().filter_map(|&token| vocabulary.bytes.get(token as usize));
        let text: Vec<u8> = bytes.flatten().copied().collect();
        Ok(json!({
            "prompt": String::from_utf8_lossy(&text),
            "prompt_tokens": prompt.len(),
            "threads": model.threads,
            "context_tokens": model.context_tokens,
            "load_ms": model.load_ms,
            "prefill_ms": prefill_ms,
            "decode_ms": decode_ms,
            "tokens": self.tokens,
        }))
    }

    fn load(&self) -> Load {
        Load {
            path: self.model.clone(),
            sha256: String::new(),
            context_tokens: self.context_tokens,
            threads: self.threads,
            parallel: 1,
            waiting_max: 0,
            template: None,
            state_folder: None,
            state_bytes_max: 0,
            drafting: Drafting::Off,
            timings: None,
            draft: None,
        }
    }

    fn prompt(&self, backend: &dyn Backend) -> Vec<Token> {
        // A token has at least a byte, so this many repetitions are always enough.
        let repetitions = self.prompt_tokens / 16 + 1;
        let text = format!("{}. {}", self.variant, PARAGRAPH.repeat(repetitions));
        let mut tokens = backend.tokenize(&text, false);
        tokens.truncate(self.prompt_tokens);
        tokens
    }
}

fn measure(
    backend: &mut dyn Backend,
    prompt: &[Token],
    tokens: usize,
) -> Result<(f64, Vec<f64>), String> {
    let never = Arc::new(AtomicBool::new(false));
    let chunk_tokens = backend.batch_tokens_max();
    let mut batch = Vec::with_capacity(chunk_tokens);
    let mut position = 0;
    let started = Instant::now();
    for chunk in prompt.chunks(chunk_tokens) {
        batch.clear();
        for &token in chunk {
            let wants_logits = position as usize + 1 == prompt.len();
            batch.push(BatchToken { token, position, sequence: 0, wants_logits });
            position += 1;
        }
        backend.decode(&batch, &never).map_err(|error| error.to_string())?;
    }
    let prefill_ms = milliseconds(started);
    let mut output = batch.len() - 1;
    let mut decode_ms = Vec::with_capacity(tokens);
    for _ in 1..tokens {
        let started = Instant::now();
        let token = most_likely(backend.logits(output));
        let step = [BatchToken { token, position, sequence: 0, wants_logits: true }];
        backend.decode(&step, &never).map_err(|error| error.to_string())?;
        decode_ms.push(milliseconds(started));
        position += 1;
        output = 0;
    }
    Ok((prefill_ms, decode_ms))
}

fn most_likely(logits: &[f32]) -> Token {
    let best = logits.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
    best.and_then(|(index, _)| Token::try_from(index).ok()).unwrap_or(0)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("`{name} {value}` is not a number"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::BenchLoop;

    #[track_caller]
    fn check(arguments: &str, expected: Result<BenchLoop, &str>) {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        assert_eq!(BenchLoop::parse(&arguments), expected.map_err(str::to_owned));
    }

    #[test]
    fn arguments_come_in_any_order_and_wrong_ones_are_named() {
        let bench = BenchLoop {
            model: PathBuf::from("m.gguf"),
            context_tokens: 512,
            threads: 2,
            prompt_tokens: 64,
            tokens: 8,
            variant: 3,
        };
        check(
            "--tokens 8 --variant 3 --model m.gguf --threads 2 --context 512 --prompt-tokens 64",
            Ok(bench),
        );
        check("--tokens 8", Err("`--model FILE` is missing"));
        check("--model", Err("`--model` has no value"));
        check("--model m --tokens x", Err("`--tokens x` is not a number"));
        check("--model m --layers 3", Err("unknown argument `--layers`"));
        check(
            "--model m --tokens 0",
            Err("there is nothing to measure without a prompt and a token"),
        );
    }
}
