//! Requests that are wrong, each with an answer that says so.

use serde_json::{Value, json};

use crate::chat::hello;
use crate::support::{Answer, KEY, Request, Server};

/// Changes one parameter of a good request and expects 400 with `param` named.
#[track_caller]
fn check(path: &str, good: &Value, param: &str, value: Value) {
    let server = Server::saying(&[]);
    let mut body = good.clone();
    let top = param.split(['.', '[']).next().unwrap();
    body[top] = value;
    let answer = server.post(path, &body);
    assert_eq!(answer.status, 400, "{param}: {}", answer.body);
    if path != "/v1/messages" {
        assert_eq!(answer.json()["error"]["param"], param, "{}", answer.body);
    }
    assert!(answer.body.contains(top), "{}", answer.body);
}

#[track_caller]
fn chat(param: &str, value: Value) {
    check("/v1/chat/completions", &hello(), param, value);
}

#[track_caller]
fn error_of(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.error().1.as_str()), (status, code), "{}", answer.body);
}

#[test]
fn wrong_types_are_named() {
    chat("model", json!(5));
    chat("messages", json!("hola"));
    chat("messages[0].role", json!([{ "role": 1, "content": "x" }]));
    chat("messages[0].content", json!([{ "role": "user", "content": 7 }]));
    chat("messages[0].content", json!([{ "role": "user", "content": null }]));
    chat("messages[0].content[0].type", json!([{ "role": "user", "content": [{ "type": 1 }] }]));
    chat("stream", json!("yes"));
    chat("stream_options.include_usage", json!({ "include_usage": "yes" }));
    chat("temperature", json!("hot"));
    chat("n", json!(-1));
    chat("n", json!(1.5));
    chat("seed", json!("s"));
    chat("stop", json!(5));
    chat("stop[1]", json!(["a", 5]));
    chat("tools", json!("none"));
    chat("tool_choice", json!(5));
    chat("response_format", json!("json"));
    chat("grammar", json!(["json"]));
    chat("metadata", json!("x"));
    chat("logprobs", json!(3));
}

#[test]
fn values_out_of_range_are_named() {
    chat("temperature", json!(2.1));
    chat("temperature", json!(-0.1));
    chat("top_p", json!(1.01));
    chat("presence_penalty", json!(2.5));
    chat("frequency_penalty", json!(-2.5));
    chat("n", json!(0));
    chat("n", json!(9));
    chat("max_tokens", json!(0));
    chat("max_completion_tokens", json!(0));
    chat("max_tokens", json!(5_000_000_000_u64));
    chat("top_logprobs", json!(21));
    chat("top_logprobs", json!(3));
    chat("messages", json!([]));
    chat("stop", json!(vec!["x"; 17]));
    chat("stop", json!([""]));
}

#[test]
fn values_that_mean_nothing_here_are_named() {
    chat("messages[0].role", json!([{ "role": "wizard", "content": "x" }]));
    let image = json!([{ "role": "user", "content": [{ "type": "image_url", "image_url": {} }] }]);
    chat("messages[0].content[0].type", image);
    chat("messages", json!([{ "role": "system", "content": "solo reglas" }]));
    chat("messages", json!([{ "role": "user", "content": "   " }]));
    chat("response_format.type", json!({ "type": "xml" }));
    chat("grammar", json!("root ::= other"));
    chat("response_format.json_schema.schema", json!({ "type": "json_schema" }));
    chat("tool_choice", json!("always"));
    chat("tool_choice", json!("required"));
    chat("tool_choice", json!({ "type": "function", "function": { "name": "nobody" } }));
    chat("tool_choice", json!({ "type": "function" }));
    chat("tool_choice", json!({ "type": "allowed_tools" }));
    chat("tools[0].type", json!([{ "type": "retrieval" }]));
    let tool = |name: &str| json!({ "type": "function", "function": { "name": name } });
    chat("tools[0].function.name", json!([tool("dos palabras")]));
    chat("tools[0].function.name", json!([tool("")]));
    chat("tools[1].function.name", json!([tool("a"), tool("a")]));
    chat("metadata.conversation", json!({ "conversation": "dos palabras" }));
}

