//! Several engines: one takes the other's place once it was compared, while nobody waited.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::Duration;

use sarai_core::engine::Engine as _;
use sarai_engine::{Deadlines, EngineRecord, LocalEngine, MeasurementsFile, Timings, Verdict};

use crate::house::{House, SOON, ask, question};

/// A house with a second engine, whose every start behaves in this manner.
fn house(reference: &[&str], rival: &str) -> House {
    let mut house = House::new(reference);
    let folder = house.folder.path().join("rival");
    fs::create_dir(&folder).unwrap();
    let executable = folder.join("rival");
    symlink(env!("CARGO_BIN_EXE_sarai-engine-fake"), &executable).unwrap();
    fs::write(folder.join("script"), rival).unwrap();
    house.settings.rivals = vec![executable, PathBuf::from("not built")];
    let path = house.folder.path().join("run/engines.json");
    let machine = "this one".to_owned();
    house.settings.measurements = Some(MeasurementsFile { path, machine });
    house.settings.deadlines = Deadlines {
        waiting: SOON,
        comparing: Duration::ZERO,
        ping_idle: Duration::from_millis(50),
        ..Deadlines::HOUSEHOLD
    };
    house
}

/// Waits until all is known of the engines, and returns it.
fn learned(engine: &LocalEngine) -> Vec<EngineRecord> {
    loop {
        if let Ok((records, false)) = engine.engines() {
            return records;
        }
        engine.next_readiness(&engine.readiness(), Duration::from_millis(20));
    }
}

fn starts_of_rival(house: &House) -> usize {
    let entries = fs::read_dir(house.folder.path().join("rival")).unwrap();
    entries
        .filter(|entry| entry.as_ref().unwrap().path().display().to_string().contains("start-"))
        .count()
}

/// Returns whether the second engine answers.
#[track_caller]
fn rival_serves(engine: &LocalEngine) -> bool {
    ask(engine, &question("name")).unwrap().text == "rival"
}

#[test]
fn a_quicker_engine_that_agrees_takes_over_and_is_taken_at_once_the_next_time() {
    let house = house(&["normal"], "quick");
    let engine = house.start_ready();
    let records = learned(&engine);
    assert_eq!(records.len(), 2, "{records:?}");
    assert!(records[1].serves && records[1].verdict.as_ref().unwrap().agrees(), "{records:?}");
    assert!(rival_serves(&engine));
    engine.stop();
    let (references, rivals) = (house.started().len(), starts_of_rival(&house));
    assert!(rival_serves(&house.start_ready()));
    assert_eq!((house.started().len(), starts_of_rival(&house)), (references, rivals + 1));
}

#[test]
fn a_slower_engine_goes_again() {
    let house = house(&["normal"], "slow");
    let engine = house.start_ready();
    let records = learned(&engine);
    assert!(records[0].serves && records[1].timings.is_some(), "{records:?}");
    assert!(!rival_serves(&engine));
}

#[test]
fn one_measurement_on_a_busy_moment_decides_nothing() {
    let house = house(&["normal"], "a-little-slow\na-little-quick\na-little-slow");
    let engine = house.start_ready();
    let records = learned(&engine);
    assert!(records[1].serves, "{records:?}");
    let least = Timings { batch_ms: [7.0; 5], prompt_ms: 40.0 };
    assert_eq!(records[1].timings, Some(least));
    assert!(rival_serves(&engine));
    let starts = (house.started().len(), starts_of_rival(&house));
    assert_eq!(starts, (3, 3), "they were measured in turns, and the one that serves came last");
    engine.stop();
    // What is known well enough is not measured again.
    let again = house.start_ready();
    learned(&again);
    assert_eq!((house.started().len(), starts_of_rival(&house)), (starts.0, starts.1 + 1));
}

#[track_caller]
fn check_refused(manner: &str, expected: impl Fn(&Verdict) -> bool) {
    let house = house(&["normal"], manner);
    let engine = house.start_ready();
    let records = learned(&engine);
    let verdict = records[1].verdict.as_ref().unwrap();
    assert!(expected(verdict) && records[0].serves, "{records:?}");
    assert!(!rival_serves(&engine));
    engine.stop();
    // It is not tried again.
    let again = house.start_ready();
    learned(&again);
    assert_eq!(starts_of_rival(&house), 1);
}

#[test]
fn an_engine_that_computes_something_else_is_refused() {
    check_refused(
        "examine-differs",
        |verdict| matches!(verdict, Verdict::Differs { reference, engine } if engine > reference),
    );
}

#[test]
fn an_engine_that_fails_is_refused() {
    for manner in ["exits", "wrong-version", "load-fails", "load-killed", "examine-crashes"] {
        check_refused(manner, |verdict| matches!(verdict, Verdict::Fails { .. }));
    }
}

#[test]
fn nobody_waits_for_a_comparison() {
    let house = house(&["normal"], "examine-never-ends");
    let engine = house.start_ready();
    while starts_of_rival(&house) == 0 {
        engine.next_readiness(&engine.readiness(), Duration::from_millis(20));
    }
    assert!(engine.readiness().is_ready(), "whoever asks is served");
    assert!(!rival_serves(&engine));
}

#[test]
fn where_the_reference_cannot_be_examined_nothing_is_compared() {
    let house = house(&["examine-unsupported"], "quick");
    let engine = house.start_ready();
    assert!(learned(&engine)[1].verdict.is_none());
    assert_eq!(starts_of_rival(&house), 0);
}

#[test]
fn an_engine_that_dies_while_it_serves_is_not_trusted_again() {
    let house = house(&["normal"], "quick-then-crash");
    let engine = house.start_ready();
    learned(&engine);
    assert!(rival_serves(&engine));
    ask(&engine, &question("die")).unwrap_err();
    assert!(!rival_serves(&engine));
    assert!(matches!(learned(&engine)[1].verdict, Some(Verdict::Fails { .. })));
}
