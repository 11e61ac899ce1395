//! Tests that need more than this code: Python.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::walks::texts;

#[test]
#[expect(clippy::disallowed_methods, reason = "a program of the tests, named in the environment")]
fn python_reads_every_text() {
    let python = std::env::var_os("SARAI_TEST_PYTHON");
    let python = python.expect("SARAI_TEST_PYTHON is not set; `cargo xtask test` sets it");
    let script = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
    let mut child = Command::new(python)
        .args(["-W", "ignore", "-c", script])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let texts = serde_json::to_vec(&texts("python", 80)).unwrap();
    child.stdin.take().unwrap().write_all(&texts).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
