//! A question, its answer, and what is remembered of it.

use serde_json::json;

use super::{DEFAULT, SMALL, house_with, timed};

const QUESTION: &str = "¿Cuál es la capital de Francia?";

/// Asks for the likeliest answer: what is judged must not be drawn by lot.
const CHAT: [&str; 3] = ["chat", "--temperature", "0"];

#[track_caller]
fn names_paris(words: &str) {
    assert!(words.contains("París") || words.contains("Paris"), "{words}");
}

#[test]
fn a_question_through_a_pipe_is_answered_in_spanish() {
    let house = house_with(DEFAULT);
    let (ran, first) = timed(|| house.run_with(&CHAT, QUESTION.as_bytes()).succeeded());
    names_paris(&ran.stdout);
    let (ran, second) = timed(|| house.run(&[&CHAT[..], &[QUESTION]].concat()).succeeded());
    names_paris(&ran.stdout);
    println!("from the command to the whole answer: first {first:?}, second {second:?}");
    let answer =
        house.run(&[&CHAT[..], &["--json", "--new", QUESTION]].concat()).succeeded().json();
    names_paris(answer["text"].as_str().unwrap());
    assert!(answer["trace"]["usage"]["completion_tokens"].as_u64() > Some(0), "{answer}");
}

#[test]
fn a_fact_told_in_one_conversation_is_found_in_another() {
    let house = house_with(DEFAULT);
    house.run(&[&CHAT[..], &["Mi hermana Lucía vive en Cuenca."]].concat()).succeeded();
    let ran = house.run(&[&CHAT[..], &["¿Dónde vive mi hermana?"]].concat()).succeeded();
    assert!(ran.stdout.contains("Cuenca"), "{ran:?}");
}

#[test]
fn the_same_question_over_http_and_through_a_running_server() {
    let house = house_with(DEFAULT);
    let serving = house.serve().ready();
    names_paris(&serving.client.chat(QUESTION, 64).words());
    names_paris(&serving.client.chat_streamed(QUESTION, 64).words());
    names_paris(&house.run(&[&CHAT[..], &[QUESTION]].concat()).succeeded().stdout);
    let raw = json!({
        "model": format!("sarai/raw:{DEFAULT}"),
        "messages": [{"role": "user", "content": QUESTION}],
        "max_tokens": 64,
    });
    names_paris(&serving.client.post("/v1/chat/completions", &raw).words());
    assert_eq!(serving.client.with_key("wrong").chat(QUESTION, 1).status, 401);
    serving.end();
}

#[test]
fn an_answer_keeps_to_a_schema_from_a_file() {
    let house = house_with(SMALL);
    let schema = json!({
        "type": "object",
        "properties": {"colour": {"enum": ["red", "green"]}},
        "required": ["colour"],
        "additionalProperties": false,
    });
    let path = house.file("schema.json", schema.to_string().as_bytes());
    let ran = house.run(&["chat", "--schema", &path, "What colour is grass?"]).succeeded();
    let answer = ran.json();
    assert!(["red", "green"].iter().any(|colour| answer["colour"] == *colour), "{ran:?}");
}
