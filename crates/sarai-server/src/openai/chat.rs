//! `POST /v1/chat/completions`.

mod request;
mod streamed;
mod whole;

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use self::request::ChatRequest;
use super::STYLE;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::state::State;
use crate::trace::name_degraded;
use crate::turns::{self, name_conversation};

pub(super) async fn complete(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<ChatRequest>,
) -> Result<Response, ApiError> {
    let chat = request.check(&headers)?;
    let head = Head {
        id: format!("chatcmpl-{}", state.services.random.id()),
        created_s: state.services.clock.now().0 / 1000,
        model: chat.question.model.clone(),
    };
    if chat.stream {
        let language = state.language(&headers);
        let work = move |job: &turns::Job<'_>, events: &turns::Events| {
            streamed::answer(job, events, &chat, &head)
        };
        return turns::stream(&state, STYLE, language, work).await;
    }
    let whole = turns::run(&state, move |job| whole::answer(job, &chat, &head)).await?;
    let mut response = Json(whole.body).into_response();
    name_conversation(&mut response, whole.conversation.as_ref());
    name_degraded(&mut response, &whole.first.trace);
    Ok(response)
}

/// What every chunk repeats.
struct Head {
    id: String,
    created_s: i64,
    model: String,
}
