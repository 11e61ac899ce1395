//! Looking after the memory: how much there is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::native::with_memory;
use crate::state::State;

pub(super) async fn stats(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, ApiError> {
    let (stats, reading) = with_memory(&state, |assistant, person| {
        let memory = assistant.memory();
        Ok((memory.stats(person)?, memory.understanding().abilities()))
    })
    .await?;
    let how = |parsed: bool| if parsed { "grammar" } else { "patterns" };
    Ok(Json(json!({
        "facts_current": stats.facts_current,
        "facts_superseded": stats.facts_superseded,
        "entities": stats.entities,
        "conversations": stats.conversations,
        "turns": stats.turns,
        "bytes": stats.bytes,
        "reading": {
            "spanish": how(reading.parses_spanish),
            "english": how(reading.parses_english),
            "embeddings": reading.embeds,
        },
    })))
}
