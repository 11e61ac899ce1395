//! What is served, and what every request passes through.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::ApiError;
use crate::state::State;
use crate::{anthropic, auth, error, health, metrics, native, openai, openapi, web};

pub(crate) fn router(state: &Arc<State>) -> Router {
    Router::new()
        .merge(auth::router())
        .merge(openai::router())
        .merge(anthropic::router())
        .merge(health::router())
        .merge(metrics::router())
        .merge(openapi::router())
        .merge(native::router())
        .merge(web::router())
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        // The last layer is the first that a request meets.
        .layer(from_fn_with_state(Arc::clone(state), auth::check))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(state), error::render))
        .layer(from_fn_with_state(Arc::clone(state), metrics::observe))
        .layer(map_response(with_security_headers))
        .with_state(Arc::clone(state))
}

async fn unknown_path() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "esa dirección no existe",
        "there is no such path",
    )
    .hint("mira `/openapi.json`", "see `/openapi.json`")
}

async fn wrong_method() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "esa dirección no admite este método",
        "that path does not take this method",
    )
}

/// One request's defect does not end the process. What the panic said may hold what a person said,
/// so it goes to the panic hook only.
fn panicked(payload: Box<dyn Any + Send>) -> Response {
    drop(payload);
    ApiError::internal("a handler panicked").into_response()
}

/// What a response says where its handler said nothing else. No CORS headers on purpose: pages of
/// others have no business here.
async fn with_security_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];
