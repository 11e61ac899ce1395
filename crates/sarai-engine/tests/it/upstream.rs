//! The upstream engine against a server on loopback.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::{
    Constraint, Engine, EngineError, EngineEvent, Finish, Generation, Sampling, Usage,
};
use sarai_core::limits::Limits;
use sarai_core::prompt;
use sarai_core::readiness::Readiness;
use sarai_core::text::{Origin, Text};
use sarai_core::tool::{Tool, ToolCall};
use sarai_engine::{ApiKey, UpstreamEngine, UpstreamSettings, UpstreamTimeouts, UpstreamUrl};
use sarai_testkit::SimulatedClock;
use serde_json::{Value, json};

use crate::house::{ask, chat, listen, name, question};
use crate::stand_in::{Part, StandIn, event};

const KEY: &str = "sk-muy-secreto";

fn settings(url: &str) -> UpstreamSettings {
    UpstreamSettings {
        url: UpstreamUrl::new(url).unwrap(),
        key: Some(ApiKey::new(KEY).unwrap()),
        model: name("lejos"),
        in_flight_max: 2,
        timeouts: UpstreamTimeouts::USUAL,
        clock: Arc::new(SimulatedClock::default()),
    }
}

fn engine(server: &StandIn) -> UpstreamEngine {
    UpstreamEngine::new(settings(&server.url()))
}

fn piece(text: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] })
}

fn end(reason: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
}

#[test]
fn a_question_is_answered_in_pieces() {
    let usage = json!({ "choices": [], "usage": {
        "prompt_tokens": 9, "completion_tokens": 2,
        "prompt_tokens_details": { "cached_tokens": 4 },
    } });
    let role =
        json!({ "choices": [{ "index": 0, "delta": { "role": "assistant", "content": "" } }] });
    let server =
        StandIn::new(vec![Part::events(&[role, piece("¡Ho"), piece("la!"), end("stop"), usage])]);
    let (heard, completion) = listen(&engine(&server), &question("hola"));
    let completion = completion.unwrap();
    assert_eq!(heard, ["piece ¡Ho", "piece la!"]);
    assert_eq!((completion.text.as_str(), completion.finish), ("¡Hola!", Finish::End));
    assert_eq!(completion.model, name("lejos"));
    let usage = Usage { prompt_tokens: 9, cached_tokens: 4, completion_tokens: 2 };
    assert_eq!(completion.usage, usage);

    let asked = &server.heard()[0];
    assert_eq!(asked.what, "POST /v1/chat/completions");
    assert!(asked.headers.contains(&format!("authorization: bearer {KEY}")), "{}", asked.headers);
    assert_eq!(asked.body["model"], "lejos");
    assert_eq!(asked.body["stream_options"], json!({ "include_usage": true }));
    assert_eq!(asked.body["messages"], json!([{ "role": "user", "content": "hola" }]));
}

