//! The answer in one piece.

use std::ops::ControlFlow;

use sarai_core::id::ConversationId;
use sarai_core::turn::{Answer, Reply};
use serde_json::{Value, json};

use super::Head;
use super::request::Chat;
use crate::error::ApiError;
use crate::openai::answer::{add_usage, finish_reason, logprobs_json, usage_json};
use crate::openai::tools::call_json;
use crate::trace;
use crate::turns::Job;

pub(super) struct Whole {
    pub(super) body: Value,
    /// The answer that is remembered.
    pub(super) first: Answer,
    pub(super) conversation: Option<ConversationId>,
}

pub(super) fn answer(job: &Job<'_>, chat: &Chat, head: &Head) -> Result<Whole, ApiError> {
    let mut conversation = None;
    let first = one(job, chat, 0, &mut conversation)?;
    let mut usage = first.trace.usage;
    let mut choices = vec![choice(0, &first, chat)];
    for index in 1..chat.choices {
        let other = one(job, chat, index, &mut None)?;
        usage = add_usage(Some(usage), other.trace.usage);
        choices.push(choice(index, &other, chat));
    }
    let body = json!({
        "id": head.id,
        "object": "chat.completion",
        "created": head.created_s,
        "model": head.model,
        "choices": choices,
        "usage": usage_json(usage),
        "sarai": trace::extension(&first),
    });
    Ok(Whole { body, first, conversation })
}

fn one(
    job: &Job<'_>,
    chat: &Chat,
    index: u32,
    conversation: &mut Option<ConversationId>,
) -> Result<Answer, ApiError> {
    let input = chat.question.input(job, index)?;
    job.answer(&input, &mut |reply| {
        if let Reply::Conversation(id) = reply {
            *conversation = Some(id.clone());
        }
        ControlFlow::Continue(())
    })
}

fn choice(index: u32, answer: &Answer, chat: &Chat) -> Value {
    let words = answer.text.as_str();
    let silent = words.is_empty() && !answer.tool_calls.is_empty();
    let mut message = json!({
        "role": "assistant",
        "content": (!silent).then_some(words),
        "refusal": null,
    });
    if !answer.tool_calls.is_empty() {
        message["tool_calls"] = answer.tool_calls.iter().map(call_json).collect();
    }
    let logprobs = chat
        .question
        .top_logprobs
        .map(|_| json!({ "content": logprobs_json(&answer.logprobs), "refusal": null }));
    json!({
        "index": index,
        "message": message,
        "logprobs": logprobs,
        "finish_reason": finish_reason(answer),
    })
}
