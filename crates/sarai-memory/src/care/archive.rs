//! The archive: things that happened long ago, one file of lines for each quarter.
//!
//! Facts are written there and synced before they leave the database, so a crash between the two
//! leaves them in both; doing it again changes nothing. Lines are those of an export and come back
//! with an import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::id::PersonId;
use sarai_facts::relations::{Nature, nature};

use super::files;
use super::journal::lines::next_line;
use super::transfer::line::{FactLine, Line};
use super::transfer::row;
use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};
use crate::people;
use crate::seal::{Purpose, Seal};

/// Facts archived at a time.
const FACTS_A_SLICE: usize = 200;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What was archived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rotated {
    pub archived: u64,
    /// The newest of the files that got something.
    pub file: Option<PathBuf>,
}

impl Memory {
    /// Archives what happened to `person`, or to everybody, and was told more than `days` days
    /// ago. What is so, was so or is to come stays, however old. A memory that is on no disk has no
    /// archive.
    pub fn rotate(&self, person: Option<&PersonId>, days: u32) -> Result<Rotated, MemoryError> {
        if !self.is_on_disk() {
            return Ok(Rotated::default());
        }
        let now = self.now();
        let before = Timestamp(now.0.saturating_sub(DAY_MS.saturating_mul(days.into())));
        let person = person.cloned();
        let ids = self.read(Operation::Rotate, move |transaction| {
            let key = person.map(|person| people::needed(transaction, &person)).transpose()?;
            happened(transaction, key, before)
        })?;
        let mut rotated = Rotated::default();
        for slice in ids.chunks(FACTS_A_SLICE) {
            let _turn = self.care_turn();
            let slice = slice.to_vec();
            let facts = {
                let slice = slice.clone();
                self.read(Operation::Rotate, move |transaction| with_person(transaction, &slice))?
            };
            for file in add(self.path(), self.seal(), facts)? {
                rotated.file = rotated.file.max(Some(file));
            }
            rotated.archived += self.write(Operation::Rotate, move |transaction| {
                let mut delete = transaction.prepare_cached("DELETE FROM fact WHERE id = ?1")?;
                let mut gone = 0;
                for id in slice {
                    gone += u64::try_from(delete.execute([id])?).unwrap_or(0);
                }
                Ok(gone)
            })?;
        }
        if rotated.archived > 0 {
            self.shorten_journal()?;
        }
        Ok(rotated)
    }

    /// Takes facts out of the archive whose words were forgotten: none of the turns that told them
    /// is there. Those entered by hand go with everything else of their person.
    pub(crate) fn forget_archived(&self) -> Result<(), MemoryError> {
        if !self.is_on_disk() {
            return Ok(());
        }
        let _turn = self.care_turn();
        for file in quarters(self.path())? {
            let facts = read(&file, self.seal())?;
            let before = facts.len();
            let kept = self.read(Operation::Rotate, move |transaction| {
                let mut kept = Vec::new();
                for fact in facts {
                    if is_remembered(transaction, &fact)? {
                        kept.push(fact);
                    }
                }
                Ok(kept)
            })?;
            if kept.is_empty() {
                files::remove(&file).map_err(|error| failed(&file, error))?;
            } else if kept.len() < before {
                write(&file, self.seal(), &kept)?;
            }
        }
        Ok(())
    }
}

