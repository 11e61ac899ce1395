//! Opens the database with its journal, and repairs whichever of the two lacks something.

use std::io;
use std::path::Path;

use rusqlite::Connection;
use sarai_core::clock::Timestamp;

use super::journal::scan::{Scan, scan};
use super::journal::{self, Journal, Mark};
use super::recovery::{self, Recovery};
use super::tables::{self, Table};
use super::{files, replay};
use crate::error::{MemoryError, Operation};
use crate::file;
use crate::handle::Fault;
use crate::seal::Seal;

/// A database that is ready to be written.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) journal: Journal,
    pub(crate) recovery: Option<Recovery>,
    /// Whether forgotten words are still in the journal or in copies.
    pub(crate) forgotten: bool,
}

/// Opens the database in `path`, made when missing; `at` is part of the name of what is put aside.
pub(crate) fn open(path: &Path, at: Timestamp, seal: &Seal) -> Result<Opened, MemoryError> {
    let failed = |error: io::Error| MemoryError::new(Operation::Open, path, error);
    let mut recovery = None;
    if files::is_absent(path).map_err(failed)? {
        recovery = recovery::rebuild(path, at, seal)?;
    }
    let (connection, journal) = match both(path, at, seal) {
        Err(error @ MemoryError::Damaged { .. }) if recovery.is_none() => {
            recovery = recovery::rebuild(path, at, seal)?;
            if recovery.is_none() {
                return Err(error);
            }
            both(path, at, seal)?
        }
        done => done?,
    };
    let mark =
        Mark::read(&connection).map_err(|error| MemoryError::new(Operation::Open, path, error))?;
    Ok(Opened { connection, journal, recovery, forgotten: mark.forgotten })
}

fn both(path: &Path, at: Timestamp, seal: &Seal) -> Result<(Connection, Journal), MemoryError> {
    let mut connection = file::open_writer(path, seal)?;
    let journal = reconcile(&mut connection, path, at, seal)
        .map_err(|fault| fault.named(Operation::Open, path))?;
    tables::watch(&connection, journal.tables())
        .map_err(|error| MemoryError::new(Operation::Open, path, error))?;
    Ok((connection, journal))
}

/// Returns the journal, with the same in it as in the database.
fn reconcile(
    connection: &mut Connection,
    database: &Path,
    at: Timestamp,
    seal: &Seal,
) -> Result<Journal, Fault> {
    let path = &journal::path_of(database);
    let failed =
        |error: io::Error| Fault::Refused(MemoryError::new(Operation::Journal, path, error));
    let mark = Mark::read(connection)?;
    let found = scan(path, seal).map_err(failed)?;
    let Some(found) = found.filter(|found| found.head.memory == mark.memory) else {
        // Nothing in it is of this database, but somebody may want it.
        if !files::is_absent(path).map_err(failed)? {
            let aside = files::aside(path, "other", at).map_err(failed)?;
            tracing::warn!(path = %aside.display(), "put aside a journal of something else");
            std::fs::rename(path, aside).map_err(failed)?;
        }
        return Ok(Journal::anew(path, connection, seal)?);
    };
    if found.sequence() > mark.sequence {
        tracing::info!(
            from = mark.sequence,
            to = found.sequence(),
            "the journal of the memory knows more than the database: brought in"
        );
        replay::restore(connection, |transaction, tables| {
            replay::replay(transaction, tables, path, &found, mark.sequence)
        })?;
    }
    let tables = tables::kept(connection)?;
    let mark = Mark::read(connection)?;
    if found.damaged || found.sequence() < mark.sequence || !same(&found, &tables) {
        tracing::info!("the journal of the memory is written anew");
        return Ok(Journal::anew(path, connection, seal)?);
    }
    Ok(Journal::open(path, found.length(), tables, seal)?)
}

/// Returns whether a journal has exactly these tables and columns.
fn same(found: &Scan, tables: &[Table]) -> bool {
    let columns = |table: &Table| {
        let rest = table.rest.iter().map(|(column, _)| column.clone());
        (table.name.clone(), table.key.clone(), rest.collect::<Vec<_>>())
    };
    found.head.schema == file::schema()
        && found.head.tables.iter().map(columns).eq(tables.iter().map(columns))
}
