//! A folder with models and an engine executable, and a real clock.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Pid;
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::conversation::{Recalled, Said, Speaker};
use sarai_core::engine::{
    Completion, Constraint, Engine, EngineError, EngineEvent, Generation, Sampling,
};
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::prompt::{self, Parts};
use sarai_core::readiness::Readiness;
use sarai_core::text::Text;
use sarai_engine::{Deadlines, DraftChoice, LocalEngine, LocalSettings, ModelFile, ModelFiles};
use sarai_testkit::SeededRandom;
use tempfile::TempDir;

/// How long a test waits for what should come soon.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn name(text: &str) -> ModelName {
    ModelName::new(text).unwrap()
}

/// The time of this machine: child processes do not live in simulated time.
pub(crate) struct RealClock(Instant);

impl RealClock {
    #[expect(clippy::disallowed_methods, reason = "the clock of these tests")]
    pub(crate) fn new() -> RealClock {
        RealClock(Instant::now())
    }
}

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "the clock of these tests")]
    fn now(&self) -> Timestamp {
        let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp(passed.as_millis().try_into().unwrap())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Every file of a folder is a model, named like it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl ModelFiles for Folder {
    fn find(&self, name: &ModelName) -> Option<ModelFile> {
        let path = self.0.join(format!("{name}.gguf"));
        path.exists().then(|| ModelFile { path, sha256: format!("hash of {name}"), template: None })
    }

    fn partner(&self, model: &ModelName) -> Option<ModelName> {
        (model.as_str() == "ana").then(|| name("bea"))
    }

    fn installed(&self) -> Vec<ModelName> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let models = entries.filter(|path| path.extension().is_some_and(|it| it == "gguf"));
        models.map(|path| name(path.file_stem().unwrap().to_str().unwrap())).collect()
    }
}

/// Two models, `ana` (the default) and `bea`, and the fake engine with a script.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) settings: LocalSettings,
}

impl House {
    /// `script` has the manner of each start of the process, see the fake engine.
    pub(crate) fn new(script: &[&str]) -> House {
        let folder = TempDir::new().unwrap();
        let executable = folder.path().join("engine");
        symlink(env!("CARGO_BIN_EXE_sarai-engine-fake"), &executable).unwrap();
        fs::write(folder.path().join("script"), script.join("\n")).unwrap();
        let models = folder.path().join("models");
        fs::create_dir(&models).unwrap();
        fs::write(models.join("ana.gguf"), "weights").unwrap();
        fs::write(models.join("bea.gguf"), "weights").unwrap();
        let settings = settings(executable, models);
        House { folder, settings }
    }

    /// Makes a model that cannot be loaded.
    pub(crate) fn break_model(&self, model: &str) {
        let path = self.folder.path().join("models").join(format!("{model}.gguf"));
        fs::write(path, "broken").unwrap();
    }

    pub(crate) fn start(&self) -> LocalEngine {
        LocalEngine::start(self.settings.clone()).unwrap()
    }

    pub(crate) fn start_ready(&self) -> LocalEngine {
        let engine = self.start();
        wait_until(&engine, Readiness::is_ready);
        engine
    }

    /// The process ids of all starts of the engine, the first one first.
    pub(crate) fn started(&self) -> Vec<Pid> {
        let start = |number| fs::read_to_string(self.folder.path().join(format!("start-{number}")));
        let pids = (0..).map_while(|number| start(number).ok());
        pids.map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect()
    }
}

pub(crate) fn settings(executable: PathBuf, models: PathBuf) -> LocalSettings {
    LocalSettings {
        executable,
        rivals: Vec::new(),
        model: Some(name("ana")),
        models: Arc::new(Folder(models)),
        draft_model: DraftChoice::None,
        context_tokens: 8192,
        threads: 2,
        parallel: 2,
        waiting_max: 2,
        state_folder: None,
        state_bytes_max: 0,
        drafting: sarai_engine::Drafting::Off,
        measurements: None,
        opening: None,
        deadlines: Deadlines { waiting: SOON, ..Deadlines::HOUSEHOLD },
        clock: Arc::new(RealClock::new()),
        random: Arc::new(SeededRandom::new(1)),
    }
}

/// Waits until the readiness is as told, and returns it.
#[track_caller]
pub(crate) fn wait_until(engine: &LocalEngine, wanted: impl Fn(&Readiness) -> bool) -> Readiness {
    let mut readiness = engine.readiness();
    while !wanted(&readiness) {
        let next = engine.next_readiness(&readiness, SOON);
        assert_ne!(next, readiness, "nothing more happens");
        readiness = next;
    }
    readiness
}

pub(crate) fn question(text: &str) -> Generation {
    chat(&[Said::new(Speaker::User, Text::user(text))])
}

pub(crate) fn chat(said: &[Said]) -> Generation {
    let language = Language::Spanish;
    let parts = Parts {
        persona: None,
        said,
        recalled: &Recalled::default(),
        today: None,
        tools: &[],
        language,
    };
    Generation {
        model: None,
        prompt: prompt::assemble(parts, &Limits::SMALL).unwrap(),
        tools: Vec::new(),
        sampling: Sampling::GREEDY,
        tokens_max: None,
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: None,
        top_logprobs: None,
    }
}

pub(crate) fn question_to(model: &str, text: &str) -> Generation {
    Generation { model: Some(name(model)), ..question(text) }
}

/// Asks and returns the answer, without looking at the events.
pub(crate) fn ask(engine: &dyn Engine, generation: &Generation) -> Result<Completion, EngineError> {
    engine.generate(generation, &mut |_| ControlFlow::Continue(()))
}

/// What has come of an answer when its test lets it go on.
pub(crate) struct Asked<'scope> {
    thread: ScopedJoinHandle<'scope, Result<Completion, EngineError>>,
}

/// Asks in another thread, and returns once the first word has come.
pub(crate) fn begin<'scope>(
    scope: &'scope Scope<'scope, '_>,
    engine: &'scope LocalEngine,
    generation: Generation,
) -> Asked<'scope> {
    let (begun, first_word) = sync_channel(1);
    let thread = scope.spawn(move || {
        engine.generate(&generation, &mut |event| {
            if matches!(event, EngineEvent::Piece { .. }) {
                // Only the first word is waited for.
                begun.try_send(()).ok();
            }
            ControlFlow::Continue(())
        })
    });
    first_word.recv_timeout(SOON).unwrap();
    Asked { thread }
}

impl Asked<'_> {
    pub(crate) fn answer(self) -> Result<Completion, EngineError> {
        self.thread.join().unwrap()
    }
}

/// Asks, and notes every event in a few words.
pub(crate) fn listen(
    engine: &dyn Engine,
    generation: &Generation,
) -> (Vec<String>, Result<Completion, EngineError>) {
    let mut heard = Vec::new();
    let result = engine.generate(generation, &mut |event| {
        heard.push(match event {
            EngineEvent::Queued { ahead } => format!("queued {ahead}"),
            EngineEvent::Prefill { done, total } => format!("prefill {done}/{total}"),
            EngineEvent::Piece { text, .. } => format!("piece {text}"),
        });
        ControlFlow::Continue(())
    });
    (heard, result)
}
