//! Opens the database file: looks before it writes, so that a file which is damaged, foreign or too
//! new is left as it is.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::care::files;
use crate::error::{Cause, MemoryError, Operation};
use crate::seal::Seal;

/// The steps from an empty file to the present schema. A step is never edited once released; the
/// next one goes to the end. Where a step must fill `stems` again it uses `M::up_with_hook`.
const STEPS: &[M<'_>] = &[
    M::up(include_str!("../migrations/0001_conversations.sql")),
    M::up(include_str!("../migrations/0002_facts.sql")),
    M::up(include_str!("../migrations/0003_vectors.sql")),
    M::up(include_str!("../migrations/0004_journal.sql")),
    M::up(include_str!("../migrations/0005_leftovers.sql")),
];

/// Marks the file as ours: `SARm`.
const APPLICATION_ID: i64 = 0x5341_526d;

/// Statements that a connection keeps ready: all there are.
const STATEMENTS_KEPT: usize = 256;

/// How long one waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes or opens the file and brings it to the present schema.
pub(crate) fn open_writer(path: &Path, seal: &Seal) -> Result<Connection, MemoryError> {
    create(path).map_err(|error| MemoryError::new(Operation::Open, path, error))?;
    examine(path, seal)?;
    let mut connection = open(path, seal)?;
    let to_latest =
        |connection: &mut Connection| Migrations::from_slice(STEPS).to_latest(connection);
    prepare(&mut connection, path, to_latest)?;
    Ok(connection)
}

/// Makes a database as version `schema` of this program made it, for [`finish`].
pub(crate) fn make(path: &Path, schema: i64, seal: &Seal) -> Result<Connection, MemoryError> {
    create(path).map_err(|error| MemoryError::new(Operation::Open, path, error))?;
    let mut connection = open(path, seal)?;
    let steps = usize::try_from(schema).unwrap_or(0);
    let to_version =
        |connection: &mut Connection| Migrations::from_slice(STEPS).to_version(connection, steps);
    prepare(&mut connection, path, to_version)?;
    Ok(connection)
}

/// Brings a database to the present schema and closes it.
pub(crate) fn finish(mut connection: Connection, path: &Path) -> Result<(), MemoryError> {
    migrated(Migrations::from_slice(STEPS).to_latest(&mut connection), path)?;
    connection.close().map_err(|(_, error)| MemoryError::new(Operation::Open, path, error))
}

/// Returns the version of the schema that this program writes.
pub(crate) fn schema() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Returns the bytes of a page. SQLCipher tells them as text.
pub(crate) fn page_bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT CAST(page_size AS INTEGER) FROM pragma_page_size";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Opens the file as it is.
pub(crate) fn open(path: &Path, seal: &Seal) -> Result<Connection, MemoryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: rusqlite::Error| MemoryError::new(Operation::Open, path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    seal.unlock(&connection).map_err(failed)?;
    Ok(connection)
}

/// Opens an empty database that lives as long as the connection.
pub(crate) fn open_in_memory() -> Result<Connection, MemoryError> {
    let path = PathBuf::from(":memory:");
    let failed = |error: rusqlite::Error| MemoryError::new(Operation::Open, &path, error);
    let mut connection = Connection::open_in_memory().map_err(failed)?;
    let to_latest =
        |connection: &mut Connection| Migrations::from_slice(STEPS).to_latest(connection);
    prepare(&mut connection, &path, to_latest)?;
    Ok(connection)
}

/// Opens one connection that only reads. The file must have been opened for writing before.
pub(crate) fn open_reader(path: &Path, seal: &Seal) -> Result<Connection, MemoryError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        seal.unlock(&connection)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.execute_batch(
            "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -8000;",
        )?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| MemoryError::new(Operation::Open, path, error))
}

/// Makes the file readable for its owner only, with its folders where they are missing.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::create_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    drop(file);
    Ok(())
}

/// Refuses a file that is not ours to write, without changing it.
fn examine(path: &Path, seal: &Seal) -> Result<(), MemoryError> {
    let failed = |error: rusqlite::Error| MemoryError::new(Operation::Open, path, error);
    let connection = open_reader(path, seal)?;
    let number = |pragma: &str| {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0))
    };
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if tables == 0 {
        return Ok(());
    }
    if number("application_id").map_err(failed)? != APPLICATION_ID {
        return Err(MemoryError::Foreign { path: path.to_owned() });
    }
    let found = number("user_version").map_err(failed)?;
    let known = schema();
    if found > known {
        return Err(MemoryError::TooNew { path: path.to_owned(), found, known });
    }
    let suspicion = suspicion(path);
    if ended_uncleanly(path) || suspicion.exists() {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
        if verdict != "ok" {
            return Err(MemoryError::new(Operation::Open, path, Cause::Check(verdict)));
        }
        files::remove(&suspicion)
            .map_err(|error| MemoryError::new(Operation::Open, path, error))?;
    }
    Ok(())
}

/// A file of this name says that damage was found, and that the next one to open must look.
pub(crate) fn suspicion(path: &Path) -> PathBuf {
    files::beside(path, "suspect")
}

/// Returns whether the last owner ended without closing: a clean end removes the log.
fn ended_uncleanly(path: &Path) -> bool {
    fs::metadata(files::companion(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

fn prepare(
    connection: &mut Connection,
    path: &Path,
    migrate: impl FnOnce(&mut Connection) -> Result<(), rusqlite_migration::Error>,
) -> Result<(), MemoryError> {
    let failed = |error: rusqlite::Error| MemoryError::new(Operation::Open, path, error);
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // The order matters: `auto_vacuum` counts only before the first page is written.
    // NORMAL does not sync the log at every commit: what a power cut takes from it is in the
    // journal, which is synced.
    connection
        .execute_batch(
            "PRAGMA auto_vacuum = INCREMENTAL;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = NORMAL;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -8000;
             PRAGMA journal_size_limit = 16777216;",
        )
        .map_err(failed)?;
    // Before the first table, so that a death between the two leaves no nameless database.
    connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    migrated(migrate(connection), path)
}

fn migrated(done: Result<(), rusqlite_migration::Error>, path: &Path) -> Result<(), MemoryError> {
    done.map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => {
            MemoryError::new(Operation::Open, path, err)
        }
        other => MemoryError::new(Operation::Open, path, io::Error::other(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::{STEPS, open_in_memory, open_reader, open_writer};
    use crate::seal::Seal;
    use rusqlite::Connection;
    use rusqlite_migration::Migrations;

    #[track_caller]
    fn check(connection: &Connection, pragma: &str, expected: i64) {
        let found: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
        assert_eq!(found, expected, "{pragma}");
    }

    #[test]
    fn connections_are_set_up_as_promised() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let writer = open_writer(&path, &Seal::NONE).unwrap();
        check(&writer, "synchronous", 1);
        check(&writer, "foreign_keys", 1);
        check(&writer, "secure_delete", 1);
        check(&writer, "trusted_schema", 0);
        check(&writer, "auto_vacuum", 2);
        let mode: String =
            writer.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
        let reader = open_reader(&path, &Seal::NONE).unwrap();
        check(&reader, "query_only", 1);
        assert!(reader.execute("DELETE FROM person", []).is_err());
    }

    #[test]
    fn the_steps_are_sound() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }

    #[test]
    fn all_tables_are_strict() {
        let connection = open_in_memory().unwrap();
        let loose: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_list
                 WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }
}
