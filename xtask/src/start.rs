//! `cargo xtask run`: from a fresh clone to the first answer.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::shell::{self, Unavailable, say};
use crate::{models, packages, workspace};

/// Installs, builds, and becomes `sarai start`, which fetches the model and talks.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    build()?;
    if !models::has_default() {
        // Needed only where the hub cannot be reached: without it there is still that way.
        match packages::ensure(packages::PULL) {
            Err(error) if error.is::<Unavailable>() => say(&format!("{error:#}")),
            other => other?,
        }
    }
    become_sarai(&[&["start"], arguments].concat())
}

/// Becomes `sarai bench`.
pub(crate) fn bench(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    build()?;
    become_sarai(&[&["bench"], arguments].concat())
}

/// Installs what the build needs, and builds the programs one after the other.
pub(crate) fn build() -> anyhow::Result<()> {
    packages::ensure(packages::BUILD)?;
    for package in workspace::NATIVE.iter().chain(&["sarai"]) {
        let words = ["cargo", "build", "--locked", "--release", "-p", package];
        shell::run(workspace::command(&words).stdin(Stdio::null()))?;
    }
    Ok(())
}

/// Returns where the built program is.
pub(crate) fn program() -> PathBuf {
    release_folder().join("sarai")
}

/// Returns where the programs are.
pub(crate) fn release_folder() -> PathBuf {
    workspace::target().join("release")
}

fn become_sarai(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let program = program();
    let error = Command::new(&program).args(arguments).exec();
    Err(error).with_context(|| format!("could not start `{}`", program.display()))
}
