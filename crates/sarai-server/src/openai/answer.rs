//! Pieces of answers that several of OpenAI's endpoints share.

use sarai_core::engine::{Finish, TokenLogprob, TokenText, Usage};
use sarai_core::turn::Answer;
use serde_json::{Value, json};

/// What stands for a logarithm of nothing: JSON has no infinity.
const LOGPROB_MIN: f32 = -9999.0;

pub(super) fn usage_json(usage: Usage) -> Value {
    json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens.saturating_add(usage.completion_tokens),
        "prompt_tokens_details": { "cached_tokens": usage.cached_tokens },
    })
}

/// Adds an answer to the figures of the answers before it: the prompt counts once.
pub(super) fn add_usage(sum: Option<Usage>, answer: Usage) -> Usage {
    sum.map_or(answer, |sum| Usage {
        completion_tokens: sum.completion_tokens.saturating_add(answer.completion_tokens),
        ..sum
    })
}

pub(super) fn finish_reason(answer: &Answer) -> &'static str {
    match answer.finish {
        Finish::Length => "length",
        _ if !answer.tool_calls.is_empty() => "tool_calls",
        _ => "stop",
    }
}

pub(super) fn finite(logprob: f32) -> f32 {
    logprob.max(LOGPROB_MIN)
}

/// Returns log probabilities as the chat API shows them.
pub(super) fn logprobs_json(tokens: &[TokenLogprob]) -> Vec<Value> {
    let entry = |token: &TokenText, logprob: f32| json!({ "token": token.lossy(), "logprob": finite(logprob), "bytes": token.0 });
    let with_top = |token: &TokenLogprob| {
        let mut value = entry(&token.token, token.logprob);
        value["top_logprobs"] =
            token.top.iter().map(|(token, logprob)| entry(token, *logprob)).collect();
        value
    };
    tokens.iter().map(with_top).collect()
}
