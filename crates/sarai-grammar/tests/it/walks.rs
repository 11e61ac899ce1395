//! Texts found by going at random where a grammar allows it.

use llguidance::Matcher;
use rusqlite::Connection;
use sarai_core::random::Random as _;
use sarai_grammar::{Gbnf, named, parse, recognises, shortest_completion};
use sarai_testkit::SeededRandom;

use crate::agreement::{factory, matcher};

/// Returns texts of the grammar of this name: so many bytes each, and what completes them.
pub(crate) fn texts(name: &str, count: u64) -> Vec<String> {
    let gbnf = parse(named(name).unwrap().text).unwrap();
    let matcher = matcher(&factory(), &gbnf);
    (0..count).map(|seed| text(&gbnf, matcher.clone(), seed)).collect()
}

fn text(gbnf: &Gbnf, mut matcher: Matcher, seed: u64) -> String {
    let random = SeededRandom::new(seed);
    let pick = |below: usize| usize::try_from(random.bits() % below as u128).unwrap();
    let length = 20 + pick(120);
    let mut bytes = Vec::new();
    while bytes.len() < length && !matcher.is_stopped() {
        let mask = matcher.compute_mask().unwrap();
        let allowed: Vec<u8> = (0..=255).filter(|byte| mask.is_allowed(u32::from(*byte))).collect();
        // Signs and spaces lead on; letters lead to long names.
        let signs: Vec<u8> = allowed
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii())
            .collect();
        let from = if signs.is_empty() || pick(3) == 0 { &allowed } else { &signs };
        if from.is_empty() {
            break;
        }
        let byte = from[pick(from.len())];
        bytes.push(byte);
        matcher.consume_token(u32::from(byte)).unwrap();
    }
    bytes.extend(shortest_completion(gbnf, &bytes).unwrap());
    let text = String::from_utf8(bytes).unwrap();
    assert!(recognises(gbnf, &text), "{text}");
    text
}

#[test]
fn sqlite_reads_every_query() {
    let database = Connection::open_in_memory().unwrap();
    for text in texts("sql", 80) {
        match database.prepare(&text) {
            Ok(statement) => assert!(statement.readonly(), "{text}"),
            // There are no tables; that is said after the whole text was read.
            Err(error) => {
                let told = error.to_string();
                let read = [
                    "no such",
                    "misuse of",
                    "no tables",
                    "ambiguous",
                    "aggregate",
                    "subquery",
                    "circular reference",
                    "duplicate WITH",
                    "recursive",
                ];
                assert!(read.iter().any(|one| told.contains(one)), "{told}: {text}");
            }
        }
        assert!(!text.contains(';'), "{text}");
    }
}

#[test]
fn json_is_read_by_another_reader() {
    for text in texts("json", 80) {
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }
}

#[test]
fn code_in_markdown_is_closed() {
    for text in texts("markdown", 50) {
        let fences = text.lines().filter(|line| line.starts_with("```")).count();
        assert_eq!(fences % 2, 0, "{text}");
    }
}
