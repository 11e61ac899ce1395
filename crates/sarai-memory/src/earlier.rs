//! What was said just before in a conversation, with what was learned from it: what a message
//! without a subject, or an answer of one word, is read after.

use rusqlite::{Row, Transaction, params};
use sarai_core::fact::{Fact, FactId};
use sarai_core::id::{ConversationId, PersonId};
use sarai_facts::claim::{Claim, Effect, Kind, Party};
use sarai_facts::lookup::Entity;
use sarai_facts::reading::{Earlier, Role};

use crate::facts::{entities, rows};
use crate::handle::Fault;
use crate::people;

/// Messages looked at: four exchanges.
const MESSAGES_MAX: i64 = 8;

/// Of a longer message only the end is looked at, in characters.
const MESSAGE_CHARS_MAX: usize = 4_000;

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
        // Spans point into the whole text: where it is cut, they are not given.
        let text = end_of(&text).to_owned();
        messages.push(Earlier { role, text, claims: claims(transaction, person, row.get(0)?)? });
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
fn claims(transaction: &Transaction<'_>, person: i64, utterance: i64) -> Result<Vec<Claim>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT fact.id, fact.subject, fact.object FROM fact_mention
         JOIN fact ON fact.id = fact_mention.fact
         WHERE fact_mention.utterance = ?1 AND fact_mention.person = ?2
         ORDER BY fact_mention.span_start, fact.id LIMIT ?3",
    )?;
    let ids = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Vec<(i64, i64, i64)> = statement
        .query_map(params![utterance, person, FACTS_MAX], ids)?
        .collect::<Result<_, _>>()?;
    let mut claims = Vec::new();
    for (fact, subject, object) in found {
        let Some(fact) = rows::one(transaction, person, FactId(fact))? else { continue };
        let subject = entities::one(transaction, person, subject)?;
        let object = entities::one(transaction, person, object)?;
        claims.push(claim(fact, subject, object));
    }
    Ok(claims)
}

fn claim(fact: Fact, subject: Option<Entity>, object: Option<Entity>) -> Claim {
    Claim {
        subject: party(subject, fact.subject),
        relation: fact.relation,
        object: party(object, fact.object),
        negated: fact.negated,
        status: fact.status,
        when: fact.when,
        since: fact.valid_from,
        effect: Effect::Add,
        extractor: fact.extractor,
        span: 0..0,
    }
}

/// Returns an entity by its first name, with its others beside; a value by its name alone.
fn party(entity: Option<Entity>, shown: String) -> Party {
    let Some(Entity { name, names, kind, gender, number, .. }) = entity else {
        return Party::named(shown);
    };
    let also = match kind {
        Kind::Speaker => Vec::new(),
        _ => names.into_iter().filter(|other| *other != name).collect(),
    };
    Party { name, also, kind, gender, number, span: None }
}
