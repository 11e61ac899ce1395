//! `sarai bench engine`: what batches cost on this machine by their size, with each engine that
//! computes the same.

use std::time::Duration;

use sarai_core::engine::Engine as _;
use sarai_core::language::Language;
use sarai_engine::{
    BATCH_SIZES, Drafting, EngineRecord, LocalEngine, PROMPT_TOKENS, Timings, Verdict,
};
use serde_json::{Value, json};

use super::statistics::median;
use super::stopwatch::wait_until_ready;
use super::{Bench, Report};
use crate::commands::doctor::described;
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

/// What was measured of one engine.
struct Measured {
    record: EngineRecord,
    samples: Vec<Timings>,
}

pub(super) fn run(bench: &Bench<'_>) -> Outcome<Report> {
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    compare(bench)?;
    let mut engines: Vec<Measured> = bench
        .engines()
        .into_iter()
        .map(|record| Measured { record, samples: Vec::new() })
        .collect();
    for round in 0..rounds {
        for one in engines.iter_mut().filter(|one| may_serve(&one.record)) {
            output::status(&format!("{}/{rounds} {}", round + 1, one.record.name));
            let engine = bench.engine_with(|settings| {
                settings.drafting = MEASURED;
                settings.measurements = None;
                settings.executable.set_file_name(&one.record.name);
            })?;
            let timings = wait_until_measured(bench, &engine);
            engine.stop();
            one.samples.push(timings?);
        }
    }
    output::status("");
    Ok(summary(bench, &engines))
}

fn may_serve(engine: &EngineRecord) -> bool {
    engine.is_reference || engine.verdict.as_ref().is_some_and(Verdict::agrees)
}

/// Has the engines compared now, and not when nobody waits: what comes of it is kept, and counts when
/// the assistant starts, too.
fn compare(bench: &Bench<'_>) -> Outcome {
    if bench.engines().len() < 2 {
        return Ok(());
    }
    output::status(bench.language().pick("comparando los motores", "comparing the engines"));
    let engine = bench.engine_with(|settings| {
        settings.drafting = MEASURED;
        settings.deadlines.comparing = Duration::ZERO;
    })?;
    let compared = wait_until_ready(bench, &engine).and_then(|()| {
        let begun = bench.clock.elapsed();
        while bench.clock.elapsed().saturating_sub(begun) < DEADLINE {
            // Asking has the process tell what it has measured; between two of them there is none.
            let status = engine.timings();
            match engine.engines() {
                Ok((_, false)) if status.is_ok() => return Ok(()),
                _ => engine.next_readiness(&engine.readiness(), LOOK),
            };
        }
        let message = bench.language().pick(
            "los motores no se han podido comparar a tiempo",
            "the engines could not be compared in time",
        );
        Err(Trouble::new(Exit::Failed, message, "sarai doctor"))
    });
    engine.stop();
    compared
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

fn summary(bench: &Bench<'_>, engines: &[Measured]) -> Report {
    let measured = engines.iter().filter(|one| !one.samples.is_empty());
    let tables: Vec<(String, Value)> = measured.map(|one| table(bench, one)).collect();
    let refused = engines.iter().filter(|one| one.samples.is_empty()).map(|one| {
        let verdict = one.record.verdict.as_ref();
        let why = verdict.map(|verdict| described(bench.language(), verdict)).unwrap_or_default();
        format!("{}: {why}", one.record.name)
    });
    let text: Vec<String> = tables.iter().map(|(text, _)| text.clone()).chain(refused).collect();
    let results = json!({
        "engines": tables.into_iter().map(|(_, json)| json).collect::<Vec<_>>(),
        "verdicts": engines
            .iter()
            .map(|one| json!({ "engine": one.record.name, "of": one.record.verdict }))
            .collect::<Vec<_>>(),
    });
    let raw = engines
        .iter()
        .flat_map(|one| one.samples.iter().map(|sample| (&one.record.name, sample)))
        .map(|(engine, one)| {
            json!({ "engine": engine, "batch_ms": one.batch_ms, "prompt_ms": one.prompt_ms })
        })
        .collect();
    bench.report("engine", &raw, &results, text.join("\n\n"))
}

/// Returns what one engine came to, for people and for programs.
fn table(bench: &Bench<'_>, Measured { record, samples }: &Measured) -> (String, Value) {
    let language = bench.language();
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
    let json = json!({
        "engine": record.name,
        "serves": record.serves,
        "prefill_tok_s": prefill_tok_s,
        "decode_tok_s": decode_tok_s,
        "batches": batches.collect::<Vec<_>>(),
    });
    let name = &record.name;
    let starts = samples.len();
    let heading = match language {
        Language::Spanish => format!(
            "{name} con {}: lectura {prefill_tok_s:.0} fichas/s (de {PROMPT_TOKENS} en \
             {PROMPT_TOKENS}), generación {decode_tok_s:.1} fichas/s; arranques: {starts}, la mediana",
            bench.model,
        ),
        Language::English => format!(
            "{name} with {}: prefill {prefill_tok_s:.0} tok/s ({PROMPT_TOKENS} at a time), decode \
             {decode_tok_s:.1} tok/s; starts: {starts}, the median",
            bench.model,
        ),
    };
    let mut lines = vec![heading];
    lines.extend(record.verdict.as_ref().map(|verdict| described(language, verdict)));
    if record.serves {
        let serves = language.pick("es el que contesta", "it is the one that answers");
        lines.push(serves.to_owned());
    }
    let mut rows = vec![
        [language.pick("fichas", "tokens"), "ms", language.pick("veces una", "times one")]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (tokens, ms) in BATCH_SIZES.iter().zip(&batch_ms) {
        rows.push(vec![tokens.to_string(), format!("{ms:.1}"), format!("{:.2}", ms / batch_ms[0])]);
    }
    lines.push(output::table(&rows));
    (lines.join("\n"), json)
}
