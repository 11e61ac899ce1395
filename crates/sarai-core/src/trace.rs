//! What happened in a turn, for people who want to know.

use crate::engine::{Drafted, Usage};
use crate::id::ModelName;

/// The stages of a turn, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Recall,
    Route,
    Retrieve,
    Generate,
    Store,
    Respond,
}

impl Stage {
    pub const ALL: [Stage; 6] = [
        Stage::Recall,
        Stage::Route,
        Stage::Retrieve,
        Stage::Generate,
        Stage::Store,
        Stage::Respond,
    ];

    /// Returns the stable lower-case name, as stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Recall => "recall",
            Stage::Route => "route",
            Stage::Retrieve => "retrieve",
            Stage::Generate => "generate",
            Stage::Store => "store",
            Stage::Respond => "respond",
        }
    }
}

/// One stage that ran.
#[derive(Debug, Clone, PartialEq)]
pub struct StageTrace {
    pub stage: Stage,
    pub ms: f64,
    /// What the stage used or decided, such as `turno 42 (2026-11-21)`. Shown, never parsed.
    pub used: Vec<String>,
}

/// A stage that failed without ending the turn, and what the answer lacks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    pub stage: Stage,
    pub reason: String,
}

/// The record of one turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnTrace {
    pub stages: Vec<StageTrace>,
    pub degraded: Vec<Degraded>,
    pub usage: Usage,
    pub model: ModelName,
    /// Messages of history that did not fit the context; the oldest went first.
    pub messages_dropped: u32,
    pub queued_ms: f64,
    pub prefill_ms: f64,
    pub decode_ms: f64,
    /// `None` when nothing was guessed ahead.
    pub drafted: Option<Drafted>,
    /// Of the answer's tokens, those that its form left no choice about and that cost no step.
    pub forced: u32,
}

impl TurnTrace {
    /// Returns the generated tokens a second, without queue and prefill. `None` below two tokens.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let steps = self.usage.completion_tokens.checked_sub(1).filter(|steps| *steps > 0)?;
        (self.decode_ms > 0.0).then(|| f64::from(steps) * 1000.0 / self.decode_ms)
    }
}
