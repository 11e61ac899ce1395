//! `cargo xtask run`: from a fresh clone to the first answer.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::shell::{self, Unavailable, say};
use crate::workspace::{self, NATIVE};
use crate::{background, models, packages};

/// Installs, builds, and becomes `sarai start`, which fetches the model and talks. The engines that
/// it can do without are built meanwhile.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<ExitCode> {
    let [needed, others @ ..] = &NATIVE;
    // Cargo would wait for it, and it takes a quarter of an hour.
    if is_built(needed) && any_is_building(others)? {
        say("an engine is still being built in the background: starting what is there");
    } else {
        build()?;
    }
    if !models::has_default() {
        // Needed only where the hub cannot be reached: without it there is still that way.
        match packages::ensure(packages::PULL) {
            Err(error) if error.is::<Unavailable>() => say(&format!("{error:#}")),
            other => other?,
        }
    }
    for package in others {
        background::build(package)?;
    }
    become_sarai(&[&["start"], arguments].concat())
}

fn any_is_building(packages: &[&str]) -> anyhow::Result<bool> {
    for package in packages {
        if background::is_building(package)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_built(engine: &str) -> bool {
    program().is_file() && release_folder().join(engine).is_file()
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
