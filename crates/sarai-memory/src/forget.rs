//! Forgetting: facts and the words that told them are deleted and overwritten.
//!
//! A turn in which nothing else was told goes as a whole, with its answer, which may repeat it.
//! Where other facts rest on the same message, only the sentence is cut out of it; what else that
//! very sentence told stays known, without the words. Names that no kept message says any more go
//! too, and the titles made of what is gone.

mod cut;

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params};
use sarai_core::fact::{Fact, FactId};
use sarai_core::id::{ConversationId, PersonId, TurnId};

use crate::error::{MemoryError, Operation};
use crate::facts::{FactFilter, entities, filter, rows};
use crate::handle::{Fault, Memory};
use crate::people;

/// What is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    Fact(FactId),
    /// Every fact that matches, as many as the filter's limit.
    Matching(FactFilter),
    Turn(TurnId),
    Conversation(ConversationId),
    /// All that this person ever told. The person stays.
    Everything,
}

/// What is gone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forgotten {
    /// The facts asked for and those that went with their words: the first thousand of them.
    pub facts: Vec<Fact>,
    pub turns: u64,
    /// Messages that are gone or lost a sentence.
    pub utterances: u64,
    pub index_entries: u64,
    pub journal_lines: u64,
}

/// Facts that one answer lists.
const LISTED_MAX: usize = 1_000;

impl Memory {
    /// Forgets for good: what is gone is overwritten in the file and its log. Returns what went;
    /// nothing when there was no such thing.
    pub fn forget(&self, person: &PersonId, what: Forget) -> Result<Forgotten, MemoryError> {
        let person = person.clone();
        let time_zone = self.understanding().time_zone.clone();
        let mut forgotten = self.write(Operation::Forget, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else {
                return Ok(Forgotten::default());
            };
            let work = Work { transaction, person };
            match what {
                Forget::Fact(id) => work.facts(&[id.0]),
                Forget::Matching(filter) => {
                    let found = filter::facts(transaction, person, &filter, &time_zone)?;
                    let ids: Vec<i64> = found.iter().map(|fact| fact.id.0).collect();
                    work.facts(&ids)
                }
                Forget::Turn(id) => work.turns("id = ?2", id.as_str()),
                Forget::Conversation(id) => work.turns(
                    "conversation = (SELECT key FROM conversation WHERE person = ?1 AND id = ?2)",
                    id.as_str(),
                ),
                Forget::Everything => work.everything(),
            }
        })?;
        if forgotten != Forgotten::default() {
            forgotten.journal_lines = self.clean_up();
        }
        Ok(forgotten)
    }
}

struct Work<'a> {
    transaction: &'a Transaction<'a>,
    person: i64,
}

