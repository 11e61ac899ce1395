//! The API that Anthropic's clients speak: `POST /v1/messages`.

mod request;
mod streamed;

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use sarai_core::engine::Finish;
use sarai_core::language::Language;
use sarai_core::turn::{Answer, Reply};
use serde_json::{Value, json};

use self::request::MessagesRequest;
use self::streamed::Telling;
use crate::body::JsonBody;
use crate::error::{ApiError, Dialect};
use crate::state::State;
use crate::trace::{self, name_degraded};
use crate::turns::{self, Style, name_conversation};

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/v1/messages", post(create))
}

const STYLE: Style = Style { error: error_event, ping };

async fn create(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<MessagesRequest>,
) -> Result<Response, ApiError> {
    let asked = request.check(&headers)?;
    let id = format!("msg_{}", state.services.random.id());
    if asked.stream {
        let language = state.language(&headers);
        let work = move |job: &turns::Job<'_>, events: &turns::Events| {
            Telling::new(events, &id, &asked.question.model).tell(job, &asked.question)
        };
        return turns::stream(&state, STYLE, language, work).await;
    }
    let whole = turns::run(&state, move |job| {
        let mut conversation = None;
        let answer = job.answer(&asked.question.input(job, 0)?, &mut |reply| {
            if let Reply::Conversation(id) = reply {
                conversation = Some(id.clone());
            }
            ControlFlow::Continue(())
        })?;
        Ok((message(&id, &asked.question.model, &answer), conversation, answer.trace))
    });
    let (body, conversation, trace) = whole.await?;
    let mut response = Json(body).into_response();
    name_conversation(&mut response, conversation.as_ref());
    name_degraded(&mut response, &trace);
    Ok(response)
}

fn message(id: &str, model: &str, answer: &Answer) -> Value {
    let words = answer.text.as_str();
    let text = (!words.is_empty() || answer.tool_calls.is_empty())
        .then(|| json!({ "type": "text", "text": words }));
    let calls = answer.tool_calls.iter().map(|call| {
        json!({
            "type": "tool_use",
            "id": call.id,
            "name": call.name,
            "input": arguments(&call.arguments),
        })
    });
    json!({
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": text.into_iter().chain(calls).collect::<Vec<_>>(),
        "stop_reason": stop_reason(answer),
        "stop_sequence": stop_sequence(answer),
        "usage": usage(answer),
        "sarai": trace::extension(answer),
    })
}

/// The assistant hands over arguments that are an object.
fn arguments(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({}))
}

fn stop_reason(answer: &Answer) -> &'static str {
    match answer.finish {
        Finish::Length => "max_tokens",
        _ if !answer.tool_calls.is_empty() => "tool_use",
        Finish::StopString(_) => "stop_sequence",
        Finish::End | Finish::Cancelled => "end_turn",
    }
}

fn stop_sequence(answer: &Answer) -> Option<&str> {
    match &answer.finish {
        Finish::StopString(stop) => Some(stop),
        _ => None,
    }
}

fn usage(answer: &Answer) -> Value {
    let usage = answer.trace.usage;
    // Here the tokens read from the cache are counted apart from the others.
    json!({
        "input_tokens": usage.prompt_tokens.saturating_sub(usage.cached_tokens),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.completion_tokens,
    })
}

fn error_event(error: &ApiError, language: Language) -> Event {
    Event::default().event("error").data(Dialect::Anthropic.body(error, language).to_string())
}

fn ping() -> Event {
    Event::default().event("ping").data(r#"{"type":"ping"}"#)
}
