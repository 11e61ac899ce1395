//! `POST /v1/embeddings`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sarai_core::engine::Embeddings;
use sarai_core::limits::Limits;
use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{self, Entry};
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::question::choose;
use crate::state::State;
use crate::turns::{self, Job};
use crate::wire::{self, TextOr};

/// Texts in one request.
const TEXTS_MAX: usize = 256;
/// Texts in one call of the engine, which cannot be interrupted.
const BATCH_TEXTS: usize = 8;

#[derive(Debug, Deserialize)]
pub(super) struct EmbeddingsRequest {
    model: String,
    input: TextOr<Entry>,
    encoding_format: Option<String>,
    #[serde(default, deserialize_with = "wire::whole")]
    dimensions: Option<u32>,
}

/// How a vector is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Float,
    /// Little-endian 32-bit floats.
    Base64,
}

pub(super) async fn embed(
    Shared(state): Shared<Arc<State>>,
    JsonBody(request): JsonBody<EmbeddingsRequest>,
) -> Result<Json<Value>, ApiError> {
    let format = match request.encoding_format.as_deref() {
        None | Some("float") => Format::Float,
        Some("base64") => Format::Base64,
        Some(_) => {
            return Err(wire::unsupported(
                "encoding_format",
                "`encoding_format` debe ser `float` o `base64`",
                "`encoding_format` must be `float` or `base64`",
            ));
        }
    };
    if request.dimensions.is_some() {
        return Err(wire::unsupported(
            "dimensions",
            "este modelo no puede acortar sus vectores",
            "this model cannot shorten its vectors",
        ));
    }
    let texts = checked(request.input)?;
    let model = request.model;
    let body = turns::run(&state, move |job| {
        let embeddings = vectors_of(job, &model, &texts)?;
        Ok(body(&model, &embeddings, format))
    });
    body.await.map(Json)
}

fn checked(input: TextOr<Entry>) -> Result<Vec<String>, ApiError> {
    let texts = input::texts("input", input, TEXTS_MAX)?;
    if texts.iter().any(String::is_empty) {
        return Err(ApiError::invalid(
            "input",
            "`input` no puede contener un texto vacío",
            "`input` cannot hold an empty string",
        ));
    }
    let bytes_max = Limits::SMALL.message_bytes_max;
    if texts.iter().any(|text| text.len() > bytes_max) {
        return Err(ApiError::invalid(
            "input",
            format!("un texto de `input` pasa de {bytes_max} bytes"),
            format!("a text of `input` is longer than {bytes_max} bytes"),
        ));
    }
    Ok(texts)
}

/// Computes a few vectors at a time, and no more once nobody waits for them.
fn vectors_of(job: &Job<'_>, model: &str, texts: &[String]) -> Result<Embeddings, ApiError> {
    let engine = job.assistant().engine();
    let chosen = choose(model, engine)?;
    let mut batches = texts.chunks(BATCH_TEXTS);
    let mut all = engine.embed(chosen.model.as_ref(), batches.next().unwrap_or_default())?;
    for batch in batches {
        if job.is_stopped() {
            return Err(ApiError::stopping());
        }
        let more = engine.embed(chosen.model.as_ref(), batch)?;
        if more.model != all.model {
            return Err(model_changed());
        }
        all.vectors.extend(more.vectors);
        all.tokens = all.tokens.saturating_add(more.tokens);
    }
    Ok(all)
}

/// Vectors of two models cannot be compared.
fn model_changed() -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "model_changed",
        "el modelo cambió mientras se calculaban los vectores",
        "the model changed while the vectors were computed",
    )
    .retry_after(1)
}

fn body(model: &str, embeddings: &Embeddings, format: Format) -> Value {
    let written = |vector: &[f32]| match format {
        Format::Float => json!(vector),
        Format::Base64 => {
            let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
            json!(BASE64.encode(bytes))
        }
    };
    let data = embeddings.vectors.iter().enumerate().map(
        |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": written(vector) }),
    );
    json!({
        "object": "list",
        "data": data.collect::<Vec<_>>(),
        "model": model,
        "usage": { "prompt_tokens": embeddings.tokens, "total_tokens": embeddings.tokens },
    })
}
