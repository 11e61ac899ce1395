//! A message told event by event.

use std::ops::ControlFlow;

use axum::response::sse::Event;
use sarai_core::tool::ToolCall;
use sarai_core::turn::{Answer, Reply};
use serde_json::{Value, json};

use super::{ping, stop_reason, stop_sequence, usage};
use crate::error::ApiError;
use crate::question::Question;
use crate::trace;
use crate::turns::{Events, Job};

/// A message on its way.
pub(super) struct Telling<'a> {
    events: &'a Events,
    id: &'a str,
    model: &'a str,
    /// Tokens of the prompt, once the engine has counted them.
    input_tokens: u32,
    begun: bool,
    /// Blocks opened so far.
    blocks: usize,
}

impl<'a> Telling<'a> {
    pub(super) fn new(events: &'a Events, id: &'a str, model: &'a str) -> Telling<'a> {
        Telling { events, id, model, input_tokens: 0, begun: false, blocks: 0 }
    }

    pub(super) fn tell(mut self, job: &Job<'_>, question: &Question) -> Result<(), ApiError> {
        let input = question.input(job, 0)?;
        let answer = job.answer(&input, &mut |reply| self.hear(reply))?;
        // Nobody is left to tell when this breaks off.
        let _heard = self.end(&answer);
        Ok(())
    }

    fn hear(&mut self, reply: Reply<'_>) -> ControlFlow<()> {
        match reply {
            Reply::Conversation(id) => self.events.conversation(id),
            Reply::Prefill { total, .. } => {
                self.input_tokens = total;
                ControlFlow::Continue(())
            }
            Reply::Queued { .. } | Reply::Text { text: "", .. } => ControlFlow::Continue(()),
            Reply::Text { text, .. } => {
                self.speak()?;
                self.delta(&json!({ "type": "text_delta", "text": text }))
            }
        }
    }

    fn begin(&mut self) -> ControlFlow<()> {
        if self.begun {
            return ControlFlow::Continue(());
        }
        self.begun = true;
        let message = json!({
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": null,
            "stop_sequence": null,
            "usage": { "input_tokens": self.input_tokens, "output_tokens": 0 },
        });
        self.send("message_start", json!({ "message": message }))?;
        self.events.send(ping())
    }

    /// Opens the block that the words go into.
    fn speak(&mut self) -> ControlFlow<()> {
        self.begin()?;
        if self.blocks > 0 {
            return ControlFlow::Continue(());
        }
        self.open(&json!({ "type": "text", "text": "" }))
    }

    fn end(&mut self, answer: &Answer) -> ControlFlow<()> {
        if answer.tool_calls.is_empty() {
            self.speak()?;
        }
        self.begin()?;
        if self.blocks > 0 {
            self.close()?;
        }
        for call in &answer.tool_calls {
            self.call(call)?;
        }
        let delta = json!({
            "stop_reason": stop_reason(answer),
            "stop_sequence": stop_sequence(answer),
        });
        let end = json!({
            "delta": delta,
            "usage": usage(answer),
            "sarai": trace::extension(answer),
        });
        self.send("message_delta", end)?;
        self.send("message_stop", json!({}))
    }

    fn call(&mut self, call: &ToolCall) -> ControlFlow<()> {
        let block = json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": {} });
        self.open(&block)?;
        self.delta(&json!({ "type": "input_json_delta", "partial_json": call.arguments }))?;
        self.close()
    }

    fn open(&mut self, block: &Value) -> ControlFlow<()> {
        let index = self.blocks;
        self.blocks += 1;
        self.send("content_block_start", json!({ "index": index, "content_block": block }))
    }

    fn delta(&self, delta: &Value) -> ControlFlow<()> {
        let index = self.blocks.saturating_sub(1);
        self.send("content_block_delta", json!({ "index": index, "delta": delta }))
    }

    fn close(&self) -> ControlFlow<()> {
        self.send("content_block_stop", json!({ "index": self.blocks.saturating_sub(1) }))
    }

    fn send(&self, kind: &str, mut body: Value) -> ControlFlow<()> {
        body["type"] = json!(kind);
        self.events.send(Event::default().event(kind).data(body.to_string()))
    }
}
