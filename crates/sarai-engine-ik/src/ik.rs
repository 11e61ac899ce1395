//! A thin safe layer over the C functions of the ik fork that an engine needs.
//!
//! Owners free what they own ([`Model`], [`Context`]), a context keeps its model alive, and
//! arguments are checked where the library would assert, because its assertions end the process.

mod context;
mod log;
mod model;

pub(crate) use context::Context;
pub(crate) use model::Model;
