//! Days and times as they are said, and what they are in ISO seen from the day of the message.

mod calendar;
mod clock;

use jiff::civil::Date;

use super::words::Word;
use calendar::{days_later, month_of, months_later, ordinal, unit_of, weekday_of, year_of};

/// A time expression, without the preposition before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Time {
    /// The first word after the expression.
    pub end: usize,
    pub kind: TimeKind,
    /// As the beginning of an ISO date, when the sentence speaks of what was.
    pub past: Option<String>,
    /// The same, when it speaks of what is or comes.
    pub ahead: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeKind {
    /// A day, a month, a year, a time of day.
    Point,
    /// Again and again: `every Friday`, `in the mornings`.
    Habit,
    /// How long: `six years`, `two weeks`.
    Length,
}

impl Time {
    fn both(end: usize, when: Option<String>) -> Time {
        Time { end, kind: TimeKind::Point, past: when.clone(), ahead: when }
    }

    fn habit(end: usize) -> Time {
        Time { end, kind: TimeKind::Habit, past: None, ahead: None }
    }
}

/// Reads the time expression that begins at `at`, when there is one.
pub(super) fn read(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let time = expression(words, at, day)?;
    Some(clock::with_hour(words, with_part_of_day(words, time)))
}

fn expression(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let word = words.get(at).filter(|word| !word.is_mark())?;
    let lower = word.lower.as_str();
    named_day(words, at, day)
        .or_else(|| relative(words, at, day))
        .or_else(|| habit(words, at))
        .or_else(|| weekday(words, at, day))
        .or_else(|| date(words, at, day))
        .or_else(|| edge_of_month(words, at, day))
        .or_else(|| length(words, at, day))
        .or_else(|| part_of_year(words, at))
        .or_else(|| clock::read(words, at, day))
        .or_else(|| {
            let year = year_of(lower)?;
            let after = at.checked_sub(1).map(|index| words[index].lower.as_str());
            let lead = ["in", "since", "from", "until", "till", "by", "of", "around", "back"];
            after.filter(|before| lead.contains(before))?;
            Some(Time::both(at + 1, Some(year.to_string())))
        })
}

/// Reads the preposition before a time expression and the expression: `on Monday`, `in 2019`.
pub(super) fn with_preposition(words: &[Word], at: usize, day: Date) -> Option<Time> {
    const LEAD: &[&str] = &[
        "on", "at", "in", "by", "for", "from", "until", "till", "since", "during", "over",
        "around", "after", "before", "through", "about", "to", "within", "all", "of", "like",
    ];
    if let Some(time) = read(words, at, day) {
        return Some(time);
    }
    if !words.get(at)?.is(LEAD) {
        return None;
    }
    let lead = words[at].lower.as_str();
    if lead == "in"
        && let Some(time) = in_length(words, at + 1, day)
    {
        return Some(time);
    }
    if lead == "at"
        && let Some(time) = clock::bare_hour(words, at + 1, day)
    {
        return Some(clock::with_day(words, time, day));
    }
    if lead == "on" && words.get(at + 1).is_some_and(|word| word.is(&["the"])) {
        let number = ordinal(&words.get(at + 2)?.lower)?;
        let counted = words.get(at + 3).is_some_and(|word| word.tag == super::lexicon::Tag::Open);
        if month_after(words, at + 3).is_none() && !counted {
            return Some(Time::both(at + 3, calendar::day_of_month(day, number)));
        }
    }
    let inner = if words.get(at + 1).is_some_and(|word| word.is(&["about", "around", "the"])) {
        read(words, at + 1, day).or_else(|| read(words, at + 2, day))
    } else {
        read(words, at + 1, day)
    }?;
    Some(inner)
}

/// Returns the day that an ordinal names: the next `16th`.
pub(super) fn day_of_month(word: &str, day: Date) -> Option<String> {
    calendar::day_of_month(day, ordinal(word)?)
}

/// Returns whether a time is a day of the week: `Thursday`, `Friday at 3`.
pub(super) fn is_weekday(time: &str) -> bool {
    let first = time.split(' ').next().unwrap_or_default().to_lowercase();
    calendar::weekday_of(first.strip_suffix('s').unwrap_or(&first)).is_some()
}

