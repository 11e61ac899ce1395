//! Store: keep the exchange, so that it is there tomorrow.

use sarai_core::engine::Finish;
use sarai_core::fact::FactId;
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::text::Text;
use sarai_core::trace::TurnTrace;
use sarai_core::turn::{Input, Learning};
use sarai_memory::{Learned, NewTurn};

use super::generate::Generated;
use super::history::History;
use super::record::Note;
use crate::Parts;

/// Where an exchange is kept, and what was learned from it.
pub(super) struct Stored {
    pub(super) place: (ConversationId, TurnId),
    pub(super) learned: Learning,
}

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
) -> Option<Stored> {
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
        Ok(learned) => {
            note.used(format!("{} {turn}", parts.language.pick("turno", "turn")));
            for fact in &learned.stored {
                let FactId(id) = fact.id;
                note.used(format!("{} {id}", parts.language.pick("hecho", "fact")));
            }
            Some(Stored { place: (conversation, turn), learned: learning(&learned) })
        }
        Err(error) => {
            note.degraded(lacking, &error, parts.language);
            None
        }
    }
}

fn learning(learned: &Learned) -> Learning {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Learning {
        stored: count(learned.stored.len()),
        superseded: count(learned.superseded.len()),
        mentioned: count(learned.mentioned.len()),
        refused: count(learned.refused.len()),
        read_ms: learned.read_ms,
        write_ms: learned.write_ms,
    }
}
