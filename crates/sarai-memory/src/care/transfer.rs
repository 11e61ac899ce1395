//! Memory as lines of JSON that any program can read: written, and brought back.
//!
//! Facts carry everything they need with them, so that a single line can be brought back: it is
//! also the form of the archive.

mod export;
mod import;
pub(crate) mod line;
pub(crate) mod row;

pub use export::Exported;
pub use import::{ImportRefusal, Imported, RefusedLine};
