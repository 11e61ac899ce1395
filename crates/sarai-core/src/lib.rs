//! The words and decisions of the assistant.
//!
//! Nothing here reads a disk, a clock, the environment or a socket: plain values come in and plain
//! values go out. Crates above convert their own types (JSON bodies, SQL rows, flags) into these.
#![forbid(unsafe_code)]

pub mod clock;
pub mod conversation;
pub mod engine;
pub mod explain;
pub mod fact;
pub mod id;
pub mod language;
pub mod limits;
pub mod prompt;
pub mod random;
pub mod readiness;
pub mod route;
pub mod syntax;
pub mod text;
pub mod tool;
pub mod trace;
pub mod turn;
pub mod vector;
