//! Tests of the models' public contract: against a server that behaves like the hub, a `pip` that is
//! a script, and states that a crash may leave on disk.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod catalogue;
mod errors;
mod gguf;
mod hub;
mod import;
mod interrupted;
mod python;
mod slow;
mod store;
mod support;
