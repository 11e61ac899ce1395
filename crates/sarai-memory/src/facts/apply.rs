//! Writes what the ledger decided.

use std::ops::Range;

use rusqlite::{Transaction, params};
use sarai_core::fact::{Extractor, FactSource, FactStatus};
use sarai_facts::claim::{Claim, Party};
use sarai_facts::ledger::{Change, Heard, Whom, settle};

use super::entities;
use super::known::Known;
use super::rows::code;
use crate::handle::Fault;

/// Longer names are not names: a claim with one is not kept. In characters.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// The same for what a relation is called.
pub(crate) const RELATION_CHARS_MAX: usize = 60;

/// Changes that can be undone, for one person.
const UNDOABLE_MAX: i64 = 100;

/// Where a claim was told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) utterance: i64,
    pub(crate) turn: i64,
}

/// What became of the facts, by their keys.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    pub(crate) learned: Vec<i64>,
    pub(crate) mentioned: Vec<i64>,
    pub(crate) closed: Vec<i64>,
}

/// Compares each claim with what is known and writes what follows, one after the other.
pub(crate) fn claims(
    transaction: &Transaction<'_>,
    person: i64,
    claims: &[Claim],
    heard: &Heard,
    told: Option<Told>,
) -> Result<Applied, Fault> {
    let mut applied = Applied::default();
    if claims.is_empty() {
        return Ok(applied);
    }
    ensure_speaker(transaction, person)?;
    for claim in claims.iter().filter(|claim| fits(claim)) {
        let changes = settle(claim, heard, &Known::new(transaction, person))?;
        let work = Work { transaction, person, heard, told, claim };
        work.apply(&changes, &mut applied)?;
    }
    Ok(applied)
}

/// Writes a claim that may only add to what is known: where anything has to give way, or is known
/// already, nothing is written. Returns the key of the new fact.
pub(crate) fn beside(
    transaction: &Transaction<'_>,
    person: i64,
    claim: &Claim,
    heard: &Heard,
    told: Told,
) -> Result<Vec<i64>, Fault> {
    if !fits(claim) {
        return Ok(Vec::new());
    }
    ensure_speaker(transaction, person)?;
    // One message's facts do not replace each other; this claim must not stand against those of its
    // own message either.
    let apart = Heard { message: None, ..heard.clone() };
    let changes = settle(claim, &apart, &Known::new(transaction, person))?;
    if !matches!(changes.as_slice(), [Change::Learn { .. }]) {
        return Ok(Vec::new());
    }
    let mut applied = Applied::default();
    let work = Work { transaction, person, heard, told: Some(told), claim };
    work.apply(&changes, &mut applied)?;
    Ok(applied.learned)
}

/// Returns whether the names of a claim are of a sensible length.
fn fits(claim: &Claim) -> bool {
    let short = |name: &str, max: usize| !name.trim().is_empty() && name.chars().nth(max).is_none();
    short(&claim.relation, RELATION_CHARS_MAX)
        && [&claim.subject, &claim.object].into_iter().all(|party| {
            let mut names = std::iter::once(&party.name).chain(&party.also);
            names.all(|name| short(name, NAME_CHARS_MAX))
        })
}

/// The ledger may give the speaker a name before there is any fact about them.
fn ensure_speaker(transaction: &Transaction<'_>, person: i64) -> Result<(), Fault> {
    let speaker = Party::speaker();
    if entities::named(transaction, person, &speaker.name)?.is_empty() {
        entities::make(transaction, person, &speaker)?;
    }
    Ok(())
}

/// The changes of one claim, on their way into the tables.
struct Work<'a> {
    transaction: &'a Transaction<'a>,
    person: i64,
    heard: &'a Heard,
    told: Option<Told>,
    claim: &'a Claim,
}

