//! Brings the default model when it is not there, in the background, while the page already shows.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use sarai_core::engine::Engine;
use sarai_core::explain::Explain as _;
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::readiness::Readiness;
use sarai_models::{Progress, Sources};

use crate::commands::Context;
use crate::models::{Models, sources};
use crate::trouble::{Exit, Outcome, Trouble};

/// The first pull of the default model, while it lasts.
pub(super) struct Preparation {
    state: Arc<State>,
    worker: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    /// What readiness is until the engine has a model to speak for. `None` asks the engine.
    readiness: Mutex<Option<Readiness>>,
    stop: AtomicBool,
}

impl State {
    fn set(&self, readiness: Option<Readiness>) {
        *self.readiness.lock().unwrap_or_else(PoisonError::into_inner) = readiness;
    }
}

impl Preparation {
    /// Nothing to bring.
    pub(super) fn none() -> Preparation {
        Preparation { state: Arc::default(), worker: None }
    }

    /// Pulls `model` and then gives it to `engine`.
    pub(super) fn pull(
        context: &Context,
        models: Models,
        model: ModelName,
        engine: Arc<dyn Engine>,
    ) -> Outcome<Preparation> {
        let state = Arc::new(State::default());
        let pull = Pull {
            state: Arc::clone(&state),
            sources: sources(context),
            models,
            model,
            engine,
            language: context.language,
        };
        pull.tell(0, 0);
        let worker = std::thread::Builder::new()
            .name("first-pull".to_owned())
            .spawn(move || pull.run())
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
        Ok(Preparation { state, worker: Some(worker) })
    }

    /// Returns how far the assistant is, asking `engine` once the model is there.
    pub(super) fn readiness_with(
        &self,
        engine: Arc<dyn Engine>,
    ) -> Arc<dyn Fn() -> Readiness + Send + Sync> {
        let state = Arc::clone(&self.state);
        Arc::new(move || {
            let own = state.readiness.lock().unwrap_or_else(PoisonError::into_inner).clone();
            own.unwrap_or_else(|| engine.readiness())
        })
    }

    /// Stops a pull that still runs; the next start goes on where it was.
    pub(super) fn end(self) {
        self.state.stop.store(true, Ordering::Relaxed);
        if let Some(worker) = self.worker
            && worker.join().is_err()
        {
            tracing::error!("the pull of the default model panicked");
        }
    }
}

struct Pull {
    state: Arc<State>,
    models: Models,
    sources: Sources,
    model: ModelName,
    engine: Arc<dyn Engine>,
    language: Language,
}

impl Pull {
    fn run(self) {
        let pulled = self.models.store.pull(
            &self.models.catalogue,
            self.model.as_str(),
            &self.sources,
            &mut |progress| self.hear(progress),
        );
        if self.state.stop.load(Ordering::Relaxed) {
            return;
        }
        let used = match pulled {
            Ok(_) => {
                self.engine.use_model(&self.model).map_err(|error| error.explain(self.language))
            }
            Err(error) => {
                tracing::error!(%error, "the default model could not be pulled");
                Err(error.explain(self.language))
            }
        };
        match used {
            Ok(()) => self.state.set(None),
            Err(explanation) => {
                let hint = explanation.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                self.state.set(Some(Readiness::Failed {
                    reason: format!("{}{hint}", explanation.message),
                }));
            }
        }
    }

    fn hear(&self, progress: Progress<'_>) -> ControlFlow<()> {
        match progress {
            Progress::Receiving { done, total, .. } | Progress::Checking { done, total } => {
                self.tell(done, total);
            }
            Progress::SourceFailed { source, reason } => {
                tracing::warn!(source, %reason, "a source of the model failed; the next one is tried");
            }
            Progress::Trying { .. } | Progress::Waiting => {}
        }
        if self.state.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn tell(&self, bytes_done: u64, bytes_total: u64) {
        let model = self.model.clone();
        self.state.set(Some(Readiness::Downloading { model, bytes_done, bytes_total }));
    }
}
