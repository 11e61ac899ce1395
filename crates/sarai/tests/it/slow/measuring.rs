//! The benches that ask a model, and what they refuse.

use super::{SMALL, house_with};

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
