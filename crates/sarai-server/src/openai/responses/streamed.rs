//! A response told event by event, each with its number.

use std::ops::ControlFlow;

use axum::response::sse::Event;
use sarai_core::engine::{Finish, TokenLogprob};
use sarai_core::language::Language;
use sarai_core::turn::{Answer, Reply};
use serde_json::{Value, json};

use super::object::{Head, message, part};
use crate::error::{self, ApiError};
use crate::openai::answer::logprobs_json;
use crate::question::Question;
use crate::turns::{Events, Job};

/// A response on its way.
pub(super) struct Telling<'a> {
    events: &'a Events,
    head: Head,
    language: Language,
    number: u64,
    speaking: bool,
}

impl<'a> Telling<'a> {
    pub(super) fn new(events: &'a Events, head: Head, language: Language) -> Telling<'a> {
        Telling { events, head, language, number: 0, speaking: false }
    }

    /// Answers `question`. A failure after the first event is told as an event.
    pub(super) fn tell(mut self, job: &Job<'_>, question: &Question) -> Result<(), ApiError> {
        let input = question.input(job, 0)?;
        match job.answer(&input, &mut |reply| self.hear(reply)) {
            Ok(answer) => {
                // Nobody is left to tell when this breaks off.
                let _heard = self.end(&answer);
                Ok(())
            }
            Err(error) if self.number == 0 => Err(error),
            Err(error) => {
                error::log(&error);
                let response = self.head.failed(error.code, &error.sentence(self.language));
                let _heard = self.send("response.failed", json!({ "response": response }));
                Ok(())
            }
        }
    }

    fn hear(&mut self, reply: Reply<'_>) -> ControlFlow<()> {
        match reply {
            Reply::Conversation(id) => self.events.conversation(id),
            Reply::Queued { .. } | Reply::Prefill { .. } | Reply::Text { text: "", .. } => {
                ControlFlow::Continue(())
            }
            Reply::Text { text, logprobs } => {
                self.speak()?;
                self.told("response.output_text.delta", "delta", text, logprobs)
            }
        }
    }

    fn begin(&mut self) -> ControlFlow<()> {
        if self.number > 0 {
            return ControlFlow::Continue(());
        }
        let response = self.head.begun();
        self.send("response.created", json!({ "response": response }))?;
        self.send("response.in_progress", json!({ "response": response }))
    }

    /// Opens the message that the words go into.
    fn speak(&mut self) -> ControlFlow<()> {
        if self.speaking {
            return ControlFlow::Continue(());
        }
        self.begin()?;
        self.speaking = true;
        let item = message(self.head.message_id(), "in_progress", &json!([]));
        self.send("response.output_item.added", json!({ "output_index": 0, "item": item }))?;
        self.part("response.content_part.added", &part("", &[]))
    }

    fn end(&mut self, answer: &Answer) -> ControlFlow<()> {
        self.begin()?;
        let items = self.head.items(answer);
        for (index, item) in items.iter().enumerate() {
            if item["type"] == "message" {
                self.speak()?;
                self.fall_silent(answer, item)?;
            } else {
                self.call(index, item)?;
            }
        }
        let response = self.head.finished_with(answer, items);
        let cut = answer.finish == Finish::Length;
        let kind = if cut { "response.incomplete" } else { "response.completed" };
        self.send(kind, json!({ "response": response }))
    }

    fn fall_silent(&mut self, answer: &Answer, item: &Value) -> ControlFlow<()> {
        self.told("response.output_text.done", "text", answer.text.as_str(), &answer.logprobs)?;
        self.part("response.content_part.done", &part(answer.text.as_str(), &answer.logprobs))?;
        self.send("response.output_item.done", json!({ "output_index": 0, "item": item }))
    }

    fn call(&mut self, index: usize, item: &Value) -> ControlFlow<()> {
        let mut opened = item.clone();
        opened["status"] = json!("in_progress");
        opened["arguments"] = json!("");
        let place = |name: &str| json!({ "output_index": index, "item_id": item["id"], name: item["arguments"] });
        let added = json!({ "output_index": index, "item": opened });
        self.send("response.output_item.added", added)?;
        self.send("response.function_call_arguments.delta", place("delta"))?;
        let mut done = place("arguments");
        done["name"] = item["name"].clone();
        self.send("response.function_call_arguments.done", done)?;
        self.send("response.output_item.done", json!({ "output_index": index, "item": item }))
    }

    fn told(
        &mut self,
        kind: &str,
        field: &str,
        words: &str,
        logprobs: &[TokenLogprob],
    ) -> ControlFlow<()> {
        let body = json!({
            "item_id": self.head.message_id(),
            "output_index": 0,
            "content_index": 0,
            field: words,
            "logprobs": logprobs_json(logprobs),
        });
        self.send(kind, body)
    }

    fn part(&mut self, kind: &str, part: &Value) -> ControlFlow<()> {
        let body = json!({
            "item_id": self.head.message_id(),
            "output_index": 0,
            "content_index": 0,
            "part": part,
        });
        self.send(kind, body)
    }

    fn send(&mut self, kind: &str, mut body: Value) -> ControlFlow<()> {
        body["type"] = json!(kind);
        body["sequence_number"] = json!(self.number);
        self.number += 1;
        self.events.send(Event::default().event(kind).data(body.to_string()))
    }
}
