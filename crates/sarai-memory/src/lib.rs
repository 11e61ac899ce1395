//! Keeps what the assistant was told, in SQLite. The only crate with SQL over it.
//!
//! [`Memory`] is a cheap handle: clone it. One thread writes, a few connections read beside it.
//! Every question to it names a person, and nobody's question finds another's words.
#![forbid(unsafe_code)]

mod error;
mod file;
mod handle;
mod people;
mod readers;
mod recall;
mod search;
mod title;
mod trace_json;
mod turns;
mod words;
mod writer;

pub use error::{Cause, MemoryError, Operation};
pub use handle::Memory;
pub use turns::NewTurn;
