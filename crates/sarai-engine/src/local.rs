//! The local engine: a child process that holds the model, kept alive by a supervisor.

mod agreement;
mod connection;
mod convert;
mod desk;
mod leftover;
mod lineup;
mod log;
mod mailbox;
mod measurements;
mod process;
mod recovery;
mod settings;
mod supervisor;

use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink, Usage,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_engine_protocol::{Body, Call, Generate, Generated, PromptInput, Status, Timings};

pub use self::agreement::Verdict;
pub(crate) use self::connection::whole_seconds;
use self::connection::{Closing, Ticket};
use self::desk::{Desk, HEARTBEAT, Loaded, Phase, Seat};
use self::leftover::Leftover;
pub use self::lineup::{EngineRecord, records};
use self::mailbox::Letter;
pub use self::measurements::{DraftRecord, MeasurementsFile};
pub use self::settings::{Deadlines, DraftChoice, LocalSettings, ModelFile, ModelFiles, Opening};
use self::supervisor::Supervisor;
use crate::lock::lock;

/// An engine in a child process.
///
/// The process is started, watched and restarted in the background; weights live there and nowhere
/// else. While a generation waits or its prompt is computed, the sink is told the last
/// [`EngineEvent::Queued`] or [`EngineEvent::Prefill`] again twice a second, so that a caller who
/// went away is noticed.
pub struct LocalEngine {
    settings: LocalSettings,
    desk: Arc<Desk>,
    leftover: Arc<Leftover>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

impl LocalEngine {
    /// Starts the engine and returns at once; [`Engine::readiness`] tells how far it is. Fails only
    /// when the system gives no thread.
    pub fn start(settings: LocalSettings) -> io::Result<LocalEngine> {
        let desk = Arc::new(Desk::new(
            settings.model.clone(),
            Arc::clone(&settings.clock),
            settings.parallel,
            settings.waiting_max,
        ));
        let leftover = Arc::new(Leftover::new(settings.state_folder.clone()));
        let supervisor =
            Supervisor::new(settings.clone(), Arc::clone(&desk), Arc::clone(&leftover));
        let thread = thread::Builder::new()
            .name("engine-supervisor".to_owned())
            .spawn(move || supervisor.run())?;
        Ok(LocalEngine { settings, desk, leftover, supervisor: Mutex::new(Some(thread)) })
    }

    /// Ends the process once the requests that run are done, which frees its memory. The next
    /// request starts it again.
    pub fn unload(&self) {
        self.desk.want_nothing();
    }

    /// Ends the process, in an orderly way if it can, and joins every thread. Requests that run or
    /// wait end with an error.
    pub fn stop(&self) {
        self.desk.stop();
        let supervisor = lock(&self.supervisor).take();
        if let Some(supervisor) = supervisor
            && supervisor.join().is_err()
        {
            tracing::error!("the supervisor of the engine panicked");
        }
    }

    /// Waits until the readiness is not `known` any more, `patience` at most, and returns it. For
    /// showing the progress of loading.
    pub fn next_readiness(&self, known: &Readiness, patience: Duration) -> Readiness {
        self.desk.next_readiness(known, patience)
    }

    /// Returns how many tokens `text` has in the loaded model.
    pub fn tokens(&self, text: &str) -> Result<u32, EngineError> {
        let loaded = self.desk.loaded()?;
        let call = Call::Tokenize { text: text.to_owned() };
        match self.ask(self.send(&loaded, call)?, &loaded.model)? {
            Body::Tokenized { tokens } => Ok(u32::try_from(tokens.len()).unwrap_or(u32::MAX)),
            other => Err(convert::unexpected(&other)),
        }
    }

    /// Returns the prompt of a request as the loaded model reads it.
    pub fn rendered(&self, generation: &Generation) -> Result<String, EngineError> {
        let loaded = self.desk.loaded()?;
        let Generate { prompt, tools, .. } = convert::generate(generation, 0)?;
        let messages = match prompt {
            PromptInput::Text(text) => return Ok(text),
            PromptInput::Messages(messages) => messages,
        };
        let call = Call::Render { messages, tools };
        match self.ask(self.send(&loaded, call)?, &loaded.model)? {
            Body::Rendered { prompt } => Ok(prompt),
            other => Err(convert::unexpected(&other)),
        }
    }

    /// Returns what batches cost on this machine with the loaded model; `None` while it is not
    /// measured, which takes some seconds without a request.
    pub fn timings(&self) -> Result<Option<Timings>, EngineError> {
        Ok(self.status()?.timings)
    }

    /// Returns what is known of the engines with the loaded model, and whether there is more to learn
    /// while nobody waits.
    pub fn engines(&self) -> Result<(Vec<EngineRecord>, bool), EngineError> {
        let loaded = self.desk.loaded()?;
        let settings = &self.settings;
        let file = settings.models.find(&loaded.model);
        let file = file.ok_or_else(|| EngineError::ModelNotFound(loaded.model.clone()))?;
        let Some(kept) = &settings.measurements else { return Ok((Vec::new(), false)) };
        let executables = (settings.executable.as_path(), settings.rivals.as_slice());
        Ok((records(kept, executables, &file.sha256, settings.threads), self.desk.is_learning()))
    }

