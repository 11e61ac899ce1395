//! Conversations: list, read, rename, delete.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::http::request::Parts;
use sarai_core::id::ConversationId;
use sarai_core::turn::TurnError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{wire, with_memory};
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::state::State;

/// Most conversations in one list.
pub(crate) const LIST_MAX: usize = 200;
/// Longest title.
pub(crate) const TITLE_CHARS_MAX: usize = 120;
/// Longest search.
pub(crate) const QUERY_CHARS_MAX: usize = 200;

/// The conversation that a path names.
pub(crate) struct Named(pub(crate) ConversationId);

impl FromRequestParts<Arc<State>> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Named, ApiError> {
        // A path that is not UTF-8 has no name either.
        let named = Path::<String>::from_request_parts(parts, state).await;
        let text = named.map_or_else(|_| String::new(), |Path(text)| text);
        conversation_id(&text).map(Named)
    }
}

#[derive(Deserialize)]
pub(super) struct Listing {
    query: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(Listing { query, limit }) = listing.map_err(|_| wrong_limit())?;
    if query.as_ref().is_some_and(|query| query.chars().count() > QUERY_CHARS_MAX) {
        return Err(ApiError::invalid(
            "query",
            format!("la búsqueda pasa de {QUERY_CHARS_MAX} caracteres"),
            format!("the search is longer than {QUERY_CHARS_MAX} characters"),
        ));
    }
    let limit = limit.unwrap_or(LIST_MAX);
    if !(1..=LIST_MAX).contains(&limit) {
        return Err(wrong_limit());
    }
    let found = with_memory(&state, move |assistant, person| {
        assistant.conversations(person, query.as_deref(), limit)
    });
    let conversations: Vec<Value> = found.await?.iter().map(wire::summary).collect();
    Ok(Json(json!({ "conversations": conversations })))
}

fn wrong_limit() -> ApiError {
    ApiError::invalid(
        "limit",
        format!("`limit` debe ser un número de 1 a {LIST_MAX}"),
        format!("`limit` must be a number from 1 to {LIST_MAX}"),
    )
}

pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Named(id): Named,
) -> Result<Json<Value>, ApiError> {
    let wanted = id.clone();
    let turns =
        with_memory(&state, move |assistant, person| assistant.conversation(person, &wanted));
    let turns = turns.await?.ok_or_else(|| not_found(&id))?;
    let turns: Vec<Value> = turns.iter().map(wire::turn).collect();
    Ok(Json(json!({ "id": id.as_str(), "turns": turns })))
}

#[derive(Deserialize)]
pub(super) struct Renaming {
    title: String,
}

pub(super) async fn rename(
    Shared(state): Shared<Arc<State>>,
    Named(id): Named,
    JsonBody(Renaming { title }): JsonBody<Renaming>,
) -> Result<Json<Value>, ApiError> {
    let title = checked_title(&title)?;
    let (wanted, given) = (id.clone(), title.clone());
    let renamed =
        with_memory(&state, move |assistant, person| assistant.rename(person, &wanted, &given));
    if !renamed.await? {
        return Err(not_found(&id));
    }
    Ok(Json(json!({ "id": id.as_str(), "title": title })))
}

/// Returns the title as it is kept: one line, neither empty nor endless.
fn checked_title(title: &str) -> Result<String, ApiError> {
    let title: Vec<&str> = title.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let title = title.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(ApiError::invalid("title", "el título está vacío", "the title is empty"));
    }
    if title.chars().count() > TITLE_CHARS_MAX {
        return Err(ApiError::invalid(
            "title",
            format!("el título pasa de {TITLE_CHARS_MAX} caracteres"),
            format!("the title is longer than {TITLE_CHARS_MAX} characters"),
        )
        .hint("acórtalo", "shorten it"));
    }
    Ok(title)
}

pub(super) async fn delete(
    Shared(state): Shared<Arc<State>>,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    let wanted = id.clone();
    let deleted = with_memory(&state, move |assistant, person| assistant.delete(person, &wanted));
    if deleted.await? { Ok(StatusCode::NO_CONTENT) } else { Err(not_found(&id)) }
}

/// Checks an id from outside.
pub(crate) fn conversation_id(text: &str) -> Result<ConversationId, ApiError> {
    ConversationId::new(text).map_err(|error| {
        ApiError::invalid(
            "conversation",
            "el nombre de la conversación no es válido",
            "the conversation's id is not valid",
        )
        .hint(
            "usa de 1 a 128 letras sin tilde, cifras, `.`, `_`, `:`, `/` o `-`",
            "use 1 to 128 plain letters, digits, `.`, `_`, `:`, `/` or `-`",
        )
        .log(format!("invalid {}", error.kind))
    })
}

fn not_found(id: &ConversationId) -> ApiError {
    ApiError::from(TurnError::ConversationNotFound(id.clone()))
}

#[cfg(test)]
mod tests {
    use super::{TITLE_CHARS_MAX, checked_title};

    #[test]
    fn a_title_is_one_line_of_bounded_length() {
        assert_eq!(checked_title("  La\tcena\nde\u{7}hoy ").unwrap(), "La cena de hoy");
        assert!(checked_title(" \n ").is_err());
        assert!(checked_title(&"ñ".repeat(TITLE_CHARS_MAX)).is_ok());
        assert!(checked_title(&"ñ".repeat(TITLE_CHARS_MAX + 1)).is_err());
    }
}
