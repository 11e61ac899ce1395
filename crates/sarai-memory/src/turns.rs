//! Turns and conversations: the rows behind them.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::conversation::{ConversationSummary, StoredTurn};
use sarai_core::engine::Usage;
use sarai_core::id::{ConversationId, ModelName, PersonId, TurnId};
use sarai_core::text::{Origin, Text};
use sarai_core::trace::TurnTrace;

use crate::error::MemoryError;
use crate::handle::Fault;
use crate::{people, title, trace_json};

/// A turn to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTurn {
    pub id: TurnId,
    pub person: PersonId,
    pub conversation: ConversationId,
    pub asked: Timestamp,
    pub question: Text,
    pub answer: Text,
    pub stopped: bool,
    pub model: ModelName,
    pub trace: TurnTrace,
    /// Digest of the history with this turn at its end; the next request of a client that resends
    /// its history is found by it.
    pub history_digest: Option<String>,
}

/// Where the question and the answer stand among the utterances of a turn. What was said outside
/// an exchange is a turn with only one of them.
pub(crate) const QUESTION: i64 = 0;
pub(crate) const ANSWER: i64 = 1;

/// The model of turns that no model took part in.
const NO_MODEL: &str = "none";

/// Something said outside an exchange.
pub(crate) struct Said {
    pub(crate) conversation: ConversationId,
    pub(crate) position: i64,
    pub(crate) text: Text,
    pub(crate) at: Timestamp,
    pub(crate) stems: String,
}

/// A turn that was just kept, with its keys.
pub(crate) struct Kept {
    pub(crate) id: TurnId,
    pub(crate) conversation: ConversationId,
    pub(crate) person: i64,
    pub(crate) turn: i64,
}

/// Keeps a turn; `stems` are those of its question and its answer.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    turn: &NewTurn,
    stems: &[String; 2],
) -> Result<Kept, Fault> {
    let person = people::needed(transaction, &turn.person)?;
    let kept = transaction
        .prepare_cached("SELECT 1 FROM turn WHERE person = ?1 AND id = ?2")?
        .exists(params![person, turn.id.as_str()])?;
    if kept {
        return Err(Fault::Refused(MemoryError::AlreadyKept { turn: turn.id.clone() }));
    }
    let (id, asked) = (turn.conversation.as_str(), turn.asked);
    let conversation = used_conversation(transaction, person, id, &turn.question, asked)?;
    let key = insert_turn(transaction, (person, conversation), turn)?;
    let [question, answer] = stems;
    for (position, text, stems) in
        [(QUESTION, &turn.question, question), (ANSWER, &turn.answer, answer)]
    {
        insert_utterance(transaction, (person, key), position, text, stems)?;
    }
    Ok(Kept { id: turn.id.clone(), conversation: turn.conversation.clone(), person, turn: key })
}

/// Keeps something said as a turn of its own.
pub(crate) fn insert_said(
    transaction: &Transaction<'_>,
    person: &PersonId,
    said: &Said,
) -> Result<Kept, Fault> {
    let key = people::needed(transaction, person)?;
    let unreadable = |error: sarai_core::id::IdError| Fault::Unreadable(error.to_string());
    // Keys are never used twice, so the next one makes an id of its own.
    let next: i64 = transaction
        .prepare_cached(
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'turn'), 0) + 1",
        )?
        .query_row([], |row| row.get(0))?;
    let id = TurnId::new(format!("said-{next}")).map_err(unreadable)?;
    let model = ModelName::new(NO_MODEL).map_err(unreadable)?;
    let trace = TurnTrace {
        stages: Vec::new(),
        degraded: Vec::new(),
        usage: Usage { prompt_tokens: 0, cached_tokens: 0, completion_tokens: 0 },
        model: model.clone(),
        messages_dropped: 0,
        queued_ms: 0.0,
        prefill_ms: 0.0,
        decode_ms: 0.0,
        drafted: None,
        forced: 0,
    };
    let conversation =
        used_conversation(transaction, key, said.conversation.as_str(), &said.text, said.at)?;
    let turn = NewTurn {
        id,
        person: person.clone(),
        conversation: said.conversation.clone(),
        asked: said.at,
        question: Text::user(""),
        answer: Text::model(""),
        stopped: false,
        model,
        trace,
        history_digest: None,
    };
    let turn_key = insert_turn(transaction, (key, conversation), &turn)?;
    insert_utterance(transaction, (key, turn_key), said.position, &said.text, &said.stems)?;
    Ok(Kept { id: turn.id, conversation: turn.conversation, person: key, turn: turn_key })
}

