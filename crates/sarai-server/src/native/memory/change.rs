//! Facts entered, corrected, taken back and forgotten by hand.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use sarai_assistant::memory::{FactEdit, FactFilter, Forget, Forgotten, NewFact};
use sarai_core::fact::{FactId, FactSource};
use sarai_core::id::TurnId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{checked, checked_option, fact_id, no_fact, wire};
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::native::{conversation_id, with_memory};
use crate::state::State;

/// Facts that one request may forget by what they say.
const FORGOTTEN_MAX: usize = 100_000;

#[derive(Deserialize)]
pub(super) struct Storing {
    subject: String,
    relation: String,
    object: String,
    #[serde(default)]
    negated: bool,
    when: Option<String>,
    confidence: Option<f64>,
    source: Option<String>,
}

impl Storing {
    fn fact(self) -> Result<NewFact, ApiError> {
        let source = match self.source.as_deref() {
            None => FactSource::UserInput,
            Some(name) => FactSource::from_name(name).ok_or_else(wrong_source)?,
        };
        let confidence = self.confidence.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&confidence) {
            return Err(ApiError::invalid(
                "confidence",
                "la confianza va de 0 a 1",
                "confidence is from 0 to 1",
            ));
        }
        Ok(NewFact {
            subject: checked("subject", self.subject)?,
            relation: checked("relation", self.relation)?,
            object: checked("object", self.object)?,
            negated: self.negated,
            when: checked_option("when", self.when)?,
            confidence,
            source,
        })
    }
}

fn wrong_source() -> ApiError {
    let names = FactSource::ALL.map(FactSource::name).join("`, `");
    ApiError::invalid(
        "source",
        format!("la fuente es una de `{names}`"),
        format!("the source is one of `{names}`"),
    )
}

pub(super) async fn store(
    Shared(state): Shared<Arc<State>>,
    JsonBody(storing): JsonBody<Storing>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let fact = storing.fact()?;
    let stored =
        with_memory(&state, move |assistant, person| assistant.memory().assert(person, fact));
    let stored = stored.await?;
    let status = if stored.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let answer = json!({
        "fact": wire::fact(&stored.fact),
        "superseded": wire::facts(&stored.superseded),
        "known": !stored.is_new,
    });
    Ok((status, Json(answer)))
}

#[derive(Deserialize)]
pub(super) struct Editing {
    subject: Option<String>,
    relation: Option<String>,
    object: Option<String>,
    negated: Option<bool>,
    when: Option<String>,
}

pub(super) async fn edit(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
    JsonBody(editing): JsonBody<Editing>,
) -> Result<Json<Value>, ApiError> {
    let id = fact_id(id)?;
    let edit = FactEdit {
        subject: checked_option("subject", editing.subject)?,
        relation: checked_option("relation", editing.relation)?,
        object: checked_option("object", editing.object)?,
        negated: editing.negated,
        when: checked_option("when", editing.when)?,
    };
    if edit == FactEdit::default() {
        return Err(ApiError::invalid(
            "object",
            "no se dice qué corregir",
            "it is not said what to correct",
        ));
    }
    let edited = with_memory(&state, move |assistant, person| {
        let Some(fact) = assistant.memory().edit_fact(person, id, edit)? else { return Ok(None) };
        Ok(Some((fact, assistant.memory().fact(person, id)?)))
    });
    let (fact, before) = edited.await?.ok_or_else(|| no_fact(id))?;
    let before: Vec<_> = before.into_iter().filter(|before| before.id != fact.id).collect();
    Ok(Json(json!({ "fact": wire::fact(&fact), "superseded": wire::facts(&before) })))
}

pub(super) async fn undo(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, ApiError> {
    let fact = with_memory(&state, |assistant, person| assistant.memory().undo(person)).await?;
    Ok(Json(json!({ "fact": fact.as_ref().map(wire::fact) })))
}

pub(super) async fn forget_one(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let id = fact_id(id)?;
    let forgotten = forgotten(&state, Forget::Fact(id)).await?;
    if forgotten.facts.is_empty() {
        return Err(no_fact(id));
    }
    Ok(Json(json!({ "forgotten": wire::forgotten(&forgotten) })))
}

#[derive(Deserialize)]
pub(super) struct Forgetting {
    fact: Option<i64>,
    matching: Option<Matching>,
    conversation: Option<String>,
    turn: Option<String>,
    #[serde(default)]
    everything: bool,
}

#[derive(Deserialize)]
struct Matching {
    subject: Option<String>,
    verb: Option<String>,
    object: Option<String>,
    query: Option<String>,
}

impl Forgetting {
    /// Exactly one thing is to be forgotten: two in one request would be a slip.
    fn what(self) -> Result<Forget, ApiError> {
        match self {
            Forgetting {
                fact: Some(id),
                matching: None,
                conversation: None,
                turn: None,
                everything: false,
            } => Ok(Forget::Fact(FactId(id))),
            Forgetting {
                fact: None,
                matching: Some(matching),
                conversation: None,
                turn: None,
                everything: false,
            } => matching.filter().map(Forget::Matching),
            Forgetting {
                fact: None,
                matching: None,
                conversation: Some(id),
                turn: None,
                everything: false,
            } => conversation_id(&id).map(Forget::Conversation),
            Forgetting {
                fact: None,
                matching: None,
                conversation: None,
                turn: Some(id),
                everything: false,
            } => TurnId::new(id).map(Forget::Turn).map_err(|error| ApiError::from_failure(&error)),
            Forgetting {
                fact: None,
                matching: None,
                conversation: None,
                turn: None,
                everything: true,
            } => Ok(Forget::Everything),
            _ => Err(what_is_it()),
        }
    }
}

impl Matching {
    fn filter(self) -> Result<FactFilter, ApiError> {
        let filter = FactFilter {
            subject: checked_option("subject", self.subject)?,
            verb: checked_option("verb", self.verb)?,
            object: checked_option("object", self.object)?,
            words: checked_option("query", self.query)?,
            history: true,
            ..FactFilter::all(FORGOTTEN_MAX)
        };
        let FactFilter { subject, verb, object, words, .. } = &filter;
        if [subject, verb, object, words].into_iter().all(Option::is_none) {
            return Err(what_is_it());
        }
        Ok(filter)
    }
}

fn what_is_it() -> ApiError {
    ApiError::invalid(
        "matching",
        "di una sola cosa que olvidar: `fact`, `matching` con algo dentro, `conversation`, `turn` o `everything`",
        "say one thing to forget: `fact`, `matching` with something in it, `conversation`, `turn` or `everything`",
    )
}

pub(super) async fn forget(
    Shared(state): Shared<Arc<State>>,
    JsonBody(forgetting): JsonBody<Forgetting>,
) -> Result<Json<Value>, ApiError> {
    let what = forgetting.what()?;
    let forgotten = forgotten(&state, what).await?;
    if forgotten.facts.is_empty() && forgotten.turns == 0 && forgotten.utterances == 0 {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "nothing_to_forget",
            "no hay nada así que olvidar",
            "there is nothing like that to forget",
        ));
    }
    Ok(Json(json!({ "forgotten": wire::forgotten(&forgotten) })))
}

async fn forgotten(state: &Arc<State>, what: Forget) -> Result<Forgotten, ApiError> {
    with_memory(state, move |assistant, person| assistant.forget(person, what)).await
}
