//! The handle to the memory: what can be asked of it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::conversation::{ConversationSummary, Recollection, StoredTurn};
use sarai_core::id::{ConversationId, PersonId, TurnId};
use sarai_core::language::Language;

use crate::care::opening::{self, Opened};
use crate::care::{Recovery, files, journal};
use crate::error::{Cause, MemoryError, Operation};
use crate::readers::Readers;
use crate::recall::Wanted;
use crate::seal::{self, Seal};
use crate::understanding::Understanding;
use crate::vectors::Cache;
use crate::writer::{Desk, Writer};
use crate::{file, people, recall, search, title, turns};

/// Reading connections beside the writer.
const READERS: usize = 3;

/// Pages given back to the disk after one deletion: enough for a long conversation, and quick.
const FREED_PAGES_MAX: u32 = 1_024;

/// A handle to the memory. Clones share one database; the last one to go closes it.
#[derive(Clone)]
pub struct Memory {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    seal: Seal,
    recovery: Option<Recovery>,
    /// Held only as long as it takes to copy the pointer.
    understanding: RwLock<Arc<Understanding>>,
    /// Held by who shortens, copies or empties files, so that they take turns.
    care: Mutex<()>,
    /// Vectors that were compared before.
    vectors: Arc<Cache>,
    /// Set once SQLite found the file damaged: nothing is written to it any more.
    damaged: Arc<AtomicBool>,
    // Closed before the writer, whose closing then folds the log into the file.
    /// `None` in memory: the writer's connection is the only one that sees the data.
    readers: Option<Readers>,
    writer: Writer,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

/// Why a piece of work inside a transaction failed.
#[derive(Debug)]
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    /// A row does not say what this program writes.
    Unreadable(String),
    /// The work itself says no.
    Refused(MemoryError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sqlite(error)
    }
}

impl Fault {
    /// Returns the error of an operation on a file.
    pub(crate) fn named(self, operation: Operation, path: &Path) -> MemoryError {
        match self {
            Fault::Refused(error) => error,
            Fault::Sqlite(error) => MemoryError::new(operation, path, error),
            Fault::Unreadable(what) => {
                MemoryError::Unreadable { operation, path: path.to_owned(), what }
            }
        }
    }
}

impl From<MemoryError> for Fault {
    fn from(error: MemoryError) -> Fault {
        Fault::Refused(error)
    }
}

