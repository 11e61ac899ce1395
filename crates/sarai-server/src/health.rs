//! Is it alive, is it ready, how is it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State as Shared;
use axum::http::header::{RETRY_AFTER, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use sarai_core::engine::EngineHealth;
use sarai_core::language::Language;
use serde_json::{Value, json};

use crate::error::{ApiError, wants_page};
use crate::native::{engine_fields, progress, readiness_fields};
use crate::state::State;
use crate::{turns, web};

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/health", get(health))
}

/// The process answers: that is all.
async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// 200 once a question would be answered, 503 with the reason and the progress until then.
async fn ready(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let readiness = turns::readiness(&state).await?;
    let body = Json(readiness_fields(&readiness, state.language(&headers)));
    if readiness.is_ready() {
        return Ok(body.into_response());
    }
    Ok((StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], body).into_response())
}

/// How the assistant is and what happened to its engine; a page when a browser asks.
async fn health(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let language = state.language(&headers);
    let readiness = turns::readiness(&state).await?;
    let engine = turns::look_up(&state, |assistant| {
        Ok((assistant.engine().health(), assistant.engine().models()))
    });
    let (engine, models) = engine.await?;
    let uptime = state.services.clock.now().0.saturating_sub(state.started.0) / 1000;
    let failed = readiness.phase() == "failed";
    let status = if failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let vary = [(VARY, "accept, accept-language, x-sarai-language")];
    if wants_page("/health", &headers) {
        let mut page = page(status, &progress(&readiness, language), &engine, language, uptime)?;
        page.headers_mut().insert(VARY, HeaderValue::from_static(vary[0].1));
        return Ok(page);
    }
    let body = json!({
        "status": if readiness.is_ready() { "ok" } else { readiness.phase() },
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": uptime,
        "readiness": readiness_fields(&readiness, language),
        "engine": engine_fields(&engine, &models),
    });
    Ok((status, vary, Json(body)).into_response())
}

fn page(
    status: StatusCode,
    progress: &crate::native::Progress,
    engine: &EngineHealth,
    language: Language,
    uptime_s: i64,
) -> Result<Response, ApiError> {
    let row =
        |spanish, english, value: String| Row { name: language.pick(spanish, english), value };
    let mut rows = vec![
        row("Estado", "State", progress.message.clone()),
        row("Versión", "Version", env!("CARGO_PKG_VERSION").to_owned()),
        row("En marcha desde hace", "Running for", format!("{} min", uptime_s / 60)),
        row("Reinicios del motor", "Engine restarts", engine.restarts.to_string()),
        row("En espera", "Waiting", engine.waiting.to_string()),
    ];
    if let Some(backend) = &engine.backend {
        rows.push(row("Motor", "Engine", backend.clone()));
    }
    if let Some((moment, reason)) = &engine.last_failure {
        let value = format!("{}: {reason}", moment.date());
        rows.push(row("Último fallo", "Last failure", value));
    }
    let title = language.pick("Salud de SARAi", "Health of SARAi");
    let page = HealthPage { l: language, title, rows };
    web::respond(status, &page)
}

#[derive(Template)]
#[template(path = "health.html")]
struct HealthPage<'a> {
    l: Language,
    title: &'a str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    name: &'a str,
    value: String,
}
