//! Answers of real models that must be texts of a grammar or a schema, read by those who read such
//! texts: Python, SQLite, a reader of JSON. Many of them are cut, and every one is whole.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use sarai_grammar::{parse, recognises};
use serde_json::{Value, json};

use super::{MIDDLE, SMALL, house_with, named, variable};

/// What is asked, by the form it is asked in.
const ASKED: [(&str, [&str; 3]); 5] = [
    ("json", ["Describe a dog as JSON.", "Una receta en JSON.", "List three cities as JSON."]),
    ("sql", ["The ten oldest customers.", "How many orders has each user?", "Ventas por mes."]),
    ("schema", ["Ana, 31, Madrid.", "Book: Dune, 1965, Herbert.", "Una receta de gazpacho."]),
    ("python", ["Write factorial in Python.", "A class for a bank account.", "Ordena una lista."]),
    ("markdown", ["How do I make tea?", "Explica qué es un árbol.", "Notes about Madrid."]),
];

/// Tokens after which answers are cut.
const LIMITS: [u32; 6] = [1, 8, 24, 40, 60, 140];

#[test]
fn a_small_model_keeps_to_every_grammar() {
    check(SMALL, 30);
}

#[test]
fn a_larger_model_keeps_to_every_grammar() {
    check(MIDDLE, 15);
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "title": { "type": "string" },
            "kind": { "enum": ["person", "book", "recipe"] },
            "years": { "type": "array", "items": { "type": "integer" } },
            "parts": { "type": "array", "items": {
                "type": "object",
                "properties": { "name": { "type": "string" }, "known": { "type": "boolean" } },
                "required": ["name", "known"],
                "additionalProperties": false,
            } },
        },
        "required": ["title", "kind", "years", "parts"],
        "additionalProperties": false,
    })
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
    let mut refused = 0;
    for round in 0..rounds {
        let (form, questions) = ASKED[round % ASKED.len()];
        let limit = LIMITS[round % LIMITS.len()];
        let mut body = json!({
            "model": format!("sarai/raw:{model}"),
            "messages": [{"role": "user", "content": questions[round / 5 % questions.len()]}],
            "temperature": 0.8,
            "seed": seed + round,
            "max_tokens": limit,
        });
        if form == "schema" {
            body["response_format"] = json!({ "type": "json_schema", "json_schema": { "name": "a", "schema": schema() } });
        } else {
            body["grammar"] = json!(form);
        }
        let answer = serving.client.post("/v1/chat/completions", &body);
        if answer.status == 400 {
            is_too_short(&answer.json(), limit);
            refused += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{body}: {}", answer.json());
        let spent = answer.json()["usage"]["completion_tokens"].as_u64().unwrap();
        let text = answer.words();
        assert!(spent <= limit.into(), "{body}: {spent} {text}");
        if let Some(grammar) = sarai_grammar::named(form) {
            assert!(recognises(&parse(grammar.text).unwrap(), &text), "{body}: {text}");
        }
        match form {
            "json" => drop(serde_json::from_str::<Value>(&text).unwrap()),
            "schema" => is_of_the_schema(&serde_json::from_str(&text).unwrap()),
            "sql" => only_reads(&text),
            "python" => programs.push(text),
            _ => {}
        }
    }
    serving.end();
    // A limit of one token is too low for all but a value of JSON, eight for the schema.
    assert!(refused * 2 < rounds, "{refused} of {rounds} were refused");
    read_by_python(&programs);
}

/// A limit below the shortest answer of a form is an error that says how many tokens that has.
fn is_too_short(told: &Value, limit: u32) {
    assert_eq!(told["error"]["code"], "answer_unfinished", "{told}");
    let mut words = told["error"]["message"].as_str().unwrap().split_whitespace();
    let needed = words.find_map(|word| word.parse::<u32>().ok()).unwrap();
    assert!(needed > limit && needed < 60, "{told}");
}

fn is_of_the_schema(value: &Value) {
    assert!(value["title"].is_string(), "{value}");
    assert!(["person", "book", "recipe"].contains(&value["kind"].as_str().unwrap()), "{value}");
    assert!(value["years"].as_array().unwrap().iter().all(Value::is_i64), "{value}");
    for part in value["parts"].as_array().unwrap() {
        assert!(part["name"].is_string() && part["known"].is_boolean(), "{value}");
    }
}

fn only_reads(query: &str) {
    let database = Connection::open_in_memory().unwrap();
    match database.prepare(query) {
        Ok(statement) => assert!(statement.readonly(), "{query}"),
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
