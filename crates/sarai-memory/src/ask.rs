//! Asking: answers out of facts, and the turns that fit beside them.

use sarai_core::clock::Timestamp;
use sarai_core::conversation::Recollection;
use sarai_core::id::{ConversationId, PersonId};
use sarai_facts::asking::{self, Answer, Asking};

use crate::error::{MemoryError, Operation};
use crate::facts::known::Known;
use crate::handle::Memory;
use crate::recall::Wanted;
use crate::{people, recall};

/// What is known about a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Best first; none when no fact answers.
    pub answers: Vec<Answer>,
    /// Turns in which something like it was said, best first.
    pub passages: Vec<Recollection>,
}

impl Memory {
    /// Answers a question out of what was told; `at` is the moment it is asked. At most `limit`
    /// answers, and as many turns, none of them of the conversation `excluding`. Nothing is made up:
    /// both may be empty.
    pub fn ask(
        &self,
        person: &PersonId,
        question: &str,
        at: Timestamp,
        limit: usize,
        excluding: Option<&ConversationId>,
    ) -> Result<Asked, MemoryError> {
        let (id, question) = (person.clone(), question.to_owned());
        let (excluding, sought) = (excluding.cloned(), self.sought(&question));
        let cache = self.vector_cache();
        let understanding = self.understanding();
        self.read(Operation::Recall, move |transaction| {
            let Some(person) = people::key(transaction, &id)? else {
                return Ok(Asked { answers: Vec::new(), passages: Vec::new() });
            };
            let parsers = understanding.parsers();
            let day = understanding.day(at);
            let asking = Asking { day, parsers: &parsers, language: understanding.language };
            let known = Known::new(transaction, person);
            let answers = asking::answers(&question, &asking, &known, limit)?;
            let (sought, excluding) = (sought.as_ref(), excluding.as_ref());
            let wanted = Wanted { question: &question, sought, excluding, limit };
            let passages = recall::recall(transaction, &id, &cache, wanted)?;
            Ok(Asked { answers, passages })
        })
    }
}
