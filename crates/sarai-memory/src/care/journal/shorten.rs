//! Makes a journal shorter: of every row only its last state stays, and of deleted ones nothing.
//!
//! This is how a forgotten word leaves the journal. The long part of it is done beside the writer:
//! what is written meanwhile is copied to the end of the new file before it takes the old one's
//! place.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::lines::{self, Head, Row};
use super::scan::{Batch, Scan, scan};
use super::{Batched, Journal, Mark};
use crate::care::files;
use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};
use crate::seal::{Purpose, Seal};
use crate::writer::Desk;

/// A shortened copy that waits to take the journal's place.
pub(crate) struct Shortened {
    path: PathBuf,
    file: File,
    length: u64,
    /// How much of the journal is in it.
    taken: u64,
    pub(crate) lines_gone: u64,
}

/// The last line of each row, by table and key.
type Last = HashMap<(String, String), u64>;

/// Writes a shortened copy of the whole batches of the journal in `path`.
pub(crate) fn shorten(path: &Path, seal: &Seal) -> Result<Option<Shortened>, MemoryError> {
    let work = || {
        let failed = |error: io::Error| super::fault(path, error);
        let Some(Scan { mut head, batches, damaged, .. }) = scan(path, seal).map_err(failed)?
        else {
            return Ok(None);
        };
        let Some(last_batch) = batches.last().copied().filter(|_| !damaged) else {
            return Ok(None);
        };
        let mut last = Last::new();
        let mut lines_before = 0_u64;
        rows(path, seal, &batches, |place, line| {
            lines_before += 1;
            let Some(row) = read_row(line) else { return Ok(()) };
            let key = row.1.get().to_owned();
            note_key(&mut head, &row.0, &key);
            match row.2 {
                Some(_) => last.insert((row.0, key), place),
                None => last.remove(&(row.0, key)),
            };
            Ok(())
        })?;
        let new = files::beside(path, "new");
        let file = files::create(&new).map_err(failed)?;
        let mut batch = Batched::new(&file, path, seal, 0, u64::MAX);
        batch.write(&head.line())?;
        let mut lines_after = 0_u64;
        rows(path, seal, &batches, |place, line| {
            let Some(row) = read_row(line) else { return Ok(()) };
            if last.get(&(row.0, row.1.get().to_owned())) == Some(&place) {
                lines_after += 1;
                batch.write(std::str::from_utf8(line).unwrap_or_default())?;
            }
            Ok(())
        })?;
        let length = batch.finish(last_batch.sequence, false)?;
        let lines_gone = lines_before - lines_after;
        Ok(Some(Shortened { path: new, file, length, taken: last_batch.end, lines_gone }))
    };
    work().map_err(|fault: Fault| fault.named(Operation::Journal, path))
}

impl Memory {
    /// Lets every word that was forgotten leave the journal. Returns how many lines went.
    pub(crate) fn shorten_journal(&self) -> Result<u64, MemoryError> {
        let _turn = self.care_turn();
        let path = |desk: &mut Desk| desk.journal.as_ref().map(|it| it.path().to_owned());
        let Some(path) = self.at_desk(path).flatten() else { return Ok(0) };
        let shortened = shorten(&path, self.seal())?;
        let gone = shortened.as_ref().map_or(0, |shortened| shortened.lines_gone);
        let seal = self.seal().clone();
        let taken = self.at_desk(move |Desk { connection, journal }| {
            let Some(journal) = journal else { return Ok(()) };
            let is_all = if let Some(shortened) = shortened {
                journal.take(shortened)?
            } else {
                // It was damaged meanwhile. The database has all of it.
                *journal = Journal::anew(&path, connection, &seal)?;
                true
            };
            // Otherwise somebody forgot more meanwhile, and comes here next.
            if is_all {
                Mark { forgotten: false, ..Mark::read(connection)? }.write(connection)?;
            }
            Ok(())
        });
        self.conclude(Operation::Journal, taken).map(|()| gone)
    }
}

impl Journal {
    /// Puts a shortened copy in the place of this journal, with what was written since. Returns
    /// whether nothing was.
    pub(crate) fn take(&mut self, shortened: Shortened) -> Result<bool, MemoryError> {
        let Shortened { path, mut file, length, taken, .. } = shortened;
        let work = || {
            self.file.seek(SeekFrom::Start(taken))?;
            let mut end = io::Read::take(&self.file, self.length - taken);
            file.seek(SeekFrom::Start(length))?;
            let copied = io::copy(&mut end, &mut file)?;
            file.flush()?;
            file.sync_all()?;
            self.exchange(file, &path, length + copied)?;
            Ok(copied == 0)
        };
        work().map_err(|error: io::Error| MemoryError::new(Operation::Journal, self.path(), error))
    }
}

/// Keys are never used twice, not even those of rows that leave the journal.
fn note_key(head: &mut Head, table: &str, key: &str) {
    let number = key.strip_prefix('[').and_then(|key| key.strip_suffix(']')?.parse::<i64>().ok());
    if let Some(number) = number
        && let Some((_, highest)) = head.keys.iter_mut().find(|(name, _)| name == table)
    {
        *highest = number.max(*highest);
    }
}

fn read_row(line: &[u8]) -> Option<Row<'_>> {
    serde_json::from_slice(line).ok()
}

/// Calls `take` with every line of these batches that is neither head nor commit, numbered.
pub(crate) fn rows(
    path: &Path,
    seal: &Seal,
    batches: &[Batch],
    mut take: impl FnMut(u64, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let failed = |error: io::Error| super::fault(path, error);
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let mut line = Vec::new();
    let (mut at, mut place) = (0, 0);
    for batch in batches {
        if at != batch.start {
            reader.seek(SeekFrom::Start(batch.start)).map_err(failed)?;
            at = batch.start;
        }
        while at < batch.end {
            if !lines::next_line(&mut reader, &mut line).map_err(failed)? {
                break;
            }
            let is_head = at == 0;
            at += u64::try_from(line.len()).unwrap_or(u64::MAX);
            seal.open_line(Purpose::Journal, &mut line);
            if !is_head && lines::read_commit(&line).is_none() {
                take(place, &line)?;
                place += 1;
            }
        }
    }
    Ok(())
}
