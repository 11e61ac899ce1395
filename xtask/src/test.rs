//! `cargo xtask test`: the set-up, then every test, the real-model ones included.

use std::ffi::OsString;

use crate::shell::say;
use crate::steps::Steps;
use crate::tools::Node;
use crate::{models, packages, shell, start, tools, workspace};

/// Compiling llama.cpp a second time, for the dev profile, would buy nothing.
const NATIVE: &str = "sarai-engine-llama";
const SOAK_ROUNDS: &str = "200";

/// What the tests find in their environment.
pub(crate) type Surroundings = Vec<(&'static str, OsString)>;

/// Runs everything, and the steps after a failed one too.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut steps = Steps::default();
    add(&mut steps);
    say(&format!("the steps\n{}", steps.table()));
    steps.finish()
}

/// Adds the set-up and every test.
pub(crate) fn add(steps: &mut Steps) {
    steps.run("build", start::build);
    let mut surroundings = None;
    steps.run("set-up of the tests", || {
        surroundings = Some(set_up()?);
        Ok(())
    });
    let Some(surroundings) = surroundings else { return };
    steps.run("tests", || nextest(&surroundings, "ci", &["--workspace", "--exclude", NATIVE]));
    steps.run("tests of the engine", || {
        let words = ["--release", "-p", NATIVE, "--ignore-default-filter"];
        nextest(&surroundings, "slow", &words)
    });
    steps.run("slow tests", || {
        nextest(&surroundings, "slow", &["--workspace", "--exclude", NATIVE])
    });
    steps.run("doctests", || {
        let words =
            ["cargo", "test", "--locked", "--quiet", "--doc", "--workspace", "--exclude", NATIVE];
        shell::run(&mut workspace::command(&words))
    });
}

/// Long versions of the tests that are made of seeded rounds.
pub(crate) fn soak(arguments: &[&str]) -> anyhow::Result<()> {
    start::build()?;
    let mut surroundings = set_up()?;
    let seed = std::env::var("SARAI_SOAK_SEED").unwrap_or_else(|_| std::process::id().to_string());
    let rounds = std::env::var("SARAI_SOAK_ROUNDS").unwrap_or_else(|_| SOAK_ROUNDS.to_owned());
    say(&format!("soak: SARAI_SOAK_SEED={seed} SARAI_SOAK_ROUNDS={rounds}"));
    surroundings.push(("PROPTEST_CASES", (&rounds).into()));
    surroundings.push(("SARAI_SOAK_ROUNDS", rounds.into()));
    surroundings.push(("SARAI_SOAK_SEED", seed.into()));
    let words =
        [&["--workspace", "--exclude", NATIVE, "--ignore-default-filter"], arguments].concat();
    nextest(&surroundings, "soak", &words)
}

/// Installs what the tests use and returns what tells them where it is.
fn set_up() -> anyhow::Result<Surroundings> {
    tools::cargo_tool("cargo-nextest")?;
    packages::ensure(packages::BROWSER)?;
    let python = tools::python()?;
    let Node { program: node, modules } = tools::node(&python)?;
    let models = models::of_the_tests()?;
    Ok(vec![
        ("SARAI_ENGINE_FOLDER", start::release_folder().into()),
        ("SARAI_TEST_SARAI", start::program().into()),
        ("SARAI_TEST_MODELS", models.into()),
        ("SARAI_TEST_PYTHON", python.into()),
        ("SARAI_TEST_NODE", node.into()),
        ("SARAI_TEST_NODE_MODULES", modules.into()),
    ])
}

fn nextest(surroundings: &Surroundings, profile: &str, words: &[&str]) -> anyhow::Result<()> {
    let mut command = workspace::command(&[
        "cargo",
        "nextest",
        "run",
        "--locked",
        "--no-tests=warn",
        "--profile",
        profile,
    ]);
    shell::run(command.args(words).envs(surroundings.iter().cloned()))
}