fn insert_turn(
    transaction: &Transaction<'_>,
    (person, conversation): (i64, i64),
    turn: &NewTurn,
) -> rusqlite::Result<i64> {
    let trace = trace_json::write(&turn.trace)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    transaction
        .prepare_cached(
            "INSERT INTO turn (person, conversation, id, asked_ms, stopped, model, trace, history_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING key",
        )?
        .query_row(
            params![
                person,
                conversation,
                turn.id.as_str(),
                turn.asked.0,
                turn.stopped,
                turn.model.as_str(),
                trace,
                turn.history_digest,
            ],
            |row| row.get(0),
        )
}

fn insert_utterance(
    transaction: &Transaction<'_>,
    (person, turn): (i64, i64),
    position: i64,
    text: &Text,
    stems: &str,
) -> rusqlite::Result<()> {
    let role = if position == QUESTION { "user" } else { "assistant" };
    transaction
        .prepare_cached(
            "INSERT INTO utterance (person, turn, position, role, origin, text, stems)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            person,
            turn,
            position,
            role,
            text.origin().name(),
            text.as_str(),
            stems,
        ])?;
    Ok(())
}

/// Returns the key of an utterance of a turn.
pub(crate) fn utterance(
    transaction: &Transaction<'_>,
    turn: i64,
    position: i64,
) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached("SELECT id FROM utterance WHERE turn = ?1 AND position = ?2")?
        .query_row([turn, position], |row| row.get(0))
}

/// Returns the key of a conversation, made if needed and marked as used.
fn used_conversation(
    transaction: &Transaction<'_>,
    person: i64,
    id: &str,
    first_words: &Text,
    used: Timestamp,
) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO conversation (person, id, title, created_ms, updated_ms)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (person, id) DO UPDATE SET updated_ms = max(updated_ms, excluded.updated_ms)
             RETURNING key",
        )?
        .query_row(
            params![person, id, title::from_question(first_words.as_str()), used.0],
            |row| row.get(0),
        )
}

/// The columns that [`stored_turn`] reads.
const TURN_COLUMNS: &str = "turn.id, conversation.id, turn.asked_ms, turn.stopped, turn.model,
    turn.trace, coalesce(question.origin, 'user'), coalesce(question.text, ''),
    coalesce(answer.origin, 'model'), coalesce(answer.text, '')";

/// The tables behind [`TURN_COLUMNS`]. 0 and 1 are [`QUESTION`] and [`ANSWER`].
const TURN_TABLES: &str = "turn
    JOIN conversation ON conversation.key = turn.conversation
    LEFT JOIN utterance AS question ON question.turn = turn.key AND question.position = 0
    LEFT JOIN utterance AS answer ON answer.turn = turn.key AND answer.position = 1";

pub(crate) fn one(
    transaction: &Transaction<'_>,
    person: &PersonId,
    turn: &TurnId,
) -> Result<Option<StoredTurn>, Fault> {
    let Some(person) = people::key(transaction, person)? else { return Ok(None) };
    let sql =
        format!("SELECT {TURN_COLUMNS} FROM {TURN_TABLES} WHERE turn.person = ?1 AND turn.id = ?2");
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params![person, turn.as_str()])?;
    rows.next()?.map(stored_turn).transpose()
}

