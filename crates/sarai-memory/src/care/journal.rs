//! The journal beside the database: everything that was confirmed, as lines of text.
//!
//! Before a change is committed, the rows it touches are written to the journal and synced. A kill
//! between the two leaves a batch that the database lacks; it is brought in on opening, once, as
//! rows are written by their keys. A batch that is not whole was not confirmed and is cut off. So
//! the journal always has all that was confirmed, and the database itself need not be synced.
//! The other way round a full disk would be noticed when the turn is in the database already.

pub(crate) mod lines;
pub(crate) mod scan;
pub(crate) mod shorten;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use self::lines::{Commit, Head, Sum};
use super::files;
use super::tables::{self, Table, Touched};
use crate::error::{MemoryError, Operation};
use crate::handle::Fault;
use crate::seal::{Purpose, Seal};

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 1 << 16;

/// The open journal of a database. It belongs to the writing thread.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// What is written beyond it does not count.
    length: u64,
    bytes_max: u64,
    tables: Vec<Table>,
    seal: Seal,
    /// Set when what was written in vain could not be taken back.
    broken: bool,
}

/// A batch on disk that waits for its commit.
#[must_use]
pub(crate) struct Pending {
    length_before: u64,
}

/// The mark of the journal in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) memory: String,
    pub(crate) sequence: i64,
    pub(crate) forgotten: bool,
}

impl Mark {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Mark> {
        connection
            .prepare_cached("SELECT memory, sequence, forgotten FROM journal")?
            .query_row([], |row| {
                Ok(Mark { memory: row.get(0)?, sequence: row.get(1)?, forgotten: row.get(2)? })
            })
    }

    pub(crate) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Mark { memory, sequence, forgotten } = self;
        connection
            .prepare_cached("UPDATE journal SET memory = ?1, sequence = ?2, forgotten = ?3")?
            .execute(rusqlite::params![memory, sequence, forgotten])?;
        Ok(())
    }
}

/// Returns where the journal of a database is.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    database.with_extension("journal.jsonl")
}

/// Returns the head for what `connection` holds now.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<Head> {
    let number = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let mut keys = connection.prepare(
        "SELECT sqlite_schema.name, coalesce(seq, 0) FROM sqlite_schema
         LEFT JOIN sqlite_sequence ON sqlite_sequence.name = sqlite_schema.name
         WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' ORDER BY sqlite_schema.name",
    )?;
    Ok(Head {
        memory: Mark::read(connection)?.memory,
        schema: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        tables: tables::kept(connection)?,
        keys: keys.query_map([], number)?.collect::<Result<_, _>>()?,
    })
}

impl Journal {
    /// Opens the journal whose first `length` bytes count, and cuts off the rest.
    pub(crate) fn open(
        path: &Path,
        length: u64,
        tables: Vec<Table>,
        seal: &Seal,
    ) -> Result<Journal, MemoryError> {
        let failed = |error: io::Error| MemoryError::new(Operation::Journal, path, error);
        let file = options().open(path).map_err(failed)?;
        lock(&file).map_err(failed)?;
        let mut journal = Journal {
            path: path.to_owned(),
            file,
            length,
            bytes_max: u64::MAX,
            tables,
            seal: seal.clone(),
            broken: false,
        };
        journal.cut(length).map_err(failed)?;
        Ok(journal)
    }

