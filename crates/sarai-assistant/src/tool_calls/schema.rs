//! The JSON Schema that leaves a model no choice but to call a tool.

use sarai_core::engine::Constraint;
use sarai_core::tool::Tool;
use serde_json::{Map, Value, json};

/// Returns the constraint that forces a call of the tool `name`.
pub(crate) fn schema_of(tools: &[Tool], name: &str) -> Result<Constraint, String> {
    let tool = tools.iter().find(|tool| tool.name == name);
    let tool = tool.ok_or_else(|| format!("no tool named `{name}` was offered"))?;
    forced(std::slice::from_ref(tool))
}

/// Returns the constraint that forces a call of one of `tools`.
pub(crate) fn schema_of_any(tools: &[Tool]) -> Result<Constraint, String> {
    if tools.is_empty() {
        return Err("a call is required but no tool was offered".to_owned());
    }
    forced(tools)
}

fn forced(tools: &[Tool]) -> Result<Constraint, String> {
    let mut definitions = Map::new();
    let mut calls = Vec::with_capacity(tools.len());
    for (index, tool) in tools.iter().enumerate() {
        let mut arguments: Value = serde_json::from_str(&tool.parameters)
            .map_err(|error| format!("the parameters of `{}` are not JSON: {error}", tool.name))?;
        lift_definitions(&mut arguments, &format!("tool_{index}_"), &mut definitions);
        calls.push(json!({
            "type": "object",
            "properties": { "name": { "const": tool.name }, "arguments": arguments },
            "required": ["name", "arguments"],
            "additionalProperties": false,
        }));
    }
    let mut schema = match calls.len() {
        1 => calls.remove(0),
        _ => json!({ "anyOf": calls }),
    };
    if !definitions.is_empty() {
        schema["$defs"] = Value::Object(definitions);
    }
    Ok(Constraint::JsonSchema(schema.to_string()))
}

/// Moves the definitions of one tool's schema to the root of ours, under names of their own, and
/// makes its references follow.
fn lift_definitions(schema: &mut Value, prefix: &str, definitions: &mut Map<String, Value>) {
    for key in ["$defs", "definitions"] {
        let Some(Value::Object(own)) = schema.as_object_mut().and_then(|root| root.remove(key))
        else {
            continue;
        };
        for (name, mut definition) in own {
            rename_references(&mut definition, prefix);
            definitions.insert(format!("{prefix}{name}"), definition);
        }
    }
    rename_references(schema, prefix);
}

fn rename_references(schema: &mut Value, prefix: &str) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(reference) if key == "$ref" => {
                        let name = ["#/$defs/", "#/definitions/"]
                            .into_iter()
                            .find_map(|root| reference.strip_prefix(root));
                        if let Some(name) = name {
                            *reference = format!("#/$defs/{prefix}{name}");
                        }
                    }
                    value => rename_references(value, prefix),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename_references(item, prefix)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::engine::Constraint;
    use sarai_core::tool::Tool;
    use serde_json::{Value, json};

    use super::{schema_of, schema_of_any};

    fn tool(name: &str, parameters: &Value) -> Tool {
        Tool {
            name: name.to_owned(),
            description: String::new(),
            parameters: parameters.to_string(),
        }
    }

    #[track_caller]
    fn schema(constraint: Result<Constraint, String>) -> Value {
        match constraint.unwrap() {
            Constraint::JsonSchema(schema) => serde_json::from_str(&schema).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_named_tool_is_the_only_choice() {
        let tools =
            [tool("luz", &json!({"type": "object"})), tool("hora", &json!({"type": "object"}))];
        let schema = schema(schema_of(&tools, "hora"));
        assert_eq!(schema["properties"]["name"], json!({"const": "hora"}));
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema_of(&tools, "puerta").unwrap_err(), "no tool named `puerta` was offered");
    }

    #[test]
    fn definitions_of_two_tools_do_not_meet() {
        let room = |kind: &str| {
            json!({
                "type": "object",
                "properties": {"sala": {"$ref": "#/$defs/Sala"}},
                "$defs": {"Sala": {"type": kind}},
            })
        };
        let tools = [tool("luz", &room("string")), tool("calor", &room("integer"))];
        let schema = schema(schema_of_any(&tools));
        assert_eq!(schema["$defs"]["tool_0_Sala"], json!({"type": "string"}));
        assert_eq!(schema["$defs"]["tool_1_Sala"], json!({"type": "integer"}));
        assert_eq!(
            schema["anyOf"][1]["properties"]["arguments"]["properties"]["sala"]["$ref"],
            json!("#/$defs/tool_1_Sala")
        );
    }

    #[test]
    fn no_tool_or_a_broken_one_is_an_error() {
        assert!(schema_of_any(&[]).unwrap_err().contains("no tool was offered"));
        let broken =
            Tool { name: "x".to_owned(), description: String::new(), parameters: "{".to_owned() };
        assert!(schema_of_any(&[broken]).unwrap_err().contains("parameters of `x`"));
    }
}
