//! The outside clients, unmodified, against the program with a real model.

use std::path::Path;
use std::process::Stdio;

use super::{MIDDLE, house_with, named};

#[track_caller]
#[expect(clippy::disallowed_methods, reason = "the one place where these tests start a client")]
fn check(interpreter: &str, script: &str) {
    let house = house_with(MIDDLE);
    let serving = house.serve().ready();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sarai-server/tests/clients");
    let folder = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(named(interpreter))
        .arg(scripts.join(script))
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("SARAI_CLIENT_URL", format!("http://{}", serving.address))
        .env("SARAI_CLIENT_KEY", &serving.key)
        .env("SARAI_CLIENT_MODEL", "sarai")
        .env("NO_COLOR", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(said.lines().count() >= 2, "{said}");
    serving.end();
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
