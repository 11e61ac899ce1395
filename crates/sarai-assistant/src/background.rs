//! Background: when nobody asks anything, the model reads what the rules could not.
//!
//! One leftover at a time, under a JSON schema. The sentence is data for the model and never an
//! order, and what the model says of it counts only as far as the memory finds it in the sentence.
//! A turn that begins ends the pass at the engine's next event.

mod proposals;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::{EngineError, EngineEvent, Finish, Generation, Sampling};
use sarai_core::id::PersonId;
use sarai_core::prompt;
use sarai_memory::{Leftover, MemoryError};

use crate::Parts;

/// Tokens of one reading: three short claims and their JSON.
const TOKENS_MAX: u32 = 200;

/// What a pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Leftovers that were read, whatever came of them.
    pub read: u32,
    /// New facts.
    pub stored: u32,
    /// What the model said and the words do not bear out, or what is known already.
    pub refused: u32,
    /// Leftovers at which the engine failed.
    pub failed: u32,
    /// Whether something else was to be done.
    pub interrupted: bool,
}

/// Which turns run, and since when none does.
pub(crate) struct Activity {
    begun: AtomicU64,
    running: AtomicUsize,
    quiet_since: Mutex<Duration>,
}

impl Activity {
    pub(crate) fn new(clock: &dyn Clock) -> Activity {
        Activity {
            begun: AtomicU64::new(0),
            running: AtomicUsize::new(0),
            quiet_since: Mutex::new(clock.elapsed()),
        }
    }

    /// Notes a turn, which runs until the answer is dropped.
    pub(crate) fn turn<'a>(&'a self, clock: &'a dyn Clock) -> Turn<'a> {
        self.running.fetch_add(1, Ordering::SeqCst);
        self.begun.fetch_add(1, Ordering::SeqCst);
        Turn { activity: self, clock }
    }

    fn is_quiet_for(&self, wanted: Duration, clock: &dyn Clock) -> bool {
        let since = *self.quiet_since.lock().unwrap_or_else(PoisonError::into_inner);
        self.running.load(Ordering::SeqCst) == 0 && clock.elapsed().saturating_sub(since) >= wanted
    }
}

/// A turn that runs.
pub(crate) struct Turn<'a> {
    activity: &'a Activity,
    clock: &'a dyn Clock,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let quiet_since = &self.activity.quiet_since;
        *quiet_since.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.elapsed();
        self.activity.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reads leftovers until none waits, a turn begins, `stop` says so or the engine fails.
pub(crate) fn pass(parts: &Parts, activity: &Activity, stop: &dyn Fn() -> bool) -> Pass {
    let mut pass = Pass::default();
    let Some(quiet) = parts.background_reading else { return pass };
    let begun = activity.begun.load(Ordering::SeqCst);
    if !activity.is_quiet_for(quiet, parts.clock.as_ref()) {
        return pass;
    }
    let interrupted = || stop() || activity.begun.load(Ordering::SeqCst) != begun;
    match read_all(parts, &interrupted, &mut pass) {
        Ok(()) => {}
        Err(Ended::Memory(error)) => tracing::warn!(%error, "the background reading ended early"),
        Err(Ended::Engine(error)) => tracing::warn!(%error, "the background reading ended early"),
    }
    if pass != Pass::default() {
        let Pass { read, stored, refused, failed, interrupted } = pass;
        tracing::info!(read, stored, refused, failed, interrupted, "read what was left over");
    }
    pass
}

/// Why a pass ended before its time.
enum Ended {
    Memory(MemoryError),
    Engine(EngineError),
}

impl From<MemoryError> for Ended {
    fn from(error: MemoryError) -> Ended {
        Ended::Memory(error)
    }
}

fn read_all(parts: &Parts, interrupted: &dyn Fn() -> bool, pass: &mut Pass) -> Result<(), Ended> {
    let person = parts.memory.first_person()?;
    while let Some(leftover) = parts.memory.next_leftover(&person)? {
        if interrupted() {
            pass.interrupted = true;
            return Ok(());
        }
        if !parts.engine.readiness().is_ready() {
            return Ok(());
        }
        if read(parts, &person, &leftover, interrupted, pass)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads one leftover. `Break` when the pass is over.
fn read(
    parts: &Parts,
    person: &PersonId,
    leftover: &Leftover,
    interrupted: &dyn Fn() -> bool,
    pass: &mut Pass,
) -> Result<ControlFlow<()>, Ended> {
    let ours = proposals::instruction(leftover.language);
    let prompt = match prompt::reading(&ours, &leftover.text, leftover.language) {
        Ok(prompt) => prompt,
        Err(error) => {
            tracing::warn!(%error, "a leftover fits no prompt");
            parts.memory.read_leftover(person, leftover, Vec::new())?;
            return Ok(ControlFlow::Continue(()));
        }
    };
    let generation = Generation {
        model: None,
        prompt,
        tools: Vec::new(),
        sampling: Sampling::GREEDY,
        tokens_max: Some(TOKENS_MAX),
        stop: Vec::new(),
        constraint: proposals::constraint(),
        // No session: what the engine computes of it is kept nowhere.
        session: None,
        top_logprobs: None,
    };
    let mut sink = |_: EngineEvent<'_>| {
        if interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let said = match parts.engine.generate(&generation, &mut sink) {
        Ok(said) => said,
        // Somebody else has the engine, or it is not there yet: the leftover can wait.
        Err(EngineError::Busy { .. } | EngineError::NotReady(_)) => {
            pass.interrupted = true;
            return Ok(ControlFlow::Break(()));
        }
        Err(error) => {
            pass.failed += 1;
            parts.memory.fail_leftover(person, leftover)?;
            return Err(Ended::Engine(error));
        }
    };
    if said.finish == Finish::Cancelled {
        pass.interrupted = true;
        return Ok(ControlFlow::Break(()));
    }
    // What is not the JSON asked for is not read again: the model would say the same.
    let proposed = proposals::parse(&said.text).unwrap_or_default();
    let done = parts.memory.read_leftover(person, leftover, proposed)?;
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    pass.read += 1;
    pass.stored += count(done.stored.len());
    pass.refused += count(done.refused);
    Ok(ControlFlow::Continue(()))
}
