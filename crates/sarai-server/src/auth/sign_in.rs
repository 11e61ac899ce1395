//! Signing a browser in by a link that works once.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::Caller;
use crate::error::ApiError;
use crate::state::State;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/sign-in/{token}", get(sign_in))
        .route("/api/sarai/sign-in-links", post(new_link))
}

/// A mere look (HEAD, as link previews do) does not use the link up.
async fn sign_in(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    if method == Method::HEAD {
        return Ok(StatusCode::OK.into_response());
    }
    let clock = state.services.clock.as_ref();
    if !state.auth.use_sign_in_token(&token, clock) {
        return Err(used_up());
    }
    let cookie = state.auth.new_session_cookie(state.services.random.as_ref(), clock);
    let headers =
        [(SET_COOKIE, cookie), (LOCATION, "/".to_owned()), (CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// A browser cannot sign others in: that takes the key or the socket.
async fn new_link(
    Shared(state): Shared<Arc<State>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, ApiError> {
    match caller {
        Caller::Key | Caller::Socket => Ok(Json(json!({ "path": state.sign_in_link() }))),
        Caller::Browser => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "key_needed",
            "para invitar a otro navegador hace falta la clave",
            "inviting another browser takes the key",
        )),
    }
}

fn used_up() -> ApiError {
    ApiError::new(
        StatusCode::GONE,
        "sign_in_link_used",
        "este enlace ya se usó o caducó",
        "this link was used or has expired",
    )
    .hint(
        "ábrelo una sola vez; SARAi muestra uno nuevo al arrancar",
        "open it only once; SARAi shows a new one when it starts",
    )
}
