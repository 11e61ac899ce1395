//! Failures at the HTTP edge: one text for the client, another for the log.
//!
//! A handler returns an [`ApiError`]; [`render`] writes it in the shape that the client of that path
//! expects, in the reader's language, and logs it. Neither text ever holds what a person said.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State as Shared};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sarai_assistant::MemoryError;
use sarai_core::engine::EngineError;
use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use sarai_core::turn::TurnError;
use serde_json::{Value, json};

use crate::state::State;
use crate::{native, web};

/// Why a request gets no answer.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    /// Stable, for programs.
    pub(crate) code: &'static str,
    /// The parameter that is wrong.
    pub(crate) param: Option<String>,
    pub(crate) retry_after_s: Option<u32>,
    words: Box<Words>,
    /// What the log says beyond status and code.
    log: Option<String>,
}

#[derive(Debug, Clone)]
struct Words {
    spanish: Explanation,
    english: Explanation,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        spanish: impl Into<String>,
        english: impl Into<String>,
    ) -> ApiError {
        ApiError {
            status,
            code,
            param: None,
            retry_after_s: None,
            words: Box::new(Words {
                spanish: Explanation::without_hint(spanish),
                english: Explanation::without_hint(english),
            }),
            log: None,
        }
    }

    /// A request that is wrong and will be wrong again.
    pub(crate) fn invalid(
        param: impl Into<String>,
        spanish: impl Into<String>,
        english: impl Into<String>,
    ) -> ApiError {
        let error = ApiError::new(StatusCode::BAD_REQUEST, "invalid_value", spanish, english);
        ApiError { param: Some(param.into()), ..error }
    }

    /// No place is free for another request.
    pub(crate) fn busy() -> ApiError {
        ApiError::from_failure(&EngineError::Busy { retry_after_s: BUSY_RETRY_AFTER_S })
    }

    /// A defect of ours. The client learns nothing about it.
    pub(crate) fn internal(log: impl Into<String>) -> ApiError {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "fallo interno; el registro tiene los detalles",
            "internal failure; the log has the details",
        )
        .log(log)
    }

    /// The answer was stopped because the server ends.
    pub(crate) fn stopping() -> ApiError {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server_stopping",
            "el servidor se está cerrando",
            "the server is stopping",
        )
        .retry_after(STOPPING_RETRY_AFTER_S)
    }

    pub(crate) fn from_failure(failure: &dyn Explain) -> ApiError {
        let (status, code) = match failure.kind() {
            FailureKind::Invalid => (StatusCode::BAD_REQUEST, "invalid_request"),
            FailureKind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            FailureKind::Refused => (StatusCode::FORBIDDEN, "refused"),
            FailureKind::Busy => (StatusCode::TOO_MANY_REQUESTS, "queue_full"),
            FailureKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            FailureKind::Cancelled => (StatusCode::SERVICE_UNAVAILABLE, "cancelled"),
            FailureKind::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
        };
        ApiError {
            status,
            code,
            param: None,
            retry_after_s: None,
            words: Box::new(Words {
                spanish: failure.explain(Language::Spanish),
                english: failure.explain(Language::English),
            }),
            log: Some(failure.to_string()),
        }
        .with_usual_pause()
    }

    pub(crate) fn code(self, code: &'static str) -> ApiError {
        ApiError { code, ..self }
    }

    pub(crate) fn param(self, param: impl Into<String>) -> ApiError {
        ApiError { param: Some(param.into()), ..self }
    }

    pub(crate) fn hint(mut self, spanish: &str, english: &str) -> ApiError {
        self.words.spanish.hint = Some(spanish.to_owned());
        self.words.english.hint = Some(english.to_owned());
        self
    }

    pub(crate) fn retry_after(self, seconds: u32) -> ApiError {
        ApiError { retry_after_s: Some(seconds), ..self }
    }

    pub(crate) fn log(self, log: impl Into<String>) -> ApiError {
        ApiError { log: Some(log.into()), ..self }
    }

    pub(crate) fn explanation(&self, language: Language) -> &Explanation {
        match language {
            Language::Spanish => &self.words.spanish,
            Language::English => &self.words.english,
        }
    }

    /// Returns message and hint as one sentence, for shapes that have no place for a hint.
    pub(crate) fn sentence(&self, language: Language) -> String {
        let Explanation { message, hint } = self.explanation(language);
        match hint {
            Some(hint) => format!("{message}; {hint}"),
            None => message.clone(),
        }
    }

    fn with_usual_pause(self) -> ApiError {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => self.retry_after(BUSY_RETRY_AFTER_S),
            StatusCode::SERVICE_UNAVAILABLE => self.retry_after(UNAVAILABLE_RETRY_AFTER_S),
            _ => self,
        }
    }
}

