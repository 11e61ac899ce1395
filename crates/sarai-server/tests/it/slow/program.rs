//! Outside programs, which `cargo xtask test` installs and names in the environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{KEY, Server};

/// Returns the path in `variable`.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration of their own")]
pub(super) fn named(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    path.unwrap_or_else(|| panic!("{variable} is not set; `cargo xtask test` sets it")).into()
}

/// Runs `program` against `server`, in a folder of its own, and expects it to succeed.
#[expect(clippy::disallowed_methods, reason = "the one place where these tests start a program")]
pub(super) fn run(program: &Path, arguments: &[&str], server: &Server) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("SARAI_CLIENT_URL", format!("http://{}", server.address))
        .env("SARAI_CLIENT_KEY", KEY)
        .env("SARAI_CLIENT_MODEL", "sarai")
        .env("NO_COLOR", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}\n{complained}", program.display());
    said
}
