//! What the assistant asks of a language model, whoever runs it.

mod explain;

use std::ops::ControlFlow;

use thiserror::Error;

use crate::clock::Timestamp;
use crate::id::ModelName;
use crate::prompt::Prompt;
use crate::readiness::Readiness;
use crate::tool::Tool;

/// A language model behind one door: a local process, another server, or a script in tests.
///
/// Implementations take calls from several threads, queue them with a bound and answer
/// [`EngineError::Busy`] beyond it. A call never outlives its deadline.
pub trait Engine: Send + Sync {
    /// Generates an answer, handing over each piece as it comes. `Break` from `sink` stops the
    /// generation within one token, or within a prefill chunk, and is no error: the completion then
    /// carries [`Finish::Cancelled`] and the text so far.
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError>;

    /// Returns one unit-length vector for each text, in order.
    fn embed(&self, model: Option<&ModelName>, texts: &[String])
    -> Result<Embeddings, EngineError>;

    /// Returns the models this engine can serve now, the default one first.
    fn models(&self) -> Vec<ModelSummary>;

    /// Makes `model` the default. Returns at once; [`Engine::readiness`] tells how far it is.
    fn use_model(&self, model: &ModelName) -> Result<(), EngineError> {
        Err(EngineError::Unsupported { what: format!("changing to `{model}`") })
    }

    /// Forgets what was computed for a session, on disk too. Without the session that is nothing.
    fn forget(&self, _session: &str) -> Result<(), EngineError> {
        Ok(())
    }

    /// Computes, while nobody waits, what the next prompt of this session will begin with: these
    /// messages, which end with an answer. Returns at once; it is a hint that may be ignored.
    fn prepare(&self, _generation: &Generation) {}

    fn readiness(&self) -> Readiness;

    fn health(&self) -> EngineHealth;
}

/// Receives the events of a generation.
pub type Sink<'a> = dyn FnMut(EngineEvent<'_>) -> ControlFlow<()> + 'a;

/// One thing that happened while generating.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EngineEvent<'a> {
    /// Waiting behind `ahead` other requests.
    Queued { ahead: u32 },
    /// Tokens of the prompt computed so far, those found in the cache included.
    Prefill { done: u32, total: u32 },
    /// New text: whole characters, stop strings held back. `logprobs` is empty unless asked for.
    Piece { text: &'a str, logprobs: &'a [TokenLogprob] },
}

/// One request for text.
#[derive(Debug, Clone, PartialEq)]
pub struct Generation {
    /// `None` is the engine's default model.
    pub model: Option<ModelName>,
    pub prompt: Prompt,
    /// Offered to the model through its template. Forcing a call is the business of `constraint`.
    pub tools: Vec<Tool>,
    pub sampling: Sampling,
    /// `None` means until the model ends or the context is full.
    pub tokens_max: Option<u32>,
    /// The answer ends before the first of these; at most [`STOP_STRINGS_MAX`].
    pub stop: Vec<String>,
    pub constraint: Constraint,
    /// Whose prefix this is: requests with the same key follow one another.
    pub session: Option<String>,
    /// How many alternatives to report for each token; `None` reports no logprobs at all.
    pub top_logprobs: Option<u8>,
}

/// Most stop strings in one request.
pub const STOP_STRINGS_MAX: usize = 16;

/// How the next token is chosen. Filters apply in the order top-k, top-p, min-p, then temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// 0 is greedy; 0 to 2.
    pub temperature: f32,
    /// Keep the most probable tokens that together reach this mass; 0 to 1, 1 is off.
    pub top_p: f32,
    /// Keep the k most probable tokens; 0 is off.
    pub top_k: u32,
    /// Keep tokens at least this fraction as probable as the best; 0 is off.
    pub min_p: f32,
    /// Divides positive and multiplies negative logits of recent tokens; 1 is off.
    pub repeat_penalty: f32,
    /// Subtracted once for a token that occurred in the answer; -2 to 2, 0 is off.
    pub presence_penalty: f32,
    /// Subtracted for each occurrence in the answer; -2 to 2, 0 is off.
    pub frequency_penalty: f32,
    /// Same seed, same request, same machine: same answer. `None` draws one.
    pub seed: Option<u64>,
}

impl Sampling {
    /// The most probable token every time.
    pub const GREEDY: Sampling = Sampling {
        temperature: 0.0,
        top_p: 1.0,
        top_k: 0,
        min_p: 0.0,
        repeat_penalty: 1.0,
        presence_penalty: 0.0,
        frequency_penalty: 0.0,
        seed: None,
    };

