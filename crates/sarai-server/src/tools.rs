//! Tools that a request offers, whichever API it came through.

use sarai_core::tool::{Tool, ToolChoice};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::wire;

/// Tools in one request.
const TOOLS_MAX: usize = 128;
const TOOL_NAME_BYTES_MAX: usize = 64;

/// A tool as a client describes it.
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) parameters: Option<Map<String, Value>>,
}

/// Checks names and number of the tools.
pub(crate) fn checked(
    offers: Vec<Offer>,
    name_param: impl Fn(usize) -> String,
) -> Result<Vec<Tool>, ApiError> {
    wire::in_range("tools", Some(offers.len()), 0..=TOOLS_MAX)?;
    let mut tools: Vec<Tool> = Vec::with_capacity(offers.len());
    for (index, offer) in offers.into_iter().enumerate() {
        let param = name_param(index);
        if !is_tool_name(&offer.name) {
            return Err(ApiError::invalid(
                param,
                "el nombre de una herramienta tiene de 1 a 64 letras, cifras, `_` o `-`",
                "the name of a tool has 1 to 64 letters, digits, `_` or `-`",
            ));
        }
        if tools.iter().any(|tool| tool.name == offer.name) {
            return Err(ApiError::invalid(
                param,
                "dos herramientas se llaman igual",
                "two tools have the same name",
            ));
        }
        let parameters = offer.parameters.map_or_else(
            || json!({ "type": "object", "properties": {} }).to_string(),
            |schema| Value::Object(schema).to_string(),
        );
        let description = offer.description.unwrap_or_default();
        tools.push(Tool { name: offer.name, description, parameters });
    }
    Ok(tools)
}

fn is_tool_name(name: &str) -> bool {
    (1..=TOOL_NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Refuses a choice among tools that were not offered.
pub(crate) fn checked_choice(choice: ToolChoice, tools: &[Tool]) -> Result<ToolChoice, ApiError> {
    let offered = match &choice {
        ToolChoice::Auto | ToolChoice::None => true,
        ToolChoice::Required => !tools.is_empty(),
        ToolChoice::Named(name) => tools.iter().any(|tool| tool.name == *name),
    };
    if offered {
        return Ok(choice);
    }
    Err(ApiError::invalid(
        "tool_choice",
        "`tool_choice` pide una herramienta que no está en `tools`",
        "`tool_choice` asks for a tool that is not in `tools`",
    ))
}
