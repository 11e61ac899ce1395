//! Who may speak to the engine process, and in which order.
//!
//! Requests for the loaded model go straight to the process, which has a queue of its own. When
//! another model is needed, or the process is not there, requests wait here in one line: the first
//! decides which model comes next, and those behind it wait, whichever model they want.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::engine::{EngineError, EngineHealth};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_engine_protocol::ModelDescription;

use super::connection::{self, Connection};
use crate::lock::lock;

/// How often a waiting caller is told so, which is also how soon it is noticed that it went away.
pub(crate) const HEARTBEAT: Duration = Duration::from_millis(500);

/// Shared by the asking threads and the supervisor.
pub(crate) struct Desk {
    state: Mutex<State>,
    changed: Condvar,
    clock: Arc<dyn Clock>,
    parallel: u32,
    waiting_max: u32,
}

/// Where the engine is.
#[derive(Clone)]
pub(crate) enum Phase {
    /// No process, and none is wanted.
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

struct State {
    /// Meant by requests that name no model.
    default: Option<ModelName>,
    /// What should be in the process.
    wanted: Option<ModelName>,
    /// Orders of the owner so far; each forgives earlier failures.
    orders: u64,
    phase: Phase,
    line: VecDeque<Waiter>,
    last_waiter: u64,
    running: u32,
    stopping: bool,
    /// Something happened that the supervisor has not looked at.
    woken: bool,
    backend: Option<String>,
    restarts: u32,
    last_failure: Option<(Timestamp, String)>,
    /// Moving average of what a request takes.
    seconds_per_request: Option<f64>,
}

struct Waiter {
    id: u64,
    model: ModelName,
    verdict: Option<EngineError>,
}

/// What the supervisor should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    Stop,
    Rest,
    Serve { model: ModelName, orders: u64 },
}

impl Desk {
    pub(crate) fn new(
        model: Option<ModelName>,
        clock: Arc<dyn Clock>,
        parallel: u32,
        waiting_max: u32,
    ) -> Desk {
        let state = State {
            wanted: model.clone(),
            phase: if model.is_some() { Phase::Starting } else { Phase::Empty },
            default: model,
            orders: 0,
            line: VecDeque::new(),
            last_waiter: 0,
            running: 0,
            stopping: false,
            woken: false,
            backend: None,
            restarts: 0,
            last_failure: None,
            seconds_per_request: None,
        };
        let state = Mutex::new(state);
        Desk { state, changed: Condvar::new(), clock, parallel: parallel.max(1), waiting_max }
    }

    // --- for the asking threads ---

    pub(crate) fn default_model(&self) -> Option<ModelName> {
        lock(&self.state).default.clone()
    }

