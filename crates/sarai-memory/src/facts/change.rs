//! Facts entered, corrected and taken back by hand.

use rusqlite::{OptionalExtension, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Extractor, Fact, FactId, FactStatus};
use sarai_facts::claim::{Claim, Effect, Party};
use sarai_facts::ledger::Heard;

use super::apply::{self, NAME_CHARS_MAX, RELATION_CHARS_MAX};
use super::{FactEdit, NewFact, Stored, rows};
use crate::error::MemoryError;
use crate::handle::Fault;

/// The moment of a change, and its day.
type Moment = (Timestamp, String);

/// Steps of one fact's history that are looked at.
const HISTORY_MAX: usize = 1_000;

/// Returns what is claimed by hand, or why that is no fact.
pub(crate) fn claim(fact: &NewFact) -> Result<Claim, MemoryError> {
    let part = |text: &str, chars_max: usize| {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().nth(chars_max).is_none();
        fits.then(|| text.to_owned()).ok_or(MemoryError::NotAFact { chars_max })
    };
    let subject = part(&fact.subject, NAME_CHARS_MAX)?;
    let speaker = Party::speaker();
    Ok(Claim {
        subject: if subject == speaker.name { speaker } else { Party::named(subject) },
        relation: part(&fact.relation, RELATION_CHARS_MAX)?.replace(' ', "_"),
        object: Party::named(part(&fact.object, NAME_CHARS_MAX)?),
        negated: fact.negated,
        status: FactStatus::Current,
        when: fact.when.clone(),
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Manual,
        span: 0..0,
    })
}

pub(crate) fn assert(
    transaction: &Transaction<'_>,
    person: i64,
    claim: &Claim,
    fact: &NewFact,
    (at, day): Moment,
) -> Result<Stored, Fault> {
    let confidence = fact.confidence.clamp(0.0, 1.0);
    let heard = Heard { source: fact.source, at, day, confidence, message: None };
    let applied = apply::claims(transaction, person, std::slice::from_ref(claim), &heard, None)?;
    let kept = applied.learned.first().or(applied.mentioned.first()).copied();
    let kept = kept.map(|id| rows::one(transaction, person, FactId(id))).transpose()?.flatten();
    Ok(Stored {
        fact: kept.ok_or(Fault::Refused(MemoryError::NotKept))?,
        is_new: !applied.learned.is_empty(),
        superseded: rows::all(transaction, person, &applied.closed)?,
    })
}

/// Returns the chain of facts that took each other's places.
pub(crate) fn history(
    transaction: &Transaction<'_>,
    person: i64,
    id: FactId,
) -> Result<Vec<Fact>, Fault> {
    let Some(fact) = rows::one(transaction, person, id)? else { return Ok(Vec::new()) };
    let mut later = Vec::new();
    let mut next = fact.superseded_by;
    while let Some(fact) = next.map(|id| rows::one(transaction, person, id)).transpose()?.flatten()
    {
        next = fact.superseded_by;
        later.push(fact);
        if later.len() >= HISTORY_MAX {
            break;
        }
    }
    let mut earlier = vec![fact];
    let mut looked_at = 0;
    let mut statement = transaction.prepare_cached(
        "SELECT id FROM fact WHERE superseded_by = ?1 AND person = ?2 ORDER BY id DESC",
    )?;
    while looked_at < earlier.len() && earlier.len() < HISTORY_MAX {
        let ids: Vec<i64> = statement
            .query_map(params![earlier[looked_at].id.0, person], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        looked_at += 1;
        for fact in rows::all(transaction, person, &ids)? {
            if earlier.iter().chain(&later).all(|known| known.id != fact.id) {
                earlier.push(fact);
            }
        }
    }
    earlier.sort_unstable_by_key(|fact| fact.id);
    earlier.extend(later);
    Ok(earlier)
}

pub(crate) fn edit(
    transaction: &Transaction<'_>,
    person: i64,
    id: FactId,
    edit: FactEdit,
    (at, day): Moment,
) -> Result<Option<Fact>, Fault> {
    let Some(old) = rows::one(transaction, person, id)? else { return Ok(None) };
    if old.expired.is_some() {
        return Ok(None);
    }
    let new = claim(&NewFact {
        subject: edit.subject.unwrap_or_else(|| old.subject.clone()),
        relation: edit.relation.unwrap_or_else(|| old.relation.clone()),
        object: edit.object.unwrap_or_else(|| old.object.clone()),
        negated: edit.negated.unwrap_or(old.negated),
        when: edit.when.or_else(|| old.when.clone()),
        confidence: 1.0,
        source: old.source,
    })
    .map_err(Fault::Refused)?;
    let new = Claim { status: old.status, since: old.valid_from, ..new };
    apply::close(transaction, person, id.0, &day, at.0)?;
    let heard = Heard { source: old.source, at, day, confidence: 1.0, message: None };
    let applied = apply::claims(transaction, person, std::slice::from_ref(&new), &heard, None)?;
    let kept = applied.learned.first().or(applied.mentioned.first()).copied();
    apply::succeed(transaction, id.0, kept)?;
    // The edit is the newest change, and the first to be undone, whatever else it closed.
    apply::note_last(transaction, person, id.0)?;
    kept.map_or(Ok(None), |kept| rows::one(transaction, person, FactId(kept)))
}

pub(crate) fn undo(
    transaction: &Transaction<'_>,
    person: i64,
    (at, day): Moment,
) -> Result<Option<Fact>, Fault> {
    let newest: Option<(i64, i64, Option<String>, Option<i64>)> = transaction
        .prepare_cached(
            "SELECT fact_change.id, fact.id, fact_change.valid_to, fact.superseded_by
             FROM fact_change JOIN fact ON fact.id = fact_change.fact
             WHERE fact_change.person = ?1 ORDER BY fact_change.id DESC LIMIT 1",
        )?
        .query_row([person], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((change, fact, valid_to, successor)) = newest else { return Ok(None) };
    if let Some(successor) = successor {
        transaction
            .prepare_cached(
                "UPDATE fact SET expired_ms = ?2, believed = 0, valid_to = ?3, superseded_by = ?4
                 WHERE id = ?1 AND expired_ms IS NULL",
            )?
            .execute(params![successor, at.0, day, fact])?;
    }
    transaction
        .prepare_cached(
            "UPDATE fact SET expired_ms = NULL, believed = 1, valid_to = ?2, superseded_by = NULL
             WHERE id = ?1",
        )?
        .execute(params![fact, valid_to])?;
    transaction.prepare_cached("DELETE FROM fact_change WHERE id = ?1")?.execute([change])?;
    rows::one(transaction, person, FactId(fact))
}