const BUSY_RETRY_AFTER_S: u32 = 2;
const UNAVAILABLE_RETRY_AFTER_S: u32 = 5;
const STOPPING_RETRY_AFTER_S: u32 = 10;

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> ApiError {
        let api = ApiError::from_failure(&error);
        match error {
            EngineError::Busy { retry_after_s } => api.retry_after(retry_after_s.max(1)),
            EngineError::NotReady(_) => api.code("model_not_ready"),
            EngineError::ModelNotFound(_) => api.code("model_not_found").param("model"),
            EngineError::ContextExceeded { .. } => {
                api.code("context_length_exceeded").param("messages")
            }
            EngineError::BadConstraint { .. } => {
                api.code("invalid_schema").param("response_format")
            }
            EngineError::BadGrammar { .. } => api.code("invalid_grammar").param("grammar"),
            EngineError::Unfinished { needed: Some(_), .. } => {
                api.code("answer_unfinished").param("max_tokens")
            }
            EngineError::Unfinished { needed: None, .. } => api.code("answer_unfinished"),
            EngineError::Unsupported { .. } => api.code("unsupported"),
            EngineError::Crashed { .. } => api.code("engine_crashed"),
            EngineError::Stalled { .. } => api.code("engine_stalled"),
            EngineError::OutOfMemory => api.code("out_of_memory"),
            EngineError::LoadFailed { .. } => api.code("model_load_failed"),
            EngineError::Upstream { .. } => api.code("upstream_failed"),
            EngineError::Protocol(_) => api,
        }
    }
}

impl From<TurnError> for ApiError {
    fn from(error: TurnError) -> ApiError {
        match error {
            TurnError::Engine(error) => ApiError::from(error),
            TurnError::Prompt(_) => ApiError::from_failure(&error).param("messages"),
            TurnError::Tools(_) => ApiError::from_failure(&error).param("tools"),
            TurnError::ConversationNotFound(_) => {
                ApiError::from_failure(&error).code("conversation_not_found").param("conversation")
            }
            TurnError::History(_) => ApiError::from_failure(&error),
        }
    }
}

impl From<MemoryError> for ApiError {
    fn from(error: MemoryError) -> ApiError {
        ApiError::from_failure(&error)
    }
}

/// The body is written by [`render`], which knows the path and the reader.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The shape of errors on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    OpenAi,
    Anthropic,
    Native,
}

impl Dialect {
    pub(crate) fn of(path: &str) -> Dialect {
        if path == "/v1/messages" || path.starts_with("/v1/messages/") {
            Dialect::Anthropic
        } else if path.starts_with("/api/sarai/") {
            Dialect::Native
        } else {
            Dialect::OpenAi
        }
    }

    pub(crate) fn body(self, error: &ApiError, language: Language) -> Value {
        let message = error.sentence(language);
        match self {
            Dialect::OpenAi => json!({ "error": {
                "message": message,
                "type": openai_type(error.status),
                "param": error.param,
                "code": error.code,
            } }),
            Dialect::Native => native::error_body(error, language),
            Dialect::Anthropic => {
                // There is no field for the parameter here.
                let message = match &error.param {
                    Some(param) if !message.contains(param) => format!("{param}: {message}"),
                    _ => message,
                };
                json!({
                    "type": "error",
                    "error": { "type": anthropic_type(error.status), "message": message },
                })
            }
        }
    }
}

fn openai_type(status: StatusCode) -> &'static str {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    }
}

fn anthropic_type(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        StatusCode::NOT_FOUND => "not_found_error",
        StatusCode::PAYLOAD_TOO_LARGE => "request_too_large",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        StatusCode::SERVICE_UNAVAILABLE => "overloaded_error",
        status if status.is_server_error() => "api_error",
        _ => "invalid_request_error",
    }
}

/// Writes errors in the shape of their path and logs them.
pub(crate) async fn render(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let language = state.language(request.headers());
    let path = request.uri().path().to_owned();
    let page = wants_page(&path, request.headers());
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove().or_else(|| rejection(&response)) else {
        return response;
    };
    log(&error);
    if page && let Some(page) = web::error_page(&state, &error, language) {
        return with_headers_of(page, &response, &error);
    }
    let body = Json(Dialect::of(&path).body(&error, language));
    with_headers_of((error.status, body).into_response(), &response, &error)
}

/// The web framework refuses some paths and queries itself, in plain text.
fn rejection(response: &Response) -> Option<ApiError> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let plain = kind.is_some_and(|kind| kind.starts_with("text/plain"));
    (plain && (status.is_client_error() || status.is_server_error())).then(|| {
        ApiError::new(
            status,
            "invalid_request",
            "la dirección o sus parámetros no son válidos",
            "the path or its parameters are not valid",
        )
    })
}

/// Returns whether a browser asks for a page of ours.
pub(crate) fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepts.contains("text/html") && !path.starts_with("/v1/") && !path.starts_with("/api/")
}

/// Keeps what was already said in headers, such as `allow`.
fn with_headers_of(mut response: Response, earlier: &Response, error: &ApiError) -> Response {
    let said = response.headers().clone();
    for (name, value) in earlier.headers() {
        if !said.contains_key(name) && name != CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = error.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

pub(crate) fn log(error: &ApiError) {
    let ApiError { status, code, param, log, .. } = error;
    let param = param.as_deref().unwrap_or("");
    let detail = log.as_deref().unwrap_or("");
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), code, param, detail, "request failed");
    } else {
        tracing::debug!(status = status.as_u16(), code, param, detail, "request refused");
    }
}
