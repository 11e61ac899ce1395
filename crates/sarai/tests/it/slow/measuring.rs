//! The benches that ask a model, and what they refuse.

use super::{SMALL, house_with, named};
use crate::house::House;

#[test]
fn ten_turns_are_measured_without_a_peer() {
    let house = house_with(SMALL);
    let report = house.run(&["bench", "turns", "--rounds", "1", "--json"]).succeeded().json();
    let samples = report["samples"].as_array().unwrap();
    assert_eq!(samples.len(), 10);
    let of = |key: &str| {
        let numbers = samples.iter().map(|sample| sample["ours"][key].as_f64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    let prompts = of("prompt_tokens");
    assert!(prompts.is_sorted_by(|earlier, later| earlier < later), "{prompts:?}");
    // What was said is not read again.
    let cached = of("cached_tokens");
    assert!(cached[2..].iter().zip(&prompts[1..]).all(|(cached, read)| cached * 2.0 > *read));
    assert!(of("tokens").iter().all(|tokens| (1.0..=64.0).contains(tokens)));
    let total: f64 = of("whole_ms").iter().sum();
    assert!((report["ours"]["total_ms"].as_f64().unwrap() - total).abs() < 1e-6);
    assert!(report["peer"].is_null() && report["total_ratio"].is_null(), "{report}");
    assert!(report["load_average"][1].is_number(), "{report}");
}

#[test]
fn guessing_is_measured_as_words_are_drawn_in_conversation() {
    let house = house_with(SMALL);
    let line = r#"{"kind": "chat", "messages": [{"role": "user", "content": "¿Qué tal?"}]}"#;
    let file = house.file("prompts.jsonl", format!("{line}\n{line}\n").as_bytes());
    let bench = ["bench", "speculative", "--prompts", &file, "--tokens", "12", "--sampled"];
    let report = house.run(&[&bench[..], &["--json"]].concat()).succeeded().json();
    assert_eq!((&report["sampling"], &report["kinds"][0]["prompts"]), (&"chat".into(), &2.into()));
    let refused = house.run(&[&bench[..], &["--peer", "/bin/echo"]].concat()).failed(2);
    assert!(refused.stderr.contains("--sampled"), "{refused:?}");
}

#[test]
fn what_is_no_peer_is_refused_with_the_way_to_one() {
    let house = house_with(SMALL);
    for bench in ["turns", "speculative"] {
        let check = |peer: &str, code| {
            let ran = house.run(&["bench", bench, "--peer", peer]).failed(code);
            assert!(ran.stderr.contains("cargo xtask peers"), "{ran:?}");
        };
        check("/nowhere/llama-server", 4);
        check("/bin/echo", 2);
    }
}

#[test]
fn drafting_on_other_machines_is_simulated_without_a_model() {
    let house = House::of(&named("SARAI_TEST_SARAI"));
    let report = house.run(&["bench", "simulate", "--rounds", "3", "--json"]).succeeded().json();
    let curves = report["curves"].as_array().unwrap();
    let solar = curves.iter().filter(|curve| curve["model"] == "solar-10.7b");
    assert!(solar.clone().count() >= 4, "{report}");
    assert!(solar.clone().all(|curve| curve["measured"] == false), "{report}");
    assert!(curves.iter().all(|curve| curve["kinds"].as_array().unwrap().len() == 4), "{report}");
    assert!(report["least"].as_f64().unwrap() >= 0.97, "{report}");
    assert!(report["most"].as_f64().unwrap() >= 2.0, "{report}");
    // The same seeds, the same numbers.
    let again = house.run(&["bench", "simulate", "--rounds", "3", "--json"]).succeeded().json();
    assert_eq!(report["samples"], again["samples"]);
}
