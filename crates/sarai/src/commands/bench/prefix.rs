//! `sarai bench prefix`: time to the first token with a long beginning cold, known, and known from
//! before a restart.

use sarai_core::language::Language;
use sarai_engine::LocalEngine;
use serde_json::json;

use super::statistics::median;
use super::stopwatch::{time, wait_until_ready};
use super::{Bench, Report};
use crate::output;
use crate::trouble::Outcome;

const ROUNDS: u32 = 3;
const PREFIX_TOKENS: u32 = 1500;
/// Tokens generated after the first; the time of the first is what counts.
const TOKENS: u32 = 2;

const PARAGRAPH: &str = "El huerto de la casa tiene cuatro bancales. En el primero crecen tomates y \
    albahaca; en el segundo, lechugas que se riegan al caer la tarde; en el tercero, ajos plantados en \
    otoño, y en el cuarto descansan este año las judías. El agua viene de un aljibe de piedra. ";

/// Milliseconds to the first token of one round.
struct Round {
    prefix_tokens: u32,
    cold_ms: f64,
    known_ms: f64,
    restarted_ms: f64,
    cached: [u32; 3],
}

pub(super) fn run(bench: &Bench<'_>) -> Outcome<Report> {
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    bench.say(
        "cada vuelta lee 1500 fichas en frío: tarda",
        "each round reads 1,500 tokens cold: it takes a while",
    );
    let mut samples = Vec::new();
    for round in 0..rounds {
        output::status(&format!("{}/{rounds}", round + 1));
        samples.push(measure(bench, round)?);
    }
    output::status("");
    Ok(summary(bench, &samples))
}

fn measure(bench: &Bench<'_>, round: u32) -> Outcome<Round> {
    let engine = bench.engine()?;
    let before = cold_and_known(bench, &engine, round);
    // An orderly end saves what was computed.
    engine.stop();
    let (prefix, prefix_tokens, cold, known) = before?;
    let engine = bench.engine()?;
    let restarted = wait_until_ready(bench, &engine).and_then(|()| {
        time(bench, &engine, &format!("{prefix} Por último, el bancal más soleado"), TOKENS)
    });
    engine.stop();
    let restarted = restarted?;
    Ok(Round {
        prefix_tokens,
        cold_ms: cold.first_ms,
        known_ms: known.first_ms,
        restarted_ms: restarted.first_ms,
        cached: [cold, known, restarted].map(|timing| timing.completion.usage.cached_tokens),
    })
}

type Known = (String, u32, super::stopwatch::Timing, super::stopwatch::Timing);

fn cold_and_known(bench: &Bench<'_>, engine: &LocalEngine, round: u32) -> Outcome<Known> {
    wait_until_ready(bench, engine)?;
    let mut prefix = format!("Cuaderno número {}. ", round + 1);
    let mut tokens = 0;
    while tokens < PREFIX_TOKENS {
        prefix.push_str(PARAGRAPH);
        tokens = engine.tokens(&prefix).map_err(|error| bench.trouble(&error))?;
    }
    let cold = time(bench, engine, &format!("{prefix} Hoy toca regar las plantas del"), TOKENS)?;
    let known = time(bench, engine, &format!("{prefix} Mañana habrá que recoger los"), TOKENS)?;
    Ok((prefix, tokens, cold, known))
}

fn summary(bench: &Bench<'_>, samples: &[Round]) -> Report {
    let column = |pick: fn(&Round) -> f64| median(&samples.iter().map(pick).collect::<Vec<_>>());
    let cold = column(|round| round.cold_ms);
    let known = column(|round| round.known_ms);
    let restarted = column(|round| round.restarted_ms);
    let results = json!({
        "cold_ms": cold,
        "known_ms": known,
        "restarted_ms": restarted,
        "cold_over_known": cold / known,
        "cold_over_restarted": cold / restarted,
    });
    let raw = samples.iter().map(|round| {
        json!({
            "prefix_tokens": round.prefix_tokens,
            "cold_ms": round.cold_ms,
            "known_ms": round.known_ms,
            "restarted_ms": round.restarted_ms,
            "cached_tokens": round.cached,
        })
    });
    let text = match bench.language() {
        Language::Spanish => format!(
            "{}: primera ficha en frío {cold:.0} ms; con el principio conocido {known:.0} ms (1/{:.0}); \
             tras reiniciar {restarted:.0} ms (1/{:.0})",
            bench.model,
            cold / known,
            cold / restarted
        ),
        Language::English => format!(
            "{}: first token cold {cold:.0} ms; beginning known {known:.0} ms (1/{:.0}); \
             after a restart {restarted:.0} ms (1/{:.0})",
            bench.model,
            cold / known,
            cold / restarted
        ),
    };
    bench.report("prefix", &raw.collect(), &results, text)
}
