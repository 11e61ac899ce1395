//! The assistant's side of an engine: [`LocalEngine`] starts and watches the engine process.
#![forbid(unsafe_code)]

mod local;
mod lock;
mod spawn;

pub use local::{Deadlines, LocalEngine, LocalSettings, ModelFile, ModelFiles};
