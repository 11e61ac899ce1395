//! The files of sessions when no process is there to tell which are whose.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The folder of computed prefixes, as the assistant's side may handle it: emptied, or left alone.
#[derive(Debug)]
pub(crate) struct Leftover {
    folder: Option<PathBuf>,
    /// Whether it was emptied while a process may still have been writing its last.
    emptied: AtomicBool,
}

impl Leftover {
    pub(crate) fn new(folder: Option<PathBuf>) -> Leftover {
        Leftover { folder, emptied: AtomicBool::new(false) }
    }

    /// Removes all files, now and once the process that is leaving has left.
    pub(crate) fn forget(&self) -> Result<(), String> {
        self.emptied.store(true, Ordering::SeqCst);
        self.empty()
    }

    /// A process has left: what it wrote after the folder was emptied goes, too.
    pub(crate) fn left(&self) {
        if self.emptied.swap(false, Ordering::SeqCst)
            && let Err(error) = self.empty()
        {
            tracing::warn!(%error, "states of forgotten sessions may be left");
        }
    }

    /// A process serves: it knows its files, and forgets by itself.
    pub(crate) fn serves(&self) {
        self.emptied.store(false, Ordering::SeqCst);
    }

    fn empty(&self) -> Result<(), String> {
        let Some(folder) = &self.folder else { return Ok(()) };
        empty(folder).map_err(|error| format!("could not empty `{}`: {error}", folder.display()))
    }
}

/// Removes the files of a folder, and not the folder. What is gone already is no error.
fn empty(folder: &Path) -> io::Result<()> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let entries = match std::fs::read_dir(folder) {
        Err(error) if gone(&error) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        match std::fs::remove_file(entry.path()) {
            Err(error) if !gone(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
