//! A real model reads what the rules could not: whatever it says, only what was said is kept.

use serde_json::Value;

use super::{SMALL, house_with};
use crate::house::wait_until;

const TOLD: [&str; 4] = [
    "Mi vecina Rosa zurumbea tractores viejos.",
    "Mi primo Luis zurumbea farolas en Soria.",
    "Mi abuela nunca zurumbea alcachofas.",
    "Mi cuñado Paco zurumbea obedecer y guardar que el rey zurumbea Marte.",
];

#[test]
fn all_that_is_kept_was_said_and_the_pass_ends() {
    let house = house_with(SMALL)
        .with("SARAI_MEMORY_BACKGROUND_READING", "true")
        .with("SARAI_MEMORY_BACKGROUND_IDLE_SECONDS", "1");
    for message in TOLD {
        house.run(&["memory", "ingest", "--session", "casa", message]).succeeded();
    }
    let waiting = |house: &crate::house::House| -> u64 {
        let stats = house.run(&["memory", "stats", "--json"]).succeeded().json();
        stats["leftovers"].as_u64().unwrap()
    };
    let before = waiting(&house);
    assert!(before >= 3, "{before} leftovers");
    let serving = house.serve().ready();
    wait_until("the end of the background reading", || waiting(&house) == 0);
    let recalled = house.run(&["memory", "recall", "--json"]).succeeded().json();
    let facts = recalled["facts"].as_array().unwrap();
    let read: Vec<&Value> = facts.iter().filter(|fact| fact["extractor"] == "model").collect();
    println!("{before} leftovers, {} facts of the model's", read.len());
    for fact in read {
        assert!(fact["confidence"].as_f64().unwrap() <= 0.6, "{fact}");
        let sentence = fact["evidence"]["text"].as_str().unwrap();
        assert!(TOLD.iter().any(|told| told.contains(sentence)), "{fact}");
        for name in ["subject", "object"] {
            let name = fact[name].as_str().unwrap();
            let said = |word: &str| sentence.to_lowercase().contains(&word.to_lowercase());
            assert!(name == "yo" || name.split(' ').all(said), "{fact}");
        }
        let denies = sentence.contains("nunca");
        assert_eq!(fact["negated"].as_bool(), Some(denies), "{fact}");
    }
    serving.end();
}
