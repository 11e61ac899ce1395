//! Answers of real models that must be texts of a grammar, read by those who read such texts:
//! Python, SQLite, a reader of JSON. Many of them are cut.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use sarai_grammar::{parse, recognises};
use serde_json::{Value, json};

use super::{MIDDLE, SMALL, house_with, named, variable};

/// What is asked, by the grammar it is asked with.
const ASKED: [(&str, [&str; 3]); 4] = [
    ("json", ["Describe a dog as JSON.", "Una receta en JSON.", "List three cities as JSON."]),
    ("sql", ["The ten oldest customers.", "How many orders has each user?", "Ventas por mes."]),
    ("python", ["Write factorial in Python.", "A class for a bank account.", "Ordena una lista."]),
    ("markdown", ["How do I make tea?", "Explica qué es un árbol.", "Notes about Madrid."]),
];

/// Tokens after which answers are cut.
const LIMITS: [u32; 5] = [1, 8, 24, 60, 140];

#[test]
fn a_small_model_keeps_to_every_grammar() {
    check(SMALL, 30);
}

#[test]
fn a_larger_model_keeps_to_every_grammar() {
    check(MIDDLE, 12);
}

#[track_caller]
fn check(model: &str, rounds: usize) {
    let long = variable("SARAI_SOAK_ROUNDS").map(|rounds| rounds.parse::<usize>().unwrap());
    let seed = variable("SARAI_SOAK_SEED").map_or(1, |seed| seed.parse::<usize>().unwrap());
    // The long version is a promise about at least 300 answers.
    let rounds = long.map_or(rounds, |rounds| rounds.max(300));
    let house = house_with(model);
    let serving = house.serve().ready();
    let mut programs = Vec::new();
    for round in 0..rounds {
        let (grammar, questions) = ASKED[round % ASKED.len()];
        let body = json!({
            "model": format!("sarai/raw:{model}"),
            "messages": [{"role": "user", "content": questions[round / 4 % questions.len()]}],
            "grammar": grammar,
            "temperature": 0.8,
            "seed": seed + round,
            "max_tokens": LIMITS[round % LIMITS.len()],
        });
        let answer = serving.client.post("/v1/chat/completions", &body);
        assert_eq!(answer.status, 200, "{body}: {}", answer.json());
        let text = answer.words();
        let gbnf = parse(sarai_grammar::named(grammar).unwrap().text).unwrap();
        assert!(recognises(&gbnf, &text), "{body}: {text}");
        match grammar {
            "json" => drop(serde_json::from_str::<Value>(&text).unwrap()),
            "sql" => only_reads(&text),
            "python" => programs.push(text),
            _ => {}
        }
    }
    serving.end();
    read_by_python(&programs);
}

fn only_reads(query: &str) {
    let database = Connection::open_in_memory().unwrap();
    match database.prepare(query) {
        Ok(statement) => assert!(statement.readonly(), "{query}"),
        // There are no tables; that is said after the whole text was read.
        Err(error) => {
            let told = error.to_string();
            let read = ["no such", "misuse of", "no tables", "ambiguous", "aggregate"];
            assert!(read.iter().any(|one| told.contains(one)), "{told}: {query}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a program of the tests, named in the environment")]
fn read_by_python(programs: &[String]) {
    let script = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
    let mut child = Command::new(named("SARAI_TEST_PYTHON"))
        .args(["-W", "ignore", "-c", script])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(programs).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
