//! What is told again and again, before and after the repeats are taken out.

use serde_json::{Value, json};

use super::{Bench, BenchError, fill, rounded};
use crate::{FactFilter, Memory, error::Operation, facts::dedupe};

/// Times the whole subject is recalled.
const RECALLS: u32 = 15;

/// Recalls all about the busiest subject, takes the repeats out, and recalls it again.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Value, BenchError> {
    let memory = bench.open(&bench.folder.join("repeats.db"))?;
    let filled = fill::fill(&memory, bench.random, bench.size.repeats / 3)?;
    let person = filled.person.clone();
    memory.write(Operation::Store, move |transaction| {
        let person = crate::people::needed(transaction, &person)?;
        for _ in 0..2 {
            transaction.execute(
                "INSERT INTO fact (person, subject, relation, object, negated, status, learned_ms,
                     confidence, mentions, source, extractor, by_hand)
                 SELECT person, subject, relation, object, negated, status, learned_ms + 1,
                     confidence, mentions, source, extractor, 1
                 FROM fact WHERE id IN (SELECT min(id) FROM fact GROUP BY subject, relation, object,
                     learned_ms / 10) AND person = ?1",
                [person],
            )?;
        }
        Ok(())
    })?;
    let before = recall(bench, &memory, &filled)?;
    let person = filled.person.clone();
    let (gone, dedupe_ms) = bench.timed(|| {
        memory.write(Operation::Store, move |transaction| {
            let person = crate::people::needed(transaction, &person)?;
            dedupe::dedupe(transaction, person)
        })
    });
    let after = recall(bench, &memory, &filled)?;
    Ok(json!({
        "facts_before": before.0,
        "facts_after": after.0,
        "repeats_gone": gone?,
        "dedupe_ms": rounded(dedupe_ms),
        "recall_before_ms": rounded(before.1),
        "recall_after_ms": rounded(after.1),
        "faster": rounded(1.0 - after.1 / before.1),
    }))
}

/// Returns how many facts the busiest subject has and the median time to recall them all.
fn recall(
    bench: &Bench<'_>,
    memory: &Memory,
    filled: &fill::Filled,
) -> Result<(usize, f64), BenchError> {
    let filter = FactFilter { subject: Some(fill::subject(0)), ..FactFilter::all(usize::MAX) };
    let mut times = Vec::new();
    let mut count = 0;
    for _ in 0..RECALLS {
        let (facts, ms) = bench.timed(|| memory.facts(&filled.person, &filter));
        count = facts?.len();
        times.push(ms);
    }
    times.sort_by(f64::total_cmp);
    Ok((count, times.get(times.len() / 2).copied().unwrap_or_default()))
}
