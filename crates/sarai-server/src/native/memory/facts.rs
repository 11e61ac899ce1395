//! Facts: a list that can be narrowed, and one with its history.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State as Shared};
use sarai_assistant::memory::FactFilter;
use sarai_core::fact::FactId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FACTS_MAX, checked_option, fact_id, no_fact, wire};
use crate::error::ApiError;
use crate::native::with_memory;
use crate::state::State;

#[derive(Deserialize)]
pub(super) struct Listing {
    subject: Option<String>,
    verb: Option<String>,
    object: Option<String>,
    query: Option<String>,
    as_of: Option<String>,
    #[serde(default)]
    history: bool,
    limit: Option<usize>,
    before: Option<i64>,
}

impl Listing {
    fn filter(self) -> Result<FactFilter, ApiError> {
        let limit = self.limit.unwrap_or(FACTS_MAX);
        if !(1..=FACTS_MAX).contains(&limit) || self.before.is_some_and(|id| id < 1) {
            return Err(wrong_listing());
        }
        Ok(FactFilter {
            subject: checked_option("subject", self.subject)?,
            verb: checked_option("verb", self.verb)?,
            object: checked_option("object", self.object)?,
            words: checked_option("query", self.query)?,
            as_of: self
                .as_of
                .map(|time| time.parse().map_err(|_| wrong_as_of(&time)))
                .transpose()?,
            history: self.history,
            limit,
            before: self.before.map(FactId),
        })
    }
}

pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let filter = listing.map_err(|_| wrong_listing())?.0.filter()?;
    let facts =
        with_memory(&state, move |assistant, person| assistant.memory().facts(person, &filter));
    Ok(Json(json!({ "facts": wire::facts(&facts.await?) })))
}

fn wrong_listing() -> ApiError {
    ApiError::invalid(
        "limit",
        format!(
            "`limit` va de 1 a {FACTS_MAX}, `before` es un número desde 1 y `history` es true o false"
        ),
        format!(
            "`limit` is from 1 to {FACTS_MAX}, `before` a number from 1, `history` true or false"
        ),
    )
}

fn wrong_as_of(time: &str) -> ApiError {
    ApiError::invalid(
        "as_of",
        format!("`as_of` no es un día, un mes ni un año: {time:?}"),
        format!("`as_of` is no day, month or year: {time:?}"),
    )
    .hint("escríbelo como 2024-05-31, 2024-05 o 2024", "write it as 2024-05-31, 2024-05 or 2024")
}

pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let id = fact_id(id)?;
    let found = with_memory(&state, move |assistant, person| {
        let memory = assistant.memory();
        let Some(fact) = memory.fact(person, id)? else { return Ok(None) };
        Ok(Some((fact, memory.fact_history(person, id)?)))
    });
    let (fact, history) = found.await?.ok_or_else(|| no_fact(id))?;
    let before: Vec<_> = history.into_iter().filter(|other| other.id != id).collect();
    Ok(Json(json!({ "fact": wire::fact(&fact), "history": wire::facts(&before) })))
}
