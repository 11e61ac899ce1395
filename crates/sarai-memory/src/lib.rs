//! Keeps what the assistant was told, in SQLite. The only crate with SQL over it.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::conversation::{ConversationSummary, Recollection, StoredTurn};
use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::id::{ConversationId, ModelName, PersonId, TurnId};
use sarai_core::language::Language;
use sarai_core::text::Text;
use sarai_core::trace::TurnTrace;

#[derive(Debug, Clone)]
pub struct Memory;

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

#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    #[error("placeholder")]
    Placeholder,
}
impl Explain for MemoryError {
    fn kind(&self) -> FailureKind {
        FailureKind::Failed
    }
    fn explain(&self, _language: Language) -> Explanation {
        Explanation::without_hint("")
    }
}

impl Memory {
    pub fn open(_path: &Path, _clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        todo!()
    }
    pub fn in_memory(_clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        todo!()
    }
    /// Returns the first person, made on first use.
    pub fn first_person(&self) -> Result<PersonId, MemoryError> {
        todo!()
    }
    /// Keeps a finished turn in one transaction; returns once it is on disk. Makes the conversation if needed, titled by its first question.
    pub fn store(&self, _turn: NewTurn) -> Result<(), MemoryError> {
        todo!()
    }
    /// Returns the last `turns_max` turns, oldest first. `None` when the person has no such conversation.
    pub fn history(
        &self,
        _person: &PersonId,
        _conversation: &ConversationId,
        _turns_max: usize,
    ) -> Result<Option<Vec<StoredTurn>>, MemoryError> {
        todo!()
    }
    /// Most recently used first.
    pub fn conversations(
        &self,
        _person: &PersonId,
        _limit: usize,
    ) -> Result<Vec<ConversationSummary>, MemoryError> {
        todo!()
    }
    /// Most recently used first; those in whose title or turns all words of `query` occur.
    pub fn search(
        &self,
        _person: &PersonId,
        _query: &str,
        _limit: usize,
    ) -> Result<Vec<ConversationSummary>, MemoryError> {
        todo!()
    }
    /// Turns of other conversations that fit the question, best first; nothing below the threshold.
    pub fn recall(
        &self,
        _person: &PersonId,
        _question: &str,
        _excluding: Option<&ConversationId>,
        _limit: usize,
    ) -> Result<Vec<Recollection>, MemoryError> {
        todo!()
    }
    pub fn conversation_with_history(
        &self,
        _person: &PersonId,
        _digest: &str,
    ) -> Result<Option<ConversationId>, MemoryError> {
        todo!()
    }
    /// Returns whether there was one.
    pub fn rename(
        &self,
        _person: &PersonId,
        _conversation: &ConversationId,
        _title: &str,
    ) -> Result<bool, MemoryError> {
        todo!()
    }
    pub fn delete(
        &self,
        _person: &PersonId,
        _conversation: &ConversationId,
    ) -> Result<bool, MemoryError> {
        todo!()
    }
}
