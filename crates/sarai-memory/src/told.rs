//! What one message told.

use rusqlite::{Transaction, params};
use sarai_core::fact::{Fact, FactId};
use sarai_core::id::{ConversationId, PersonId};

use crate::error::{MemoryError, Operation};
use crate::facts::rows;
use crate::handle::{Fault, Memory};
use crate::people;

/// Facts of one message.
const FACTS_MAX: i64 = 64;

impl Memory {
    /// Returns the facts that a message of these very words told in a conversation; of several such
    /// messages, the last one's.
    pub fn told_in(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
        words: &str,
    ) -> Result<Vec<Fact>, MemoryError> {
        let (person, conversation) = (person.clone(), conversation.clone());
        let words = words.to_owned();
        self.read(Operation::Facts, move |transaction| {
            let Some(person) = people::key(transaction, &person)? else { return Ok(Vec::new()) };
            told(transaction, person, &conversation, &words)
        })
    }
}

fn told(
    transaction: &Transaction<'_>,
    person: i64,
    conversation: &ConversationId,
    words: &str,
) -> Result<Vec<Fact>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT fact_mention.fact FROM fact_mention
         WHERE fact_mention.person = ?1 AND fact_mention.utterance = (
             SELECT utterance.id FROM conversation
             JOIN turn ON turn.conversation = conversation.key
             JOIN utterance ON utterance.turn = turn.key
             WHERE conversation.person = ?1 AND conversation.id = ?2 AND utterance.text = ?3
             ORDER BY utterance.id DESC LIMIT 1)
         ORDER BY fact_mention.fact LIMIT ?4",
    )?;
    let mut found = statement.query(params![person, conversation.as_str(), words, FACTS_MAX])?;
    let mut facts = Vec::new();
    while let Some(row) = found.next()? {
        facts.extend(rows::one(transaction, person, FactId(row.get(0)?))?);
    }
    Ok(facts)
}
