//! The record of a turn as clients see it.

use axum::http::HeaderValue;
use axum::response::Response;
use sarai_core::trace::TurnTrace;
use sarai_core::turn::Answer;
use serde_json::{Value, json};

/// Returns the trace in the shape of the native API.
pub(crate) fn trace_json(trace: &TurnTrace) -> Value {
    let stages = trace.stages.iter();
    let degraded = trace.degraded.iter();
    json!({
        "stages": stages
            .map(|stage| json!({ "stage": stage.stage.name(), "ms": stage.ms, "used": stage.used }))
            .collect::<Vec<_>>(),
        "degraded": degraded
            .map(|lost| json!({ "stage": lost.stage.name(), "reason": lost.reason }))
            .collect::<Vec<_>>(),
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
        "drafted": trace.drafted.map(|drafted| json!({
            "guessed": drafted.guessed,
            "accepted": drafted.accepted,
            "fell_back": drafted.fell_back,
            "ms": drafted.ms,
            "plain_ms": drafted.plain_ms,
        })),
        "forced": trace.forced,
        "tokens_per_second": trace.tokens_per_second(),
    })
}

/// Returns the extension field `sarai` of an answer.
pub(crate) fn extension(answer: &Answer) -> Value {
    let stored = answer.stored.as_ref();
    json!({
        "conversation": stored.map(|(conversation, _)| conversation.as_str()),
        "turn": stored.map(|(_, turn)| turn.as_str()),
        "trace": trace_json(&answer.trace),
    })
}

/// Names the stages that failed without ending the turn in the header `x-sarai-degraded`.
pub(crate) fn name_degraded(response: &mut Response, trace: &TurnTrace) {
    let names: Vec<&str> = trace.degraded.iter().map(|lost| lost.stage.name()).collect();
    if let (false, Ok(value)) = (names.is_empty(), HeaderValue::from_str(&names.join(", "))) {
        response.headers_mut().insert("x-sarai-degraded", value);
    }
}
