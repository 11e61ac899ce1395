//! What the assistant asks of a language model, whoever runs it.

use std::ops::ControlFlow;

use thiserror::Error;

use crate::clock::Timestamp;
use crate::explain::{Explain, Explanation, FailureKind};
use crate::id::ModelName;
use crate::language::Language;
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
    /// The answer was cut and could not be brought to its end; `text` is what there was.
    #[error("the answer was cut and cannot be brought to its form: {reason}")]
    Unfinished { reason: String, text: String },
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

impl Explain for EngineError {
    fn kind(&self) -> FailureKind {
        match self {
            EngineError::Busy { .. } => FailureKind::Busy,
            EngineError::ModelNotFound(_) => FailureKind::NotFound,
            EngineError::ContextExceeded { .. }
            | EngineError::BadConstraint { .. }
            | EngineError::Unsupported { .. } => FailureKind::Invalid,
            EngineError::NotReady(_)
            | EngineError::LoadFailed { .. }
            | EngineError::Crashed { .. }
            | EngineError::Stalled { .. }
            | EngineError::OutOfMemory
            | EngineError::Upstream { .. } => FailureKind::Unavailable,
            EngineError::Unfinished { .. } | EngineError::Protocol(_) => FailureKind::Failed,
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table of texts, one entry for each variant")]
    fn explain(&self, language: Language) -> Explanation {
        let pick = |es: &'static str, en: &'static str| language.pick(es, en);
        match self {
            EngineError::NotReady(readiness) => explain_readiness(readiness, language),
            EngineError::Busy { retry_after_s } => Explanation::new(
                pick("hay demasiadas preguntas en espera", "too many questions are waiting"),
                match language {
                    Language::Spanish => format!("vuelve a intentarlo dentro de {retry_after_s} s"),
                    Language::English => format!("try again in {retry_after_s} s"),
                },
            ),
            EngineError::ModelNotFound(name) => match language {
                Language::Spanish => Explanation::new(
                    format!("no hay ningún modelo llamado `{name}`"),
                    "mira los que hay con `sarai models list`",
                ),
                Language::English => Explanation::new(
                    format!("there is no model named `{name}`"),
                    "see what there is with `sarai models list`",
                ),
            },
            EngineError::ContextExceeded { needed, available } => match language {
                Language::Spanish => Explanation::new(
                    format!("el mensaje ocupa {needed} fichas y el modelo admite {available}"),
                    "acorta el mensaje o sube `engine.context_tokens` en la configuración",
                ),
                Language::English => Explanation::new(
                    format!(
                        "the message takes {needed} tokens and the model has room for {available}"
                    ),
                    "shorten the message or raise `engine.context_tokens` in the configuration",
                ),
            },
            EngineError::BadConstraint { reason } => match language {
                Language::Spanish => Explanation::new(
                    format!("el esquema no se puede usar: {reason}"),
                    "corrige el esquema JSON",
                ),
                Language::English => Explanation::new(
                    format!("the schema cannot be used: {reason}"),
                    "correct the JSON schema",
                ),
            },
            EngineError::LoadFailed { model, reason } => match language {
                Language::Spanish => Explanation::new(
                    format!("no se pudo cargar el modelo `{model}`: {reason}"),
                    "comprueba el archivo con `sarai models verify`",
                ),
                Language::English => Explanation::new(
                    format!("could not load the model `{model}`: {reason}"),
                    "check the file with `sarai models verify`",
                ),
            },
            EngineError::Crashed { .. } => Explanation::new(
                pick(
                    "el motor se detuvo a mitad de la respuesta",
                    "the engine stopped in the middle of the answer",
                ),
                pick("ya se está reiniciando: vuelve a preguntar", "it is restarting: ask again"),
            ),
            EngineError::Stalled { seconds } => match language {
                Language::Spanish => Explanation::new(
                    format!("el motor no respondió en {seconds} s y se ha reiniciado"),
                    "vuelve a preguntar",
                ),
                Language::English => Explanation::new(
                    format!("the engine did not answer within {seconds} s and was restarted"),
                    "ask again",
                ),
            },
            EngineError::OutOfMemory => Explanation::new(
                pick(
                    "el motor se quedó sin memoria, o el sistema lo cerró para recuperarla",
                    "the engine ran out of memory, or the system ended it to get some back",
                ),
                pick(
                    "cierra otros programas o usa un modelo más pequeño con `sarai models use`",
                    "close other programs or use a smaller model with `sarai models use`",
                ),
            ),
            EngineError::Upstream { reason, .. } => match language {
                Language::Spanish => Explanation::new(
                    format!("el servidor remoto falló: {reason}"),
                    "revisa `engine.upstream` en la configuración",
                ),
                Language::English => Explanation::new(
                    format!("the upstream server failed: {reason}"),
                    "check `engine.upstream` in the configuration",
                ),
            },
            EngineError::Unfinished { text, .. } => match language {
                Language::Spanish => Explanation::new(
                    format!("la respuesta se quedó a medias y no se puede completar: {text}"),
                    "permite una respuesta más larga, con más fichas",
                ),
                Language::English => Explanation::new(
                    format!("the answer was cut and cannot be completed: {text}"),
                    "allow a longer answer, with more tokens",
                ),
            },
            EngineError::Unsupported { what } => Explanation::without_hint(match language {
                Language::Spanish => format!("este motor no puede hacerlo: {what}"),
                Language::English => format!("this engine cannot do that: {what}"),
            }),
            EngineError::Protocol(reason) => Explanation::new(
                match language {
                    Language::Spanish => format!("fallo interno al hablar con el motor: {reason}"),
                    Language::English => {
                        format!("internal failure speaking to the engine: {reason}")
                    }
                },
                pick(
                    "vuelve a preguntar; si se repite, mira `sarai doctor`",
                    "ask again; if it repeats, see `sarai doctor`",
                ),
            ),
        }
    }
}

fn explain_readiness(readiness: &Readiness, language: Language) -> Explanation {
    let spanish = language == Language::Spanish;
    let message = match readiness {
        Readiness::Starting => {
            language.pick("el motor está arrancando", "the engine is starting").to_owned()
        }
        Readiness::Downloading { model, bytes_done, bytes_total } => {
            let percent = bytes_done.saturating_mul(100).checked_div(*bytes_total).unwrap_or(0);
            if spanish {
                format!("se está descargando el modelo `{model}` ({percent} %)")
            } else {
                format!("the model `{model}` is being downloaded ({percent} %)")
            }
        }
        Readiness::Loading { model, .. } if spanish => {
            format!("se está cargando el modelo `{model}`")
        }
        Readiness::Loading { model, .. } => format!("the model `{model}` is being loaded"),
        Readiness::Ready { model } if spanish => format!("el modelo `{model}` está listo"),
        Readiness::Ready { model } => format!("the model `{model}` is ready"),
        Readiness::Restarting { .. } => {
            language.pick("el motor se está reiniciando", "the engine is restarting").to_owned()
        }
        Readiness::Failed { reason } if spanish => format!("el motor no puede arrancar: {reason}"),
        Readiness::Failed { reason } => format!("the engine cannot start: {reason}"),
    };
    let hint = match readiness {
        Readiness::Failed { .. } => language.pick("mira `sarai doctor`", "see `sarai doctor`"),
        _ => language.pick("espera un momento y vuelve a preguntar", "wait a moment and ask again"),
    };
    Explanation::new(message, hint)
}
