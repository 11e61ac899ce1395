//! What is done every night, and what can be looked at any time.

use rusqlite::Transaction;

use super::archive::Rotated;
use super::backup::BackedUp;
use super::vacuum::Vacuumed;
use super::{journal, journal::scan::scan};
use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};

/// What a night did.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// `None` when nothing is to be archived.
    pub rotated: Option<Rotated>,
    pub vacuumed: Vacuumed,
    pub backed_up: BackedUp,
}

/// What a thorough look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What SQLite says is wrong, in English; at most a hundred things.
    pub faults: Vec<String>,
    /// Whether the journal is whole.
    pub journal_is_whole: bool,
}

impl Checked {
    /// Returns whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.journal_is_whole
    }
}

impl Memory {
    /// Archives, takes repeats out, gives space back and makes the backup of the day, in this
    /// order. Without `rotate_days` nothing is archived.
    pub fn nightly(&self, rotate_days: Option<u32>) -> Result<Night, MemoryError> {
        let rotated = rotate_days.map(|days| self.rotate(None, days)).transpose()?;
        let vacuumed = self.vacuum()?;
        Ok(Night { rotated, vacuumed, backed_up: self.daily_backup()? })
    }

    /// Reads every page, index and line, and says what is wrong. Takes a second for each hundred
    /// megabytes or so; others go on meanwhile.
    pub fn check(&self) -> Result<Checked, MemoryError> {
        self.needs_disk()?;
        let faults = self.read(Operation::Check, faults)?;
        let path = journal::path_of(self.path());
        let found = scan(&path, self.seal())
            .map_err(|error| MemoryError::new(Operation::Check, self.path(), error))?;
        let journal_is_whole = found.is_some_and(|found| !found.damaged);
        Ok(Checked { faults, journal_is_whole })
    }
}

fn faults(transaction: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let list = |sql: &str| -> rusqlite::Result<Vec<String>> {
        transaction.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    };
    let mut faults = list("PRAGMA integrity_check(100)")?;
    faults.retain(|fault| fault != "ok");
    let lost = "SELECT 'a row of ' || \"table\" || ' has lost its ' || parent
        FROM pragma_foreign_key_check LIMIT 100";
    faults.extend(list(lost)?);
    Ok(faults)
}