    /// Waits for a seat at the process while it holds `model`. `told` hears, now and then, how many
    /// requests are before; its `Break` gives up, which is `Ok(None)`.
    pub(crate) fn seat(
        self: &Arc<Self>,
        model: &ModelName,
        patience: Duration,
        told: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> Result<Option<Seat>, EngineError> {
        let begun = self.clock.elapsed();
        let mut place = Place { desk: self, id: self.enter(model)?, left: false };
        loop {
            let waited = self.clock.elapsed().saturating_sub(begun);
            match self.look(place.id, patience.saturating_sub(waited)) {
                View::Seat(loaded) => {
                    place.left = true;
                    let begun = self.clock.elapsed();
                    return Ok(Some(Seat { desk: Arc::clone(self), loaded, begun }));
                }
                View::Refused(error) => return Err(error),
                View::Line { ahead } => {
                    if told(ahead).is_break() {
                        return Ok(None);
                    }
                }
            }
            self.wait_for_turn(place.id, patience.min(HEARTBEAT));
        }
    }

    fn enter(&self, model: &ModelName) -> Result<u64, EngineError> {
        let mut state = lock(&self.state);
        if state.in_flight() >= self.parallel.saturating_add(self.waiting_max) {
            return Err(self.busy(&state));
        }
        if let Phase::Failed { model: failed, error } = &state.phase
            && failed == model
        {
            return Err(error.clone());
        }
        let id = state.enter(model);
        self.announce(&mut state);
        Ok(id)
    }

    fn look(&self, id: u64, patience: Duration) -> View {
        let mut state = lock(&self.state);
        if let Some(result) = state.turn_of(id) {
            self.announce(&mut state);
            return result.map_or_else(View::Refused, View::Seat);
        }
        if patience.is_zero() {
            return View::Refused(match state.readiness() {
                Readiness::Ready { .. } => self.busy(&state),
                readiness => EngineError::NotReady(readiness),
            });
        }
        View::Line { ahead: state.ahead_of(id) }
    }

    fn wait_for_turn(&self, id: u64, patience: Duration) {
        let waiting = |state: &mut State| !state.has_news_for(id);
        let waited = self.changed.wait_timeout_while(lock(&self.state), patience, waiting);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns the loaded model, if it is that one.
    pub(crate) fn loaded(&self) -> Result<Loaded, EngineError> {
        let state = lock(&self.state);
        match &state.phase {
            Phase::Ready(loaded) => Ok(loaded.clone()),
            Phase::Failed { error, .. } => Err(error.clone()),
            _ => Err(EngineError::NotReady(state.readiness())),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        lock(&self.state).phase.clone()
    }

    pub(crate) fn readiness(&self) -> Readiness {
        lock(&self.state).readiness()
    }

    pub(crate) fn health(&self) -> EngineHealth {
        let state = lock(&self.state);
        let active = state.running.min(self.parallel);
        let resident_bytes = match &state.phase {
            Phase::Ready(loaded) => loaded.connection.resident_bytes(),
            _ => None,
        };
        EngineHealth {
            backend: state.backend.clone(),
            restarts: state.restarts,
            last_failure: state.last_failure.clone(),
            active,
            waiting: state.in_flight() - active,
            resident_bytes,
        }
    }

    /// Returns when somebody refused now may try again.
    pub(crate) fn retry_after_s(&self) -> u32 {
        retry_after_s(&lock(&self.state), self.parallel)
    }

    fn busy(&self, state: &State) -> EngineError {
        EngineError::Busy { retry_after_s: retry_after_s(state, self.parallel) }
    }

    // --- for the owner ---

    /// Makes `model` the default and has it loaded.
    pub(crate) fn want(&self, model: ModelName) {
        let mut state = lock(&self.state);
        state.default = Some(model.clone());
        state.orders += 1;
        if matches!(state.phase, Phase::Empty | Phase::Failed { .. }) {
            state.phase = Phase::Starting;
        }
        state.wanted = Some(model);
        self.announce(&mut state);
    }

    /// Has the process ended once its requests are done.
    pub(crate) fn want_nothing(&self) {
        let mut state = lock(&self.state);
        state.orders += 1;
        state.wanted = None;
        if matches!(state.phase, Phase::Failed { .. }) {
            state.phase = Phase::Empty;
        }
        self.announce(&mut state);
    }

    /// Ends everything; nobody is served after this.
    pub(crate) fn stop(&self) {
        let mut state = lock(&self.state);
        state.stopping = true;
        self.announce(&mut state);
    }

    // --- for the supervisor ---

    /// Wakes the supervisor.
    pub(crate) fn wake(&self) {
        self.announce(&mut lock(&self.state));
    }

    /// Waits until something happens, `patience` at most; for ever without.
    pub(crate) fn pause(&self, patience: Option<Duration>) {
        let mut state = lock(&self.state);
        let asleep = |state: &mut State| !state.woken;
        state = match patience {
            Some(patience) => {
                self.changed
                    .wait_timeout_while(state, patience, asleep)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
            None => self.changed.wait_while(state, asleep).unwrap_or_else(PoisonError::into_inner),
        };
        state.woken = false;
    }

    /// Returns what should be done now. A process in use is not taken away.
    pub(crate) fn order(&self) -> Order {
        let mut state = lock(&self.state);
        if state.stopping {
            return Order::Stop;
        }
        let settled = match &state.phase {
            Phase::Ready(loaded) => state.wanted.as_ref() == Some(&loaded.model),
            Phase::Empty | Phase::Failed { .. } => state.wanted.is_none(),
            _ => false,
        };
        if settled && let Some(first) = state.line.front() {
            state.wanted = Some(first.model.clone());
        }
        let orders = state.orders;
        if let Phase::Ready(loaded) = &state.phase
            && state.running > 0
        {
            return Order::Serve { model: loaded.model.clone(), orders };
        }
        state.wanted.clone().map_or(Order::Rest, |model| Order::Serve { model, orders })
    }

    pub(crate) fn enter_phase(&self, phase: Phase) {
        let mut state = lock(&self.state);
        state.phase = phase;
        self.announce(&mut state);
    }

    pub(crate) fn name_backend(&self, backend: String) {
        lock(&self.state).backend = Some(backend);
    }

    /// Notes that a process was lost and will be started again.
    pub(crate) fn restart(&self, model: &ModelName, error: &EngineError) {
        let mut state = lock(&self.state);
        state.last_failure = Some((self.clock.now(), error.to_string()));
        state.restarts += 1;
        state.phase = Phase::Restarting { model: model.clone(), reason: error.to_string() };
        self.announce(&mut state);
    }

    /// Gives up on a model: those who wait for it are told. The default comes back after another
    /// model failed; the default itself stays away until somebody orders it again.
    pub(crate) fn give_up(&self, model: &ModelName, error: &EngineError) {
        let mut state = lock(&self.state);
        state.last_failure = Some((self.clock.now(), error.to_string()));
        for waiter in state.line.iter_mut().filter(|waiter| waiter.model == *model) {
            waiter.verdict = Some(error.clone());
        }
        if state.wanted.as_ref() == Some(model) {
            state.wanted = state.default.clone().filter(|default| default != model);
        }
        state.phase = if state.wanted.is_some() {
            Phase::Starting
        } else {
            Phase::Failed { model: model.clone(), error: error.clone() }
        };
        self.announce(&mut state);
    }

    pub(crate) fn is_default(&self, model: &ModelName) -> bool {
        lock(&self.state).default.as_ref() == Some(model)
    }

    fn announce(&self, state: &mut State) {
        state.woken = true;
        self.changed.notify_all();
    }
}

impl State {
    fn in_flight(&self) -> u32 {
        self.running.saturating_add(u32::try_from(self.line.len()).unwrap_or(u32::MAX))
    }

    fn enter(&mut self, model: &ModelName) -> u64 {
        self.last_waiter += 1;
        self.line.push_back(Waiter { id: self.last_waiter, model: model.clone(), verdict: None });
        self.last_waiter
    }

    fn position(&self, id: u64) -> Option<usize> {
        self.line.iter().position(|waiter| waiter.id == id)
    }

    fn ahead_of(&self, id: u64) -> u32 {
        let before = u32::try_from(self.position(id).unwrap_or(0)).unwrap_or(u32::MAX);
        self.running.saturating_add(before)
    }

    /// Whether the first in the line can sit down.
    fn is_open_for(&self, model: &ModelName) -> bool {
        self.wanted.as_ref() == Some(model)
            && matches!(&self.phase, Phase::Ready(loaded) if loaded.model == *model)
    }

    fn has_news_for(&self, id: u64) -> bool {
        let Some(position) = self.position(id) else { return true };
        let waiter = &self.line[position];
        self.stopping
            || waiter.verdict.is_some()
            || (position == 0 && self.is_open_for(&waiter.model))
    }

    /// Takes the waiter out of the line when its waiting is over.
    fn turn_of(&mut self, id: u64) -> Option<Result<Loaded, EngineError>> {
        if !self.has_news_for(id) {
            return None;
        }
        let position = self.position(id)?;
        let waiter = self.line.remove(position)?;
        if let Some(error) = waiter.verdict {
            return Some(Err(error));
        }
        match &self.phase {
            Phase::Ready(loaded) if !self.stopping => {
                let loaded = loaded.clone();
                self.running += 1;
                Some(Ok(loaded))
            }
            _ => Some(Err(EngineError::NotReady(self.readiness()))),
        }
    }

    fn readiness(&self) -> Readiness {
        if self.stopping {
            return Readiness::Failed { reason: "the engine was stopped".to_owned() };
        }
        match &self.phase {
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
}

fn retry_after_s(state: &State, parallel: u32) -> u32 {
    const UNKNOWN: f64 = 10.0;
    let rounds = f64::from(state.in_flight()) / f64::from(parallel);
    let seconds = state.seconds_per_request.unwrap_or(UNKNOWN) * rounds.max(1.0);
    // Half of the work ahead: places become free long before all of it is done.
    connection::whole_seconds(Duration::from_secs_f64((seconds / 2.0).clamp(1.0, 600.0)))
}

/// What a waiter sees when it looks up.
enum View {
    Seat(Loaded),
    Refused(EngineError),
    Line { ahead: u32 },
}

/// A place in the line, given up when dropped.
struct Place<'a> {
    desk: &'a Arc<Desk>,
    id: u64,
    left: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.left {
            let mut state = lock(&self.desk.state);
            state.line.retain(|waiter| waiter.id != self.id);
            self.desk.announce(&mut state);
        }
    }
}

/// The right to use the process, which keeps its model while anybody sits.
pub(crate) struct Seat {
    desk: Arc<Desk>,
    pub(crate) loaded: Loaded,
    begun: Duration,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let seconds = self.desk.clock.elapsed().saturating_sub(self.begun).as_secs_f64();
        let mut state = lock(&self.desk.state);
        state.running = state.running.saturating_sub(1);
        let average = state.seconds_per_request.map_or(seconds, |average| {
            const WEIGHT_OF_THE_LAST: f64 = 0.3;
            average + WEIGHT_OF_THE_LAST * (seconds - average)
        });
        state.seconds_per_request = Some(average);
        self.desk.announce(&mut state);
    }
}
