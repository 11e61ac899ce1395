//! The lines of a journal: a head, then batches of rows that each end with a commit.
//!
//! A row is `["fact",[12],[…]]`: its table, its key, its other columns in the order that the head
//! gives; without the last part the row is gone. A commit is `["commit",17,"…",false]`: the number of
//! the batch, a sum over its lines, and whether it forgets. What does not end with a commit that fits was never confirmed.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::care::tables::Table;

/// No line is longer: a text of a message is much shorter.
const LINE_BYTES_MAX: u64 = 256 * 1024 * 1024;

const FORMAT: u64 = 1;

const COMMIT: &str = "[\"commit\",";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Whose journal it is.
    pub(crate) memory: String,
    /// The version of the schema that the rows are of.
    pub(crate) schema: i64,
    pub(crate) tables: Vec<Table>,
    /// The highest keys ever used, of tables that never use one twice.
    pub(crate) keys: Vec<(String, i64)>,
}

impl Head {
    pub(crate) fn line(&self) -> String {
        let tables = self.tables.iter().map(|table| {
            let rest: Vec<&str> = table.rest.iter().map(|(column, _)| column.as_str()).collect();
            (table.name.clone(), json!({"key": table.key, "rest": rest}))
        });
        let tables: serde_json::Map<_, _> = tables.collect();
        let keys: serde_json::Map<_, _> =
            self.keys.iter().map(|(table, key)| (table.clone(), json!(key))).collect();
        let head = json!({
            "journal": FORMAT,
            "memory": self.memory,
            "schema": self.schema,
            "keys": keys,
            "tables": tables,
        });
        format!("{head}\n")
    }

    pub(crate) fn read(line: &[u8]) -> Option<Head> {
        #[derive(Deserialize)]
        struct Columns {
            key: Vec<String>,
            rest: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Read {
            journal: u64,
            memory: String,
            schema: i64,
            keys: serde_json::Map<String, serde_json::Value>,
            tables: serde_json::Map<String, serde_json::Value>,
        }
        let Read { journal, memory, schema, keys, tables } = serde_json::from_slice(line).ok()?;
        if journal != FORMAT {
            return None;
        }
        let tables = tables.into_iter().map(|(name, columns)| {
            let Columns { key, rest } = serde_json::from_value(columns).ok()?;
            let rest = rest.into_iter().map(|column| (column, false)).collect();
            Some(Table { name, key, rest })
        });
        let keys = keys.into_iter().map(|(table, key)| Some((table, key.as_i64()?)));
        Some(Head {
            memory,
            schema,
            tables: tables.collect::<Option<_>>()?,
            keys: keys.collect::<Option<_>>()?,
        })
    }
}

/// One row as its line says it. Key and rest are JSON arrays.
#[derive(Deserialize)]
pub(crate) struct Row<'a>(
    pub(crate) String,
    #[serde(borrow)] pub(crate) &'a RawValue,
    #[serde(borrow, default)] pub(crate) Option<&'a RawValue>,
);

pub(crate) fn row(table: &str, key: &str, rest: Option<&str>) -> String {
    match rest {
        Some(rest) => format!("[\"{table}\",{key},{rest}]\n"),
        None => format!("[\"{table}\",{key}]\n"),
    }
}

/// The end of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) sequence: i64,
    pub(crate) sum: Sum,
    /// Whether something was forgotten.
    pub(crate) forgets: bool,
}

impl Commit {
    pub(crate) fn line(self) -> String {
        let Commit { sequence, sum, forgets } = self;
        format!("{COMMIT}{sequence},\"{:016x}\",{forgets}]\n", sum.0)
    }
}

/// Returns what a commit says; `None` for any other line.
pub(crate) fn read_commit(line: &[u8]) -> Option<Commit> {
    if !line.starts_with(COMMIT.as_bytes()) {
        return None;
    }
    let (_, sequence, sum, forgets): (String, i64, String, bool) =
        serde_json::from_slice(line).ok()?;
    let sum = Sum(u64::from_str_radix(&sum, 16).ok()?);
    Some(Commit { sequence, sum, forgets })
}

/// A sum over bytes that shows damage, not malice: FNV-1a.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum(u64);

impl Sum {
    pub(crate) const EMPTY: Sum = Sum(0xcbf2_9ce4_8422_2325);

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Reads the next line into `line`, its end included. Returns whether there was one.
pub(crate) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    Ok(io::Read::take(reader, LINE_BYTES_MAX).read_until(b'\n', line)? > 0)
}
