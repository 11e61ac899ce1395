//! How core types look in JSON.

use sarai_core::clock::Timestamp;
use sarai_core::conversation::{ConversationSummary, StoredTurn};
use sarai_core::trace::TurnTrace;
use serde_json::{Value, json};

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
        "trace": trace(&turn.trace),
    })
}

pub(super) fn trace(trace: &TurnTrace) -> Value {
    let stages = trace
        .stages
        .iter()
        .map(|stage| json!({ "stage": stage.stage.name(), "ms": stage.ms, "used": stage.used }));
    let degraded = trace
        .degraded
        .iter()
        .map(|entry| json!({ "stage": entry.stage.name(), "reason": entry.reason }));
    json!({
        "stages": stages.collect::<Vec<_>>(),
        "degraded": degraded.collect::<Vec<_>>(),
        "model": trace.model.as_str(),
        "usage": {
            "prompt_tokens": trace.usage.prompt_tokens,
            "cached_tokens": trace.usage.cached_tokens,
            "completion_tokens": trace.usage.completion_tokens,
        },
        "messages_dropped": trace.messages_dropped,
        "queued_ms": trace.queued_ms,
        "prefill_ms": trace.prefill_ms,
        "decode_ms": trace.decode_ms,
        "tokens_per_second": trace.tokens_per_second(),
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
