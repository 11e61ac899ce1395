//! Which facts match a filter.

use std::collections::BTreeSet;

use jiff::civil::Date;
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
    let as_of = filter.as_of.as_deref().map(str::trim);
    let bounds = Bounds {
        history: filter.history,
        before: filter.before.map(|id| id.0),
        as_of: as_of.map(|day| (day.to_owned(), end_ms(day, time_zone))),
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

/// Returns the moment the day, month or year ends that `beginning` begins; the end of time when it
/// is not the beginning of a date.
fn end_ms(beginning: &str, time_zone: &TimeZone) -> i64 {
    let number =
        |from: usize, to: usize| beginning.get(from..to).and_then(|text| text.parse().ok());
    let Some(year) = number(0, 4) else { return i64::MAX };
    let month = number(5, 7).and_then(|month| i8::try_from(month).ok());
    let day = number(8, 10).and_then(|day| i8::try_from(day).ok());
    let last = match (month, day) {
        (Some(month), Some(day)) => Date::new(year, month, day),
        (Some(month), None) => Date::new(year, month, 1).map(Date::last_of_month),
        (None, _) => Date::new(year, 12, 31),
    };
    let end = last.and_then(jiff::civil::Date::tomorrow);
    let end = end.and_then(|day| day.to_zoned(time_zone.clone()));
    end.map_or(i64::MAX, |moment| moment.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::end_ms;

    #[track_caller]
    fn check(beginning: &str, end: &str) {
        let end: jiff::Timestamp = end.parse().unwrap();
        assert_eq!(end_ms(beginning, &TimeZone::UTC), end.as_millisecond());
    }

    #[test]
    fn a_day_a_month_and_a_year_have_an_end() {
        check("2025-06-03", "2025-06-04T00:00:00Z");
        check("2025-06-03T18:00", "2025-06-04T00:00:00Z");
        check("2024-02", "2024-03-01T00:00:00Z");
        check("2024", "2025-01-01T00:00:00Z");
        assert_eq!(end_ms("nunca", &TimeZone::UTC), i64::MAX);
        assert_eq!(end_ms("2024-99-01", &TimeZone::UTC), i64::MAX);
    }
}
