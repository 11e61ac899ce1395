//! `sarai bench memory`: queries and writes at a million facts, repeats taken out, months of use.
//! In a folder of its own; what the home keeps is not touched.

use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_core::language::Language;
use sarai_memory::bench::{Bench, Size};
use serde_json::json;

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
    if options.json {
        output::json(&report)
    } else {
        output::line(&output::table(&output::figures(&report)))
    }
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
