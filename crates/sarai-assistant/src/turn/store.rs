//! Store: keep the exchange, so that it is there tomorrow.

use sarai_core::engine::Finish;
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::text::Text;
use sarai_core::trace::TurnTrace;
use sarai_core::turn::Input;
use sarai_memory::NewTurn;

use super::generate::Generated;
use super::history::History;
use super::record::Note;
use crate::Parts;

/// Keeps question and answer. Without a place to keep them the answer stands, degraded.
///
/// An answer that only calls tools is half an exchange: the one that follows the results is kept.
pub(super) fn exchange(
    parts: &Parts,
    input: &Input,
    history: &History,
    reply: &Generated,
    trace: TurnTrace,
    note: &mut Note,
) -> Option<(ConversationId, TurnId)> {
    let conversation = history.conversation.clone()?;
    let question = history.question()?;
    if !reply.tool_calls.is_empty() || reply.text.trim().is_empty() {
        return None;
    }
    let lacking = parts.language.pick("el turno no se guardó", "the turn was not kept");
    let answer = Text::model(reply.text.clone());
    let turn = match TurnId::new(parts.random.id()) {
        Ok(turn) => turn,
        Err(error) => {
            note.degraded(lacking, &error, parts.language);
            return None;
        }
    };
    let kept = parts.memory.store(NewTurn {
        id: turn.clone(),
        person: input.person.clone(),
        conversation: conversation.clone(),
        asked: parts.clock.now(),
        question: question.clone(),
        history_digest: history.digest_with(&answer),
        answer,
        stopped: reply.completion.finish == Finish::Cancelled,
        model: reply.completion.model.clone(),
        trace,
    });
    match kept {
        Ok(_) => {
            note.used(format!("{} {turn}", parts.language.pick("turno", "turn")));
            Some((conversation, turn))
        }
        Err(error) => {
            note.degraded(lacking, &error, parts.language);
            None
        }
    }
}