    /// Returns how far the loaded model is from a fixed text of Spanish, English, code and JSON: the
    /// perplexity of its tokens. Fails with [`EngineError::Busy`] when there is something else to do.
    pub fn perplexity(&self) -> Result<f64, EngineError> {
        let loaded = self.desk.loaded()?;
        let ticket = self.send(&loaded, Call::Examine(agreement::examine()))?;
        match self.ask(ticket, &loaded.model)? {
            Body::Examined(examination) => Ok(agreement::perplexity(&examination)),
            other => Err(convert::unexpected(&other)),
        }
    }

    /// Whether the engine computes nothing at present, not even what it prepares.
    pub fn is_idle(&self) -> Result<bool, EngineError> {
        Ok(self.status()?.active == 0)
    }

    fn status(&self) -> Result<Status, EngineError> {
        let loaded = self.desk.loaded()?;
        match self.ask(self.send(&loaded, Call::Status)?, &loaded.model)? {
            Body::Status(status) => Ok(status),
            other => Err(convert::unexpected(&other)),
        }
    }

    fn check_installed(&self, name: &ModelName) -> Result<(), EngineError> {
        match self.settings.models.find(name) {
            Some(_) => Ok(()),
            None => Err(EngineError::ModelNotFound(name.clone())),
        }
    }

    /// Returns the model that is meant.
    fn resolve(&self, model: Option<&ModelName>) -> Result<ModelName, EngineError> {
        match model {
            Some(name) => {
                self.check_installed(name)?;
                Ok(name.clone())
            }
            None => {
                self.desk.default_model().ok_or_else(|| EngineError::NotReady(self.readiness()))
            }
        }
    }

    /// Sends a call. From now on the supervisor looks more often: somebody waits.
    fn send(&self, loaded: &Loaded, call: Call) -> Result<Ticket, EngineError> {
        let ticket = loaded.connection.call(call)?;
        self.desk.wake();
        Ok(ticket)
    }

    /// Waits for the end of a request that tells nothing before. The supervisor bounds the wait.
    fn ask(&self, mut ticket: Ticket, model: &ModelName) -> Result<Body, EngineError> {
        loop {
            if let Some(Letter::End(end)) = ticket.next(HEARTBEAT) {
                return self.read_end(end, model);
            }
        }
    }

    fn read_end(
        &self,
        end: Result<Body, EngineError>,
        model: &ModelName,
    ) -> Result<Body, EngineError> {
        match end? {
            Body::Failed(failure) => {
                Err(convert::failure(failure, model, self.desk.retry_after_s()))
            }
            body => Ok(body),
        }
    }

    /// Hands over the events of a generation until its end.
    fn follow(
        &self,
        seat: &Seat,
        mut ticket: Ticket,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        let model = &seat.loaded.model;
        let mut text = String::new();
        let mut waiting = Some(EngineEvent::Queued { ahead: 0 });
        loop {
            let flow = match ticket.next(HEARTBEAT) {
                None => waiting.map_or(ControlFlow::Continue(()), &mut *sink),
                Some(Letter::Queued { ahead }) => {
                    tell_and_keep(&mut waiting, EngineEvent::Queued { ahead }, sink)
                }
                Some(Letter::Prefill { done, total }) => {
                    tell_and_keep(&mut waiting, EngineEvent::Prefill { done, total }, sink)
                }
                Some(Letter::Piece { text: piece, logprobs }) => {
                    waiting = None;
                    text.push_str(&piece);
                    sink(EngineEvent::Piece { text: &piece, logprobs: &logprobs })
                }
                Some(Letter::Loading { .. }) => ControlFlow::Continue(()),
                Some(Letter::End(end)) => {
                    return match self.read_end(end, model)? {
                        Body::Generated(generated) => {
                            Ok(completion(model.clone(), text, Some(generated)))
                        }
                        other => Err(convert::unexpected(&other)),
                    };
                }
            };
            if flow.is_break() {
                let generated = self.cut_short(seat, ticket);
                let mut completion = completion(model.clone(), text, generated);
                completion.finish = Finish::Cancelled;
                return Ok(completion);
            }
        }
    }

