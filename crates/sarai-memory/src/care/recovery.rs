//! Rebuilds a database that is damaged or gone. The damaged one is put aside, never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sarai_core::clock::Timestamp;
use sarai_core::explain::Explanation;
use sarai_core::language::Language;

use super::journal;
use super::journal::scan::{Scan, scan};
use super::{backup, files, replay, salvage};
use crate::error::{MemoryError, Operation};
use crate::file;
use crate::seal::Seal;

/// Where a rebuilt memory came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoverySource {
    Journal,
    Backup(PathBuf),
    /// What could still be read of the damaged file.
    DamagedFile,
}

/// What was done about a damaged or missing database on opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The database now.
    pub path: PathBuf,
    /// The damaged files, for whoever wants to look at them. Later forgetting does not reach them.
    pub kept_aside: Vec<PathBuf>,
    pub sources: Vec<RecoverySource>,
    /// Whether everything that was ever confirmed is there again. Without a whole journal nobody
    /// can tell.
    pub complete: bool,
    pub turns: u64,
    pub facts: u64,
}

impl Recovery {
    /// Returns what was done, and what the reader should do.
    pub fn explain(&self, language: Language) -> Explanation {
        let Recovery { path, kept_aside, complete, turns, facts, .. } = self;
        let path = path.display();
        let message = match (language, complete) {
            (Language::Spanish, true) => format!(
                "la memoria `{path}` estaba dañada o faltaba y se ha reparado entera: {turns} turnos y {facts} datos"
            ),
            (Language::Spanish, false) => format!(
                "la memoria `{path}` estaba dañada o faltaba y se ha reparado lo que se pudo leer: {turns} turnos y {facts} datos"
            ),
            (Language::English, true) => format!(
                "the memory `{path}` was damaged or missing and has been repaired completely: {turns} turns and {facts} facts"
            ),
            (Language::English, false) => format!(
                "the memory `{path}` was damaged or missing and what could be read has been repaired: {turns} turns and {facts} facts"
            ),
        };
        let Some(first) = kept_aside.first() else { return Explanation::without_hint(message) };
        let first = first.display();
        Explanation::new(
            message,
            match language {
                Language::Spanish => format!(
                    "el archivo dañado está en `{first}`: bórralo cuando no lo necesites, porque olvidar algo no llega hasta él"
                ),
                Language::English => format!(
                    "the damaged file is in `{first}`: delete it once you do not need it, because forgetting does not reach it"
                ),
            },
        )
    }
}

/// Puts a rebuilt database in `path`. `None`, with nothing changed, when there is nothing to
/// rebuild it from: no journal and no backup.
pub(crate) fn rebuild(
    path: &Path,
    at: Timestamp,
    seal: &Seal,
) -> Result<Option<Recovery>, MemoryError> {
    let failed = |error: io::Error| MemoryError::new(Operation::Recover, path, error);
    let journal = journal::path_of(path);
    let found = scan(&journal, seal).map_err(failed)?.filter(|found| !found.batches.is_empty());
    let is_whole = found.as_ref().is_some_and(|found| !found.damaged);
    let backup = if is_whole { None } else { backup::newest(path).map_err(failed)? };
    if found.is_none() && backup.is_none() {
        return Ok(None);
    }
    if let Some(Scan { head, .. }) = &found
        && head.schema > file::schema()
    {
        let (found, known) = (head.schema, file::schema());
        return Err(MemoryError::TooNew { path: journal, found, known });
    }
    // From now on whoever opens this looks at it first, until it is repaired.
    files::create(&file::suspicion(path)).map_err(failed)?;
    let new = files::beside(path, "new");
    for old in [new.clone(), files::companion(&new, "-wal"), files::companion(&new, "-shm")] {
        files::remove(&old).map_err(failed)?;
    }
    let mut sources = Vec::new();
    let schema =
        found.as_ref().filter(|_| is_whole).map_or(file::schema(), |found| found.head.schema);
    let mut connection = file::make(&new, schema, seal)?;
    replay::restore(&mut connection, |transaction, tables| {
        let mut mark = None;
        if let Some(backup) = backup {
            mark = salvage::salvage(transaction, tables, &backup, seal);
            sources.push(RecoverySource::Backup(backup));
        }
        // Its sound parts come once more below, over what was read elsewhere.
        if let Some(found) = found.as_ref().filter(|_| !is_whole) {
            replay::replay_readable(transaction, tables, &journal, found)?;
        }
        if !is_whole && !files::is_absent(path).unwrap_or(true) {
            mark = salvage::salvage(transaction, tables, path, seal).or(mark);
            sources.push(RecoverySource::DamagedFile);
        }
        if let Some(mark) = mark {
            mark.write(transaction)?;
        }
        if let Some(found) = &found {
            replay::replay(transaction, tables, &journal, found, i64::MIN)?;
            sources.push(RecoverySource::Journal);
        }
        Ok(())
    })
    .map_err(|fault| fault.named(Operation::Recover, path))?;
    let (turns, facts) = (count(&connection, "turn"), count(&connection, "fact"));
    file::finish(connection, &new)?;
    let kept_aside = exchange(&new, path, at).map_err(failed)?;
    let path = path.to_owned();
    let recovery = Recovery { path, kept_aside, sources, complete: is_whole, turns, facts };
    tracing::warn!(recovery = %recovery.explain(Language::English).message);
    Ok(Some(recovery))
}

/// Puts what is in `path` aside, and `new` in its place. Returns what was put aside.
fn exchange(new: &Path, path: &Path, at: Timestamp) -> io::Result<Vec<PathBuf>> {
    let aside = files::aside(path, "damaged", at)?;
    let mut kept = Vec::new();
    if !files::is_absent(path)? {
        // A second name and not a new one: there is a file in `path` all the time.
        fs::hard_link(path, &aside).or_else(|_| fs::rename(path, &aside))?;
        kept.push(aside.clone());
    }
    // The log of the old file must not be taken for that of the new one.
    for ending in ["-wal", "-shm"] {
        let (from, to) = (files::companion(path, ending), files::companion(&aside, ending));
        match fs::rename(&from, &to) {
            Ok(()) => kept.push(to),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    files::replace(new, path)?;
    files::remove(&file::suspicion(path))?;
    Ok(kept)
}

fn count(connection: &Connection, table: &str) -> u64 {
    let count = |connection: &Connection| {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
    };
    count(connection).unwrap_or(0)
}
