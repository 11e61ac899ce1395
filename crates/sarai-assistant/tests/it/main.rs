//! Turns through the public contract: a scripted engine, real SQLite, a clock that the test moves.

mod conversations;
mod house;
mod memory;
mod tools;
