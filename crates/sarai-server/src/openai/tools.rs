//! Tools and schemas as OpenAI's clients describe them.

use sarai_core::engine::Constraint;
use sarai_core::tool::{Tool, ToolCall, ToolChoice};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::tools::{self, Offer};
use crate::wire::{self, WordOr};

#[derive(Debug, Deserialize)]
pub(super) struct WireTool {
    #[serde(rename = "type")]
    kind: String,
    function: Option<WireFunction>,
}

#[derive(Debug, Deserialize)]
struct WireFunction {
    name: String,
    description: Option<String>,
    parameters: Option<serde_json::Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireChoice {
    #[serde(rename = "type")]
    kind: String,
    function: Option<WireNamed>,
    /// The Responses API names the tool here.
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireNamed {
    name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireFormat {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) json_schema: Option<WireSchema>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireSchema {
    pub(super) schema: Option<serde_json::Map<String, Value>>,
}

/// Returns the tools of a request of the chat API.
pub(super) fn tools(wire: Vec<WireTool>) -> Result<Vec<Tool>, ApiError> {
    let functions = wire.into_iter().enumerate().map(|(index, tool)| match tool.function {
        Some(function) if tool.kind == "function" => Ok(Offer {
            name: function.name,
            description: function.description,
            parameters: function.parameters,
        }),
        _ => Err(wire::unsupported(
            &format!("tools[{index}].type"),
            "solo se admiten herramientas de tipo `function`",
            "only tools of type `function` are supported",
        )),
    });
    let offers = functions.collect::<Result<_, _>>()?;
    tools::checked(offers, |index| format!("tools[{index}].function.name"))
}

/// Returns which tools must be called, and refuses what was not offered.
pub(super) fn tool_choice(
    wire: Option<WordOr<WireChoice>>,
    tools: &[Tool],
) -> Result<ToolChoice, ApiError> {
    let choice = match wire {
        None => ToolChoice::Auto,
        Some(WordOr::Word(word)) => match word.as_str() {
            "auto" => ToolChoice::Auto,
            "none" => ToolChoice::None,
            "required" => ToolChoice::Required,
            _ => return Err(unknown_choice()),
        },
        Some(WordOr::Object(object)) if object.kind == "function" => {
            let name = object.function.map(|function| function.name).or(object.name);
            ToolChoice::Named(name.ok_or_else(unknown_choice)?)
        }
        Some(WordOr::Object(_)) => return Err(unknown_choice()),
    };
    tools::checked_choice(choice, tools)
}

fn unknown_choice() -> ApiError {
    ApiError::invalid(
        "tool_choice",
        "`tool_choice` debe ser `auto`, `none`, `required` o una función con nombre",
        "`tool_choice` must be `auto`, `none`, `required` or a named function",
    )
}

/// Returns the form an answer must have.
pub(super) fn constraint(format: Option<WireFormat>) -> Result<Constraint, ApiError> {
    let Some(format) = format else { return Ok(Constraint::Free) };
    let schema = format.json_schema.and_then(|wire| wire.schema);
    form("response_format", &format.kind, "response_format.json_schema.schema", schema)
}

/// Returns the form called `kind`; `param` and `schema_param` name what is wrong.
pub(super) fn form(
    param: &str,
    kind: &str,
    schema_param: &str,
    schema: Option<serde_json::Map<String, Value>>,
) -> Result<Constraint, ApiError> {
    match (kind, schema) {
        ("text", _) => Ok(Constraint::Free),
        ("json_object", _) => Ok(Constraint::JsonObject),
        ("json_schema", Some(schema)) => {
            Ok(Constraint::JsonSchema(Value::Object(schema).to_string()))
        }
        ("json_schema", None) => Err(ApiError::invalid(
            schema_param,
            format!("falta el esquema en `{schema_param}`"),
            format!("the schema in `{schema_param}` is missing"),
        )
        .code("missing_required_parameter")),
        _ => Err(wire::unsupported(
            &format!("{param}.type"),
            "el formato debe ser `text`, `json_object` o `json_schema`",
            "the format must be `text`, `json_object` or `json_schema`",
        )),
    }
}

/// Returns a call as the chat API shows it.
pub(super) fn call_json(call: &ToolCall) -> Value {
    json!({
        "id": call.id,
        "type": "function",
        "function": { "name": call.name, "arguments": call.arguments },
    })
}
