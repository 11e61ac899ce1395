//! What comes into a turn and what goes out.

use thiserror::Error;

use crate::conversation::Said;
use crate::engine::{Constraint, EngineError, Finish, Sampling, TokenLogprob};
use crate::explain::{Explain, Explanation, FailureKind};
use crate::id::{ConversationId, ModelName, PersonId, TurnId};
use crate::language::Language;
use crate::prompt::PromptError;
use crate::text::Text;
use crate::tool::{Tool, ToolCall, ToolChoice};
use crate::trace::TurnTrace;

/// Where a turn entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    CommandLine,
    Web,
    Api,
}

/// Who answers: the whole assistant, or the model alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Memory, skills and protections; the model called `sarai` in the API.
    Assistant,
    /// Nothing but the model; `sarai/raw:MODEL` in the API. Nothing is recalled or stored.
    Bare,
}

/// What is to be answered, and after what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transcript {
    /// The history is the one on disk. `None` begins a conversation.
    Kept { conversation: Option<ConversationId>, message: Text },
    /// The client brings the whole history; the last message is to be answered. The conversation is
    /// the named one, else the one whose history has the same words.
    Given { conversation: Option<ConversationId>, messages: Vec<Said> },
    /// A bare continuation of this text, without roles or template.
    Continue { text: Text },
}

/// One request to answer, from any edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    pub person: PersonId,
    pub entry: Entry,
    pub mode: Mode,
    pub model: Option<ModelName>,
    pub transcript: Transcript,
    /// `false` neither recalls nor stores.
    pub use_memory: bool,
    /// `None` takes the assistant's own for the mode.
    pub sampling: Option<Sampling>,
    pub tokens_max: Option<u32>,
    pub stop: Vec<String>,
    pub constraint: Constraint,
    pub tools: Vec<Tool>,
    pub tool_choice: ToolChoice,
    pub top_logprobs: Option<u8>,
}

/// One thing to tell the caller while the turn runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reply<'a> {
    /// The conversation this turn belongs to, told before the first word.
    Conversation(&'a ConversationId),
    Queued {
        ahead: u32,
    },
    Prefill {
        done: u32,
        total: u32,
    },
    Text {
        text: &'a str,
        logprobs: &'a [TokenLogprob],
    },
}

/// A finished turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Everything that was said, tool calls taken out.
    pub text: Text,
    pub tool_calls: Vec<ToolCall>,
    pub finish: Finish,
    pub logprobs: Vec<TokenLogprob>,
    /// `None` when nothing was stored.
    pub stored: Option<(ConversationId, TurnId)>,
    /// What was learned from the message; `None` when nothing was stored.
    pub learned: Option<Learning>,
    pub trace: TurnTrace,
}

/// How much was learned from a message, and how long it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    pub stored: u32,
    pub superseded: u32,
    pub mentioned: u32,
    pub refused: u32,
    pub read_ms: f64,
    pub write_ms: f64,
}

/// Why a turn has no answer.
#[derive(Debug, Error)]
pub enum TurnError {
    #[error("prompt: {0}")]
    Prompt(#[from] PromptError),
    #[error("generate: {0}")]
    Engine(#[from] EngineError),
    #[error("conversation `{0}` does not exist")]
    ConversationNotFound(ConversationId),
    /// The history this turn builds on could not be read. Without it the answer would be a wrong one.
    #[error("history: {0}")]
    History(String),
    /// A tool was demanded that was not offered, or that no grammar can express.
    #[error("tools: {0}")]
    Tools(String),
}

impl Explain for TurnError {
    fn kind(&self) -> FailureKind {
        match self {
            TurnError::Prompt(_) | TurnError::Tools(_) => FailureKind::Invalid,
            TurnError::Engine(error) => error.kind(),
            TurnError::ConversationNotFound(_) => FailureKind::NotFound,
            TurnError::History(_) => FailureKind::Failed,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        match self {
            TurnError::Prompt(error) => error.explain(language),
            TurnError::Engine(error) => error.explain(language),
            TurnError::ConversationNotFound(id) => match language {
                Language::Spanish => Explanation::new(
                    format!("no existe la conversación `{id}`"),
                    "empieza una nueva o elige otra de la lista",
                ),
                Language::English => Explanation::new(
                    format!("there is no conversation `{id}`"),
                    "start a new one or choose another from the list",
                ),
            },
            TurnError::History(reason) => match language {
                Language::Spanish => Explanation::new(
                    format!("no se pudo leer la conversación: {reason}"),
                    "mira `sarai doctor`",
                ),
                Language::English => Explanation::new(
                    format!("could not read the conversation: {reason}"),
                    "see `sarai doctor`",
                ),
            },
            TurnError::Tools(reason) => match language {
                Language::Spanish => Explanation::new(
                    format!("las herramientas no se pueden usar así: {reason}"),
                    "corrige `tools` o `tool_choice`",
                ),
                Language::English => Explanation::new(
                    format!("the tools cannot be used like this: {reason}"),
                    "correct `tools` or `tool_choice`",
                ),
            },
        }
    }
}
