//! The memory through its public face.
#![expect(clippy::unwrap_used, reason = "helpers of tests, outside test functions")]

mod kit;

mod bench;
mod care;
mod conversations;
#[cfg(feature = "encryption")]
mod encryption;
mod evaluation;
mod facts;
mod failures;
mod forget;
mod journal;
mod kills;
mod learning;
mod leftovers;
mod locomo;
mod model;
mod passages;
mod persons;
mod recall;
mod recovery;
mod search;
mod slow;
mod three_days;
mod transfer;
mod vectors;
