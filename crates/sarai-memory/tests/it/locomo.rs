//! The evaluation of recall, on a data set of two short conversations.

use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_core::language::Language;
use sarai_memory::{Understanding, locomo};
use serde_json::{Value, json};

use crate::kit::{Concepts, clock};

fn said(id: &str, speaker: &str, text: &str) -> Value {
    json!({ "dia_id": id, "speaker": speaker, "text": text, "blip_caption": "a picture" })
}

fn asked(question: &str, evidence: &[&str], category: i64) -> Value {
    json!({ "question": question, "evidence": evidence, "category": category })
}

fn data() -> Value {
    json!([{
        "conversation": {
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": [
                said("D1:1", "Ana", "I adopted a dog yesterday"),
                said("D1:2", "Luis", "What is the name of the dog?"),
                said("D1:3", "Ana", "I called him Toby"),
            ],
            "session_2_date_time": "12:05 am on 1 June, 2023",
            "session_2": [
                said("D2:1", "Luis", "I bought a guitar"),
                said("D2:2", "Ana", "Nice, I play the piano"),
            ],
            "session_3_date_time": "9:00 am on 2 June, 2023",
        },
        "qa": [
            asked("What instrument does Ana play, the piano?", &["D2:2"], 4),
            asked("When did Ana adopt a dog?", &["D1:1; D1:3"], 2),
            asked("Who bought a submarine?", &["D1:1"], 5),
            asked("Nobody knows", &[], 1),
            asked("A defect of the data", &["D"], 1),
        ],
    }])
}

fn evaluate(data: &Value, understanding: &Understanding) -> Result<Value, locomo::LocomoError> {
    let clock: Arc<dyn Clock> = clock();
    locomo::evaluate(data, understanding, &clock)
}

#[track_caller]
fn check(understanding: &Understanding) {
    let figures = evaluate(&data(), understanding).unwrap();
    assert_eq!(figures["questions"], 3);
    assert_eq!(figures["session"]["any@5"], 0.6667);
    let single = &figures["parts"]["category 4"];
    assert_eq!(single["turn"]["any@1"], 1.0);
    assert_eq!(single["session"]["any@1"], 1.0);
    assert_eq!(single["turn"]["mrr"], 1.0);
    let two = &figures["parts"]["category 2"];
    assert_eq!(two["turn"]["any@1"], 1.0);
    assert_eq!(two["turn"]["all@1"], 0.0);
    assert_eq!(two["turn"]["fraction@1"], 0.5);
    assert_eq!(two["turn"]["all@5"], 1.0);
    let missed = &figures["parts"]["category 5"];
    assert_eq!(missed["questions"], 1);
    assert_eq!(figures["parts"]["conversations 1-5"]["questions"], 3);
    assert_eq!(figures["parts"]["conversations 6-10"], Value::Null);
    assert!(figures["tokens@10"].as_f64().unwrap() > 1.0);
    assert!(figures["latency_ms"]["p95"].is_number());
}

#[test]
fn figures_are_counted_by_the_evidence() {
    check(&Understanding::plain(Language::English));
}

#[test]
fn a_model_takes_part() {
    let embed = Some(Concepts::model("one"));
    let understanding = Understanding { embed, ..Understanding::plain(Language::English) };
    let figures = evaluate(&data(), &understanding).unwrap();
    assert_eq!(figures["parts"]["category 4"]["turn"]["any@1"], 1.0);
    assert!(figures["embedding_ms"]["p50"].is_number());
}

#[test]
fn other_data_is_refused() {
    let plain = Understanding::plain(Language::English);
    let error = evaluate(&json!({}), &plain).unwrap_err();
    assert_eq!(error.to_string(), "not LoCoMo: no list of conversations");
    let mut wrong = data();
    wrong[0]["conversation"]["session_1_date_time"] = json!("yesterday");
    let error = evaluate(&wrong, &plain).unwrap_err();
    assert_eq!(error.to_string(), "not LoCoMo: `yesterday` is no time");
}
