//! The steps of a long run: each is named before it starts and timed when it ends.

use std::time::{Duration, Instant};

use crate::shell::say;

/// What has been done, and how long it took.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    time: Duration,
    passed: bool,
}

impl Steps {
    /// Runs a step. One that fails is told, and the ones after it run all the same.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<()>) {
        say(&format!("── {name}"));
        let start = Instant::now();
        let result = step();
        if let Err(error) = &result {
            say(&format!("error: {name}: {error:#}"));
        }
        self.done.push(Step { name, time: start.elapsed(), passed: result.is_ok() });
    }

    /// Returns the table of the steps with their seconds.
    pub(crate) fn table(&self) -> String {
        let row = |name: &str, time: Duration, passed: bool| {
            let mark = if passed { "" } else { "  failed" };
            format!("{name:<22} {:>8.1}{mark}\n", time.as_secs_f64())
        };
        let total: Duration = self.done.iter().map(|step| step.time).sum();
        let rows = self.done.iter().map(|step| row(step.name, step.time, step.passed));
        let rows: Vec<String> = rows.chain([row("total", total, true)]).collect();
        format!("{:<22} {:>8}\n{}", "step", "seconds", rows.concat())
    }

    /// Fails if a step did, naming all that did.
    pub(crate) fn finish(&self) -> anyhow::Result<()> {
        let failed: Vec<&str> =
            self.done.iter().filter(|step| !step.passed).map(|step| step.name).collect();
        anyhow::ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Steps;

    #[test]
    fn a_failed_step_is_in_the_table_and_fails_the_whole() {
        let mut steps = Steps::default();
        steps.run("format", || Ok(()));
        assert!(steps.finish().is_ok());
        steps.run("tests", || anyhow::bail!("two of them"));
        steps.run("docs", || Ok(()));
        let table = steps.table();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].starts_with("format") && !lines[1].ends_with("failed"), "{table}");
        assert!(lines[2].starts_with("tests") && lines[2].ends_with("failed"), "{table}");
        assert!(lines[4].starts_with("total"), "{table}");
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: tests");
    }
}
