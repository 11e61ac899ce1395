//! The bench, small: it measures what it says, and its figures agree with each other.

use sarai_core::language::Language;
use sarai_memory::Understanding;
use sarai_memory::bench::{Bench, Size};
use sarai_testkit::SeededRandom;
use serde_json::Value;

use crate::kit::clock;

#[test]
fn a_small_bench_tells_what_the_large_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size { facts: 2_000, queries: 3, turns: 4, repeats: 900, days: 3, turns_a_day: 2 };
    let stages = std::cell::RefCell::new(Vec::new());
    let bench = Bench {
        folder: folder.path(),
        clock: clock(),
        random: &SeededRandom::new(7),
        understanding: Understanding::plain(Language::Spanish),
        size,
    };
    let report = bench.run(&|stage| stages.borrow_mut().push(stage.to_owned())).unwrap();
    assert_eq!(stages.into_inner(), ["fill", "queries", "writes", "repeats", "months"]);
    assert_eq!(report["facts"], 2_000);
    let found = |name: &str| {
        let queries = report["queries"].as_array().unwrap();
        let query = queries.iter().find(|query| query["name"] == name).unwrap();
        query["facts_found"].as_u64().unwrap()
    };
    // One fact in five is about the speaker, and fifty at most are listed.
    assert_eq!(found("busiest S"), 3 * 50);
    assert!((1..=3 * 50).contains(&found("busiest S+V")));
    assert!(found("S") > 0 && found("V") > 0 && found("O") > 0);
    let figure = |name: &str| number(&report, name);
    assert_eq!(figure("/writes/turns"), 4);
    assert_eq!(figure("/months/turns"), 6);
    assert!(figure("/months/facts_told") >= 3, "{}", report["months"]);
    assert_eq!(report["months"]["learned_something"], true);
    let [before, after] =
        ["/repeats/facts_before", "/repeats/facts_after"].map(|name| number(&report, name));
    assert!(after < before, "{before} facts before, {after} after");
    assert!(figure("/repeats/repeats_gone") >= before - after);
}

#[track_caller]
fn number(report: &Value, place: &str) -> u64 {
    report.pointer(place).and_then(Value::as_u64).unwrap()
}
