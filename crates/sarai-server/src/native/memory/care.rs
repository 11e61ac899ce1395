//! Looking after the memory: how much there is, giving space back, archive, copies, everything out
//! and everything in.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use sarai_assistant::memory::{BackedUp, Sizes};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::native::with_memory;
use crate::state::State;

/// Days that an event stays at least.
const DAYS_MIN: u32 = 1;
/// A hundred years.
const DAYS_MAX: u32 = 36_525;

pub(super) async fn stats(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, ApiError> {
    let (stats, abilities) = with_memory(&state, |assistant, person| {
        let memory = assistant.memory();
        Ok((memory.stats(person)?, memory.understanding().abilities()))
    })
    .await?;
    let how = |parsed: bool| if parsed { "grammar" } else { "patterns" };
    Ok(Json(json!({
        "facts_current": stats.facts_current,
        "facts_superseded": stats.facts_superseded,
        "entities": stats.entities,
        "conversations": stats.conversations,
        "turns": stats.turns,
        "bytes": stats.bytes,
        "journal_bytes": stats.journal_bytes,
        "leftovers": stats.leftovers,
        "reading": {
            "spanish": how(abilities.parses_spanish),
            "english": how(abilities.parses_english),
            "embeddings": abilities.embeds,
        },
    })))
}

pub(super) async fn vacuum(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, ApiError> {
    let done = with_memory(&state, |assistant, _| assistant.memory().vacuum()).await?;
    Ok(Json(json!({
        "before": sizes(&done.before),
        "after": sizes(&done.after),
        "repeats": done.repeats,
        "freed_pages": done.freed_pages,
        "ms": done.ms,
    })))
}

fn sizes(sizes: &Sizes) -> Value {
    json!({
        "bytes": sizes.bytes,
        "log_bytes": sizes.log_bytes,
        "journal_bytes": sizes.journal_bytes,
        "free_pages": sizes.free_pages,
        "pages": sizes.pages,
        "turns": sizes.turns,
        "facts": sizes.facts,
    })
}

#[derive(Deserialize)]
pub(super) struct Rotating {
    days: u32,
}

pub(super) async fn rotate(
    Shared(state): Shared<Arc<State>>,
    JsonBody(Rotating { days }): JsonBody<Rotating>,
) -> Result<Json<Value>, ApiError> {
    if !(DAYS_MIN..=DAYS_MAX).contains(&days) {
        return Err(ApiError::invalid(
            "days",
            format!("`days` va de {DAYS_MIN} a {DAYS_MAX}"),
            format!("`days` is from {DAYS_MIN} to {DAYS_MAX}"),
        ));
    }
    let done =
        with_memory(&state, move |assistant, person| assistant.memory().rotate(Some(person), days));
    let done = done.await?;
    Ok(Json(json!({ "archived": done.archived, "file": done.file })))
}

#[derive(Deserialize)]
pub(super) struct BackingUp {
    file: Option<PathBuf>,
}

/// Copies the memory. Where to is for the owner at this machine to say: a key must not write files.
pub(super) async fn backup(
    Shared(state): Shared<Arc<State>>,
    Extension(caller): Extension<Caller>,
    JsonBody(BackingUp { file }): JsonBody<BackingUp>,
) -> Result<Json<Value>, ApiError> {
    if file.is_some() && caller != Caller::Socket {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "owner_only",
            "el archivo de la copia solo se elige en esta máquina, con `sarai memory backup`",
            "the file of a copy is chosen on this machine only, with `sarai memory backup`",
        ));
    }
    let done = with_memory(&state, move |assistant, _| match &file {
        Some(file) => assistant.memory().backup(file),
        None => assistant.memory().daily_backup(),
    });
    let BackedUp { path, bytes, .. } = done.await?;
    Ok(Json(json!({ "file": path, "bytes": bytes })))
}

pub(super) async fn export(Shared(state): Shared<Arc<State>>) -> Result<Response, ApiError> {
    let lines = with_memory(&state, |assistant, person| {
        let mut lines = Vec::new();
        assistant.memory().export(person, &mut lines)?;
        Ok(lines)
    });
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], lines.await?).into_response())
}

/// Takes lines of JSON; the limit of a body is the server's.
pub(super) async fn import(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    lines: Bytes,
) -> Result<Json<Value>, ApiError> {
    let language = state.language(&headers);
    let done = with_memory(&state, move |assistant, person| {
        assistant.memory().import(person, &mut lines.as_ref())
    });
    let done = done.await?;
    let refused = done
        .refused
        .iter()
        .map(|line| json!({ "line": line.line, "reason": line.reason.explain(language).message }));
    Ok(Json(json!({
        "imported": done.imported,
        "known": done.known,
        "refused": refused.collect::<Vec<_>>(),
        "refused_total": done.refused_total,
    })))
}
