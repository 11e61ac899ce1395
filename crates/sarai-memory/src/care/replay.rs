//! Puts rows back: those of a journal, and those that could be read elsewhere.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::value::RawValue;

use super::journal::Mark;
use super::journal::lines::{Head, Row};
use super::journal::scan::{Batch, Scan};
use super::journal::shorten::rows;
use super::tables::{self, Restorer, Table};
use crate::handle::Fault;
use crate::words;

/// Takes away the vectors made of an utterance's words. They are made again by whoever makes them.
const VECTORS_OF: &str =
    "DELETE FROM utterance_vector WHERE utterance = ?1 ->> 0 OR context = ?1 ->> 0";

/// Foreign keys point at most this deep.
const DEPTH_MAX: u32 = 16;

/// Runs `work` in a transaction in which neither triggers nor foreign keys act, and completes what
/// they would have done: columns and indexes made from others, and no row without its parent.
pub(crate) fn restore<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>, &[Table]) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let switch = |connection: &Connection, on: bool| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, on)?;
        connection.pragma_update(None, "foreign_keys", on)
    };
    switch(connection, false)?;
    let restore = || {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables = tables::kept(&transaction)?;
        let done = work(&transaction, &tables)?;
        remove_orphans(&transaction)?;
        make_stems(&transaction)?;
        make_indexes(&transaction)?;
        transaction.commit()?;
        Ok(done)
    };
    let done = restore();
    switch(connection, true)?;
    done
}

/// Applies the whole batches of a journal after the one numbered `after`. Doing it again changes
/// nothing.
pub(crate) fn replay(
    transaction: &Transaction<'_>,
    known: &[Table],
    journal: &Path,
    scan: &Scan,
    after: i64,
) -> Result<(), Fault> {
    let first = scan.batches.partition_point(|batch| batch.sequence <= after);
    if first == 0 && !scan.damaged {
        // The journal begins with all there was then. What it does not name was deleted before.
        for table in known {
            transaction.execute(&format!("DELETE FROM main.\"{}\"", table.name), [])?;
        }
    }
    let restorers = restorers(known, &scan.head);
    rows(journal, &scan.seal, &scan.batches[first..], |_, line| {
        let unreadable = |_| Fault::Unreadable("a line of the journal".to_owned());
        let Row(table, key, rest) = serde_json::from_slice(line).map_err(unreadable)?;
        // A table that is no more.
        let Some(restorer) = restorers.get(table.as_str()) else { return Ok(()) };
        restorer.apply(transaction, key.get(), rest.map(RawValue::get))?;
        if table == "utterance" {
            // Its words may be others now; triggers, which would see to it, are off.
            transaction.prepare_cached(VECTORS_OF)?.execute([key.get()])?;
        }
        Ok(())
    })?;
    for (table, key) in &scan.head.keys {
        used_key(transaction, table, *key)?;
    }
    let mark = Mark::read(transaction)?;
    Mark {
        memory: scan.head.memory.clone(),
        sequence: scan.sequence().max(mark.sequence),
        forgotten: mark.forgotten || scan.batches[first..].iter().any(|batch| batch.forgets),
    }
    .write(transaction)?;
    Ok(())
}

/// Applies every line of a damaged journal that can be read, in whatever batch.
pub(crate) fn replay_readable(
    transaction: &Transaction<'_>,
    known: &[Table],
    journal: &Path,
    scan: &Scan,
) -> Result<(), Fault> {
    let restorers = restorers(known, &scan.head);
    let everything = Batch { start: 0, end: scan.length(), sequence: 0, forgets: false };
    rows(journal, &scan.seal, &[everything], |_, line| {
        let row = serde_json::from_slice(line).ok();
        let applied = row.and_then(|Row(table, key, rest)| {
            let restorer = restorers.get(table.as_str())?;
            restorer.apply(transaction, key.get(), rest.map(RawValue::get)).ok()
        });
        if applied.is_none() {
            tracing::warn!("a damaged line of the journal is left out");
        }
        Ok(())
    })
}

fn restorers<'a>(known: &'a [Table], head: &Head) -> HashMap<&'a str, Restorer> {
    let restorer = |table: &'a Table| {
        let came = head.tables.iter().find(|came| came.name == table.name)?;
        Some((table.name.as_str(), Restorer::new(table, came, true)))
    };
    known.iter().filter_map(restorer).collect()
}

/// Sees to it that `key` is not given again.
fn used_key(transaction: &Transaction<'_>, table: &str, key: i64) -> rusqlite::Result<()> {
    let raised = transaction.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1",
        params![table, key],
    )?;
    let exists = || {
        transaction
            .prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 AND sql LIKE '%AUTOINCREMENT%'")?
            .exists([table])
    };
    if raised == 0 && exists()? {
        transaction.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
            params![table, key],
        )?;
    }
    Ok(())
}

/// Deletes rows whose parent is not there: it could not be read.
fn remove_orphans(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut check = transaction.prepare("SELECT 1 FROM pragma_foreign_key_check")?;
    if !check.exists([])? {
        return Ok(());
    }
    let mut deletions = Vec::new();
    for table in tables::all(transaction)? {
        deletions.extend(orphans(transaction, &table)?);
    }
    for _ in 0..DEPTH_MAX {
        let mut deleted = 0;
        for deletion in &deletions {
            deleted += transaction.execute(deletion, [])?;
        }
        if deleted == 0 {
            break;
        }
        tracing::warn!(deleted, "rows of the memory had lost what they belong to");
    }
    Ok(())
}

/// Returns the deletions of rows of a table without a parent, one for each foreign key.
fn orphans(transaction: &Transaction<'_>, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = transaction.prepare(
        "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
    )?;
    let mut rows = statement.query([table])?;
    let mut keys: Vec<(i64, String, Vec<String>, Vec<String>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, parent): (i64, String) = (row.get(0)?, row.get(1)?);
        let (from, to): (String, String) = (row.get(2)?, row.get(3)?);
        let same = format!("parent.\"{to}\" = \"{table}\".\"{from}\"");
        let given = format!("\"{from}\" IS NOT NULL");
        match keys.last_mut().filter(|(last, ..)| *last == id) {
            Some((_, _, sames, givens)) => {
                sames.push(same);
                givens.push(given);
            }
            None => keys.push((id, parent, vec![same], vec![given])),
        }
    }
    let deletion = |(_, parent, same, given): (i64, String, Vec<String>, Vec<String>)| {
        format!(
            "DELETE FROM \"{table}\" WHERE {} AND NOT EXISTS
             (SELECT 1 FROM \"{parent}\" AS parent WHERE {})",
            given.join(" AND "),
            same.join(" AND ")
        )
    };
    Ok(keys.into_iter().map(deletion).collect())
}

fn make_stems(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut missing =
        transaction.prepare("SELECT id, text FROM utterance WHERE stems = '' AND text <> ''")?;
    let mut write = transaction.prepare("UPDATE utterance SET stems = ?2 WHERE id = ?1")?;
    let mut rows = missing.query([])?;
    let mut found: Vec<(i64, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        found.push((row.get(0)?, words::stems(&text)));
    }
    for (id, stems) in found {
        write.execute(params![id, stems])?;
    }
    Ok(())
}

/// Makes the full-text indexes again from the tables they are of.
fn make_indexes(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for index in indexes(transaction)? {
        transaction.execute_batch(&format!("INSERT INTO {index} ({index}) VALUES ('rebuild')"))?;
    }
    Ok(())
}

/// Returns the names of the full-text indexes.
pub(crate) fn indexes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND (sql LIKE '%USING fts5 (%' OR sql LIKE '%USING fts5(%')",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}
