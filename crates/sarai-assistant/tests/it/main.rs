//! Turns through the public contract: a scripted engine, real SQLite, a clock that the test moves.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod background;
mod conversations;
mod house;
mod memory;
mod talk;
mod tools;
