//! Waits until the assistant can answer, showing what it waits for.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::ProgressBar;
use sarai_core::language::Language;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::commands::Context;
use crate::link::Link;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

const PAUSE: Duration = Duration::from_millis(100);
/// Without a terminal, a line at each of these steps.
const PERCENT_STEP: u64 = 10;

/// Returns once the model is loaded. A download or load in progress is shown on standard error.
pub(super) fn until_ready(context: &Context, link: &Link, stop: &CancellationToken) -> Outcome {
    let language = context.language;
    let mut shown = Shown::new(language);
    loop {
        let status = link.get("/api/sarai/status")?;
        let readiness = &status["readiness"];
        match readiness["phase"].as_str().unwrap_or_default() {
            "ready" => {
                shown.clear();
                return Ok(());
            }
            "failed" => {
                shown.clear();
                return Err(failed(readiness, language));
            }
            phase => shown.show(phase, readiness),
        }
        if !link.pause(PAUSE, stop) {
            shown.clear();
            return Err(Trouble::new(
                Exit::Interrupted,
                language.pick("interrumpido", "interrupted"),
                language.pick(
                    "lo descargado no se pierde: la próxima vez sigue desde aquí",
                    "what was downloaded is not lost: next time goes on from here",
                ),
            ));
        }
    }
}

fn failed(readiness: &Value, language: Language) -> Trouble {
    let reason = readiness["reason"].as_str().unwrap_or_default();
    Trouble::new(
        Exit::Unavailable,
        match language {
            Language::Spanish => format!("no se puede contestar: {reason}"),
            Language::English => format!("no answer is possible: {reason}"),
        },
        language.pick("`sarai doctor` dice qué falta", "`sarai doctor` says what is missing"),
    )
}

/// What stands on the screen while waiting.
struct Shown {
    language: Language,
    bar: Option<ProgressBar>,
    percent: u64,
}

impl Shown {
    fn new(language: Language) -> Shown {
        Shown { language, bar: None, percent: 0 }
    }

    fn show(&mut self, phase: &str, readiness: &Value) {
        match phase {
            "downloading" => self.download(readiness),
            "loading" => {
                self.clear();
                output::status(self.language.pick("cargando el modelo…", "loading the model…"));
            }
            "restarting" => {
                self.clear();
                output::status(self.language.pick("el motor se reinicia…", "the engine restarts…"));
            }
            _ => {}
        }
    }

    fn download(&mut self, readiness: &Value) {
        let done = readiness["bytes_done"].as_u64().unwrap_or(0);
        let total = readiness["bytes_total"].as_u64().unwrap_or(0);
        let model = readiness["model"].as_str().unwrap_or_default();
        if total == 0 {
            return;
        }
        if std::io::stderr().is_terminal() {
            let bar = self.bar.get_or_insert_with(|| bar(model, total));
            bar.set_position(done);
            return;
        }
        let percent = done * 100 / total;
        if percent >= self.percent + PERCENT_STEP {
            self.percent = percent - percent % PERCENT_STEP;
            output::tell(&format!("{model}: {} / {} MB", done / 1_000_000, total / 1_000_000));
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        output::status("");
    }
}

fn bar(model: &str, total: u64) -> ProgressBar {
    let bar = output::bytes_bar(Some(total));
    bar.set_message(model.to_owned());
    bar
}
