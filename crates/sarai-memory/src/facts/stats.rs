//! Lists and counts.

use rusqlite::{Transaction, params};

use super::{EntitySummary, Stats, entities};
use crate::file;
use crate::handle::Fault;
use crate::turns::count;

pub(crate) fn entities(
    transaction: &Transaction<'_>,
    person: i64,
    query: &str,
    limit: usize,
) -> Result<Vec<EntitySummary>, Fault> {
    let words = entities::words_of(query);
    let ids: Vec<i64> = match words.split_first() {
        None => transaction
            .prepare_cached(
                "SELECT id FROM entity WHERE person = ?1 AND NOT is_value ORDER BY id DESC LIMIT ?2",
            )?
            .query_map(params![person, count(limit)], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
        Some((first, rest)) => {
            let mut ids = entities::with_word(transaction, person, first)?;
            for word in rest {
                let also = entities::with_word(transaction, person, word)?;
                ids.retain(|id| also.contains(id));
            }
            ids
        }
    };
    let mut statement = transaction
        .prepare_cached("SELECT count(*) FROM fact WHERE subject = ?1 AND believed = 1")?;
    let mut found = Vec::new();
    for id in ids {
        let Some(entity) = entities::one(transaction, person, id)? else { continue };
        let facts = statement.query_row([id], |row| row.get(0))?;
        let name = sarai_facts::naming::label(&entity);
        found.push(EntitySummary { name, names: entity.names, facts });
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// Counts what is kept of a person; nothing of nobody.
pub(crate) fn stats(transaction: &Transaction<'_>, person: Option<i64>) -> rusqlite::Result<Stats> {
    let person = person.unwrap_or(-1);
    let count = |sql: &str| transaction.query_row(sql, [person], |row| row.get::<_, u64>(0));
    let pages: u64 = transaction.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(Stats {
        facts_current: count("SELECT count(*) FROM fact WHERE person = ?1 AND believed = 1")?,
        facts_superseded: count("SELECT count(*) FROM fact WHERE person = ?1 AND believed = 0")?,
        entities: count("SELECT count(*) FROM entity WHERE person = ?1 AND NOT is_value")?,
        conversations: count("SELECT count(*) FROM conversation WHERE person = ?1")?,
        turns: count("SELECT count(*) FROM turn WHERE person = ?1")?,
        bytes: pages * file::page_bytes(transaction)?,
        journal_bytes: 0,
        leftovers: count("SELECT count(*) FROM leftover WHERE person = ?1")?,
    })
}
