//! The web page: rendered here, brought to life by one small script, readable without it.

mod assets;
mod html;
mod language;
mod memory;
mod pages;
mod texts;
mod trace;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::state::State;

pub(crate) use self::html::{error_page, respond};
pub(crate) use self::language::chosen as chosen_language;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/", get(pages::new_conversation))
        .route("/c/{id}", get(pages::conversation))
        .route("/conversations", get(pages::conversations))
        .route("/ask", post(pages::ask))
        .route("/memory", get(memory::page))
        .route("/memory/undo", post(memory::undo))
        .route("/memory/{id}", get(memory::fact))
        .route("/memory/{id}/edit", post(memory::edit))
        .route("/memory/{id}/forget", post(memory::forget))
        .route("/sign-out", post(pages::sign_out))
        .route("/language/{code}", get(language::choose))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
}
