//! Legacy completions, embeddings, responses and Anthropic messages: their shapes and streams.

use base64::Engine as _;
use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{ObedientEngine, Server, Setup, check};

fn obedient() -> Server {
    Server::start(Setup {
        engine: std::sync::Arc::new(ObedientEngine::default()),
        ..Setup::default()
    })
}

/// Returns the body without what depends on the assistant's own words.
fn bare(mut body: Value) -> Value {
    for pointer in ["/sarai", "/response/sarai"] {
        if let Some(extension) = body.pointer_mut(pointer) {
            assert!(extension["trace"]["stages"].is_array(), "{extension}");
            extension.take();
        }
    }
    body
}

fn tool() -> Value {
    json!({
        "type": "object",
        "properties": { "city": { "type": "string" } },
        "required": ["city"],
    })
}

#[test]
fn texts_are_continued_each_with_its_index() {
    let server = Server::saying(&["dos tres", "cinco", "siete ocho nueve"]);
    let body = json!({
        "model": "sarai",
        "prompt": ["uno", "cuatro"],
        "n": 2,
        "max_tokens": 2,
        "logprobs": 1,
        "seed": 5,
        "stop": "seis",
    });
    let answer = server.post("/v1/completions", &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    check(
        &bare(answer.json()),
        &expect![[r#"
        id: "cmpl-ID"
        object: "text_completion"
        created: 1795348800
        model: "sarai"
        choices: [{"text":"dos tres","index":0,"logprobs":{"tokens":["dos ","tres"],"token_logprobs":[-0.10000000149011612,-0.10000000149011612],"top_logprobs":[{"dos ":-0.10000000149011612},{"tres":-0.10000000149011612}],"text_offset":[0,4]},"finish_reason":"stop"},{"text":"cinco","index":1,"logprobs":{"tokens":["cinco"],"token_logprobs":[-0.10000000149011612],"top_logprobs":[{"cinco":-0.10000000149011612}],"text_offset":[0]},"finish_reason":"stop"},{"text":"siete ocho ","index":2,"logprobs":{"tokens":["siete ","ocho "],"token_logprobs":[-0.10000000149011612,-0.10000000149011612],"top_logprobs":[{"siete ":-0.10000000149011612},{"ocho ":-0.10000000149011612}],"text_offset":[0,6]},"finish_reason":"length"},{"text":"eco: cuatro","index":3,"logprobs":{"tokens":["eco: ","cuatro"],"token_logprobs":[-0.10000000149011612,-0.10000000149011612],"top_logprobs":[{"eco: ":-0.10000000149011612},{"cuatro":-0.10000000149011612}],"text_offset":[0,5]},"finish_reason":"stop"}]
        usage: {"prompt_tokens":2,"completion_tokens":7,"total_tokens":9,"prompt_tokens_details":{"cached_tokens":0}}
        sarai: null"#]],
    );
}

#[test]
fn a_continuation_is_streamed() {
    let server = Server::saying(&["dos tres"]);
    let body = json!({
        "model": "sarai/raw:scripted",
        "prompt": "uno",
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    let answer = server.post("/v1/completions", &body);
    assert_eq!(answer.data().last(), Some(&"[DONE]"));
    let told: Vec<Value> = answer
        .events()
        .into_iter()
        .map(|event| json!([event["choices"], event["usage"]]))
        .collect();
    check(
        &json!(told),
        &expect![[r#"
        [[{"text":"dos ","index":0,"logprobs":null,"finish_reason":null}],null]
        [[{"text":"tres","index":0,"logprobs":null,"finish_reason":null}],null]
        [[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],null]
        [[],{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}}]"#]],
    );
}

#[test]
fn vectors_come_as_numbers_and_as_bytes() {
    let server = Server::saying(&[]);
    let body = json!({ "model": "sarai", "input": ["hola", "adiós"] });
    let plain = server.post("/v1/embeddings", &body).json();
    assert_eq!(plain["usage"], json!({ "prompt_tokens": 2, "total_tokens": 2 }));
    let mut body = body;
    body["encoding_format"] = json!("base64");
    let packed = server.post("/v1/embeddings", &body).json();
    for index in 0..2 {
        let (plain, packed) = (&plain["data"][index], &packed["data"][index]);
        assert_eq!((&plain["index"], &plain["object"]), (&json!(index), &json!("embedding")));
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(packed["embedding"].as_str().unwrap())
            .unwrap();
        let unpacked: Vec<f32> =
            bytes.chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
        let plain: Vec<f32> = serde_json::from_value(plain["embedding"].clone()).unwrap();
        assert_eq!(unpacked, plain);
    }
    let one = server.post("/v1/embeddings", &json!({ "model": "scripted", "input": "hola" }));
    assert_eq!(one.json()["data"][0]["embedding"], plain["data"][0]["embedding"]);
    let unknown = server.post("/v1/embeddings", &json!({ "model": "ada", "input": "hola" }));
    assert_eq!(unknown.error().1, "model_not_found");
}

#[test]
fn a_response_has_its_shape() {
    let server = Server::saying(&["Hola."]);
    let body = json!({
        "model": "sarai/raw:scripted",
        "instructions": "Sé breve.",
        "input": [
            { "role": "user", "content": [{ "type": "input_text", "text": "hola" }] },
            { "type": "reasoning", "summary": [] },
            { "type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}" },
            { "type": "function_call", "call_id": "c2", "name": "f", "arguments": "{}" },
            { "type": "function_call_output", "call_id": "c1", "output": "21" },
            { "type": "message", "role": "user", "content": "¿y?" },
        ],
        "temperature": 0.5,
        "metadata": { "purpose": "test" },
        "include": ["message.output_text.logprobs"],
    });
    let answer = server.post("/v1/responses", &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    check(
        &bare(answer.json()),
        &expect![[r#"
        id: "resp_ID"
        object: "response"
        created_at: 1795348800
        status: "completed"
        background: false
        error: null
        incomplete_details: null
        model: "sarai/raw:scripted"
        output: [{"id":"msg_ID","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","annotations":[],"logprobs":[{"token":"Hola.","logprob":-0.10000000149011612,"bytes":[72,111,108,97,46],"top_logprobs":[]}],"text":"Hola."}]}]
        previous_response_id: null
        reasoning: {"effort":null,"summary":null}
        store: false
        truncation: "disabled"
        usage: {"input_tokens":5,"input_tokens_details":{"cached_tokens":0},"output_tokens":1,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":6}
        user: null
        instructions: "Sé breve."
        max_output_tokens: null
        metadata: {"purpose":"test"}
        parallel_tool_calls: true
        temperature: 0.5
        text: {"format":{"type":"text"}}
        tool_choice: "auto"
        tools: []
        top_p: null
        sarai: null"#]],
    );
}

#[test]
fn a_response_is_told_event_by_event() {
    let server = Server::saying(&["Hola, mundo."]);
    let body = json!({ "model": "sarai/raw:scripted", "input": "hola", "stream": true });
    let answer = server.post("/v1/responses", &body);
    let events = answer.events();
    let numbers: Vec<&Value> = events.iter().map(|event| &event["sequence_number"]).collect();
    assert_eq!(json!(numbers), json!((0..events.len()).collect::<Vec<_>>()));
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    let whole =
        server.post("/v1/responses", &json!({ "model": "sarai/raw:scripted", "input": "x" }));
    let last = &events[9]["response"];
    assert_eq!(last["output"][0]["content"][0]["text"], "Hola, mundo.");
    assert_eq!(last["output"][0]["id"], events[4]["item_id"]);
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(last), fields(&whole.json()));
}

#[test]
fn a_response_cut_short_says_so() {
    let server = Server::saying(&["uno dos tres", "uno dos tres"]);
    let mut body = json!({ "model": "sarai", "input": "cuenta", "max_output_tokens": 2 });
    let whole = server.post("/v1/responses", &body).json();
    assert_eq!(whole["status"], "incomplete");
    assert_eq!(whole["incomplete_details"], json!({ "reason": "max_output_tokens" }));
    body["stream"] = json!(true);
    let events = server.post("/v1/responses", &body).events();
    assert_eq!(events.last().unwrap()["type"], "response.incomplete");
}

#[test]
fn a_response_calls_a_tool_and_streams_the_call() {
    let server = obedient();
    let mut body = json!({
        "model": "sarai",
        "input": "¿Qué tiempo hace?",
        "tools": [{ "type": "function", "name": "weather", "parameters": tool() }],
        "tool_choice": { "type": "function", "name": "weather" },
    });
    let whole = server.post("/v1/responses", &body).json();
    let call = &whole["output"][0];
    assert_eq!((&call["type"], &call["name"]), (&json!("function_call"), &json!("weather")));
    assert_eq!(call["arguments"], "{\"city\":\"hola\"}");
    assert_eq!(whole["output"].as_array().unwrap().len(), 1);
    body["stream"] = json!(true);
    let events = server.post("/v1/responses", &body).events();
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(
        json!(kinds),
        json!([
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed",
        ])
    );
    assert_eq!(events[2]["item"]["arguments"], "");
    assert_eq!(events[5]["item"], events[6]["response"]["output"][0]);
}

#[test]
fn a_response_keeps_to_a_schema() {
    let server = obedient();
    let body = json!({
        "model": "sarai",
        "input": "Ana, 31",
        "text": { "format": { "type": "json_schema", "name": "p", "schema": tool() } },
    });
    let answer = server.post("/v1/responses", &body).json();
    assert_eq!(answer["output"][0]["content"][0]["text"], "{\"city\":\"hola\"}");
    assert_eq!(answer["text"]["format"]["name"], "p");
}

#[test]
fn a_message_has_the_shape_of_anthropic() {
    let server = Server::saying(&["Hola."]);
    let body = json!({
        "model": "sarai/raw:scripted",
        "max_tokens": 8,
        "system": [{ "type": "text", "text": "Sé breve." }],
        "messages": [
            { "role": "user", "content": "hola" },
            { "role": "assistant", "content": [
                { "type": "thinking", "thinking": "…" },
                { "type": "text", "text": "miro" },
                { "type": "tool_use", "id": "t1", "name": "f", "input": {} },
            ] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "t1", "content": [{ "type": "text", "text": "21" }] },
                { "type": "text", "text": "¿y?" },
            ] },
        ],
        "top_k": 5,
    });
    let answer = server.post("/v1/messages", &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    check(
        &bare(answer.json()),
        &expect![[r#"
        id: "msg_ID"
        type: "message"
        role: "assistant"
        model: "sarai/raw:scripted"
        content: [{"type":"text","text":"Hola."}]
        stop_reason: "end_turn"
        stop_sequence: null
        usage: {"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}
        sarai: null"#]],
    );
}

#[test]
fn a_message_is_told_event_by_event() {
    let server = Server::saying(&["Hola, mundo."]);
    let body = json!({
        "model": "sarai/raw:scripted",
        "max_tokens": 8,
        "messages": [{ "role": "user", "content": "hola" }],
        "stream": true,
    });
    let answer = server.post("/v1/messages", &body);
    let events: Vec<Value> = answer.events().into_iter().map(bare).collect();
    check(
        &json!(events),
        &expect![[r#"
        {"message":{"id":"msg_ID","type":"message","role":"assistant","model":"sarai/raw:scripted","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":0}},"type":"message_start"}
        {"type":"ping"}
        {"index":0,"content_block":{"type":"text","text":""},"type":"content_block_start"}
        {"index":0,"delta":{"type":"text_delta","text":"Hola, "},"type":"content_block_delta"}
        {"index":0,"delta":{"type":"text_delta","text":"mundo."},"type":"content_block_delta"}
        {"index":0,"type":"content_block_stop"}
        {"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2},"sarai":null,"type":"message_delta"}
        {"type":"message_stop"}"#]],
    );
}

#[test]
fn a_message_stops_where_it_is_told() {
    let server = Server::saying(&["uno FIN dos", "uno dos tres"]);
    let mut body = json!({
        "model": "sarai",
        "max_tokens": 2,
        "messages": [{ "role": "user", "content": "cuenta" }],
        "stop_sequences": ["FIN"],
    });
    let stopped = server.post("/v1/messages", &body).json();
    assert_eq!(
        (&stopped["stop_reason"], &stopped["stop_sequence"]),
        (&json!("stop_sequence"), &json!("FIN"))
    );
    body["stop_sequences"].take();
    let cut = server.post("/v1/messages", &body).json();
    assert_eq!((&cut["stop_reason"], &cut["stop_sequence"]), (&json!("max_tokens"), &Value::Null));
}

#[test]
fn a_message_uses_a_tool_and_streams_its_input() {
    let server = obedient();
    let mut body = json!({
        "model": "sarai",
        "max_tokens": 64,
        "messages": [{ "role": "user", "content": "¿Qué tiempo hace?" }],
        "tools": [{ "name": "weather", "description": "d", "input_schema": tool() }],
        "tool_choice": { "type": "tool", "name": "weather" },
    });
    let whole = server.post("/v1/messages", &body).json();
    assert_eq!(whole["stop_reason"], "tool_use");
    assert_eq!(whole["content"][0]["input"], json!({ "city": "hola" }));
    body["stream"] = json!(true);
    let events = server.post("/v1/messages", &body).events();
    let deltas: Vec<&Value> =
        events.iter().filter(|event| event["type"] == "content_block_delta").collect();
    assert_eq!(deltas.len(), 1);
    assert_eq!(deltas[0]["delta"]["partial_json"], "{\"city\":\"hola\"}");
}
