//! llama.cpp behind the backend contract, with real model files.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail like tests do"
)]

mod files;
mod slow;
