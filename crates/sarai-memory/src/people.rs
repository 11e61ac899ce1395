//! The people whose memory this is.

use rusqlite::{OptionalExtension, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::id::PersonId;

use crate::error::MemoryError;
use crate::handle::Fault;

/// The id of the first person, who never needs to know it.
const FIRST: &str = "owner";

/// Returns the first person, if there is one.
pub(crate) fn first(transaction: &Transaction<'_>) -> Result<Option<PersonId>, Fault> {
    let id: Option<String> = transaction
        .query_row("SELECT id FROM person ORDER BY key LIMIT 1", [], |row| row.get(0))
        .optional()?;
    id.map(|id| PersonId::new(id).map_err(|error| Fault::Unreadable(error.to_string()))).transpose()
}

/// Returns the first person and makes them when there is none.
pub(crate) fn first_or_new(
    transaction: &Transaction<'_>,
    now: Timestamp,
) -> Result<PersonId, Fault> {
    if let Some(person) = first(transaction)? {
        return Ok(person);
    }
    let person = PersonId::new(FIRST).map_err(|error| Fault::Unreadable(error.to_string()))?;
    add(transaction, &person, FIRST, now)?;
    Ok(person)
}

/// Adds a person. Returns whether they are new.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    person: &PersonId,
    display_name: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let added = transaction.execute(
        "INSERT INTO person (id, display_name, created_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO NOTHING",
        params![person.as_str(), display_name, now.0],
    )?;
    Ok(added == 1)
}

/// Returns the key of a person.
pub(crate) fn key(
    transaction: &Transaction<'_>,
    person: &PersonId,
) -> rusqlite::Result<Option<i64>> {
    transaction
        .prepare_cached("SELECT key FROM person WHERE id = ?1")?
        .query_row([person.as_str()], |row| row.get(0))
        .optional()
}

/// Returns the key of a person who must be there.
pub(crate) fn needed(transaction: &Transaction<'_>, person: &PersonId) -> Result<i64, Fault> {
    let unknown = || Fault::Refused(MemoryError::UnknownPerson { person: person.clone() });
    key(transaction, person)?.ok_or_else(unknown)
}
