//! Looks through a journal: which of its batches are whole.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::lines::{self, Commit, Head, Sum};
use crate::seal::{Purpose, Seal};

/// A whole batch: where its rows start, where its commit ends, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) sequence: i64,
    /// Whether it tells that something was forgotten, which is still in the batches before.
    pub(crate) forgets: bool,
}

/// What a journal holds.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) head: Head,
    pub(crate) batches: Vec<Batch>,
    /// Whether a batch before the last one is not whole. After it there may be an end that was
    /// never confirmed; that is no damage.
    pub(crate) damaged: bool,
    /// What opens its lines.
    pub(crate) seal: Seal,
}

impl Scan {
    /// Returns the number of the last whole batch; 0 before the first.
    pub(crate) fn sequence(&self) -> i64 {
        self.batches.last().map_or(0, |batch| batch.sequence)
    }

    /// Returns where the last whole batch ends.
    pub(crate) fn length(&self) -> u64 {
        self.batches.last().map_or(0, |batch| batch.end)
    }
}

/// Looks through the journal in `path`. `None` when there is none, or none that starts as one does.
pub(crate) fn scan(path: &Path, seal: &Seal) -> io::Result<Option<Scan>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    if !lines::next_line(&mut reader, &mut line)? {
        return Ok(None);
    }
    let (mut start, mut at) = (0, length(&line));
    seal.open_line(Purpose::Journal, &mut line);
    let Some(head) = Head::read(&line) else { return Ok(None) };
    let mut found = Scan { head, batches: Vec::new(), damaged: false, seal: seal.clone() };
    let mut sum = Sum::EMPTY;
    sum.add(&line);
    while lines::next_line(&mut reader, &mut line)? {
        at += length(&line);
        seal.open_line(Purpose::Journal, &mut line);
        let Some(Commit { sequence, sum: expected, forgets }) = lines::read_commit(&line) else {
            sum.add(&line);
            continue;
        };
        // The first one may have any number: an old journal is shortened to one batch.
        let last = found.batches.last().map(|last| last.sequence);
        if sum == expected && line.ends_with(b"\n") && last.is_none_or(|last| sequence > last) {
            let follows = last.is_none_or(|last| sequence == last + 1);
            found.damaged |= !follows || found.length() != start;
            found.batches.push(Batch { start, end: at, sequence, forgets });
        }
        start = at;
        sum = Sum::EMPTY;
    }
    Ok(Some(found))
}

fn length(line: &[u8]) -> u64 {
    u64::try_from(line.len()).unwrap_or(u64::MAX)
}
