//! `sarai bench prefix`: time to the first token with a long beginning cold, known, and known from
//! before a restart; and what a token of another answer takes while it lies idle.

use sarai_core::language::Language;
use sarai_engine::LocalEngine;
use serde_json::json;

use super::statistics::median;
use super::stopwatch::{Timing, time, time_in, wait_until_ready};
use super::{Bench, Report};
use crate::output;
use crate::trouble::Outcome;

const ROUNDS: u32 = 3;
const PREFIX_TOKENS: u32 = 1500;
/// Tokens generated after the first; the time of the first is what counts.
const TOKENS: u32 = 2;
/// Tokens of the answer that is timed alone, and beside an idle beginning.
const OTHER_TOKENS: u32 = 64;

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
    /// Milliseconds for a token of another answer, before and after the beginning was read.
    alone_ms: f64,
    beside_ms: f64,
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
    let before = wait_until_ready(bench, &engine).and_then(|()| {
        // The first answer of an engine is a slow one.
        other(bench, &engine)?;
        let alone = other(bench, &engine)?;
        let known = cold_and_known(bench, &engine, round)?;
        Ok((alone, known, other(bench, &engine)?))
    });
    // An orderly end saves what was computed.
    engine.stop();
    let (alone, (prefix, prefix_tokens, cold, known), beside) = before?;
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
        alone_ms: alone.token_ms,
        beside_ms: beside.token_ms,
    })
}

/// Times an answer that has nothing to do with the beginning.
fn other(bench: &Bench<'_>, engine: &LocalEngine) -> Outcome<Timing> {
    time_in(bench, engine, None, "Las mareas suben y bajan porque", OTHER_TOKENS)
}

type Known = (String, u32, Timing, Timing);

fn cold_and_known(bench: &Bench<'_>, engine: &LocalEngine, round: u32) -> Outcome<Known> {
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
    let (alone, beside) = (column(|round| round.alone_ms), column(|round| round.beside_ms));
    let results = json!({
        "cold_ms": cold,
        "known_ms": known,
        "restarted_ms": restarted,
        "cold_over_known": cold / known,
        "cold_over_restarted": cold / restarted,
        "token_alone_ms": alone,
        "token_beside_idle_ms": beside,
    });
    let raw = samples.iter().map(|round| {
        json!({
            "prefix_tokens": round.prefix_tokens,
            "cold_ms": round.cold_ms,
            "known_ms": round.known_ms,
            "restarted_ms": round.restarted_ms,
            "cached_tokens": round.cached,
            "token_alone_ms": round.alone_ms,
            "token_beside_idle_ms": round.beside_ms,
        })
    });
    let text = match bench.language() {
        Language::Spanish => format!(
            "{}: primera ficha en frío {cold:.0} ms; con el principio conocido {known:.0} ms (1/{:.0}); \
             tras reiniciar {restarted:.0} ms (1/{:.0}). Una ficha de otra respuesta: {alone:.1} ms; \
             con ese principio en memoria {beside:.1} ms",
            bench.model,
            cold / known,
            cold / restarted
        ),
        Language::English => format!(
            "{}: first token cold {cold:.0} ms; beginning known {known:.0} ms (1/{:.0}); \
             after a restart {restarted:.0} ms (1/{:.0}). A token of another answer: {alone:.1} ms; \
             with that beginning in memory {beside:.1} ms",
            bench.model,
            cold / known,
            cold / restarted
        ),
    };
    bench.report("prefix", &raw.collect(), &results, text)
}
