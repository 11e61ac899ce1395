//! The real models against the program they come from.
//!
//! `SARAI_TEST_PARSERS` is the folder of the wheels. The expected readings were written once by
//! spaCy 3.8: a line a text, its sentences, their words as `[text, start, end, part of speech,
//! features, lemma, head, label]` without white space, as the parser leaves that out as well.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use sarai_core::language::Language;
use sarai_core::syntax::{Parse, Sentence};
use sarai_parser::Parser;
use serde_json::Value;

/// How many of a hundred parts of speech, features and lemmas must be equal. Words, heads and
/// labels must all be.
const FLOOR_PERCENT: usize = 99;

#[expect(clippy::disallowed_methods, reason = "only the runner of these tests knows the folder")]
fn wheel(start: &str) -> PathBuf {
    let folder = env::var_os("SARAI_TEST_PARSERS").expect("set SARAI_TEST_PARSERS");
    let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(start) && path.extension().is_some_and(|end| end == "whl")
    };
    let found = files.into_iter().find(is_wanted);
    found.unwrap_or_else(|| panic!("no {start}*.whl in {}", folder.display()))
}

#[track_caller]
fn check(start: &str, language: Language, golden: &str) {
    let parser = Parser::open(&wheel(start)).unwrap();
    assert_eq!(parser.language(), language);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(golden);
    let golden = fs::read_to_string(golden).unwrap();
    let (mut words, mut equal) = (0, 0);
    for line in golden.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = line["text"].as_str().unwrap();
        let found = parser.parse(text);
        assert_eq!(trees(&found), expected_trees(&line), "{text:?}");
        for (found, expected) in readings(&found).iter().zip(&expected_readings(&line)) {
            words += 1;
            if found == expected {
                equal += 1;
            } else {
                println!("{found:?} instead of {expected:?} in {text:?}");
            }
        }
    }
    println!("{start}: {equal} of {words} words have the same part of speech, features and lemma");
    assert!(words > 800 && equal * 100 >= words * FLOOR_PERCENT, "{equal} of {words}");
}

/// A word with its span, its head and its label.
type Node = (String, u64, u64, u64, String);
/// A part of speech, features and a lemma.
type Reading = [String; 3];

fn trees(sentences: &[Sentence]) -> Vec<Vec<Node>> {
    let number = |number: usize| u64::try_from(number).unwrap();
    let tree = |sentence: &Sentence| {
        let node = |token: &sarai_core::syntax::Token| {
            let span = [token.span.start, token.span.end].map(number);
            (token.text.clone(), span[0], span[1], number(token.head), token.label.clone())
        };
        sentence.tokens.iter().map(node).collect()
    };
    sentences.iter().map(tree).collect()
}

fn readings(sentences: &[Sentence]) -> Vec<Reading> {
    let tokens = sentences.iter().flat_map(|sentence| &sentence.tokens);
    tokens.map(|token| [token.pos.clone(), token.features.join("|"), token.lemma.clone()]).collect()
}

fn expected(line: &Value) -> impl Iterator<Item = &Vec<Value>> {
    line["sentences"].as_array().unwrap().iter().map(|sentence| sentence.as_array().unwrap())
}

fn expected_trees(line: &Value) -> Vec<Vec<Node>> {
    let node = |word: &Value| {
        let number = |place: usize| word[place].as_u64().unwrap();
        (own(&word[0]), number(1), number(2), number(6), own(&word[7]))
    };
    expected(line).map(|words| words.iter().map(node).collect()).collect()
}

fn expected_readings(line: &Value) -> Vec<Reading> {
    let reading = |word: &Value| [own(&word[3]), own(&word[4]), own(&word[5])];
    expected(line).flatten().map(reading).collect()
}

fn own(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn spanish_is_read_as_by_the_program_that_the_model_comes_from() {
    check("es_core_news_sm", Language::Spanish, "golden-es.jsonl");
}

#[test]
fn english_is_read_as_by_the_program_that_the_model_comes_from() {
    check("en_core_web_sm", Language::English, "golden-en.jsonl");
}
