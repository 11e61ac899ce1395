//! The facts of one person, as the ledger and the answers look them up.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Transaction, params};
use sarai_core::fact::{Fact, FactId};
use sarai_facts::fold::fold;
use sarai_facts::lookup::{Entity, EntityId, Facts, Lookup, LookupError};

use super::find::{Bounds, Pattern, find};
use super::{entities, rows};
use crate::handle::Fault;

/// Reads within one transaction, each fact once: the ledger looks at the same ones from several
/// sides. Of no use after a change, which may show a fact by another name.
pub(crate) struct Known<'a> {
    transaction: &'a Transaction<'a>,
    person: i64,
    read: RefCell<HashMap<i64, Fact>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(transaction: &'a Transaction<'a>, person: i64) -> Known<'a> {
        Known { transaction, person, read: RefCell::default() }
    }

    fn facts(&self, ids: &[i64]) -> Result<Vec<Fact>, Fault> {
        let mut read = self.read.borrow_mut();
        let mut facts = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(fact) = read.get(id) {
                facts.push(fact.clone());
            } else if let Some(fact) = rows::one(self.transaction, self.person, FactId(*id))? {
                read.insert(*id, fact.clone());
                facts.push(fact);
            }
        }
        Ok(facts)
    }

    fn newest(&self, pattern: &Pattern, limit: usize) -> Result<Vec<Fact>, Fault> {
        let bounds = Bounds { history: true, ..Bounds::default() };
        let ids = find(self.transaction, self.person, pattern, &bounds, limit)?;
        self.facts(&ids)
    }

    fn named(&self, name: &str) -> rusqlite::Result<Vec<i64>> {
        entities::named(self.transaction, self.person, name)
    }

    /// Returns the keys of the relations called exactly so; `None` for any relation.
    fn relations(&self, names: &[&str]) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT id FROM relation WHERE person = ?1 AND name = ?2")?;
        let mut found = Vec::new();
        for name in names {
            let mut rows = statement.query(params![self.person, name])?;
            while let Some(row) = rows.next()? {
                found.push(row.get(0)?);
            }
        }
        Ok(found)
    }

    fn of_subjects(
        &self,
        subjects: Vec<i64>,
        relations: Option<Vec<i64>>,
        limit: usize,
    ) -> Result<Vec<Fact>, Fault> {
        self.newest(&Pattern { subjects: Some(subjects), relations, objects: None }, limit)
    }

    fn mentioned(&self, word: &str, limit: usize) -> Result<Vec<Fact>, Fault> {
        let found = entities::with_word(self.transaction, self.person, &fold(word))?;
        let bounds = Bounds { history: true, ..Bounds::default() };
        let one = |pattern| find(self.transaction, self.person, &pattern, &bounds, limit);
        let mut ids = one(Pattern { subjects: Some(found.clone()), ..Pattern::default() })?;
        ids.extend(one(Pattern { objects: Some(found), ..Pattern::default() })?);
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        ids.dedup();
        ids.truncate(limit);
        self.facts(&ids)
    }

    fn called(&self, name: &str) -> Result<Vec<Entity>, Fault> {
        let mut found = Vec::new();
        for id in self.named(name)?.into_iter().rev() {
            found.extend(entities::one(self.transaction, self.person, id)?);
        }
        Ok(found)
    }
}

impl Facts for Known<'_> {
    fn about(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let subjects = self.named(name).map_err(failed)?;
        self.of_subjects(subjects, None, limit).map_err(failed)
    }

    fn about_in(&self, name: &str, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        let subjects = self.named(name).map_err(failed)?;
        let relations = self.relations(relations).map_err(failed)?;
        self.of_subjects(subjects, Some(relations), limit).map_err(failed)
    }

    fn with_object(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let objects = Some(self.named(name).map_err(failed)?);
        self.newest(&Pattern { objects, ..Pattern::default() }, limit).map_err(failed)
    }

    fn with_verb(&self, verb: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let relations = entities::relations(self.transaction, self.person, verb).map_err(failed)?;
        self.newest(&Pattern { relations: Some(relations), ..Pattern::default() }, limit)
            .map_err(failed)
    }

    fn mentioning(&self, word: &str, limit: usize) -> Lookup<Vec<Fact>> {
        self.mentioned(word, limit).map_err(failed)
    }

    fn of(&self, entity: EntityId, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        let relations = match relations {
            [] => None,
            some => Some(self.relations(some).map_err(failed)?),
        };
        self.of_subjects(vec![entity.0], relations, limit).map_err(failed)
    }

    fn entities(&self, name: &str) -> Lookup<Vec<Entity>> {
        self.called(name).map_err(failed)
    }
}

fn failed(fault: impl Into<Fault>) -> LookupError {
    LookupError(match fault.into() {
        Fault::Sqlite(error) => error.into(),
        Fault::Refused(error) => error.into(),
        Fault::Unreadable(what) => Unreadable(what).into(),
    })
}

/// A row that does not say what this program writes, on its way through the ledger.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not readable")]
struct Unreadable(String);

impl From<LookupError> for Fault {
    fn from(LookupError(source): LookupError) -> Fault {
        let source = match source.downcast::<rusqlite::Error>() {
            Ok(error) => return Fault::Sqlite(*error),
            Err(source) => source,
        };
        match source.downcast::<Unreadable>() {
            Ok(unreadable) => Fault::Unreadable(unreadable.0),
            Err(source) => Fault::Unreadable(source.to_string()),
        }
    }
}
