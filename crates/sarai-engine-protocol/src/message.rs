//! The messages of the protocol.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Version of the protocol. Both sides must speak the same; there is no negotiation, because they
/// are built together.
pub const VERSION: u32 = 5;

/// What the assistant sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the assistant, unique while the process lives.
    pub id: u64,
    #[serde(flatten)]
    pub call: Call,
}

/// What the assistant asks for. The answer's final event is named with each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum Call {
    /// First of all. → `hello`
    Hello { version: u32 },
    /// Answered by the reading thread, never queued: silence means the process is stuck. → `pong`
    Ping,
    /// Once in the life of a process. `loading` events come before → `described`
    Load(Load),
    /// → `described`
    Describe,
    /// The messages through the model's own template. → `rendered`
    Render {
        messages: Vec<Message>,
        #[serde(default)]
        tools: Vec<Tool>,
    },
    /// → `tokenized`
    Tokenize { text: String },
    /// `queued`, `prefill` and `piece` events come before → `generated`
    Generate(Box<Generate>),
    /// Computes, while nobody waits, the beginning that the next request of this session will have:
    /// its messages as they are, without the question that follows. Whoever comes ends it. → `done`
    Prepare(Box<Generate>),
    /// Vectors of Euclidean norm 1. `prefill` events come before, counted in texts → `embedded`
    Embed { texts: Vec<String> },
    /// Computes a text and goes on from it, so that another engine can be compared with this one.
    /// Fails with `busy` when there is something to do, or somebody comes. → `examined`
    Examine(Examine),
    /// Stops the request `target`, which then ends with what it has. → `done`
    Cancel { target: u64 },
    /// Writes the session's computed prefix to the state folder. → `saved`
    SaveState { session: String },
    /// Reads it back, so that the next request of that session finds its prefix. → `restored`
    RestoreState { session: String },
    /// Empties what is kept of a session, in memory and on disk; what is in work of it is forgotten
    /// at its end. → `done`
    Forget { session: String },
    /// → `status`
    Status,
    /// Saves what is worth saving and ends the process. → `done`
    Unload,
}

/// How to load a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    pub path: PathBuf,
    /// Identifies the weights in saved states.
    pub sha256: String,
    /// Tokens of context that all sessions share.
    pub context_tokens: u32,
    /// 0 takes the physical cores.
    pub threads: u32,
    /// Generations computed at the same time; more wait.
    pub parallel: u32,
    /// Generations that may wait; one more fails with `busy`.
    pub waiting_max: u32,
    /// Replaces the template in the file.
    #[serde(default)]
    pub template: Option<String>,
    /// Where session states are kept; `None` keeps them in memory only.
    #[serde(default)]
    pub state_folder: Option<PathBuf>,
    /// All state files together; the least recently used go first.
    #[serde(default)]
    pub state_bytes_max: u64,
    #[serde(default)]
    pub drafting: Drafting,
    /// What was measured of this model before; `None` measures while nobody waits.
    #[serde(default)]
    pub timings: Option<Timings>,
    /// A smaller model that may guess how answers go on.
    #[serde(default)]
    pub draft: Option<DraftModel>,
}

/// A smaller model that may guess for the one that answers. It is in memory only where it gains time
/// by what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftModel {
    pub path: PathBuf,
    /// What was measured of it before; `None` loads it to be measured, while nobody waits.
    #[serde(default)]
    pub timings: Option<DraftTimings>,
}

/// What a smaller model takes, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DraftTimings {
    /// For one token.
    pub step_ms: f64,
    /// For reading [`PROMPT_TOKENS`].
    pub prompt_ms: f64,
}

/// What became of the smaller model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftReport {
    /// `None` while it is not measured.
    #[serde(default)]
    pub timings: Option<DraftTimings>,
    /// Whether it guesses: it is in memory then, and only then.
    #[serde(default)]
    pub in_use: bool,
    /// Why it cannot be used at all.
    #[serde(default)]
    pub trouble: Option<String>,
}

/// Sizes of the batches that are measured, in tokens.
pub const BATCH_SIZES: [u32; 5] = [1, 2, 4, 8, 16];

