//! What the crate promises, from outside.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod agreement;
mod named;
mod problems;
mod recognition;
mod slow;
mod walks;
