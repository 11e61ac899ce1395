//! The response object and the items in it.

use sarai_core::clock::Timestamp;
use sarai_core::engine::{Finish, TokenLogprob};
use sarai_core::tool::ToolCall;
use sarai_core::turn::Answer;
use serde_json::{Value, json};

use super::request::Asked;
use crate::openai::answer::logprobs_json;
use crate::trace;

/// What is known of a response before it is finished.
pub(super) struct Head {
    base: Value,
    message_id: String,
    /// Makes the ids of function calls.
    new_id: Box<dyn Fn() -> String + Send>,
}

impl Head {
    pub(super) fn new(
        asked: &Asked,
        now: Timestamp,
        new_id: impl Fn() -> String + Send + 'static,
    ) -> Head {
        let mut base = json!({
            "id": format!("resp_{}", new_id()),
            "object": "response",
            "created_at": now.0 / 1000,
            "status": "in_progress",
            "background": false,
            "error": null,
            "incomplete_details": null,
            "model": asked.question.model,
            "output": [],
            "previous_response_id": null,
            "reasoning": { "effort": null, "summary": null },
            "store": false,
            "truncation": "disabled",
            "usage": null,
            "user": null,
        });
        if let (Value::Object(base), Value::Object(repeated)) = (&mut base, &asked.repeated) {
            base.extend(repeated.clone());
        }
        Head { base, message_id: format!("msg_{}", new_id()), new_id: Box::new(new_id) }
    }

    pub(super) fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Returns the response before its first word.
    pub(super) fn begun(&self) -> Value {
        self.base.clone()
    }

    /// Returns the response that could not be finished.
    pub(super) fn failed(&self, code: &str, message: &str) -> Value {
        let mut response = self.base.clone();
        response["status"] = json!("failed");
        response["error"] = json!({ "code": code, "message": message });
        response
    }

    /// Returns the whole response.
    pub(super) fn finished(&self, answer: &Answer) -> Value {
        self.finished_with(answer, self.items(answer))
    }

    pub(super) fn finished_with(&self, answer: &Answer, items: Vec<Value>) -> Value {
        let mut response = self.base.clone();
        let cut = answer.finish == Finish::Length;
        response["status"] = json!(if cut { "incomplete" } else { "completed" });
        if cut {
            response["incomplete_details"] = json!({ "reason": "max_output_tokens" });
        }
        response["output"] = Value::Array(items);
        let usage = answer.trace.usage;
        response["usage"] = json!({
            "input_tokens": usage.prompt_tokens,
            "input_tokens_details": { "cached_tokens": usage.cached_tokens },
            "output_tokens": usage.completion_tokens,
            "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": usage.prompt_tokens.saturating_add(usage.completion_tokens),
        });
        response["sarai"] = trace::extension(answer);
        response
    }

    /// Returns the items of an answer: its words, unless it only calls, and its calls.
    pub(super) fn items(&self, answer: &Answer) -> Vec<Value> {
        let words = answer.text.as_str();
        let message = (!words.is_empty() || answer.tool_calls.is_empty()).then(|| {
            let content = [part(words, &answer.logprobs)];
            message(&self.message_id, "completed", &json!(content))
        });
        let calls = answer.tool_calls.iter().map(|call| self.call(call));
        message.into_iter().chain(calls).collect()
    }

    fn call(&self, call: &ToolCall) -> Value {
        json!({
            "id": format!("fc_{}", (self.new_id)()),
            "type": "function_call",
            "status": "completed",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
        })
    }
}

pub(super) fn message(id: &str, status: &str, content: &Value) -> Value {
    json!({
        "id": id,
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": content,
    })
}

pub(super) fn part(words: &str, logprobs: &[TokenLogprob]) -> Value {
    json!({
        "type": "output_text",
        "annotations": [],
        "logprobs": logprobs_json(logprobs),
        "text": words,
    })
}
