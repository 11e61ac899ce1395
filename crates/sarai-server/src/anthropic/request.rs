//! The request, and its way into core types.

use axum::http::HeaderMap;
use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::Constraint;
use sarai_core::text::{Origin, Text};
use sarai_core::tool::{Tool, ToolCall, ToolChoice};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::grammar;
use crate::question::{MESSAGES_MAX, Question, named_conversation};
use crate::tools::{self, Offer};
use crate::wire::{self, SamplingWishes, TextOr};

#[derive(Debug, Deserialize)]
pub(super) struct MessagesRequest {
    model: String,
    #[serde(default, deserialize_with = "wire::whole")]
    max_tokens: Option<u32>,
    messages: Vec<WireMessage>,
    system: Option<TextOr<Block>>,
    stream: Option<bool>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    #[serde(default, deserialize_with = "wire::whole")]
    top_k: Option<u32>,
    stop_sequences: Option<Vec<String>>,
    grammar: Option<String>,
    tools: Option<Vec<WireTool>>,
    tool_choice: Option<WireChoice>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    conversation: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireMessage {
    role: String,
    content: TextOr<Block>,
}

#[derive(Debug, Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    id: Option<String>,
    name: Option<String>,
    input: Option<Map<String, Value>>,
    tool_use_id: Option<String>,
    content: Option<TextOr<Block>>,
}

#[derive(Debug, Deserialize)]
struct WireTool {
    #[serde(rename = "type")]
    kind: Option<String>,
    name: String,
    description: Option<String>,
    input_schema: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
struct WireChoice {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
}

/// A request that was understood.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) stream: bool,
}

impl MessagesRequest {
    pub(super) fn check(self, headers: &HeaderMap) -> Result<Asked, ApiError> {
        if self.max_tokens.is_none() {
            return Err(wire::missing("max_tokens"));
        }
        wire::in_range("max_tokens", self.max_tokens, 1..=u32::MAX)?;
        wire::in_range("messages", Some(self.messages.len()), 1..=MESSAGES_MAX)?;
        let wishes = SamplingWishes {
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: self.top_k,
            ..SamplingWishes::default()
        };
        let named = self.metadata.and_then(|metadata| metadata.conversation);
        let tools = offered(self.tools.unwrap_or_default())?;
        let question = Question {
            model: self.model,
            conversation: named_conversation(headers, named.as_deref())?,
            messages: messages(self.system, self.messages)?,
            sampling: wishes.check(1.0)?,
            tokens_max: self.max_tokens,
            stop: wire::stop_strings("stop_sequences", self.stop_sequences.map(TextOr::List))?,
            constraint: grammar::constraint(self.grammar, Constraint::Free)?,
            tool_choice: tool_choice(self.tool_choice, &tools)?,
            tools,
            top_logprobs: None,
        };
        Ok(Asked { question, stream: self.stream.unwrap_or(false) })
    }
}

fn messages(system: Option<TextOr<Block>>, wire: Vec<WireMessage>) -> Result<Vec<Said>, ApiError> {
    let mut messages = Vec::new();
    if let Some(system) = system {
        let words = words_of("system", system)?;
        messages.push(Said::new(Speaker::Client, Text::new(Origin::Client, words)));
    }
    for (index, message) in wire.into_iter().enumerate() {
        let param = format!("messages[{index}]");
        match message.role.as_str() {
            "user" => add_user(&mut messages, &param, message.content)?,
            "assistant" => messages.push(assistant(&param, message.content)?),
            _ => {
                return Err(ApiError::invalid(
                    format!("{param}.role"),
                    "el papel debe ser `user` o `assistant`",
                    "the role must be `user` or `assistant`",
                ));
            }
        }
    }
    Ok(messages)
}

