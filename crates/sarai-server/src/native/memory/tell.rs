//! Telling memory something and asking it, without a model.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use sarai_assistant::memory::{Role, Utterance};
use sarai_core::clock::Timestamp;
use sarai_core::text::Text;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FACTS_MAX, wire};
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::native::{conversation_id, with_memory};
use crate::state::State;

/// Answers to a question when nobody says how many.
const ANSWERS: usize = 5;

#[derive(Deserialize)]
pub(super) struct Asking {
    question: String,
    limit: Option<usize>,
    date: Option<String>,
}

pub(super) async fn ask(
    Shared(state): Shared<Arc<State>>,
    JsonBody(asking): JsonBody<Asking>,
) -> Result<Json<Value>, ApiError> {
    let Asking { question, limit, date } = asking;
    if question.trim().is_empty() {
        return Err(ApiError::invalid("question", "no hay pregunta", "there is no question"));
    }
    let limit = limit.unwrap_or(ANSWERS);
    if !(1..=FACTS_MAX).contains(&limit) {
        return Err(ApiError::invalid(
            "limit",
            format!("`limit` debe ser un número de 1 a {FACTS_MAX}"),
            format!("`limit` must be a number from 1 to {FACTS_MAX}"),
        ));
    }
    let at = moment(&state, date.as_deref())?;
    let asked = with_memory(&state, move |assistant, person| {
        assistant.memory().ask(person, &question, at, limit, None)
    });
    let asked = asked.await?;
    Ok(Json(json!({
        "answers": asked.answers.iter().map(wire::answer).collect::<Vec<_>>(),
        "passages": asked.passages.iter().map(wire::passage).collect::<Vec<_>>(),
    })))
}

#[derive(Deserialize)]
pub(super) struct Ingesting {
    session: String,
    role: Option<String>,
    date: Option<String>,
    text: String,
}

pub(super) async fn ingest(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    JsonBody(ingesting): JsonBody<Ingesting>,
) -> Result<Json<Value>, ApiError> {
    let Ingesting { session, role, date, text } = ingesting;
    let conversation = conversation_id(&session)?;
    let bytes_max = state.services.assistant.limits().message_bytes_max;
    if text.trim().is_empty() || text.len() > bytes_max {
        return Err(ApiError::invalid(
            "text",
            format!("el mensaje debe tener de 1 a {bytes_max} bytes"),
            format!("the message must have from 1 to {bytes_max} bytes"),
        ));
    }
    let (role, text) = match role.as_deref() {
        None | Some("user") => (Role::User, Text::user(text)),
        Some("assistant") => (Role::Assistant, Text::model(text)),
        Some(_) => {
            return Err(ApiError::invalid(
                "role",
                "`role` es `user` o `assistant`",
                "`role` is `user` or `assistant`",
            ));
        }
    };
    let at = moment(&state, date.as_deref())?;
    let said = Utterance { conversation, role, text, at, masked: Vec::new() };
    let learned =
        with_memory(&state, move |assistant, person| assistant.memory().ingest(person, said));
    Ok(Json(wire::learned(&learned.await?, state.language(&headers))))
}

/// Returns the moment that `date` names: noon of a day of the house, or a moment of its own. Without
/// one, now.
fn moment(state: &State, date: Option<&str>) -> Result<Timestamp, ApiError> {
    let Some(date) = date else { return Ok(state.services.clock.now()) };
    state.services.assistant.moment(date).ok_or_else(|| {
        ApiError::invalid(
            "date",
            "la fecha no es ISO, como `2026-11-22`",
            "the date is not ISO, such as `2026-11-22`",
        )
    })
}
