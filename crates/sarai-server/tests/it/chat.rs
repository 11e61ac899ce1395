//! `/v1/chat/completions` and `/v1/models`: shapes, streams, choices.

use std::sync::Arc;

use expect_test::expect;

use sarai_core::engine::Constraint;
use sarai_testkit::ScriptedEngine;
use serde_json::{Value, json};

use crate::support::{KEY, ObedientEngine, Request, Server, Setup, check};

pub(crate) fn hello() -> Value {
    json!({ "model": "sarai", "messages": [{ "role": "user", "content": "hola" }] })
}

fn raw_hello() -> Value {
    json!({ "model": "sarai/raw:scripted", "messages": [{ "role": "user", "content": "hola" }] })
}

#[test]
fn an_answer_has_the_shape_of_a_chat_completion() {
    let server = Server::saying(&["Hola, ¿qué tal?"]);
    let answer = server.post("/v1/chat/completions", &raw_hello());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("x-sarai-conversation"), None);
    let mut body = answer.json();
    body["sarai"]["trace"]["stages"].take();
    check(
        &body,
        &expect![[r#"
            id: "chatcmpl-ID"
            object: "chat.completion"
            created: 1795348800
            model: "sarai/raw:scripted"
            choices: [{"index":0,"message":{"role":"assistant","content":"Hola, ¿qué tal?","refusal":null},"logprobs":null,"finish_reason":"stop"}]
            usage: {"prompt_tokens":1,"completion_tokens":3,"total_tokens":4,"prompt_tokens_details":{"cached_tokens":0}}
            sarai: {"conversation":null,"turn":null,"trace":{"stages":null,"degraded":[],"model":"scripted","usage":{"prompt_tokens":1,"cached_tokens":0,"completion_tokens":3},"messages_dropped":0,"queued_ms":0.0,"prefill_ms":1.0,"decode_ms":3.0,"drafted":null,"forced":0,"tokens_per_second":666.6666666666666}}"#]],
    );
}

#[test]
fn an_answer_of_the_assistant_names_its_conversation_and_turn() {
    let server = Server::saying(&["Hola."]);
    let answer = server.post("/v1/chat/completions", &hello());
    let body = answer.json();
    assert_eq!(answer.header("x-sarai-conversation"), body["sarai"]["conversation"].as_str());
    assert_eq!(body["sarai"]["turn"].as_str().unwrap().len(), 26);
    let stages = body["sarai"]["trace"]["stages"].as_array().unwrap();
    let stages: Vec<&Value> = stages.iter().map(|stage| &stage["stage"]).collect();
    let mut streamed = hello();
    streamed["stream"] = json!(true);
    let streamed = server.post("/v1/chat/completions", &streamed);
    let last = streamed.events().pop().unwrap();
    assert_eq!(streamed.header("x-sarai-conversation"), last["sarai"]["conversation"].as_str());
    let story = ["recall", "route", "retrieve", "generate", "store", "respond"];
    assert_eq!(json!(stages), json!(story));
}

#[test]
fn a_stream_begins_with_the_role_and_ends_with_the_figures() {
    let server = Server::saying(&["uno dos"]);
    let mut body = raw_hello();
    body["stream"] = json!(true);
    body["stream_options"] = json!({ "include_usage": true });
    let answer = server.post("/v1/chat/completions", &body);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert_eq!(answer.data().last(), Some(&"[DONE]"));
    let events = answer.events();
    assert!(events.iter().all(|event| event["object"] == "chat.completion.chunk"));
    let told: Vec<Value> = events
        .iter()
        .map(|event| json!([event["choices"], event["usage"], event["sarai"]["trace"].is_object()]))
        .collect();
    check(
        &json!(told),
        &expect![[r#"
        [[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],null,false]
        [[{"index":0,"delta":{"content":"uno "},"logprobs":null,"finish_reason":null}],null,false]
        [[{"index":0,"delta":{"content":"dos"},"logprobs":null,"finish_reason":null}],null,false]
        [[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],null,true]
        [[],{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}},false]"#]],
    );
}

#[test]
fn the_models_are_the_assistant_and_the_bare_ones() {
    let server = Server::saying(&[]);
    let names = server.get("/v1/models").json();
    let names: Vec<&Value> =
        names["data"].as_array().unwrap().iter().map(|model| &model["id"]).collect();
    assert_eq!(json!(names), json!(["sarai", "sarai/raw:scripted"]));
    for id in ["sarai", "sarai/raw:scripted", "sarai%2Fraw%3Ascripted", "scripted"] {
        let answer = server.get(&format!("/v1/models/{id}"));
        assert_eq!((answer.status, &answer.json()["object"]), (200, &json!("model")), "{id}");
    }
    let unknown = server.get("/v1/models/gpt-4o");
    assert_eq!(unknown.error(), (404, "model_not_found".to_owned(), "model".to_owned()));
}

#[test]
fn alternatives_have_their_own_seeds_and_are_told_apart() {
    let engine = Arc::new(ScriptedEngine::saying(&["uno", "dos", "uno", "dos"]));
    let server =
        Server::start(Setup { engine: Arc::<ScriptedEngine>::clone(&engine), ..Setup::default() });
    let mut body = hello();
    body["n"] = json!(2);
    body["seed"] = json!(7);
    body["temperature"] = json!(1.5);
    let answer = server.post("/v1/chat/completions", &body).json();
    let words: Vec<&Value> = answer["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|choice| &choice["message"]["content"])
        .collect();
    assert_eq!(json!(words), json!(["uno", "dos"]));
    assert_eq!(answer["usage"]["completion_tokens"], 2);
    let seeds: Vec<_> = engine.seen().iter().map(|seen| seen.sampling.seed).collect();
    assert_eq!(seeds, [Some(7), Some(8)]);
    assert!(engine.seen().iter().all(|seen| (seen.sampling.temperature - 1.5).abs() < 1e-6));
    body["stream"] = json!(true);
    let events = server.post("/v1/chat/completions", &body).events();
    let ends: Vec<&Value> = events
        .iter()
        .filter(|event| event["choices"][0]["finish_reason"] == "stop")
        .map(|event| &event["choices"][0]["index"])
        .collect();
    assert_eq!(json!(ends), json!([0, 1]));
}

#[test]
fn log_probabilities_are_told_whole_and_streamed() {
    let server = Server::saying(&["sí", "sí"]);
    let mut body = hello();
    body["logprobs"] = json!(true);
    body["top_logprobs"] = json!(1);
    let answer = server.post("/v1/chat/completions", &body).json();
    check(
        &answer["choices"][0]["logprobs"],
        &expect![[r#"
        content: [{"token":"sí","logprob":-0.10000000149011612,"bytes":[115,195,173],"top_logprobs":[{"token":"sí","logprob":-0.10000000149011612,"bytes":[115,195,173]}]}]
        refusal: null"#]],
    );
    body["stream"] = json!(true);
    let events = server.post("/v1/chat/completions", &body).events();
    assert_eq!(events[1]["choices"][0]["logprobs"], answer["choices"][0]["logprobs"]);
}

#[test]
fn an_answer_stops_where_it_is_told() {
    let server = Server::saying(&["uno dos FIN tres", "uno dos tres"]);
    let mut body = hello();
    body["stop"] = json!(["FIN"]);
    let choice = server.post("/v1/chat/completions", &body).json()["choices"][0].take();
    assert_eq!(
        (&choice["message"]["content"], &choice["finish_reason"]),
        (&json!("uno dos "), &json!("stop"))
    );
    body["max_completion_tokens"] = json!(1);
    let choice = server.post("/v1/chat/completions", &body).json()["choices"][0].take();
    assert_eq!(choice["finish_reason"], "length");
}

#[test]
fn a_required_tool_is_called_whole_and_streamed() {
    let server =
        Server::start(Setup { engine: Arc::new(ObedientEngine::default()), ..Setup::default() });
    let parameters = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let mut body = hello();
    body["tools"] = json!([{ "type": "function", "function": { "name": "weather", "parameters": parameters } }]);
    for tool_choice in [
        json!("required"),
        json!("auto"),
        json!({ "type": "function", "function": { "name": "weather" } }),
    ] {
        body["tool_choice"] = tool_choice;
        body["stream"] = json!(false);
        let choice = server.post("/v1/chat/completions", &body).json()["choices"][0].take();
        assert_eq!(
            (&choice["finish_reason"], &choice["message"]["content"]),
            (&json!("tool_calls"), &Value::Null)
        );
        let call = &choice["message"]["tool_calls"][0];
        assert_eq!(
            call["function"],
            json!({ "name": "weather", "arguments": "{\"city\":\"hola\"}" })
        );
        body["stream"] = json!(true);
        let events = server.post("/v1/chat/completions", &body).events();
        let deltas: Vec<&Value> = events
            .iter()
            .map(|event| &event["choices"][0]["delta"]["tool_calls"][0])
            .filter(|call| !call.is_null())
            .collect();
        assert_eq!(deltas[0]["function"], json!({ "name": "weather", "arguments": "" }));
        assert_eq!(deltas[1]["function"], json!({ "arguments": "{\"city\":\"hola\"}" }));
        assert_eq!(events.last().unwrap()["choices"][0]["finish_reason"], "tool_calls");
    }
    body["tool_choice"] = json!("none");
    body["stream"] = json!(false);
    let choice = server.post("/v1/chat/completions", &body).json()["choices"][0].take();
    assert_eq!(
        (&choice["finish_reason"], &choice["message"]["tool_calls"]),
        (&json!("stop"), &Value::Null)
    );
}

#[test]
fn a_form_is_passed_on_to_the_engine() {
    let engine = Arc::new(ScriptedEngine::default());
    let server =
        Server::start(Setup { engine: Arc::<ScriptedEngine>::clone(&engine), ..Setup::default() });
    let schema = json!({ "type": "object", "properties": { "b": {}, "a": {} } });
    for format in [
        json!({ "type": "text" }),
        json!({ "type": "json_object" }),
        json!({ "type": "json_schema", "json_schema": { "name": "p", "schema": schema } }),
    ] {
        let mut body = hello();
        body["response_format"] = format;
        assert_eq!(server.post("/v1/chat/completions", &body).status, 200);
    }
    let forms: Vec<_> = engine.seen().into_iter().map(|seen| seen.constraint).collect();
    assert_eq!(
        forms,
        [Constraint::Free, Constraint::JsonObject, Constraint::JsonSchema(schema.to_string())]
    );
}

#[test]
fn a_grammar_is_passed_on_to_the_engine_by_text_or_name() {
    let engine = Arc::new(ScriptedEngine::default());
    let server =
        Server::start(Setup { engine: Arc::<ScriptedEngine>::clone(&engine), ..Setup::default() });
    let ours = "root ::= \"sí\" | \"no\"";
    for grammar in [ours, "sql", ""] {
        let mut body = hello();
        body["grammar"] = json!(grammar);
        assert_eq!(server.post("/v1/chat/completions", &body).status, 200);
        let body = json!({ "model": "sarai", "prompt": "di", "grammar": grammar });
        assert_eq!(server.post("/v1/completions", &body).status, 200);
        let body = json!({ "message": "di", "grammar": grammar });
        assert_eq!(server.post("/api/sarai/turns", &body).status, 200);
        let body = json!({ "model": "sarai", "input": "di", "grammar": grammar });
        assert_eq!(server.post("/v1/responses", &body).status, 200);
        let mut body = hello();
        body["grammar"] = json!(grammar);
        body["max_tokens"] = json!(50);
        assert_eq!(server.post("/v1/messages", &body).status, 200);
    }
    let forms: Vec<_> = engine.seen().into_iter().map(|seen| seen.constraint).collect();
    let sql = sarai_grammar::named("sql").unwrap().text;
    let gbnf = |text: &str| Constraint::Gbnf(text.to_owned());
    let expected = [gbnf(ours), gbnf(sql), Constraint::Free];
    assert_eq!(forms, expected.each_ref().map(|form| vec![form.clone(); 5]).concat());
}

#[test]
fn a_grammar_that_cannot_be_read_is_told_with_its_place() {
    let server = Server::saying(&[]);
    let mut body = hello();
    body["grammar"] = json!("root ::= (\"a\"\n");
    let answer = server.post("/v1/chat/completions", &body);
    assert_eq!(answer.error(), (400, "invalid_grammar".to_owned(), "grammar".to_owned()));
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("línea 1, columna 10") || message.contains("line 1, column 10"),
        "{message}"
    );
    body["grammar"] = json!("json");
    body["response_format"] = json!({ "type": "json_object" });
    assert_eq!(server.post("/v1/chat/completions", &body).error().0, 400);
}

#[test]
fn a_conversation_is_named_by_header_or_metadata() {
    let server = Server::saying(&[]);
    let mut body = hello();
    body["metadata"] = json!({ "conversation": "casa-1" });
    let answer = server.post("/v1/chat/completions", &body);
    assert_eq!(answer.header("x-sarai-conversation"), Some("casa-1"));
    let named = Request::post("/v1/chat/completions", &body)
        .key(KEY)
        .header("x-sarai-conversation", "casa-2");
    assert_eq!(server.send(named).json()["sarai"]["conversation"], "casa-2");
    let wrong =
        Request::post("/v1/chat/completions", &body).key(KEY).header("x-sarai-conversation", "a b");
    let (status, _, param) = server.send(wrong).error();
    assert_eq!((status, param.as_str()), (400, "x-sarai-conversation"));
}

#[test]
fn messages_of_every_role_reach_the_model() {
    let engine = Arc::new(ScriptedEngine::default());
    let server =
        Server::start(Setup { engine: Arc::<ScriptedEngine>::clone(&engine), ..Setup::default() });
    let body = json!({ "model": "sarai/raw:scripted", "messages": [
        { "role": "system", "content": "a" },
        { "role": "developer", "content": [{ "type": "text", "text": "b" }] },
        { "role": "user", "content": "c" },
        { "role": "assistant", "content": null, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": "f", "arguments": "{}" } },
        ] },
        { "role": "tool", "tool_call_id": "call_1", "content": "d" },
        { "role": "user", "content": [{ "type": "text", "text": "e" }, { "type": "text", "text": "f" }] },
    ] });
    assert_eq!(server.post("/v1/chat/completions", &body).status, 200);
    let seen = engine.seen();
    let messages = seen[0].prompt.messages().unwrap();
    let last = messages.last().unwrap();
    assert_eq!((last.role().name(), last.content().ends_with("ef")), ("user", true));
    let tool = messages.iter().find(|message| message.role().name() == "tool").unwrap();
    assert_eq!(tool.tool_call_id(), Some("call_1"));
    let called = messages.iter().find(|message| !message.tool_calls().is_empty()).unwrap();
    assert_eq!(called.tool_calls()[0].name, "f");
    let unknown = server.post(
        "/v1/chat/completions",
        &json!({ "model": "gpt", "messages": [{ "role": "user", "content": "x" }] }),
    );
    assert_eq!(unknown.error(), (404, "model_not_found".to_owned(), "model".to_owned()));
}
