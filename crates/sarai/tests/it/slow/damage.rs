//! A model file that went bad after it was installed.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::house::{House, wait_until};

use super::{SMALL, named};

/// A home whose model is a file of its own, not linked to that of other tests.
fn house() -> (House, String) {
    let house = House::of(&named("SARAI_TEST_SARAI")).with("SARAI_MODEL_NAME", SMALL);
    let copy = house.file("copy.gguf", b"");
    fs::copy(named("SARAI_TEST_MODELS").join(format!("{SMALL}.gguf")), &copy).unwrap();
    let ran = house.run(&["models", "import", &copy, SMALL]).succeeded();
    fs::remove_file(copy).unwrap();
    let path = ran.stdout.trim().replace("HOME", house.path("").to_str().unwrap());
    (house, path)
}

#[track_caller]
fn check(house: &House, exit: i32) {
    let ran = house.run(&["chat", "Hello"]).failed(exit);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains(SMALL) && ran.stderr.contains("consejo:"), "{ran:?}");
    let ran = house.run(&["models", "verify"]);
    assert!(ran.code != Some(0) && ran.stdout.contains(SMALL), "{ran:?}");
    assert!(ran.stderr.contains("sarai models pull smollm2-135m"), "{ran:?}");
    let ran = house.run(&["doctor"]).failed(1);
    assert!(ran.stdout.contains(SMALL), "{ran:?}");
}

#[test]
fn flipped_bytes_are_told_by_whoever_meets_them() {
    let (house, path) = house();
    let mut file = File::options().write(true).open(path).unwrap();
    // The magic and the version stay; the counts and the first keys go.
    file.seek(SeekFrom::Start(8)).unwrap();
    file.write_all(&[0xff; 64]).unwrap();
    drop(file);
    check(&house, 5);

    let serving = house.serve();
    wait_until("failed", || serving.client.get("/readyz").json()["phase"] == "failed");
    let ready = serving.client.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.json()["reason"].as_str().unwrap().contains(SMALL), "{ready:?}");
    assert_eq!(serving.client.get("/livez").status, 200);
    let refused = serving.client.chat("Hello", 1);
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains(SMALL), "{refused:?}");
    serving.end();
}

#[test]
fn one_flipped_bit_of_the_weights_is_found_by_verifying() {
    let (house, path) = house();
    house.run(&["models", "verify"]).succeeded();
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(50_000_000)).unwrap();
    file.write_all(b"!").unwrap();
    drop(file);
    let ran = house.run(&["models", "verify", SMALL]);
    assert!(ran.code != Some(0) && ran.stderr.contains("sarai models pull"), "{ran:?}");
}