#[test]
fn what_is_missing_is_named() {
    let server = Server::saying(&[]);
    for (path, body, param) in [
        ("/v1/chat/completions", json!({ "messages": [] }), "model"),
        ("/v1/chat/completions", json!({ "model": "sarai" }), "messages"),
        ("/v1/completions", json!({ "model": "sarai" }), "prompt"),
        ("/v1/embeddings", json!({ "model": "sarai" }), "input"),
        ("/v1/responses", json!({ "model": "sarai" }), "input"),
    ] {
        let (status, code, named) = server.post(path, &body).error();
        let expected = (400, "missing_required_parameter", param);
        assert_eq!((status, code.as_str(), named.as_str()), expected, "{path}");
    }
}

#[test]
fn other_paths_name_what_is_wrong_too() {
    let completion = json!({ "model": "scripted", "prompt": "uno" });
    for (param, value) in [
        ("prompt", json!([1, 2, 3])),
        ("prompt", json!([[1, 2], [3]])),
        ("prompt", json!([])),
        ("prompt", json!({})),
        ("echo", json!(true)),
        ("suffix", json!("fin")),
        ("best_of", json!(3)),
        ("logprobs", json!(6)),
        ("n", json!(0)),
    ] {
        check("/v1/completions", &completion, param, value);
    }
    let embeddings = json!({ "model": "sarai", "input": "uno" });
    for (param, value) in [
        ("input", json!("")),
        ("input", json!(["uno", ""])),
        ("input", json!([])),
        ("input", json!([1, 2])),
        ("input", json!([[1], [2]])),
        ("input", json!("x".repeat(300_000))),
        ("dimensions", json!(256)),
        ("encoding_format", json!("hex")),
    ] {
        check("/v1/embeddings", &embeddings, param, value);
    }
    let response = json!({ "model": "sarai", "input": "uno" });
    for (param, value) in [
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!("conv_1")),
        ("background", json!(true)),
        ("input", json!([])),
        ("input[0].role", json!([{ "content": "x" }])),
        ("input[0].content", json!([{ "role": "user" }])),
        ("input[0].type", json!([{ "type": "computer_call" }])),
        ("input[0].call_id", json!([{ "type": "function_call", "name": "f", "arguments": "{}" }])),
        ("input[0].output", json!([{ "type": "function_call_output", "call_id": "c" }])),
        (
            "input[0].content[0].type",
            json!([{ "role": "user", "content": [{ "type": "input_image" }] }]),
        ),
        ("max_output_tokens", json!(0)),
        ("top_logprobs", json!(21)),
        ("tools[0].type", json!([{ "type": "web_search" }])),
        ("tools[0].name", json!([{ "type": "function" }])),
        ("text.format.schema", json!({ "format": { "type": "json_schema" } })),
        ("grammar", json!("root ::= other")),
        ("grammar", json!({ "name": "sql" })),
    ] {
        check("/v1/responses", &response, param, value);
    }
}

