//! The whole of CI, the same on a laptop.

use crate::steps::Steps;
use crate::{coverage, deny, layers, packages, shell, test, tidy, workspace};

/// Runs every step, the failed ones included in the table at the end.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut steps = Steps::default();
    steps.run("format", || cargo(&["fmt", "--all", "--check"]));
    steps.run("tidy", tidy::check);
    steps.run("layers", layers::check);
    steps.run("deny", deny::check);
    steps.run("system packages", || packages::ensure(packages::BUILD));
    steps.run("clippy", clippy);
    steps.run("docs", docs);
    steps.run("coverage", coverage::run);
    steps.run("encryption", encryption);
    let tally = test::add(&mut steps);
    shell::say(&format!("the steps\n{}", steps.table()));
    shell::print(&tally.line());
    steps.finish()
}

fn clippy() -> anyhow::Result<()> {
    const LINTS: &[&str] = &["--all-targets", "--", "-D", "warnings"];
    let words = ["cargo", "clippy", "--locked"];
    shell::run(workspace::command_without_native(&words).args(LINTS))?;
    for package in workspace::NATIVE {
        shell::run(workspace::command_native(&words, package).args(LINTS))?;
    }
    Ok(())
}

/// Checks and tests what is there only with the feature.
fn encryption() -> anyhow::Result<()> {
    packages::ensure(packages::ENCRYPTION)?;
    let feature = ["--locked", "-p", "sarai-memory", "-p", "sarai", "--features"];
    let feature = [feature.as_slice(), &["sarai/encryption"]].concat();
    let lints = ["--all-targets", "--", "-D", "warnings"];
    cargo(&[["clippy"].as_slice(), &feature, &lints].concat())?;
    // The other tests have no passphrase.
    let these = ["-E", "test(/^encryption::|::vault::/)"];
    cargo(&[["nextest", "run"].as_slice(), &feature, &these].concat())
}

fn docs() -> anyhow::Result<()> {
    let words = ["cargo", "doc", "--locked", "--no-deps", "--document-private-items"];
    let mut command = workspace::command_without_native(&words);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    shell::run(workspace::command(&["cargo"]).args(arguments))
}