    /// Stops a generation. What it had come to, unless the engine does not say in time.
    fn cut_short(&self, seat: &Seat, mut ticket: Ticket) -> Option<Generated> {
        ticket.cancel();
        let deadline = self.settings.deadlines.cancel;
        let begun = self.settings.clock.elapsed();
        loop {
            let waited = self.settings.clock.elapsed().saturating_sub(begun);
            let patience = deadline.saturating_sub(waited);
            if patience.is_zero() {
                let seconds = whole_seconds(deadline);
                seat.loaded.connection.close(Closing::Stalled { seconds });
                self.desk.wake();
                return None;
            }
            match ticket.next(patience) {
                Some(Letter::End(Ok(Body::Generated(generated)))) => return Some(generated),
                Some(Letter::End(_)) => return None,
                _ => {}
            }
        }
    }
}

impl Engine for LocalEngine {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        let model = self.resolve(generation.model.as_ref())?;
        let request = convert::generate(generation, seed(self.settings.random.bits()))?;
        let mut told = |ahead| sink(EngineEvent::Queued { ahead });
        let Some(seat) = self.desk.seat(&model, self.settings.deadlines.waiting, &mut told)? else {
            let mut completion = completion(model, String::new(), None);
            completion.finish = Finish::Cancelled;
            return Ok(completion);
        };
        let ticket = self.send(&seat.loaded, Call::Generate(Box::new(request)))?;
        self.follow(&seat, ticket, sink)
    }

    fn embed(
        &self,
        model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        let model = self.resolve(model)?;
        let mut told = |_| ControlFlow::Continue(());
        let Some(seat) = self.desk.seat(&model, self.settings.deadlines.waiting, &mut told)? else {
            return Err(EngineError::NotReady(self.readiness()));
        };
        let ticket = self.send(&seat.loaded, Call::Embed { texts: texts.to_vec() })?;
        match self.ask(ticket, &model)? {
            Body::Embedded { vectors, tokens } if vectors.len() == texts.len() => {
                Ok(Embeddings { model, vectors, tokens })
            }
            Body::Embedded { .. } => {
                Err(EngineError::Protocol("there is not one vector for each text".to_owned()))
            }
            other => Err(convert::unexpected(&other)),
        }
    }

    fn models(&self) -> Vec<ModelSummary> {
        let default = self.desk.default_model();
        let loaded = match self.desk.phase() {
            Phase::Ready(loaded) => Some(loaded),
            _ => None,
        };
        let mut names = self.settings.models.installed();
        names.sort();
        // Stable: the default first, the others by name.
        names.sort_by_key(|name| default.as_ref() != Some(name));
        let summary = |name: ModelName| {
            let loaded = loaded.as_ref().filter(|loaded| loaded.model == name);
            ModelSummary {
                loaded: loaded.is_some(),
                context_tokens: loaded.map(|loaded| loaded.description.context_tokens),
                name,
            }
        };
        names.into_iter().map(summary).collect()
    }

    /// Loads `model` in the background, once the requests that run are done, and forgives earlier
    /// failures to load it.
    fn use_model(&self, model: &ModelName) -> Result<(), EngineError> {
        self.check_installed(model)?;
        self.desk.want(model.clone());
        Ok(())
    }

    /// Without a process nobody knows which files are the session's: then the whole cache goes.
    fn forget(&self, session: &str) -> Result<(), EngineError> {
        if let Ok(loaded) = self.desk.loaded() {
            let call = Call::Forget { session: session.to_owned() };
            return match self.ask(loaded.connection.call(call)?, &loaded.model)? {
                Body::Done => Ok(()),
                other => Err(convert::unexpected(&other)),
            };
        }
        self.leftover.forget().map_err(EngineError::Protocol)
    }

    fn prepare(&self, generation: &Generation) {
        // A model that is not loaded is not brought for this.
        let Ok(loaded) = self.desk.loaded() else { return };
        if generation.model.as_ref().is_some_and(|wanted| *wanted != loaded.model) {
            return;
        }
        loaded.connection.prepare(generation);
    }

    fn readiness(&self) -> Readiness {
        self.desk.readiness()
    }

    fn health(&self) -> EngineHealth {
        self.desk.health()
    }
}

impl Drop for LocalEngine {
    fn drop(&mut self) {
        self.stop();
    }
}

fn tell_and_keep<'a>(
    waiting: &mut Option<EngineEvent<'a>>,
    event: EngineEvent<'a>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    *waiting = Some(event);
    sink(event)
}

fn completion(model: ModelName, text: String, generated: Option<Generated>) -> Completion {
    let Some(generated) = generated else {
        return Completion {
            model,
            text,
            finish: Finish::Cancelled,
            usage: Usage::default(),
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 0.0,
            decode_ms: 0.0,
            drafted: None,
            forced: 0,
            grammar_ms: 0.0,
        };
    };
    Completion {
        model,
        text,
        finish: convert::finish(generated.finish),
        usage: Usage {
            prompt_tokens: generated.prompt_tokens,
            cached_tokens: generated.cached_tokens,
            completion_tokens: generated.completion_tokens,
        },
        messages_dropped: generated.messages_dropped,
        queued_ms: generated.queued_ms,
        prefill_ms: generated.prefill_ms,
        decode_ms: generated.decode_ms,
        drafted: generated.drafted.map(convert::drafted),
        forced: generated.forced,
        grammar_ms: generated.grammar_ms,
    }
}

/// Takes half of the bits.
fn seed(bits: u128) -> u64 {
    u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0)
}
