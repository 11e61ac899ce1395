//! An engine that says what the test wrote.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink, TokenLogprob, TokenText, Usage,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;

/// What the engine does when asked next.
#[derive(Debug)]
pub enum Line {
    /// Says this, word by word.
    Say(String),
    /// Says the first words, then waits for a message (or the end) of the channel before the rest.
    SayAfter {
        first: String,
        gate: mpsc::Receiver<()>,
        rest: String,
    },
    Fail(EngineError),
}

/// A deterministic engine. Asked beyond its script it repeats the last message: `eco: …`.
#[derive(Debug)]
pub struct ScriptedEngine {
    model: ModelName,
    script: Mutex<VecDeque<Line>>,
    seen: Mutex<Vec<Generation>>,
    readiness: Mutex<Readiness>,
    forgotten: Mutex<Vec<String>>,
    prepared: Mutex<Vec<Generation>>,
}

impl Default for ScriptedEngine {
    fn default() -> ScriptedEngine {
        ScriptedEngine::new(Vec::new())
    }
}

impl ScriptedEngine {
    pub fn new(script: Vec<Line>) -> ScriptedEngine {
        #[expect(clippy::expect_used, reason = "a constant; and this is a test double")]
        let model = ModelName::new("scripted").expect("a valid name");
        ScriptedEngine {
            readiness: Mutex::new(Readiness::Ready { model: model.clone() }),
            model,
            script: Mutex::new(script.into()),
            seen: Mutex::new(Vec::new()),
            forgotten: Mutex::default(),
            prepared: Mutex::default(),
        }
    }

    /// Says each of `answers` in turn.
    pub fn saying(answers: &[&str]) -> ScriptedEngine {
        ScriptedEngine::new(answers.iter().map(|answer| Line::Say((*answer).to_owned())).collect())
    }

    /// Returns every request so far, in order.
    pub fn seen(&self) -> Vec<Generation> {
        lock(&self.seen).clone()
    }

    /// Returns the sessions it was told to forget, in order.
    pub fn forgotten(&self) -> Vec<String> {
        lock(&self.forgotten).clone()
    }

    /// Returns what it was given to prepare, in order.
    pub fn prepared(&self) -> Vec<Generation> {
        lock(&self.prepared).clone()
    }

    pub fn set_readiness(&self, readiness: Readiness) {
        *lock(&self.readiness) = readiness;
    }
}

impl Engine for ScriptedEngine {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        lock(&self.seen).push(generation.clone());
        let readiness = self.readiness();
        if !readiness.is_ready() {
            return Err(EngineError::NotReady(readiness));
        }
        let line = lock(&self.script).pop_front().unwrap_or_else(|| Line::Say(echo(generation)));
        let mut speech = Speech::new(generation, sink);
        match line {
            Line::Fail(error) => return Err(error),
            Line::Say(text) => speech.say(&text),
            Line::SayAfter { first, gate, rest } => {
                speech.say(&first);
                // A closed gate opens too: the test has moved on.
                let _opened = gate.recv();
                speech.say(&rest);
            }
        }
        Ok(speech.finish(&self.model))
    }

    fn embed(
        &self,
        _model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        let vectors = texts.iter().map(|text| letter_vector(text)).collect();
        let tokens = texts.iter().map(|text| count_words(text)).sum();
        Ok(Embeddings { model: self.model.clone(), vectors, tokens })
    }

    fn models(&self) -> Vec<ModelSummary> {
        vec![ModelSummary { name: self.model.clone(), loaded: true, context_tokens: Some(4096) }]
    }

    fn use_model(&self, model: &ModelName) -> Result<(), EngineError> {
        if *model == self.model { Ok(()) } else { Err(EngineError::ModelNotFound(model.clone())) }
    }

    fn forget(&self, session: &str) -> Result<(), EngineError> {
        lock(&self.forgotten).push(session.to_owned());
        Ok(())
    }

    fn prepare(&self, generation: &Generation) {
        lock(&self.prepared).push(generation.clone());
    }

    fn readiness(&self) -> Readiness {
        lock(&self.readiness).clone()
    }

    fn health(&self) -> EngineHealth {
        EngineHealth { backend: Some("scripted".to_owned()), ..EngineHealth::default() }
    }
}

/// One answer being said: a word is a token.
struct Speech<'a, 'b> {
    generation: &'a Generation,
    sink: &'a mut Sink<'b>,
    text: String,
    tokens: u32,
    finish: Option<Finish>,
}

impl<'a, 'b> Speech<'a, 'b> {
    fn new(generation: &'a Generation, sink: &'a mut Sink<'b>) -> Speech<'a, 'b> {
        let total = prompt_tokens(generation);
        let flow = sink(EngineEvent::Prefill { done: total, total });
        let finish = flow.is_break().then_some(Finish::Cancelled);
        Speech { generation, sink, text: String::new(), tokens: 0, finish }
    }

    fn say(&mut self, text: &str) {
        for word in text.split_inclusive(' ') {
            if self.finish.is_some() {
                return;
            }
            if self.generation.tokens_max.is_some_and(|max| self.tokens >= max) {
                self.finish = Some(Finish::Length);
                return;
            }
            let (word, stop) = self.until_stop(word);
            let logprobs = self.logprobs(word);
            self.text.push_str(word);
            self.tokens += 1;
            self.finish = stop;
            if (self.sink)(EngineEvent::Piece { text: word, logprobs: &logprobs })
                == ControlFlow::Break(())
            {
                self.finish = Some(Finish::Cancelled);
            }
        }
    }

    fn until_stop<'w>(&self, word: &'w str) -> (&'w str, Option<Finish>) {
        for stop in &self.generation.stop {
            if let Some((before, _)) = word.split_once(stop.as_str()) {
                return (before, Some(Finish::StopString(stop.clone())));
            }
        }
        (word, None)
    }

    fn logprobs(&self, word: &str) -> Vec<TokenLogprob> {
        let Some(count) = self.generation.top_logprobs else { return Vec::new() };
        let token = TokenText(word.as_bytes().to_vec());
        let top = (0..count).map(|rank| (token.clone(), -f32::from(rank) - 0.1)).collect();
        vec![TokenLogprob { token, logprob: -0.1, top }]
    }

    fn finish(self, model: &ModelName) -> Completion {
        Completion {
            model: model.clone(),
            text: self.text,
            finish: self.finish.unwrap_or(Finish::End),
            usage: Usage {
                prompt_tokens: prompt_tokens(self.generation),
                cached_tokens: 0,
                completion_tokens: self.tokens,
            },
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 1.0,
            decode_ms: f64::from(self.tokens),
            drafted: None,
            forced: 0,
            grammar_ms: 0.0,
        }
    }
}

fn echo(generation: &Generation) -> String {
    let last = match generation.prompt.messages() {
        Some(messages) => messages.last().map_or("", |message| message.content()),
        None => generation.prompt.continuation_text().unwrap_or(""),
    };
    format!("eco: {}", last.lines().last().unwrap_or(""))
}

fn prompt_tokens(generation: &Generation) -> u32 {
    let text = generation.prompt.continuation_text().map_or(0, count_words);
    let messages = generation.prompt.messages().unwrap_or(&[]);
    text + messages.iter().map(|message| count_words(message.content())).sum::<u32>()
}

fn count_words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

/// Counts letters into eight boxes: texts with the same letters are near.
fn letter_vector(text: &str) -> Vec<f32> {
    let mut vector = [0.1_f32; 8];
    for byte in text.bytes() {
        vector[usize::from(byte % 8)] += 1.0;
    }
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / norm).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
