//! Search by meaning: with the real embedding model, on the real evaluation set, and among many
//! vectors. `SARAI_TEST_EMBEDDINGS` names the folder of `e5-small-q4.bin`; `SARAI_TEST_LOCOMO` names
//! `locomo10.json`, which may not be in the tree.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::language::Language;
use sarai_core::vector::Embed;
use sarai_embedding::Encoder;
use sarai_memory::{Understanding, locomo};

use super::{print, time};
use crate::kit::{Concepts, embed_with, memory, turn};
use crate::recall;

#[expect(clippy::disallowed_methods, reason = "where the models of the tests are")]
#[expect(clippy::expect_used, reason = "a missing model fails the test and is not passed over")]
fn encoder() -> Arc<dyn Embed> {
    let folder = std::env::var_os("SARAI_TEST_EMBEDDINGS");
    let folder = folder.expect("SARAI_TEST_EMBEDDINGS names the folder of e5-small-q4.bin");
    Arc::new(Encoder::open(&PathBuf::from(folder).join("e5-small-q4.bin")).unwrap())
}

#[test]
fn what_was_told_is_found_by_its_meaning_too() {
    let (memory, person) = recall::told();
    embed_with(&memory, Some(encoder()));
    while memory.embed_pending(64).unwrap() > 0 {}
    recall::check_rates(&memory, &person);
}

/// Measures in real time.
struct Stopwatch(std::time::Instant);

impl Clock for Stopwatch {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[test]
fn locomo_is_ranked_as_well_as_before() {
    #[expect(clippy::disallowed_methods, reason = "where the data set is")]
    let Some(path) = std::env::var_os("SARAI_TEST_LOCOMO") else {
        println!("LEFT OUT: SARAI_TEST_LOCOMO names no locomo10.json, so recall was NOT evaluated");
        return;
    };
    let data = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let embed = Some(encoder());
    let understanding = Understanding { embed, ..Understanding::plain(Language::English) };
    #[expect(clippy::disallowed_methods, reason = "the time of this machine")]
    let clock: Arc<dyn Clock> = Arc::new(Stopwatch(std::time::Instant::now()));
    let figures = locomo::evaluate(&data, &understanding, &clock).unwrap();
    println!("{}", serde_json::to_string_pretty(&figures).unwrap());
    let figure = |level: &str, name: &str| figures[level][name].as_f64().unwrap();
    assert!(figure("session", "any@5") >= 0.94);
    assert!(figure("session", "any@1") >= 0.77);
    assert!(figure("turn", "any@10") >= 0.88);
}

#[test]
fn times_among_a_hundred_thousand_vectors() {
    let (memory, person) = memory();
    for asked in 0..50_000 {
        let said = format!("Frase {asked} sobre asuntos {}", asked % 977);
        memory.store(turn(&person, &format!("c{}", asked / 10), asked, &said, "Vale.")).unwrap();
    }
    let words = |number: usize| {
        let question = format!("¿Y los asuntos {number} con la playa?");
        time(|| memory.recall(&person, &question, None, 4).unwrap()).1
    };
    print("recall by words", (0..20).map(words).collect());
    let model = Concepts { name: "wide", dimensions: 384, refused: "imposible" };
    embed_with(&memory, Some(Arc::new(model)));
    while memory.embed_pending(1_000).unwrap() > 0 {}
    assert_eq!(memory.vectors().unwrap().made, 100_000);
    print("recall, reading the vectors", vec![words(1)]);
    print("recall by words and meaning", (0..20).map(words).collect());
}