/// What a user's message holds: results of tools, which come first, and words.
fn add_user(messages: &mut Vec<Said>, param: &str, content: TextOr<Block>) -> Result<(), ApiError> {
    let blocks = match content {
        TextOr::Text(words) => {
            messages.push(Said::new(Speaker::User, Text::user(words)));
            return Ok(());
        }
        TextOr::List(blocks) => blocks,
    };
    let mut words: Option<String> = None;
    for (index, block) in blocks.into_iter().enumerate() {
        let param = format!("{param}.content[{index}]");
        match (block.kind.as_str(), block.text) {
            ("text", Some(text)) => words.get_or_insert_default().push_str(&text),
            ("tool_result", _) => {
                let result = match block.content {
                    Some(content) => words_of(&format!("{param}.content"), content)?,
                    None => String::new(),
                };
                let mut said = Said::new(Speaker::Tool, Text::new(Origin::Tool, result));
                said.tool_call_id = block.tool_use_id;
                messages.push(said);
            }
            _ => return Err(unsupported_block(&param)),
        }
    }
    messages.extend(words.map(|words| Said::new(Speaker::User, Text::user(words))));
    Ok(())
}

fn assistant(param: &str, content: TextOr<Block>) -> Result<Said, ApiError> {
    let blocks = match content {
        TextOr::Text(words) => return Ok(Said::new(Speaker::Assistant, Text::model(words))),
        TextOr::List(blocks) => blocks,
    };
    let mut words = String::new();
    let mut calls = Vec::new();
    for (index, block) in blocks.into_iter().enumerate() {
        let param = format!("{param}.content[{index}]");
        match (block.kind.as_str(), block.text) {
            ("text", Some(text)) => words.push_str(&text),
            ("tool_use", _) => calls.push(ToolCall {
                id: block.id.ok_or_else(|| wire::missing(&format!("{param}.id")))?,
                name: block.name.ok_or_else(|| wire::missing(&format!("{param}.name")))?,
                arguments: Value::Object(block.input.unwrap_or_default()).to_string(),
            }),
            // What another model thought is of no use to this one.
            ("thinking" | "redacted_thinking", _) => {}
            _ => return Err(unsupported_block(&param)),
        }
    }
    let mut said = Said::new(Speaker::Assistant, Text::model(words));
    said.tool_calls = calls;
    Ok(said)
}

fn words_of(param: &str, content: TextOr<Block>) -> Result<String, ApiError> {
    let blocks = match content {
        TextOr::Text(words) => return Ok(words),
        TextOr::List(blocks) => blocks,
    };
    let mut words = String::new();
    for (index, block) in blocks.into_iter().enumerate() {
        match block.text {
            Some(text) if block.kind == "text" => words.push_str(&text),
            _ => return Err(unsupported_block(&format!("{param}[{index}]"))),
        }
    }
    Ok(words)
}

fn unsupported_block(param: &str) -> ApiError {
    wire::unsupported(
        &format!("{param}.type"),
        "ese tipo de bloque no se admite: este modelo solo lee texto",
        "that type of block is not supported: this model reads text only",
    )
}

fn offered(wire: Vec<WireTool>) -> Result<Vec<Tool>, ApiError> {
    let mut offers = Vec::with_capacity(wire.len());
    for (index, tool) in wire.into_iter().enumerate() {
        if !matches!(tool.kind.as_deref(), None | Some("custom")) {
            return Err(wire::unsupported(
                &format!("tools[{index}].type"),
                "solo se admiten herramientas propias del cliente",
                "only tools of the client itself are supported",
            ));
        }
        offers.push(Offer {
            name: tool.name,
            description: tool.description,
            parameters: tool.input_schema,
        });
    }
    tools::checked(offers, |index| format!("tools[{index}].name"))
}

fn tool_choice(wire: Option<WireChoice>, tools: &[Tool]) -> Result<ToolChoice, ApiError> {
    let choice = match wire {
        None => ToolChoice::Auto,
        Some(WireChoice { kind, name }) => match (kind.as_str(), name) {
            ("auto", _) => ToolChoice::Auto,
            ("none", _) => ToolChoice::None,
            ("any", _) => ToolChoice::Required,
            ("tool", Some(name)) => ToolChoice::Named(name),
            _ => {
                return Err(ApiError::invalid(
                    "tool_choice",
                    "`tool_choice` debe ser `auto`, `any`, `none` o una herramienta con nombre",
                    "`tool_choice` must be `auto`, `any`, `none` or a named tool",
                ));
            }
        },
    };
    tools::checked_choice(choice, tools)
}
