//! Times one generation from the caller's side.

use std::ops::ControlFlow;
use std::time::Duration;

use sarai_core::engine::{
    Completion, Constraint, Engine, EngineError, EngineEvent, Generation, Sampling,
};
use sarai_core::limits::Limits;
use sarai_core::prompt::{self, Prompt};
use sarai_core::readiness::Readiness;
use sarai_core::text::Text;
use sarai_engine::LocalEngine;

use super::Bench;
use crate::trouble::{Exit, Outcome, Trouble};

const LOAD_DEADLINE: Duration = Duration::from_mins(5);

/// One timed generation.
pub(super) struct Timing {
    /// From the request to the first text.
    pub(super) first_ms: f64,
    /// From the request to the end.
    pub(super) whole_ms: f64,
    /// From the first text to the end, for each further token.
    pub(super) token_ms: f64,
    pub(super) completion: Completion,
}

/// Continues `text` greedily for up to `tokens` tokens.
pub(super) fn time(
    bench: &Bench<'_>,
    engine: &LocalEngine,
    text: &str,
    tokens: u32,
) -> Outcome<Timing> {
    // Only what has a session is written to disk for the next start.
    time_in(bench, engine, Some("bench"), text, tokens)
}

/// Continues `text` greedily in a session, or in none.
pub(super) fn time_in(
    bench: &Bench<'_>,
    engine: &LocalEngine,
    session: Option<&str>,
    text: &str,
    tokens: u32,
) -> Outcome<Timing> {
    let limits = Limits { message_bytes_max: usize::MAX, ..Limits::SMALL };
    let prompt = prompt::continuation(&Text::user(text), &limits)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    let session = session.map(str::to_owned);
    time_generation(bench, engine, &Generation { session, ..greedy(prompt, tokens) })
}

/// Returns the request of up to `tokens` tokens, the likeliest ones so that it can be repeated.
pub(super) fn greedy(prompt: Prompt, tokens: u32) -> Generation {
    Generation {
        model: None,
        prompt,
        tools: Vec::new(),
        sampling: Sampling::GREEDY,
        tokens_max: Some(tokens),
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: None,
        top_logprobs: None,
    }
}

/// Times a request from the caller's side.
pub(super) fn time_generation(
    bench: &Bench<'_>,
    engine: &LocalEngine,
    generation: &Generation,
) -> Outcome<Timing> {
    let begin = bench.clock.elapsed();
    let mut first = None;
    let completion = generate(engine, generation, &mut || {
        first.get_or_insert_with(|| bench.clock.elapsed());
    });
    let completion = completion.map_err(|error| bench.trouble(&error))?;
    let end = bench.clock.elapsed();
    let first = first.unwrap_or(end);
    let further = completion.usage.completion_tokens.saturating_sub(1).max(1);
    Ok(Timing {
        first_ms: ms(first.saturating_sub(begin)),
        whole_ms: ms(end.saturating_sub(begin)),
        token_ms: ms(end.saturating_sub(first)) / f64::from(further),
        completion,
    })
}

fn generate(
    engine: &LocalEngine,
    generation: &Generation,
    on_text: &mut dyn FnMut(),
) -> Result<Completion, EngineError> {
    engine.generate(generation, &mut |event| {
        if let EngineEvent::Piece { text, .. } = event
            && !text.is_empty()
        {
            on_text();
        }
        ControlFlow::Continue(())
    })
}

/// Waits until the engine has loaded its model.
pub(super) fn wait_until_ready(bench: &Bench<'_>, engine: &LocalEngine) -> Outcome {
    let begin = bench.clock.elapsed();
    let mut readiness = engine.readiness();
    while !readiness.is_ready() {
        let waited = bench.clock.elapsed().saturating_sub(begin);
        if matches!(readiness, Readiness::Failed { .. }) || waited > LOAD_DEADLINE {
            return Err(bench.trouble(&EngineError::NotReady(readiness)));
        }
        readiness = engine.next_readiness(&readiness, LOAD_DEADLINE);
    }
    Ok(())
}

pub(super) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