fn named_day(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let is = |offset: usize, wanted: &[&str]| words.get(at + offset).is_some_and(|w| w.is(wanted));
    let later = |days: i64| Some(days_later(day, days).to_string());
    let skip = usize::from(is(0, &["the"]));
    if is(skip, &["day"]) && is(skip + 1, &["after"]) && is(skip + 2, &["tomorrow"]) {
        return Some(Time::both(at + skip + 3, later(2)));
    }
    if is(skip, &["day"]) && is(skip + 1, &["before"]) && is(skip + 2, &["yesterday"]) {
        return Some(Time::both(at + skip + 3, later(-2)));
    }
    let (days, length) = match words[at].lower.as_str() {
        "today" | "tonight" => (0, 1),
        "tomorrow" => (1, 1),
        "yesterday" => (-1, 1),
        "this" if is(1, &["morning", "afternoon", "evening"]) => (0, 2),
        "last" if is(1, &["night"]) => (-1, 2),
        _ => return None,
    };
    Some(Time::both(at + length, later(days)))
}

/// `next week`, `last year`, `this month`, `next Friday`.
fn relative(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let at = at + usize::from(words[at].is(&["the"]) && words.get(at + 1)?.is(&["last", "next"]));
    let which = match words[at].lower.as_str() {
        "next" | "coming" => 1,
        "last" => -1,
        "this" => 0,
        _ => return None,
    };
    let target = words.get(at + 1)?.lower.as_str();
    let end = at + 2;
    if let Some(weekday) = weekday_of(target) {
        let when = match which {
            -1 => calendar::weekday_before(day, weekday),
            0 => calendar::weekday_on_or_after(day, weekday),
            _ => calendar::weekday_after(day, weekday),
        };
        return Some(Time::both(end, Some(when.to_string())));
    }
    if let Some(month) = month_of(target) {
        let year = day.year() + calendar::year_shift(day, month, which);
        return Some(Time::both(end, Some(format!("{year:04}-{month:02}"))));
    }
    let when = match target {
        "month" => Some(calendar::year_month(months_later(day, which))),
        "year" => Some(format!("{:04}", i64::from(day.year()) + which)),
        "week" | "weekend" | "spring" | "summer" | "autumn" | "fall" | "winter" | "term"
        | "season" | "semester" | "quarter" | "time" | "christmas" | "easter" => None,
        _ => return None,
    };
    Some(Time::both(end, when))
}

/// `every Friday`, `on Mondays`, `once a week`, `in the mornings`, `most days`.
fn habit(words: &[Word], at: usize) -> Option<Time> {
    let is = |index: usize, wanted: &[&str]| words.get(index).is_some_and(|w| w.is(wanted));
    let unit = |index: usize| words.get(index).is_some_and(is_span);
    let lower = words[at].lower.as_str();
    if ["every", "each", "most", "all"].contains(&lower) {
        let other = at
            + 1
            + usize::from(
                is(at + 1, &["other", "single", "second", "the"]) || words.get(at + 1)?.is_number(),
            );
        if unit(other) {
            let mut end = other + 1;
            while is(end, &["and"]) && unit(end + 1) {
                end += 2;
            }
            return Some(Time::habit(end));
        }
    }
    frequency(words, at)
}

/// Returns whether a word is a stretch of time that comes again.
fn is_span(word: &Word) -> bool {
    const SPANS: &[&str] = &[
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "morning",
        "mornings",
        "afternoon",
        "afternoons",
        "evening",
        "evenings",
        "night",
        "nights",
        "weekend",
        "weekends",
        "weekday",
        "weekdays",
        "summer",
        "winter",
        "spring",
        "autumn",
        "hour",
        "hours",
        "time",
        "christmas",
        "minutes",
        "fortnight",
        "lunchtime",
    ];
    SPANS.contains(&word.lower.as_str()) || weekday_of(&word.lower).is_some()
}

/// `once a week`, `weekly`, `in the mornings`, `at night`.
fn frequency(words: &[Word], at: usize) -> Option<Time> {
    let is = |index: usize, wanted: &[&str]| words.get(index).is_some_and(|w| w.is(wanted));
    let unit = |index: usize| words.get(index).is_some_and(is_span);
    let lower = words[at].lower.as_str();
    let times = usize::from(words[at].is_number() && is(at + 1, &["times"])) * 2
        + usize::from(["once", "twice"].contains(&lower));
    if times > 0 && is(at + times, &["a", "an", "every", "per", "each"]) && unit(at + times + 1) {
        return Some(Time::habit(at + times + 2));
    }
    if [
        "weekly",
        "daily",
        "monthly",
        "yearly",
        "fortnightly",
        "weekends",
        "weekdays",
        "evenings",
        "mornings",
    ]
    .contains(&lower)
    {
        return Some(Time::habit(at + 1));
    }
    let skip = usize::from(lower == "the");
    if is(at + skip, &["mornings", "evenings", "afternoons", "nights", "weekends", "weekdays"])
        || (is(at + skip, &["weekend", "morning", "evening", "afternoon"]) && skip == 1)
        || (lower == "night" && at > 0 && is(at - 1, &["at"]))
    {
        return Some(Time::habit(at + skip + 1));
    }
    None
}

