//! Reads lines from the tables.

use rusqlite::{Row, Transaction, params};
use sarai_core::fact::{Extractor, FactSource, FactStatus};
use serde_json::value::RawValue;

use super::line::{EvidenceLine, FactLine, PartyLine, SaidLine, TurnLine};
use crate::handle::Fault;

/// Returns the turns of a person after the one with this key, each with its key.
pub(crate) fn turns(
    transaction: &Transaction<'_>,
    person: i64,
    after: i64,
    limit: usize,
) -> Result<Vec<(i64, TurnLine)>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT turn.key, turn.id, conversation.id, conversation.title, turn.asked_ms,
             turn.stopped, turn.model, turn.trace, turn.history_digest
         FROM turn JOIN conversation ON conversation.key = turn.conversation
         WHERE turn.person = ?1 AND turn.key > ?2 ORDER BY turn.key LIMIT ?3",
    )?;
    let mut rows = statement.query(params![person, after, crate::turns::count(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (key, id): (i64, String) = (row.get(0)?, row.get(1)?);
        let trace = RawValue::from_string(row.get(7)?)
            .map_err(|_| Fault::Unreadable(format!("trace of turn `{id}`")))?;
        let line = TurnLine {
            id,
            conversation: row.get(2)?,
            title: row.get(3)?,
            asked_ms: row.get(4)?,
            stopped: row.get(5)?,
            model: row.get(6)?,
            trace,
            digest: row.get(8)?,
            said: said(transaction, key)?,
        };
        found.push((key, line));
    }
    Ok(found)
}

fn said(transaction: &Transaction<'_>, turn: i64) -> rusqlite::Result<Vec<SaidLine>> {
    let mut statement = transaction.prepare_cached(
        "SELECT position, role, origin, text, language FROM utterance
         WHERE turn = ?1 ORDER BY position",
    )?;
    let line = |row: &Row<'_>| {
        Ok(SaidLine {
            position: row.get(0)?,
            role: row.get(1)?,
            origin: row.get(2)?,
            text: row.get(3)?,
            language: row.get(4)?,
        })
    };
    statement.query_map([turn], line)?.collect()
}

/// Returns these facts, without those that are gone.
pub(crate) fn facts(transaction: &Transaction<'_>, ids: &[i64]) -> Result<Vec<FactLine>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT subject, relation.name, object, negated, status, told_when, valid_from, valid_to,
             learned_ms, expired_ms, confidence, mentions, source, extractor, by_hand,
             superseded_by
         FROM fact JOIN relation ON relation.id = fact.relation WHERE fact.id = ?1",
    )?;
    let mut found = Vec::new();
    for id in ids {
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else { continue };
        let unreadable = || Fault::Unreadable(format!("fact {id}"));
        let place = |column| row.get::<_, usize>(column);
        found.push(FactLine {
            key: *id,
            person: None,
            subject: party(transaction, row.get(0)?)?,
            relation: row.get(1)?,
            object: party(transaction, row.get(2)?)?,
            negated: row.get(3)?,
            status: FactStatus::ALL.get(place(4)?).ok_or_else(unreadable)?.name().to_owned(),
            when: row.get(5)?,
            valid_from: row.get(6)?,
            valid_to: row.get(7)?,
            learned_ms: row.get(8)?,
            expired_ms: row.get(9)?,
            confidence: row.get(10)?,
            mentions: row.get(11)?,
            source: FactSource::ALL.get(place(12)?).ok_or_else(unreadable)?.name().to_owned(),
            extractor: Extractor::ALL.get(place(13)?).ok_or_else(unreadable)?.name().to_owned(),
            by_hand: row.get(14)?,
            superseded_by: row.get(15)?,
            evidence: evidence(transaction, *id)?,
        });
    }
    Ok(found)
}

fn party(transaction: &Transaction<'_>, id: i64) -> Result<PartyLine, Fault> {
    let mut names = transaction
        .prepare_cached("SELECT name FROM alias WHERE entity = ?1 AND place >= 0 ORDER BY place")?;
    let names = names.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let line = |row: &Row<'_>| {
        Ok(PartyLine {
            key: id,
            name: row.get(0)?,
            names,
            kind: row.get(1)?,
            gender: row.get(2)?,
            number: row.get(3)?,
            is_value: row.get(4)?,
        })
    };
    Ok(transaction
        .prepare_cached("SELECT name, kind, gender, number, is_value FROM entity WHERE id = ?1")?
        .query_row([id], line)?)
}

fn evidence(transaction: &Transaction<'_>, fact: i64) -> rusqlite::Result<Vec<EvidenceLine>> {
    let mut statement = transaction.prepare_cached(
        "SELECT turn.id, position, span_start, span_end, subject_start, subject_end,
             object_start, object_end,
             CAST(substr(CAST(text AS BLOB), span_start + 1, span_end - span_start) AS TEXT)
         FROM fact_mention
         JOIN utterance ON utterance.id = fact_mention.utterance
         JOIN turn ON turn.key = utterance.turn
         WHERE fact = ?1 ORDER BY utterance.id",
    )?;
    let span = |row: &Row<'_>, column: usize| {
        let ends: (Option<usize>, Option<usize>) = (row.get(column)?, row.get(column + 1)?);
        Ok::<_, rusqlite::Error>(ends.0.zip(ends.1).map(|(from, to)| [from, to]))
    };
    let line = |row: &Row<'_>| {
        Ok(EvidenceLine {
            turn: row.get(0)?,
            position: row.get(1)?,
            text: row.get(8)?,
            span: [row.get(2)?, row.get(3)?],
            subject: span(row, 4)?,
            object: span(row, 6)?,
        })
    };
    statement.query_map([fact], line)?.collect()
}
