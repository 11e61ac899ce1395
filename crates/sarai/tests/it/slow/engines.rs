//! The engines compared on real models: one is taken only where it computes what the reference does.

use serde_json::Value;

use super::{MIDDLE, SMALL, house_with};
use crate::house::House;

const RIVAL: &str = "sarai-engine-ik";

/// Has the engines compared; returns what came of the second one and who serves.
#[track_caller]
fn compared(house: &House) -> (Value, String) {
    let report = house.run(&["bench", "engine", "--rounds", "1", "--json"]).succeeded().json();
    let verdicts = report["verdicts"].as_array().unwrap();
    let of = |engine: &&Value| engine["engine"] == RIVAL;
    let verdict = verdicts.iter().find(of).expect("the second engine is built")["of"].clone();
    (verdict, report["engine"].as_str().unwrap().to_owned())
}

#[track_caller]
fn perplexities(verdict: &Value) -> (f64, f64) {
    (verdict["reference"].as_f64().unwrap(), verdict["engine"].as_f64().unwrap())
}

#[test]
fn an_engine_that_is_wrong_on_a_quantisation_is_refused() {
    // The kernel of the ik fork for Q4_1 is wrong on processors with AVX-512.
    let house = house_with(SMALL);
    let (verdict, serves) = compared(&house);
    let (reference, engine) = perplexities(&verdict);
    let is_wrong = engine > 1.005 * reference;
    assert_eq!(verdict["verdict"] == "differs", is_wrong, "{verdict}");
    #[cfg(target_arch = "x86_64")]
    assert!(is_wrong || !std::arch::is_x86_feature_detected!("avx512f"), "{verdict}");
    if is_wrong {
        assert_eq!(serves, "sarai-engine-llama");
        let doctor = house.run(&["doctor"]).stdout;
        assert!(doctor.contains("sarai-engine-ik: descartado"), "{doctor}");
    }
}

#[test]
fn an_engine_that_agrees_serves_where_it_is_quicker() {
    let house = house_with(MIDDLE);
    let (verdict, serves) = compared(&house);
    let (reference, engine) = perplexities(&verdict);
    assert_eq!(verdict["verdict"], "agrees");
    assert!((engine / reference - 1.0).abs() < 0.03, "{verdict}");
    // What was found out counts for the assistant from its first answer on.
    let serving = house.serve().ready();
    let body = serde_json::json!({
        "model": "sarai", "messages": [{"role": "user", "content": "Di solo: hola"}], "max_tokens": 8,
    });
    assert_eq!(serving.client.post("/v1/chat/completions", &body).status, 200);
    let status = serving.client.get("/api/sarai/status").json();
    let backend = status["engine"]["backend"].as_str().unwrap();
    assert_eq!(backend.contains("ik_llama.cpp"), serves == RIVAL, "{backend} {serves}");
    serving.end();
}
