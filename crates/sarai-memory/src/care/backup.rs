//! Backups: copies of the database made while it is in use, looked at before they count.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{files, keep};
use crate::error::{Cause, MemoryError, Operation};
use crate::file;
use crate::handle::{Fault, Memory};
use crate::seal::{self, Seal};

/// Pages copied at a time.
const PAGES_A_STEP: i32 = 200;

/// Steps of one backup: two terabytes.
const STEPS_MAX: u32 = 3_000_000;

/// A backup that was made and looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    pub path: PathBuf,
    pub bytes: u64,
}

impl Memory {
    /// Copies the database to `path`, in place of an older file there. It is put there whole and
    /// only if SQLite finds nothing wrong with it.
    pub fn backup(&self, path: &Path) -> Result<BackedUp, MemoryError> {
        self.needs_disk()?;
        let _turn = self.care_turn();
        copy(self.path(), self.seal(), path).inspect_err(|error| self.note_damage(error))
    }

    /// Makes the backup of this day in the folder of backups, and removes those that are no longer
    /// kept.
    pub fn daily_backup(&self) -> Result<BackedUp, MemoryError> {
        self.needs_disk()?;
        let _turn = self.care_turn();
        let today = self.now().date();
        let made = copy(self.path(), self.seal(), &of_day(self.path(), &today))
            .inspect_err(|error| self.note_damage(error))?;
        let failed = |error: io::Error| MemoryError::new(Operation::Backup, self.path(), error);
        for old in keep::superfluous(all(self.path()).map_err(failed)?) {
            remove(&old).map_err(failed)?;
        }
        Ok(made)
    }

    /// Puts one new backup in the place of those that still know what was forgotten.
    pub(crate) fn renew_backups(&self) -> Result<(), MemoryError> {
        if !self.is_on_disk() {
            return Ok(());
        }
        let _turn = self.care_turn();
        renew(self.path(), self.seal(), &self.now().date())
    }
}

/// Puts one new backup in the place of all there are, if any.
pub(crate) fn renew(database: &Path, seal: &Seal, today: &str) -> Result<(), MemoryError> {
    let failed = |error: io::Error| MemoryError::new(Operation::Backup, database, error);
    let old = all(database).map_err(failed)?;
    if old.is_empty() {
        return Ok(());
    }
    let new = copy(database, seal, &of_day(database, today))?;
    for old in old.iter().filter(|old| **old != new.path) {
        remove(old).map_err(failed)?;
    }
    Ok(())
}

/// Returns where the backup of a day is.
fn of_day(database: &Path, day: &str) -> PathBuf {
    folder(database).join(format!("{}-{day}.db", stem(database)))
}

/// Removes a backup, with what opens it.
fn remove(backup: &Path) -> io::Result<()> {
    files::remove(backup)?;
    files::remove(&seal::file_of(backup))
}

fn copy(from: &Path, seal: &Seal, to: &Path) -> Result<BackedUp, MemoryError> {
    let failed = |error: io::Error| MemoryError::new(Operation::Backup, to, error);
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::create_folder(folder).map_err(failed)?;
    }
    let new = files::beside(to, "new");
    files::create(&new).map_err(failed)?;
    let copied = copy_pages(from, seal, &new).map_err(|fault| fault.named(Operation::Backup, to));
    let bytes = copied.and_then(|()| {
        // Without it the passphrase opens nothing. It comes first, so that no backup lacks it.
        if !seal.is_none() {
            let key = files::beside(to, "key.new");
            fs::copy(seal::file_of(from), &key).map_err(failed)?;
            files::replace(&key, &seal::file_of(to)).map_err(failed)?;
        }
        files::replace(&new, to).map_err(failed)?;
        Ok(fs::metadata(to).map_err(failed)?.len())
    });
    if bytes.is_err() {
        files::remove(&new).map_err(failed)?;
    }
    Ok(BackedUp { path: to.to_owned(), bytes: bytes? })
}

fn copy_pages(from: &Path, seal: &Seal, to: &Path) -> Result<(), Fault> {
    let source = file::open_reader(from, seal)?;
    // One state of the database, however long it takes: otherwise each write begins it anew.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
    let mut target = Connection::open(to)?;
    seal.unlock(&target)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        let mut steps = 0;
        while backup.step(PAGES_A_STEP)? != StepResult::Done {
            steps += 1;
            if steps > STEPS_MAX {
                let reason = io::Error::other("it does not come to an end");
                return Err(MemoryError::new(Operation::Backup, to, reason).into());
            }
        }
    }
    // One file, without a log beside it.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let verdict: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(MemoryError::new(Operation::Backup, from, Cause::Check(verdict)).into());
    }
    target.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Returns the folder of a database's backups.
fn folder(database: &Path) -> PathBuf {
    database.with_file_name("backups")
}

fn stem(database: &Path) -> String {
    database.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns the newest backup.
pub(crate) fn newest(database: &Path) -> io::Result<Option<PathBuf>> {
    Ok(all(database)?.pop())
}

/// Returns the backups of a database, oldest first: their names end with their day.
pub(crate) fn all(database: &Path) -> io::Result<Vec<PathBuf>> {
    let start = format!("{}-", stem(database));
    let entries = match fs::read_dir(folder(database)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let day = name.strip_prefix(&start).and_then(|name| name.strip_suffix(".db"));
        if day.is_some_and(|day| keep::day_number(day).is_some()) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
