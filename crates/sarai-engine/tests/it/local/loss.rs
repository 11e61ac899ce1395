//! The engine process is lost in the middle of an answer.

use std::thread;
use std::time::Duration;

use sarai_core::engine::{Engine, EngineError};
use sarai_core::readiness::Readiness;
use sarai_engine::Deadlines;

use crate::house::{House, ask, begin, question, wait_until};

/// A house whose engine behaves in `manner` once and is healthy after, and soon noticed.
fn house(manner: &str) -> House {
    let mut house = House::new(&[manner, "normal"]);
    house.settings.deadlines = Deadlines {
        pong: Duration::from_secs(2),
        stall: Duration::from_secs(3),
        ping_busy: Duration::from_millis(50),
        ..house.settings.deadlines
    };
    house
}

/// The answer fails with `expected` in its words, the failure is reported, and the next question is
/// answered by a new process.
#[track_caller]
fn check(manner: &str, expected: &str) -> EngineError {
    let house = house(manner);
    let engine = house.start_ready();
    let error = ask(&engine, &question("die")).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");

    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
    let health = engine.health();
    assert_eq!(health.restarts, 1);
    let (when, reason) = health.last_failure.unwrap();
    assert_eq!(reason, error.to_string());
    assert!(when <= house.settings.clock.now());
    assert_eq!(house.started().len(), 2);
    error
}

#[test]
fn a_crash_tells_the_exit_code_and_the_last_words() {
    let error = check("crash", "exit code 3; its last words: manner: crash / first / second");
    assert!(matches!(error, EngineError::Crashed { .. }));
}

#[test]
fn a_signal_is_named() {
    check("abort", "SIGABRT");
}

#[test]
fn a_stopped_process_is_noticed_by_its_silence() {
    assert_eq!(check("stop", ""), EngineError::Stalled { seconds: 2 });
}

#[test]
fn an_answer_that_does_not_go_on_is_noticed_although_the_process_lives() {
    assert_eq!(check("hangs", ""), EngineError::Stalled { seconds: 3 });
}

#[test]
fn garbage_is_the_end_of_the_process() {
    assert!(matches!(check("garbage", ""), EngineError::Protocol(_)));
    assert!(matches!(check("too-long", "longer than"), EngineError::Protocol(_)));
}

#[test]
fn a_process_that_closes_its_socket_and_stays_is_ended() {
    check("closes", "it closed its connection");
}

#[test]
fn a_process_killed_by_the_system_comes_back_smaller() {
    let house = house("killed");
    let engine = house.start_ready();
    assert_eq!(engine.models()[0].context_tokens, Some(8192));
    assert_eq!(ask(&engine, &question("die")), Err(EngineError::OutOfMemory));
    wait_until(&engine, Readiness::is_ready);
    assert_eq!(engine.models()[0].context_tokens, Some(4096));
}

#[test]
fn every_request_in_flight_ends() {
    let house = house("crash");
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = [0, 1].map(|_| begin(scope, &engine, question("hold")));
        let died = ask(&engine, &question("die"));
        assert!(matches!(died, Err(EngineError::Crashed { .. })), "{died:?}");
        for held in held {
            assert_eq!(held.answer(), died);
        }
    });
}

#[test]
fn a_request_that_waits_its_turn_in_the_engine_is_not_late_while_others_go_on() {
    let house = house("normal");
    let engine = house.start_ready();
    thread::scope(|scope| {
        // Makes no progress of its own; the others do, for longer than the deadline.
        let waiting = scope.spawn(|| ask(&engine, &question("wait-in-silence")));
        let begun = house.settings.clock.elapsed();
        while house.settings.clock.elapsed() < begun + Duration::from_secs(4) {
            ask(&engine, &question("hola")).unwrap();
        }
        ask(&engine, &question("release")).unwrap();
        assert_eq!(waiting.join().unwrap().unwrap().text, "");
    });
    assert_eq!(house.started().len(), 1);
}

#[test]
fn while_it_comes_back_the_reason_is_told() {
    let house = House::new(&["crash", "load-never-ends"]);
    let engine = house.start_ready();
    let error = ask(&engine, &question("die")).unwrap_err();
    let readiness = wait_until(&engine, |readiness| {
        matches!(readiness, Readiness::Restarting { .. } | Readiness::Loading { .. })
    });
    if let Readiness::Restarting { reason, .. } = readiness {
        assert_eq!(reason, error.to_string());
    }
    wait_until(&engine, |readiness| matches!(readiness, Readiness::Loading { .. }));
}
