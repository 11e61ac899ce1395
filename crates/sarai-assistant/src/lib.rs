//! Answers a turn by joining memory and engine. Knows no HTTP and no llama.cpp.
//!
//! Begin with `turn.rs`: it tells the story of a turn.
#![forbid(unsafe_code)]

mod background;
mod forget;
mod persona;
mod tool_calls;
mod turn;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::conversation::{ConversationSummary, StoredTurn};
use sarai_core::engine::Engine;
use sarai_core::id::{ConversationId, PersonId};
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::random::Random;
use sarai_core::turn::{Answer, Input, Reply, TurnError};
use sarai_memory::Memory;
pub use sarai_memory::MemoryError;

pub use self::background::Pass;
pub use self::turn::opening;

/// What memory is asked and what it answers, for the edges, which do not know its crate.
pub mod memory {
    pub use sarai_memory::{
        Answer, AsOf, Asked, BackedUp, FactEdit, FactFilter, Forget, Forgotten, Learned, Memory,
        NewFact, Role, Sizes, Stats, Stored, Utterance,
    };
}

use self::memory::{Forget, Forgotten};

/// Hears what happens in a turn while it runs. `Break` stops the answer; what was said until then
/// is the answer.
pub type Listener<'a> = dyn FnMut(Reply<'_>) -> ControlFlow<()> + 'a;

/// What an assistant is made of.
pub struct Parts {
    pub engine: Arc<dyn Engine>,
    pub memory: Memory,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub limits: Limits,
    /// The language of our own words in prompts. The model answers in the person's.
    pub language: Language,
    /// Where the household lives: it decides which day today is.
    pub time_zone: TimeZone,
    /// Tells the share of questions that the last evaluation of the memory answered right, from 0 to 1;
    /// `None` before any.
    pub recall_rate: Arc<dyn Fn() -> Option<f64> + Send + Sync>,
    /// After how long without a turn the model may read what the rules could not; `None` for never.
    pub background_reading: Option<Duration>,
}

/// The assistant. One for the whole process; its methods take calls from several threads.
pub struct Assistant {
    parts: Parts,
    activity: background::Activity,
}

impl Assistant {
    pub fn new(parts: Parts) -> Assistant {
        let activity = background::Activity::new(parts.clock.as_ref());
        Assistant { parts, activity }
    }

    /// Answers `input`, telling `listener` what happens meanwhile.
    ///
    /// Only a failed generation, or a history that cannot be read, fails the turn. Whatever else
    /// fails is listed in the answer's trace as degraded, and the turn goes on without it.
    pub fn answer(&self, input: &Input, listener: &mut Listener<'_>) -> Result<Answer, TurnError> {
        let _running = self.activity.turn(self.parts.clock.as_ref());
        turn::answer(&self.parts, input, listener)
    }

    /// Lets the model read what the rules could not, if that is wanted and no turn has run for long
    /// enough. Returns when nothing is left, when a turn begins, or soon after `stop` says so.
    pub fn read_leftovers(&self, stop: &dyn Fn() -> bool) -> Pass {
        background::pass(&self.parts, &self.activity, stop)
    }

    pub fn engine(&self) -> &dyn Engine {
        self.parts.engine.as_ref()
    }

    /// Returns the memory, to look at, tell, ask and correct. Forgetting goes through
    /// [`Assistant::forget`].
    pub fn memory(&self) -> &Memory {
        &self.parts.memory
    }

    /// Returns what the last evaluation of the memory came to, from 0 to 1; `None` before any.
    pub fn recall_rate(&self) -> Option<f64> {
        (self.parts.recall_rate)()
    }

    pub fn limits(&self) -> &Limits {
        &self.parts.limits
    }

    /// Returns the moment that an ISO date names: noon of a day of the house, or a moment with its
    /// own offset. `None` for anything else.
    pub fn moment(&self, date: &str) -> Option<Timestamp> {
        if let Ok(moment) = date.parse::<jiff::Timestamp>() {
            return Some(Timestamp(moment.as_millisecond()));
        }
        let day: jiff::civil::Date = date.parse().ok()?;
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::clone(&self.parts.time_zone)).ok()?;
        Some(Timestamp(noon.timestamp().as_millisecond()))
    }

    /// Forgets facts, turns or everything, and what the engine computed of those conversations.
    pub fn forget(&self, person: &PersonId, what: Forget) -> Result<Forgotten, MemoryError> {
        forget::forget(&self.parts, person, what)
    }

    /// Returns the person who was there first. A household of one never meets the word.
    pub fn first_person(&self) -> Result<PersonId, MemoryError> {
        self.parts.memory.first_person()
    }

    /// Returns a person's conversations, the most recently used first; with `query`, those that
    /// contain its words.
    pub fn conversations(
        &self,
        person: &PersonId,
        query: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ConversationSummary>, MemoryError> {
        match query.filter(|query| !query.trim().is_empty()) {
            Some(query) => self.parts.memory.search(person, query, limit),
            None => self.parts.memory.conversations(person, limit),
        }
    }

    /// Returns the turns of a conversation, oldest first, or `None` when the person has no such one.
    pub fn conversation(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
    ) -> Result<Option<Vec<StoredTurn>>, MemoryError> {
        self.parts.memory.history(person, conversation, usize::MAX)
    }

    /// Gives a conversation another title. Returns whether there was one.
    pub fn rename(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
        title: &str,
    ) -> Result<bool, MemoryError> {
        self.parts.memory.rename(person, conversation, title)
    }

    /// Deletes a conversation with all that was said in it, and what the engine computed of it.
    /// Returns whether there was one.
    pub fn delete(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
    ) -> Result<bool, MemoryError> {
        let deleted = self.parts.memory.delete(person, conversation)?;
        if deleted {
            forget::computed(&self.parts, conversation);
        }
        Ok(deleted)
    }
}
