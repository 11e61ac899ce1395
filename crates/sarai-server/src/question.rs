//! A checked request for an answer, whichever API it came through.

use axum::http::HeaderMap;
use sarai_core::conversation::Said;
use sarai_core::engine::{Constraint, Engine, Sampling};
use sarai_core::id::{ConversationId, ModelName};
use sarai_core::tool::{Tool, ToolChoice};
use sarai_core::turn::{Entry, Input, Mode, Transcript};

use crate::error::ApiError;
use crate::turns::{CONVERSATION_HEADER, Job};
use crate::wire;

/// Messages to be answered, and how.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The model as the client named it.
    pub(crate) model: String,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) messages: Vec<Said>,
    pub(crate) sampling: Option<Sampling>,
    pub(crate) tokens_max: Option<u32>,
    pub(crate) stop: Vec<String>,
    pub(crate) constraint: Constraint,
    pub(crate) tools: Vec<Tool>,
    pub(crate) tool_choice: ToolChoice,
    pub(crate) top_logprobs: Option<u8>,
}

impl Question {
    /// Returns the turn for the answer number `choice`. Only the first is remembered; the others
    /// are its alternatives, with seeds of their own.
    pub(crate) fn input(&self, job: &Job<'_>, choice: u32) -> Result<Input, ApiError> {
        let Chosen { mode, model } = choose(&self.model, job.assistant().engine())?;
        Ok(Input {
            person: job.person().clone(),
            entry: Entry::Api,
            mode,
            model,
            transcript: Transcript::Given {
                conversation: self.conversation.clone(),
                messages: self.messages.clone(),
            },
            use_memory: choice == 0,
            sampling: self.sampling.map(|sampling| another_seed(sampling, choice)),
            tokens_max: self.tokens_max,
            stop: self.stop.clone(),
            constraint: self.constraint.clone(),
            tools: self.tools.clone(),
            tool_choice: self.tool_choice.clone(),
            top_logprobs: self.top_logprobs,
        })
    }
}

/// Returns the sampling of the answer number `choice`.
pub(crate) fn another_seed(sampling: Sampling, choice: u32) -> Sampling {
    let seed = sampling.seed.map(|seed| seed.wrapping_add(u64::from(choice)));
    Sampling { seed, ..sampling }
}

/// Messages in one request.
pub(crate) const MESSAGES_MAX: usize = 2048;

/// The name under which the whole assistant is a model.
pub(crate) const ASSISTANT: &str = "sarai";
const RAW: &str = "sarai/raw:";

/// Who answers, and with which model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) mode: Mode,
    /// `None` is the engine's default.
    pub(crate) model: Option<ModelName>,
}

/// Returns what `requested` means: `sarai` is the assistant, `sarai/raw:MODEL` and `MODEL` are the
/// bare model.
pub(crate) fn choose(requested: &str, engine: &dyn Engine) -> Result<Chosen, ApiError> {
    if requested == ASSISTANT {
        return Ok(Chosen { mode: Mode::Assistant, model: None });
    }
    let name = requested.strip_prefix(RAW).unwrap_or(requested);
    let known =
        engine.models().into_iter().map(|model| model.name).find(|ours| ours.as_str() == name);
    match known {
        Some(model) => Ok(Chosen { mode: Mode::Bare, model: Some(model) }),
        None => Err(model_not_found(requested)),
    }
}

/// Returns every name that [`choose`] understands and clients are shown.
pub(crate) fn model_names(engine: &dyn Engine) -> Vec<String> {
    let raw = engine.models().into_iter().map(|model| format!("{RAW}{}", model.name));
    std::iter::once(ASSISTANT.to_owned()).chain(raw).collect()
}

pub(crate) fn model_not_found(requested: &str) -> ApiError {
    ApiError::new(
        axum::http::StatusCode::NOT_FOUND,
        "model_not_found",
        format!("no hay ningún modelo llamado `{requested}`"),
        format!("there is no model named `{requested}`"),
    )
    .hint("mira los que hay en `/v1/models`", "see what there is in `/v1/models`")
    .param("model")
}

/// Returns the conversation that the header names, else the one in the metadata.
pub(crate) fn named_conversation(
    headers: &HeaderMap,
    metadata: Option<&str>,
) -> Result<Option<ConversationId>, ApiError> {
    match headers.get(CONVERSATION_HEADER) {
        Some(value) => wire::conversation(CONVERSATION_HEADER, Some(value.to_str().unwrap_or(""))),
        None => wire::conversation("metadata.conversation", metadata),
    }
}
