//! Tests of the models' public contract: against a server that behaves like the hub, a `pip` that is
//! a script, and states that a crash may leave on disk.

mod hub;
mod slow;
// Helpers count as tests for the lints.
#[cfg(test)]
mod support;
