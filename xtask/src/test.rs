//! `cargo xtask test`: the set-up, then every test, the real-model ones included.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::shell::say;
use crate::steps::Steps;
use crate::tools::Node;
use crate::{models, packages, shell, start, tools, workspace};

const NEXTEST: &[&str] = &["cargo", "nextest", "run", "--locked", "--no-tests=warn"];
const SOAK_ROUNDS: &str = "200";

/// Cases of a property test for each round of a soak.
const CASES_PER_ROUND: u32 = 10;

/// What the tests find in their environment.
type Surroundings = Vec<(&'static str, OsString)>;

/// Runs everything, and the steps after a failed one too.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let tally = add(&mut steps);
    say(&format!("the steps\n{}", steps.table()));
    shell::print(&tally.line());
    steps.finish()
}

/// Adds the set-up and every test.
pub(crate) fn add(steps: &mut Steps) -> Tally {
    let mut tally = Tally::default();
    steps.run("build", start::build_all);
    let mut surroundings = None;
    steps.run("set-up of the tests", || {
        surroundings = Some(set_up()?);
        Ok(())
    });
    let Some(surroundings) = surroundings else { return Tally { failed: 1, ..tally } };
    steps.run("doctests", || {
        let words = ["cargo", "test", "--locked", "--quiet", "--doc"];
        shell::run(&mut workspace::command_without_native(&words))
    });
    let mut run = |name, profile, command: &mut Command| {
        steps.run(name, || nextest(&surroundings, profile, command, &mut tally));
    };
    run("tests", "ci", &mut workspace::command_without_native(NEXTEST));
    for package in workspace::NATIVE {
        let mut command = workspace::command_native(NEXTEST, package);
        run(package, "slow", command.arg("--ignore-default-filter"));
    }
    run("slow tests", "slow", &mut workspace::command_without_native(NEXTEST));
    tally
}

/// Long versions of the tests that are made of seeded rounds.
pub(crate) fn soak(arguments: &[&str]) -> anyhow::Result<()> {
    start::build()?;
    let mut surroundings = set_up()?;
    let seed = std::env::var("SARAI_SOAK_SEED").unwrap_or_else(|_| std::process::id().to_string());
    let rounds = std::env::var("SARAI_SOAK_ROUNDS").unwrap_or_else(|_| SOAK_ROUNDS.to_owned());
    say(&format!("soak: SARAI_SOAK_SEED={seed} SARAI_SOAK_ROUNDS={rounds}"));
    let number: u32 = rounds.parse().with_context(|| format!("SARAI_SOAK_ROUNDS={rounds}"))?;
    let cases = number.saturating_mul(CASES_PER_ROUND);
    surroundings.push(("PROPTEST_CASES", cases.to_string().into()));
    surroundings.push(("PROPTEST_RNG_SEED", (&seed).into()));
    surroundings.push(("SARAI_SOAK_ROUNDS", rounds.into()));
    surroundings.push(("SARAI_SOAK_SEED", seed.into()));
    let mut command = workspace::command_without_native(NEXTEST);
    command.arg("--ignore-default-filter").args(arguments);
    nextest(&surroundings, "soak", &mut command, &mut Tally::default())
}

/// Installs what the tests use and returns what tells them where it is.
fn set_up() -> anyhow::Result<Surroundings> {
    tools::cargo_tool(tools::NEXTEST)?;
    packages::ensure(packages::BROWSER)?;
    let python = tools::python()?;
    let Node { program: node, modules } = tools::node(&python)?;
    let parsers = models::data_of_the_tests("SARAI_TEST_PARSERS", models::PARSERS)?;
    let embeddings = models::data_of_the_tests("SARAI_TEST_EMBEDDINGS", models::EMBEDDINGS)?;
    let models = models::of_the_tests()?;
    Ok(vec![
        ("SARAI_ENGINE_FOLDER", start::release_folder().into()),
        ("SARAI_TEST_SARAI", start::program().into()),
        ("SARAI_TEST_MODELS", models.into()),
        ("SARAI_TEST_PARSERS", parsers.into()),
        ("SARAI_TEST_EMBEDDINGS", embeddings.into()),
        ("SARAI_TEST_PYTHON", python.into()),
        // As `sarai` starts the engine; see its `ENGINE_ENVIRONMENT`.
        ("GOMP_SPINCOUNT", "500".into()),
        ("PATH", path_with(&node)?),
        ("SARAI_TEST_NODE", node.into()),
        ("SARAI_TEST_NODE_MODULES", modules.into()),
    ])
}

/// Returns the search path with the folder of a program in front.
fn path_with(program: &Path) -> anyhow::Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_path_buf).into_iter();
    std::env::join_paths(folders.chain(std::env::split_paths(&path)))
        .context("the search path holds a folder with a colon in its name")
}

fn nextest(
    surroundings: &Surroundings,
    profile: &str,
    command: &mut Command,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let report = workspace::root().join("target/nextest").join(profile).join("junit.xml");
    if report.exists() {
        std::fs::remove_file(&report).context("could not remove the report of an earlier run")?;
    }
    command.env("NEXTEST_PROFILE", profile).envs(surroundings.iter().cloned());
    let result = shell::run(command);
    match std::fs::read_to_string(&report) {
        Ok(report) => tally.add(&report),
        // There is none when the tests could not be built: that must not read as nothing failed.
        Err(_) => tally.failed += u64::from(result.is_err()),
    }
    result
}

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Returns the closing line of a run.
    pub(crate) fn line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// Adds what a `JUnit` report counts.
    fn add(&mut self, report: &str) {
        let suites = report.split_once("<testsuites").and_then(|(_, rest)| rest.split_once('>'));
        let Some((attributes, _)) = suites else { return };
        let number = |name: &str| {
            let (_, rest) = attributes.split_once(&format!(" {name}=\""))?;
            rest.split_once('"')?.0.parse::<u64>().ok()
        };
        let number = |name: &str| number(name).unwrap_or_default();
        let failed = number("failures") + number("errors");
        self.passed += number("tests").saturating_sub(failed);
        self.failed += failed;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn reports_are_added_up() {
        let mut tally = Tally::default();
        tally.add("<?xml?>\n<testsuites name=\"a\" tests=\"40\" failures=\"2\" errors=\"1\" uuid=\"x\">\n");
        tally.add("<testsuites name=\"b\" tests=\"3\" failures=\"0\" errors=\"0\">");
        tally.add("broken");
        assert_eq!(tally, Tally { passed: 40, failed: 3 });
        assert_eq!(tally.line(), "40 passed, 3 failed");
    }
}
