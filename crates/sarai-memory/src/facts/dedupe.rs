//! Takes repeats out: the same fact kept twice, as a merge of two names may leave it.

use rusqlite::{Transaction, params};

use crate::handle::Fault;

/// Makes one fact of all that a person is believed to have told in the same words about the same
/// time: the oldest, with the mentions of all and the highest confidence. Returns how many went.
pub(crate) fn dedupe(transaction: &Transaction<'_>, person: i64) -> Result<u64, Fault> {
    let repeats = repeats(transaction, person)?;
    merge(transaction, &repeats)
}

/// Returns the facts that say what an older one says, each with that one.
pub(crate) fn repeats(
    transaction: &Transaction<'_>,
    person: i64,
) -> Result<Vec<(i64, i64)>, Fault> {
    Ok(transaction
        .prepare(
            "SELECT id, first FROM (
                 SELECT id, min(id) OVER (PARTITION BY subject, relation, object, negated, status,
                     told_when, valid_from, source) AS first
                 FROM fact WHERE person = ?1 AND believed = 1)
             WHERE id <> first",
        )?
        .query_map([person], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// Takes these repeats out, unless one of the two was closed or forgotten meanwhile.
pub(crate) fn merge(transaction: &Transaction<'_>, repeats: &[(i64, i64)]) -> Result<u64, Fault> {
    let mut gone = 0;
    let mut both = transaction
        .prepare_cached("SELECT count(*) FROM fact WHERE id IN (?1, ?2) AND believed = 1")?;
    for (repeat, first) in repeats {
        if both.query_row([repeat, first], |row| row.get::<_, i64>(0))? != 2 {
            continue;
        }
        gone += 1;
        transaction
            .prepare_cached(
                "UPDATE fact SET mentions = fact.mentions + repeat.mentions,
                     confidence = max(fact.confidence, repeat.confidence),
                     by_hand = max(fact.by_hand, repeat.by_hand)
                 FROM (SELECT mentions, confidence, by_hand FROM fact WHERE id = ?2) AS repeat
                 WHERE fact.id = ?1",
            )?
            .execute(params![first, repeat])?;
        for sql in [
            "INSERT INTO fact_mention SELECT ?1, utterance, person, span_start, span_end,
                 subject_start, subject_end, object_start, object_end
             FROM fact_mention WHERE fact = ?2 ON CONFLICT DO NOTHING",
            "UPDATE fact SET superseded_by = ?1 WHERE superseded_by = ?2",
        ] {
            transaction.prepare_cached(sql)?.execute(params![first, repeat])?;
        }
        transaction.prepare_cached("DELETE FROM fact WHERE id = ?1")?.execute([repeat])?;
    }
    Ok(gone)
}
