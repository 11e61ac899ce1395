//! The local engine with the real process and real models.
//!
//! `SARAI_ENGINE_FOLDER` is the folder of `sarai-engine-llama`, `SARAI_TEST_MODELS` the one of
//! `smollm2-135m.gguf` and `qwen2.5-coder-0.5b.gguf`.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::{Engine, EngineError, EngineEvent, Finish, Generation};
use sarai_core::readiness::Readiness;
use sarai_core::text::{Origin, Text};
use sarai_engine::{Deadlines, DraftChoice, LocalEngine, LocalSettings};
use tempfile::TempDir;

use crate::house::{ask, chat, name, question, question_to, settings, wait_until};

const SMALL: &str = "smollm2-135m";
const LARGE: &str = "qwen2.5-coder-0.5b";

#[expect(clippy::disallowed_methods, reason = "only the runner of these tests knows the folder")]
fn folder(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_else(|| panic!("set {variable}")))
}

/// A folder of its own with links to the executable and the models.
struct RealHouse {
    folder: TempDir,
    settings: LocalSettings,
}

impl RealHouse {
    fn new() -> RealHouse {
        let house = TempDir::new().unwrap();
        let executable = house.path().join("engine");
        symlink(folder("SARAI_ENGINE_FOLDER").join("sarai-engine-llama"), &executable).unwrap();
        let models = house.path().join("models");
        fs::create_dir(&models).unwrap();
        for model in [SMALL, LARGE] {
            let file = format!("{model}.gguf");
            symlink(folder("SARAI_TEST_MODELS").join(&file), models.join(&file)).unwrap();
        }
        let patience = Duration::from_mins(2);
        let settings = LocalSettings {
            draft_model: DraftChoice::None,
            model: Some(name(SMALL)),
            context_tokens: 2048,
            threads: 0,
            deadlines: Deadlines {
                waiting: patience,
                pong: Duration::from_secs(4),
                ping_busy: Duration::from_millis(500),
                ..Deadlines::HOUSEHOLD
            },
            ..settings(executable, models)
        };
        RealHouse { folder: house, settings }
    }

    fn start(&self) -> LocalEngine {
        LocalEngine::start(self.settings.clone()).unwrap()
    }

    fn model(&self, model: &str) -> PathBuf {
        self.folder.path().join("models").join(format!("{model}.gguf"))
    }

    /// The process that runs now, found by the path it was started with.
    fn process(&self) -> Option<Pid> {
        let executable = self.folder.path().join("engine");
        let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        processes.into_iter().find_map(|process| {
            let command = fs::read(process.join("cmdline")).ok()?;
            let started_as = command.split(|byte| *byte == 0).next()?;
            let pid = process.file_name()?.to_str()?.parse().ok()?;
            (Path::new(std::str::from_utf8(started_as).ok()?) == executable)
                .then(|| Pid::from_raw(pid))?
        })
    }
}

fn long_answer() -> Generation {
    Generation { tokens_max: Some(1000), ..question("Write a very long story about the sea.") }
}

fn short(generation: Generation) -> Generation {
    Generation { tokens_max: Some(8), ..generation }
}

/// Sends a signal to the process in the middle of an answer; the next question is answered.
fn interrupt(signal: Signal) -> EngineError {
    let house = RealHouse::new();
    let engine = house.start();
    let mut pieces = 0;
    let answered = engine.generate(&long_answer(), &mut |event| {
        pieces += u32::from(matches!(event, EngineEvent::Piece { .. }));
        if pieces == 3 {
            kill_process(house.process().unwrap(), signal).unwrap();
        }
        ControlFlow::Continue(())
    });
    let error = answered.unwrap_err();
    assert!(!ask(&engine, &short(question("Hello"))).unwrap().text.is_empty());
    let health = engine.health();
    assert_eq!(health.restarts, 1);
    assert_eq!(health.last_failure.unwrap().1, error.to_string());
    engine.stop();
    assert_eq!(house.process(), None);
    error
}

