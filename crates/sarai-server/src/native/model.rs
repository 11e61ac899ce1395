//! `PUT /api/sarai/model`: another model answers from now on.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::turns::model_name;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::state::State;
use crate::turns;

#[derive(Deserialize)]
pub(super) struct Choice {
    name: String,
}

/// Answers at once; `GET /api/sarai/status` tells how far the loading is.
pub(super) async fn choose(
    Shared(state): Shared<Arc<State>>,
    JsonBody(Choice { name }): JsonBody<Choice>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let name = model_name(name)?;
    let wanted = name.clone();
    turns::look_up(&state, move |assistant| {
        assistant.engine().use_model(&wanted).map_err(ApiError::from)
    })
    .await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "name": name.as_str() }))))
}
