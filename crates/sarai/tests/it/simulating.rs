//! `sarai bench simulate`, with an engine that says what it is told to.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use expect_test::{Expect, expect};

use crate::house::House;

const TOLD: &str = r#"[
    {"cores": 2, "model": "small", "draft": "tiny", "origin": "measured", "engine": "one", "machine": null,
     "batch_ms": [10.0, 15.0, 20.0, 40.0, 80.0], "draft_step_ms": 4.0, "kinds": [
        {"kind": "chat", "ours": {"speedups": [0.99, 1.0, 1.02], "guessed": 0, "accepted": 0},
         "recipe": {"speedups": [0.5, 0.6, 0.7], "guessed": 40, "accepted": 10}},
        {"kind": "quote", "ours": {"speedups": [1.5, 1.7, 1.6], "guessed": 100, "accepted": 90},
         "recipe": {"speedups": [0.7, 0.8, 0.9], "guessed": 100, "accepted": 80}}]},
    {"cores": 16, "model": "large", "draft": "tiny", "origin": "computed", "engine": null,
     "machine": {"gb_s": 80.0, "gflop_s": 1920.0},
     "batch_ms": [90.0, 100.0, 120.0, 170.0, 260.0], "draft_step_ms": 7.0, "kinds": [
        {"kind": "chat", "ours": {"speedups": [1.1], "guessed": 10, "accepted": 6},
         "recipe": {"speedups": [1.2], "guessed": 10, "accepted": 6}},
        {"kind": "quote", "ours": {"speedups": [3.25], "guessed": 10, "accepted": 9},
         "recipe": {"speedups": [2.5], "guessed": 10, "accepted": 9}}]}
]"#;

/// A home without models, whose engine knows the answer to one question only.
fn house() -> House {
    let house = House::new();
    let engine = house.file("told.json", TOLD.as_bytes());
    let script = format!("#!/bin/sh\n[ \"$*\" = 'simulate --seeds 3' ] && cat '{engine}'\n");
    let path = house.file("sarai-engine-llama", script.as_bytes());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let folder = path.trim_end_matches("/sarai-engine-llama").to_owned();
    house.with("SARAI_ENGINE_FOLDER", folder)
}

#[track_caller]
fn check(language: &str, expected: &Expect) {
    let house = house().with("SARAI_LANG", language);
    expected.assert_eq(&house.run(&["bench", "simulate", "--rounds", "3"]).succeeded().stdout);
}

#[test]
fn what_the_engine_simulates_is_told_as_a_table() {
    check(
        "es",
        &expect![[r#"
        simulado, no medido: velocidad de este motor adelantando texto entre la de ir ficha a ficha, mediana de 3 simulaciones; entre paréntesis, la receta de dejar que `tiny` adivine 2, 4 o 5 fichas según su acierto, hasta que baja de 0,6
        máquina                            modelo  curva      V4   V16  charla       citar
        2 núcleos, one                     small   medida     2.0  8.0  1.00 (0.60)  1.60 (0.80)
        16 núcleos, 80 GB/s, 1920 GFLOP/s  large   calculada  1.3  2.9  1.10 (1.20)  3.25 (2.50)
        V4 y V16: cuántas veces una ficha cuesta comprobar 4 y 16 a la vez. Lo peor de todas las simulaciones: 0.990; lo mejor: 3.25
    "#]],
    );
    check(
        "en",
        &expect![[r#"
        simulated, not measured: speed of this engine guessing ahead over that of plain decoding, median of 3 simulations; in brackets, the recipe of having `tiny` guess 2, 4 or 5 tokens by its share of right ones, until it falls below 0.6
        machine                          model  curve     V4   V16  chat         quoting
        2 cores, one                     small  measured  2.0  8.0  1.00 (0.60)  1.60 (0.80)
        16 cores, 80 GB/s, 1920 GFLOP/s  large  computed  1.3  2.9  1.10 (1.20)  3.25 (2.50)
        V4 and V16: how many times one token it costs to check 4 and 16 at once. The worst of all simulations: 0.990; the best: 3.25
    "#]],
    );
}

#[test]
fn programs_get_the_medians_and_every_sample() {
    let house = house();
    let ran = house.run(&["bench", "simulate", "--rounds", "3", "--json"]).succeeded();
    let report = ran.json();
    assert_eq!(report["bench"], "simulate");
    assert_eq!(report["samples"], serde_json::from_str::<serde_json::Value>(TOLD).unwrap());
    assert_eq!((report["least"].as_f64(), report["most"].as_f64()), (Some(0.99), Some(3.25)));
    let chat = &report["curves"][0]["kinds"][0];
    assert_eq!(chat["ours"]["speedup"], 1.0);
    // Of nothing there is no share.
    assert!(chat["ours"]["acceptance"].is_null(), "{chat}");
    assert_eq!(chat["recipe"]["acceptance"], 0.25);
    assert_eq!(report["curves"][1]["measured"], false);
}

#[test]
fn an_engine_that_cannot_simulate_is_told() {
    let ran = house().run(&["bench", "simulate"]).failed(1);
    assert!(ran.stderr.contains("sarai-engine-llama"), "{ran:?}");
}