#[test]
fn a_question_is_answered() {
    let house = RealHouse::new();
    let engine = house.start();
    let [first, second] = [0, 1].map(|_| ask(&engine, &short(question("Hello"))).unwrap());
    assert!(!first.text.trim().is_empty());
    assert_eq!(first.text, second.text, "greedy answers repeat");
    assert!(first.usage.prompt_tokens > 0 && first.usage.completion_tokens > 0);
    assert!(engine.health().backend.unwrap().contains("llama.cpp"));
    assert_eq!(engine.models()[0].context_tokens, Some(2048));
    assert!(engine.tokens("Hello world").unwrap() >= 2);
    let vectors = engine.embed(None, &["sea".to_owned(), "ocean".to_owned()]).unwrap().vectors;
    for vector in vectors {
        let norm = vector.iter().map(|value| value * value).sum::<f32>();
        assert!((norm - 1.0).abs() < 1e-3, "{norm}");
    }
}

#[test]
fn an_answer_is_cut_short() {
    let house = RealHouse::new();
    let engine = house.start();
    let cut = engine.generate(&long_answer(), &mut |event| match event {
        EngineEvent::Piece { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let cut = cut.unwrap();
    assert_eq!(cut.finish, Finish::Cancelled);
    assert!(cut.usage.completion_tokens < 50, "{:?}", cut.usage);
}

#[test]
fn a_killed_process_costs_one_answer() {
    assert_eq!(interrupt(Signal::KILL), EngineError::OutOfMemory);
    assert!(matches!(interrupt(Signal::ABORT), EngineError::Crashed { .. }));
}

#[test]
fn a_stopped_process_costs_one_answer() {
    assert_eq!(interrupt(Signal::STOP), EngineError::Stalled { seconds: 4 });
}

#[test]
fn a_truncated_model_is_told_and_another_helps() {
    let house = RealHouse::new();
    let mut head = vec![0; 8 * 1024 * 1024];
    File::open(house.model(SMALL)).unwrap().read_exact(&mut head).unwrap();
    fs::remove_file(house.model(SMALL)).unwrap();
    fs::write(house.model(SMALL), head).unwrap();
    let engine = house.start();
    let failed = |readiness: &Readiness| matches!(readiness, Readiness::Failed { .. });
    let Readiness::Failed { reason } = wait_until(&engine, failed) else { unreachable!() };
    assert!(reason.contains(&format!("could not load `{SMALL}`")), "{reason}");
    assert!(!ask(&engine, &short(question_to(LARGE, "Hello"))).unwrap().text.is_empty());
}

#[test]
fn two_models_take_turns() {
    let house = RealHouse::new();
    let engine = house.start();
    let models = [SMALL, LARGE, SMALL]
        .map(|model| ask(&engine, &short(question_to(model, "Hello"))).unwrap().model.to_string());
    assert_eq!(models, [SMALL, LARGE, SMALL]);
    assert_eq!(engine.health().restarts, 0);
}

#[test]
fn a_known_prefix_survives_a_restart() {
    let mut house = RealHouse::new();
    house.settings.state_folder = Some(house.folder.path().join("sessions"));
    house.settings.state_bytes_max = 1 << 30;
    let words = "The sea is wide and blue and full of fish. ".repeat(40);
    let generation = Generation {
        session: Some("casa".to_owned()),
        ..short(question(&format!("{words} What is the sea?")))
    };
    let engine = house.start();
    let cold = ask(&engine, &generation).unwrap();
    assert_eq!(cold.usage.cached_tokens, 0);
    engine.stop();
    let warm = ask(&house.start(), &generation).unwrap();
    assert_eq!(warm.text, cold.text);
    let known = f64::from(warm.usage.cached_tokens) / f64::from(warm.usage.prompt_tokens);
    assert!(known > 0.9, "{:?}", warm.usage);
}

#[test]
fn the_first_question_finds_read_what_conversations_begin_with() {
    let mut house = RealHouse::new();
    let words = "You are the assistant of this house. ".repeat(20);
    let ours = |question: &str| {
        let client = Said::new(Speaker::Client, Text::new(Origin::Client, words.clone()));
        chat(&[client, Said::new(Speaker::User, Text::user(question))])
    };
    let opening = ours("0");
    house.settings.opening = Some(Arc::new(move || Some(opening.clone())));
    let engine = house.start();
    wait_until(&engine, Readiness::is_ready);
    while !engine.is_idle().unwrap() {}
    let first = ask(&engine, &short(ours("Hello?"))).unwrap();
    assert!(first.usage.cached_tokens > 120, "{:?}", first.usage);
}
