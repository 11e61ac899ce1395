//! Passages: the turns and conversations that fit a question best, whether they fit well or not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rusqlite::{Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::id::{ConversationId, PersonId, TurnId};

use super::clues::{Clues, Term};
use super::ranking::{self, Turn};
use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};
use crate::people;
use crate::understanding::Understanding;
use crate::vectors::{self, Cache, Sought};

/// Utterances that propose their conversation: so many by their words, and by their meaning.
const PROPOSALS: usize = 200;

/// Conversations that are read whole.
const CONVERSATIONS_MAX: usize = 40;

/// Utterances that are read; of longer conversations the latest.
const UTTERANCES_MAX: i64 = 6_000;

/// Terms said more often than this propose nothing: ranking all that has them takes too long.
const SAID_MAX: i64 = 20_000;

/// A turn that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    pub turn: TurnId,
    pub conversation: ConversationId,
    pub said: Timestamp,
    /// Question and answer.
    pub text: String,
    /// Higher is better; comparable within one search only.
    pub score: f64,
}

/// What fits a question best.
#[derive(Debug, Clone, PartialEq)]
pub struct Passages {
    pub turns: Vec<Passage>,
    /// Best first, as many at most.
    pub conversations: Vec<(ConversationId, f64)>,
}

impl Memory {
    /// Returns the turns and the conversations of the person that fit the question best, at most
    /// `limit` of each. Unlike [`Memory::recall`] it always finds something where anything was said:
    /// it is for whoever looks something up, and not for what is put before a model unasked.
    pub fn passages(
        &self,
        person: &PersonId,
        question: &str,
        limit: usize,
    ) -> Result<Passages, MemoryError> {
        let clues = Clues::read(question);
        let sought = self.sought(question);
        let (person, cache, understanding) =
            (person.clone(), self.vector_cache(), self.understanding());
        self.read(Operation::Recall, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else {
                return Ok(Passages { turns: Vec::new(), conversations: Vec::new() });
            };
            let search =
                Search { transaction, person, cache: &cache, understanding: &understanding };
            search.passages(&clues, sought.as_ref(), limit)
        })
    }
}

struct Search<'a> {
    transaction: &'a Transaction<'a>,
    person: i64,
    cache: &'a Cache,
    understanding: &'a Understanding,
}