    /// Writes a journal of all that `connection` holds, in place of whatever is there.
    pub(crate) fn anew(
        path: &Path,
        connection: &Connection,
        seal: &Seal,
    ) -> Result<Journal, MemoryError> {
        let work = || {
            let head = head(connection)?;
            let new = files::beside(path, "new");
            let file = files::create(&new).map_err(|error| fault(path, error))?;
            let mut batch = Batched::new(&file, path, seal, 0, u64::MAX);
            batch.write(&head.line())?;
            for table in &head.tables {
                tables::every::<Fault>(connection, table, "", |key, rest| {
                    batch.write(&lines::row(&table.name, &key, Some(&rest)))
                })?;
            }
            let length = batch.finish(Mark::read(connection)?.sequence, false)?;
            files::replace(&new, path).map_err(|error| fault(path, error))?;
            Ok((length, head.tables))
        };
        let (length, tables) =
            work().map_err(|fault: Fault| fault.named(Operation::Journal, path))?;
        Journal::open(path, length, tables, seal)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub(crate) fn limit_size(&mut self, bytes_max: u64) {
        self.bytes_max = bytes_max;
    }

    /// Writes what `transaction` changed, if anything, and syncs it.
    pub(crate) fn write(
        &mut self,
        transaction: &Transaction<'_>,
        operation: Operation,
    ) -> Result<Option<Pending>, Fault> {
        if self.broken {
            let reason = "the end of an earlier write could not be cut off";
            return Err(fault(&self.path, io::Error::other(reason)));
        }
        let length_before = self.length;
        let pending = Pending { length_before };
        match self.append(transaction, operation) {
            Ok(None) => Ok(None),
            Ok(Some(length)) => {
                self.length = length;
                Ok(Some(pending))
            }
            Err(fault) => {
                self.take_back(pending);
                Err(fault)
            }
        }
    }

    /// Returns the length with the new batch; `None` when there is nothing to write.
    fn append(
        &mut self,
        transaction: &Transaction<'_>,
        operation: Operation,
    ) -> Result<Option<u64>, Fault> {
        let Journal { path, file, length, bytes_max, tables, seal, .. } = self;
        file.seek(SeekFrom::Start(*length)).map_err(|error| fault(path, error))?;
        let mut batch = Batched::new(file, path, seal, *length, *bytes_max);
        tables::touched(transaction, tables, |Touched { place, key, rest }| {
            let Some(table) = tables.get(place) else { return Ok(()) };
            batch.write(&lines::row(&table.name, &key, rest.as_deref()))
        })?;
        if batch.is_empty() {
            return Ok(None);
        }
        let mark = Mark::read(transaction)?;
        // Until the words have left the journal and all copies; see `Memory::clean_up`.
        let forgets = matches!(operation, Operation::Delete | Operation::Forget);
        let forgotten = mark.forgotten || forgets;
        let mark = Mark { sequence: mark.sequence + 1, forgotten, ..mark };
        mark.write(transaction)?;
        batch.finish(mark.sequence, forgets).map(Some)
    }

    /// Takes back a batch whose commit failed.
    pub(crate) fn take_back(&mut self, Pending { length_before }: Pending) {
        if let Err(error) = self.cut(length_before) {
            tracing::error!(%error, "the journal of the memory can no longer be written");
            self.broken = true;
        }
    }

    /// Puts a shorter journal in the place of this one, whose end it has.
    fn exchange(&mut self, new: File, new_path: &Path, length: u64) -> io::Result<()> {
        lock(&new)?;
        files::replace(new_path, &self.path)?;
        self.file = new;
        self.length = length;
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if self.file.metadata()?.len() != length {
            self.file.set_len(length)?;
            self.file.sync_all()?;
        }
        self.length = length;
        Ok(())
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

/// Two owners would write over each other's lines.
fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
        // Not every file system has locks; the home has one of its own.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn fault(path: &Path, error: io::Error) -> Fault {
    Fault::Refused(MemoryError::new(Operation::Journal, path, error))
}

/// A batch on its way to the disk.
struct Batched<'a> {
    file: &'a File,
    path: &'a Path,
    seal: &'a Seal,
    buffer: Vec<u8>,
    sum: Sum,
    /// Of the file with this batch.
    length: u64,
    bytes_max: u64,
    is_empty: bool,
}

impl<'a> Batched<'a> {
    /// A batch that starts at `length`, where the file stands.
    fn new(
        file: &'a File,
        path: &'a Path,
        seal: &'a Seal,
        length: u64,
        bytes_max: u64,
    ) -> Batched<'a> {
        let (buffer, sum) = (Vec::new(), Sum::EMPTY);
        Batched { file, path, seal, buffer, sum, length, bytes_max, is_empty: true }
    }

    fn is_empty(&self) -> bool {
        self.is_empty
    }

