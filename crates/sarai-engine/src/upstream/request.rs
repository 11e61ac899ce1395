//! What is sent to the server: JSON bodies of OpenAI's API.
//!
//! Only parameters that every such server knows are sent; `top_k`, `min_p` and the repeat penalty
//! are not among them.

use sarai_core::engine::{Constraint, EngineError, Generation, Sampling};
use sarai_core::id::ModelName;
use sarai_core::prompt::Message;
use sarai_core::tool::{Tool, ToolCall};
use serde_json::{Map, Value, json};

/// Writes a generation: the path below `/v1` and the body.
pub(crate) fn generation(
    generation: &Generation,
    model: &ModelName,
) -> Result<(&'static str, Value), EngineError> {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.as_str()));
    body.insert("stream".to_owned(), json!(true));
    body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    sampling(&generation.sampling, &mut body);
    if let Some(tokens_max) = generation.tokens_max {
        body.insert("max_tokens".to_owned(), json!(tokens_max));
    }
    if !generation.stop.is_empty() {
        body.insert("stop".to_owned(), json!(generation.stop));
    }
    if let Some(format) = response_format(&generation.constraint)? {
        body.insert("response_format".to_owned(), format);
    }
    let Some(messages) = generation.prompt.messages() else {
        if let Some(count) = generation.top_logprobs {
            body.insert("logprobs".to_owned(), json!(count));
        }
        body.insert("prompt".to_owned(), json!(generation.prompt.continuation_text()));
        return Ok(("completions", Value::Object(body)));
    };
    if let Some(count) = generation.top_logprobs {
        body.insert("logprobs".to_owned(), json!(true));
        body.insert("top_logprobs".to_owned(), json!(count));
    }
    if !generation.tools.is_empty() {
        let tools = generation.tools.iter().map(tool).collect::<Result<Vec<_>, _>>()?;
        body.insert("tools".to_owned(), json!(tools));
        if generation.constraint != Constraint::Free {
            // The form of the answer is given; a call beside it would be another form.
            body.insert("tool_choice".to_owned(), json!("none"));
        }
    }
    body.insert("messages".to_owned(), messages.iter().map(message).collect());
    Ok(("chat/completions", Value::Object(body)))
}

/// Writes a request for vectors.
pub(crate) fn embeddings(model: &ModelName, texts: &[String]) -> Value {
    json!({ "model": model.as_str(), "input": texts, "encoding_format": "float" })
}

fn sampling(sampling: &Sampling, body: &mut Map<String, Value>) {
    body.insert("temperature".to_owned(), json!(sampling.temperature));
    body.insert("top_p".to_owned(), json!(sampling.top_p));
    for (name, penalty) in [
        ("presence_penalty", sampling.presence_penalty),
        ("frequency_penalty", sampling.frequency_penalty),
    ] {
        if penalty != 0.0 {
            body.insert(name.to_owned(), json!(penalty));
        }
    }
    if let Some(seed) = sampling.seed {
        // Servers take signed numbers.
        body.insert("seed".to_owned(), json!(seed >> 1));
    }
}

fn response_format(constraint: &Constraint) -> Result<Option<Value>, EngineError> {
    Ok(match constraint {
        Constraint::Free => None,
        Constraint::JsonObject => Some(json!({ "type": "json_object" })),
        Constraint::JsonSchema(schema) => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": "answer", "strict": true, "schema": parse(schema, "the schema")? },
        })),
        Constraint::Gbnf(_) => {
            let what = "hold an answer of another server to a grammar".to_owned();
            return Err(EngineError::Unsupported { what });
        }
    })
}

fn message(message: &Message) -> Value {
    let mut json = json!({ "role": message.role().name(), "content": message.content() });
    if !message.tool_calls().is_empty() {
        json["tool_calls"] = message.tool_calls().iter().map(tool_call).collect();
    }
    if let Some(id) = message.tool_call_id() {
        json["tool_call_id"] = json!(id);
    }
    json
}

fn tool_call(call: &ToolCall) -> Value {
    json!({
        "id": call.id,
        "type": "function",
        "function": { "name": call.name, "arguments": call.arguments },
    })
}

fn tool(tool: &Tool) -> Result<Value, EngineError> {
    Ok(json!({
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": parse(&tool.parameters, &tool.name)?,
        },
    }))
}

fn parse(text: &str, what: &str) -> Result<Value, EngineError> {
    serde_json::from_str(text).map_err(|error| EngineError::BadConstraint {
        reason: format!("{what} is not JSON: {error}"),
    })
}