impl Search<'_> {
    fn passages(
        &self,
        clues: &Clues,
        sought: Option<&Sought>,
        limit: usize,
    ) -> Result<Passages, Fault> {
        let likeness = match sought {
            Some(sought) => vectors::likeness(self.cache, self.transaction, self.person, sought)?,
            None => Vec::new(),
        };
        let mut proposed = self.by_words(clues)?;
        proposed.extend(likest(&likeness));
        let conversations = self.conversations(&proposed)?;
        let likeness: HashMap<i64, f32> = likeness.into_iter().collect();
        let turns = self.turns(&conversations, &likeness)?;
        let (scores, mut ranked) = ranking::rank(clues, &turns);
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
        let mut best: Vec<(&Turn, f64)> = turns.iter().zip(scores).collect();
        best.sort_by(|one, other| {
            other.1.total_cmp(&one.1).then(Reverse(one.0.key).cmp(&Reverse(other.0.key)))
        });
        let turns = best.into_iter().take(limit).map(|(turn, score)| self.passage(turn, score));
        let ranked = ranked.into_iter().take(limit);
        Ok(Passages {
            turns: turns.collect::<Result<_, _>>()?,
            conversations: ranked
                .map(|(key, score)| Ok((self.conversation_id(key)?, score)))
                .collect::<Result<_, Fault>>()?,
        })
    }

    /// Returns utterances with words of the question, with what each is worth.
    fn by_words(&self, clues: &Clues) -> Result<Vec<(i64, f64)>, Fault> {
        let mut counted = self.transaction.prepare_cached(
            "SELECT doc FROM utterance_vocabulary WHERE term = ?1 AND col = 'stems'",
        )?;
        let mut said: Vec<(i64, String)> = Vec::new();
        for Term { stems, .. } in &clues.terms {
            for stem in stems {
                let mut rows = counted.query([stem])?;
                if let Some(row) = rows.next()? {
                    said.push((row.get(0)?, format!("\"{stem}\"")));
                }
            }
        }
        said.sort();
        said.dedup();
        let mut total = 0;
        said.retain(|(count, _)| {
            total += count;
            total <= SAID_MAX
        });
        if said.is_empty() {
            return Ok(Vec::new());
        }
        let any: Vec<&str> = said.iter().map(|(_, quoted)| quoted.as_str()).collect();
        let found: Vec<i64> = self
            .transaction
            .prepare_cached(
                "SELECT utterance_index.rowid FROM utterance_index
                 JOIN utterance ON utterance.id = utterance_index.rowid
                 WHERE utterance_index MATCH ?1 AND utterance.person = ?2
                 ORDER BY bm25(utterance_index, 0.0, 1.0) LIMIT ?3",
            )?
            .query_map(
                params![format!("stems : ({})", any.join(" OR ")), self.person, proposals()],
                |row| row.get(0),
            )?
            .collect::<Result<_, _>>()?;
        Ok(by_rank(found).collect())
    }

    /// Returns the conversations of the proposed utterances, the best first.
    fn conversations(&self, proposed: &[(i64, f64)]) -> Result<Vec<i64>, Fault> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT turn.conversation FROM utterance JOIN turn ON turn.key = utterance.turn
             WHERE utterance.id = ?1 AND utterance.person = ?2",
        )?;
        let mut worth: BTreeMap<i64, f64> = BTreeMap::new();
        for (utterance, score) in proposed {
            let mut rows = statement.query([*utterance, self.person])?;
            // One that was deleted meanwhile is passed over.
            if let Some(row) = rows.next()? {
                *worth.entry(row.get(0)?).or_default() += score;
            }
        }
        let mut worth: Vec<(i64, f64)> = worth.into_iter().collect();
        worth.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
        Ok(worth.into_iter().take(CONVERSATIONS_MAX).map(|(key, _)| key).collect())
    }

    /// Reads the turns of the conversations, in their order.
    fn turns(
        &self,
        conversations: &[i64],
        likeness: &HashMap<i64, f32>,
    ) -> Result<Vec<Turn>, Fault> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT turn.key, turn.asked_ms, utterance.id, utterance.text, utterance.stems
             FROM turn JOIN utterance ON utterance.turn = turn.key
             WHERE turn.conversation = ?1 AND turn.person = ?2
               AND utterance.role IN ('user', 'assistant')
             ORDER BY turn.key DESC, utterance.position DESC LIMIT ?3",
        )?;
        let mut all = Vec::new();
        let mut left = UTTERANCES_MAX;
        for conversation in conversations {
            let mut turns: Vec<Turn> = Vec::new();
            let mut rows = statement.query([*conversation, self.person, left])?;
            while let Some(row) = rows.next()? {
                left -= 1;
                let (key, text, stems): (i64, String, String) =
                    (row.get(0)?, row.get(3)?, row.get(4)?);
                let likeness = likeness.get(&row.get::<_, i64>(2)?).copied();
                match turns.last_mut().filter(|last| last.key == key) {
                    // The latest comes first, so this was said before the rest of its turn.
                    Some(turn) => {
                        turn.text = format!("{text} {}", turn.text);
                        turn.stems = format!("{stems} {}", turn.stems);
                        turn.likeness = larger(turn.likeness, likeness);
                    }
                    None => turns.push(Turn {
                        key,
                        conversation: *conversation,
                        date: self.understanding.day(Timestamp(row.get(1)?)),
                        text,
                        stems,
                        likeness,
                    }),
                }
            }
            all.extend(turns.into_iter().rev());
        }
        Ok(all)
    }

    fn passage(&self, turn: &Turn, score: f64) -> Result<Passage, Fault> {
        let (id, said): (String, i64) = self
            .transaction
            .prepare_cached("SELECT id, asked_ms FROM turn WHERE key = ?1")?
            .query_row([turn.key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Passage {
            turn: TurnId::new(id).map_err(|error| Fault::Unreadable(error.to_string()))?,
            conversation: self.conversation_id(turn.conversation)?,
            said: Timestamp(said),
            text: turn.text.clone(),
            score,
        })
    }

    fn conversation_id(&self, key: i64) -> Result<ConversationId, Fault> {
        let id: String = self
            .transaction
            .prepare_cached("SELECT id FROM conversation WHERE key = ?1")?
            .query_row([key], |row| row.get(0))?;
        ConversationId::new(id).map_err(|error| Fault::Unreadable(error.to_string()))
    }
}

/// Returns the larger of the numbers there are.
fn larger(one: Option<f32>, other: Option<f32>) -> Option<f32> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

/// Returns the utterances most alike, with what each is worth.
fn likest(likeness: &[(i64, f32)]) -> impl Iterator<Item = (i64, f64)> {
    let mut best: Vec<(i64, f32)> = likeness.to_vec();
    let order =
        |one: &(i64, f32), other: &(i64, f32)| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0));
    if best.len() > PROPOSALS {
        best.select_nth_unstable_by(PROPOSALS, order);
        best.truncate(PROPOSALS);
    }
    best.sort_by(order);
    by_rank(best.into_iter().map(|(utterance, _)| utterance).collect())
}

/// Returns what a place in a list is worth: the first ones most, the others something.
fn by_rank(found: Vec<i64>) -> impl Iterator<Item = (i64, f64)> {
    (0_i32..).zip(found).map(|(place, utterance)| (utterance, 1.0 / f64::from(place + 10)))
}

fn proposals() -> i64 {
    i64::try_from(PROPOSALS).unwrap_or(i64::MAX)
}
