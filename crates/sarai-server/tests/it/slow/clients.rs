//! The outside clients of `tests/clients`, unmodified, against an engine that keeps to the form it
//! is given. The same scripts run against a real model elsewhere.

use std::path::Path;
use std::sync::Arc;

use super::program;
use crate::support::{ObedientEngine, Server, Setup};

#[track_caller]
fn check(interpreter: &str, script: &str) {
    let engine = Arc::new(ObedientEngine::default());
    let server = Server::start(Setup { engine, ..Setup::default() });
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let script = scripts.join(script);
    let said = program::run(&program::named(interpreter), &[script.to_str().unwrap()], &server);
    assert!(said.lines().count() >= 2, "{said}");
}

#[test]
fn openai_python() {
    check("SARAI_TEST_PYTHON", "openai_python.py");
}

#[test]
fn anthropic_python() {
    check("SARAI_TEST_PYTHON", "anthropic_python.py");
}

#[test]
fn litellm() {
    check("SARAI_TEST_PYTHON", "litellm_completion.py");
}

#[test]
fn langchain() {
    check("SARAI_TEST_PYTHON", "langchain_chat.py");
}

#[test]
fn instructor() {
    check("SARAI_TEST_PYTHON", "instructor_model.py");
}

#[test]
fn outlines() {
    check("SARAI_TEST_PYTHON", "outlines_model.py");
}

#[test]
fn llm_command_line() {
    check("SARAI_TEST_PYTHON", "llm_command_line.py");
}

#[test]
fn openai_node() {
    check("SARAI_TEST_NODE", "openai_node.mjs");
}
