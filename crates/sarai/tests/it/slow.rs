//! The program with its real engine and real models.
//!
//! `SARAI_TEST_SARAI` is the program, with the engine beside it; `SARAI_TEST_MODELS` the folder of
//! the models, each as `NAME.gguf`.

mod answers;
mod background;
mod clients;
mod crowd;
mod damage;
mod engine_loss;
mod engines;
mod grammars;
mod measuring;
mod optimising;
mod owner_loss;
mod pull;
mod terminal;
mod upstream;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::house::House;

const DEFAULT: &str = "qwen2.5-coder-1.5b";
const MIDDLE: &str = "qwen2.5-coder-0.5b";
const SMALL: &str = "smollm2-135m";

#[expect(clippy::disallowed_methods, reason = "tests have no configuration of their own")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns the path in `variable`.
fn named(name: &str) -> PathBuf {
    let path = variable(name);
    path.unwrap_or_else(|| panic!("{name} is not set; `cargo xtask test` sets it")).into()
}

/// A home that has `model` and answers with it.
fn house_with(model: &str) -> House {
    let house = House::of(&named("SARAI_TEST_SARAI")).with("SARAI_MODEL_NAME", model);
    let file = named("SARAI_TEST_MODELS").join(format!("{model}.gguf"));
    house.run(&["models", "import", file.to_str().unwrap(), model]).succeeded();
    house
}

#[expect(clippy::disallowed_methods, reason = "how long a person waits is what is tested")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