/// Tokens of the piece of a prompt that is measured.
pub const PROMPT_TOKENS: u32 = 64;

/// What computing costs on a machine, in milliseconds: the least of some batches in an empty sequence,
/// computed while nobody waited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// For each of [`BATCH_SIZES`], with a choice at every token.
    pub batch_ms: [f64; BATCH_SIZES.len()],
    /// For [`PROMPT_TOKENS`], with a choice at the last.
    pub prompt_ms: f64,
}

/// What two engines are to compute, to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examine {
    pub text: String,
    /// How many tokens to go on with.
    pub tokens: u32,
}

/// What an engine makes of a text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// Of each token of the text but the first: the natural logarithm of its probability, computed in
    /// large batches.
    pub logprobs: Vec<f64>,
    /// The most probable continuation, computed a token at a time.
    pub chosen: Vec<Choice>,
    /// What would be chosen at the same places, computed in batches of a few tokens, as drafts are;
    /// empty where the model cannot forget a part of what it has computed.
    pub checked: Vec<Choice>,
}

/// The most probable token at a place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub token: u32,
    /// How much more probable than the next one, as a difference of natural logarithms.
    pub lead: f32,
}

/// How much of an answer is guessed ahead. The answer does not depend on it, but for rounding.
///
/// Unless it is `Off` or `Fixed`, what a form leaves no choice about is said without one: the text is
/// as valid, but may be split into other tokens, and with a temperature it is another draw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drafting {
    /// Nothing.
    #[default]
    Off,
    /// What pays by the measurements of this process, of drafts of which at least `acceptance_min`,
    /// from 0 to 1, is chosen in the mean. An answer below that is decoded plainly to its end.
    Measured { acceptance_min: f32 },
    /// So many tokens wherever there is a draft, at any price: for tests and benches.
    Fixed(u32),
}

/// A message for the model's template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `system`, `user`, `assistant` or `tool`.
    pub role: String,
    pub content: String,
    /// May be left out when the context is too small.
    #[serde(default)]
    pub droppable: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A tool call of an earlier message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// A JSON object.
    pub arguments: serde_json::Value,
}

/// A tool offered to the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments.
    pub parameters: serde_json::Value,
}

/// What to continue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptInput {
    /// Goes through the template, with an opening for the assistant's answer.
    Messages(Vec<Message>),
    /// Goes in as it is.
    Text(String),
}

/// A request for text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generate {
    pub prompt: PromptInput,
    #[serde(default)]
    pub tools: Vec<Tool>,
    pub sampling: Sampling,
    #[serde(default)]
    pub tokens_max: Option<u32>,
    /// Not looked for in an answer under a constraint: its form says where it ends.
    #[serde(default)]
    pub stop: Vec<String>,
    #[serde(default)]
    pub constraint: Constraint,
    #[serde(default)]
    pub session: Option<String>,
    #[serde(default)]
    pub top_logprobs: Option<u8>,
}

/// How the next token is chosen; the meaning of each field is that of `sarai_core::engine::Sampling`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    pub temperature: f32,
    pub top_p: f32,
    pub top_k: u32,
    pub min_p: f32,
    pub repeat_penalty: f32,
    pub presence_penalty: f32,
    pub frequency_penalty: f32,
    pub seed: u64,
}

/// What form the answer must have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    #[default]
    Free,
    JsonObject,
    JsonSchema(serde_json::Value),
    /// A text of this grammar.
    Gbnf(String),
}

/// What the engine sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The request this belongs to.
    pub id: u64,
    #[serde(flatten)]
    pub body: Body,
}

