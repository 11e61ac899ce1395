//! One process, several models: one at a time.

use std::fs;
use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, kill_process, test_kill_process};
use sarai_core::engine::{Engine, EngineError, EngineEvent};
use sarai_core::readiness::Readiness;

use crate::house::{House, SOON, ask, begin, name, question, question_to, wait_until};

#[test]
fn a_request_may_name_another_model() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    assert_eq!(ask(&engine, &question_to("bea", "model")).unwrap().text, "bea");
    assert_eq!(engine.readiness(), Readiness::Ready { model: name("bea") });
    let completion = ask(&engine, &question("model")).unwrap();
    assert_eq!((completion.text.as_str(), completion.model), ("ana", name("ana")));
    assert_eq!(house.started().len(), 3);
    assert_eq!(engine.health().restarts, 0, "a swap is no loss");
}

#[test]
fn an_unknown_model_is_named() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let unknown = EngineError::ModelNotFound(name("eva"));
    assert_eq!(ask(&engine, &question_to("eva", "hola")), Err(unknown.clone()));
    assert_eq!(engine.embed(Some(&name("eva")), &[]), Err(unknown));
}

#[test]
fn a_swap_waits_for_the_answers_that_run() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = begin(scope, &engine, question("hold"));
        let mut ahead = None;
        // Looks once: somebody is before. Then goes away.
        let left = engine.generate(&question_to("bea", "model"), &mut |event| {
            ahead = Some(event_name(&event));
            ControlFlow::Break(())
        });
        assert_eq!(left.unwrap().text, "");
        assert_eq!(ahead.as_deref(), Some("queued 1"));

        ask(&engine, &question("release")).unwrap();
        assert_eq!(held.answer().unwrap().text, "held ");
    });
    assert_eq!(house.started().len(), 1, "whoever left wants nothing");
}

fn event_name(event: &EngineEvent<'_>) -> String {
    match event {
        EngineEvent::Queued { ahead } => format!("queued {ahead}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn those_behind_a_swap_wait_in_line_even_for_the_old_model() {
    let mut house = House::new(&["normal"]);
    house.settings.waiting_max = 5;
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = begin(scope, &engine, question("hold"));
        let engine = &engine;
        let wait_in_line = |generation| {
            let (told, first_event) = sync_channel(1);
            let thread = scope.spawn(move || {
                engine.generate(&generation, &mut |_| {
                    // Only the first event is waited for.
                    told.try_send(()).ok();
                    ControlFlow::Continue(())
                })
            });
            first_event.recv_timeout(SOON).unwrap();
            thread
        };
        let other = wait_in_line(question_to("bea", "model"));
        let behind = wait_in_line(question("model"));
        let health = engine.health();
        assert_eq!((health.active, health.waiting), (1, 2));

        // A request to release the held one would wait behind them.
        kill(&house, Signal::TERM);
        held.answer().unwrap_err();
        assert_eq!(other.join().unwrap().unwrap().text, "bea");
        assert_eq!(behind.join().unwrap().unwrap().text, "ana");
    });
}

fn kill(house: &House, signal: Signal) {
    kill_process(*house.started().last().unwrap(), signal).unwrap();
}

#[test]
fn a_full_house_is_busy() {
    let mut house = House::new(&["normal"]);
    house.settings.waiting_max = 0;
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = [0, 1].map(|_| begin(scope, &engine, question("hold")));
        let health = engine.health();
        assert_eq!((health.active, health.waiting), (2, 0));
        let busy = ask(&engine, &question("hola")).unwrap_err();
        let EngineError::Busy { retry_after_s } = busy else { panic!("{busy}") };
        assert!((1..=600).contains(&retry_after_s));
        engine.stop();
        for held in held {
            held.answer().unwrap_err();
        }
    });
}

#[test]
fn a_swap_that_takes_too_long_is_busy() {
    let mut house = House::new(&["normal"]);
    house.settings.deadlines.waiting = Duration::from_millis(50);
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = begin(scope, &engine, question("hold"));
        let busy = ask(&engine, &question_to("bea", "hola")).unwrap_err();
        assert!(matches!(busy, EngineError::Busy { .. }), "{busy}");
        ask(&engine, &question("release")).unwrap();
        held.answer().unwrap();
    });
}

#[test]
fn a_model_that_fails_costs_its_request_and_the_default_comes_back() {
    let house = House::new(&["normal"]);
    house.break_model("bea");
    let engine = house.start_ready();
    let error = ask(&engine, &question_to("bea", "hola")).unwrap_err();
    let reason = "the file is cut".to_owned();
    assert_eq!(error, EngineError::LoadFailed { model: name("bea"), reason });
    assert_eq!(ask(&engine, &question("model")).unwrap().text, "ana");
}

#[test]
fn the_default_can_be_changed() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    engine.use_model(&name("bea")).unwrap();
    wait_until(&engine, |readiness| *readiness == Readiness::Ready { model: name("bea") });
    assert_eq!(ask(&engine, &question("model")).unwrap().text, "bea");
    let names = engine.models().into_iter().map(|model| (model.name, model.loaded));
    assert_eq!(names.collect::<Vec<_>>(), [(name("bea"), true), (name("ana"), false)]);
}

#[test]
fn what_is_forgotten_while_a_process_leaves_does_not_come_back() {
    let mut house = House::new(&["saves-late", "normal"]);
    let folder = house.folder.path().join("sessions");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("early.state"), "what was said").unwrap();
    house.settings.state_folder = Some(folder.clone());
    let engine = house.start_ready();
    engine.unload();
    wait_until(&engine, |readiness| *readiness == Readiness::Starting);
    engine.forget("casa").unwrap();
    ask(&engine, &question("model")).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn unloading_what_is_not_loaded_keeps_nobody_out() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    engine.unload();
    let [process] = house.started()[..] else { panic!("one process") };
    while test_kill_process(process).is_ok() {
        thread::yield_now();
    }
    // Soon the engine knows that it is gone.
    for _ in 0..1000 {
        engine.unload();
        thread::yield_now();
    }
    assert_eq!(ask(&engine, &question("model")).unwrap().text, "ana");
}

#[test]
fn unloading_ends_the_process_and_the_next_request_brings_it_back() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    engine.unload();
    wait_until(&engine, |readiness| *readiness == Readiness::Starting);
    assert_eq!(engine.health().resident_bytes, None);
    assert_eq!(ask(&engine, &question("model")).unwrap().text, "ana");
    assert_eq!(house.started().len(), 2);
}
