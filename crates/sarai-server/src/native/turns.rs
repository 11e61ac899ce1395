//! `POST /api/sarai/turns`: one question, its answer as it comes.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use sarai_core::engine::{Constraint, Finish, Sampling};
use sarai_core::id::{ModelName, PersonId};
use sarai_core::language::Language;
use sarai_core::text::Text;
use sarai_core::tool::ToolChoice;
use sarai_core::turn::{Answer, Entry, Input, Mode, Reply, Transcript};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{conversation_id, error_fields};
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::grammar;
use crate::state::State;
use crate::trace::trace_json;
use crate::turns::{self, Events, Style};

/// What is asked, as it comes over the wire.
#[derive(Default, Deserialize)]
pub(crate) struct Asking {
    pub(crate) conversation: Option<String>,
    pub(crate) message: String,
    pub(crate) model: Option<String>,
    pub(crate) memory: Option<bool>,
    pub(crate) schema: Option<serde_json::Map<String, Value>>,
    pub(crate) grammar: Option<String>,
    pub(crate) tokens_max: Option<u32>,
    pub(crate) temperature: Option<f32>,
    pub(crate) seed: Option<u64>,
}

pub(super) async fn answer(
    Shared(state): Shared<Arc<State>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(asking): JsonBody<Asking>,
) -> Result<Response, ApiError> {
    let language = state.language(&headers);
    let style = Style { error: error_event, ping: turns::comment_ping };
    let work = move |job: &turns::Job<'_>, events: &Events| {
        let input = input(asking, caller, job.person())?;
        let mut teller = Teller { events, conversation: None };
        let answer = job.answer(&input, &mut |reply| teller.tell(reply))?;
        // Nobody is left to tell when this is refused; the turn is stored all the same.
        let _told = teller.end(&answer);
        Ok(())
    };
    turns::stream(&state, style, language, work).await
}

/// Checks what came over the wire.
pub(crate) fn input(asking: Asking, caller: Caller, person: &PersonId) -> Result<Input, ApiError> {
    if asking.message.trim().is_empty() {
        return Err(ApiError::invalid("message", "el mensaje está vacío", "the message is empty"));
    }
    let conversation = asking.conversation.as_deref().map(conversation_id).transpose()?;
    let model = asking.model.map(model_name).transpose()?;
    let sampling = sampling(asking.temperature, asking.seed)?;
    if asking.tokens_max == Some(0) {
        return Err(ApiError::invalid(
            "tokens_max",
            "`tokens_max` debe ser al menos 1",
            "`tokens_max` must be at least 1",
        ));
    }
    let constraint = match asking.schema {
        Some(schema) => Constraint::JsonSchema(Value::Object(schema).to_string()),
        None => Constraint::Free,
    };
    let constraint = grammar::constraint(asking.grammar, constraint)?;
    let entry = match caller {
        Caller::Browser => Entry::Web,
        Caller::Socket => Entry::CommandLine,
        Caller::Key => Entry::Api,
    };
    let message = Text::user(asking.message);
    Ok(Input {
        person: person.clone(),
        entry,
        mode: Mode::Assistant,
        model,
        transcript: Transcript::Kept { conversation, message },
        use_memory: asking.memory.unwrap_or(true),
        sampling,
        tokens_max: asking.tokens_max,
        stop: Vec::new(),
        constraint,
        tools: Vec::new(),
        tool_choice: ToolChoice::Auto,
        top_logprobs: None,
    })
}

pub(super) fn model_name(name: String) -> Result<ModelName, ApiError> {
    ModelName::new(name).map_err(|error| {
        ApiError::invalid(
            "model",
            "el nombre del modelo no es válido",
            "the model's name is not valid",
        )
        .log(format!("invalid {}", error.kind))
    })
}

fn sampling(temperature: Option<f32>, seed: Option<u64>) -> Result<Option<Sampling>, ApiError> {
    if temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
        return Err(ApiError::invalid(
            "temperature",
            "`temperature` va de 0 a 2",
            "`temperature` goes from 0 to 2",
        ));
    }
    if temperature.is_none() && seed.is_none() {
        return Ok(None);
    }
    let temperature = temperature.unwrap_or(Sampling::CHAT.temperature);
    Ok(Some(Sampling { temperature, seed, ..Sampling::CHAT }))
}

/// Puts what happens in a turn into events.
struct Teller<'a> {
    events: &'a Events,
    /// Held back until something else happens, so that a turn that fails at once still has its
    /// status code.
    conversation: Option<String>,
}

impl Teller<'_> {
    fn tell(&mut self, reply: Reply<'_>) -> ControlFlow<()> {
        match reply {
            Reply::Conversation(id) => {
                self.conversation = Some(id.as_str().to_owned());
                self.events.conversation(id)
            }
            Reply::Queued { ahead } => self.send("queued", &json!({ "ahead": ahead })),
            Reply::Prefill { done, total } => {
                self.send("prefill", &json!({ "done": done, "total": total }))
            }
            Reply::Text { text: "", .. } => ControlFlow::Continue(()),
            Reply::Text { text, .. } => self.send("text", &json!({ "text": text })),
        }
    }

    fn send(&mut self, name: &'static str, data: &Value) -> ControlFlow<()> {
        if let Some(id) = self.conversation.take() {
            self.events.send(event("conversation", &json!({ "id": id })))?;
        }
        self.events.send(event(name, data))
    }

    fn end(&mut self, answer: &Answer) -> ControlFlow<()> {
        let (conversation, turn) = match &answer.stored {
            Some((conversation, turn)) => (Some(conversation.as_str()), Some(turn.as_str())),
            None => (None, None),
        };
        self.send(
            "answer",
            &json!({
                "text": answer.text.as_str(),
                "finish": finish(&answer.finish),
                "conversation": conversation,
                "turn": turn,
                "trace": trace_json(&answer.trace),
            }),
        )
    }
}

fn finish(finish: &Finish) -> &'static str {
    match finish {
        Finish::End => "end",
        Finish::Length => "length",
        Finish::Cancelled => "stopped",
        Finish::StopString(_) => "stop_string",
    }
}

fn error_event(error: &ApiError, language: Language) -> Event {
    event("error", &error_fields(error, language))
}

/// JSON text has no line breaks of its own, so an event is one line of data.
fn event(name: &'static str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}
