//! Leftovers: what was said and no rule understood, kept for a slower reader.
//!
//! Only their places are kept. A language model may read them when nothing else is to be done; what
//! it proposes is held against the words of the sentence, and becomes a fact only where it stands
//! in them and nothing that is known has to give way to it.

use std::ops::Range;

use rusqlite::{OptionalExtension, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Fact, FactSource};
use sarai_core::id::{ConversationId, PersonId, TurnId};
use sarai_core::language::Language;
use sarai_core::text::Text;
use sarai_facts::grounding::{Given, Proposal, ground};
use sarai_facts::ledger::Heard;

use crate::error::{MemoryError, Operation};
use crate::facts::apply::{self, Told};
use crate::facts::known::Known;
use crate::facts::rows;
use crate::handle::{Fault, Memory};
use crate::learn;
use crate::people;

/// How sure a first mention is that a model read.
const CONFIDENCE: f64 = 0.6;

/// Leftovers of one person; newer ones take the place of the oldest.
const KEPT_MAX: i64 = 200;

/// How long one waits to be read.
const AGE_MAX_MS: i64 = 30 * 24 * 3_600_000;

/// A longer one is no sentence. In bytes.
const BYTES_MAX: usize = 400;

/// Claims of one leftover.
pub const PROPOSALS_MAX: usize = 3;

/// How often a reader may fail at one.
const FAILURES_MAX: i64 = 2;

/// A part of a message that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What it says: words of the person's.
    pub text: Text,
    pub language: Language,
    utterance: i64,
    span: Range<usize>,
}

/// What came of a leftover that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeftoverRead {
    pub stored: Vec<Fact>,
    /// Proposals that do not stand in the words, that were known, or that contradict what is known.
    pub refused: usize,
}

impl Memory {
    /// Returns the leftover that waits longest; `None` when none waits.
    pub fn next_leftover(&self, person: &PersonId) -> Result<Option<Leftover>, MemoryError> {
        let (person, now) = (person.clone(), self.now());
        self.read(Operation::Read, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(None) };
            Ok(next(transaction, person, now)?)
        })
    }

    /// Keeps of `proposals` what the words of the leftover bear out, and marks it as read. More than
    /// [`PROPOSALS_MAX`] are no reading at all: nothing is kept. Nor is anything of a leftover that
    /// was forgotten meanwhile.
    pub fn read_leftover(
        &self,
        person: &PersonId,
        leftover: &Leftover,
        proposals: Vec<Proposal>,
    ) -> Result<LeftoverRead, MemoryError> {
        let (person, leftover) = (person.clone(), leftover.clone());
        let understanding = self.understanding();
        self.write(Operation::Learn, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else {
                return Ok(LeftoverRead::default());
            };
            if !remove(transaction, person, &leftover)? || proposals.len() > PROPOSALS_MAX {
                return Ok(LeftoverRead { stored: Vec::new(), refused: proposals.len() });
            }
            let source = Source::of(transaction, leftover.utterance)?;
            let day = understanding.day(source.said).to_string();
            take(transaction, person, &leftover, source, day, &proposals)
        })
    }

    /// Notes that a reader failed at a leftover: it waits for another try, once.
    pub fn fail_leftover(&self, person: &PersonId, leftover: &Leftover) -> Result<(), MemoryError> {
        let (person, leftover) = (person.clone(), leftover.clone());
        self.write(Operation::Learn, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(()) };
            let failures: Option<i64> = transaction
                .prepare_cached(
                    "UPDATE leftover SET failures = failures + 1
                     WHERE utterance = ?1 AND span_start = ?2 AND person = ?3 RETURNING failures",
                )?
                .query_row(params![leftover.utterance, leftover.span.start, person], |row| {
                    row.get(0)
                })
                .optional()?;
            if failures.is_some_and(|failures| failures >= FAILURES_MAX) {
                remove(transaction, person, &leftover)?;
            }
            Ok(())
        })
    }
}