    fn write(&mut self, line: &str) -> Result<(), Fault> {
        self.is_empty = false;
        self.sum.add(line.as_bytes());
        self.put(line)?;
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Ends the batch and syncs the file. Returns its length.
    fn finish(mut self, sequence: i64, forgets: bool) -> Result<u64, Fault> {
        let commit = Commit { sequence, sum: self.sum, forgets };
        self.put(&commit.line())?;
        self.flush()?;
        self.file.sync_data().map_err(|error| fault(self.path, error))?;
        Ok(self.length)
    }

    fn put(&mut self, line: &str) -> Result<(), Fault> {
        let line = self
            .seal
            .close_line(Purpose::Journal, line)
            .map_err(|error| fault(self.path, error))?;
        self.buffer.extend_from_slice(line.as_bytes());
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.length > self.bytes_max {
            return Err(fault(self.path, io::ErrorKind::StorageFull.into()));
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Fault> {
        self.file.write_all(&self.buffer).map_err(|error| fault(self.path, error))?;
        self.buffer.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;
    use sarai_core::explain::Explain;
    use sarai_core::language::Language;

    use super::{Journal, path_of, scan};
    use crate::care::{opening, tables};
    use crate::error::{MemoryError, Operation};
    use crate::seal::Seal;

    /// Adds a person and returns why that failed.
    fn add(connection: &mut Connection, journal: &mut Journal, name: &str) -> Option<MemoryError> {
        let transaction = connection.transaction().unwrap();
        let sql = "INSERT INTO person (id, display_name, created_ms) VALUES (?1, ?1, 0)";
        transaction.execute(sql, [name]).unwrap();
        match journal.write(&transaction, Operation::AddPerson) {
            Ok(Some(_)) => {
                transaction.commit().unwrap();
                None
            }
            Ok(None) => panic!("nothing to write"),
            Err(fault) => Some(fault.named(Operation::AddPerson, journal.path())),
        }
    }

    #[test]
    fn a_full_disk_costs_the_write_that_met_it_and_nothing_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let now = sarai_core::clock::Timestamp(0);
        let opening::Opened { mut connection, mut journal, .. } =
            opening::open(&path, now, &Seal::NONE).unwrap();
        assert!(add(&mut connection, &mut journal, "ana").is_none());
        let before = fs::read(path_of(&path)).unwrap();
        journal.limit_size(before.len() as u64 + 20);
        let error = add(&mut connection, &mut journal, "benito").unwrap();
        assert!(matches!(error, MemoryError::DiskFull { .. }), "{error:?}");
        let explained = error.explain(Language::Spanish);
        assert!(explained.message.contains("diario de la memoria"), "{explained:?}");
        assert!(explained.message.contains("memory.journal.jsonl"), "{explained:?}");
        assert!(explained.hint.unwrap().contains("libera espacio"));
        assert_eq!(fs::read(path_of(&path)).unwrap(), before);
        journal.limit_size(u64::MAX);
        assert!(add(&mut connection, &mut journal, "carla").is_none());
        let people: Vec<String> = {
            let mut statement = connection.prepare("SELECT id FROM person ORDER BY key").unwrap();
            let ids = statement.query_map([], |row| row.get(0)).unwrap();
            ids.collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(people, ["ana", "carla"]);
        let found = scan::scan(&path_of(&path), &Seal::NONE).unwrap().unwrap();
        assert!(!found.damaged);
        assert_eq!(found.sequence(), 2);
    }

    #[test]
    fn a_commit_that_fails_takes_its_batch_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let now = sarai_core::clock::Timestamp(0);
        let opening::Opened { mut connection, mut journal, .. } =
            opening::open(&path, now, &Seal::NONE).unwrap();
        let before = fs::read(path_of(&path)).unwrap();
        let transaction = connection.transaction().unwrap();
        let sql = "INSERT INTO person (id, display_name, created_ms) VALUES ('ana', 'Ana', 0)";
        transaction.execute(sql, []).unwrap();
        let pending = journal.write(&transaction, Operation::AddPerson).unwrap().unwrap();
        assert!(fs::read(path_of(&path)).unwrap().len() > before.len());
        transaction.rollback().unwrap();
        journal.take_back(pending);
        assert_eq!(fs::read(path_of(&path)).unwrap(), before);
        // The list of what was touched is rolled back, too.
        let transaction = connection.transaction().unwrap();
        assert!(journal.write(&transaction, Operation::AddPerson).unwrap().is_none());
    }

    #[test]
    fn real_numbers_come_back_to_the_last_digit() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL) STRICT").unwrap();
        let tables = tables::kept(&connection).unwrap();
        let numbers = [0.989_999_999_999_999_9, 0.1 + 0.2, 1.0, 1e300, f64::MIN_POSITIVE, -0.7];
        for number in numbers {
            connection.execute("INSERT INTO t (x) VALUES (?1)", [number]).unwrap();
        }
        connection.execute("INSERT INTO t (x) VALUES (NULL)", []).unwrap();
        let mut rows = Vec::new();
        tables::every::<rusqlite::Error>(&connection, &tables[0], "", |key, rest| {
            rows.push((key, rest));
            Ok(())
        })
        .unwrap();
        connection.execute("DELETE FROM t", []).unwrap();
        let restorer = tables::Restorer::new(&tables[0], &tables[0], true);
        for (key, rest) in rows {
            assert!(restorer.apply(&connection, &key, Some(&rest)).unwrap());
        }
        let mut statement = connection.prepare("SELECT x FROM t ORDER BY id").unwrap();
        let found = statement.query_map([], |row| row.get(0)).unwrap();
        let found: Vec<Option<f64>> = found.collect::<Result<_, _>>().unwrap();
        let expected: Vec<Option<f64>> = numbers.into_iter().map(Some).chain([None]).collect();
        assert_eq!(found, expected);
    }
}
