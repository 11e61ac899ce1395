//! Facts: what can be asked about what was told, and what can be done to it by hand.

pub(crate) mod apply;
mod as_of;
mod change;
pub(crate) mod dedupe;
pub(crate) mod entities;
pub(crate) mod filter;
pub(crate) mod find;
pub(crate) mod known;
#[cfg(test)]
mod model;
pub(crate) mod rows;
mod stats;

pub use as_of::{AsOf, WrongAsOf};
use sarai_core::fact::{Fact, FactId, FactSource};
use sarai_core::id::PersonId;

use crate::error::{MemoryError, Operation};
use crate::handle::Memory;
use crate::people;

/// A fact entered by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFact {
    pub subject: String,
    pub relation: String,
    pub object: String,
    pub negated: bool,
    /// The day or time it speaks of: see [`Fact::when`].
    pub when: Option<String>,
    /// From 0 to 1.
    pub confidence: f64,
    pub source: FactSource,
}

/// What became of a fact entered by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub fact: Fact,
    /// Whether it was not known before.
    pub is_new: bool,
    /// What it took the place of.
    pub superseded: Vec<Fact>,
}

/// What a fact is to say instead. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactEdit {
    pub subject: Option<String>,
    pub relation: Option<String>,
    pub object: Option<String>,
    pub negated: Option<bool>,
    pub when: Option<String>,
}

/// Which facts are asked for. What is `None` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactFilter {
    /// Any name of the subject; case and accents do not count.
    pub subject: Option<String>,
    /// A relation, or a verb with whatever preposition: `vivir` finds `vivir_en`.
    pub verb: Option<String>,
    /// Any name of the object.
    pub object: Option<String>,
    /// Words that all occur in the names of the subject and the object.
    pub words: Option<String>,
    /// Only what held then.
    pub as_of: Option<AsOf>,
    /// Whether what was superseded is wanted too.
    pub history: bool,
    pub limit: usize,
    /// Only facts older than this one, for the next page.
    pub before: Option<FactId>,
}

impl FactFilter {
    /// Returns the filter that lets all current facts through, `limit` at most.
    pub fn all(limit: usize) -> FactFilter {
        FactFilter {
            subject: None,
            verb: None,
            object: None,
            words: None,
            as_of: None,
            history: false,
            limit,
            before: None,
        }
    }
}

/// Somebody or something facts speak of, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitySummary {
    /// The best name.
    pub name: String,
    /// Every name it has.
    pub names: Vec<String>,
    /// Current facts of which it is the subject.
    pub facts: u64,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    pub facts_current: u64,
    pub facts_superseded: u64,
    pub entities: u64,
    pub conversations: u64,
    pub turns: u64,
    /// Of the whole file, everybody's words included.
    pub bytes: u64,
    /// The same of its journal; 0 in memory.
    pub journal_bytes: u64,
    /// Parts of messages that wait for a slower reader.
    pub leftovers: u64,
}

impl Memory {
    /// Keeps a fact entered by hand, by the same rules as one that was told.
    pub fn assert(&self, person: &PersonId, fact: NewFact) -> Result<Stored, MemoryError> {
        let claim = change::claim(&fact)?;
        let (person, now) = (person.clone(), self.now());
        let day = self.understanding().day(now).to_string();
        self.write(Operation::Learn, move |transaction| {
            let person = people::needed(transaction, &person)?;
            change::assert(transaction, person, &claim, &fact, (now, day))
        })
    }

    /// Returns the facts that match, newest first.
    pub fn facts(&self, person: &PersonId, filter: &FactFilter) -> Result<Vec<Fact>, MemoryError> {
        let (person, filter) = (person.clone(), filter.clone());
        let time_zone = self.understanding().time_zone.clone();
        self.read(Operation::Facts, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(Vec::new()) };
            filter::facts(transaction, person, &filter, &time_zone)
        })
    }

    /// Returns one fact.
    pub fn fact(&self, person: &PersonId, id: FactId) -> Result<Option<Fact>, MemoryError> {
        let person = person.clone();
        self.read(Operation::Facts, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(None) };
            rows::one(transaction, person, id)
        })
    }

    /// Returns what a fact took the place of and what took its place, one after the other, oldest
    /// first and itself included. Empty when there is no such fact.
    pub fn fact_history(&self, person: &PersonId, id: FactId) -> Result<Vec<Fact>, MemoryError> {
        let person = person.clone();
        self.read(Operation::Facts, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(Vec::new()) };
            change::history(transaction, person, id)
        })
    }

    /// Puts a corrected fact in the place of one that is believed. Returns the new one; `None`
    /// when there is no such fact or it was superseded before.
    pub fn edit_fact(
        &self,
        person: &PersonId,
        id: FactId,
        edit: FactEdit,
    ) -> Result<Option<Fact>, MemoryError> {
        let (person, now) = (person.clone(), self.now());
        let day = self.understanding().day(now).to_string();
        self.write(Operation::Learn, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(None) };
            change::edit(transaction, person, id, edit, (now, day))
        })
    }

    /// Takes back the newest edit or closing of a fact: it is believed again, and what took its
    /// place gives way to it. Returns the fact; `None` when there is nothing to take back.
    pub fn undo(&self, person: &PersonId) -> Result<Option<Fact>, MemoryError> {
        let (person, now) = (person.clone(), self.now());
        let day = self.understanding().day(now).to_string();
        self.write(Operation::Learn, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(None) };
            change::undo(transaction, person, (now, day))
        })
    }

    /// Returns who and what current facts speak of, most lately mentioned first; with a query, only
    /// those in whose names all its words occur.
    pub fn entities(
        &self,
        person: &PersonId,
        query: &str,
        limit: usize,
    ) -> Result<Vec<EntitySummary>, MemoryError> {
        let (person, query) = (person.clone(), query.to_owned());
        self.read(Operation::Facts, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(Vec::new()) };
            stats::entities(transaction, person, &query, limit)
        })
    }

    /// Returns how much is kept of a person.
    pub fn stats(&self, person: &PersonId) -> Result<Stats, MemoryError> {
        let person = person.clone();
        self.read(Operation::Facts, move |transaction| {
            let person = people::key(transaction, &person)?;
            Ok(stats::stats(transaction, person)?)
        })
        .map(|stats| Stats { journal_bytes: self.journal_bytes(), ..stats })
    }
}
