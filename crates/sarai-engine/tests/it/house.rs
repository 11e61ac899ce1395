//! A folder with models and an engine executable, and a real clock.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::{
    Completion, Constraint, Engine, EngineError, EngineEvent, Generation, Sampling,
};
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::prompt::{self, Parts};
use sarai_core::readiness::Readiness;
use sarai_core::text::Text;
use sarai_engine::{Deadlines, LocalEngine, LocalSettings, ModelFile, ModelFiles};
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

    fn installed(&self) -> Vec<ModelName> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let models = entries.filter(|path| path.extension().is_some_and(|it| it == "gguf"));
        models.map(|path| name(path.file_stem().unwrap().to_str().unwrap())).collect()
    }
}

/// Two models, `ana` (the default) and `bea`, and the fake engine with a script.
pub(crate) struct House {
    folder: TempDir,
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

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn start(&self) -> LocalEngine {
        LocalEngine::start(self.settings.clone()).unwrap()
    }

    pub(crate) fn start_ready(&self) -> LocalEngine {
        let engine = self.start();
        wait_until(&engine, Readiness::is_ready);
        engine
    }

    /// How often the process was started.
    pub(crate) fn starts(&self) -> usize {
        let entries = fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name());
        entries.filter(|name| name.to_string_lossy().starts_with("start-")).count()
    }
}

fn settings(executable: PathBuf, models: PathBuf) -> LocalSettings {
    LocalSettings {
        executable,
        model: Some(name("ana")),
        models: Arc::new(Folder(models)),
        context_tokens: 8192,
        threads: 2,
        parallel: 2,
        waiting_max: 2,
        state_folder: None,
        state_bytes_max: 0,
        deadlines: Deadlines { waiting: SOON, ..Deadlines::HOUSEHOLD },
        clock: Arc::new(RealClock::new()),
        random: Arc::new(SeededRandom::new(1)),
    }
}

/// Waits until the readiness is as told, and returns it. Looks again and again: nothing tells.
#[track_caller]
pub(crate) fn wait_until(engine: &LocalEngine, wanted: impl Fn(&Readiness) -> bool) -> Readiness {
    let clock = RealClock::new();
    while clock.elapsed() < SOON {
        let readiness = engine.readiness();
        if wanted(&readiness) {
            return readiness;
        }
        std::thread::yield_now();
    }
    panic!("still {:?}", engine.readiness());
}

pub(crate) fn question(text: &str) -> Generation {
    let said = [Said::new(Speaker::User, Text::user(text))];
    let language = Language::Spanish;
    let parts = Parts { persona: None, said: &said, recalled: &[], today: None, language };
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
