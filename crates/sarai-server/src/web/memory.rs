//! The page “Memoria”: what is known, by the day it was told, each with its sentence; correct it,
//! forget it, take a correction back. Plain forms: it needs no script.

mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State as Shared};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sarai_assistant::memory::{FactEdit, FactFilter, Forget};
use sarai_core::fact::{Fact, FactId};
use sarai_core::language::Language;
use serde::Deserialize;

use self::view::{DayView, FactView, by_day};
use super::html;
use crate::body::{FormBody, invalid_form};
use crate::error::ApiError;
use crate::native::{QUERY_CHARS_MAX, WORDS_CHARS_MAX, with_memory};
use crate::state::State;

/// Facts on one page.
const FACTS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "memory.html")]
struct Page {
    l: Language,
    query: String,
    history: bool,
    /// What was just done, and whether it can be undone.
    done: Option<Done>,
    facts_current: u64,
    facts_superseded: u64,
    days: Vec<DayView>,
    /// The last fact shown when there are more.
    next: Option<i64>,
    words_chars_max: usize,
}

#[derive(Template)]
#[template(path = "memory_fact_page.html")]
struct FactPage {
    l: Language,
    fact: FactView,
    history: Vec<FactView>,
    words_chars_max: usize,
}

/// What was done before the page was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Done {
    Edited,
    Forgotten,
    Undone,
    Nothing,
}

impl Done {
    fn name(self) -> &'static str {
        match self {
            Done::Edited => "edited",
            Done::Forgotten => "forgotten",
            Done::Undone => "undone",
            Done::Nothing => "nothing",
        }
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Done::Edited => language.pick("Corregido.", "Corrected."),
            Done::Forgotten => language.pick(
                "Olvidado, con las palabras de las que salió.",
                "Forgotten, with the words it came from.",
            ),
            Done::Undone => language.pick(
                "Deshecho: vuelve a valer lo de antes.",
                "Undone: what was before holds again.",
            ),
            Done::Nothing => language.pick("No había nada que hacer.", "There was nothing to do."),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    query: String,
    history: Option<String>,
    before: Option<i64>,
    done: Option<Done>,
}

pub(super) async fn page(
    Shared(state): Shared<Arc<State>>,
    search: Result<Query<Search>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Search { query, history, before, done }) =
        search.map_err(|error| invalid_form(&error))?;
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let history = history.is_some();
    let filter = FactFilter {
        words: Some(query.clone()).filter(|words| !words.trim().is_empty()),
        history,
        before: before.map(FactId),
        ..FactFilter::all(FACTS_MAX + 1)
    };
    let (mut facts, stats) = with_memory(&state, move |assistant, person| {
        let memory = assistant.memory();
        Ok((memory.facts(person, &filter)?, memory.stats(person)?))
    })
    .await?;
    let more = facts.len() > FACTS_MAX;
    facts.truncate(FACTS_MAX);
    let l = state.language(&headers);
    let page = Page {
        l,
        query,
        history,
        done,
        facts_current: stats.facts_current,
        facts_superseded: stats.facts_superseded,
        next: facts.last().filter(|_| more).map(|fact| fact.id.0),
        days: by_day(&facts, l),
        words_chars_max: WORDS_CHARS_MAX,
    };
    html::respond(StatusCode::OK, &page)
}

/// One fact with what was before it and after it.
pub(super) async fn fact(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = named(id)?;
    let found = with_memory(&state, move |assistant, person| {
        let Some(fact) = assistant.memory().fact(person, id)? else { return Ok(None) };
        Ok(Some((fact, assistant.memory().fact_history(person, id)?)))
    });
    let (fact, history) = found.await?.ok_or_else(no_fact)?;
    let l = state.language(&headers);
    let others = history.iter().filter(|other| other.id != fact.id);
    let page = FactPage {
        l,
        history: others.map(|fact| FactView::of(fact, l)).collect(),
        fact: FactView::of(&fact, l),
        words_chars_max: WORDS_CHARS_MAX,
    };
    html::respond(StatusCode::OK, &page)
}

#[derive(Deserialize)]
pub(super) struct Correction {
    subject: String,
    relation: String,
    object: String,
    #[serde(default)]
    when: String,
}

impl Correction {
    /// Returns what differs from `fact`; nothing when the form came back as it was.
    fn of(self, fact: &Fact) -> Option<FactEdit> {
        let changed = |words: String, before: &str| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(words).filter(|words| !words.is_empty() && words != before)
        };
        let relation = self.relation.trim().replace(char::is_whitespace, "_");
        let edit = FactEdit {
            subject: changed(self.subject, &fact.subject),
            relation: changed(relation, &fact.relation),
            object: changed(self.object, &fact.object),
            negated: None,
            when: changed(self.when, fact.when.as_deref().unwrap_or_default()),
        };
        (edit != FactEdit::default()).then_some(edit)
    }
}

pub(super) async fn edit(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
    FormBody(correction): FormBody<Correction>,
) -> Result<Response, ApiError> {
    let id = named(id)?;
    let edited = with_memory(&state, move |assistant, person| {
        let memory = assistant.memory();
        let Some(fact) = memory.fact(person, id)? else { return Ok(None) };
        match correction.of(&fact) {
            None => Ok(Some(None)),
            Some(edit) => Ok(memory.edit_fact(person, id, edit)?.map(Some)),
        }
    });
    match edited.await?.ok_or_else(no_fact)? {
        None => Ok(done(Done::Nothing)),
        Some(_) => Ok(done(Done::Edited)),
    }
}

pub(super) async fn forget(
    Shared(state): Shared<Arc<State>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = named(id)?;
    let forgotten =
        with_memory(&state, move |assistant, person| assistant.forget(person, Forget::Fact(id)));
    if forgotten.await?.facts.is_empty() { Err(no_fact()) } else { Ok(done(Done::Forgotten)) }
}

pub(super) async fn undo(Shared(state): Shared<Arc<State>>) -> Result<Response, ApiError> {
    let undone = with_memory(&state, |assistant, person| assistant.memory().undo(person)).await?;
    Ok(done(if undone.is_some() { Done::Undone } else { Done::Nothing }))
}

fn done(done: Done) -> Response {
    let path = format!("/memory?done={}", done.name());
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

fn named(id: Result<Path<i64>, PathRejection>) -> Result<FactId, ApiError> {
    id.map(|Path(id)| FactId(id)).map_err(|_| no_fact())
}

fn no_fact() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "fact_not_found",
        "ese hecho ya no está",
        "that fact is no longer here",
    )
}
