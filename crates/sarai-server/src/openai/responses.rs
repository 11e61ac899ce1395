//! `POST /v1/responses`, stateless: nothing is kept under a response id.

mod object;
mod request;
mod streamed;

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use sarai_core::language::Language;
use sarai_core::turn::Reply;
use serde_json::json;

use self::object::Head;
use self::request::ResponsesRequest;
use self::streamed::Telling;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::state::State;
use crate::trace::name_degraded;
use crate::turns::{self, Style, name_conversation};

const STYLE: Style = Style { error: error_event, ping: turns::comment_ping };

pub(super) async fn create(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<ResponsesRequest>,
) -> Result<Response, ApiError> {
    let asked = request.check(&headers)?;
    let random = Arc::clone(&state.services.random);
    let head = Head::new(&asked, state.services.clock.now(), move || random.id());
    if asked.stream {
        let language = state.language(&headers);
        let work = move |job: &turns::Job<'_>, events: &turns::Events| {
            Telling::new(events, head, language).tell(job, &asked.question)
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
        Ok((head.finished(&answer), conversation, answer.trace))
    });
    let (body, conversation, trace) = whole.await?;
    let mut response = Json(body).into_response();
    name_conversation(&mut response, conversation.as_ref());
    name_degraded(&mut response, &trace);
    Ok(response)
}

/// A failure that the telling itself could not report.
fn error_event(error: &ApiError, language: Language) -> Event {
    let body = json!({
        "type": "error",
        "code": error.code,
        "message": error.sentence(language),
        "param": error.param,
        "sequence_number": 0,
    });
    Event::default().event("error").data(body.to_string())
}
