//! Writes everything that one person told.

use std::io::{self, Write};

use sarai_core::id::PersonId;
use serde::Serialize;

use super::line::{FORMAT, HeadLine, Line};
use super::row;
use crate::care::archive;
use crate::error::{MemoryError, Operation};
use crate::handle::Memory;
use crate::people;

/// Lines read at a time.
const PAGE: usize = 500;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    pub turns: u64,
    pub facts: u64,
}

impl Memory {
    /// Writes a person's turns and facts to `out`, a line of JSON each, archived facts included:
    /// [`Memory::import`] reads them. What is told meanwhile may be in it or not.
    pub fn export(&self, person: &PersonId, out: &mut dyn Write) -> Result<Exported, MemoryError> {
        let key = {
            let person = person.clone();
            self.read(Operation::Export, move |transaction| people::needed(transaction, &person))?
        };
        let mut exported = Exported::default();
        let (format, day) = (FORMAT, self.now().date());
        self.put(out, &Line::Memory(HeadLine { format, person: person.as_str().to_owned(), day }))?;
        let mut after = i64::MIN;
        loop {
            let page = self.read(Operation::Export, move |transaction| {
                row::turns(transaction, key, after, PAGE)
            })?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (_, turn) in page {
                self.put(out, &Line::Turn(Box::new(turn)))?;
                exported.turns += 1;
            }
        }
        after = i64::MIN;
        loop {
            let (page, last) = self.read(Operation::Export, move |transaction| {
                let mut ids = transaction.prepare_cached(
                    "SELECT id FROM fact WHERE person = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                )?;
                let limit = crate::turns::count(PAGE);
                let ids = ids.query_map([key, after, limit], |row| row.get(0))?;
                let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
                Ok((row::facts(transaction, &ids)?, ids.last().copied()))
            })?;
            let Some(last) = last else { break };
            after = last;
            for fact in page {
                self.put(out, &Line::Fact(Box::new(fact)))?;
                exported.facts += 1;
            }
        }
        for fact in archive::of_person(self.path(), self.seal(), person)? {
            self.put(out, &Line::Fact(Box::new(fact)))?;
            exported.facts += 1;
        }
        out.flush().map_err(|error| self.not_written(error))?;
        Ok(exported)
    }

    fn put(&self, out: &mut dyn Write, line: &impl Serialize) -> Result<(), MemoryError> {
        let mut text = serde_json::to_vec(line).map_err(|error| self.not_written(error.into()))?;
        text.push(b'\n');
        out.write_all(&text).map_err(|error| self.not_written(error))
    }

    fn not_written(&self, error: io::Error) -> MemoryError {
        MemoryError::new(Operation::Export, self.path(), error)
    }
}
