//! `sarai bench memory`: queries and writes at a million facts, repeats taken out, months of use.
//! In a folder of its own; what the home keeps is not touched.

use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_core::language::Language;
use sarai_memory::bench::{Bench, Size};
use serde_json::{Value, json};

use super::machine;
use crate::args::MemoryBench;
use crate::commands::Context;
use crate::output;
use crate::owner::understanding;
use crate::system::{SystemClock, SystemRandom};
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, options: &MemoryBench) -> Outcome {
    let folder = context.home.root().join("run/bench-memory");
    let failed = |error: &dyn std::fmt::Display| {
        Trouble::new(Exit::Failed, error.to_string(), folder.display().to_string())
    };
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| failed(&error))?;
    }
    std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
    let measured = Bench {
        folder: &folder,
        clock: Arc::new(SystemClock::new()) as Arc<dyn Clock>,
        random: &SystemRandom,
        understanding: understanding::open(context),
        size: Size { facts: options.facts.unwrap_or(Size::FULL.facts), ..Size::FULL },
    }
    .run(&|stage| tell(stage, context.language));
    let cleaned = std::fs::remove_dir_all(&folder);
    let mut report = measured.map_err(|error| failed(&error))?;
    cleaned.map_err(|error| failed(&error))?;
    report["command"] = json!("sarai bench memory --json");
    report["machine"] = machine(context);
    if options.json { output::json(&report) } else { output::line(&text(&report)) }
}

fn tell(stage: &str, language: Language) {
    output::tell(match stage {
        "fill" => language.pick("escribiendo hechos…", "writing facts…"),
        "queries" => language.pick("midiendo consultas…", "measuring queries…"),
        "writes" => language.pick("midiendo turnos…", "measuring turns…"),
        "repeats" => language.pick("quitando repeticiones…", "taking out repeats…"),
        _ => language.pick("simulando meses…", "simulating months…"),
    });
}

/// Every figure a line; raw samples are for `--json`.
fn text(report: &Value) -> String {
    let mut rows = Vec::new();
    flatten("", report, &mut rows);
    output::table(&rows)
}

fn flatten(above: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
                flatten(&path, value, rows);
            }
        }
        Value::Array(_) => {}
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            rows.push(vec![above.to_owned(), format!("{number:.3}")]);
        }
        Value::String(text) => rows.push(vec![above.to_owned(), text.clone()]),
        other => rows.push(vec![above.to_owned(), other.to_string()]),
    }
}
