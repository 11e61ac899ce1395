//! What was said before the message to be answered, and in which conversation it was said.

use sarai_core::conversation::{Said, Speaker};
use sarai_core::id::ConversationId;
use sarai_core::text::Text;
use sarai_core::turn::{Entry, Input, Mode, Transcript, TurnError};
use sha2::{Digest, Sha256};

use crate::Parts;

/// The messages of a turn and where they belong.
pub(super) struct History {
    /// `None` when nothing of this turn is kept.
    pub(super) conversation: Option<ConversationId>,
    /// All messages, the one to be answered last. Empty for a bare continuation.
    pub(super) said: Vec<Said>,
    /// Whether the client brought the history, and will be known again by its words.
    pub(super) resent: bool,
}

impl History {
    /// Returns what the person said last: the question that is recalled for and kept.
    pub(super) fn question(&self) -> Option<&Text> {
        self.said.iter().rfind(|said| said.speaker == Speaker::User).map(|said| &said.text)
    }

    /// Returns whether these words of the person's stand among the messages.
    pub(super) fn says(&self, words: &str) -> bool {
        let mut said = self.said.iter().filter(|said| said.speaker == Speaker::User);
        said.any(|said| said.text.as_str().contains(words))
    }

    /// Returns what the person said before that.
    pub(super) fn question_before(&self) -> Option<&str> {
        let mut asked = self.said.iter().rev().filter(|said| said.speaker == Speaker::User);
        asked.nth(1).map(|said| said.text.as_str())
    }

    /// Returns the digest by which the next request finds this conversation, once `answer` is said.
    pub(super) fn digest_with(&self, answer: &Text) -> Option<String> {
        let answer = Said::new(Speaker::Assistant, answer.clone());
        self.resent.then(|| digest(self.said.iter().chain([&answer])))
    }
}

/// Finds the conversation of `input` and its messages.
pub(super) fn open(parts: &Parts, input: &Input) -> Result<History, TurnError> {
    let keeps = input.use_memory && input.mode == Mode::Assistant;
    match &input.transcript {
        Transcript::Continue { .. } => {
            Ok(History { conversation: None, said: Vec::new(), resent: false })
        }
        Transcript::Kept { conversation, message } => {
            let message = Said::new(Speaker::User, message.clone());
            let said = match conversation {
                Some(conversation) => kept(parts, input, conversation)?,
                None => Vec::new(),
            };
            let conversation = keeps
                .then(|| conversation.clone().map_or_else(|| new_conversation(parts), Ok))
                .transpose()?;
            Ok(History {
                conversation,
                said: said.into_iter().chain([message]).collect(),
                resent: false,
            })
        }
        Transcript::Given { conversation, messages } => {
            let conversation = match conversation {
                _ if !keeps => None,
                Some(conversation) => Some(conversation.clone()),
                None => Some(conversation_of(parts, input, messages)?),
            };
            Ok(History { conversation, said: messages.clone(), resent: true })
        }
    }
}

/// Reads what was kept. From the page an unknown conversation is an error: it was deleted meanwhile.
/// Everywhere else naming a conversation begins it.
fn kept(
    parts: &Parts,
    input: &Input,
    conversation: &ConversationId,
) -> Result<Vec<Said>, TurnError> {
    let turns_max = parts.limits.history_messages_max / 2;
    let turns = parts
        .memory
        .history(&input.person, conversation, turns_max)
        .map_err(|error| TurnError::History(error.to_string()))?;
    match turns {
        None if input.entry == Entry::Web => {
            Err(TurnError::ConversationNotFound(conversation.clone()))
        }
        turns => Ok(turns
            .unwrap_or_default()
            .into_iter()
            .flat_map(|turn| {
                [
                    Said::new(Speaker::User, turn.question),
                    Said::new(Speaker::Assistant, turn.answer),
                ]
            })
            .collect()),
    }
}

/// A client that resends its history is known again by the words before its last question.
fn conversation_of(
    parts: &Parts,
    input: &Input,
    messages: &[Said],
) -> Result<ConversationId, TurnError> {
    let question = messages.iter().rposition(|said| said.speaker == Speaker::User).unwrap_or(0);
    let earlier = &messages[..question];
    if earlier.iter().any(|said| said.speaker == Speaker::User) {
        let known = parts
            .memory
            .conversation_with_history(&input.person, &digest(earlier))
            .map_err(|error| TurnError::History(error.to_string()))?;
        if let Some(conversation) = known {
            return Ok(conversation);
        }
    }
    new_conversation(parts)
}

fn new_conversation(parts: &Parts) -> Result<ConversationId, TurnError> {
    ConversationId::new(parts.random.id()).map_err(|error| TurnError::History(error.to_string()))
}

/// Digest of what the two sides said, without the client's own messages, which may change between
/// requests, and without what tools returned.
fn digest<'a>(said: impl IntoIterator<Item = &'a Said>) -> String {
    let mut hash = Sha256::new();
    for message in said {
        let side = match message.speaker {
            Speaker::User => b'u',
            Speaker::Assistant if message.tool_calls.is_empty() => b'a',
            Speaker::Assistant | Speaker::Tool | Speaker::Client => continue,
        };
        let text = message.text.as_str().trim();
        hash.update([side]);
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