    /// For conversation with small models, which repeat themselves unless kept from it.
    pub const CHAT: Sampling = Sampling {
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        min_p: 0.05,
        repeat_penalty: 1.1,
        ..Sampling::GREEDY
    };
}

/// What form the answer must have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Constraint {
    #[default]
    Free,
    /// Any JSON object.
    JsonObject,
    /// A value of this JSON Schema, given as JSON text.
    JsonSchema(String),
    /// A text of this grammar, given in GBNF.
    Gbnf(String),
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// The model ended it.
    End,
    /// This stop string came next.
    StopString(String),
    /// The token limit or the context was reached.
    Length,
    /// The caller asked to stop.
    Cancelled,
}

/// Tokens of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub prompt_tokens: u32,
    /// Of the prompt, those not computed again.
    pub cached_tokens: u32,
    pub completion_tokens: u32,
}

/// What guessing ahead did for an answer: tokens that were checked before they were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drafted {
    pub guessed: u32,
    /// Of them, those that were chosen.
    pub accepted: u32,
    /// So few were that the rest was decoded one by one.
    pub fell_back: bool,
    /// What the answer's steps took, and what its tokens would have taken one by one. Both 0 where
    /// it was not measured.
    pub ms: f64,
    pub plain_ms: f64,
}

/// What a generation came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub model: ModelName,
    pub text: String,
    pub finish: Finish,
    pub usage: Usage,
    /// History messages left out so that the prompt fits; the oldest go first.
    pub messages_dropped: u32,
    pub queued_ms: f64,
    pub prefill_ms: f64,
    pub decode_ms: f64,
    /// `None` when nothing was guessed ahead.
    pub drafted: Option<Drafted>,
    /// Of the answer's tokens, those that its form left no choice about and that cost no step.
    pub forced: u32,
    /// What it cost to keep the answer in its form, of the time that generating took.
    pub grammar_ms: f64,
}

/// How probable a token was, and what else was.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenLogprob {
    pub token: TokenText,
    /// Natural logarithm, at temperature 1, before any filter.
    pub logprob: f32,
    pub top: Vec<(TokenText, f32)>,
}

/// A token as bytes; it may be half a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenText(pub Vec<u8>);

impl TokenText {
    /// Returns the token as text, with U+FFFD for what is not UTF-8.
    pub fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// Vectors for texts, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    pub model: ModelName,
    /// All of the same length, each of Euclidean norm 1.
    pub vectors: Vec<Vec<f32>>,
    pub tokens: u32,
}

/// A model as clients see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelSummary {
    pub name: ModelName,
    /// Whether it is in memory now.
    pub loaded: bool,
    /// Tokens of context it is run with, once known.
    pub context_tokens: Option<u32>,
}

/// How the engine is and what happened to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EngineHealth {
    /// The backend and its version, such as `llama.cpp (llama-cpp-sys-2 0.1.161)`.
    pub backend: Option<String>,
    pub restarts: u32,
    /// When and why the engine process was last lost.
    pub last_failure: Option<(Timestamp, String)>,
    pub active: u32,
    pub waiting: u32,
    /// Resident memory of the engine process.
    pub resident_bytes: Option<u64>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EngineError {
    #[error("the engine is not ready: {}", .0.phase())]
    NotReady(Readiness),
    #[error("the queue is full; retry after {retry_after_s} s")]
    Busy { retry_after_s: u32 },
    #[error("no model named `{0}`")]
    ModelNotFound(ModelName),
    #[error("the prompt needs {needed} tokens and the context has {available}")]
    ContextExceeded { needed: u32, available: u32 },
    #[error("the constraint cannot be used: {reason}")]
    BadConstraint { reason: String },
    #[error("the grammar cannot be used: {reason}")]
    BadGrammar { reason: String },
    /// The token limit leaves no room for the form that the answer must have. `text` is what there
    /// was, `needed` the tokens of the shortest answer, where that is more than the limit.
    #[error("the answer cannot be brought to its form: {reason}")]
    Unfinished { reason: String, text: String, needed: Option<u32> },
    #[error("could not load `{model}`: {reason}")]
    LoadFailed { model: ModelName, reason: String },
    #[error("the engine process ended in the middle of the answer: {reason}")]
    Crashed { reason: String },
    #[error("the engine did not answer within {seconds} s and was restarted")]
    Stalled { seconds: u32 },
    #[error("the engine ran out of memory")]
    OutOfMemory,
    #[error("the upstream server failed: {reason}")]
    Upstream { status: Option<u16>, reason: String },
    #[error("this engine cannot do that: {what}")]
    Unsupported { what: String },
    #[error("engine protocol: {0}")]
    Protocol(String),
}
