//! Takes what can still be read out of a database.

use std::path::Path;

use rusqlite::Transaction;

use super::journal::Mark;
use super::tables::{self, Restorer, Table};
use crate::file;
use crate::handle::Fault;
use crate::seal::Seal;

/// Copies the readable rows of the database in `path` over those of `transaction`. Returns whose
/// memory it is; `None` when even that cannot be read.
pub(crate) fn salvage(
    transaction: &Transaction<'_>,
    known: &[Table],
    path: &Path,
    seal: &Seal,
) -> Option<Mark> {
    let from = file::open_reader(path, seal).ok()?;
    // What cannot be read there is not there: that is what this is for.
    let tables = tables::kept(&from).ok()?;
    let mut lost = Vec::new();
    for table in known {
        let Some(came) = tables.iter().find(|came| came.name == table.name) else { continue };
        let all = |order: &str, replacing: bool| {
            let restorer = Restorer::new(table, came, replacing);
            tables::every::<Fault>(&from, came, order, |key, rest| {
                if restorer.apply(transaction, &key, Some(&rest)).is_err() {
                    tracing::warn!(table = came.name, "a damaged row is left out");
                }
                Ok(())
            })
        };
        // From the front to the first page that cannot be read, then from the back to the last.
        if all("", true).is_err() {
            let backwards: Vec<String> =
                came.key.iter().map(|column| format!("\"{column}\" DESC")).collect();
            drop(all(&format!("ORDER BY {}", backwards.join(", ")), false));
            lost.push(came.name.as_str());
        }
    }
    if !lost.is_empty() {
        tracing::warn!(tables = lost.join(" "), "could not be read to the end");
    }
    Mark::read(&from).ok()
}
