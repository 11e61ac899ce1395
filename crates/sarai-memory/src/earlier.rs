//! What was said just before in a conversation, with what was learned from it: what a message
//! without a subject, or an answer of one word, is read after.

use rusqlite::{Transaction, params};
use sarai_core::fact::FactId;
use sarai_core::id::{ConversationId, PersonId};
use sarai_facts::claim::Claim;
use sarai_facts::ledger::claim_of;
use sarai_facts::reading::{Earlier, Role};

use crate::facts::known::Known;
use crate::facts::rows;
use crate::handle::Fault;
use crate::people;

/// Messages looked at: four exchanges.
const MESSAGES_MAX: i64 = 8;

/// Of a longer message only the end is looked at, where a question to answer stands. In characters.
const MESSAGE_CHARS_MAX: usize = 600;

/// Facts of one message.
const FACTS_MAX: i64 = 64;

/// Returns the last messages of a conversation, oldest first.
pub(crate) fn messages(
    transaction: &Transaction<'_>,
    person: &PersonId,
    conversation: &ConversationId,
) -> Result<Vec<Earlier>, Fault> {
    let Some(person) = people::key(transaction, person)? else { return Ok(Vec::new()) };
    let mut statement = transaction.prepare_cached(
        "SELECT utterance.id, utterance.role, utterance.text
         FROM conversation
         JOIN turn ON turn.conversation = conversation.key
         JOIN utterance ON utterance.turn = turn.key
         WHERE conversation.person = ?1 AND conversation.id = ?2
         ORDER BY turn.key DESC, utterance.position DESC LIMIT ?3",
    )?;
    let mut found = statement.query(params![person, conversation.as_str(), MESSAGES_MAX])?;
    let mut messages = Vec::new();
    while let Some(row) = found.next()? {
        let role = match row.get::<_, String>(1)?.as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            _ => continue,
        };
        let text: String = row.get(2)?;
        let end = end_of(&text);
        let claims = claims(transaction, person, row.get(0)?, text.len() - end.len())?;
        messages.push(Earlier { role, text: end.to_owned(), claims });
    }
    messages.reverse();
    Ok(messages)
}

fn end_of(text: &str) -> &str {
    match text.char_indices().rev().nth(MESSAGE_CHARS_MAX - 1) {
        Some((start, _)) => &text[start..],
        None => text,
    }
}

/// Returns what an utterance told, with the names known today.
fn claims(
    transaction: &Transaction<'_>,
    person: i64,
    utterance: i64,
    cut: usize,
) -> Result<Vec<Claim>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT fact, span_start, span_end, subject_start, subject_end, object_start, object_end
         FROM fact_mention WHERE utterance = ?1 AND person = ?2
         ORDER BY span_start, fact LIMIT ?3",
    )?;
    let mut found = statement.query(params![utterance, person, FACTS_MAX])?;
    let known = Known::new(transaction, person);
    let mut claims = Vec::new();
    while let Some(row) = found.next()? {
        let span = |column: usize| {
            let ends: (Option<usize>, Option<usize>) = (row.get(column)?, row.get(column + 1)?);
            let within = |end: Option<usize>| end.and_then(|end| end.checked_sub(cut));
            Ok::<_, Fault>(within(ends.0).zip(within(ends.1)).map(|(start, end)| start..end))
        };
        let Some(fact) = rows::one(transaction, person, FactId(row.get(0)?))? else { continue };
        let mut claim = claim_of(&fact, &known)?;
        claim.span = span(1)?.unwrap_or(0..0);
        claim.subject.span = span(3)?;
        claim.object.span = span(5)?;
        claims.push(claim);
    }
    Ok(claims)
}
