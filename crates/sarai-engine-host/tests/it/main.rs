//! An engine process on a toy library, seen through its socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking, in its helpers too, and a toy is small"
)]

mod answers;
mod client;
mod constraints;
#[cfg(test)]
mod drafting;
mod examining;
mod grammars;
mod partners;
mod prefixes;
mod protocol;
mod queue;
mod sampled;
mod states;
mod templates;
mod toy;