fn weekday(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let lower = words[at].lower.as_str();
    let weekday = weekday_of(lower)?;
    // A short form needs company: `sun`, `sat` and `wed` are words of their own.
    if ["sun", "sat", "wed"].contains(&lower) && !words[at].text.starts_with(char::is_uppercase) {
        return None;
    }
    if lower.ends_with("days") {
        let mut end = at + 1;
        while words.get(end).is_some_and(|w| w.is(&["and"]))
            && words.get(end + 1).is_some_and(|w| weekday_of(&w.lower).is_some())
        {
            end += 2;
        }
        return Some(Time::habit(end));
    }
    let mut end = at + 1;
    if words.get(end).is_some_and(|w| w.is(&["and", "to"]))
        && words.get(end + 1).is_some_and(|w| weekday_of(&w.lower).is_some())
    {
        return Some(Time::habit(end + 2));
    }
    if words.get(end).is_some_and(|w| w.is(&["week"])) {
        end += 1;
    }
    // `Monday 3 March`, `Sunday the 4th`: the date says more than the day of the week.
    let comma = usize::from(words.get(end).is_some_and(|w| w.is(&[","])));
    if let Some(exact) = date(words, end + comma, day) {
        return Some(exact);
    }
    Some(Time {
        end,
        kind: TimeKind::Point,
        past: Some(calendar::weekday_before(day, weekday).to_string()),
        ahead: Some(calendar::weekday_after(day, weekday).to_string()),
    })
}

fn month_after(words: &[Word], at: usize) -> Option<(i8, usize)> {
    let of = usize::from(words.get(at).is_some_and(|word| word.is(&["of"])));
    let month = month_of(&words.get(at + of)?.lower)?;
    Some((month, at + of + 1))
}

/// `3 March 2025`, `the 3rd of March`, `March 3rd`, `March 2025`, `03/04/2025`, `2025-04-03`.
fn date(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let start = at + usize::from(words.get(at)?.is(&["the"]));
    let lower = words.get(start)?.lower.as_str();
    if let Some(when) = calendar::written(lower, day) {
        return Some(Time::both(start + 1, Some(when)));
    }
    let (month, number, mut end) = if let Some(number) = ordinal(lower) {
        let (month, end) = month_after(words, start + 1)?;
        (month, Some(number), end)
    } else {
        let month = month_of(lower)?;
        // `may` and `march` are words of their own when they are written small.
        if ["may", "march"].contains(&lower) {
            let led = at > 0
                && words[at - 1].is(&[
                    "in", "since", "until", "till", "by", "of", "from", "last", "next", "this",
                ]);
            if !led && !words[start].is_name && !words[start].text.starts_with(char::is_uppercase) {
                return None;
            }
        }
        let skip = usize::from(words.get(start + 1).is_some_and(|word| word.is(&["the"])));
        let number = words.get(start + 1 + skip).and_then(|word| ordinal(&word.lower));
        (month, number, if number.is_some() { start + 2 + skip } else { start + 1 })
    };
    let comma = usize::from(words.get(end).is_some_and(|word| word.is(&[",", "of"])));
    let year = words.get(end + comma).and_then(|word| year_of(&word.lower));
    if year.is_some() {
        end += comma + 1;
    }
    Some(calendar::said(end, day, month, number, year))
}

/// `the end of April`, `early June`, `mid July`, `end of the month`.
fn edge_of_month(words: &[Word], at: usize, day: Date) -> Option<Time> {
    const EDGES: &[&str] =
        &["end", "beginning", "start", "middle", "early", "late", "mid", "first", "last"];
    let start = at + usize::from(words[at].is(&["the"]));
    if !words.get(start)?.is(EDGES) {
        return None;
    }
    let is_of = words.get(start + 1)?.is(&["of"]);
    let target = start + 1 + usize::from(is_of);
    if let Some(inner) = date(words, target, day) {
        return Some(inner);
    }
    let the = usize::from(words.get(target)?.is(&["the", "this", "next"]));
    let unit = words.get(target + the)?;
    (is_of && unit.is(&["month", "year", "week", "summer", "term"]))
        .then(|| Time::both(target + the + 1, None))
}

