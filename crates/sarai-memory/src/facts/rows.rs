//! A fact as the tables keep it.

use std::ops::Range;

use rusqlite::{Row, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Extractor, Fact, FactId, FactSource, FactStatus};
use sarai_core::id::{ConversationId, TurnId};

use crate::handle::Fault;

/// Reads one fact with its best names and the words that told it first. The evidence is cut out of
/// its message in bytes, so that a long message is not carried along.
const ONE: &str = "
    SELECT fact.id, subject.shown, relation.name, object.shown, fact.negated, fact.status,
        fact.told_when, fact.confidence, fact.mentions, fact.source, fact.extractor,
        fact.learned_ms, fact.valid_from, fact.valid_to, fact.expired_ms, fact.superseded_by,
        conversation.id, turn.id, turn.asked_ms,
        substr(CAST(utterance.text AS BLOB), mention.span_start + 1,
               mention.span_end - mention.span_start),
        mention.span_start, mention.subject_start, mention.subject_end,
        mention.object_start, mention.object_end
    FROM fact
    JOIN entity AS subject ON subject.id = fact.subject
    JOIN entity AS object ON object.id = fact.object
    JOIN relation ON relation.id = fact.relation
    LEFT JOIN fact_mention AS mention ON mention.fact = fact.id AND mention.utterance =
        (SELECT min(first.utterance) FROM fact_mention AS first WHERE first.fact = fact.id)
    LEFT JOIN utterance ON utterance.id = mention.utterance
    LEFT JOIN turn ON turn.key = utterance.turn
    LEFT JOIN conversation ON conversation.key = turn.conversation
    WHERE fact.id = ?1 AND fact.person = ?2";

/// Returns one fact of a person.
pub(crate) fn one(
    transaction: &Transaction<'_>,
    person: i64,
    id: FactId,
) -> Result<Option<Fact>, Fault> {
    let mut statement = transaction.prepare_cached(ONE)?;
    let mut rows = statement.query(params![id.0, person])?;
    rows.next()?.map(read).transpose()
}

/// Returns these facts of a person, in the order given; those that are gone are left out.
pub(crate) fn all(
    transaction: &Transaction<'_>,
    person: i64,
    ids: &[i64],
) -> Result<Vec<Fact>, Fault> {
    let mut facts = Vec::with_capacity(ids.len());
    for id in ids {
        facts.extend(one(transaction, person, FactId(*id))?);
    }
    Ok(facts)
}

/// Returns the number that stands for one of `all` in the tables.
pub(crate) fn code<T: PartialEq>(all: &[T], wanted: &T) -> i64 {
    let place = all.iter().position(|one| one == wanted).unwrap_or(all.len());
    i64::try_from(place).unwrap_or(i64::MAX)
}

fn decoded<T: Copy>(all: &[T], row: &Row<'_>, column: usize, what: &str) -> Result<T, Fault> {
    let code: i64 = row.get(column)?;
    let found = usize::try_from(code).ok().and_then(|place| all.get(place).copied());
    found.ok_or_else(|| Fault::Unreadable(format!("{what} of fact {}", id_of(row))))
}

fn id_of(row: &Row<'_>) -> i64 {
    row.get(0).unwrap_or_default()
}

fn read(row: &Row<'_>) -> Result<Fact, Fault> {
    let expired: Option<i64> = row.get(14)?;
    let told = decoded(&FactStatus::ALL, row, 5, "status")?;
    Ok(Fact {
        id: FactId(row.get(0)?),
        subject: row.get(1)?,
        relation: row.get(2)?,
        object: row.get(3)?,
        negated: row.get(4)?,
        status: if expired.is_some() { FactStatus::Superseded } else { told },
        when: row.get(6)?,
        confidence: row.get(7)?,
        mentions: row.get(8)?,
        source: decoded(&FactSource::ALL, row, 9, "source")?,
        extractor: decoded(&Extractor::ALL, row, 10, "extractor")?,
        learned: Timestamp(row.get(11)?),
        valid_from: row.get(12)?,
        valid_to: row.get(13)?,
        expired: expired.map(Timestamp),
        superseded_by: row.get::<_, Option<i64>>(15)?.map(FactId),
        evidence: evidence(row)?,
    })
}

fn evidence(row: &Row<'_>) -> Result<Option<Evidence>, Fault> {
    let Some(conversation) = row.get::<_, Option<String>>(16)? else { return Ok(None) };
    let unreadable = || Fault::Unreadable(format!("the words of fact {}", id_of(row)));
    let text = String::from_utf8(row.get(19)?).map_err(|_| unreadable())?;
    let start: usize = row.get(20)?;
    Ok(Some(Evidence {
        conversation: ConversationId::new(conversation).map_err(|_| unreadable())?,
        turn: TurnId::new(row.get::<_, String>(17)?).map_err(|_| unreadable())?,
        said: Timestamp(row.get(18)?),
        subject: place(row, 21, start, &text)?,
        object: place(row, 23, start, &text)?,
        text,
    }))
}

/// Returns where a party stands in the sentence; `None` when it stands outside.
fn place(
    row: &Row<'_>,
    column: usize,
    start: usize,
    sentence: &str,
) -> Result<Option<Range<usize>>, Fault> {
    let ends: (Option<usize>, Option<usize>) = (row.get(column)?, row.get(column + 1)?);
    let (Some(from), Some(to)) = ends else { return Ok(None) };
    let span = from.checked_sub(start).zip(to.checked_sub(start)).map(|(from, to)| from..to);
    Ok(span.filter(|span| sentence.get(span.clone()).is_some()))
}
