//! Brings the default model when it is not there, in the background, while the page already shows.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use sarai_core::engine::Engine;
use sarai_core::explain::{Explain as _, Explanation};
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::readiness::Readiness;
use sarai_models::{Progress, Sources};
use tokio_util::sync::CancellationToken;

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
    /// What readiness is until the engine has a model to speak for. `None` asks the engine, for
    /// good.
    readiness: Mutex<Option<Readiness>>,
    failure: Mutex<Option<Explanation>>,
    failed: CancellationToken,
    stop: AtomicBool,
}

impl State {
    fn begin(&self, readiness: Readiness) {
        *lock(&self.readiness) = Some(readiness);
    }

    /// Notes how far the pull is, unless the engine speaks for itself by now.
    fn set(&self, readiness: Readiness) {
        if let Some(own) = lock(&self.readiness).as_mut() {
            *own = readiness;
        }
    }

    fn hand_over(&self) {
        *lock(&self.readiness) = None;
    }

    /// Returns whether somebody gave `engine` a model meanwhile; then it speaks for itself.
    fn engine_speaks(&self, engine: &dyn Engine) -> bool {
        let speaks = matches!(
            engine.readiness(),
            Readiness::Loading { .. } | Readiness::Ready { .. } | Readiness::Restarting { .. }
        );
        if speaks {
            self.hand_over();
        }
        speaks || lock(&self.readiness).is_none()
    }

    fn readiness(&self, engine: &dyn Engine) -> Readiness {
        let own = lock(&self.readiness).clone();
        match own {
            Some(own) if !self.engine_speaks(engine) => own,
            _ => engine.readiness(),
        }
    }

    fn fail(&self, explanation: Explanation) {
        let hint = explanation.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        self.set(Readiness::Failed { reason: format!("{}{hint}", explanation.message) });
        *lock(&self.failure) = Some(explanation);
        self.failed.cancel();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        pull.state.begin(pull.downloading(0, 0));
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
        Arc::new(move || state.readiness(engine.as_ref()))
    }

    /// Returns why the model could not be brought, once that is so; waits for ever otherwise.
    pub(super) async fn failure(&self) -> Explanation {
        self.state.failed.cancelled().await;
        match lock(&self.state.failure).take() {
            Some(explanation) => explanation,
            None => Explanation::without_hint(String::new()),
        }
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
        // Somebody may have chosen another model meanwhile, and that choice stands.
        let chosen = self.state.engine_speaks(self.engine.as_ref());
        let used = match pulled {
            Ok(_) if chosen => Ok(()),
            Ok(_) => {
                self.engine.use_model(&self.model).map_err(|error| error.explain(self.language))
            }
            Err(error) => {
                tracing::debug!(%error, "the default model could not be pulled");
                Err(error.explain(self.language))
            }
        };
        match used {
            Ok(()) => self.state.hand_over(),
            Err(explanation) => self.state.fail(explanation),
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
        self.state.set(self.downloading(bytes_done, bytes_total));
    }

    fn downloading(&self, bytes_done: u64, bytes_total: u64) -> Readiness {
        Readiness::Downloading { model: self.model.clone(), bytes_done, bytes_total }
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::explain::Explanation;
    use sarai_core::id::ModelName;
    use sarai_core::readiness::Readiness;
    use sarai_testkit::ScriptedEngine;

    use super::State;

    fn failed() -> (State, ScriptedEngine) {
        let state = State::default();
        let model = ModelName::new("wanted").unwrap();
        state.begin(Readiness::Downloading { model, bytes_done: 0, bytes_total: 0 });
        let engine = ScriptedEngine::saying(&[]);
        engine.set_readiness(Readiness::Starting);
        assert_eq!(state.readiness(&engine).phase(), "downloading");
        state.fail(Explanation::new("no hub", "connect"));
        (state, engine)
    }

    #[test]
    fn a_failed_pull_is_told_while_nothing_else_can_answer() {
        let (state, engine) = failed();
        let reason = "no hub (connect)".to_owned();
        assert_eq!(state.readiness(&engine), Readiness::Failed { reason });
    }

    #[test]
    fn a_model_chosen_by_hand_ends_the_wait_for_the_other() {
        let (state, engine) = failed();
        let other = || ModelName::new("other").unwrap();
        engine.set_readiness(Readiness::Loading { model: other(), fraction: 0.5 });
        assert_eq!(state.readiness(&engine).phase(), "loading");
        // What the pull still says is of no interest any more, whatever the engine does.
        state.set(Readiness::Downloading { model: other(), bytes_done: 1, bytes_total: 2 });
        state.fail(Explanation::without_hint("late"));
        engine.set_readiness(Readiness::Starting);
        assert_eq!(state.readiness(&engine), Readiness::Starting);
        assert!(state.engine_speaks(&engine));
    }
}
