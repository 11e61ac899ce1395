//! `sarai doctor`: is all well, and if not, what to do.

mod checks;

pub(super) use checks::engines::described;
use sarai_core::language::Language;
use serde_json::{Value, json};

use super::Context;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// It works, but not as well as it could.
    Fair,
    Bad,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Fair => "fair",
            Verdict::Bad => "bad",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Verdict::Good => "✓",
            Verdict::Fair => "!",
            Verdict::Bad => "✗",
        }
    }
}

/// One thing looked at.
#[derive(Debug, Clone)]
pub(super) struct Check {
    /// Stable name, for programs.
    pub(super) id: &'static str,
    pub(super) verdict: Verdict,
    pub(super) finding: String,
    /// What to do about it; nothing for what is good.
    pub(super) remedy: Option<String>,
}

impl Check {
    fn good(id: &'static str, finding: impl Into<String>) -> Check {
        Check { id, verdict: Verdict::Good, finding: finding.into(), remedy: None }
    }

    fn fair(id: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Check {
        Check { id, verdict: Verdict::Fair, finding: finding.into(), remedy: Some(remedy.into()) }
    }

    fn bad(id: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Check {
        Check { id, verdict: Verdict::Bad, finding: finding.into(), remedy: Some(remedy.into()) }
    }
}

pub(super) fn run(context: &Context, as_json: bool) -> Outcome {
    let language = context.language;
    let checks = checks::all(context)?;
    if as_json {
        let all = checks.iter().map(|check| {
            json!({
                "check": check.id,
                "verdict": check.verdict.name(),
                "finding": check.finding,
                "remedy": check.remedy,
            })
        });
        output::json(&Value::Array(all.collect()))?;
    } else {
        for check in &checks {
            output::line(&format!("{} {}", check.verdict.mark(), check.finding))?;
            if let Some(remedy) = &check.remedy {
                output::line(&format!("    → {remedy}"))?;
            }
        }
    }
    let bad = checks.iter().filter(|check| check.verdict == Verdict::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    let message = match (language, bad) {
        (Language::Spanish, 1) => "hay una cosa que no está bien".to_owned(),
        (Language::Spanish, _) => format!("hay {bad} cosas que no están bien"),
        (Language::English, 1) => "one thing is not well".to_owned(),
        (Language::English, _) => format!("{bad} things are not well"),
    };
    let hint = language.pick("haz lo que dicen las flechas", "do what the arrows say");
    Err(Trouble::new(Exit::Failed, message, hint))
}
