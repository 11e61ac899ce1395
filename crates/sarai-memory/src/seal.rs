//! Encryption at rest: what is told is on the disk, but only a passphrase makes it words again.
//!
//! One key comes out of the passphrase and what `memory.key` says, and from it two: SQLCipher's for
//! the pages of the database, and one for the lines of the journal and of the archive, each sealed
//! on its own. A line that does not open reads as a damaged one.

mod error;
#[cfg(feature = "encryption")]
mod keys;
#[cfg(not(feature = "encryption"))]
mod no_keys;
#[cfg(feature = "encryption")]
mod passphrase;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

pub use error::SealError;
#[cfg(feature = "encryption")]
pub use passphrase::Passphrase;

#[cfg(feature = "encryption")]
use self::keys::Keys;
#[cfg(not(feature = "encryption"))]
use self::no_keys::Keys;

/// What a sealed line begins with, and no other.
const SEALED: u8 = b'~';

/// How a database that nobody encrypted begins.
#[cfg(feature = "encryption")]
const PLAIN_DATABASE: &[u8] = b"SQLite format 3\0";

/// What a sealed line is for: one of the journal does not open in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Journal,
    Archive,
}

impl Purpose {
    #[cfg(feature = "encryption")]
    fn words(self) -> &'static str {
        match self {
            Purpose::Journal => "journal",
            Purpose::Archive => "archive",
        }
    }
}

/// The keys of a memory, or none for one that is kept as it is told.
#[derive(Clone)]
pub struct Seal {
    keys: Option<Arc<Keys>>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").field("is_open", &self.keys.is_none()).finish()
    }
}

impl Seal {
    /// Nothing is encrypted.
    pub(crate) const NONE: Seal = Seal { keys: None };

    pub(crate) fn is_none(&self) -> bool {
        self.keys.is_none()
    }

    /// Gives a connection its key. This must be the first that is done with it.
    pub(crate) fn unlock(&self, connection: &Connection) -> rusqlite::Result<()> {
        self.keys.as_ref().map_or(Ok(()), |keys| keys.unlock(connection))
    }

    /// Returns a line, its end included, as it is written.
    pub(crate) fn close_line(&self, purpose: Purpose, line: &str) -> io::Result<String> {
        match &self.keys {
            None => Ok(line.to_owned()),
            Some(keys) => keys.close_line(purpose, line),
        }
    }

    /// Makes a line that was read what it says. One that was sealed by nobody who has the key says
    /// nothing.
    pub(crate) fn open_line(&self, purpose: Purpose, line: &mut Vec<u8>) {
        if let Some(keys) = &self.keys {
            *line = keys.open_line(purpose, line).unwrap_or_else(|| b"?\n".to_vec());
        }
    }
}

/// Returns where it is kept how the key of a database comes out of its passphrase.
pub(crate) fn file_of(database: &Path) -> PathBuf {
    database.with_extension("key")
}

/// Refuses a memory that somebody encrypted to who has no key for it.
pub(crate) fn refuse_sealed(database: &Path, journal: &Path) -> Result<(), SealError> {
    let failed = |source| SealError::Disk { path: database.to_owned(), source };
    let has_key = file_of(database).try_exists().map_err(failed)?;
    if has_key || beginning(journal, 1).map_err(failed)? == [SEALED] {
        return Err(SealError::Sealed { path: database.to_owned() });
    }
    Ok(())
}

/// Returns the first bytes of a file; none when there is no such file.
fn beginning(path: &Path, bytes: u64) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(bytes).read_to_end(&mut found)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(found)
}
