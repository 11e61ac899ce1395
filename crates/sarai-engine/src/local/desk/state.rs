//! What the desk knows, and whose turn it is. No lock and no clock in here.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Timestamp;
use sarai_core::engine::EngineError;
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_engine_protocol::ModelDescription;

use crate::local::connection::{Connection, whole_seconds};

/// Where the engine is.
#[derive(Clone)]
pub(crate) enum Phase {
    /// No process, and none is needed.
    Empty,
    Starting,
    Loading {
        model: ModelName,
        fraction: f32,
    },
    Ready(Loaded),
    Restarting {
        model: ModelName,
        reason: String,
    },
    Failed {
        model: ModelName,
        error: EngineError,
    },
}

/// A process with its model.
#[derive(Clone)]
pub(crate) struct Loaded {
    pub(crate) model: ModelName,
    pub(crate) description: ModelDescription,
    pub(crate) connection: Arc<Connection>,
}

/// What the owner ordered and has not got yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    Model(ModelName),
    Nothing,
}

/// How far the engines are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// There may be more to learn.
    Open,
    /// The process is away for the sake of another engine, and one is there again as soon as anybody
    /// asks.
    Exchange,
    Done,
}

pub(super) struct State {
    /// Meant by requests that name no model.
    pub(super) default: Option<ModelName>,
    pub(super) wish: Option<Wish>,
    /// Wishes so far; each forgives earlier failures.
    pub(super) wishes: u64,
    /// What the supervisor keeps in the process, or tries to.
    pub(super) current: Option<ModelName>,
    pub(super) phase: Phase,
    pub(super) line: VecDeque<Waiter>,
    last_waiter: u64,
    pub(super) running: u32,
    pub(super) stopping: bool,
    /// Something happened that the supervisor has not looked at.
    pub(super) woken: bool,
    pub(super) backend: Option<String>,
    /// When the last request came or was done, or the process was ready.
    pub(super) last_use: Duration,
    pub(super) comparison: Comparison,
    pub(super) restarts: u32,
    pub(super) last_failure: Option<(Timestamp, String)>,
    /// Moving average of what a request takes.
    seconds_per_request: Option<f64>,
}

pub(super) struct Waiter {
    pub(super) id: u64,
    model: ModelName,
    verdict: Option<EngineError>,
}

impl State {
    pub(super) fn new(default: Option<ModelName>) -> State {
        State {
            wish: default.clone().map(Wish::Model),
            phase: if default.is_some() { Phase::Starting } else { Phase::Empty },
            default,
            wishes: 0,
            current: None,
            line: VecDeque::new(),
            last_waiter: 0,
            running: 0,
            stopping: false,
            woken: false,
            backend: None,
            last_use: Duration::ZERO,
            comparison: Comparison::Done,
            restarts: 0,
            last_failure: None,
            seconds_per_request: None,
        }
    }

    /// Whether nobody is served and nobody waits.
    pub(super) fn is_idle(&self) -> bool {
        self.running == 0 && self.line.is_empty()
    }

    pub(super) fn is_exchanging(&self) -> bool {
        self.comparison == Comparison::Exchange
    }

    /// The process that is there, or comes, is no longer another engine's for a while.
    pub(super) fn end_exchange(&mut self) {
        if self.is_exchanging() {
            self.comparison = Comparison::Open;
        }
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.running.saturating_add(u32::try_from(self.line.len()).unwrap_or(u32::MAX))
    }

    /// Returns the model that should be in the process: the owner's wish, else that of the first in
    /// the line, else the one that is.
    pub(super) fn wanted(&self) -> Option<&ModelName> {
        match &self.wish {
            Some(Wish::Model(model)) => Some(model),
            Some(Wish::Nothing) => None,
            None => {
                // Who was told that it will not be is only on the way out.
                let first = self.line.iter().find(|waiter| waiter.verdict.is_none());
                first.map(|first| &first.model).or(self.current.as_ref())
            }
        }
    }

    /// Stands at the end of the line. Returns the id of the place.
    pub(super) fn enter(&mut self, model: &ModelName) -> u64 {
        self.last_waiter += 1;
        let waiter = Waiter { id: self.last_waiter, model: model.clone(), verdict: None };
        self.line.push_back(waiter);
        self.last_waiter
    }

    pub(super) fn ahead_of(&self, id: u64) -> u32 {
        let before = u32::try_from(self.position(id).unwrap_or(0)).unwrap_or(u32::MAX);
        self.running.saturating_add(before)
    }

    /// Returns whether the waiting of this place is over.
    pub(super) fn has_news_for(&self, id: u64) -> bool {
        let Some(position) = self.position(id) else { return true };
        let waiter = &self.line[position];
        // On a process that is about to be buried nobody sits down.
        let ready = matches!(&self.phase, Phase::Ready(loaded)
            if loaded.model == waiter.model && loaded.connection.closing().is_none());
        self.stopping
            || waiter.verdict.is_some()
            || (position == 0 && ready && self.wanted() == Some(&waiter.model))
    }

    /// Takes the waiter out of the line when its waiting is over, and seats it or says why not.
    pub(super) fn turn_of(&mut self, id: u64) -> Option<Result<Loaded, EngineError>> {
        if !self.has_news_for(id) {
            return None;
        }
        let position = self.position(id)?;
        let waiter = self.line.remove(position)?;
        Some(match (waiter.verdict, &self.phase) {
            (Some(error), _) => Err(error),
            (None, Phase::Ready(loaded)) if !self.stopping => {
                self.running += 1;
                Ok(loaded.clone())
            }
            (None, _) => Err(EngineError::NotReady(self.readiness())),
        })
    }

