//! `/v1/models`: who can answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::question::{choose, model_names};
use crate::state::State;
use crate::turns;

pub(super) async fn list(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, ApiError> {
    let names = turns::look_up(&state, |assistant| Ok(model_names(assistant.engine()))).await?;
    let data = names.iter().map(|name| model(&state, name)).collect::<Vec<_>>();
    Ok(Json(json!({ "object": "list", "data": data })))
}

pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id = turns::look_up(&state, |assistant| {
        choose(&id, assistant.engine())?;
        Ok(id)
    })
    .await?;
    Ok(Json(model(&state, &id)))
}

fn model(state: &State, id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": state.started.0 / 1000, "owned_by": "sarai" })
}