#[test]
fn every_wish_is_sent() {
    let server = StandIn::new(vec![Part::events(&[end("length")])]);
    let mut call = Said::new(Speaker::Assistant, Text::model(""));
    call.tool_calls =
        vec![ToolCall { id: "c1".to_owned(), name: "hora".to_owned(), arguments: "{}".to_owned() }];
    let mut told = Said::new(Speaker::Tool, Text::new(Origin::Tool, "12:00"));
    told.tool_call_id = Some("c1".to_owned());
    let generation = Generation {
        model: Some(name("otro")),
        tools: vec![Tool {
            name: "hora".to_owned(),
            description: "la hora".to_owned(),
            parameters: r#"{"type":"object"}"#.to_owned(),
        }],
        sampling: Sampling { seed: Some(84), presence_penalty: 0.5, ..Sampling::CHAT },
        tokens_max: Some(5),
        stop: vec!["\n".to_owned()],
        constraint: Constraint::JsonSchema(r#"{"type":"string"}"#.to_owned()),
        top_logprobs: Some(3),
        ..chat(&[Said::new(Speaker::User, Text::user("¿Hora?")), call, told])
    };
    let completion = ask(&engine(&server), &generation).unwrap();
    assert_eq!((completion.finish, completion.model), (Finish::Length, name("otro")));

    let body = &server.heard()[0].body;
    assert_eq!(body["model"], "otro");
    assert_eq!(body["seed"], 42);
    assert_eq!(body["max_tokens"], 5);
    assert_eq!(body["stop"], json!(["\n"]));
    assert_eq!(body["presence_penalty"], 0.5);
    assert_eq!(body["frequency_penalty"], Value::Null);
    assert_eq!((&body["logprobs"], &body["top_logprobs"]), (&json!(true), &json!(3)));
    assert_eq!(body["response_format"]["json_schema"]["schema"], json!({ "type": "string" }));
    assert_eq!(body["tools"][0]["function"]["parameters"], json!({ "type": "object" }));
    assert_eq!(body["tool_choice"], "none");
    assert_eq!(body["messages"][1]["tool_calls"][0]["function"]["name"], "hora");
    assert_eq!(body["messages"][2]["tool_call_id"], "c1");
}

#[test]
fn a_text_is_continued_with_its_probabilities() {
    let chunk = json!({ "choices": [{ "text": " vez", "finish_reason": "stop", "stop_reason": "fin",
        "logprobs": { "tokens": [" vez"], "token_logprobs": [-0.5],
            "top_logprobs": [{ " vez": -0.5, " día": -1.5 }] } }] });
    let server = StandIn::new(vec![Part::events(&[chunk])]);
    let generation = Generation {
        prompt: prompt::continuation(&Text::user("Érase una"), &Limits::SMALL).unwrap(),
        constraint: Constraint::JsonObject,
        top_logprobs: Some(2),
        ..question("hola")
    };
    let mut tops = Vec::new();
    let completion = engine(&server).generate(&generation, &mut |event| {
        if let EngineEvent::Piece { logprobs, .. } = event {
            tops.extend(logprobs.iter().map(|it| (it.token.lossy(), it.logprob, it.top.len())));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(completion.unwrap().finish, Finish::StopString("fin".to_owned()));
    assert_eq!(tops, [(" vez".to_owned(), -0.5, 2)]);
    let asked = &server.heard()[0];
    assert_eq!(asked.what, "POST /v1/completions");
    assert_eq!((&asked.body["prompt"], &asked.body["logprobs"]), (&json!("Érase una"), &json!(2)));
    assert_eq!(asked.body["response_format"], json!({ "type": "json_object" }));
}

#[test]
fn probabilities_of_a_chat_are_read() {
    let mut chunk = piece("ñ");
    chunk["choices"][0]["logprobs"] = json!({ "content": [{ "token": "?", "bytes": [195, 177],
        "logprob": -0.25, "top_logprobs": [{ "token": "n", "logprob": -2.0 }] }] });
    let server = StandIn::new(vec![Part::events(&[chunk, end("stop")])]);
    let mut read = Vec::new();
    let answered = engine(&server).generate(&question("hola"), &mut |event| {
        if let EngineEvent::Piece { logprobs, .. } = event {
            read.extend_from_slice(logprobs);
        }
        ControlFlow::Continue(())
    });
    answered.unwrap();
    assert_eq!(read[0].token.lossy(), "ñ");
    assert_eq!(read[0].top[0].0.lossy(), "n");
}

#[test]
fn calls_that_the_server_has_read_become_words_again() {
    let call = |delta: &Value| json!({ "choices": [{ "delta": { "tool_calls": [delta] } }] });
    let server = StandIn::new(vec![Part::events(&[
        piece("Miro. "),
        call(&json!({ "index": 0, "id": "a", "function": { "name": "luz", "arguments": "" } })),
        call(&json!({ "index": 0, "function": { "arguments": "{\"sala\":" } })),
        call(&json!({ "index": 0, "function": { "arguments": "1}" } })),
        call(&json!({ "index": 1, "id": "b", "function": { "name": "hora" } })),
        end("tool_calls"),
    ])]);
    let (heard, completion) = listen(&engine(&server), &question("hola"));
    let calls = "<tool_call>\n{\"name\": \"luz\", \"arguments\": {\"sala\":1}}\n</tool_call>\n\
                 <tool_call>\n{\"name\": \"hora\", \"arguments\": {}}\n</tool_call>\n";
    assert_eq!(completion.unwrap().text, format!("Miro. {calls}"));
    assert_eq!(heard[1], format!("piece {calls}"));
}

#[test]
fn a_listener_who_has_had_enough_ends_the_connection() {
    let server = StandIn::new(vec![Part::Endless(vec![event(&piece("Érase "))])]);
    let cut = engine(&server).generate(&question("cuento"), &mut |_| ControlFlow::Break(()));
    let cut = cut.unwrap();
    assert_eq!((cut.text.as_str(), cut.finish), ("Érase ", Finish::Cancelled));
    server.wait_until_left();
}

#[test]
fn a_listener_who_left_is_noticed_by_the_signs_of_life() {
    let server = StandIn::new(vec![Part::Endless(Vec::new())]);
    let cut = engine(&server).generate(&question("cuento"), &mut |event| {
        assert_eq!(event, EngineEvent::Queued { ahead: 0 });
        ControlFlow::Break(())
    });
    assert_eq!(cut.unwrap().finish, Finish::Cancelled);
    server.wait_until_left();
}

#[test]
fn too_many_at_once_is_busy() {
    let server = StandIn::new(vec![Part::Endless(vec![event(&piece("Érase "))])]);
    let engine =
        UpstreamEngine::new(UpstreamSettings { in_flight_max: 1, ..settings(&server.url()) });
    let mut inner = None;
    let cut = engine.generate(&question("cuento"), &mut |_| {
        assert_eq!(engine.health().active, 1);
        inner = Some(ask(&engine, &question("otra")));
        ControlFlow::Break(())
    });
    cut.unwrap();
    assert!(matches!(inner, Some(Err(EngineError::Busy { .. }))), "{inner:?}");
    assert_eq!(engine.health().active, 0);
}

/// The answer fails with `expected` in its words, and never with the key.
#[track_caller]
fn check_failure(part: Part, expected: &str) -> EngineError {
    let server = StandIn::new(vec![part]);
    let error = ask(&engine(&server), &question("hola")).unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(words.contains(expected), "{words}");
    assert!(!words.contains(KEY), "{words}");
    error
}

#[test]
fn a_refusal_is_told() {
    let nothing = json!({});
    check_failure(Part::refusal("401 Unauthorized", "", &nothing), "refused the key");
    check_failure(Part::refusal("302 Found", "location: http://evil/\r\n", &nothing), "status 302");
    let busy = Part::refusal("429 Too Many Requests", "retry-after: 7\r\n", &nothing);
    assert_eq!(check_failure(busy, ""), EngineError::Busy { retry_after_s: 7 });
    let unknown = json!({ "error": { "message": "no such model", "code": "model_not_found" } });
    let unknown = check_failure(Part::refusal("404 Not Found", "", &unknown), "");
    assert_eq!(unknown, EngineError::ModelNotFound(name("lejos")));
    let long = json!({ "error": { "code": "context_length_exceeded", "message": "20 > 10" } });
    let long = check_failure(Part::refusal("400 Bad Request", "", &long), "");
    assert_eq!(long, EngineError::ContextExceeded { needed: 20, available: 10 });
    check_failure(
        Part::refusal("500 Oops", "", &json!({ "error": { "message": "boom" } })),
        "boom",
    );
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    check_failure(Part::Cut(event(&piece("Érase "))), "without its end");
    check_failure(Part::Cut("data: {\n\n".to_owned()), "no piece of an answer");
    let failed = json!({ "error": { "message": "out of memory" } });
    check_failure(Part::Cut(event(&failed)), "out of memory");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let server = StandIn::new(vec![]);
    let settings = settings(&server.url());
    let address = server.address.to_string();
    drop(server);
    let engine = UpstreamEngine::new(settings);
    let error = ask(&engine, &question("hola")).unwrap_err().to_string();
    assert!(error.contains("nobody answers at") && error.contains(&address), "{error}");
    let (_, reason) = engine.health().last_failure.unwrap();
    assert_eq!(reason, error);
}

#[test]
fn a_server_that_does_not_answer_is_left() {
    let server = StandIn::new(vec![Part::Silence, Part::Silence]);
    let short = Duration::from_millis(100);
    let timeouts = UpstreamTimeouts { response: short, probe: short, ..UpstreamTimeouts::USUAL };
    let engine = UpstreamEngine::new(UpstreamSettings { timeouts, ..settings(&server.url()) });
    let error = ask(&engine, &question("hola")).unwrap_err().to_string();
    assert!(error.contains("did not answer in time"), "{error}");
    server.wait_until_left();
    let Readiness::Failed { reason } = engine.readiness() else { panic!("it is ready") };
    assert!(reason.contains("did not answer in time"), "{reason}");
}

#[test]
fn a_stream_that_falls_silent_is_left() {
    let server = StandIn::new(vec![Part::Hush(event(&piece("Érase ")))]);
    let silence = Duration::from_millis(100);
    let timeouts = UpstreamTimeouts { silence, ..UpstreamTimeouts::USUAL };
    let engine = UpstreamEngine::new(UpstreamSettings { timeouts, ..settings(&server.url()) });
    let (heard, answered) = listen(&engine, &question("hola"));
    assert_eq!(heard, ["piece Érase "]);
    let error = answered.unwrap_err().to_string();
    assert!(error.contains("did not answer in time"), "{error}");
    server.wait_until_left();
}

#[test]
fn a_schema_that_is_no_json_is_never_sent() {
    let server = StandIn::new(vec![]);
    let constraint = Constraint::JsonSchema("{".to_owned());
    let error = ask(&engine(&server), &Generation { constraint, ..question("hola") }).unwrap_err();
    assert!(matches!(error, EngineError::BadConstraint { .. }), "{error}");
    let constraint = Constraint::Gbnf("root ::= \"a\"".to_owned());
    let error = ask(&engine(&server), &Generation { constraint, ..question("hola") }).unwrap_err();
    assert!(matches!(error, EngineError::Unsupported { .. }), "{error}");
}

#[test]
fn texts_become_vectors_of_length_one() {
    let server = StandIn::new(vec![
        Part::json(&json!({ "usage": { "prompt_tokens": 5 }, "data": [
            { "index": 1, "embedding": [0.0, 2.0] }, { "index": 0, "embedding": [3.0, 4.0] },
        ] })),
        Part::json(&json!({ "data": [{ "index": 0, "embedding": [0.0, 0.0] }] })),
        Part::json(&json!({ "data": [{ "index": 1, "embedding": [1.0] }] })),
    ]);
    let engine = engine(&server);
    let texts = ["uno".to_owned(), "dos".to_owned()];
    let embeddings = engine.embed(None, &texts).unwrap();
    assert_eq!(embeddings.vectors, [[0.6, 0.8], [0.0, 1.0]]);
    assert_eq!((embeddings.tokens, embeddings.model), (5, name("lejos")));
    let asked = &server.heard()[0];
    assert_eq!(asked.what, "POST /v1/embeddings");
    let body = json!({ "model": "lejos", "input": ["uno", "dos"], "encoding_format": "float" });
    assert_eq!(asked.body, body);
    for _ in 0..2 {
        let error = engine.embed(None, &texts[..1]).unwrap_err().to_string();
        assert!(error.contains("one vector for each text"), "{error}");
    }
}

#[test]
fn the_models_are_looked_up_once_in_a_while() {
    let list = |names: &[&str]| {
        let data = names.iter().map(|name| json!({ "id": name, "max_model_len": 4096 }));
        Part::json(&json!({ "object": "list", "data": data.collect::<Vec<_>>() }))
    };
    let server = StandIn::new(vec![list(&["otro", "lejos", "con espacio"]), list(&["nuevo"])]);
    let clock = Arc::new(SimulatedClock::default());
    let settings = UpstreamSettings { clock: Arc::clone(&clock) as _, ..settings(&server.url()) };
    let engine = UpstreamEngine::new(settings);
    assert_eq!(engine.readiness(), Readiness::Ready { model: name("lejos") });
    let names = |engine: &UpstreamEngine| {
        engine.models().into_iter().map(|model| model.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&engine), ["lejos", "otro"]);
    assert_eq!(engine.models()[0].context_tokens, Some(4096));
    assert_eq!(server.heard().len(), 1);
    assert!(server.heard()[0].headers.contains("authorization: bearer"));

    engine.use_model(&name("otro")).unwrap();
    assert_eq!(engine.readiness(), Readiness::Ready { model: name("otro") });
    let unknown = engine.use_model(&name("eva"));
    assert_eq!(unknown, Err(EngineError::ModelNotFound(name("eva"))));

    clock.advance(Duration::from_secs(11));
    assert_eq!(names(&engine), ["otro", "nuevo"]);
    assert_eq!(server.heard().len(), 2);
}

#[test]
fn a_refused_key_is_a_failed_engine() {
    let server = StandIn::new(vec![Part::refusal("401 Unauthorized", "", &json!({}))]);
    let engine = engine(&server);
    let Readiness::Failed { reason } = engine.readiness() else { panic!("it is ready") };
    assert!(reason.contains("refused the key"), "{reason}");
    assert_eq!(engine.models().len(), 1, "the default is known anyway");
    assert!(engine.health().backend.unwrap().starts_with("upstream http://127.0.0.1"));
}

#[test]
fn who_comes_while_somebody_looks_does_not_wait() {
    let server = StandIn::new(vec![Part::Silence]);
    let probe = Duration::from_millis(300);
    let timeouts = UpstreamTimeouts { probe, ..UpstreamTimeouts::USUAL };
    let engine = UpstreamEngine::new(UpstreamSettings { timeouts, ..settings(&server.url()) });
    thread::scope(|scope| {
        let first = scope.spawn(|| engine.readiness());
        while server.heard().is_empty() {
            thread::yield_now();
        }
        assert_eq!(engine.readiness(), Readiness::Starting);
        assert!(matches!(first.join().unwrap(), Readiness::Failed { .. }));
    });
}