/// One thing the engine tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Body {
    /// `backend` names the library and its version.
    Hello {
        version: u32,
        backend: String,
    },
    Pong,
    /// From 0 to 1.
    Loading {
        fraction: f32,
    },
    Described(ModelDescription),
    Rendered {
        prompt: String,
    },
    Tokenized {
        tokens: Vec<u32>,
    },
    /// Sent on entering the queue, when others are before, and again when a full context makes a
    /// request wait that had begun.
    Queued {
        ahead: u32,
    },
    /// Prompt tokens in place, those found in the cache included. Repeated while others are computed,
    /// and told again, with the answer so far, by a request that had to wait.
    Prefill {
        done: u32,
        total: u32,
    },
    /// Whole characters; what may become a stop string is held back.
    Piece {
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        logprobs: Vec<TokenLogprob>,
    },
    Generated(Generated),
    Embedded {
        vectors: Vec<Vec<f32>>,
        tokens: u32,
    },
    Saved {
        tokens: u32,
        bytes: u64,
    },
    /// 0 when there was nothing to restore.
    Restored {
        tokens: u32,
    },
    Status(Status),
    Examined(Examination),
    Done,
    Failed(Failure),
}

impl Body {
    /// Returns whether this ends its request.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Body::Loading { .. } | Body::Queued { .. } | Body::Prefill { .. } | Body::Piece { .. }
        )
    }
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelDescription {
    pub architecture: String,
    /// What the file calls itself.
    pub title: String,
    pub parameters: u64,
    pub vocabulary: u32,
    pub context_tokens: u32,
    /// What the model was trained for.
    pub context_tokens_trained: u32,
    pub embedding_length: u32,
    pub threads: u32,
    /// Whether the template came from the file, the caller, or is ours for lack of one.
    pub template_source: String,
    pub load_ms: f64,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    End,
    StopString(String),
    Length,
    Cancelled,
}

/// What a generation came to. The text was sent in pieces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    pub finish: Finish,
    pub prompt_tokens: u32,
    pub cached_tokens: u32,
    pub completion_tokens: u32,
    pub messages_dropped: u32,
    pub queued_ms: f64,
    pub prefill_ms: f64,
    pub decode_ms: f64,
    /// `None` when nothing was guessed.
    #[serde(default)]
    pub drafted: Option<Drafted>,
    /// Tokens of the answer about which its form left no choice, and that were said without one.
    #[serde(default)]
    pub forced: u32,
    /// What it cost to keep the answer in its form.
    #[serde(default)]
    pub grammar_ms: f64,
}

/// What guessing ahead did for an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    /// Tokens that were guessed and checked, and how many of them were right.
    pub guessed: u32,
    pub accepted: u32,
    /// So few were right that the rest was decoded plainly.
    pub fell_back: bool,
    /// What the answer's steps took, and what its tokens would have taken without guessing; 0 where
    /// nothing was measured.
    pub ms: f64,
    pub plain_ms: f64,
}

/// How probable a token was. Tokens are bytes: one may be half a character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenLogprob {
    pub token: Vec<u8>,
    pub logprob: f32,
    #[serde(default)]
    pub top: Vec<(Vec<u8>, f32)>,
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub active: u32,
    pub waiting: u32,
    /// Tokens of computed prefixes kept in memory.
    pub cached_tokens: u32,
    pub resident_bytes: u64,
    /// `None` while it is not measured.
    #[serde(default)]
    pub timings: Option<Timings>,
    /// `None` without a smaller model.
    #[serde(default)]
    pub draft: Option<DraftReport>,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Failure {
    /// The two sides speak different versions.
    Version {
        spoken: u32,
    },
    /// The queue is full.
    Busy,
    /// No model is loaded, or a second load was asked for.
    WrongState {
        reason: String,
    },
    LoadFailed {
        reason: String,
    },
    /// The memory does not suffice for the model or its context.
    OutOfMemory {
        reason: String,
    },
    ContextExceeded {
        needed: u32,
        available: u32,
    },
    BadConstraint {
        reason: String,
    },
    /// The grammar that the answer must fit cannot be used.
    BadGrammar {
        reason: String,
    },
    /// The token limit leaves no room for the form of the answer; `text` is what there was.
    Unfinished {
        reason: String,
        text: String,
        /// Tokens of the shortest answer, where that is more than the limit.
        needed: Option<u32>,
    },
    BadTemplate {
        reason: String,
    },
    Unsupported {
        what: String,
    },
    /// The native library reported a failure; the request is lost, the process goes on.
    Backend {
        reason: String,
    },
    /// The request could not be read.
    BadRequest {
        reason: String,
    },
}
