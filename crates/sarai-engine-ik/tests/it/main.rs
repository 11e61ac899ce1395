//! The ik fork behind the backend contract, with real model files: the tests of every native engine.
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

use sarai_engine_ik::loader;

/// The executable under test.
const ENGINE: &str = env!("CARGO_BIN_EXE_sarai-engine-ik");

const LIBRARY: &str = "ik_llama.cpp";
const BINDING: &str = "ik-llama-cpp-sys";

/// The smallest model of all is quantised as `Q4_1`, whose kernel here is wrong on some CPUs.
const SMALL: &str = "qwen2.5-coder-0.5b.gguf";
