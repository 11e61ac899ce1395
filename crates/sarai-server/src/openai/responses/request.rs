//! The request, and its way into core types.

use axum::http::HeaderMap;
use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::Constraint;
use sarai_core::text::{Origin, Text};
use sarai_core::tool::{Tool, ToolCall};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::grammar;
use crate::openai::tools::{WireChoice, form, tool_choice};
use crate::question::{MESSAGES_MAX, Question, named_conversation};
use crate::tools::{self, Offer};
use crate::wire::{self, SamplingWishes, TextOr, WordOr};

const TOP_LOGPROBS_MAX: u8 = 20;

#[derive(Debug, Deserialize)]
pub(in crate::openai) struct ResponsesRequest {
    model: String,
    input: TextOr<Item>,
    instructions: Option<String>,
    stream: Option<bool>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    #[serde(default, deserialize_with = "wire::whole")]
    top_logprobs: Option<u8>,
    include: Option<Vec<String>>,
    #[serde(default, deserialize_with = "wire::whole")]
    max_output_tokens: Option<u32>,
    text: Option<WireText>,
    grammar: Option<String>,
    tools: Option<Vec<WireTool>>,
    tool_choice: Option<WordOr<WireChoice>>,
    metadata: Option<Map<String, Value>>,
    previous_response_id: Option<String>,
    conversation: Option<Value>,
    background: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: Option<String>,
    role: Option<String>,
    content: Option<TextOr<Part>>,
    call_id: Option<String>,
    name: Option<String>,
    arguments: Option<String>,
    output: Option<TextOr<Part>>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireText {
    format: Option<WireFormat>,
}

#[derive(Debug, Deserialize)]
struct WireFormat {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    schema: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
struct WireTool {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    description: Option<String>,
    parameters: Option<Map<String, Value>>,
}

/// A request that was understood.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) stream: bool,
    /// What the answer repeats of the request.
    pub(super) repeated: Value,
}

impl ResponsesRequest {
    pub(super) fn check(self, headers: &HeaderMap) -> Result<Asked, ApiError> {
        self.refuse_state()?;
        wire::in_range("max_output_tokens", self.max_output_tokens, 1..=u32::MAX)?;
        wire::in_range("top_logprobs", self.top_logprobs, 0..=TOP_LOGPROBS_MAX)?;
        let wishes = SamplingWishes {
            temperature: self.temperature,
            top_p: self.top_p,
            ..SamplingWishes::default()
        };
        let included = self.include.unwrap_or_default();
        let logprobs = included.iter().any(|what| what == "message.output_text.logprobs");
        let tools = offered(self.tools.unwrap_or_default())?;
        let tool_choice = tool_choice(self.tool_choice, &tools)?;
        let format = self.text.and_then(|text| text.format);
        let metadata = self.metadata.unwrap_or_default();
        let named = metadata.get("conversation").map(|id| id.as_str().unwrap_or(""));
        let repeated = json!({
            "instructions": self.instructions,
            "max_output_tokens": self.max_output_tokens,
            "metadata": metadata,
            "parallel_tool_calls": true,
            "temperature": self.temperature,
            "text": { "format": repeated_format(format.as_ref()) },
            "tool_choice": repeated_choice(&tool_choice),
            "tools": tools.iter().map(repeated_tool).collect::<Vec<_>>(),
            "top_p": self.top_p,
        });
        let question = Question {
            conversation: named_conversation(headers, named)?,
            model: self.model,
            messages: messages(self.instructions, self.input)?,
            sampling: wishes.check(2.0)?,
            tokens_max: self.max_output_tokens,
            stop: Vec::new(),
            constraint: grammar::constraint(self.grammar, constraint(format)?)?,
            tools,
            tool_choice,
            top_logprobs: logprobs.then_some(self.top_logprobs.unwrap_or(0)),
        };
        Ok(Asked { question, stream: self.stream.unwrap_or(false), repeated })
    }

