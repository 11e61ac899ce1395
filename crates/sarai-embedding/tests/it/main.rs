//! The encoder through its public face.
#![expect(clippy::unwrap_used, reason = "helpers of tests, outside test functions")]

mod kit;

mod damage;
mod encoding;
mod slow;