impl Work<'_> {
    /// Forgets these facts and the words that told them.
    fn facts(&self, ids: &[i64]) -> Result<Forgotten, Fault> {
        let mut told_in = BTreeSet::new();
        for id in ids {
            told_in.extend(self.keys("SELECT utterance FROM fact_mention WHERE fact = ?1", *id)?);
        }
        let asked_for: BTreeSet<i64> = ids.iter().copied().collect();
        let mut turns = BTreeSet::new();
        let mut cut_from = Vec::new();
        for utterance in told_in {
            let told = "SELECT fact FROM fact_mention WHERE utterance IN (
                SELECT id FROM utterance WHERE turn =
                    (SELECT turn FROM utterance WHERE id = ?1))";
            if self.keys(told, utterance)?.iter().all(|fact| asked_for.contains(fact)) {
                turns.extend(self.keys("SELECT turn FROM utterance WHERE id = ?1", utterance)?);
            } else {
                cut_from.push(utterance);
            }
        }
        let mut forgotten = Forgotten::default();
        let mut candidates = asked_for.clone();
        candidates.extend(self.facts_of(&turns)?);
        let known = self.known(&candidates)?;
        for utterance in cut_from {
            forgotten.utterances += cut::sentences(self.transaction, utterance, &asked_for)?;
        }
        self.delete_turns(&turns, &mut forgotten)?;
        for id in ids {
            self.transaction
                .prepare_cached("DELETE FROM fact WHERE id = ?1 AND person = ?2")?
                .execute(params![id, self.person])?;
        }
        self.conclude(known, forgotten)
    }

    /// Forgets the turns that meet `condition`, in which `?2` is `id`.
    fn turns(&self, condition: &str, id: &str) -> Result<Forgotten, Fault> {
        let sql = format!("SELECT key FROM turn WHERE person = ?1 AND {condition}");
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let turns: BTreeSet<i64> = statement
            .query_map(params![self.person, id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let known = self.known(&self.facts_of(&turns)?)?;
        let mut forgotten = Forgotten::default();
        self.delete_turns(&turns, &mut forgotten)?;
        self.conclude(known, forgotten)
    }

    fn everything(&self) -> Result<Forgotten, Fault> {
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table} WHERE person = ?1");
            self.transaction.query_row(&sql, [self.person], |row| row.get::<_, u64>(0))
        };
        let utterances = count("utterance")?;
        let facts = self.keys("SELECT id FROM fact WHERE person = ?1 ORDER BY id", self.person)?;
        let facts: Vec<i64> = facts.into_iter().take(LISTED_MAX).collect();
        let forgotten = Forgotten {
            facts: rows::all(self.transaction, self.person, &facts)?,
            turns: count("turn")?,
            utterances,
            index_entries: utterances,
            journal_lines: 0,
        };
        for table in ["fact", "entity", "relation", "conversation"] {
            let sql = format!("DELETE FROM {table} WHERE person = ?1");
            self.transaction.execute(&sql, [self.person])?;
        }
        Ok(forgotten)
    }

    fn facts_of(&self, turns: &BTreeSet<i64>) -> Result<BTreeSet<i64>, Fault> {
        let mut facts = BTreeSet::new();
        for turn in turns {
            facts.extend(self.keys(
                "SELECT fact FROM utterance
                 JOIN fact_mention ON fact_mention.utterance = utterance.id
                 WHERE utterance.turn = ?1",
                *turn,
            )?);
        }
        Ok(facts)
    }

    fn known(&self, facts: &BTreeSet<i64>) -> Result<Vec<Fact>, Fault> {
        let ids: Vec<i64> = facts.iter().copied().collect();
        rows::all(self.transaction, self.person, &ids)
    }

    /// Deletes turns with what only they told, and what their conversations show of them.
    fn delete_turns(&self, turns: &BTreeSet<i64>, forgotten: &mut Forgotten) -> Result<(), Fault> {
        for turn in turns {
            let gone: Vec<String> = self
                .transaction
                .prepare_cached("SELECT text FROM utterance WHERE turn = ?1")?
                .query_map([turn], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let conversation: Option<i64> = self
                .transaction
                .prepare_cached(
                    "DELETE FROM turn WHERE key = ?1 AND person = ?2 RETURNING conversation",
                )?
                .query_row(params![turn, self.person], |row| row.get(0))
                .optional()?;
            if let Some(conversation) = conversation {
                forgotten.turns += 1;
                forgotten.utterances += u64::try_from(gone.len()).unwrap_or(u64::MAX);
                cut::conversation(self.transaction, conversation, &gone)?;
            }
        }
        Ok(())
    }

    /// Lists which of the facts that were known are gone, and forgets names nobody says any more.
    fn conclude(&self, known: Vec<Fact>, mut forgotten: Forgotten) -> Result<Forgotten, Fault> {
        let mut names = BTreeSet::new();
        for fact in known {
            if rows::one(self.transaction, self.person, fact.id)?.is_none() {
                for name in [&fact.subject, &fact.object] {
                    names.extend(entities::named(self.transaction, self.person, name)?);
                }
                forgotten.facts.push(fact);
            }
        }
        for entity in names {
            self.forget_names(entity)?;
        }
        forgotten.facts.truncate(LISTED_MAX);
        forgotten.index_entries = forgotten.utterances;
        Ok(forgotten)
    }

    /// Takes those of its names from an entity that no kept message says, unless it was entered by
    /// hand.
    fn forget_names(&self, entity: i64) -> Result<(), Fault> {
        let by_hand = self
            .transaction
            .prepare_cached("SELECT 1 FROM fact WHERE (subject = ?1 OR object = ?1) AND by_hand")?
            .exists([entity])?;
        let Some(known) = entities::one(self.transaction, self.person, entity)? else {
            return Ok(());
        };
        if by_hand {
            return Ok(());
        }
        let mut said = self.transaction.prepare_cached(
            "SELECT 1 FROM utterance_index
             JOIN utterance ON utterance.id = utterance_index.rowid
             WHERE utterance_index MATCH ?1 AND utterance.person = ?2 LIMIT 1",
        )?;
        for name in &known.names {
            let words = entities::words_of(name);
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let query = format!("text : ({})", words.join(" AND "));
            if !words.is_empty() && !said.exists(params![query, self.person])? {
                entities::unalias(self.transaction, self.person, entity, name)?;
            }
        }
        Ok(())
    }

    fn keys(&self, sql: &str, key: i64) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.query_map([key], |row| row.get(0))?.collect()
    }
}