#[test]
fn anthropic_requests_are_checked_too() {
    let message = json!({
        "model": "sarai",
        "max_tokens": 8,
        "messages": [{ "role": "user", "content": "hola" }],
    });
    for (param, value) in [
        ("max_tokens", json!(null)),
        ("max_tokens", json!(0)),
        ("messages", json!([])),
        ("messages[0].role", json!([{ "role": "system", "content": "x" }])),
        ("messages[0].content", json!([{ "role": "user", "content": [{ "type": "image" }] }])),
        ("messages[0].content", json!([{ "role": "assistant", "content": [{ "type": "image" }] }])),
        (
            "messages[0].content",
            json!([{ "role": "assistant", "content": [{ "type": "tool_use" }] }]),
        ),
        ("system", json!([{ "type": "image" }])),
        ("temperature", json!(1.5)),
        ("stop_sequences", json!("uno")),
        ("tools[0].type", json!([{ "type": "bash_20250124", "name": "bash" }])),
        ("tool_choice", json!({ "type": "any" })),
        ("tool_choice", json!({ "type": "tool" })),
        ("tool_choice", json!({ "type": "maybe" })),
        ("grammar", json!("root ::= other")),
        ("grammar", json!(5)),
    ] {
        check("/v1/messages", &message, param, value);
    }
    let server = Server::saying(&[]);
    let answer = server.post("/v1/messages", &json!({ "model": "sarai", "messages": [] }));
    let error = answer.json();
    assert_eq!((answer.status, &error["type"]), (400, &json!("error")));
    assert_eq!(error["error"]["type"], "invalid_request_error");
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let server = Server::saying(&[]);
    let send = |bytes: &[u8]| {
        server.send(Request::new("POST", "/v1/chat/completions").key(KEY).bytes(bytes))
    };
    error_of(&send(b""), 400, "invalid_json");
    error_of(&send(b"{\"model\": "), 400, "invalid_json");
    error_of(&send(b"{} {}"), 400, "missing_required_parameter");
    error_of(&send(format!("{} x", hello()).as_bytes()), 400, "invalid_json");
    error_of(&send(b"[]"), 400, "invalid_type");
    error_of(&send(b"\"hola\""), 400, "invalid_type");
    error_of(&send(b"{\"model\": \"\xff\xfe\"}"), 400, "invalid_utf8");
    error_of(&send("[".repeat(10_000).as_bytes()), 400, "invalid_type");
}

#[test]
fn a_body_that_is_too_long_is_refused_and_heard() {
    let server = Server::saying(&[]);
    let body = format!("{{\"model\": \"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let request = || Request::new("POST", "/v1/chat/completions").key(KEY).bytes(body.as_bytes());
    error_of(&server.send(request()), 413, "request_too_large");
    // A long message within the body's limit is the assistant's to refuse.
    let long = json!({
        "model": "sarai",
        "messages": [{ "role": "user", "content": "x".repeat(300_000) }],
    });
    let (status, _, param) = server.post("/v1/chat/completions", &long).error();
    assert_eq!((status, param.as_str()), (400, "messages"));
}

#[test]
fn unknown_paths_and_methods_are_answered_in_json() {
    let server = Server::saying(&[]);
    error_of(&server.get("/v1/nothing"), 404, "unknown_path");
    for (method, path, allowed) in [
        ("GET", "/v1/chat/completions", "POST"),
        ("TRACE", "/v1/chat/completions", "POST"),
        ("DELETE", "/v1/models", "GET,HEAD"),
        ("PUT", "/v1/embeddings", "POST"),
        ("TRACE", "/v1/models", "GET,HEAD"),
    ] {
        let answer = server.send(Request::new(method, path).key(KEY));
        error_of(&answer, 405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    let path_not_text = server.get("/v1/models/%FF%FE");
    assert_eq!(path_not_text.error().0, 400);
}

#[test]
fn unknown_parameters_are_ignored_and_nulls_count_as_absent() {
    let server = Server::saying(&["vale"]);
    let mut body = hello();
    for name in ["n", "stop", "seed", "temperature", "tools", "tool_choice", "response_format"] {
        body[name] = Value::Null;
    }
    body["parallel_tool_calls"] = json!(true);
    body["x_unknown"] = json!({ "deep": [1, 2] });
    body["max_tokens"] = json!(5.0);
    assert_eq!(server.post("/v1/chat/completions", &body).status, 200);
}

#[test]
fn a_failure_is_told_in_the_readers_language() {
    let server = Server::saying(&[]);
    let told = |name: &str, value: &str| {
        let request = Request::get("/v1/nothing").key(KEY).header(name, value);
        server.send(request).json()["error"]["message"].as_str().unwrap().to_owned()
    };
    assert!(told("accept-language", "es-ES,es;q=0.9").starts_with("esa dirección no existe"));
    assert!(told("accept-language", "fr").starts_with("there is no such path"));
    assert!(told("x-sarai-language", "es").starts_with("esa dirección no existe"));
}

#[test]
fn every_answer_carries_the_security_headers() {
    let server = Server::saying(&[]);
    for answer in [server.get("/v1/models"), server.get("/nothing"), server.get("/livez")] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}
