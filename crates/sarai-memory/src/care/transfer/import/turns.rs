//! Brings one turn back.

use rusqlite::{OptionalExtension, Transaction, params};
use sarai_core::id::{ConversationId, ModelName, TurnId};
use sarai_core::text::Origin;

use super::{ImportRefusal, Taken};
use crate::care::transfer::line::{SaidLine, TurnLine};
use crate::handle::Fault;
use crate::{title, trace_json, turns, words};

pub(super) fn take(
    transaction: &Transaction<'_>,
    person: i64,
    turn: &TurnLine,
) -> Result<Taken, Fault> {
    if let Err(part) = check(turn) {
        return Ok(Taken::Refused(ImportRefusal::Wrong(part)));
    }
    let known: Option<(i64, i64)> = transaction
        .prepare_cached("SELECT key, asked_ms FROM turn WHERE person = ?1 AND id = ?2")?
        .query_row(params![person, turn.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((key, asked_ms)) = known {
        let same = asked_ms == turn.asked_ms && says_the_same(transaction, key, &turn.said)?;
        return Ok(if same { Taken::Known } else { Taken::Refused(ImportRefusal::IdInUse) });
    }
    let conversation: i64 = transaction
        .prepare_cached(
            "INSERT INTO conversation (person, id, title, created_ms, updated_ms)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (person, id) DO UPDATE SET
                 created_ms = min(created_ms, excluded.created_ms),
                 updated_ms = max(updated_ms, excluded.updated_ms)
             RETURNING key",
        )?
        .query_row(
            params![person, turn.conversation, title::given(&turn.title), turn.asked_ms],
            |row| row.get(0),
        )?;
    let key: i64 = transaction
        .prepare_cached(
            "INSERT INTO turn (person, conversation, id, asked_ms, stopped, model, trace, history_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING key",
        )?
        .query_row(
            params![
                person,
                conversation,
                turn.id,
                turn.asked_ms,
                turn.stopped,
                turn.model,
                turn.trace.get(),
                turn.digest,
            ],
            |row| row.get(0),
        )?;
    for said in &turn.said {
        transaction
            .prepare_cached(
                "INSERT INTO utterance (person, turn, position, role, origin, text, stems, language)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                person,
                key,
                said.position,
                said.role,
                said.origin,
                said.text,
                words::stems(&said.text),
                said.language,
            ])?;
    }
    Ok(Taken::New)
}

/// Returns the name of the first part that does not hold what it should.
fn check(turn: &TurnLine) -> Result<(), &'static str> {
    TurnId::new(turn.id.as_str()).map_err(|_| "id")?;
    ConversationId::new(turn.conversation.as_str()).map_err(|_| "conversation")?;
    ModelName::new(turn.model.as_str()).map_err(|_| "model")?;
    title::given(&turn.title).ok_or("title")?;
    trace_json::read(turn.trace.get()).ok_or("trace")?;
    let positions: std::collections::BTreeSet<i64> =
        turn.said.iter().map(|said| said.position).collect();
    if positions.is_empty() || positions.len() != turn.said.len() {
        return Err("said");
    }
    for said in &turn.said {
        let role = match said.position {
            turns::QUESTION => "user",
            turns::ANSWER => "assistant",
            _ => return Err("position"),
        };
        if said.role != role {
            return Err("role");
        }
        Origin::from_name(&said.origin).ok_or("origin")?;
        if !matches!(said.language.as_deref(), None | Some("es" | "en")) {
            return Err("language");
        }
    }
    Ok(())
}

fn says_the_same(
    transaction: &Transaction<'_>,
    turn: i64,
    said: &[SaidLine],
) -> rusqlite::Result<bool> {
    let mut text = transaction.prepare_cached(
        "SELECT 1 FROM utterance WHERE turn = ?1 AND position = ?2 AND text = ?3",
    )?;
    for said in said {
        if !text.exists(params![turn, said.position, said.text])? {
            return Ok(false);
        }
    }
    Ok(true)
}
