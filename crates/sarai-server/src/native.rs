//! The native API under `/api/sarai`, for the web page and the command line.
//!
//! Failures are `{"error":{"kind","code","message","hint"}}` with a status code; once an answer is
//! streaming, an `error` event with the same fields.

mod conversations;
mod memory;
mod model;
mod status;
mod turns;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use sarai_assistant::{Assistant, MemoryError};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::state::State;

pub(crate) use self::conversations::{
    LIST_MAX, Named, QUERY_CHARS_MAX, TITLE_CHARS_MAX, conversation_id,
};
pub(crate) use self::memory::WORDS_CHARS_MAX;
pub(crate) use self::status::{Progress, engine_fields, progress, readiness_fields};
pub(crate) use self::turns::{Asking, input};

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/sarai/turns", post(turns::answer))
        .route("/api/sarai/conversations", get(conversations::list))
        .route(
            "/api/sarai/conversations/{id}",
            get(conversations::show).patch(conversations::rename).delete(conversations::delete),
        )
        .route("/api/sarai/model", put(model::choose))
        .route("/api/sarai/status", get(status::status))
        .merge(memory::router())
}

/// Returns the body of a failure in the shape of this API.
pub(crate) fn error_body(error: &ApiError, language: Language) -> Value {
    json!({ "error": error_fields(error, language) })
}

fn error_fields(error: &ApiError, language: Language) -> Value {
    let explanation = error.explanation(language);
    json!({
        "kind": kind(error.status),
        "code": error.code,
        "message": explanation.message,
        "hint": explanation.hint,
    })
}

/// Returns the stable name of a kind of failure; programs choose their exit code by it.
fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "refused",
        StatusCode::TOO_MANY_REQUESTS => "busy",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        status if status.is_client_error() => "invalid",
        _ => "failed",
    }
}

/// Asks the assistant's memory for the person who asks.
pub(crate) async fn with_memory<T: Send + 'static>(
    state: &Arc<State>,
    question: impl FnOnce(&Assistant, &PersonId) -> Result<T, MemoryError> + Send + 'static,
) -> Result<T, ApiError> {
    crate::turns::look_up(state, |assistant| {
        let person = assistant.first_person()?;
        Ok(question(assistant, &person)?)
    })
    .await
}
