//! Conversations and what was said in them.

use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{ConversationId, ModelName, TurnId};
use crate::text::Text;
use crate::tool::ToolCall;
use crate::trace::TurnTrace;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    User,
    Assistant,
    /// The result of a tool, returned by the client.
    Tool,
    /// An API client's system or developer message.
    Client,
}

impl Speaker {
    /// Returns the stable lower-case name, as shown in failures.
    pub fn name(self) -> &'static str {
        match self {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
            Speaker::Tool => "tool",
            Speaker::Client => "client",
        }
    }
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub speaker: Speaker,
    pub text: Text,
    /// Calls made with this message; only an assistant's message has any.
    pub tool_calls: Vec<ToolCall>,
    /// Which call this answers; only a tool's message has one.
    pub tool_call_id: Option<String>,
}

impl Said {
    pub fn new(speaker: Speaker, text: Text) -> Said {
        Said { speaker, text, tool_calls: Vec::new(), tool_call_id: None }
    }
}

/// A conversation as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationSummary {
    pub id: ConversationId,
    pub title: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub turns: u32,
}

/// A finished turn as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTurn {
    pub id: TurnId,
    pub conversation: ConversationId,
    pub asked: Timestamp,
    pub question: Text,
    pub answer: Text,
    /// Whether the person stopped the answer before its end.
    pub stopped: bool,
    pub model: ModelName,
    pub trace: TurnTrace,
}

/// An earlier turn that fits a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Recollection {
    pub turn: TurnId,
    pub conversation: ConversationId,
    pub said: Timestamp,
    /// What the person said then. Its origin is [`crate::text::Origin::Memory`].
    pub question: Text,
    /// What was answered then. Its origin is [`crate::text::Origin::Memory`].
    pub answer: Text,
    /// How well it fits: higher is better, comparable within one search only.
    pub score: f64,
}

/// What memory has for a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recalled {
    /// Facts that answer it, the best first.
    pub facts: Vec<Fact>,
    /// Earlier turns that fit, the best first.
    pub passages: Vec<Recollection>,
}

impl Recalled {
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.passages.is_empty()
    }
}
