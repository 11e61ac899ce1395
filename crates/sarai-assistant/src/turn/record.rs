//! Writes down what each stage did, how long it took and what it could not do.

use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::Completion;
use sarai_core::explain::Explain;
use sarai_core::language::Language;
use sarai_core::trace::{Degraded, Stage, StageTrace, TurnTrace};

/// The record of a turn in progress.
pub(super) struct Record<'a> {
    clock: &'a dyn Clock,
    stages: Vec<StageTrace>,
    degraded: Vec<Degraded>,
}

impl<'a> Record<'a> {
    pub(super) fn new(clock: &'a dyn Clock) -> Record<'a> {
        Record { clock, stages: Vec::new(), degraded: Vec::new() }
    }

    /// Runs a stage and keeps its time and notes, whether or not it succeeds.
    pub(super) fn stage<T>(&mut self, stage: Stage, run: impl FnOnce(&mut Note) -> T) -> T {
        let begin = self.clock.elapsed();
        let mut note = Note::default();
        let result = run(&mut note);
        let ms = milliseconds(self.clock.elapsed().saturating_sub(begin));
        self.stages.push(StageTrace { stage, ms, used: note.used });
        self.degraded.extend(note.degraded.into_iter().map(|reason| Degraded { stage, reason }));
        result
    }

    /// Returns the trace of the stages so far.
    pub(super) fn trace(&self, completion: &Completion) -> TurnTrace {
        TurnTrace {
            stages: self.stages.clone(),
            degraded: self.degraded.clone(),
            usage: completion.usage,
            model: completion.model.clone(),
            messages_dropped: completion.messages_dropped,
            queued_ms: completion.queued_ms,
            prefill_ms: completion.prefill_ms,
            decode_ms: completion.decode_ms,
            drafted: completion.drafted,
            forced: completion.forced,
        }
    }
}

/// What one stage wants remembered.
#[derive(Debug, Default)]
pub(super) struct Note {
    used: Vec<String>,
    degraded: Vec<String>,
}

impl Note {
    pub(super) fn used(&mut self, what: impl Into<String>) {
        self.used.push(what.into());
    }

    /// Says what the answer will lack and why: to the person in `language`, to the log in English.
    /// The turn goes on.
    pub(super) fn degraded(&mut self, lacking: &str, error: &dyn Explain, language: Language) {
        tracing::warn!(%error, "degraded");
        self.degraded.push(format!("{lacking}: {}", error.explain(language).message));
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
