//! What is known: look, ask, tell, correct, forget, and look after it.

mod care;
mod change;
mod facts;
mod tell;
pub(crate) mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use sarai_core::fact::FactId;

use crate::error::ApiError;
use crate::state::State;

/// Most facts in one list, and most answers to a question.
pub(crate) const FACTS_MAX: usize = 200;
/// Longest name, relation or search, in characters.
pub(crate) const WORDS_CHARS_MAX: usize = 400;

pub(super) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/sarai/memory/facts", get(facts::list).post(change::store))
        .route(
            "/api/sarai/memory/facts/{id}",
            get(facts::show).patch(change::edit).delete(change::forget_one),
        )
        .route("/api/sarai/memory/undo", post(change::undo))
        .route("/api/sarai/memory/forget", post(change::forget))
        .route("/api/sarai/memory/ask", post(tell::ask))
        .route("/api/sarai/memory/ingest", post(tell::ingest))
        .route("/api/sarai/memory/stats", get(care::stats))
        .route("/api/sarai/memory/vacuum", post(care::vacuum))
        .route("/api/sarai/memory/rotate", post(care::rotate))
        .route("/api/sarai/memory/backup", post(care::backup))
        .route("/api/sarai/memory/export", get(care::export))
        .route("/api/sarai/memory/import", post(care::import))
}

/// Returns the fact that a path names.
fn fact_id(
    named: Result<Path<i64>, axum::extract::rejection::PathRejection>,
) -> Result<FactId, ApiError> {
    let id = named.map_or(0, |Path(id)| id);
    if id > 0 { Ok(FactId(id)) } else { Err(no_number()) }
}

fn no_number() -> ApiError {
    ApiError::invalid("id", "un hecho se nombra con su número", "a fact is named by its number")
}

fn no_fact(id: FactId) -> ApiError {
    let FactId(id) = id;
    ApiError::new(
        axum::http::StatusCode::NOT_FOUND,
        "fact_not_found",
        format!("no hay ningún hecho {id}"),
        format!("there is no fact {id}"),
    )
    .hint("míralos con `sarai memory list`", "see them with `sarai memory list`")
}

/// Checks words from outside: not empty, not endless.
fn checked(param: &'static str, words: String) -> Result<String, ApiError> {
    if words.trim().is_empty() {
        return Err(ApiError::invalid(
            param,
            format!("`{param}` está vacío"),
            format!("`{param}` is empty"),
        ));
    }
    if words.chars().count() > WORDS_CHARS_MAX {
        return Err(ApiError::invalid(
            param,
            format!("`{param}` pasa de {WORDS_CHARS_MAX} caracteres"),
            format!("`{param}` is longer than {WORDS_CHARS_MAX} characters"),
        ));
    }
    Ok(words)
}

fn checked_option(param: &'static str, words: Option<String>) -> Result<Option<String>, ApiError> {
    words.map(|words| checked(param, words)).transpose()
}