/// Notes the leftovers of a message, and lets the oldest and the too old ones go.
pub(crate) fn note(
    transaction: &Transaction<'_>,
    (person, utterance): (i64, i64),
    text: &str,
    spans: &[Range<usize>],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let fits = |span: &&Range<usize>| {
        let said = text.get((*span).clone());
        said.is_some_and(|said| said.len() <= BYTES_MAX && !said.trim().is_empty())
    };
    let mut noted = 0;
    for span in spans.iter().filter(fits) {
        noted += transaction
            .prepare_cached(
                "INSERT INTO leftover (utterance, person, span_start, span_end, noted_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            )?
            .execute(params![utterance, person, span.start, span.end, now.0])?;
    }
    if noted == 0 {
        return Ok(());
    }
    transaction
        .prepare_cached("DELETE FROM leftover WHERE person = ?1 AND noted_ms < ?2")?
        .execute(params![person, now.0.saturating_sub(AGE_MAX_MS)])?;
    transaction
        .prepare_cached(
            "DELETE FROM leftover WHERE (utterance, span_start) IN (
                 SELECT utterance, span_start FROM leftover WHERE person = ?1
                 ORDER BY utterance DESC, span_start DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![person, KEPT_MAX])?;
    Ok(())
}

fn next(
    transaction: &Transaction<'_>,
    person: i64,
    now: Timestamp,
) -> rusqlite::Result<Option<Leftover>> {
    let mut statement = transaction.prepare_cached(
        "SELECT leftover.utterance, span_start, span_end, utterance.text, utterance.language
         FROM leftover JOIN utterance ON utterance.id = leftover.utterance
         WHERE leftover.person = ?1 AND noted_ms >= ?2
         ORDER BY leftover.utterance, span_start",
    )?;
    let mut rows = statement.query(params![person, now.0.saturating_sub(AGE_MAX_MS)])?;
    while let Some(row) = rows.next()? {
        let span = row.get(1)?..row.get(2)?;
        let (text, language): (String, Option<String>) = (row.get(3)?, row.get(4)?);
        // A span that lies in no text any more is passed over; it goes with its age.
        let Some(said) = text.get(span.clone()) else { continue };
        let language = match language.as_deref() {
            Some("en") => Language::English,
            _ => Language::Spanish,
        };
        let (text, utterance) = (Text::user(said), row.get(0)?);
        return Ok(Some(Leftover { text, language, utterance, span }));
    }
    Ok(None)
}

/// Returns whether it was still there.
fn remove(
    transaction: &Transaction<'_>,
    person: i64,
    leftover: &Leftover,
) -> rusqlite::Result<bool> {
    let gone = transaction
        .prepare_cached(
            "DELETE FROM leftover WHERE utterance = ?1 AND span_start = ?2 AND person = ?3",
        )?
        .execute(params![leftover.utterance, leftover.span.start, person])?;
    Ok(gone > 0)
}

/// The message a leftover is part of.
struct Source {
    turn: i64,
    id: String,
    conversation: String,
    said: Timestamp,
    text: String,
}

impl Source {
    fn of(transaction: &Transaction<'_>, utterance: i64) -> rusqlite::Result<Source> {
        transaction
            .prepare_cached(
                "SELECT turn.key, turn.id, conversation.id, turn.asked_ms, utterance.text
                 FROM utterance
                 JOIN turn ON turn.key = utterance.turn
                 JOIN conversation ON conversation.key = turn.conversation
                 WHERE utterance.id = ?1",
            )?
            .query_row([utterance], |row| {
                Ok(Source {
                    turn: row.get(0)?,
                    id: row.get(1)?,
                    conversation: row.get(2)?,
                    said: Timestamp(row.get(3)?),
                    text: row.get(4)?,
                })
            })
    }
}

/// Keeps what stands in the words.
fn take(
    transaction: &Transaction<'_>,
    person: i64,
    leftover: &Leftover,
    source: Source,
    day: String,
    proposals: &[Proposal],
) -> Result<LeftoverRead, Fault> {
    let unreadable = |error: sarai_core::id::IdError| Fault::Unreadable(error.to_string());
    let message = (
        ConversationId::new(source.conversation).map_err(unreadable)?,
        TurnId::new(source.id).map_err(unreadable)?,
    );
    let heard = Heard {
        source: FactSource::UserInput,
        at: source.said,
        day,
        confidence: CONFIDENCE,
        message: Some(message),
    };
    let told = Told { utterance: leftover.utterance, turn: source.turn };
    let Leftover { span, language, .. } = leftover.clone();
    let given = Given { text: &source.text, span, language };
    let mut read = LeftoverRead::default();
    for proposal in proposals {
        let grounded = ground(proposal, &given, &Known::new(transaction, person))?;
        let learned = match grounded {
            Ok(claim) => {
                let claim = learn::within(claim, &source.text);
                apply::beside(transaction, person, &claim, &heard, told)?
            }
            Err(_) => Vec::new(),
        };
        if learned.is_empty() {
            read.refused += 1;
        }
        read.stored.extend(rows::all(transaction, person, &learned)?);
    }
    Ok(read)
}
