//! Days and times, against the day of the message.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::spanish::words::Word;

mod calendar;
mod clock;
mod counted;
mod habits;
mod named;

/// An expression of time in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// Which words it is made of.
    pub words: Range<usize>,
    pub point: Option<Point>,
    /// Hour and minute.
    pub clock: Option<(i8, i8)>,
    /// Whether it says since when.
    pub since: bool,
    /// Whether it says until when.
    pub until: bool,
}

/// What an expression of time points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    Day(Date),
    /// `Some(true)` for one that is over, `Some(false)` for one to come.
    Weekday(Weekday, Option<bool>),
    MonthDay(i8, i8),
    Month(i8),
    YearMonth(i16, i8),
    Year(i16),
    /// A day of this month or the nearest one.
    DayOfMonth(i8),
}

impl Moment {
    /// Returns the moment as the beginning of an ISO date, of the past or of what comes.
    pub(super) fn iso(&self, today: Date, past: bool) -> Option<String> {
        let day = match self.point {
            None if self.clock.is_some() => None,
            None => return None,
            Some(point) => Some(iso(point, today, past)?),
        };
        match (day, self.clock) {
            (Some(day), Some((hour, minute))) if day.len() == 10 => {
                Some(format!("{day}T{hour:02}:{minute:02}"))
            }
            (Some(day), _) => Some(day),
            (None, Some((hour, minute))) => Some(format!("T{hour:02}:{minute:02}")),
            (None, None) => None,
        }
    }

    /// Whether it is surely after today.
    pub(super) fn ahead(&self, today: Date) -> bool {
        match self.point {
            Some(Point::Day(day)) => day > today,
            Some(Point::Weekday(_, over)) => over != Some(true),
            Some(Point::YearMonth(year, month)) => (year, month) > (today.year(), today.month()),
            Some(Point::Year(year)) => year > today.year(),
            Some(Point::MonthDay(..) | Point::Month(_) | Point::DayOfMonth(_)) => true,
            None => false,
        }
    }
}

fn iso(point: Point, today: Date, past: bool) -> Option<String> {
    Some(match point {
        Point::Day(day) => day.to_string(),
        Point::Weekday(weekday, over) => {
            let ahead = i64::from(today.weekday().until(weekday));
            let days = match (over.unwrap_or(past), ahead) {
                (true, 0) => -7,
                (true, ahead) => ahead - 7,
                (false, 0) => 7,
                (false, ahead) => ahead,
            };
            today.checked_add(days.days()).ok()?.to_string()
        }
        Point::MonthDay(month, day) => {
            let this = Date::new(today.year(), month, day).ok()?;
            let year = match (past, this > today, this < today) {
                (true, true, _) => today.year() - 1,
                (false, _, true) => today.year() + 1,
                _ => today.year(),
            };
            format!("{year:04}-{month:02}-{day:02}")
        }
        Point::Month(month) => {
            let year = match past {
                true if month > today.month() => today.year() - 1,
                false if month < today.month() => today.year() + 1,
                _ => today.year(),
            };
            format!("{year:04}-{month:02}")
        }
        Point::YearMonth(year, month) => format!("{year:04}-{month:02}"),
        Point::Year(year) => format!("{year:04}"),
        Point::DayOfMonth(day) => {
            let mut first = today.first_of_month();
            if past && day > today.day() {
                first = first.checked_sub(1.month()).ok()?;
            } else if !past && day < today.day() {
                first = first.checked_add(1.month()).ok()?;
            }
            format!("{:04}-{:02}-{day:02}", first.year(), first.month())
        }
    })
}

/// Returns the expressions of time in these words, in their order, none overlapping.
pub(super) fn moments(words: &[Word], today: Date) -> Vec<Moment> {
    let mut found: Vec<Moment> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let reader = Reader { words, today };
        let Some(moment) = reader.moment(at) else {
            at += 1;
            continue;
        };
        at = moment.words.end.max(at + 1);
        match found.last_mut().filter(|last| joined(words, last, &moment)) {
            Some(last) => {
                last.words.end = moment.words.end;
                last.point = last.point.or(moment.point);
                last.clock = last.clock.or(moment.clock);
            }
            None => found.push(moment),
        }
    }
    found
}

/// Whether two expressions are one: `el jueves` and `a las diez`.
fn joined(words: &[Word], last: &Moment, next: &Moment) -> bool {
    let between = &words[last.words.end..next.words.start];
    let near =
        between.is_empty() || (between.len() == 1 && (between[0].is(",") || between[0].is("de")));
    let both = last.point.is_some() && next.point.is_some();
    let clocks = last.clock.is_some() && next.clock.is_some();
    let exact = matches!(
        (last.point, next.point),
        (Some(Point::Weekday(..)), Some(Point::MonthDay(..) | Point::DayOfMonth(_)))
    );
    near && !next.since && !clocks && (!both || exact)
}

struct Reader<'a> {
    words: &'a [Word],
    today: Date,
}

/// How many words a point takes, and the point.
type Found = Option<(usize, Option<Point>)>;

impl Reader<'_> {
    fn is(&self, at: usize, folded: &str) -> bool {
        self.words.get(at).is_some_and(|word| word.is(folded))
    }

    fn one_of(&self, at: usize, folded: &[&str]) -> bool {
        self.words.get(at).is_some_and(|word| word.one_of(folded))
    }

    fn rest(&self, at: usize) -> &[Word] {
        self.words.get(at..).unwrap_or_default()
    }

    /// `turno de mañana`, `guardia de noche`: which one, not when.
    fn shift_work(&self, at: usize) -> bool {
        const SHIFTS: &[&str] =
            &["turno", "turnos", "horario", "jornada", "guardia", "guardias", "autobus", "clases"];
        let from = if self.is(at, "de") { at } else { at.wrapping_sub(1) };
        self.is(from, "de")
            && self.one_of(from + 1, &["manana", "mananas", "tarde", "tardes", "noche", "noches"])
            && self.one_of(from.wrapping_sub(1), SHIFTS)
    }

    fn moment(&self, at: usize) -> Option<Moment> {
        let mut start = at;
        let since = self.is(at, "desde");
        let until = self.is(at, "hasta");
        if self.one_of(
            at,
            &[
                "desde", "hasta", "para", "sobre", "hacia", "durante", "en", "a", "el", "la",
                "los", "las", "al", "por", "del", "de", "este", "esta", "estos", "estas", "todos",
                "todas", "entre", "este", "cada",
            ],
        ) {
            start = at;
        }
        if let Some((count, clock)) = self.clock(start) {
            return Some(Moment {
                words: at..start + count,
                point: None,
                clock: Some(clock),
                since: false,
                until,
            });
        }
        if self.shift_work(at) {
            return None;
        }
        let shift = usize::from(
            since
                || until
                || (self.one_of(at, &["para", "sobre", "hacia", "durante", "de"])
                    && self.one_of(at + 1, &["el", "este", "los", "hoy", "manana", "pasado"])),
        );
        let (count, point) = self
            .habit(at + shift)
            .or_else(|| self.relative(at + shift))
            .or_else(|| self.named(at + shift))
            .or_else(|| self.dated(at + shift, since))?;
        Some(Moment { words: at..at + shift + count, point, clock: None, since, until })
    }
}
