//! Reckoning with days, months and years.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

use super::{Time, TimeKind};

pub(super) fn days_later(day: Date, days: i64) -> Date {
    later(day, days.days())
}

pub(super) fn months_later(day: Date, months: i64) -> Date {
    later(day, months.months())
}

/// At the edge of the calendar a day is its own neighbour.
fn later(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(day)
}

pub(super) fn year_month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Returns the day, month or year so many units away, only as exact as the unit.
pub(super) fn shifted(day: Date, unit: &str, count: i64) -> Option<String> {
    let count = count.clamp(-400, 400);
    match unit {
        "day" => Some(days_later(day, count).to_string()),
        "week" => Some(days_later(day, count * 7).to_string()),
        "month" => Some(year_month(months_later(day, count))),
        "year" => Some(format!("{:04}", i64::from(day.year()) + count)),
        _ => None,
    }
}

pub(super) fn unit_of(lower: &str) -> Option<&'static str> {
    match lower {
        "day" | "days" => Some("day"),
        "week" | "weeks" => Some("week"),
        "fortnight" | "month" | "months" => Some("month"),
        "year" | "years" => Some("year"),
        "hour" | "hours" | "minute" | "minutes" | "decade" | "decades" | "ages" => Some("hour"),
        _ => None,
    }
}

pub(super) fn weekday_of(lower: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    const SHORT: [&str; 12] =
        ["mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun", "sund"];
    let whole = lower.strip_suffix('s').filter(|stem| stem.ends_with("day")).unwrap_or(lower);
    NAMES
        .iter()
        .find(|(name, _)| *name == whole || (SHORT.contains(&lower) && name.starts_with(lower)))
        .map(|(_, weekday)| *weekday)
}

pub(super) fn weekday_after(day: Date, weekday: Weekday) -> Date {
    day.nth_weekday(1, weekday).unwrap_or(day)
}

pub(super) fn weekday_before(day: Date, weekday: Weekday) -> Date {
    day.nth_weekday(-1, weekday).unwrap_or(day)
}

pub(super) fn weekday_on_or_after(day: Date, weekday: Weekday) -> Date {
    if day.weekday() == weekday { day } else { weekday_after(day, weekday) }
}

pub(super) fn month_of(lower: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const SHORT: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let place = MONTHS
        .iter()
        .position(|month| *month == lower)
        .or_else(|| SHORT.iter().position(|short| *short == lower))
        .or_else(|| (lower == "sept").then_some(8))?;
    i8::try_from(place + 1).ok()
}

/// Returns how many years away the next (1), last (-1) or this (0) such month is.
pub(super) fn year_shift(day: Date, month: i8, which: i64) -> i16 {
    match which {
        1 if month <= day.month() => 1,
        -1 if month >= day.month() => -1,
        _ => 0,
    }
}

/// Reads `3`, `3rd`, `third` as a day of a month.
pub(super) fn ordinal(lower: &str) -> Option<i8> {
    const WORDS: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth", "eleventh", "twelfth",
    ];
    if let Some(place) = WORDS.iter().position(|word| *word == lower) {
        return i8::try_from(place + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| lower.strip_suffix(end));
    let number: i8 = digits.unwrap_or(lower).parse().ok()?;
    (1..=31).contains(&number).then_some(number)
}

pub(super) fn number(lower: &str) -> Option<i64> {
    const WORDS: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    let said = WORDS.iter().position(|word| *word == lower).and_then(|at| i64::try_from(at).ok());
    said.or_else(|| lower.parse().ok().filter(|number| (0..10_000).contains(number)))
}

pub(super) fn year_of(lower: &str) -> Option<i16> {
    let year: i16 = lower.parse().ok()?;
    (lower.len() == 4 && (1900..2100).contains(&year)).then_some(year)
}

/// Returns the next day of that number, in ISO.
pub(super) fn day_of_month(day: Date, number: i8) -> Option<String> {
    let this = Date::new(day.year(), day.month(), number).ok().filter(|date| *date >= day);
    let next = months_later(day, 1);
    this.or_else(|| Date::new(next.year(), next.month(), number).ok()).map(|date| date.to_string())
}

/// Reads a date written in figures: `2025-04-03`, `03/04/2025`, `3/4`.
pub(super) fn written(lower: &str, day: Date) -> Option<String> {
    let parts: Vec<&str> = lower.split(['/', '-', '.']).collect();
    let numbers: Vec<i16> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    if numbers.len() != parts.len() {
        return None;
    }
    let (year, month, number) = match *numbers.as_slice() {
        [year, month, number] if year > 1900 => (year, month, number),
        [first, second, year] => {
            let year = if year < 100 { 2000 + year } else { year };
            if second > 12 { (year, first, second) } else { (year, second, first) }
        }
        [first, second] if lower.contains('/') && first > 0 && second > 0 => {
            if second > 12 {
                (day.year(), first, second)
            } else {
                (day.year(), second, first)
            }
        }
        _ => return None,
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(number).ok()?).ok()?;
    Some(date.to_string())
}

/// Returns the time of a day or a month that was said, with or without its year.
pub(super) fn said(
    end: usize,
    day: Date,
    month: i8,
    number: Option<i8>,
    year: Option<i16>,
) -> Time {
    let written = |year: i16| match number {
        Some(number) => Date::new(year, month, number).ok().map(|date| date.to_string()),
        None => Some(format!("{year:04}-{month:02}")),
    };
    if let Some(year) = year {
        let when = written(year);
        return Time { end, kind: TimeKind::Point, past: when.clone(), ahead: when };
    }
    let here = (day.month(), if number.is_some() { day.day() } else { 0 });
    let there = (month, number.unwrap_or(0));
    let past = if there > here { day.year() - 1 } else { day.year() };
    let ahead = if there < here { day.year() + 1 } else { day.year() };
    Time { end, kind: TimeKind::Point, past: written(past), ahead: written(ahead) }
}