    /// Gives up on a model: those who wait for it are told. The default comes back after another
    /// model failed; the default itself stays away until somebody orders it again.
    pub(super) fn give_up(&mut self, model: &ModelName, error: &EngineError) {
        for waiter in self.line.iter_mut().filter(|waiter| waiter.model == *model) {
            waiter.verdict = Some(error.clone());
        }
        self.current = None;
        self.end_exchange();
        if self.wish.is_none() || self.wish == Some(Wish::Model(model.clone())) {
            let other = self.default.clone().filter(|default| default != model);
            self.wish = other.map(Wish::Model);
        }
        self.phase = match self.wish {
            Some(Wish::Model(_)) => Phase::Starting,
            _ => Phase::Failed { model: model.clone(), error: error.clone() },
        };
    }

    pub(super) fn left_after(&mut self, seconds: f64) {
        const WEIGHT_OF_THE_LAST: f64 = 0.3;
        self.running = self.running.saturating_sub(1);
        let average = self.seconds_per_request.unwrap_or(seconds);
        self.seconds_per_request = Some(average + WEIGHT_OF_THE_LAST * (seconds - average));
    }

    /// Returns when somebody refused now may try again: after half of the work ahead, because places
    /// become free long before all of it is done.
    pub(super) fn retry_after_s(&self, parallel: u32) -> u32 {
        const SECONDS_UNKNOWN: f64 = 10.0;
        let rounds = (f64::from(self.in_flight()) / f64::from(parallel)).max(1.0);
        let seconds = self.seconds_per_request.unwrap_or(SECONDS_UNKNOWN) * rounds / 2.0;
        whole_seconds(Duration::from_secs_f64(seconds.clamp(1.0, 600.0)))
    }

    pub(super) fn readiness(&self) -> Readiness {
        if self.stopping {
            return Readiness::Failed { reason: "the engine was stopped".to_owned() };
        }
        match &self.phase {
            Phase::Starting | Phase::Loading { .. } if self.is_exchanging() => {
                match &self.current {
                    Some(model) => Readiness::Ready { model: model.clone() },
                    None => Readiness::Starting,
                }
            }
            Phase::Empty | Phase::Starting => Readiness::Starting,
            Phase::Loading { model, fraction } => {
                Readiness::Loading { model: model.clone(), fraction: *fraction }
            }
            Phase::Ready(loaded) => Readiness::Ready { model: loaded.model.clone() },
            Phase::Restarting { model, reason } => {
                Readiness::Restarting { model: model.clone(), reason: reason.clone() }
            }
            Phase::Failed { error, .. } => Readiness::Failed { reason: error.to_string() },
        }
    }

    fn position(&self, id: u64) -> Option<usize> {
        self.line.iter().position(|waiter| waiter.id == id)
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::engine::EngineError;
    use sarai_core::id::ModelName;

    use super::{Phase, State, Wish};

    fn name(text: &str) -> ModelName {
        ModelName::new(text).unwrap()
    }

    fn state() -> State {
        State { wish: None, current: Some(name("ana")), ..State::new(Some(name("ana"))) }
    }

    #[track_caller]
    fn check_wanted(state: &State, model: &str) {
        assert_eq!(state.wanted(), Some(&name(model)));
    }

    #[test]
    fn the_owner_comes_before_the_line_and_the_line_before_what_is_there() {
        let mut state = state();
        check_wanted(&state, "ana");
        state.enter(&name("bea"));
        state.enter(&name("eva"));
        check_wanted(&state, "bea");
        state.wish = Some(Wish::Model(name("eva")));
        check_wanted(&state, "eva");
        state.wish = Some(Wish::Nothing);
        assert_eq!(state.wanted(), None);
    }

    #[test]
    fn a_wish_leaves_with_who_had_it() {
        let mut state = state();
        let id = state.enter(&name("bea"));
        state.line.retain(|waiter| waiter.id != id);
        check_wanted(&state, "ana");
    }

    #[test]
    fn giving_up_tells_those_who_wait_for_that_model_only() {
        let mut state = state();
        state.current = Some(name("bea"));
        let [first, second] = ["bea", "ana"].map(|model| state.enter(&name(model)));
        state.give_up(&name("bea"), &EngineError::OutOfMemory);
        assert_eq!(state.turn_of(first).unwrap().err(), Some(EngineError::OutOfMemory));
        assert!(state.turn_of(second).is_none());
        check_wanted(&state, "ana");
        assert!(matches!(state.phase, Phase::Starting));
    }

    #[test]
    fn giving_up_the_default_leaves_nothing_to_want() {
        let mut state = state();
        state.give_up(&name("ana"), &EngineError::OutOfMemory);
        assert_eq!(state.wanted(), None);
        assert!(matches!(state.phase, Phase::Failed { .. }));
    }

    #[test]
    fn who_is_refused_is_told_when_to_come_back() {
        let mut state = state();
        assert_eq!(state.retry_after_s(1), 5, "nothing is known yet");
        state.left_after(40.0);
        assert_eq!(state.retry_after_s(1), 20);
        state.running = 4;
        assert_eq!(state.retry_after_s(2), 40);
        state.left_after(1e9);
        assert_eq!(state.retry_after_s(1), 600);
    }
}
