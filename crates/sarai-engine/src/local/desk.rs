//! Who may speak to the engine process, and in which order.
//!
//! Requests for the loaded model go straight to the process, which has a queue of its own. When
//! another model is needed, or the process is not there, requests wait here in one line: the first
//! decides which model comes next, and those behind it wait, whichever model they want.

mod state;

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::{EngineError, EngineHealth};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;

use self::state::{Comparison, State, Wish};
pub(crate) use self::state::{Loaded, Phase};
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

/// What the supervisor should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    Stop,
    Rest,
    /// `wishes` counts the owner's wishes: a new one forgives earlier failures.
    Serve {
        model: ModelName,
        wishes: u64,
    },
}

impl Desk {
    pub(crate) fn new(
        model: Option<ModelName>,
        clock: Arc<dyn Clock>,
        parallel: u32,
        waiting_max: u32,
    ) -> Desk {
        let state = Mutex::new(State::new(model));
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
        state.last_use = self.clock.elapsed();
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
            _ if state.is_exchanging() => Err(self.busy(&state)),
            _ => Err(EngineError::NotReady(state.readiness())),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        lock(&self.state).phase.clone()
    }

    pub(crate) fn readiness(&self) -> Readiness {
        lock(&self.state).readiness()
    }

    /// Waits until the readiness is not `known` any more, `patience` at most, and returns it.
    pub(crate) fn next_readiness(&self, known: &Readiness, patience: Duration) -> Readiness {
        let same = |state: &mut State| state.readiness() == *known;
        let waited = self.changed.wait_timeout_while(lock(&self.state), patience, same);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.readiness()
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
        lock(&self.state).retry_after_s(self.parallel)
    }

    fn busy(&self, state: &State) -> EngineError {
        EngineError::Busy { retry_after_s: state.retry_after_s(self.parallel) }
    }

    // --- for the owner ---

    /// Makes `model` the default and has it loaded.
    pub(crate) fn want(&self, model: ModelName) {
        let mut state = lock(&self.state);
        state.default = Some(model.clone());
        state.end_exchange();
        state.wishes += 1;
        if matches!(state.phase, Phase::Empty | Phase::Failed { .. }) {
            state.phase = Phase::Starting;
        }
        state.wish = Some(Wish::Model(model));
        self.announce(&mut state);
    }

    /// Has the process ended once its requests are done.
    pub(crate) fn want_nothing(&self) {
        let mut state = lock(&self.state);
        state.wishes += 1;
        state.wish = Some(Wish::Nothing);
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
        let state = lock(&self.state);
        let in_use = match &state.phase {
            Phase::Ready(loaded) if state.running > 0 => Some(&loaded.model),
            _ => None,
        };
        match in_use.or(state.wanted()) {
            _ if state.stopping => Order::Stop,
            Some(model) => Order::Serve { model: model.clone(), wishes: state.wishes },
            None => Order::Rest,
        }
    }

    /// The supervisor turns to `model`.
    pub(crate) fn begin(&self, model: &ModelName) {
        lock(&self.state).current = Some(model.clone());
    }

    /// A process serves; `learning` tells whether there may be something to learn about the engines.
    pub(crate) fn ready(&self, loaded: Loaded, learning: bool) {
        let mut state = lock(&self.state);
        if state.wish == Some(Wish::Model(loaded.model.clone())) {
            state.wish = None;
        }
        state.phase = Phase::Ready(loaded);
        state.comparison = if learning { Comparison::Open } else { Comparison::Done };
        state.last_use = self.clock.elapsed();
        self.announce(&mut state);
    }

    /// Returns for how long nobody has wanted anything; `None` while somebody does.
    pub(crate) fn idle(&self) -> Option<Duration> {
        let state = lock(&self.state);
        let idle = state.is_idle() && !state.stopping && state.wish.is_none();
        idle.then(|| self.clock.elapsed().saturating_sub(state.last_use))
    }

    /// Takes the process away from nobody: `false`, and nothing happens, when somebody wants it.
    pub(crate) fn withdraw(&self) -> bool {
        let mut state = lock(&self.state);
        if !state.is_idle() {
            return false;
        }
        state.phase = Phase::Starting;
        state.comparison = Comparison::Exchange;
        self.announce(&mut state);
        true
    }

    /// There is nothing more to learn about the engines.
    pub(crate) fn settle(&self) {
        lock(&self.state).comparison = Comparison::Done;
    }

    pub(crate) fn is_learning(&self) -> bool {
        lock(&self.state).comparison != Comparison::Done
    }

    /// Nothing runs, and nothing was wanted: from now on whoever asks brings it back.
    pub(crate) fn rest(&self) {
        let mut state = lock(&self.state);
        if state.wish == Some(Wish::Nothing) {
            state.wish = None;
            state.current = None;
            self.announce(&mut state);
        }
    }

    /// There is no process now.
    pub(crate) fn ended(&self) {
        let mut state = lock(&self.state);
        state.current = None;
        state.end_exchange();
        if state.wish == Some(Wish::Nothing) {
            state.wish = None;
        }
        state.phase = if state.wanted().is_some() { Phase::Starting } else { Phase::Empty };
        self.announce(&mut state);
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
        state.end_exchange();
        state.phase = Phase::Restarting { model: model.clone(), reason: error.to_string() };
        self.announce(&mut state);
    }

    /// Gives up on a model, see [`State::give_up`].
    pub(crate) fn give_up(&self, model: &ModelName, error: &EngineError) {
        let mut state = lock(&self.state);
        state.last_failure = Some((self.clock.now(), error.to_string()));
        state.give_up(model, error);
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
        state.left_after(seconds);
        state.last_use = self.desk.clock.elapsed();
        self.desk.announce(&mut state);
    }
}
