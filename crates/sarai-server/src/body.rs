//! Reading a body: bounded in length and patience; JSON in UTF-8, with the wrong parameter named.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Form, FromRequest, Request};
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
        let bytes = read(request.into_body(), state.options.body_bytes_max, PAUSE_MAX).await?;
        parse(&bytes).map(JsonBody)
    }
}

/// The form of a page, read like any other body.
pub(crate) struct FormBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<State>> for FormBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<FormBody<T>, ApiError> {
        let (head, body) = request.into_parts();
        let bytes = read(body, state.options.body_bytes_max, PAUSE_MAX).await?;
        let request = Request::from_parts(head, Body::from(bytes));
        let form = Form::from_request(request, state).await;
        form.map(|Form(form)| FormBody(form)).map_err(|error| invalid_form(&error))
    }
}

/// A form, or a search, that does not hold what its page asks.
pub(crate) fn invalid_form(error: &dyn std::error::Error) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "invalid_form",
        "el formulario no se entiende o es demasiado largo",
        "the form is not understood or too long",
    )
    .log(error.to_string())
}

/// How much of a body that is too long is still read, so that its sender hears the answer instead
/// of a broken connection.
const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Longest wait for the next part of a body.
const PAUSE_MAX: Duration = Duration::from_secs(30);

async fn read(body: Body, bytes_max: usize, pause_max: Duration) -> Result<Vec<u8>, ApiError> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    loop {
        let next = tokio::time::timeout(pause_max, stream.next()).await;
        let Some(chunk) = next.map_err(|_| too_slow(pause_max))? else { break };
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

fn too_slow(pause_max: Duration) -> ApiError {
    let seconds = pause_max.as_secs();
    ApiError::new(
        StatusCode::REQUEST_TIMEOUT,
        "request_timeout",
        format!("pasaron {seconds} s sin que llegara el resto de la petición"),
        format!("the rest of the request did not come within {seconds} s"),
    )
    .hint("envíala otra vez", "send it again")
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use axum::body::Body;
    use axum::http::StatusCode;
    use tokio_stream::StreamExt;

    use super::read;

    fn read_now(body: Body, pause_max: Duration) -> Result<Vec<u8>, (StatusCode, &'static str)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let outcome = runtime.block_on(async {
            let patience = Duration::from_secs(20);
            tokio::time::timeout(patience, read(body, 100, pause_max)).await.unwrap()
        });
        outcome.map_err(|error| (error.status, error.code))
    }

    #[test]
    fn a_body_that_stops_coming_is_given_up() {
        let begun = tokio_stream::iter([Ok::<_, Infallible>("{\"model\":")]);
        let body = Body::from_stream(begun.chain(tokio_stream::pending()));
        let given_up = (StatusCode::REQUEST_TIMEOUT, "request_timeout");
        assert_eq!(read_now(body, Duration::from_millis(1)), Err(given_up));
    }

    #[test]
    fn a_body_in_parts_is_read_whole() {
        let parts = tokio_stream::iter(["{", "}"].map(Ok::<_, Infallible>));
        assert_eq!(read_now(Body::from_stream(parts), Duration::from_mins(1)).unwrap(), b"{}");
    }
}
