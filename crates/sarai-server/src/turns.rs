//! Runs work that needs the engine, on threads of their own, behind a bounded queue.
//!
//! Whoever hangs up stops the work: dropping the future of [`run`], or the body of [`stream`], sets
//! a flag that the listener of the turn sees at its next event.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::HeaderValue;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use sarai_assistant::Assistant;
use sarai_core::engine::Finish;
use sarai_core::id::{ConversationId, PersonId};
use sarai_core::language::Language;
use sarai_core::readiness::Readiness;
use sarai_core::turn::{Answer, Input, Reply};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use crate::error::{self, ApiError};
use crate::metrics::Outcome;
use crate::state::State;

/// The side of a piece of work that runs on its thread.
pub(crate) struct Job<'a> {
    state: &'a State,
    person: PersonId,
    stop: Stop,
}

impl Job<'_> {
    pub(crate) fn assistant(&self) -> &Assistant {
        &self.state.services.assistant
    }

    /// Returns whose conversations these are.
    pub(crate) fn person(&self) -> &PersonId {
        &self.person
    }

    /// Returns whether nobody waits for this work any more, or the server ends.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_set()
    }

    /// Answers one turn. A turn that was stopped, by the client or by the end of the server, is an
    /// error: half an answer is none.
    pub(crate) fn answer(
        &self,
        input: &Input,
        listener: &mut dyn FnMut(Reply<'_>) -> ControlFlow<()>,
    ) -> Result<Answer, ApiError> {
        let clock = self.state.services.clock.as_ref();
        let metrics = &self.state.metrics;
        let began = clock.elapsed();
        let mut silent = true;
        let outcome = self.assistant().answer(input, &mut |reply| {
            if self.stop.is_set() {
                return ControlFlow::Break(());
            }
            if silent && matches!(reply, Reply::Text { .. }) {
                silent = false;
                metrics.first_words(clock.elapsed().saturating_sub(began));
            }
            listener(reply)
        });
        let took = clock.elapsed().saturating_sub(began);
        match outcome {
            Ok(answer) if answer.finish == Finish::Cancelled => {
                metrics.turn_ended(Outcome::Stopped, took, Some(answer.trace.usage));
                Err(ApiError::stopping())
            }
            Ok(answer) => {
                metrics.turn_ended(Outcome::Answered, took, Some(answer.trace.usage));
                metrics.answered(&answer);
                Ok(answer)
            }
            Err(error) => {
                metrics.turn_ended(Outcome::Failed, took, None);
                Err(error.into())
            }
        }
    }
}

/// Whether the work should end.
#[derive(Clone)]
struct Stop {
    hung_up: Arc<AtomicBool>,
    server: CancellationToken,
}

impl Stop {
    fn new(state: &State) -> Stop {
        Stop { hung_up: Arc::new(AtomicBool::new(false)), server: state.stopping.clone() }
    }

    fn is_set(&self) -> bool {
        self.hung_up.load(Ordering::Relaxed) || self.server.is_cancelled()
    }
}

/// Sets the flag when the client's side is dropped.
struct HangUp(Stop);

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.hung_up.store(true, Ordering::Relaxed);
    }
}

/// Runs `work` to its end and returns what it made. Refused at once when no place is free.
pub(crate) async fn run<T: Send + 'static>(
    state: &Arc<State>,
    work: impl FnOnce(&Job<'_>) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let place = take_place(state)?;
    let stop = Stop::new(state);
    let hang_up = HangUp(stop.clone());
    let state_of_work = Arc::clone(state);
    let task = state.tasks.spawn_blocking(move || perform(&state_of_work, stop, place, work));
    let outcome = task.await.unwrap_or_else(|_| Err(ApiError::internal("a worker was lost")));
    drop(hang_up);
    outcome
}

/// Asks the assistant something that needs no generation, on a thread of its own and outside of the
/// queue.
pub(crate) async fn look_up<T: Send + 'static>(
    state: &Arc<State>,
    question: impl FnOnce(&Assistant) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let assistant = Arc::clone(&state.services.assistant);
    let task = state.tasks.spawn_blocking(move || question(&assistant));
    task.await.unwrap_or_else(|_| Err(ApiError::internal("a question to the assistant panicked")))
}

/// Returns how far the engine is, asked on a thread of its own: an engine that is another server
/// takes its time to say so.
pub(crate) async fn readiness(state: &Arc<State>) -> Result<Readiness, ApiError> {
    let ask = Arc::clone(&state.services.readiness);
    look_up(state, move |_| Ok(ask())).await
}

