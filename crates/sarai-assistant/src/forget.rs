//! Forgetting: what memory holds, and what the engine computed of the same words.

use std::collections::BTreeSet;

use sarai_core::id::{ConversationId, PersonId};
use sarai_memory::{Forget, Forgotten, MemoryError};

use crate::Parts;

/// Forgets, and returns what went.
pub(crate) fn forget(
    parts: &Parts,
    person: &PersonId,
    what: Forget,
) -> Result<Forgotten, MemoryError> {
    let mut touched: BTreeSet<ConversationId> = match &what {
        Forget::Conversation(conversation) => BTreeSet::from([conversation.clone()]),
        Forget::Turn(turn) => {
            parts.memory.turn(person, turn)?.map(|turn| turn.conversation).into_iter().collect()
        }
        Forget::Everything => {
            let all = parts.memory.conversations(person, usize::MAX)?;
            all.into_iter().map(|conversation| conversation.id).collect()
        }
        Forget::Fact(_) | Forget::Matching(_) => BTreeSet::new(),
    };
    let forgotten = parts.memory.forget(person, what)?;
    let evidence = forgotten.facts.iter().filter_map(|fact| fact.evidence.as_ref());
    touched.extend(evidence.map(|evidence| evidence.conversation.clone()));
    for conversation in &touched {
        computed(parts, conversation);
    }
    Ok(forgotten)
}

/// Has the engine forget what it computed of a conversation.
pub(crate) fn computed(parts: &Parts, conversation: &ConversationId) {
    if let Err(error) = parts.engine.forget(conversation.as_str()) {
        // The words are gone; what is left is a cache without a name, the first to be replaced.
        tracing::warn!(%error, "the engine still holds what it computed of a conversation");
    }
}
