//! `/v1/chat/completions` and `/v1/models`: shapes, streams, choices.

use expect_test::expect;
use sarai_testkit::Line;
use serde_json::{Value, json};

use crate::support::{KEY, Request, Server, check};

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
    check(&body, &expect![[r#"
        {
          "id": "chatcmpl-ID",
          "object": "chat.completion",
          "created": 1795348800,
          "model": "sarai/raw:scripted",
          "choices": [
            {
              "index": 0,
              "message": {
                "role": "assistant",
                "content": "Hola, ¿qué tal?",
                "refusal": null
              },
              "logprobs": null,
              "finish_reason": "stop"
            }
          ],
          "usage": {
            "prompt_tokens": 1,
            "completion_tokens": 3,
            "total_tokens": 4,
            "prompt_tokens_details": {
              "cached_tokens": 0
            }
          },
          "sarai": {
            "conversation": null,
            "turn": null,
            "trace": {
              "stages": null,
              "degraded": [],
              "model": "scripted",
              "usage": {
                "prompt_tokens": 1,
                "cached_tokens": 0,
                "completion_tokens": 3
              },
              "messages_dropped": 0,
              "queued_ms": 0.0,
              "prefill_ms": 1.0,
              "decode_ms": 3.0,
              "tokens_per_second": 666.6666666666666
            }
          }
        }"#]]);
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
    let story = ["recall", "route", "retrieve", "generate", "store", "respond"];
    assert_eq!(json!(stages), json!(story));
}

#[test]
fn a_stream_begins_with_the_role_and_ends_with_the_figures() {
    let server = Server::saying(&["uno dos"]);
    let mut body = hello();
    body["stream"] = json!(true);
    body["stream_options"] = json!({ "include_usage": true });
    let answer = server.post("/v1/chat/completions", &body);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert!(answer.header("x-sarai-conversation").is_some());
    assert_eq!(answer.data().last(), Some(&"[DONE]"));
    let events = answer.events();
    assert!(events.iter().all(|event| event["object"] == "chat.completion.chunk"));
    let told: Vec<Value> = events
        .iter()
        .map(|event| json!([event["choices"], event["usage"], event["sarai"]["turn"].is_string()]))
        .collect();
    check(&json!(told), &expect![[r#"
        [
          [
            [
              {
                "index": 0,
                "delta": {
                  "role": "assistant",
                  "content": ""
                },
                "logprobs": null,
                "finish_reason": null
              }
            ],
            null,
            false
          ],
          [
            [
              {
                "index": 0,
                "delta": {
                  "content": "uno "
                },
                "logprobs": null,
                "finish_reason": null
              }
            ],
            null,
            false
          ],
          [
            [
              {
                "index": 0,
                "delta": {
                  "content": "dos"
                },
                "logprobs": null,
                "finish_reason": null
              }
            ],
            null,
            false
          ],
          [
            [
              {
                "index": 0,
                "delta": {},
                "logprobs": null,
                "finish_reason": "stop"
              }
            ],
            null,
            true
          ],
          [
            [],
            {
              "prompt_tokens": 82,
              "completion_tokens": 2,
              "total_tokens": 84,
              "prompt_tokens_details": {
                "cached_tokens": 0
              }
            },
            false
          ]
        ]"#]]);
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
fn a_hang_up_frees_the_place_at_once() {
    let (open, gate) = std::sync::mpsc::sync_channel(1);
    let mut setup = crate::support::Setup::default();
    let script =
        vec![Line::SayAfter { first: "uno ".to_owned(), gate, rest: "dos tres".to_owned() }];
    setup.engine = std::sync::Arc::new(sarai_testkit::ScriptedEngine::new(script));
    setup.options.waiting_max = 1;
    let server = Server::start(setup);
    let mut body = hello();
    body["stream"] = json!(true);
    let mut first = server.open(Request::post("/v1/chat/completions", &body).key(KEY));
    first.wait_for("uno");
    let full = server.post("/v1/chat/completions", &hello());
    assert_eq!(full.error(), (429, "queue_full".to_owned(), String::new()));
    assert!(full.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    drop(first);
    open.send(()).unwrap();
    let mut statuses =
        std::iter::repeat_with(|| server.post("/v1/chat/completions", &hello()).status);
    assert_eq!(statuses.by_ref().take(2000).find(|status| *status != 429), Some(200));
}
