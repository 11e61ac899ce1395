//! From nothing to ready, or to a clear failure.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::engine::{Engine, EngineError};
use sarai_core::readiness::Readiness;
use sarai_engine::{Deadlines, MeasurementsFile};

use crate::house::{House, ask, name, question, wait_until};

fn is_failed(readiness: &Readiness) -> bool {
    matches!(readiness, Readiness::Failed { .. })
}

/// The default model fails to load until the engine gives up, with `expected` in the reason.
/// Requests then fail at once, until somebody orders a model again.
#[track_caller]
fn check(manner: &str, expected: &str) -> EngineError {
    let mut house = House::new(&[manner, manner, manner, "normal"]);
    house.settings.deadlines = Deadlines {
        hello: Duration::from_millis(1500),
        load: Duration::from_millis(2500),
        pong: Duration::from_millis(1500),
        ..house.settings.deadlines
    };
    let engine = house.start();
    let Readiness::Failed { reason } = wait_until(&engine, is_failed) else { unreachable!() };
    assert!(reason.contains(expected), "{reason}");
    assert_eq!(house.started().len(), 3);
    let error = ask(&engine, &question("hola")).unwrap_err();
    assert_eq!(error.to_string(), reason);
    assert_eq!(engine.tokens("hola"), Err(error.clone()));
    assert_eq!(engine.health().last_failure.unwrap().1, reason);

    engine.use_model(&name("ana")).unwrap();
    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
    error
}

#[test]
fn a_model_that_cannot_be_loaded_is_given_up_after_three_tries() {
    let reason = "tensor `x` is missing".to_owned();
    let error = check("load-fails", &reason);
    assert_eq!(error, EngineError::LoadFailed { model: name("ana"), reason });
}

#[test]
fn an_executable_of_another_version_is_told() {
    check("wrong-version", "speaks version 99");
    check("refuses-version", "speaks version 98");
}

#[test]
fn a_process_that_never_speaks_is_ended() {
    assert_eq!(check("silent", ""), EngineError::Stalled { seconds: 2 });
}

#[test]
fn a_process_that_ends_before_it_is_ready_tells_why() {
    check("exits", "could not load `ana`: it ended with exit code 3; its last words");
}

#[test]
fn a_process_that_stops_or_is_late_while_loading_is_ended() {
    assert_eq!(check("load-stops", ""), EngineError::Stalled { seconds: 2 });
    assert_eq!(check("load-never-ends", ""), EngineError::Stalled { seconds: 3 });
}

#[test]
fn a_wrong_answer_to_a_load_is_told() {
    check("load-wrong-event", "an unexpected event `done`");
}

#[test]
fn a_process_killed_while_loading_tries_with_less() {
    let house = House::new(&["load-killed", "load-killed", "normal"]);
    let engine = house.start_ready();
    assert_eq!(engine.models()[0].context_tokens, Some(2048));
    assert_eq!(engine.health().restarts, 2);

    assert_eq!(check("load-killed", "ran out of memory"), EngineError::OutOfMemory);
}

#[test]
fn a_missing_executable_is_named() {
    let mut house = House::new(&[]);
    house.settings.executable = PathBuf::from("no/such/engine");
    let engine = house.start();
    let Readiness::Failed { reason } = wait_until(&engine, is_failed) else { unreachable!() };
    assert!(reason.contains("could not start `no/such/engine`"), "{reason}");
}

#[test]
fn a_default_model_that_is_not_installed_is_named() {
    let mut house = House::new(&["normal"]);
    house.settings.model = Some(name("eva"));
    let engine = house.start();
    let readiness = wait_until(&engine, is_failed);
    assert_eq!(readiness, Readiness::Failed { reason: "no model named `eva`".to_owned() });
    assert_eq!(engine.use_model(&name("eva")), Err(EngineError::ModelNotFound(name("eva"))));
    engine.use_model(&name("bea")).unwrap();
    assert_eq!(ask(&engine, &question("model")).unwrap().text, "bea");
}

#[test]
fn loading_tells_its_progress_and_a_request_waits_only_so_long() {
    let mut house = House::new(&["load-never-ends"]);
    house.settings.deadlines.waiting = Duration::from_millis(50);
    let engine = house.start();
    let half = Readiness::Loading { model: name("ana"), fraction: 0.5 };
    wait_until(&engine, |readiness| *readiness == half);
    assert_eq!(ask(&engine, &question("hola")), Err(EngineError::NotReady(half.clone())));
    assert_eq!(engine.tokens("hola"), Err(EngineError::NotReady(half)));
}

#[test]
fn without_a_model_nothing_is_started_until_one_is_ordered() {
    let mut house = House::new(&["normal"]);
    house.settings.model = None;
    let engine = house.start();
    assert_eq!(engine.readiness(), Readiness::Starting);
    let refused = EngineError::NotReady(Readiness::Starting);
    assert_eq!(ask(&engine, &question("hola")), Err(refused));
    assert_eq!(house.started().len(), 0);

    engine.use_model(&name("ana")).unwrap();
    wait_until(&engine, Readiness::is_ready);
    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
}

#[test]
fn another_order_ends_a_load() {
    let house = House::new(&["load-never-ends", "normal"]);
    let engine = house.start();
    wait_until(&engine, |readiness| matches!(readiness, Readiness::Loading { .. }));
    engine.use_model(&name("bea")).unwrap();
    let readiness = wait_until(&engine, Readiness::is_ready);
    assert_eq!(readiness, Readiness::Ready { model: name("bea") });
}

#[test]
fn what_a_model_costs_here_is_measured_once() {
    let mut house = House::new(&["normal"]);
    let path = house.folder.path().join("run/engines.json");
    let file = MeasurementsFile { path: path.clone(), machine: "this one".to_owned() };
    house.settings.measurements = Some(file);
    let engine = house.start_ready();
    let measured = engine.timings().unwrap().unwrap();
    while !path.exists() {
        engine.timings().unwrap();
    }
    engine.stop();

    // What is told of the second start can only come out of the file.
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept.contains("hash of ana") && kept.contains("this one"), "{kept}");
    fs::write(&path, kept.replace("50.0", "77.0")).unwrap();
    let again = house.start_ready();
    let known = again.timings().unwrap().unwrap();
    assert_eq!((measured.prompt_ms, known.prompt_ms), (50.0, 77.0));
}

#[test]
fn what_conversations_begin_with_is_read_at_every_start() {
    let mut house = House::new(&["crash", "normal"]);
    house.settings.opening = Some(Arc::new(|| Some(question("we are SARAi"))));
    let engine = house.start_ready();
    let prepared = || ask(&engine, &question("prepared")).unwrap().text;
    assert_eq!(prepared(), "we are SARAi");
    ask(&engine, &question("die")).unwrap_err();
    assert_eq!(prepared(), "we are SARAi");
}
