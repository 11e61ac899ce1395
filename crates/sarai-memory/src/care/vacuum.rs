//! Makes the memory small: repeats first, then space.
//!
//! All of it is done in slices, so that a turn waits for one of them at most. The one exception is
//! a file of which much is free: it is written anew as a whole, while readers go on.

use std::fs;
use std::time::Duration;

use rusqlite::Connection;

use super::files;
use super::replay::indexes;
use crate::error::{MemoryError, Operation};
use crate::facts::dedupe;
use crate::file;
use crate::handle::{Fault, Memory};
use crate::writer::Desk;

/// Repeats taken out at a time: some forty microseconds each.
const REPEATS_A_SLICE: usize = 500;

/// Pages given back at a time: a few milliseconds.
const PAGES_A_SLICE: u32 = 256;

/// Pages of an index merged at a time.
const MERGED_A_SLICE: u32 = 64;

/// Slices of one kind of work. Far more than there ever are.
const SLICES_MAX: u32 = 1_000_000;

/// From this many free pages in a hundred on, the file is written anew.
const FREE_PERCENT_MAX: u64 = 30;

/// How large the memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Of the database.
    pub bytes: u64,
    /// Of its log, not yet folded into it.
    pub log_bytes: u64,
    pub journal_bytes: u64,
    pub free_pages: u64,
    pub pages: u64,
    /// Rows of everybody: turns, and facts whether they are believed or not.
    pub turns: u64,
    pub facts: u64,
}

/// What a vacuum did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vacuumed {
    pub before: Sizes,
    pub after: Sizes,
    /// Facts that said what another one said.
    pub repeats: u64,
    /// Pages given back to the disk.
    pub freed_pages: u64,
    /// Lines that left the journal because others say the same later.
    pub journal_lines: u64,
    /// The longest time that one slice kept others waiting.
    pub slice_ms_max: f64,
    pub ms: f64,
}

impl Memory {
    /// Takes repeats out and gives free space back. What is asked meanwhile is answered.
    pub fn vacuum(&self) -> Result<Vacuumed, MemoryError> {
        let start = self.elapsed();
        let before = self.sizes()?;
        let mut slowest = Duration::ZERO;
        let repeats = self.take_out_repeats(&mut slowest)?;
        {
            let _turn = self.care_turn();
            let now = self.sizes()?;
            if now.free_pages * 100 > now.pages * FREE_PERCENT_MAX {
                self.write_anew()?;
            }
            // What these leave free is given back with the rest.
            self.merge_indexes(&mut slowest)?;
            self.slice(&mut slowest, |connection| connection.execute_batch("PRAGMA optimize"))?;
            self.give_back(&mut slowest)?;
        }
        self.slice(&mut slowest, |connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })?;
        let journal_lines = self.shorten_journal()?;
        let after = self.sizes()?;
        Ok(Vacuumed {
            before,
            after,
            repeats,
            freed_pages: before.pages.saturating_sub(after.pages),
            journal_lines,
            slice_ms_max: slowest.as_secs_f64() * 1000.0,
            ms: self.elapsed().saturating_sub(start).as_secs_f64() * 1000.0,
        })
    }

    /// Returns how large everything is.
    pub fn sizes(&self) -> Result<Sizes, MemoryError> {
        let mut sizes = self.read(Operation::Vacuum, |transaction| {
            let number = |sql: &str| transaction.query_row(sql, [], |row| row.get::<_, u64>(0));
            let pages = number("SELECT page_count FROM pragma_page_count")?;
            Ok(Sizes {
                bytes: pages * file::page_bytes(transaction)?,
                log_bytes: 0,
                journal_bytes: 0,
                free_pages: number("SELECT freelist_count FROM pragma_freelist_count")?,
                pages,
                turns: number("SELECT count(*) FROM turn")?,
                facts: number("SELECT count(*) FROM fact")?,
            })
        })?;
        let log = files::companion(self.path(), "-wal");
        sizes.log_bytes = fs::metadata(log).map_or(0, |log| log.len());
        sizes.journal_bytes = self.journal_bytes();
        Ok(sizes)
    }

    /// Takes repeats out. They are found beside the writer and looked at again by it.
    fn take_out_repeats(&self, slowest: &mut Duration) -> Result<u64, MemoryError> {
        let mut gone = 0;
        for person in self.read(Operation::Vacuum, |transaction| {
            let mut people = transaction.prepare("SELECT key FROM person ORDER BY key")?;
            let keys = people.query_map([], |row| row.get::<_, i64>(0))?;
            Ok(keys.collect::<Result<Vec<_>, _>>()?)
        })? {
            let repeats = self
                .read(Operation::Vacuum, move |transaction| dedupe::repeats(transaction, person))?;
            for slice in repeats.chunks(REPEATS_A_SLICE) {
                let slice = slice.to_vec();
                let start = self.elapsed();
                gone += self.write(Operation::Vacuum, move |transaction| {
                    dedupe::merge(transaction, &slice)
                })?;
                *slowest = self.elapsed().saturating_sub(start).max(*slowest);
            }
        }
        Ok(gone)
    }

    /// Gives every free page back.
    fn give_back(&self, slowest: &mut Duration) -> Result<(), MemoryError> {
        for _ in 0..SLICES_MAX {
            let (before, after) = self.slice(slowest, |connection| {
                let free = || {
                    connection
                        .pragma_query_value(None, "freelist_count", |row| row.get::<_, u64>(0))
                };
                let before = free()?;
                // Each step frees one page: the statement has to be run to its end.
                let sql = format!("PRAGMA incremental_vacuum({PAGES_A_SLICE})");
                let mut statement = connection.prepare(&sql)?;
                let mut pages = statement.query([])?;
                while pages.next()?.is_some() {}
                Ok((before, free()?))
            })?;
            if after == 0 || after >= before {
                break;
            }
        }
        Ok(())
    }

    /// Merges the parts of the full-text indexes into one each.
    fn merge_indexes(&self, slowest: &mut Duration) -> Result<(), MemoryError> {
        for index in self.read(Operation::Vacuum, |transaction| Ok(indexes(transaction)?))? {
            // A negative number begins to merge everything; positive ones go on with it.
            let mut pages = -i64::from(MERGED_A_SLICE);
            for _ in 0..SLICES_MAX {
                let index = index.clone();
                let changed = self.slice(slowest, move |connection| {
                    let before = connection.total_changes();
                    let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)");
                    connection.execute(&sql, [pages])?;
                    Ok(connection.total_changes() - before)
                })?;
                pages = MERGED_A_SLICE.into();
                // One change is the command itself.
                if changed < 2 {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Writes the whole file anew, on a connection of its own: temporary things of the writer's
    /// stay. The writer waits for it.
    fn write_anew(&self) -> Result<(), MemoryError> {
        let (path, seal) = (self.path().to_owned(), self.seal().clone());
        let done = self.at_desk(move |Desk { journal, .. }| {
            // In memory there is nothing to give back.
            if journal.is_none() {
                return Ok(());
            }
            let connection = file::open(&path, &seal)?;
            connection.execute_batch("PRAGMA secure_delete = ON; VACUUM")?;
            Ok(connection.close().map_err(|(_, error)| error)?)
        });
        self.conclude(Operation::Vacuum, done)
    }

    fn slice<T: Send + 'static>(
        &self,
        slowest: &mut Duration,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, MemoryError> {
        let start = self.elapsed();
        let done = self.at_desk(|desk| work(&mut desk.connection).map_err(Fault::from));
        *slowest = self.elapsed().saturating_sub(start).max(*slowest);
        self.conclude(Operation::Vacuum, done)
    }
}