    fn refuse_state(&self) -> Result<(), ApiError> {
        let refused = [
            ("previous_response_id", self.previous_response_id.is_some()),
            ("conversation", self.conversation.is_some()),
            ("background", self.background == Some(true)),
        ];
        match refused.iter().find(|(_, used)| *used) {
            None => Ok(()),
            Some((param, _)) => Err(wire::unsupported(
                param,
                &format!("`{param}` no se admite: aquí no se guarda nada entre respuestas"),
                &format!("`{param}` is not supported: nothing is kept between responses here"),
            )
            .hint(
                "envía el historial en `input`, o nombra una conversación en `metadata.conversation`",
                "send the history in `input`, or name a conversation in `metadata.conversation`",
            )),
        }
    }
}

fn messages(instructions: Option<String>, input: TextOr<Item>) -> Result<Vec<Said>, ApiError> {
    let instructions =
        instructions.map(|words| Said::new(Speaker::Client, Text::new(Origin::Client, words)));
    let mut messages: Vec<Said> = instructions.into_iter().collect();
    match input {
        TextOr::Text(words) => messages.push(Said::new(Speaker::User, Text::user(words))),
        TextOr::List(items) => {
            wire::in_range("input", Some(items.len()), 1..=MESSAGES_MAX)?;
            for (index, item) in items.into_iter().enumerate() {
                add(&mut messages, &format!("input[{index}]"), item)?;
            }
        }
    }
    Ok(messages)
}

/// Adds one item to the messages. Calls made one after the other belong to one message.
fn add(messages: &mut Vec<Said>, param: &str, item: Item) -> Result<(), ApiError> {
    match item.kind.as_deref() {
        None | Some("message") => messages.push(message(param, item)?),
        Some("function_call") => {
            let call = called(param, item)?;
            match messages.last_mut() {
                Some(last) if last.speaker == Speaker::Assistant => last.tool_calls.push(call),
                _ => {
                    let mut said = Said::new(Speaker::Assistant, Text::model(""));
                    said.tool_calls.push(call);
                    messages.push(said);
                }
            }
        }
        Some("function_call_output") => {
            let output = item.output.ok_or_else(|| wire::missing(&format!("{param}.output")))?;
            let words = words_of(&format!("{param}.output"), output)?;
            let mut said = Said::new(Speaker::Tool, Text::new(Origin::Tool, words));
            said.tool_call_id = item.call_id;
            messages.push(said);
        }
        // What another model thought is of no use to this one.
        Some("reasoning") => {}
        Some(_) => {
            return Err(wire::unsupported(
                &format!("{param}.type"),
                "ese tipo de entrada no se admite",
                "that type of item is not supported",
            ));
        }
    }
    Ok(())
}

fn message(param: &str, item: Item) -> Result<Said, ApiError> {
    let (speaker, origin) = match item.role.as_deref() {
        Some("system" | "developer") => (Speaker::Client, Origin::Client),
        Some("user") => (Speaker::User, Origin::User),
        Some("assistant") => (Speaker::Assistant, Origin::Model),
        _ => {
            return Err(ApiError::invalid(
                format!("{param}.role"),
                "el papel debe ser `system`, `developer`, `user` o `assistant`",
                "the role must be `system`, `developer`, `user` or `assistant`",
            ));
        }
    };
    let param = format!("{param}.content");
    let content = item.content.ok_or_else(|| wire::missing(&param))?;
    Ok(Said::new(speaker, Text::new(origin, words_of(&param, content)?)))
}

fn called(param: &str, item: Item) -> Result<ToolCall, ApiError> {
    let need = |value: Option<String>, name: &str| {
        value.ok_or_else(|| wire::missing(&format!("{param}.{name}")))
    };
    Ok(ToolCall {
        id: need(item.call_id, "call_id")?,
        name: need(item.name, "name")?,
        arguments: need(item.arguments, "arguments")?,
    })
}

fn words_of(param: &str, content: TextOr<Part>) -> Result<String, ApiError> {
    let parts = match content {
        TextOr::Text(words) => return Ok(words),
        TextOr::List(parts) => parts,
    };
    let mut words = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        match part.text {
            Some(text) if ["input_text", "output_text", "text"].contains(&part.kind.as_str()) => {
                words.push_str(&text);
            }
            _ => {
                return Err(wire::unsupported(
                    &format!("{param}[{index}].type"),
                    "solo se admiten partes de texto: este modelo no ve ni oye",
                    "only text parts are supported: this model neither sees nor hears",
                ));
            }
        }
    }
    Ok(words)
}

fn offered(wire: Vec<WireTool>) -> Result<Vec<Tool>, ApiError> {
    let mut offers = Vec::with_capacity(wire.len());
    for (index, tool) in wire.into_iter().enumerate() {
        if tool.kind != "function" {
            return Err(wire::unsupported(
                &format!("tools[{index}].type"),
                "solo se admiten herramientas de tipo `function`",
                "only tools of type `function` are supported",
            ));
        }
        let name = tool.name.ok_or_else(|| wire::missing(&format!("tools[{index}].name")))?;
        offers.push(Offer { name, description: tool.description, parameters: tool.parameters });
    }
    tools::checked(offers, |index| format!("tools[{index}].name"))
}

fn constraint(format: Option<WireFormat>) -> Result<Constraint, ApiError> {
    match format {
        None => Ok(Constraint::Free),
        Some(format) => form("text.format", &format.kind, "text.format.schema", format.schema),
    }
}

fn repeated_format(format: Option<&WireFormat>) -> Value {
    match format {
        None => json!({ "type": "text" }),
        Some(WireFormat { kind, name, schema: Some(schema) }) => {
            json!({ "type": kind, "name": name, "schema": schema, "strict": true })
        }
        Some(format) => json!({ "type": format.kind }),
    }
}

fn repeated_choice(choice: &sarai_core::tool::ToolChoice) -> Value {
    use sarai_core::tool::ToolChoice;
    match choice {
        ToolChoice::Auto => json!("auto"),
        ToolChoice::None => json!("none"),
        ToolChoice::Required => json!("required"),
        ToolChoice::Named(name) => json!({ "type": "function", "name": name }),
    }
}

fn repeated_tool(tool: &Tool) -> Value {
    json!({
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": serde_json::from_str::<Value>(&tool.parameters).unwrap_or(Value::Null),
        "strict": true,
    })
}
