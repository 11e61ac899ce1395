//! The pages of a signed-in person.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Shared};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sarai_core::conversation::{ConversationSummary, StoredTurn};
use sarai_core::id::ConversationId;
use sarai_core::language::Language;
use sarai_core::turn::TurnError;
use serde::Deserialize;

use super::html::{self, sentence};
use super::texts::script_texts;
use super::view::{FailureView, RowView, TurnView};
use crate::auth::{self, Caller};
use crate::body::{FormBody, invalid_form};
use crate::error::ApiError;
use crate::native::{
    self, Asking, LIST_MAX, Named, Progress, QUERY_CHARS_MAX, TITLE_CHARS_MAX, with_memory,
};
use crate::state::State;
use crate::turns;

#[derive(Template)]
#[template(path = "chat.html")]
struct Chat {
    l: Language,
    /// Whether the list of conversations is the whole page.
    alone: bool,
    title: String,
    /// The id of the open conversation, empty for a new one.
    conversation: String,
    rows: Vec<RowView>,
    query: String,
    turns: Vec<TurnView>,
    engine: Progress,
    draft: String,
    failure: Option<FailureView>,
    title_chars_max: usize,
    script_texts: Vec<(String, &'static str)>,
    blank_turn: TurnView,
    blank_row: RowView,
}

impl Chat {
    async fn new(
        state: &Arc<State>,
        l: Language,
        rows: &[ConversationSummary],
    ) -> Result<Chat, ApiError> {
        let readiness = turns::readiness(state).await?;
        Ok(Chat {
            l,
            alone: false,
            title: l.pick("Conversación nueva", "New conversation").to_owned(),
            conversation: String::new(),
            rows: rows.iter().map(RowView::of).collect(),
            query: String::new(),
            turns: Vec::new(),
            engine: native::progress(&readiness, l),
            draft: String::new(),
            failure: None,
            title_chars_max: TITLE_CHARS_MAX,
            script_texts: script_texts(l),
            blank_turn: TurnView::default(),
            blank_row: RowView::default(),
        })
    }

    /// Opens a conversation. One that is too old for the list is titled by its first question.
    fn open(mut self, id: &ConversationId, turns: &[StoredTurn]) -> Chat {
        id.as_str().clone_into(&mut self.conversation);
        let listed = self.rows.iter().find(|row| row.id == id.as_str());
        let first = turns.first().map(|turn| turn.question.as_str());
        self.title = match (listed, first) {
            (Some(row), _) => row.title.clone(),
            (None, Some(question)) => question.chars().take(TITLE_CHARS_MAX).collect(),
            (None, None) => self.title,
        };
        self.turns = turns.iter().map(|turn| TurnView::of(turn, self.l)).collect();
        self
    }
}

pub(super) async fn new_conversation(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let rows = listed(&state, None).await?;
    let page = Chat::new(&state, state.language(&headers), &rows).await?;
    html::respond(StatusCode::OK, &page)
}

pub(super) async fn conversation(
    Shared(state): Shared<Arc<State>>,
    Named(id): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let page = opened(&state, state.language(&headers), &id).await?;
    html::respond(StatusCode::OK, &page)
}

async fn opened(
    state: &Arc<State>,
    language: Language,
    id: &ConversationId,
) -> Result<Chat, ApiError> {
    let wanted = id.clone();
    let (rows, turns) = with_memory(state, move |assistant, person| {
        let rows = assistant.conversations(person, None, LIST_MAX)?;
        Ok((rows, assistant.conversation(person, &wanted)?))
    })
    .await?;
    let turns = turns.ok_or_else(|| TurnError::ConversationNotFound(id.clone()))?;
    Ok(Chat::new(state, language, &rows).await?.open(id, &turns))
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    query: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List {
    l: Language,
    alone: bool,
    title: &'static str,
    /// None is open here.
    conversation: &'static str,
    rows: Vec<RowView>,
    query: String,
    title_chars_max: usize,
    script_texts: Vec<(String, &'static str)>,
    blank_row: RowView,
}

/// The list as a page of its own: for narrow screens, and for searching without the script.
pub(super) async fn conversations(
    Shared(state): Shared<Arc<State>>,
    search: Result<Query<Search>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Search { query }) = search.map_err(|error| invalid_form(&error))?;
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let rows = listed(&state, Some(query.clone())).await?;
    let l = state.language(&headers);
    let page = List {
        l,
        alone: true,
        title: l.pick("Conversaciones", "Conversations"),
        conversation: "",
        rows: rows.iter().map(RowView::of).collect(),
        query,
        title_chars_max: TITLE_CHARS_MAX,
        script_texts: script_texts(l),
        blank_row: RowView::default(),
    };
    html::respond(StatusCode::OK, &page)
}

async fn listed(
    state: &Arc<State>,
    query: Option<String>,
) -> Result<Vec<ConversationSummary>, ApiError> {
    with_memory(state, move |assistant, person| {
        assistant.conversations(person, query.as_deref(), LIST_MAX)
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    conversation: String,
    #[serde(default)]
    message: String,
}

/// Asks without the script: the answer comes with the next page, whole. After a failure the page
/// keeps the question.
pub(super) async fn ask(
    Shared(state): Shared<Arc<State>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    FormBody(Question { conversation, message }): FormBody<Question>,
) -> Result<Response, ApiError> {
    let named = Some(conversation).filter(|id| !id.is_empty());
    let asking =
        Asking { conversation: named.clone(), message: message.clone(), ..Asking::default() };
    let answered = turns::run(&state, move |job| {
        let input = native::input(asking, caller, job.person())?;
        job.answer(&input, &mut |_| std::ops::ControlFlow::Continue(()))
    })
    .await;
    let error = match answered {
        Ok(answer) => return Ok(see_other(&page_of(answer.stored.map(|(id, _)| id).as_ref()))),
        Err(error) => error,
    };
    let language = state.language(&headers);
    let explanation = error.explanation(language);
    let failure = FailureView {
        message: sentence(&explanation.message),
        hint: explanation.hint.as_deref().map(sentence).unwrap_or_default(),
    };
    let page = match named.map(ConversationId::new) {
        Some(Ok(id)) => opened(&state, language, &id).await?,
        _ => Chat::new(&state, language, &listed(&state, None).await?).await?,
    };
    html::respond(error.status, &Chat { draft: message, failure: Some(failure), ..page })
}

fn page_of(conversation: Option<&ConversationId>) -> String {
    match conversation {
        Some(id) => format!("/c/{}", id.as_str().replace('/', "%2F")),
        None => "/".to_owned(),
    }
}

fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// Forgets this browser and shows how to come back.
pub(super) async fn sign_out() -> Response {
    let head = [(SET_COOKIE, auth::ended_session_cookie()), (LOCATION, "/".to_owned())];
    (StatusCode::SEE_OTHER, head).into_response()
}
