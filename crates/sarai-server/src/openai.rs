//! The API that OpenAI's clients speak.

mod answer;
mod chat;
mod completions;
mod embeddings;
mod input;
mod models;
mod responses;
mod tools;

use std::sync::Arc;

use axum::Router;
use axum::response::sse::Event;
use axum::routing::{get, post};
use sarai_core::language::Language;

use crate::error::{ApiError, Dialect};
use crate::state::State;
use crate::turns::{self, Style};

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/v1/models", get(models::list))
        .route("/v1/models/{*id}", get(models::show))
        .route("/v1/chat/completions", post(chat::complete))
        .route("/v1/completions", post(completions::complete))
        .route("/v1/responses", post(responses::create))
        .route("/v1/embeddings", post(embeddings::embed))
}

/// How chat and legacy completions are streamed.
const STYLE: Style = Style { error: error_event, ping: turns::comment_ping };

fn error_event(error: &ApiError, language: Language) -> Event {
    Event::default().data(Dialect::OpenAi.body(error, language).to_string())
}
