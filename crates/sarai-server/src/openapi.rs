//! `/openapi.json`: what is served, exactly.
//!
//! The fragments beside this file are written by hand. What every operation has in common (the door,
//! the limits, the queue) is added here, so that no operation can forget one of its answers. An
//! operation with `x-engine` waits in the queue for the engine.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use crate::state::State;

const FRAGMENTS: [&str; 6] = [
    include_str!("openapi/base.json"),
    include_str!("openapi/openai.json"),
    include_str!("openapi/anthropic.json"),
    include_str!("openapi/health.json"),
    include_str!("openapi/native.json"),
    include_str!("openapi/memory.json"),
];

/// The fragments are compiled in and parsed by a test, so parsing cannot fail here.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| document(&FRAGMENTS).to_string());

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/openapi.json", get(show))
}

async fn show() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

/// Joins fragments, each an object with `paths` and `components`, into one document.
fn document(fragments: &[&str]) -> Value {
    let mut document = Map::new();
    for fragment in fragments {
        if let Ok(Value::Object(fragment)) = serde_json::from_str(fragment) {
            join(&mut document, fragment);
        }
    }
    document.insert("openapi".to_owned(), json!("3.1.0"));
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, operations) in paths {
            let Value::Object(operations) = operations else { continue };
            for (_, operation) in operations.iter_mut().filter(|(method, _)| is_method(method)) {
                if let Value::Object(operation) = operation {
                    complete(path, operation);
                }
            }
        }
    }
    let mut document = Value::Object(document);
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document
}

fn join(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(into)), Value::Object(from)) => join(into, from),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

fn is_method(name: &str) -> bool {
    ["get", "post", "patch", "delete", "put", "head"].contains(&name)
}

/// Adds the answers that an operation has because of how every request is treated.
fn complete(path: &str, operation: &mut Map<String, Value>) {
    let waits = operation.remove("x-engine") == Some(json!(true));
    let open = operation.get("security").and_then(Value::as_array).is_some_and(Vec::is_empty);
    let body = operation.contains_key("requestBody");
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let Value::Object(responses) = responses else { return };
    let schema = if path == "/v1/messages" {
        "AnthropicError"
    } else if path.starts_with("/api/sarai/") {
        "NativeError"
    } else {
        "Error"
    };
    let answers = [
        (400, "The request is wrong.", body || waits),
        (401, "The key is missing or wrong.", !open),
        (403, "The Host or the Origin is not allowed, or the key may not do this.", true),
        (404, "The named thing does not exist.", waits),
        (408, "The rest of the body did not come within 30 seconds.", body),
        (413, "The body is too long.", body),
        (429, "Too many requests are waiting.", waits),
        (500, "A defect of the server, described in its log.", true),
        (503, "The engine is not ready, or the server stops.", waits),
    ];
    for (status, description, _) in answers.into_iter().filter(|(_, _, applies)| *applies) {
        let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
        let mut answer = json!({
            "description": description,
            "content": { "application/json": { "schema": reference } },
        });
        if status == 429 || status == 503 {
            let schema = json!({ "type": "integer", "minimum": 1 });
            answer["headers"] =
                json!({ "Retry-After": { "description": "Seconds to wait.", "schema": schema } });
        }
        responses.entry(status.to_string()).or_insert(answer);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{DOCUMENT, FRAGMENTS};

    #[test]
    fn every_fragment_is_an_object() {
        for fragment in FRAGMENTS {
            let parsed: Value = serde_json::from_str(fragment).unwrap();
            assert!(parsed.is_object());
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
        let mut references = 0;
        for reference in DOCUMENT.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            references += 1;
        }
        assert!(references > 20, "{references}");
    }

    #[test]
    fn every_operation_says_what_it_is_and_how_it_can_fail() {
        let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                if method == "parameters" {
                    continue;
                }
                assert!(operation["summary"].is_string(), "{method} {path}");
                assert!(operation["operationId"].is_string(), "{method} {path}");
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{path}");
                assert!(responses.contains_key("500"), "{method} {path}");
                let has_body = operation.get("requestBody").is_some();
                assert_eq!(responses.contains_key("408"), has_body, "{method} {path}");
                assert!(operation.get("x-engine").is_none());
            }
        }
    }
}
