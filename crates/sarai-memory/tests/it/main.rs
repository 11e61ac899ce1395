//! The memory through its public face.
#![expect(clippy::unwrap_used, reason = "helpers of tests, outside test functions")]

mod conversations;
mod kit;
mod recall;
