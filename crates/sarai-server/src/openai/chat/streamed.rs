//! The answer piece by piece: role, words, calls, the reason of the end, then the figures.

use std::ops::ControlFlow;

use axum::response::sse::Event;
use sarai_core::engine::{TokenLogprob, Usage};
use sarai_core::tool::ToolCall;
use sarai_core::turn::{Answer, Reply};
use serde_json::{Value, json};

use super::Head;
use super::request::Chat;
use crate::error::ApiError;
use crate::openai::answer::{add_usage, finish_reason, logprobs_json, usage_json};
use crate::trace;
use crate::turns::{Events, Job};

pub(super) fn answer(
    job: &Job<'_>,
    events: &Events,
    chat: &Chat,
    head: &Head,
) -> Result<(), ApiError> {
    let mut usage: Option<Usage> = None;
    for index in 0..chat.choices {
        let input = chat.question.input(job, index)?;
        let mut choice = Choice { events, chat, head, index, begun: false };
        let answer = job.answer(&input, &mut |reply| choice.hear(reply))?;
        usage = Some(add_usage(usage, answer.trace.usage));
        if choice.end(&answer).is_break() {
            return Ok(());
        }
    }
    if let (true, Some(usage)) = (chat.include_usage, usage) {
        let mut chunk = chunk(head, chat, &json!([]));
        chunk["usage"] = usage_json(usage);
        if events.send(data(&chunk)).is_break() {
            return Ok(());
        }
    }
    // Whether the last word was heard changes nothing any more.
    let _heard = events.send(Event::default().data("[DONE]"));
    Ok(())
}

/// One alternative on its way.
struct Choice<'a> {
    events: &'a Events,
    chat: &'a Chat,
    head: &'a Head,
    index: u32,
    begun: bool,
}

impl Choice<'_> {
    fn hear(&mut self, reply: Reply<'_>) -> ControlFlow<()> {
        match reply {
            Reply::Conversation(id) => self.events.conversation(id),
            Reply::Queued { .. } | Reply::Prefill { .. } | Reply::Text { text: "", .. } => {
                ControlFlow::Continue(())
            }
            Reply::Text { text, logprobs } => {
                self.begin()?;
                self.delta(&json!({ "content": text }), logprobs)
            }
        }
    }

    fn begin(&mut self) -> ControlFlow<()> {
        if self.begun {
            return ControlFlow::Continue(());
        }
        self.begun = true;
        self.delta(&json!({ "role": "assistant", "content": "" }), &[])
    }

    fn end(&mut self, answer: &Answer) -> ControlFlow<()> {
        self.begin()?;
        for (index, call) in answer.tool_calls.iter().enumerate() {
            self.call(index, call)?;
        }
        let mut chunk = self.chunk(&json!({}), &Value::Null, Some(finish_reason(answer)));
        if self.index == 0 {
            chunk["sarai"] = trace::extension(answer);
        }
        self.events.send(data(&chunk))
    }

    fn call(&self, index: usize, call: &ToolCall) -> ControlFlow<()> {
        let named = json!({ "tool_calls": [{
            "index": index,
            "id": call.id,
            "type": "function",
            "function": { "name": call.name, "arguments": "" },
        }] });
        self.delta(&named, &[])?;
        let filled = json!({ "tool_calls": [{
            "index": index,
            "function": { "arguments": call.arguments },
        }] });
        self.delta(&filled, &[])
    }

    fn delta(&self, delta: &Value, logprobs: &[TokenLogprob]) -> ControlFlow<()> {
        let logprobs = match logprobs {
            [] => Value::Null,
            tokens => json!({ "content": logprobs_json(tokens), "refusal": null }),
        };
        self.events.send(data(&self.chunk(delta, &logprobs, None)))
    }

    fn chunk(&self, delta: &Value, logprobs: &Value, finish: Option<&str>) -> Value {
        let choice = json!({
            "index": self.index,
            "delta": delta,
            "logprobs": logprobs,
            "finish_reason": finish,
        });
        chunk(self.head, self.chat, &json!([choice]))
    }
}

fn chunk(head: &Head, chat: &Chat, choices: &Value) -> Value {
    let mut chunk = json!({
        "id": head.id,
        "object": "chat.completion.chunk",
        "created": head.created_s,
        "model": head.model,
        "choices": choices,
    });
    if chat.include_usage {
        chunk["usage"] = Value::Null;
    }
    chunk
}

fn data(value: &Value) -> Event {
    Event::default().data(value.to_string())
}
