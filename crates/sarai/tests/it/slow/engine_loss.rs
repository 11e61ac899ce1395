//! The engine's process dies, hangs, or cannot load its model.

use rustix::process::{Signal, kill_process};
use serde_json::Value;

use super::{SMALL, house_with};
use crate::house::{Serving, wait_until};

const STORY: &str = "Write a very long story about the sea.";

/// Returns how often the engine was started again, and why last.
fn restarts(serving: &Serving) -> (u64, String) {
    let health = serving.client.get("/health").json();
    let engine = &health["engine"];
    (engine["restarts"].as_u64().unwrap(), engine["last_failure"].to_string())
}

/// Sends `signal` to the engine in the middle of an answer, first in the native shape and then in
/// that of `OpenAI`. Each client hears of it, and the next question is answered.
fn interrupt(signal: Signal, stall_seconds: &str) -> String {
    let house = house_with(SMALL).with("SARAI_ENGINE_STALL_SECONDS", stall_seconds);
    let serving = house.serve().ready();
    let mut story = serving.client.turn(STORY, 4000);
    for _ in 0..3 {
        story.wait_for("\"text\"");
    }
    kill_process(serving.engine(), signal).unwrap();
    let (name, error) = story.rest().pop().expect("a last event");
    assert_eq!(name, "error", "{error}");
    let error: Value = serde_json::from_str(&error).unwrap();
    // Who kills without a word is taken for the system that is short of memory.
    let words = if signal == Signal::KILL { "memoria" } else { "motor" };
    assert!(error["message"].as_str().is_some_and(|text| text.contains(words)), "{error}");
    assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    assert!(!serving.client.chat("Hello", 8).words().is_empty());
    let (count, reason) = restarts(&serving);
    assert_eq!(count, 1, "{reason}");

    let mut story = serving.client.chat_streamed(STORY, 4000);
    story.wait_for("\"content\":\"");
    kill_process(serving.engine(), signal).unwrap();
    let told = story.rest().into_iter().map(|(_, data)| data).collect::<Vec<_>>();
    assert!(told.iter().any(|data| data.contains("\"error\"")), "{:?}", told.last());
    assert!(!serving.client.chat("Hello", 8).words().is_empty());
    let (count, reason) = restarts(&serving);
    assert_eq!(count, 2, "{reason}");
    let said = serving.end();
    assert!(!said.contains("Write a very long"), "the log keeps what was asked to itself: {said}");
    reason
}

#[test]
fn a_killed_engine_costs_one_answer() {
    println!("{}", interrupt(Signal::KILL, "120"));
}

#[test]
fn a_stopped_engine_costs_one_answer() {
    println!("{}", interrupt(Signal::STOP, "5"));
}

#[test]
fn an_engine_that_dies_at_rest_is_back_for_the_next_question() {
    let house = house_with(SMALL);
    let serving = house.serve().ready();
    kill_process(serving.engine(), Signal::KILL).unwrap();
    wait_until("a restart", || restarts(&serving).0 == 1);
    let ran = house.run(&["chat", "--tokens-max", "8", "Hello"]).succeeded();
    assert!(!ran.stdout.trim().is_empty(), "{ran:?}");
    serving.end();
}
