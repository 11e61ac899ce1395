//! Which facts match a filter.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use rusqlite::Transaction;
use sarai_core::fact::Fact;

use super::find::{Bounds, Pattern, find};
use super::{FactFilter, entities, rows};
use crate::handle::Fault;

/// Facts looked at for one word of a search.
const LOOKED_AT_MAX: usize = 2_000;

pub(crate) fn facts(
    transaction: &Transaction<'_>,
    person: i64,
    filter: &FactFilter,
    time_zone: &TimeZone,
) -> Result<Vec<Fact>, Fault> {
    let named = |name: &Option<String>| {
        name.as_ref().map(|name| entities::named(transaction, person, name)).transpose()
    };
    let verb = filter.verb.as_ref();
    let pattern = Pattern {
        subjects: named(&filter.subject)?,
        relations: verb.map(|verb| entities::relations(transaction, person, verb)).transpose()?,
        objects: named(&filter.object)?,
    };
    let bounds = Bounds {
        history: filter.history,
        before: filter.before.map(|id| id.0),
        as_of: filter.as_of.as_ref().map(|time| (time.to_string(), time.end_ms(time_zone))),
    };
    let words = entities::words_of(filter.words.as_deref().unwrap_or_default());
    let ids = if words.is_empty() {
        find(transaction, person, &pattern, &bounds, filter.limit)?
    } else {
        with_words(transaction, person, &words, &pattern, &bounds, filter.limit)?
    };
    rows::all(transaction, person, &ids)
}

/// Returns the facts in whose names all words occur.
fn with_words(
    transaction: &Transaction<'_>,
    person: i64,
    words: &[String],
    pattern: &Pattern,
    bounds: &Bounds,
    limit: usize,
) -> Result<Vec<i64>, Fault> {
    let mut common: Option<BTreeSet<i64>> = None;
    for word in words {
        let called = entities::with_word(transaction, person, word)?;
        let both = |given: &Option<Vec<i64>>| match given {
            None => called.clone(),
            Some(ids) => ids.iter().copied().filter(|id| called.contains(id)).collect(),
        };
        let subjects = Pattern { subjects: Some(both(&pattern.subjects)), ..pattern.clone() };
        let objects = Pattern { objects: Some(both(&pattern.objects)), ..pattern.clone() };
        let mut found = BTreeSet::new();
        for pattern in [subjects, objects] {
            found.extend(find(transaction, person, &pattern, bounds, LOOKED_AT_MAX)?);
        }
        common = Some(match common {
            None => found,
            Some(before) => before.intersection(&found).copied().collect(),
        });
    }
    Ok(common.unwrap_or_default().into_iter().rev().take(limit).collect())
}
