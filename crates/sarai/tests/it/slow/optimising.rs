//! A real model written anew, with the figures beside it.

use serde_json::Value;

use super::{SMALL, house_with};
use crate::house::House;

#[track_caller]
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn listed(house: &House, name: &str) -> Option<Value> {
    let listings = house.run(&["models", "list", "--json"]).succeeded().json();
    let listings = listings.as_array().unwrap();
    listings
        .iter()
        .find(|listing| listing["name"] == name && listing["state"] == "installed")
        .cloned()
}

#[test]
fn a_model_is_written_anew_measured_used_and_removed() {
    let house = house_with(SMALL);
    let report = house.run(&["models", "optimise", SMALL, "--to", "q3_k_m", "--json"]);
    let report = report.succeeded().json();
    let (before, after) = (&report["before"], &report["after"]);
    assert_eq!(after["name"], format!("{SMALL}-q3_k_m"));
    assert!(number(&after["bytes"]) < number(&before["bytes"]), "{report}");
    // Less exact, but the same model: a text of nonsense has thousands.
    let [good, worse] = [before, after].map(|model| number(&model["perplexity"]));
    assert!(worse > good && worse < 3.0 * good, "{report}");
    assert_eq!(after["batch_ms"].as_array().unwrap().len(), 5);

    let name = after["name"].as_str().unwrap();
    let listing = listed(&house, name).expect("it is installed");
    assert_eq!(listing["licence"], "Apache-2.0");
    assert_eq!(listing["source"], format!("made of {SMALL}"));
    let left = std::fs::read_dir(house.path("models")).unwrap();
    for file in left.map(|entry| entry.unwrap().path()) {
        assert_ne!(file.extension(), Some("optimising".as_ref()), "{}", file.display());
    }

    let again = house.run(&["models", "optimise", SMALL, "--to", "q3_k_m"]);
    assert!(again.code != Some(0) && again.stderr.contains("ya está instalado"), "{again:?}");
    house.run(&["models", "verify", name]).succeeded();
    house.run(&["models", "remove", name, "--forget"]).succeeded();
    assert!(listed(&house, name).is_none());
}

#[test]
fn what_cannot_be_written_anew_is_said_before_the_work() {
    let house = house_with(SMALL);
    for (arguments, expected) in [
        (["models", "optimise", "no-hay", "--to", "q4_0"], "no-hay"),
        (["models", "optimise", SMALL, "--to", "q9"], "q9"),
        (["models", "optimise", SMALL, "--as", SMALL], "encima de sí mismo"),
    ] {
        let output = house.run(&arguments);
        assert!(output.code != Some(0) && output.stderr.contains(expected), "{output:?}");
    }
}
