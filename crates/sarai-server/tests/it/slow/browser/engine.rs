//! An engine that plays a part for the browser tests: what it does is asked for in the question.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink, Usage,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;

/// What the answer to “markdown” looks like: every form the page knows, and an attack.
pub(crate) const MARKDOWN: &str = "# Tortilla de patatas\n\n\
Es un plato **sencillo** y *muy* rico. Más en [la receta](https://example.org/tortilla).\n\n\
1. Pela las patatas.\n2. Bate los `huevos`:\n   - tres pequeños\n   - o dos grandes\n3. Fríe a fuego lento.\n\n\
```python\nfor huevo in cesta:\n    batir(huevo)\n```\n\n\
> Con cebolla, por supuesto.\n\n\
<img src=x onerror=\"document.title='hacked'\"> <script>document.title='hacked'</script> \
[malo](javascript:document.title='hacked')";

/// Plays by the words of the question; anything else is answered with an echo.
pub(crate) struct BrowserEngine {
    readiness: Mutex<Readiness>,
    looks: AtomicU32,
    /// Never sends: waiting on it with a limit is how time passes between two words.
    time: Mutex<mpsc::Receiver<()>>,
    _open: mpsc::SyncSender<()>,
}

impl BrowserEngine {
    pub(crate) fn new() -> BrowserEngine {
        let (open, time) = mpsc::sync_channel(1);
        BrowserEngine {
            readiness: Mutex::new(Readiness::Ready { model: model() }),
            looks: AtomicU32::new(0),
            time: Mutex::new(time),
            _open: open,
        }
    }

    /// Loads its model, a little more at each look.
    pub(crate) fn loading() -> BrowserEngine {
        let engine = BrowserEngine::new();
        *engine.readiness.lock().unwrap() = Readiness::Starting;
        engine
    }

    fn pass(&self, ms: u64) {
        let time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(time.recv_timeout(Duration::from_millis(ms)).is_err());
    }
}

impl Engine for BrowserEngine {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        let question = question(generation);
        let mut text = String::new();
        let mut say = |piece: &str, sink: &mut Sink<'_>| {
            text.push_str(piece);
            sink(EngineEvent::Piece { text: piece, logprobs: &[] }).is_break()
        };
        let mut stopped = false;
        if question.contains("interminable") {
            let mut count = 0;
            while !stopped {
                count += 1;
                stopped = say(&format!("palabra {count}. "), sink);
                self.pass(15);
            }
        } else if question.contains("avería") {
            say("Empiezo a contestar y ", sink);
            return Err(EngineError::Crashed { reason: "signal 9".to_owned() });
        } else if question.contains("cola") {
            for event in [
                EngineEvent::Queued { ahead: 2 },
                EngineEvent::Prefill { done: 250, total: 1000 },
                EngineEvent::Prefill { done: 750, total: 1000 },
            ] {
                stopped = stopped || sink(event) == ControlFlow::Break(());
                self.pass(400);
            }
            stopped = stopped || say("Ya me toca.", sink);
        } else {
            let answer = if question.contains("markdown") {
                MARKDOWN.to_owned()
            } else {
                format!("eco: {question}")
            };
            for word in answer.split_inclusive(' ') {
                stopped = stopped || say(word, sink);
                self.pass(5);
            }
        }
        Ok(completion(text, stopped))
    }

    fn embed(&self, _: Option<&ModelName>, _: &[String]) -> Result<Embeddings, EngineError> {
        Err(EngineError::Unsupported { what: "embeddings".to_owned() })
    }

    fn models(&self) -> Vec<ModelSummary> {
        vec![ModelSummary { name: model(), loaded: true, context_tokens: Some(4096) }]
    }

    fn readiness(&self) -> Readiness {
        let mut readiness = self.readiness.lock().unwrap_or_else(PoisonError::into_inner);
        if !readiness.is_ready() {
            *readiness = match self.looks.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => Readiness::Downloading {
                    model: model(),
                    bytes_done: 312_000_000,
                    bytes_total: 1_117_320_768,
                },
                2 => Readiness::Loading { model: model(), fraction: 0.4 },
                3 => Readiness::Restarting { model: model(), reason: "signal 9".to_owned() },
                _ => Readiness::Ready { model: model() },
            };
        }
        readiness.clone()
    }

    fn health(&self) -> EngineHealth {
        EngineHealth { backend: Some("browser".to_owned()), ..EngineHealth::default() }
    }
}

fn question(generation: &Generation) -> String {
    let messages = generation.prompt.messages().unwrap_or(&[]);
    let last = messages.last().map_or("", |message| message.content());
    last.lines().last().unwrap_or("").to_owned()
}

fn model() -> ModelName {
    ModelName::new("qwen2.5-coder-1.5b").unwrap()
}

fn completion(text: String, stopped: bool) -> Completion {
    let words = u32::try_from(text.split_whitespace().count()).unwrap();
    Completion {
        model: model(),
        text,
        finish: if stopped { Finish::Cancelled } else { Finish::End },
        usage: Usage { prompt_tokens: 412, cached_tokens: 380, completion_tokens: words + 1 },
        messages_dropped: 0,
        queued_ms: 0.0,
        prefill_ms: 120.0,
        decode_ms: f64::from(words) * 110.0,
        drafted: None,
        forced: 0,
        grammar_ms: 0.0,
    }
}
