//! The request, and its way into core types.

use axum::http::HeaderMap;
use sarai_core::conversation::{Said, Speaker};
use sarai_core::text::{Origin, Text};
use sarai_core::tool::ToolCall;
use serde::Deserialize;

use crate::error::ApiError;
use crate::grammar;
use crate::openai::tools::{self, WireChoice, WireFormat, WireTool};
use crate::question::{MESSAGES_MAX, Question, named_conversation};
use crate::wire::{self, SamplingWishes, TextOr, WordOr};

/// Alternatives in one answer.
const CHOICES_MAX: u32 = 8;
const TOP_LOGPROBS_MAX: u8 = 20;

#[derive(Debug, Deserialize)]
pub(in crate::openai) struct ChatRequest {
    model: String,
    messages: Vec<WireMessage>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    #[serde(default, deserialize_with = "wire::whole")]
    n: Option<u32>,
    stop: Option<TextOr<String>>,
    #[serde(default, deserialize_with = "wire::whole")]
    seed: Option<i64>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    presence_penalty: Option<f32>,
    frequency_penalty: Option<f32>,
    #[serde(default, deserialize_with = "wire::whole")]
    max_tokens: Option<u32>,
    #[serde(default, deserialize_with = "wire::whole")]
    max_completion_tokens: Option<u32>,
    logprobs: Option<bool>,
    #[serde(default, deserialize_with = "wire::whole")]
    top_logprobs: Option<u8>,
    tools: Option<Vec<WireTool>>,
    tool_choice: Option<WordOr<WireChoice>>,
    response_format: Option<WireFormat>,
    grammar: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) conversation: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireMessage {
    role: String,
    content: Option<TextOr<Part>>,
    tool_calls: Option<Vec<WireCall>>,
    tool_call_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireCall {
    id: String,
    function: WireCalled,
}

#[derive(Debug, Deserialize)]
struct WireCalled {
    name: String,
    arguments: String,
}

/// A request that was understood.
pub(super) struct Chat {
    pub(super) question: Question,
    pub(super) choices: u32,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

impl ChatRequest {
    pub(super) fn check(self, headers: &HeaderMap) -> Result<Chat, ApiError> {
        wire::in_range("n", self.n, 1..=CHOICES_MAX)?;
        wire::in_range("messages", Some(self.messages.len()), 1..=MESSAGES_MAX)?;
        wire::in_range("max_tokens", self.max_tokens, 1..=u32::MAX)?;
        wire::in_range("max_completion_tokens", self.max_completion_tokens, 1..=u32::MAX)?;
        let wishes = SamplingWishes {
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: None,
            presence_penalty: self.presence_penalty,
            frequency_penalty: self.frequency_penalty,
            seed: self.seed,
        };
        let tools = tools::tools(self.tools.unwrap_or_default())?;
        let metadata = self.metadata.and_then(|metadata| metadata.conversation);
        let messages = self.messages.into_iter().enumerate();
        let question = Question {
            model: self.model,
            conversation: named_conversation(headers, metadata.as_deref())?,
            messages: messages
                .map(|(index, message)| said(index, message))
                .collect::<Result<_, _>>()?,
            sampling: wishes.check(2.0)?,
            tokens_max: self.max_completion_tokens.or(self.max_tokens),
            stop: wire::stop_strings("stop", self.stop)?,
            constraint: grammar::constraint(
                self.grammar,
                tools::constraint(self.response_format)?,
            )?,
            tool_choice: tools::tool_choice(self.tool_choice, &tools)?,
            tools,
            top_logprobs: top_logprobs(self.logprobs.unwrap_or(false), self.top_logprobs)?,
        };
        Ok(Chat {
            question,
            choices: self.n.unwrap_or(1),
            stream: self.stream.unwrap_or(false),
            include_usage: self
                .stream_options
                .and_then(|options| options.include_usage)
                .unwrap_or(false),
        })
    }
}

fn top_logprobs(asked: bool, top: Option<u8>) -> Result<Option<u8>, ApiError> {
    wire::in_range("top_logprobs", top, 0..=TOP_LOGPROBS_MAX)?;
    match (asked, top) {
        (true, top) => Ok(Some(top.unwrap_or(0))),
        (false, None | Some(0)) => Ok(None),
        (false, Some(_)) => Err(ApiError::invalid(
            "top_logprobs",
            "`top_logprobs` necesita `logprobs: true`",
            "`top_logprobs` needs `logprobs: true`",
        )),
    }
}

fn said(index: usize, message: WireMessage) -> Result<Said, ApiError> {
    let (speaker, origin) = match message.role.as_str() {
        "system" | "developer" => (Speaker::Client, Origin::Client),
        "user" => (Speaker::User, Origin::User),
        "assistant" => (Speaker::Assistant, Origin::Model),
        "tool" => (Speaker::Tool, Origin::Tool),
        _ => {
            return Err(ApiError::invalid(
                format!("messages[{index}].role"),
                "el papel debe ser `system`, `developer`, `user`, `assistant` o `tool`",
                "the role must be `system`, `developer`, `user`, `assistant` or `tool`",
            ));
        }
    };
    let calls = message.tool_calls.unwrap_or_default();
    let words = match message.content {
        Some(content) => content_text(&format!("messages[{index}].content"), content)?,
        None if speaker == Speaker::Assistant => String::new(),
        None => return Err(wire::missing(&format!("messages[{index}].content"))),
    };
    let mut said = Said::new(speaker, Text::new(origin, words));
    if speaker == Speaker::Assistant {
        said.tool_calls = calls.into_iter().map(tool_call).collect();
    }
    if speaker == Speaker::Tool {
        said.tool_call_id = message.tool_call_id;
    }
    Ok(said)
}

fn tool_call(call: WireCall) -> ToolCall {
    ToolCall { id: call.id, name: call.function.name, arguments: call.function.arguments }
}

fn content_text(param: &str, content: TextOr<Part>) -> Result<String, ApiError> {
    let parts = match content {
        TextOr::Text(text) => return Ok(text),
        TextOr::List(parts) => parts,
    };
    let mut words = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        match part.text {
            Some(text) if part.kind == "text" => words.push_str(&text),
            _ => {
                return Err(wire::unsupported(
                    &format!("{param}[{index}].type"),
                    "solo se admiten partes de tipo `text`: este modelo no ve ni oye",
                    "only parts of type `text` are supported: this model neither sees nor hears",
                ));
            }
        }
    }
    Ok(words)
}
