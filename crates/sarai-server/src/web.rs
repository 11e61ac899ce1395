//! The web page.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use sarai_core::language::Language;

use crate::error::ApiError;
use crate::state::State;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
}

/// Returns the page a browser sees instead of a JSON error; `None` leaves the JSON.
pub(crate) fn error_page(_state: &State, _error: &ApiError, _language: Language) -> Option<Response> {
    None
}
