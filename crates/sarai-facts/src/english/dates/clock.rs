//! Times of day: `10am`, `half three`, `at 7`.

use jiff::civil::Date;

use super::calendar::number;
use super::{Time, TimeKind};
use crate::english::words::Word;

/// An hour and a minute, and the first word after them.
struct Clock {
    hour: i64,
    minute: i64,
    end: usize,
}

/// Reads a time of day that shows it is one.
pub(super) fn read(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let hour = hour(words, at)?;
    let time = on_day(&hour, day);
    Some(with_day(words, time, day))
}

/// Reads a number that is a time of day only because `at` stands before it.
pub(super) fn bare_hour(words: &[Word], at: usize, day: Date) -> Option<Time> {
    let count = number(&words.get(at)?.lower).filter(|hour| (1..=23).contains(hour))?;
    let counted = words.get(at + 1).is_some_and(|word| {
        !word.is_mark() && (word.tag == crate::english::lexicon::Tag::Open) && !is_day(word)
    });
    (!counted).then(|| on_day(&Clock { hour: afternoon(count), minute: 0, end: at + 1 }, day))
}

fn is_day(word: &Word) -> bool {
    super::weekday_of(&word.lower).is_some()
        || word.is(&["today", "tomorrow", "tonight", "sharp", "every", "next", "o'clock"])
}

/// Adds the time of day that follows a day: `Thursday at 2`, `Thu 10am`.
pub(super) fn with_hour(words: &[Word], mut time: Time) -> Time {
    if time.kind == TimeKind::Length || has_hour(&time) {
        return time;
    }
    let skip = usize::from(words.get(time.end).is_some_and(|word| word.is(&["at", "around", ","])));
    let at = time.end + skip;
    let at_word = words.get(time.end).is_some_and(|word| word.is(&["at", "around"]));
    let found = hour(words, at).or_else(|| {
        let count =
            number(&words.get(at)?.lower).filter(|hour| at_word && (1..=23).contains(hour))?;
        let counted = words
            .get(at + 1)
            .is_some_and(|word| word.tag == crate::english::lexicon::Tag::Open && !word.is_mark());
        (!counted).then(|| Clock { hour: afternoon(count), minute: 0, end: at + 1 })
    });
    let Some(hour) = found else { return time };
    time.end = hour.end;
    for when in [&mut time.past, &mut time.ahead].into_iter().flatten() {
        if when.len() == 10 {
            *when = format!("{when}T{:02}:{:02}", hour.hour, hour.minute);
        }
    }
    time
}

/// Moves a time of day to the day that follows it: `10am on Thursday`.
pub(super) fn with_day(words: &[Word], time: Time, day: Date) -> Time {
    let skip = usize::from(words.get(time.end).is_some_and(|word| word.is(&["on"])));
    let day_said = super::named_day_or_weekday(words, time.end + skip, day);
    let Some(mut found) = day_said else { return time };
    let clock =
        time.ahead.as_deref().and_then(|when| when.get(10..)).unwrap_or_default().to_owned();
    for when in [&mut found.past, &mut found.ahead].into_iter().flatten() {
        if when.len() == 10 {
            when.push_str(&clock);
        }
    }
    found
}

fn has_hour(time: &Time) -> bool {
    time.ahead.as_deref().is_some_and(|when| when.contains('T'))
}

fn on_day(hour: &Clock, day: Date) -> Time {
    let when = Some(format!("{day}T{:02}:{:02}", hour.hour, hour.minute));
    Time { end: hour.end, kind: TimeKind::Point, past: when.clone(), ahead: when }
}

/// An hour without `am` is in the afternoon before seven.
fn afternoon(hour: i64) -> i64 {
    if (1..7).contains(&hour) { hour + 12 } else { hour }
}

fn hour(words: &[Word], at: usize) -> Option<Clock> {
    let lower = words.get(at)?.lower.as_str();
    let next = words.get(at + 1);
    let next_is = |wanted: &[&str]| next.is_some_and(|word| word.is(wanted));
    if ["half", "quarter"].contains(&lower) {
        let skip = usize::from(next_is(&["past", "to"]));
        let count =
            number(&words.get(at + 1 + skip)?.lower).filter(|hour| (1..=12).contains(hour))?;
        let hour = afternoon(count);
        let (hour, minute) = match (lower, next_is(&["to"])) {
            ("half", _) => (hour, 30),
            (_, true) => (hour - 1, 45),
            (_, false) if skip == 1 => (hour, 15),
            _ => return None,
        };
        return Some(Clock { hour, minute, end: at + 2 + skip });
    }
    let half = |text: &str| -> Option<bool> {
        match text {
            "am" | "a.m" => Some(false),
            "pm" | "p.m" => Some(true),
            _ => None,
        }
    };
    let digits =
        lower.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(lower.len());
    let (clock, suffix) = lower.split_at(digits);
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour.parse().ok()?, minute.parse().ok()?),
        Some(_) => return None,
        None if clock.is_empty() => (number(lower)?, 0),
        None => (clock.parse::<i64>().ok()?, 0),
    };
    let has_minutes = clock.contains(':');
    let (afternoon_said, end) = if let Some(said) = half(suffix) {
        (Some(said), at + 1)
    } else if !suffix.is_empty() && number(lower).is_none() {
        return None;
    } else if let Some(said) = next.and_then(|word| half(&word.lower)) {
        (Some(said), at + 2)
    } else if next_is(&["o'clock", "oclock"]) {
        (None, at + 2)
    } else if has_minutes {
        (None, at + 1)
    } else {
        return None;
    };
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let hour = match afternoon_said {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        Some(_) => hour,
        None if has_minutes && hour >= 7 => hour,
        None => afternoon(hour),
    };
    Some(Clock { hour, minute, end })
}