/// Returns the events told before a moment, except those that are still to come.
fn happened(
    transaction: &Transaction<'_>,
    person: Option<i64>,
    before: Timestamp,
) -> Result<Vec<i64>, Fault> {
    let mut relations = transaction.prepare("SELECT id, name FROM relation ORDER BY id")?;
    let relations = relations.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut facts = transaction.prepare(
        "SELECT id FROM fact WHERE relation = ?1 AND (?2 IS NULL OR person = ?2)
             AND learned_ms < ?3 AND (told_when IS NULL OR told_when < ?4 OR told_when GLOB '--*')
         ORDER BY id",
    )?;
    let mut found = Vec::new();
    for relation in relations {
        let (relation, name): (i64, String) = relation?;
        if nature(&name) != Nature::Event {
            continue;
        }
        let values = params![relation, person, before.0, before.date()];
        for id in facts.query_map(values, |row| row.get::<_, i64>(0))? {
            found.push(id?);
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn with_person(transaction: &Transaction<'_>, ids: &[i64]) -> Result<Vec<FactLine>, Fault> {
    let mut whose = transaction.prepare_cached(
        "SELECT person.id FROM fact JOIN person ON person.key = fact.person WHERE fact.id = ?1",
    )?;
    let mut facts = row::facts(transaction, ids)?;
    for fact in &mut facts {
        fact.person = Some(whose.query_row([fact.key], |row| row.get(0))?);
    }
    Ok(facts)
}

fn is_remembered(transaction: &Transaction<'_>, fact: &FactLine) -> rusqlite::Result<bool> {
    let Some(person) = &fact.person else { return Ok(false) };
    if fact.evidence.is_empty() {
        return transaction
            .prepare_cached(
                "SELECT 1 FROM person WHERE id = ?1 AND
                     (EXISTS (SELECT 1 FROM turn WHERE turn.person = person.key)
                      OR EXISTS (SELECT 1 FROM fact WHERE fact.person = person.key))",
            )?
            .exists([person]);
    }
    let mut told = transaction.prepare_cached(
        "SELECT 1 FROM turn JOIN person ON person.key = turn.person
         JOIN utterance ON utterance.turn = turn.key
         WHERE person.id = ?1 AND turn.id = ?2 AND position = ?3
             AND instr(text, ?4) > 0",
    )?;
    for place in &fact.evidence {
        if told.exists(params![person, place.turn, place.position, place.text])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the archived facts of a person, oldest quarter first.
pub(crate) fn of_person(
    database: &Path,
    seal: &Seal,
    person: &PersonId,
) -> Result<Vec<FactLine>, MemoryError> {
    let mut found = Vec::new();
    for file in quarters(database)? {
        found.extend(read(&file, seal)?);
    }
    found.retain(|fact| fact.person.as_deref() == Some(person.as_str()));
    Ok(found)
}

/// Writes facts to the files of their quarters. Returns those files.
fn add(
    database: &Path,
    seal: &Seal,
    facts: Vec<FactLine>,
) -> Result<BTreeSet<PathBuf>, MemoryError> {
    let folder = folder(database);
    let mut by_file: BTreeMap<PathBuf, Vec<FactLine>> = BTreeMap::new();
    for fact in facts {
        let name = format!("facts-{}.jsonl", quarter(Timestamp(fact.learned_ms)));
        by_file.entry(folder.join(name)).or_default().push(fact);
    }
    files::create_folder(&folder).map_err(|error| failed(&folder, error))?;
    for (file, facts) in &by_file {
        let mut all = read(file, seal)?;
        let new: BTreeSet<_> = facts.iter().map(FactLine::identity).collect();
        all.retain(|known| !new.contains(&known.identity()));
        all.extend(facts.iter().cloned());
        write(file, seal, &all)?;
    }
    Ok(by_file.into_keys().collect())
}

/// Returns the quarter of a moment, such as `2026-Q3`.
fn quarter(at: Timestamp) -> String {
    let date = at.date();
    let (year, rest) =
        date.rsplit_once('-').and_then(|(month, _)| month.rsplit_once('-')).unwrap_or((&date, "1"));
    let month: u32 = rest.parse().unwrap_or(1);
    format!("{year}-Q{}", month.saturating_sub(1) / 3 + 1)
}

fn folder(database: &Path) -> PathBuf {
    database.with_file_name("archive")
}

/// Returns the files of the archive, oldest first.
fn quarters(database: &Path) -> Result<Vec<PathBuf>, MemoryError> {
    let folder = folder(database);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(&folder, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failed(&folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let quarter = name.strip_prefix("facts-").and_then(|name| name.strip_suffix(".jsonl"));
        if quarter.is_some() {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn read(file: &Path, seal: &Seal) -> Result<Vec<FactLine>, MemoryError> {
    let mut reader = match File::open(file) {
        Ok(open) => BufReader::new(open),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(file, error)),
    };
    let (mut line, mut facts) = (Vec::new(), Vec::new());
    while next_line(&mut reader, &mut line).map_err(|error| failed(file, error))? {
        seal.open_line(Purpose::Archive, &mut line);
        let Ok(Line::Fact(fact)) = serde_json::from_slice(&line) else {
            // Written again without it, a line that somebody changed would be lost.
            let what = format!("line {} of the archive", facts.len() + 1);
            let (operation, path) = (Operation::Rotate, file.to_owned());
            return Err(MemoryError::Unreadable { operation, path, what });
        };
        facts.push(*fact);
    }
    Ok(facts)
}

fn write(file: &Path, seal: &Seal, facts: &[FactLine]) -> Result<(), MemoryError> {
    let work = || {
        let new = files::beside(file, "new");
        let mut out = io::BufWriter::new(files::create(&new)?);
        for fact in facts {
            let line = serde_json::to_string(&Line::Fact(Box::new(fact.clone())))?;
            out.write_all(seal.close_line(Purpose::Archive, &format!("{line}\n"))?.as_bytes())?;
        }
        out.flush()?;
        files::replace(&new, file)
    };
    work().map_err(|error: io::Error| failed(file, error))
}

fn failed(path: &Path, error: io::Error) -> MemoryError {
    MemoryError::new(Operation::Rotate, path, error)
}

#[cfg(test)]
mod tests {
    use super::quarter;
    use sarai_core::clock::Timestamp;

    #[test]
    fn a_year_has_four_quarters() {
        for (day, expected) in
            [(0, "1970-Q1"), (90, "1970-Q2"), (181, "1970-Q3"), (364, "1970-Q4"), (365, "1971-Q1")]
        {
            assert_eq!(quarter(Timestamp(day * 86_400_000)), expected);
        }
    }
}
