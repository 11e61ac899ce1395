//! llama.cpp behind the backend contract, with real model files: the tests of every native engine.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail like tests do"
)]

#[path = "../../../sarai-engine-native/tests/engine/files.rs"]
mod files;
#[path = "../../../sarai-engine-native/tests/engine/slow.rs"]
mod slow;

use sarai_engine_llama::loader;

/// The executable under test.
const ENGINE: &str = env!("CARGO_BIN_EXE_sarai-engine-llama");

const LIBRARY: &str = "llama.cpp";
const BINDING: &str = "llama-cpp-sys-2";

const SMALL: &str = slow::SMOL;