/// How many of which unit: `two years`, `a month`, `six weeks`.
fn amount(words: &[Word], at: usize) -> Option<(i64, &'static str, usize)> {
    let mut start =
        at + usize::from(words.get(at)?.is(&["about", "around", "over", "almost", "nearly"]));
    let count = match words.get(start)?.lower.as_str() {
        "a" | "an" | "one" => {
            if words.get(start + 1)?.is(&["couple"]) {
                start += 1 + usize::from(words.get(start + 2)?.is(&["of"]));
                2
            } else if words.get(start + 1)?.is(&["few"]) {
                start += 1;
                3
            } else {
                1
            }
        }
        other => calendar::number(other)?,
    };
    let unit = unit_of(&words.get(start + 1)?.lower)?;
    Some((count, unit, start + 2))
}

/// `two years ago`, `six years`; how long counts backwards for `since`.
fn length(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let (count, unit, end) = amount(words, at)?;
    if words.get(end).is_some_and(|word| word.is(&["ago", "back"])) {
        return Some(Time::both(end + 1, calendar::shifted(day, unit, -count)));
    }
    if words.get(end).is_some_and(|word| word.is(&["old", "younger", "older", "'s"])) {
        return None;
    }
    let led = at > 0
        && words[at - 1]
            .is(&["for", "since", "over", "about", "almost", "nearly", "after", "within"]);
    let from_now = words.get(end).is_some_and(|word| word.is(&["from"]))
        && words.get(end + 1).is_some_and(|word| word.is(&["now"]));
    if from_now {
        return Some(Time::both(end + 2, calendar::shifted(day, unit, count)));
    }
    let now = words.get(end).is_some_and(|word| word.is(&["now"]));
    (led || now).then(|| Time {
        end: end + usize::from(now),
        kind: TimeKind::Length,
        past: calendar::shifted(day, unit, -count),
        ahead: calendar::shifted(day, unit, -count),
    })
}

/// What comes after `in`: `two weeks`, `a month's time`.
fn in_length(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let (count, unit, mut end) = amount(words, at)?;
    if words.get(end).is_some_and(|word| word.is(&["'s"])) {
        end += 1;
    }
    if words.get(end).is_some_and(|word| word.is(&["time"])) {
        end += 1;
    }
    let when = calendar::shifted(day, unit, count);
    Some(Time { end, kind: TimeKind::Point, past: None, ahead: when })
}

/// `the spring`, `summer`, `Christmas`, `Easter`, `lunchtime`, `the holidays`.
fn part_of_year(words: &[Word], at: usize) -> Option<Time> {
    const PARTS: &[&str] = &[
        "spring",
        "summer",
        "autumn",
        "winter",
        "christmas",
        "easter",
        "ramadan",
        "eid",
        "diwali",
        "thanksgiving",
        "halloween",
        "lunchtime",
        "noon",
        "midday",
        "midnight",
        "hanukkah",
        "dawn",
        "dusk",
        "bedtime",
        "weekend",
        "week",
        "moment",
        "morning",
        "childhood",
        "holidays",
    ];
    let led = at > 0
        && words[at - 1].is(&[
            "in", "at", "over", "by", "until", "till", "since", "during", "on", "of", "from",
        ]);
    let start = at + usize::from(words[at].is(&["the"]));
    (led && words.get(start)?.is(PARTS)).then(|| Time::both(start + 1, None))
}

fn with_part_of_day(words: &[Word], mut time: Time) -> Time {
    const PARTS: &[&str] = &["morning", "afternoon", "evening", "night", "lunchtime"];
    const HABITS: &[&str] = &["mornings", "afternoons", "evenings", "nights"];
    let Some(word) = words.get(time.end) else { return time };
    if time.kind == TimeKind::Length {
        return time;
    }
    if word.is(HABITS) {
        return Time::habit(time.end + 1);
    }
    let skip = if word.is(&["in"]) && words.get(time.end + 1).is_some_and(|w| w.is(&["the"])) {
        2
    } else {
        0
    };
    if words.get(time.end + skip).is_some_and(|w| w.is(PARTS)) {
        time.end += skip + 1;
    }
    time
}

/// Reads a day that may follow a time of day.
fn named_day_or_weekday(words: &[Word], at: usize, day: Date) -> Option<Time> {
    words.get(at)?;
    named_day(words, at, day)
        .or_else(|| relative(words, at, day))
        .or_else(|| habit(words, at))
        .or_else(|| weekday(words, at, day))
        .or_else(|| date(words, at, day))
}
