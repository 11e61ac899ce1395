//! How far the assistant is from answering, and how the engine fares.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use sarai_core::engine::{EngineHealth, ModelSummary};
use sarai_core::language::Language;
use sarai_core::readiness::Readiness;
use serde_json::{Value, json};

use super::wire;
use crate::error::ApiError;
use crate::state::State;
use crate::turns;

pub(super) async fn status(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let language = state.language(&headers);
    let readiness = turns::readiness(&state).await?;
    let (health, models) = turns::look_up(&state, |assistant| {
        Ok((assistant.engine().health(), assistant.engine().models()))
    })
    .await?;
    Ok(Json(json!({
        "readiness": readiness_fields(&readiness, language),
        "engine": engine_fields(&health, &models),
        "version": env!("CARGO_PKG_VERSION"),
    })))
}

pub(crate) fn readiness_fields(readiness: &Readiness, language: Language) -> Value {
    let Progress { phase, message, hint, fraction } = progress(readiness, language);
    let mut fields = json!({ "phase": phase, "message": message, "hint": hint });
    let more = match readiness {
        Readiness::Starting => json!({}),
        Readiness::Downloading { model, bytes_done, bytes_total } => json!({
            "model": model.as_str(),
            "bytes_done": bytes_done,
            "bytes_total": bytes_total,
            "fraction": fraction,
        }),
        Readiness::Loading { model, .. } => {
            json!({ "model": model.as_str(), "fraction": fraction })
        }
        Readiness::Ready { model } => json!({ "model": model.as_str() }),
        Readiness::Restarting { model, reason } => {
            json!({ "model": model.as_str(), "reason": reason })
        }
        Readiness::Failed { reason } => json!({ "reason": reason }),
    };
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    fields
}

pub(crate) fn engine_fields(health: &EngineHealth, models: &[ModelSummary]) -> Value {
    let last_failure = health
        .last_failure
        .as_ref()
        .map(|(moment, reason)| json!({ "at": wire::time(*moment), "reason": reason }));
    let models = models.iter().map(|model| {
        json!({
            "name": model.name.as_str(),
            "loaded": model.loaded,
            "context_tokens": model.context_tokens,
        })
    });
    json!({
        "backend": health.backend,
        "restarts": health.restarts,
        "last_failure": last_failure,
        "active": health.active,
        "waiting": health.waiting,
        "resident_bytes": health.resident_bytes,
        "models": models.collect::<Vec<_>>(),
    })
}

/// What a person reads while there is no answer yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    pub(crate) phase: &'static str,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// From 0 to 1, when it is known.
    pub(crate) fraction: Option<f32>,
}

impl Progress {
    /// Returns whether nothing moves until somebody acts.
    pub(crate) fn is_still(&self) -> bool {
        ["failed", "ready"].contains(&self.phase)
    }
}

/// Puts `readiness` into words.
pub(crate) fn progress(readiness: &Readiness, language: Language) -> Progress {
    let patience = language.pick(
        "Puedes ir escribiendo: se podrá enviar en cuanto termine",
        "You can write already: sending works as soon as this is done",
    );
    let (message, hint) = match readiness {
        Readiness::Starting => (
            language.pick("SARAi se está preparando", "SARAi is getting ready").to_owned(),
            patience.to_owned(),
        ),
        Readiness::Downloading { model, bytes_done, bytes_total } => (
            downloading(model.as_str(), *bytes_done, *bytes_total, language),
            format!("{}. {patience}", language.pick("Solo hace falta una vez", "Needed only once")),
        ),
        Readiness::Loading { model, fraction } => {
            let percent = (clamped(*fraction) * 100.0).floor();
            let doing = language.pick("Cargando el modelo", "Loading the model");
            (format!("{doing} {model} · {percent} %"), patience.to_owned())
        }
        Readiness::Ready { .. } => (language.pick("Lista", "Ready").to_owned(), String::new()),
        Readiness::Restarting { reason, .. } => (
            language
                .pick(
                    "El modelo se detuvo y vuelve a arrancar",
                    "The model stopped and is starting again",
                )
                .to_owned(),
            format!("{}: {reason}", language.pick("Motivo", "Reason")),
        ),
        Readiness::Failed { reason } => (
            language.pick("El modelo no puede arrancar", "The model cannot start").to_owned(),
            format!("{reason}. {}", language.pick("Mira `sarai doctor`", "See `sarai doctor`")),
        ),
    };
    Progress { phase: readiness.phase(), message, hint, fraction: fraction(readiness) }
}

fn downloading(model: &str, bytes_done: u64, bytes_total: u64, language: Language) -> String {
    let doing = language.pick("Descargando el modelo", "Downloading the model");
    let (done, total) = (bytes_done / BYTES_PER_MB, bytes_total / BYTES_PER_MB);
    let of = language.pick("de", "of");
    format!("{doing} {model} · {done} {of} {total} MB")
}

const BYTES_PER_MB: u64 = 1_000_000;

#[expect(clippy::cast_precision_loss, reason = "a progress bar needs two digits")]
fn fraction(readiness: &Readiness) -> Option<f32> {
    match readiness {
        Readiness::Downloading { bytes_done, bytes_total, .. } if *bytes_total > 0 => {
            Some(clamped(*bytes_done as f32 / *bytes_total as f32))
        }
        Readiness::Loading { fraction, .. } => Some(clamped(*fraction)),
        _ => None,
    }
}

/// A fraction that is no number counts as none.
fn clamped(fraction: f32) -> f32 {
    if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) }
}
