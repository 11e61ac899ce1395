//! The real model. The folder `SARAI_TEST_EMBEDDINGS` names holds `e5-small-q4.bin`.

use std::path::PathBuf;
use std::time::Duration;

use sarai_core::vector::Embed;
use sarai_embedding::Encoder;

use crate::kit::product;

#[expect(clippy::disallowed_methods, reason = "where the models of the tests are")]
#[expect(clippy::expect_used, reason = "a missing model fails the test and is not passed over")]
fn real() -> Encoder {
    let folder = std::env::var_os("SARAI_TEST_EMBEDDINGS");
    let folder = folder.expect("SARAI_TEST_EMBEDDINGS names the folder of e5-small-q4.bin");
    Encoder::open(&PathBuf::from(folder).join("e5-small-q4.bin")).unwrap()
}

/// Sentences with their vectors, each number a byte in hexadecimal, reckoned by another program.
const GOLDEN: &str = include_str!("../data/golden.tsv");

#[test]
fn vectors_are_those_of_another_program() {
    let encoder = real();
    let mut least: f32 = 1.0;
    assert!(GOLDEN.lines().count() >= 30);
    for line in GOLDEN.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let expected: Vec<f32> = (0..parts[2].len())
            .step_by(2)
            .map(|at| f32::from(u8::from_str_radix(&parts[2][at..at + 2], 16).unwrap()) - 128.0)
            .collect();
        let found = match parts[0] {
            "query" => encoder.query(parts[1]).unwrap(),
            _ => encoder.passage(parts[1]).unwrap(),
        };
        let likeness = product(&found, &expected) / product(&expected, &expected).sqrt();
        least = least.min(likeness);
        assert!(likeness >= 0.999, "{likeness} for {}", parts[1]);
    }
    println!("least likeness {least}");
}

#[test]
fn what_means_the_same_is_near() {
    let encoder = real();
    let question = encoder.query("Where does my sister live?").unwrap();
    let near = product(&question, &encoder.passage("Mi hermana vive en Cuenca").unwrap());
    let far = product(&question, &encoder.passage("El coche está en el taller").unwrap());
    assert!(near > far + 0.03, "{near} and {far}");
}

#[test]
fn times_of_one_question() {
    let encoder = real();
    let mut times: Vec<Duration> = (0..40)
        .map(|_| {
            #[expect(clippy::disallowed_methods, reason = "the time of this machine")]
            let start = std::time::Instant::now();
            let vector = encoder.query("¿Dónde vive ahora mi hermana mayor?").unwrap();
            assert_eq!(vector.len(), 384);
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("query: p50 {:?}, p95 {:?}", times[20], times[38]);
}