/// Runs `work`, which sends events while it runs, as an answer in server-sent events.
///
/// The answer begins with the first event, so that a failure before it still has its status code;
/// if none comes for a while it begins anyway, with comments that keep the connection alive.
pub(crate) async fn stream(
    state: &Arc<State>,
    style: Style,
    language: Language,
    work: impl FnOnce(&Job<'_>, &Events) -> Result<(), ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let place = take_place(state)?;
    let stop = Stop::new(state);
    let hang_up = HangUp(stop.clone());
    let (sender, mut receiver) = mpsc::channel(EVENTS_WAITING_MAX);
    let events = Events { sender, runtime: Handle::current() };
    let state_of_work = Arc::clone(state);
    state.tasks.spawn_blocking(move || {
        if let Err(error) = perform(&state_of_work, stop, place, |job| work(job, &events)) {
            // Nobody is left to tell when this is refused.
            let _told = events.put(Sent::Failed(error));
        }
    });

    let mut conversation = None;
    let begun = tokio::time::timeout(SILENCE_MAX, async {
        loop {
            match receiver.recv().await {
                Some(Sent::Conversation(id)) => conversation = Some(id),
                other => break other,
            }
        }
    });
    let first = match begun.await {
        Ok(Some(Sent::Failed(error))) => return Err(error),
        Ok(first) => first,
        Err(_) => None,
    };
    let rest = tokio_stream::iter(first).chain(ReceiverStream::new(receiver));
    let body = rest.filter_map(move |sent| {
        // The flag is set when the body is dropped.
        let _hang_up = &hang_up;
        match sent {
            Sent::Event(event) => Some(Ok::<Event, Infallible>(event)),
            Sent::Conversation(_) => None,
            Sent::Failed(error) => {
                error::log(&error);
                Some(Ok((style.error)(&error, language)))
            }
        }
    });
    let keep_alive = KeepAlive::new().interval(PING_INTERVAL).event((style.ping)());
    let mut response = Sse::new(body).keep_alive(keep_alive).into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    name_conversation(&mut response, conversation.as_ref());
    Ok(response)
}

/// Tells the client which conversation the answer belongs to.
pub(crate) fn name_conversation(response: &mut Response, conversation: Option<&ConversationId>) {
    let value = conversation.and_then(|id| HeaderValue::from_str(id.as_str()).ok());
    if let Some(value) = value {
        response.headers_mut().insert(CONVERSATION_HEADER, value);
    }
}

/// Names the conversation in requests and answers.
pub(crate) const CONVERSATION_HEADER: &str = "x-sarai-conversation";

/// How a dialect writes what every stream has.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) error: fn(&ApiError, Language) -> Event,
    pub(crate) ping: fn() -> Event,
}

/// Returns the ping of a dialect that has none of its own: a comment.
pub(crate) fn comment_ping() -> Event {
    Event::default().comment("ping")
}

/// Events on their way to a client.
pub(crate) struct Events {
    sender: mpsc::Sender<Sent>,
    runtime: Handle,
}

enum Sent {
    Conversation(ConversationId),
    Event(Event),
    Failed(ApiError),
}

impl Events {
    /// Sends an event. `Break` when nobody listens any more, or nobody has read for long.
    pub(crate) fn send(&self, event: Event) -> ControlFlow<()> {
        self.put(Sent::Event(event))
    }

    /// Names the conversation in the header of the answer. Does nothing after the first event.
    pub(crate) fn conversation(&self, id: &ConversationId) -> ControlFlow<()> {
        self.put(Sent::Conversation(id.clone()))
    }

    fn put(&self, sent: Sent) -> ControlFlow<()> {
        let sent = match self.sender.try_send(sent) {
            Ok(()) => return ControlFlow::Continue(()),
            Err(mpsc::error::TrySendError::Closed(_)) => return ControlFlow::Break(()),
            Err(mpsc::error::TrySendError::Full(sent)) => sent,
        };
        let waiting = tokio::time::timeout(READING_PAUSE_MAX, self.sender.send(sent));
        match self.runtime.block_on(waiting) {
            Ok(Ok(())) => ControlFlow::Continue(()),
            Ok(Err(_)) | Err(_) => ControlFlow::Break(()),
        }
    }
}

const EVENTS_WAITING_MAX: usize = 256;
/// Longest wait for the first event before the answer begins without it.
const SILENCE_MAX: Duration = Duration::from_secs(10);
const PING_INTERVAL: Duration = Duration::from_secs(15);
/// A client that reads nothing for this long loses its place.
const READING_PAUSE_MAX: Duration = Duration::from_secs(30);

fn take_place(state: &State) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(&state.places).try_acquire_owned().map_err(|_| ApiError::busy())
}

/// Does the work on this thread and frees the place afterwards. A panic fails this work only.
fn perform<T>(
    state: &State,
    stop: Stop,
    place: OwnedSemaphorePermit,
    work: impl FnOnce(&Job<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let person = state.services.assistant.first_person()?;
        work(&Job { state, person, stop })
    }));
    drop(place);
    outcome.unwrap_or_else(|_| Err(ApiError::internal("a turn panicked")))
}
