//! Finds facts by any of subject, relation and object, the newest first.
//!
//! A pattern becomes one query for each combination of the entities and relations that its names
//! stand for. Each of them reads one range of one index from its end; the few keys found are merged
//! here and only then are facts read. So nothing is sorted, and no more rows are read than asked
//! for, however many facts a subject has.

use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use crate::turns::count;

/// Which facts are wanted. What is `None` may be anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pattern {
    pub(crate) subjects: Option<Vec<i64>>,
    pub(crate) relations: Option<Vec<i64>>,
    pub(crate) objects: Option<Vec<i64>>,
}

/// What else must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    /// Whether what is no longer believed counts as well.
    pub(crate) history: bool,
    /// Only facts with smaller keys.
    pub(crate) before: Option<i64>,
    /// Only facts that held then: the beginning of an ISO date, and the moment its time ends.
    pub(crate) as_of: Option<(String, i64)>,
}

/// Returns the keys of at most `limit` facts that match, newest first.
pub(crate) fn find(
    transaction: &Transaction<'_>,
    person: i64,
    pattern: &Pattern,
    bounds: &Bounds,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let mut found = Vec::new();
    let believed: &[i64] = if bounds.history || bounds.as_of.is_some() { &[1, 0] } else { &[1] };
    for subject in choices(pattern.subjects.as_ref()) {
        for relation in choices(pattern.relations.as_ref()) {
            for object in choices(pattern.objects.as_ref()) {
                for believed in believed {
                    let columns = [subject, relation, object];
                    range(transaction, person, columns, *believed, bounds, limit, &mut found)?;
                }
            }
        }
    }
    // Facts that a merge made the same twice over, or two readings of one name, come once.
    found.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    found.dedup();
    found.truncate(limit);
    Ok(found)
}

/// Returns what a part of the pattern may be: anything, or each of its meanings.
fn choices(meanings: Option<&Vec<i64>>) -> Vec<Option<i64>> {
    match meanings {
        None => vec![None],
        Some(ids) => ids.iter().copied().map(Some).collect(),
    }
}

fn range(
    transaction: &Transaction<'_>,
    person: i64,
    columns: [Option<i64>; 3],
    believed: i64,
    bounds: &Bounds,
    limit: usize,
    found: &mut Vec<i64>,
) -> rusqlite::Result<()> {
    let before = bounds.before.unwrap_or(i64::MAX);
    let mut values: Vec<Value> = columns.map(Value::from).to_vec();
    values.extend([person, believed, before, count(limit)].map(Value::from));
    if let Some((day, end_ms)) = &bounds.as_of {
        // `~` comes after every character of a date.
        values.extend([day.clone().into(), format!("{day}~").into(), (*end_ms).into()]);
    }
    let sql = sql(columns.map(|id| id.is_some()), bounds.as_of.is_some());
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
    }
    Ok(())
}

/// Returns the query for one combination: which of subject, relation and object are given.
fn sql(given: [bool; 3], as_of: bool) -> String {
    // Entities and relations are of one person: where one is given, the index alone answers.
    let (index, condition) = match given {
        [false, false, false] => ("fact_any", "person = ?4"),
        [true, false, false] => ("fact_s", "subject = ?1"),
        [false, true, false] => ("fact_v", "relation = ?2"),
        [false, false, true] => ("fact_o", "object = ?3"),
        [true, true, false] => ("fact_sv", "subject = ?1 AND relation = ?2"),
        [true, false, true] => ("fact_so", "subject = ?1 AND object = ?3"),
        [false, true, true] => ("fact_vo", "relation = ?2 AND object = ?3"),
        [true, true, true] => ("fact_svo", "subject = ?1 AND relation = ?2 AND object = ?3"),
    };
    let held = if as_of {
        "AND (valid_to IS NULL OR valid_to > ?8)
         AND coalesce(valid_from <= ?9, told_when <= ?9, learned_ms < ?10)"
    } else {
        ""
    };
    format!(
        "SELECT id FROM fact INDEXED BY {index}
         WHERE {condition} AND believed = ?5 AND id < ?6 {held} ORDER BY id DESC LIMIT ?7"
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::params_from_iter;
    use rusqlite::types::Value;

    use crate::file::open_in_memory;

    /// Every combination reads one range of its index, backwards: no scan of a table, no sorting.
    #[test]
    fn every_combination_is_one_range_of_one_index() {
        let connection = open_in_memory().unwrap();
        for number in 0..8_u8 {
            let given = [number & 1 != 0, number & 2 != 0, number & 4 != 0];
            for as_of in [false, true] {
                let sql = format!("EXPLAIN QUERY PLAN {}", super::sql(given, as_of));
                let mut statement = connection.prepare(&sql).unwrap();
                let values = vec![Value::Integer(1); if as_of { 10 } else { 7 }];
                let plan: Vec<String> = statement
                    .query_map(params_from_iter(values), |row| row.get("detail"))
                    .unwrap()
                    .map(Result::unwrap)
                    .collect();
                let [step] = plan.as_slice() else { unreachable!("{plan:?}") };
                assert!(step.starts_with("SEARCH fact USING"), "{step}");
                assert!(step.contains("believed=? AND rowid<?)"), "{step}");
                assert_eq!(step.contains("COVERING"), !as_of, "{step}");
            }
        }
    }
}
