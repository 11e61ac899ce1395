//! Facts, through the public contract.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod asking;
mod conversations;
mod english;
mod grammar;
mod grounding;
mod ledger;
mod memory_eval;
mod spanish;
mod talk;
