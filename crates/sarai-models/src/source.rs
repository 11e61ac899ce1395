//! What a pull may use, and what it tells while it runs.

use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::error::SourceError;
use crate::hub::Hub;
use crate::spawn::PipCommand;

/// Where a pull may look, besides the order that the catalogue gives.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Folders that may already hold the file under its own name, such as a USB disk. Tried first.
    pub folders: Vec<PathBuf>,
    pub hub: Hub,
    /// Ways to run `pip`; the first that answers is used.
    pub pip: Vec<PipCommand>,
}

/// One thing to tell a person while files move.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// Another process is changing the store; this one goes on when it is done. Said again
    /// and again meanwhile, so that waiting can be ended.
    Waiting,
    /// This source is being tried now.
    Trying { source: &'a str },
    /// What is on disk is being hashed.
    Checking { done: u64, total: u64 },
    /// Bytes of the file so far. `part` and `parts` are 1 where a source has no parts.
    Receiving { done: u64, total: u64, part: u32, parts: u32 },
    /// This source cannot deliver; the next one is tried.
    SourceFailed { source: &'a str, reason: &'a SourceError },
}

/// Receives progress. `Break` ends the work; what has arrived is kept for the next pull.
pub type Listener<'a> = dyn FnMut(Progress<'_>) -> ControlFlow<()> + 'a;
