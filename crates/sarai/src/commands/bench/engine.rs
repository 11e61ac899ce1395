//! `sarai bench engine`: what batches cost on this machine, by their size.

use std::time::Duration;

use sarai_core::engine::Engine as _;
use sarai_core::language::Language;
use sarai_engine::{BATCH_SIZES, Drafting, LocalEngine, PROMPT_TOKENS, Timings};
use serde_json::json;

use super::statistics::median;
use super::stopwatch::wait_until_ready;
use super::{Bench, Report};
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

/// Starts of the engine; each measures everything some times.
const ROUNDS: u32 = 3;

/// Guessing ahead as it is meant to be, where the settings turn it off.
pub(super) const MEASURED: Drafting = Drafting::Measured { acceptance_min: 0.6 };

/// Between two questions whether it is measured.
const LOOK: Duration = Duration::from_millis(200);

/// How long measuring may take on a slow machine.
const DEADLINE: Duration = Duration::from_mins(5);

pub(super) fn run(bench: &Bench<'_>) -> Outcome<Report> {
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    let mut samples = Vec::new();
    for round in 0..rounds {
        output::status(&format!("{}/{rounds}", round + 1));
        let engine = bench.engine_with(|settings| {
            settings.drafting = MEASURED;
            settings.timings = None;
        })?;
        let timings = wait_until_measured(bench, &engine);
        engine.stop();
        samples.push(timings?);
    }
    output::status("");
    Ok(summary(bench, &samples))
}

/// Waits until the engine knows what batches cost, and returns it.
pub(super) fn wait_until_measured(bench: &Bench<'_>, engine: &LocalEngine) -> Outcome<Timings> {
    wait_until_ready(bench, engine)?;
    let begun = bench.clock.elapsed();
    while bench.clock.elapsed().saturating_sub(begun) < DEADLINE {
        if let Some(timings) = engine.timings().map_err(|error| bench.trouble(&error))? {
            return Ok(timings);
        }
        engine.next_readiness(&engine.readiness(), LOOK);
    }
    let message = bench.language().pick(
        "el motor no ha medido nada: con este modelo no se adelanta texto",
        "the engine measured nothing: with this model no text is guessed ahead",
    );
    Err(Trouble::new(Exit::Failed, message, "sarai doctor"))
}

fn summary(bench: &Bench<'_>, samples: &[Timings]) -> Report {
    let column =
        |pick: &dyn Fn(&Timings) -> f64| median(&samples.iter().map(pick).collect::<Vec<_>>());
    let batch_ms: Vec<f64> =
        (0..BATCH_SIZES.len()).map(|at| column(&|one| one.batch_ms[at])).collect();
    let prompt_ms = column(&|one| one.prompt_ms);
    let prefill_tok_s = f64::from(PROMPT_TOKENS) * 1000.0 / prompt_ms;
    let decode_tok_s = 1000.0 / batch_ms[0];
    let batches = BATCH_SIZES
        .iter()
        .zip(&batch_ms)
        .map(|(tokens, ms)| json!({ "tokens": tokens, "ms": ms, "times_one": ms / batch_ms[0] }));
    let results = json!({
        "engines": [{
            "prefill_tok_s": prefill_tok_s,
            "decode_tok_s": decode_tok_s,
            "batches": batches.collect::<Vec<_>>(),
        }],
    });
    let raw = samples
        .iter()
        .map(|one| json!({ "batch_ms": one.batch_ms, "prompt_ms": one.prompt_ms }))
        .collect();
    let heading = match bench.language() {
        Language::Spanish => format!(
            "{}: lectura {prefill_tok_s:.0} fichas/s (de {PROMPT_TOKENS} en {PROMPT_TOKENS}), generación \
             {decode_tok_s:.1} fichas/s; mediana de {} arranques",
            bench.model,
            samples.len()
        ),
        Language::English => format!(
            "{}: prefill {prefill_tok_s:.0} tok/s ({PROMPT_TOKENS} at a time), decode \
             {decode_tok_s:.1} tok/s; median of {} starts",
            bench.model,
            samples.len()
        ),
    };
    let mut rows = vec![
        [
            bench.language().pick("fichas", "tokens"),
            "ms",
            bench.language().pick("veces una", "times one"),
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for (tokens, ms) in BATCH_SIZES.iter().zip(&batch_ms) {
        rows.push(vec![tokens.to_string(), format!("{ms:.1}"), format!("{:.2}", ms / batch_ms[0])]);
    }
    bench.report("engine", &raw, &results, format!("{heading}\n{}", output::table(&rows)))
}
