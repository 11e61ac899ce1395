//! Everything started is stopped.

use std::thread;
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use sarai_core::engine::{Engine, EngineError};
use sarai_core::readiness::Readiness;

use crate::house::{House, ask, begin, question, wait_until};

/// No process is left, not even a zombie.
#[track_caller]
fn check_gone(pids: &[Pid]) {
    assert!(!pids.is_empty());
    for pid in pids {
        test_kill_process(*pid).unwrap_err();
    }
}

#[test]
fn a_healthy_process_ends_in_order() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    engine.stop();
    check_gone(&house.started());
    let Err(EngineError::NotReady(Readiness::Failed { .. })) = ask(&engine, &question("hola"))
    else {
        panic!("it still answers")
    };
    // A second time does nothing.
    engine.stop();
}

#[test]
fn answers_that_run_end_when_the_engine_is_stopped() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = begin(scope, &engine, question("hold"));
        engine.stop();
        let error = held.answer().unwrap_err();
        assert!(error.to_string().contains("not ready: failed"), "{error}");
    });
    check_gone(&house.started());
}

#[test]
fn a_process_that_will_not_end_is_killed() {
    let mut house = House::new(&["deaf"]);
    house.settings.deadlines.unload = Duration::from_millis(100);
    drop(house.start_ready());
    check_gone(&house.started());
}

#[test]
fn a_process_that_loads_is_not_left_behind() {
    let house = House::new(&["load-never-ends"]);
    let engine = house.start();
    wait_until(&engine, |readiness| matches!(readiness, Readiness::Loading { .. }));
    drop(engine);
    check_gone(&house.started());
}

#[test]
fn every_lost_process_is_gone() {
    let house = House::new(&["crash", "closes", "garbage", "normal"]);
    let engine = house.start_ready();
    for _ in 0..3 {
        ask(&engine, &question("die")).unwrap_err();
    }
    ask(&engine, &question("hola")).unwrap();
    let pids = house.started();
    assert_eq!(pids.len(), 4);
    check_gone(&pids[..3]);
    assert!(engine.readiness().is_ready());
}

#[test]
fn a_session_is_forgotten_by_the_process_or_with_the_whole_cache() {
    let mut house = House::new(&["normal"]);
    let states = house.folder.path().join("states");
    std::fs::create_dir(&states).unwrap();
    house.settings.state_folder = Some(states.clone());
    let file = states.join("something.state");

    // The process knows which files are the session's.
    std::fs::write(&file, "computed").unwrap();
    let engine = house.start_ready();
    engine.forget("casa").unwrap();
    assert!(file.exists());
    drop(engine);

    house.settings.model = None;
    let engine = house.start();
    engine.forget("casa").unwrap();
    assert!(!file.exists() && states.exists());
}
