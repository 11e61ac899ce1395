//! Brings lines back. What is known already stays as it is, so doing it twice changes nothing.

mod facts;
mod turns;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Read};

use rusqlite::{ErrorCode, Transaction};
use sarai_core::explain::Explanation;
use sarai_core::id::PersonId;
use sarai_core::language::Language;

use super::line::{FORMAT, Line};
use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};
use crate::people;

/// A longer line is refused, in bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Lines written in one transaction.
const LINES_A_SLICE: usize = 100;

/// Bytes of lines gathered for one transaction.
const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Refused lines that are told one by one.
const REFUSED_MAX: usize = 1_000;

/// What became of the lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Turns and facts that were not known.
    pub imported: u64,
    pub known: u64,
    /// The first thousand of them.
    pub refused: Vec<RefusedLine>,
    pub refused_total: u64,
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Counted from 1.
    pub line: u64,
    pub reason: ImportRefusal,
}

/// Why a line was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportRefusal {
    TooLong,
    /// With what the reader of JSON says, in English.
    NotALine(String),
    /// The export is of a newer version.
    TooNew,
    /// A part of it, by its name in the line, does not hold what it should.
    Wrong(&'static str),
    /// An archived fact of somebody else.
    AnotherPerson,
    /// Another turn has the same id.
    IdInUse,
}

impl ImportRefusal {
    /// Returns why, and what the reader may do about it.
    pub fn explain(&self, language: Language) -> Explanation {
        let (spanish, english) = match self {
            ImportRefusal::TooLong => {
                ("la línea es demasiado larga".to_owned(), "the line is too long".to_owned())
            }
            ImportRefusal::NotALine(why) => (
                format!("no es una línea de una exportación ({why})"),
                format!("it is not a line of an export ({why})"),
            ),
            ImportRefusal::TooNew => (
                "es de una versión más nueva: actualiza SARAi".to_owned(),
                "it is of a newer version: update SARAi".to_owned(),
            ),
            ImportRefusal::Wrong(part) => {
                (format!("`{part}` no vale"), format!("`{part}` is not valid"))
            }
            ImportRefusal::AnotherPerson => (
                "es un dato de otra persona: impórtalo para ella".to_owned(),
                "it is a fact of another person: import it for them".to_owned(),
            ),
            ImportRefusal::IdInUse => (
                "hay otro turno con el mismo identificador".to_owned(),
                "there is another turn with the same id".to_owned(),
            ),
        };
        Explanation::without_hint(match language {
            Language::Spanish => spanish,
            Language::English => english,
        })
    }
}

/// A line with its number; without it when it is too long.
type Numbered = (u64, Option<Vec<u8>>);

/// What became of one line.
enum Taken {
    New,
    Known,
    Refused(ImportRefusal),
}

/// What is remembered from line to line.
#[derive(Default)]
struct Course {
    /// Entities and facts here by their keys there.
    entities: HashMap<i64, i64>,
    facts: HashMap<i64, i64>,
    /// The facts here that are those of a line.
    matched: HashSet<i64>,
    /// Keys there of the entities that the present line was the first to name.
    found: Vec<i64>,
    /// Facts here with the keys there of what took their place.
    replaced: Vec<(i64, i64)>,
    result: Imported,
}

impl Memory {
    /// Brings back what [`Memory::export`] or an archive holds, as told by `person`. A line that
    /// cannot be taken is refused and the others are taken.
    pub fn import(
        &self,
        person: &PersonId,
        input: &mut dyn BufRead,
    ) -> Result<Imported, MemoryError> {
        let mut course = Course::default();
        let mut number = 0;
        loop {
            let slice = self.slice_of(input, &mut number)?;
            if slice.is_empty() {
                break;
            }
            let person = person.clone();
            course = self.write(Operation::Import, move |transaction| {
                let key = people::needed(transaction, &person)?;
                let mut work = Work { transaction, person: &person, key, course };
                for (number, line) in slice {
                    work.line(number, line)?;
                }
                Ok(work.course)
            })?;
        }
        if course.replaced.is_empty() {
            return Ok(course.result);
        }
        self.write(Operation::Import, move |transaction| {
            let mut replace =
                transaction.prepare_cached("UPDATE fact SET superseded_by = ?2 WHERE id = ?1")?;
            for (old, new) in &course.replaced {
                if let Some(new) = course.facts.get(new) {
                    replace.execute([old, new])?;
                }
            }
            Ok(course.result)
        })
    }

    /// Returns the next lines.
    fn slice_of(
        &self,
        input: &mut dyn BufRead,
        number: &mut u64,
    ) -> Result<Vec<Numbered>, MemoryError> {
        let failed = |error| MemoryError::new(Operation::Import, self.path(), error);
        let (mut slice, mut bytes) = (Vec::new(), 0);
        while slice.len() < LINES_A_SLICE && bytes < SLICE_BYTES_MAX {
            let mut line = Vec::new();
            let read = input.take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(failed)?;
            if read == 0 {
                break;
            }
            *number += 1;
            bytes += read;
            let is_whole = line.ends_with(b"\n") || input.fill_buf().map_err(failed)?.is_empty();
            if !is_whole {
                input.skip_until(b'\n').map_err(failed)?;
            }
            slice.push((*number, is_whole.then_some(line)));
        }
        Ok(slice)
    }
}

/// Lines on their way into the tables.
struct Work<'a> {
    transaction: &'a Transaction<'a>,
    person: &'a PersonId,
    key: i64,
    course: Course,
}

impl Work<'_> {
    fn line(&mut self, number: u64, line: Option<Vec<u8>>) -> Result<(), Fault> {
        let taken = match line {
            None => Taken::Refused(ImportRefusal::TooLong),
            Some(line) if line.trim_ascii().is_empty() => return Ok(()),
            Some(line) => match serde_json::from_slice(&line) {
                Ok(Line::Memory(head)) if head.format <= FORMAT => return Ok(()),
                Ok(Line::Memory(_)) => Taken::Refused(ImportRefusal::TooNew),
                Ok(line) => self.take_or_nothing(line)?,
                Err(error) => Taken::Refused(ImportRefusal::NotALine(error.to_string())),
            },
        };
        let result = &mut self.course.result;
        match taken {
            Taken::New => result.imported += 1,
            Taken::Known => result.known += 1,
            Taken::Refused(reason) => {
                result.refused_total += 1;
                if result.refused.len() < REFUSED_MAX {
                    result.refused.push(RefusedLine { line: number, reason });
                }
            }
        }
        Ok(())
    }

    /// Takes a line, or leaves the tables as they were.
    fn take_or_nothing(&mut self, line: Line) -> Result<Taken, Fault> {
        self.transaction.execute_batch("SAVEPOINT line")?;
        let taken = match line {
            Line::Turn(turn) => turns::take(self.transaction, self.key, &turn),
            Line::Fact(fact) => facts::take(self, &fact),
            Line::Memory(_) => Ok(Taken::Known),
        };
        let taken = match taken {
            // The tables know more rules than are looked at here.
            Err(Fault::Sqlite(error))
                if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) =>
            {
                Ok(Taken::Refused(ImportRefusal::Wrong("line")))
            }
            taken => taken,
        };
        if matches!(taken, Ok(Taken::Refused(_))) {
            self.transaction.execute_batch("ROLLBACK TO line")?;
            for key in self.course.found.drain(..) {
                self.course.entities.remove(&key);
            }
        }
        self.course.found.clear();
        self.transaction.execute_batch("RELEASE line")?;
        taken
    }
}
