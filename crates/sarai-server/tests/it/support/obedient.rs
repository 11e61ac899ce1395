//! An engine that keeps to the form it is given: a stand-in for a model, where only the contract of
//! the answer counts.

use sarai_core::engine::{
    Completion, Constraint, Embeddings, Engine, EngineError, EngineHealth, Generation,
    ModelSummary, Sink,
};
use sarai_core::id::ModelName;
use sarai_core::prompt::Role;
use sarai_core::readiness::Readiness;
use sarai_testkit::{Line, ScriptedEngine};
use serde_json::{Map, Value, json};

/// Says the smallest value of the schema, or the shortest text of the grammar, that is asked for, else a greeting.
#[derive(Default)]
pub(crate) struct ObedientEngine {
    scripted: ScriptedEngine,
}

impl Engine for ObedientEngine {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        let words = match &generation.constraint {
            Constraint::JsonSchema(schema) => {
                let schema: Value = serde_json::from_str(schema)
                    .map_err(|error| EngineError::BadConstraint { reason: error.to_string() })?;
                smallest(&schema, &schema, DEPTH_MAX).to_string()
            }
            Constraint::JsonObject => "{}".to_owned(),
            Constraint::Gbnf(grammar) => {
                let gbnf = sarai_grammar::parse(grammar).map_err(|problem| {
                    EngineError::BadConstraint { reason: problem.to_string() }
                })?;
                let shortest = sarai_grammar::shortest_completion(&gbnf, b"").unwrap_or_default();
                String::from_utf8_lossy(&shortest).into_owned()
            }
            Constraint::Free => words(generation),
        };
        ScriptedEngine::new(vec![Line::Say(words)]).generate(generation, sink)
    }

    fn embed(
        &self,
        model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        self.scripted.embed(model, texts)
    }

    fn models(&self) -> Vec<ModelSummary> {
        self.scripted.models()
    }

    fn readiness(&self) -> Readiness {
        self.scripted.readiness()
    }

    fn health(&self) -> EngineHealth {
        self.scripted.health()
    }
}

/// Calls the first tool it is offered, once; then it has what it wants and talks.
fn words(generation: &Generation) -> String {
    let messages = generation.prompt.messages().unwrap_or(&[]);
    let answered = messages.iter().any(|message| message.role() == Role::Tool);
    match generation.tools.first() {
        Some(tool) if !answered => {
            let schema: Value = serde_json::from_str(&tool.parameters).unwrap();
            let call =
                json!({ "name": tool.name, "arguments": smallest(&schema, &schema, DEPTH_MAX) });
            format!("<tool_call>\n{call}\n</tool_call>")
        }
        _ => "Hola, ¿qué tal?".to_owned(),
    }
}

/// A schema may refer to itself.
const DEPTH_MAX: u32 = 16;

fn smallest(schema: &Value, root: &Value, depth: u32) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    let resolved = schema["$ref"].as_str().and_then(|name| root.pointer(name.strip_prefix('#')?));
    if let Some(schema) = resolved {
        return smallest(schema, root, depth - 1);
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    let first = ["enum", "anyOf", "oneOf", "allOf"]
        .into_iter()
        .find_map(|key| Some((key, schema.get(key)?.get(0)?)));
    match first {
        Some(("enum", value)) => return value.clone(),
        Some((_, schema)) => return smallest(schema, root, depth - 1),
        None => {}
    }
    match schema["type"].as_str() {
        Some("string") => json!("hola"),
        Some("integer") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("number") => schema.get("minimum").cloned().unwrap_or(json!(0.5)),
        Some("boolean") => json!(true),
        Some("null") => Value::Null,
        Some("array") => json!([smallest(&schema["items"], root, depth - 1)]),
        _ => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let filled =
                properties.map(|(name, schema)| (name.clone(), smallest(schema, root, depth - 1)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
    }
}
