//! What the journal keeps of the tables: every row of every table that holds something told.

use rusqlite::{Connection, Transaction, params};

/// The journal's own mark, which is not told by anybody.
const MARK: &str = "journal";

/// Columns made from others, which are made again instead of kept twice.
const MADE: [(&str, &str); 1] = [("utterance", "stems")];

/// A table and how its rows are written as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The columns of the primary key.
    pub(crate) key: Vec<String>,
    /// The other columns, each with whether it holds real numbers.
    pub(crate) rest: Vec<(String, bool)>,
}

/// Returns the tables to keep, in the order of their names. Tables with bytes are left out: these
/// are made from the words again, such as vectors, and so is what is only about vectors.
pub(crate) fn kept(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut tables = Vec::new();
    for name in all(connection)? {
        tables.extend(table(connection, name)?);
    }
    Ok(tables)
}

/// Returns the names of all tables but those behind indexes and the journal's own.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 1 AND name <> ?1 ORDER BY name",
    )?;
    statement.query_map([MARK], |row| row.get(0))?.collect()
}

fn table(connection: &Connection, name: String) -> rusqlite::Result<Option<Table>> {
    let mut statement =
        connection.prepare("SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let mut rows = statement.query([&name])?;
    let (mut key, mut rest) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (column, kind, place): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if kind == "BLOB" {
            return Ok(None);
        }
        if place > 0 {
            key.push((place, column));
        } else if !MADE.contains(&(name.as_str(), column.as_str())) {
            rest.push((column, kind == "REAL"));
        }
    }
    key.sort_unstable();
    let key = key.into_iter().map(|(_, column)| column).collect();
    Ok(Some(Table { name, key, rest }))
}

/// Notes from now on, for this connection, the key of every row that changes, whoever changes it.
pub(crate) fn watch(connection: &Connection, tables: &[Table]) -> rusqlite::Result<()> {
    let mut sql =
        vec!["CREATE TEMP TABLE touched (place INTEGER NOT NULL, key TEXT NOT NULL);".to_owned()];
    for (place, Table { name, key, .. }) in tables.iter().enumerate() {
        let of = |row: &str| {
            let columns: Vec<String> =
                key.iter().map(|column| format!("{row}.\"{column}\"")).collect();
            format!("INSERT INTO touched VALUES ({place}, json_array({}));", columns.join(", "))
        };
        let (new, old) = (of("new"), of("old"));
        for (event, body) in
            [("INSERT", new.clone()), ("DELETE", old.clone()), ("UPDATE", format!("{old} {new}"))]
        {
            sql.push(format!(
                "CREATE TEMP TRIGGER \"{name} {event}\" AFTER {event} ON main.\"{name}\"
                 BEGIN {body} END;"
            ));
        }
    }
    connection.execute_batch(&sql.concat())
}

/// What a transaction did to one row.
pub(crate) struct Touched {
    /// Of [`kept`].
    pub(crate) place: usize,
    /// A JSON array.
    pub(crate) key: String,
    /// A JSON array of the other columns; `None` when the row is gone.
    pub(crate) rest: Option<String>,
}

/// Calls `take` with every row that was touched since the last call, as it is now.
pub(crate) fn touched<E: From<rusqlite::Error>>(
    transaction: &Transaction<'_>,
    tables: &[Table],
    mut take: impl FnMut(Touched) -> Result<(), E>,
) -> Result<(), E> {
    for (place, table) in tables.iter().enumerate() {
        let mut keys = transaction.prepare_cached(
            "SELECT key FROM temp.touched WHERE place = ?1 GROUP BY key ORDER BY min(rowid)",
        )?;
        let mut rows = keys.query([place])?;
        let mut image = transaction.prepare_cached(&format!(
            "SELECT {} FROM main.\"{}\" WHERE {}",
            as_json(table),
            table.name,
            is_key(table)
        ))?;
        while let Some(row) = rows.next()? {
            let key: String = row.get(0)?;
            let mut found = image.query([&key])?;
            let rest = found.next()?.map(|row| row.get(1)).transpose()?;
            take(Touched { place, key, rest })?;
        }
    }
    transaction.prepare_cached("DELETE FROM temp.touched")?.execute([])?;
    Ok(())
}

/// Calls `take` with every row of a table, until one cannot be read.
pub(crate) fn every<E: From<rusqlite::Error>>(
    connection: &Connection,
    table: &Table,
    order: &str,
    mut take: impl FnMut(String, String) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!("SELECT {} FROM main.\"{}\" {order}", as_json(table), table.name);
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(row.get(0)?, row.get(1)?)?;
    }
    Ok(())
}

/// Returns the two JSON arrays of a row as SQL: its key, and the rest.
fn as_json(table: &Table) -> String {
    let quoted = |column: &String| format!("\"{column}\"");
    let key: Vec<String> = table.key.iter().map(quoted).collect();
    let rest: Vec<String> = table
        .rest
        .iter()
        .map(|(column, is_real)| match is_real {
            // JSON made by SQLite has too few digits to give the same number back.
            true => {
                format!("iif(\"{column}\" IS NULL, NULL, json(printf('%!.17g', \"{column}\")))")
            }
            false => quoted(column),
        })
        .collect();
    format!("json_array({}), json_array({})", key.join(", "), rest.join(", "))
}

/// Returns the condition that a row has the key `?1`.
fn is_key(table: &Table) -> String {
    let parts: Vec<String> = table
        .key
        .iter()
        .enumerate()
        .map(|(place, column)| format!("\"{column}\" = ?1 ->> {place}"))
        .collect();
    parts.join(" AND ")
}

/// Writes rows back, whatever they were before. Triggers and foreign keys must be off.
pub(crate) struct Restorer {
    put: String,
    /// `None` where a row that is there stays.
    take: String,
}

impl Restorer {
    /// `columns` are those of the key and the rest as they come; unknown ones are passed over.
    pub(crate) fn new(table: &Table, came: &Table, replacing: bool) -> Restorer {
        let known = |column: &str| {
            table.key.iter().chain(table.rest.iter().map(|(name, _)| name)).any(|c| c == column)
        };
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for (place, column) in came.key.iter().enumerate() {
            columns.push(format!("\"{column}\""));
            values.push(format!("?1 ->> {place}"));
        }
        for (place, (column, _)) in came.rest.iter().enumerate() {
            if known(column) {
                columns.push(format!("\"{column}\""));
                values.push(format!("?2 ->> {place}"));
            }
        }
        for (_, column) in MADE.iter().filter(|(name, _)| *name == table.name) {
            columns.push(format!("\"{column}\""));
            values.push("''".to_owned());
        }
        let conflict = if replacing { "REPLACE" } else { "IGNORE" };
        let put = format!(
            "INSERT OR {conflict} INTO main.\"{}\" ({}) SELECT {} WHERE ?2 IS NOT NULL",
            table.name,
            columns.join(", "),
            values.join(", ")
        );
        let take = format!("DELETE FROM main.\"{}\" WHERE {}", table.name, is_key(table));
        Restorer { put, take }
    }

    /// Returns whether a row was written or taken away.
    pub(crate) fn apply(
        &self,
        connection: &Connection,
        key: &str,
        rest: Option<&str>,
    ) -> rusqlite::Result<bool> {
        let changed = match rest {
            Some(rest) => connection.prepare_cached(&self.put)?.execute(params![key, rest])?,
            None => connection.prepare_cached(&self.take)?.execute([key])?,
        };
        Ok(changed > 0)
    }
}