impl Memory {
    /// Opens the memory in the file `path` and makes it when missing, with its folder.
    ///
    /// A file that is damaged or gone is rebuilt from its journal or a backup where there is one:
    /// see [`Memory::recovered`]. One that is foreign, of a newer version, or damaged with nothing
    /// to rebuild it from is refused and left as it is.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        seal::refuse_sealed(path, &journal::path_of(path))?;
        Memory::open_with(path, clock, Seal::NONE)
    }

    /// Opens as [`Memory::open`] does, and keeps all of it encrypted.
    #[cfg(feature = "encryption")]
    pub fn open_sealed(
        path: &Path,
        clock: Arc<dyn Clock>,
        seal: Seal,
    ) -> Result<Memory, MemoryError> {
        Memory::open_with(path, clock, seal)
    }

    fn open_with(path: &Path, clock: Arc<dyn Clock>, seal: Seal) -> Result<Memory, MemoryError> {
        let opened = opening::open(path, clock.now(), &seal)?;
        let Opened { connection, journal, recovery, forgotten } = opened;
        let readers =
            (0..READERS).map(|_| file::open_reader(path, &seal)).collect::<Result<_, _>>()?;
        let desk = Desk { connection, journal: Some(journal) };
        let readers = Some(Readers::new(readers));
        let memory = Memory::start(path.to_owned(), clock, desk, readers, (recovery, seal))?;
        if forgotten {
            memory.clean_up();
        }
        Ok(memory)
    }

    /// Opens an empty memory that is gone with its last handle.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        let desk = Desk { connection: file::open_in_memory()?, journal: None };
        Memory::start(PathBuf::from(":memory:"), clock, desk, None, (None, Seal::NONE))
    }

    fn start(
        path: PathBuf,
        clock: Arc<dyn Clock>,
        desk: Desk,
        readers: Option<Readers>,
        (recovery, seal): (Option<Recovery>, Seal),
    ) -> Result<Memory, MemoryError> {
        let writer =
            Writer::start(desk).map_err(|error| MemoryError::new(Operation::Open, &path, error))?;
        let damaged = Arc::new(AtomicBool::new(false));
        let understanding = RwLock::new(Arc::new(Understanding::plain(Language::Spanish)));
        let (care, vectors) = (Mutex::new(()), Arc::new(Cache::default()));
        let shared = Shared {
            path,
            clock,
            seal,
            recovery,
            understanding,
            care,
            vectors,
            damaged,
            readers,
            writer,
        };
        Ok(Memory { shared: Arc::new(shared) })
    }

    /// Returns the memory with another way to read. Without it, patterns of words read alone.
    pub fn with_understanding(self, understanding: Understanding) -> Memory {
        self.set_understanding(understanding);
        self
    }

    /// Changes how every handle to this memory reads from now on, such as when a parser arrives.
    pub fn set_understanding(&self, understanding: Understanding) {
        let shared = &self.shared.understanding;
        *shared.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(understanding);
    }

    /// Returns how the memory reads now.
    pub fn understanding(&self) -> Arc<Understanding> {
        let shared = &self.shared.understanding;
        Arc::clone(&shared.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns what was rebuilt when this memory was opened, if anything was.
    pub fn recovered(&self) -> Option<&Recovery> {
        self.shared.recovery.as_ref()
    }

    pub(crate) fn is_on_disk(&self) -> bool {
        self.shared.readers.is_some()
    }

    /// Refuses what concerns files when there are none.
    pub(crate) fn needs_disk(&self) -> Result<(), MemoryError> {
        if self.is_on_disk() { Ok(()) } else { Err(MemoryError::NotOnDisk) }
    }

    /// Where the database is; `:memory:` when it is nowhere.
    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    /// What the files are encrypted with.
    pub(crate) fn seal(&self) -> &Seal {
        &self.shared.seal
    }

    /// Returns the vectors held in memory.
    pub(crate) fn vector_cache(&self) -> Arc<Cache> {
        Arc::clone(&self.shared.vectors)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.shared.clock.elapsed()
    }

    /// Returns the first person, made on first use.
    pub fn first_person(&self) -> Result<PersonId, MemoryError> {
        if let Some(person) = self.read(Operation::Read, people::first)? {
            return Ok(person);
        }
        let now = self.shared.clock.now();
        self.write(Operation::AddPerson, move |transaction| people::first_or_new(transaction, now))
    }

    /// Adds a person. Returns whether they are new.
    pub fn add_person(&self, person: &PersonId, display_name: &str) -> Result<bool, MemoryError> {
        let (person, name) = (person.clone(), display_name.to_owned());
        let now = self.shared.clock.now();
        self.write(Operation::AddPerson, move |transaction| {
            Ok(people::add(transaction, &person, &name, now)?)
        })
    }

    /// Returns one turn.
    pub fn turn(
        &self,
        person: &PersonId,
        turn: &TurnId,
    ) -> Result<Option<StoredTurn>, MemoryError> {
        let (person, turn) = (person.clone(), turn.clone());
        self.read(Operation::Read, move |transaction| turns::one(transaction, &person, &turn))
    }

    /// Returns the last `turns_max` turns, oldest first. `None` when the person has no such
    /// conversation.
    pub fn history(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
        turns_max: usize,
    ) -> Result<Option<Vec<StoredTurn>>, MemoryError> {
        let (person, conversation) = (person.clone(), conversation.clone());
        self.read(Operation::Read, move |transaction| {
            turns::history(transaction, &person, &conversation, turns_max)
        })
    }

    /// Most recently used first.
    pub fn conversations(
        &self,
        person: &PersonId,
        limit: usize,
    ) -> Result<Vec<ConversationSummary>, MemoryError> {
        let person = person.clone();
        self.read(Operation::Read, move |transaction| {
            turns::conversations(transaction, &person, limit)
        })
    }

    /// Most recently used first; those in whose title or turns all words of `query` occur. Accents
    /// and case do not count, and the last word may be the beginning of one. A query without any
    /// word finds all.
    pub fn search(
        &self,
        person: &PersonId,
        query: &str,
        limit: usize,
    ) -> Result<Vec<ConversationSummary>, MemoryError> {
        let Some(query) = search::Query::read(query) else {
            return self.conversations(person, limit);
        };
        let person = person.clone();
        self.read(Operation::Search, move |transaction| {
            search::conversations(transaction, &person, &query, limit)
        })
    }

    /// Turns of other conversations that fit the question, best first; nothing below the threshold.
    pub fn recall(
        &self,
        person: &PersonId,
        question: &str,
        excluding: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<Recollection>, MemoryError> {
        let (person, question) = (person.clone(), question.to_owned());
        let (excluding, sought) = (excluding.cloned(), self.sought(&question));
        let cache = self.vector_cache();
        self.read(Operation::Recall, move |transaction| {
            let (sought, excluding) = (sought.as_ref(), excluding.as_ref());
            let wanted = Wanted { question: &question, sought, excluding, limit };
            recall::recall(transaction, &person, &cache, wanted)
        })
    }

    /// Returns the conversation with a turn whose history has this digest; the newest of several.
    pub fn conversation_with_history(
        &self,
        person: &PersonId,
        digest: &str,
    ) -> Result<Option<ConversationId>, MemoryError> {
        let (person, digest) = (person.clone(), digest.to_owned());
        self.read(Operation::Read, move |transaction| {
            turns::conversation_with_history(transaction, &person, &digest)
        })
    }

    /// Returns whether there was one. The title becomes one line of at most 200 characters.
    pub fn rename(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
        title: &str,
    ) -> Result<bool, MemoryError> {
        let title = title::given(title).ok_or(MemoryError::BlankTitle)?;
        let (person, conversation) = (person.clone(), conversation.clone());
        self.write(Operation::Rename, move |transaction| {
            Ok(turns::rename(transaction, &person, &conversation, &title)?)
        })
    }

    /// Deletes a conversation with its turns and their index entries, and overwrites the space they
    /// took. Returns whether there was one.
    pub fn delete(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
    ) -> Result<bool, MemoryError> {
        let (person, conversation) = (person.clone(), conversation.clone());
        let deleted = self.write(Operation::Delete, move |transaction| {
            Ok(turns::delete(transaction, &person, &conversation)?)
        })?;
        if deleted {
            self.clean_up();
        }
        Ok(deleted)
    }

    /// Limits the size of the file and of its journal; beyond it storing fails as on a full disk. Sizes are rounded down
    /// to whole pages, and a file that is larger already stays but does not grow.
    pub fn limit_size(&self, bytes_max: u64) -> Result<(), MemoryError> {
        let done = self.shared.writer.run(move |Desk { connection, journal }| {
            if let Some(journal) = journal {
                journal.limit_size(bytes_max);
            }
            // Zero would only ask for the present limit.
            let pages_max = (bytes_max / file::page_bytes(connection)?).max(1);
            let sql = format!("PRAGMA max_page_count = {pages_max}");
            Ok(connection.query_row(&sql, [], |_| Ok(()))?)
        });
        self.conclude(Operation::Open, done)
    }

    /// Gives space back, and lets deleted words leave the log and the journal. Returns how many
    /// lines of the journal went. The deletion itself is done: what fails here is only told to the
    /// log, and the journal is cleaned on the next opening.
    pub(crate) fn clean_up(&self) -> u64 {
        let emptied = self.shared.writer.run(|Desk { connection, .. }| {
            // Each step frees one page: the statement has to be run to its end.
            let sql = format!("PRAGMA incremental_vacuum({FREED_PAGES_MAX})");
            let mut statement = connection.prepare(&sql)?;
            let mut pages = statement.query([])?;
            while pages.next()?.is_some() {}
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        });
        match emptied {
            Some(Ok(false)) | None => {}
            Some(Ok(true)) => {
                tracing::info!("deleted words leave the log when its readers are done");
            }
            Some(Err(error)) => tracing::warn!(%error, "could not clean up after a deletion"),
        }
        // The journal last: as long as words are left in it, the next opening does all of this.
        let cleaned = self
            .forget_archived()
            .and_then(|()| self.renew_backups())
            .and_then(|()| self.shorten_journal());
        cleaned.unwrap_or_else(|error| {
            tracing::warn!(%error, "deleted words leave copies and journal on the next opening");
            0
        })
    }

    /// Runs `work` on the writing thread, in no transaction.
    pub(crate) fn at_desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> T + Send + 'static,
    ) -> Option<T> {
        self.shared.writer.run(work)
    }

    pub(crate) fn journal_bytes(&self) -> u64 {
        std::fs::metadata(journal::path_of(&self.shared.path)).map_or(0, |found| found.len())
    }

    /// Waits until nobody else cares for the files.
    pub(crate) fn care_turn(&self) -> MutexGuard<'_, ()> {
        self.shared.care.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in a transaction of the writing thread; returns after its commit.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, MemoryError> {
        if self.shared.damaged.load(Ordering::SeqCst) {
            let reason = "the file was found damaged before".to_owned();
            return Err(MemoryError::new(operation, &self.shared.path, Cause::Check(reason)));
        }
        let done = self.shared.writer.run(move |Desk { connection, journal }| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            let Some(journal) = journal else {
                transaction.commit()?;
                return Ok(done);
            };
            let pending = journal.write(&transaction, operation)?;
            transaction.commit().inspect_err(|_| pending.map_or((), |it| journal.take_back(it)))?;
            Ok(done)
        });
        self.conclude(operation, done)
    }

    /// Runs `work` on one consistent state of the database.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, MemoryError> {
        let work = move |connection: &mut Connection| work(&connection.transaction()?);
        let done = match &self.shared.readers {
            Some(readers) => Some(readers.run(work)),
            None => self.shared.writer.run(move |desk| work(&mut desk.connection)),
        };
        self.conclude(operation, done)
    }

    /// Sees to it that nothing is written to a damaged file, and that the next one to open it looks
    /// and repairs it.
    pub(crate) fn note_damage(&self, error: &MemoryError) {
        if matches!(error, MemoryError::Damaged { .. }) {
            self.shared.damaged.store(true, Ordering::SeqCst);
            if let Err(error) = files::create(&file::suspicion(&self.shared.path)) {
                tracing::warn!(%error, "could not note the damage of the memory");
            }
        }
    }

    pub(crate) fn conclude<T>(
        &self,
        operation: Operation,
        done: Option<Result<T, Fault>>,
    ) -> Result<T, MemoryError> {
        let path = &self.shared.path;
        let error = match done {
            Some(Ok(done)) => return Ok(done),
            Some(Err(fault)) => fault.named(operation, path),
            None => MemoryError::Stopped { operation, path: path.clone() },
        };
        self.note_damage(&error);
        Err(error)
    }
}