impl Work<'_> {
    fn apply(&self, changes: &[Change], applied: &mut Applied) -> Result<(), Fault> {
        let mut learned = None;
        let mut replaced = Vec::new();
        for change in changes {
            match change {
                Change::Learn { claim, subject, object } => {
                    if let Some(id) = self.learn(claim, *subject, *object)? {
                        applied.learned.push(id);
                        learned = Some(id);
                    }
                }
                Change::Mention { fact, confidence } => {
                    if self.mention(fact.0, *confidence)? {
                        applied.mentioned.push(fact.0);
                    }
                }
                Change::Close { fact, valid_to, replaced: by_new } => {
                    if close(self.transaction, self.person, fact.0, valid_to, self.heard.at.0)? {
                        applied.closed.push(fact.0);
                        replaced.extend(by_new.then_some(fact.0));
                    }
                }
                Change::Alias { entity, name } => {
                    entities::alias(self.transaction, self.person, entity.0, name)?;
                }
                Change::Unalias { entity, name } => {
                    entities::unalias(self.transaction, self.person, entity.0, name)?;
                }
                Change::Merge { from, into } => {
                    entities::merge(self.transaction, self.person, from.0, into.0)?;
                }
            }
        }
        for old in replaced {
            succeed(self.transaction, old, learned)?;
        }
        Ok(())
    }

    /// Returns the key of the new fact; `None` when an entity of it is not known.
    fn learn(&self, claim: &Claim, subject: Whom, object: Whom) -> Result<Option<i64>, Fault> {
        let (transaction, person) = (self.transaction, self.person);
        let party = |whom: Whom, party: &Party, may_be_value: bool| match whom {
            Whom::Known(entity) => {
                Ok(entities::one(transaction, person, entity.0)?.map(|entity| entity.id.0))
            }
            Whom::Value if may_be_value => entities::value(transaction, person, party).map(Some),
            Whom::New | Whom::Value => entities::make(transaction, person, party).map(Some),
        };
        // A subject is always somebody or something.
        let Some(subject) = party(subject, &claim.subject, false)? else { return Ok(None) };
        let Some(object) = party(object, &claim.object, true)? else { return Ok(None) };
        let relation = entities::relation(transaction, person, &claim.relation)?;
        let id = insert(
            transaction,
            &Row { person, subject, relation, object, claim, heard: self.heard },
        )?;
        self.note_mention(id)?;
        Ok(Some(id))
    }

    /// Returns whether this is a new mention of the fact.
    fn mention(&self, fact: i64, confidence: f64) -> Result<bool, Fault> {
        if let Some(told) = self.told {
            let known = self
                .transaction
                .prepare_cached(
                    "SELECT 1 FROM fact_mention
                     JOIN utterance ON utterance.id = fact_mention.utterance
                     WHERE fact_mention.fact = ?1 AND utterance.turn = ?2",
                )?
                .exists([fact, told.turn])?;
            if known {
                return Ok(false);
            }
        }
        let changed = self
            .transaction
            .prepare_cached(
                "UPDATE fact SET mentions = mentions + 1, confidence = ?3, by_hand = max(by_hand, ?4)
                 WHERE id = ?1 AND person = ?2",
            )?
            .execute(params![fact, self.person, confidence, self.told.is_none()])?;
        if changed == 0 {
            return Ok(false);
        }
        self.note_mention(fact)?;
        Ok(true)
    }

    /// Keeps where the fact was told, and by which words.
    fn note_mention(&self, fact: i64) -> rusqlite::Result<()> {
        let Some(told) = self.told else { return Ok(()) };
        let Claim { subject, object, span, .. } = self.claim;
        let start = |span: &Option<Range<usize>>| span.as_ref().map(|span| span.start);
        let end = |span: &Option<Range<usize>>| span.as_ref().map(|span| span.end);
        self.transaction
            .prepare_cached(
                "INSERT INTO fact_mention (fact, utterance, person, span_start, span_end,
                     subject_start, subject_end, object_start, object_end)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                fact,
                told.utterance,
                self.person,
                span.start,
                span.end.max(span.start),
                start(&subject.span),
                end(&subject.span),
                start(&object.span),
                end(&object.span),
            ])?;
        Ok(())
    }
}

/// A new fact, its words found or made.
struct Row<'a> {
    person: i64,
    subject: i64,
    relation: i64,
    object: i64,
    claim: &'a Claim,
    heard: &'a Heard,
}

fn insert(transaction: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<i64> {
    let Row { person, subject, relation, object, claim, heard } = row;
    transaction
        .prepare_cached(
            "INSERT INTO fact (person, subject, relation, object, negated, status, told_when,
                 valid_from, learned_ms, confidence, mentions, source, extractor, by_hand)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11, ?12, ?13) RETURNING id",
        )?
        .query_row(
            params![
                person,
                subject,
                relation,
                object,
                claim.negated,
                code(&FactStatus::ALL, &claim.status),
                claim.when,
                claim.since,
                heard.at.0,
                heard.confidence.clamp(0.0, 1.0),
                code(&FactSource::ALL, &heard.source),
                code(&Extractor::ALL, &claim.extractor),
                heard.message.is_none(),
            ],
            |row| row.get(0),
        )
}

/// Ends a fact and notes how to undo that. Returns whether there was such a fact.
pub(crate) fn close(
    transaction: &Transaction<'_>,
    person: i64,
    fact: i64,
    valid_to: &str,
    at_ms: i64,
) -> rusqlite::Result<bool> {
    let noted = transaction
        .prepare_cached(
            "INSERT INTO fact_change (person, at_ms, fact, valid_to)
             SELECT person, ?3, id, valid_to FROM fact WHERE id = ?1 AND person = ?2",
        )?
        .execute(params![fact, person, at_ms])?;
    if noted == 0 {
        return Ok(false);
    }
    transaction
        .prepare_cached(
            "UPDATE fact SET expired_ms = ?2, believed = 0, valid_to = ?3 WHERE id = ?1",
        )?
        .execute(params![fact, at_ms, valid_to])?;
    transaction
        .prepare_cached(
            "DELETE FROM fact_change WHERE person = ?1 AND id <= (
                 SELECT id FROM fact_change WHERE person = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![person, UNDOABLE_MAX])?;
    Ok(true)
}

/// Notes which fact took the place of `old`.
pub(crate) fn succeed(
    transaction: &Transaction<'_>,
    old: i64,
    new: Option<i64>,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE fact SET superseded_by = ?2 WHERE id = ?1")?
        .execute(params![old, new])?;
    Ok(())
}

/// Makes the change of `fact` the newest one.
pub(crate) fn note_last(
    transaction: &Transaction<'_>,
    person: i64,
    fact: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE fact_change SET id = (SELECT max(id) + 1 FROM fact_change)
             WHERE id = (SELECT max(id) FROM fact_change WHERE person = ?1 AND fact = ?2)",
        )?
        .execute(params![person, fact])?;
    Ok(())
}
