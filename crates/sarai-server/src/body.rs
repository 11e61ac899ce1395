//! Reading a JSON body: bounded, UTF-8, and with the wrong parameter named.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use tokio_stream::StreamExt;

use crate::error::ApiError;
use crate::state::State;

/// A request body, parsed.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<State>> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<JsonBody<T>, ApiError> {
        let bytes = read(request.into_body(), state.options.body_bytes_max).await?;
        parse(&bytes).map(JsonBody)
    }
}

/// How much of a body that is too long is still read, so that its sender hears the answer instead
/// of a broken connection.
const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

async fn read(body: Body, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| incomplete(&error))?;
        length = length.saturating_add(chunk.len());
        if length <= bytes_max {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
        if length > bytes_max.saturating_add(DISCARDED_BYTES_MAX) {
            break;
        }
    }
    if length > bytes_max { Err(too_long(bytes_max)) } else { Ok(bytes) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(error.valid_up_to()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| wrong(&error))?;
    reader.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn wrong(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let inner = error.inner();
    if !inner.is_data() {
        return not_json(inner);
    }
    let path = error.path().to_string();
    let reason = without_position(&inner.to_string());
    let named = missing_field(&reason);
    let param = match (path.as_str(), named) {
        (".", Some(field)) => field.to_owned(),
        (path, Some(field)) => format!("{path}.{field}"),
        (path, None) => path.to_owned(),
    };
    if named.is_some() {
        return ApiError::invalid(
            param.as_str(),
            format!("falta el parámetro `{param}`"),
            format!("the parameter `{param}` is missing"),
        )
        .code("missing_required_parameter");
    }
    if param == "." {
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_type",
            "el cuerpo debe ser un objeto JSON",
            "the body must be a JSON object",
        );
    }
    ApiError::invalid(
        param.as_str(),
        format!("el parámetro `{param}` no vale: {reason}"),
        format!("the parameter `{param}` is wrong: {reason}"),
    )
    .code("invalid_type")
}

/// Serde names the missing field only in its text.
fn missing_field(reason: &str) -> Option<&str> {
    reason.strip_prefix("missing field `")?.split('`').next()
}

fn without_position(reason: &str) -> String {
    reason.rsplit_once(" at line ").map_or(reason, |(before, _)| before).to_owned()
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "invalid_json",
        format!("el cuerpo no es JSON válido (línea {line}, columna {column})"),
        format!("the body is not valid JSON (line {line}, column {column})"),
    )
}

fn not_utf8(position: usize) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "invalid_utf8",
        format!("el cuerpo no es texto UTF-8 (byte {position})"),
        format!("the body is not UTF-8 text (byte {position})"),
    )
}

fn too_long(bytes_max: usize) -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "request_too_large",
        format!("la petición pasa de {bytes_max} bytes"),
        format!("the request is longer than {bytes_max} bytes"),
    )
    .hint("acórtala o envíala por partes", "shorten it or send it in parts")
}

fn incomplete(error: &axum::Error) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "incomplete_body",
        "el cuerpo no llegó entero",
        "the body did not arrive whole",
    )
    .log(error.to_string())
}
