//! A smaller model that guesses goes along, and what was measured of it is kept.

use std::time::Duration;

use sarai_core::engine::Engine as _;
use sarai_engine::{
    Deadlines, DraftChoice, DraftRecord, DraftTimings, Drafting, LocalEngine, MeasurementsFile,
};

use crate::house::{House, SOON, name};

fn house(draft_model: DraftChoice, drafting: Drafting) -> House {
    let mut house = House::new(&["normal"]);
    let path = house.folder.path().join("run/engines.json");
    house.settings.measurements = Some(MeasurementsFile { path, machine: "this one".to_owned() });
    (house.settings.draft_model, house.settings.drafting) = (draft_model, drafting);
    house.settings.deadlines =
        Deadlines { waiting: SOON, ping_idle: Duration::from_millis(20), ..Deadlines::HOUSEHOLD };
    house
}

/// Waits until `step_ms` was told of the smaller model.
fn wait_for(engine: &LocalEngine, step_ms: f64) -> DraftRecord {
    loop {
        let (records, _) = engine.engines().unwrap();
        let draft = records[0].drafts.first();
        if let Some(draft) = draft.filter(|draft| draft.timings.step_ms >= step_ms) {
            return draft.clone();
        }
        engine.next_readiness(&engine.readiness(), Duration::from_millis(20));
    }
}

const MEASURED: Drafting = Drafting::Measured { acceptance_min: 0.6 };

#[test]
fn what_was_measured_of_a_smaller_model_is_told_the_next_time() {
    for choice in [DraftChoice::Partner, DraftChoice::Named(name("bea"))] {
        let house = house(choice, MEASURED);
        let engine = house.start_ready();
        let expected = DraftRecord {
            sha256: "hash of bea".to_owned(),
            timings: DraftTimings { step_ms: 3.0, prompt_ms: 30.0 },
            in_use: true,
        };
        assert_eq!(wait_for(&engine, 1.0), expected);
        engine.stop();
        // It says one more than it is told.
        assert!((wait_for(&house.start_ready(), 3.5).timings.step_ms - 4.0).abs() < 1e-9);
    }
}

#[test]
fn no_smaller_model_goes_along_where_none_is_wanted_or_there() {
    let missing = DraftChoice::Named(name("carla"));
    let itself = DraftChoice::Named(name("ana"));
    let off = (DraftChoice::Partner, Drafting::Off);
    for (choice, drafting) in
        [off, (DraftChoice::None, MEASURED), (missing, MEASURED), (itself, MEASURED)]
    {
        let house = house(choice.clone(), drafting);
        let engine = house.start_ready();
        // The status that would tell of it has come when the timings are known.
        while engine.engines().unwrap().0[0].timings.is_none() {
            engine.next_readiness(&engine.readiness(), Duration::from_millis(20));
        }
        assert!(engine.engines().unwrap().0[0].drafts.is_empty(), "{choice:?}");
    }
}