pub(crate) fn history(
    transaction: &Transaction<'_>,
    person: &PersonId,
    conversation: &ConversationId,
    turns_max: usize,
) -> Result<Option<Vec<StoredTurn>>, Fault> {
    let key: Option<i64> = transaction
        .prepare_cached(
            "SELECT conversation.key FROM conversation
             JOIN person ON person.key = conversation.person
             WHERE person.id = ?1 AND conversation.id = ?2",
        )?
        .query_row(params![person.as_str(), conversation.as_str()], |row| row.get(0))
        .optional()?;
    let Some(key) = key else { return Ok(None) };
    let sql = format!(
        "SELECT {TURN_COLUMNS} FROM {TURN_TABLES}
         WHERE turn.conversation = ?1 ORDER BY turn.key DESC LIMIT ?2"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params![key, count(turns_max)])?;
    let mut turns = Vec::new();
    while let Some(row) = rows.next()? {
        turns.push(stored_turn(row)?);
    }
    turns.reverse();
    Ok(Some(turns))
}

fn stored_turn(row: &Row<'_>) -> Result<StoredTurn, Fault> {
    let id: String = row.get(0)?;
    let unreadable = |part: &str| Fault::Unreadable(format!("{part} of turn `{id}`"));
    let text = |origin: usize, body: usize| {
        let name: String = row.get(origin)?;
        let origin = Origin::from_name(&name).ok_or_else(|| unreadable("origin"))?;
        Ok::<Text, Fault>(Text::new(origin, row.get::<_, String>(body)?))
    };
    Ok(StoredTurn {
        id: TurnId::new(id.clone()).map_err(|_| unreadable("id"))?,
        conversation: ConversationId::new(row.get::<_, String>(1)?)
            .map_err(|_| unreadable("conversation"))?,
        asked: Timestamp(row.get(2)?),
        stopped: row.get(3)?,
        model: ModelName::new(row.get::<_, String>(4)?).map_err(|_| unreadable("model"))?,
        trace: trace_json::read(&row.get::<_, String>(5)?).ok_or_else(|| unreadable("trace"))?,
        question: text(6, 7)?,
        answer: text(8, 9)?,
    })
}

pub(crate) fn conversations(
    transaction: &Transaction<'_>,
    person: &PersonId,
    limit: usize,
) -> Result<Vec<ConversationSummary>, Fault> {
    summaries(transaction, person, None, limit)
}

/// Lists conversations, most recently used first; with `among`, only those of these keys.
pub(crate) fn summaries(
    transaction: &Transaction<'_>,
    person: &PersonId,
    among: Option<&BTreeSet<i64>>,
    limit: usize,
) -> Result<Vec<ConversationSummary>, Fault> {
    let condition = match among {
        None => String::new(),
        Some(keys) => {
            let keys: Vec<String> = keys.iter().map(i64::to_string).collect();
            format!("AND conversation.key IN ({})", keys.join(","))
        }
    };
    let sql = format!(
        "SELECT conversation.id, title, conversation.created_ms, updated_ms,
                (SELECT count(*) FROM turn WHERE turn.conversation = conversation.key)
         FROM conversation JOIN person ON person.key = conversation.person
         WHERE person.id = ?1 {condition}
         ORDER BY updated_ms DESC, conversation.key DESC LIMIT ?2"
    );
    let mut statement = transaction.prepare(&sql)?;
    let mut rows = statement.query(params![person.as_str(), count(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        found.push(ConversationSummary {
            id: ConversationId::new(id).map_err(|error| Fault::Unreadable(error.to_string()))?,
            title: row.get(1)?,
            created: Timestamp(row.get(2)?),
            updated: Timestamp(row.get(3)?),
            turns: row.get(4)?,
        });
    }
    Ok(found)
}

pub(crate) fn conversation_with_history(
    transaction: &Transaction<'_>,
    person: &PersonId,
    digest: &str,
) -> Result<Option<ConversationId>, Fault> {
    let id: Option<String> = transaction
        .prepare_cached(
            "SELECT conversation.id FROM turn
             JOIN person ON person.key = turn.person
             JOIN conversation ON conversation.key = turn.conversation
             WHERE person.id = ?1 AND turn.history_digest = ?2
             ORDER BY turn.key DESC LIMIT 1",
        )?
        .query_row(params![person.as_str(), digest], |row| row.get(0))
        .optional()?;
    id.map(|id| ConversationId::new(id).map_err(|error| Fault::Unreadable(error.to_string())))
        .transpose()
}

pub(crate) fn rename(
    transaction: &Transaction<'_>,
    person: &PersonId,
    conversation: &ConversationId,
    title: &str,
) -> rusqlite::Result<bool> {
    let renamed = transaction.execute(
        "UPDATE conversation SET title = ?3
         WHERE id = ?2 AND person = (SELECT key FROM person WHERE id = ?1)",
        params![person.as_str(), conversation.as_str(), title],
    )?;
    Ok(renamed > 0)
}

pub(crate) fn delete(
    transaction: &Transaction<'_>,
    person: &PersonId,
    conversation: &ConversationId,
) -> rusqlite::Result<bool> {
    let deleted = transaction.execute(
        "DELETE FROM conversation
         WHERE id = ?2 AND person = (SELECT key FROM person WHERE id = ?1)",
        params![person.as_str(), conversation.as_str()],
    )?;
    Ok(deleted > 0)
}

/// Returns a limit as SQL counts.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
