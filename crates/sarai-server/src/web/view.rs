//! What the templates show: core types as text, in the reader's language.

use sarai_core::conversation::{ConversationSummary, StoredTurn};
use sarai_core::engine::Finish;
use sarai_core::language::Language;

use super::trace::{self, StageView};

/// A conversation in the list.
#[derive(Default)]
pub(super) struct RowView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) turns: u32,
}

impl RowView {
    pub(super) fn of(conversation: &ConversationSummary) -> RowView {
        RowView {
            id: conversation.id.as_str().to_owned(),
            title: conversation.title.clone(),
            turns: conversation.turns,
        }
    }
}

/// A question with its answer. The default is the empty form that the script fills in.
#[derive(Default)]
pub(super) struct TurnView {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) note: &'static str,
    pub(super) degraded: Vec<String>,
    /// Time and speed, shown without opening anything.
    pub(super) brief: String,
    pub(super) figures: Vec<(&'static str, String)>,
    pub(super) stages: Vec<StageView>,
}

impl TurnView {
    pub(super) fn of(turn: &StoredTurn, language: Language) -> TurnView {
        let note = if turn.stopped { finish_note(&Finish::Cancelled, language) } else { "" };
        TurnView {
            id: turn.id.as_str().to_owned(),
            question: turn.question.as_str().to_owned(),
            answer: turn.answer.as_str().to_owned(),
            note,
            degraded: trace::degraded(&turn.trace, language),
            brief: trace::brief(&turn.trace, language),
            figures: trace::figures(&turn.trace, language),
            stages: trace::stages(&turn.trace, language),
        }
    }
}

/// Returns what to say about an answer that did not reach its end.
pub(super) fn finish_note(finish: &Finish, language: Language) -> &'static str {
    match finish {
        Finish::Cancelled => language.pick("Paraste esta respuesta.", "You stopped this answer."),
        Finish::Length => language.pick(
            "La respuesta llegó a su límite de longitud.",
            "The answer reached its length limit.",
        ),
        Finish::End | Finish::StopString(_) => "",
    }
}

/// A failure above the message box.
pub(super) struct FailureView {
    pub(super) message: String,
    pub(super) hint: String,
}
