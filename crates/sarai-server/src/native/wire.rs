//! How core types look in JSON.

use sarai_core::clock::Timestamp;
use sarai_core::conversation::{ConversationSummary, StoredTurn};
use serde_json::{Value, json};

use crate::trace::trace_json;

/// Returns the moment as ISO 8601 in UTC, such as `2026-11-22T12:00:00.000Z`.
pub(super) fn time(moment: Timestamp) -> String {
    let ms = moment.0.rem_euclid(86_400_000);
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    let (seconds, ms) = (ms / 1_000 % 60, ms % 1_000);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z", moment.date())
}

pub(super) fn summary(conversation: &ConversationSummary) -> Value {
    json!({
        "id": conversation.id.as_str(),
        "title": conversation.title,
        "created": time(conversation.created),
        "updated": time(conversation.updated),
        "turns": conversation.turns,
    })
}

pub(super) fn turn(turn: &StoredTurn) -> Value {
    json!({
        "id": turn.id.as_str(),
        "asked": time(turn.asked),
        "question": turn.question.as_str(),
        "answer": turn.answer.as_str(),
        "stopped": turn.stopped,
        "model": turn.model.as_str(),
        "trace": trace_json(&turn.trace),
    })
}

#[cfg(test)]
mod tests {
    use sarai_core::clock::Timestamp;

    use super::time;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(time(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(time(Timestamp(1_795_348_805_007)), "2026-11-22T12:00:05.007Z");
        assert_eq!(time(Timestamp(-1)), "1969-12-31T23:59:59.999Z");
    }
}
