//! Days and times, against the day of the message.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::spanish::numbers;
use crate::spanish::words::Word;

mod calendar;

use calendar::{month, weekday};

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

    /// A time of the day: `a las cinco y media de la tarde`, `10h`, `18:30`.
    fn clock(&self, at: usize) -> Option<(usize, (i8, i8))> {
        let lead = self.one_of(at, &["a", "sobre", "desde", "hasta", "para"])
            && self.one_of(at + 1, &["las", "la"]);
        if self.one_of(at, &["al", "a"]) && self.is(at + 1, "mediodia") {
            return Some((2, (12, 0)));
        }
        let mut next = at + if lead { 2 } else { 0 };
        let (hour, mut minute) = match self.words.get(next)?.fold.as_str() {
            text if text.starts_with(|c: char| c.is_ascii_digit()) => digital(
                text,
                lead || self.one_of(next + 1, &["h", "hs", "hrs", "horas"])
                    && self.one_of(at.wrapping_sub(1), &["a", "las"]),
            )?,
            _ if lead => {
                let (hour, _) = numbers::read(&self.rest(next)[..1])?;
                (i8::try_from(hour).ok().filter(|hour| *hour <= 24)?, 0)
            }
            _ => return None,
        };
        next += 1;
        if self.one_of(next, &["y", "menos"]) {
            let less = self.is(next, "menos");
            let word = self.rest(next + 1);
            let amount = match word.first().map(|word| word.fold.as_str()) {
                Some("media") => Some((30, 1)),
                Some("cuarto") => Some((15, 1)),
                Some("pico") => Some((0, 1)),
                _ => numbers::read(word).filter(|(number, _)| *number > 1),
            };
            if let Some((amount, count)) = amount {
                minute = i8::try_from(amount).ok().filter(|minute| *minute < 60)?;
                next += 1 + count;
                if less {
                    return Some(self.half(at, next, hour - 1, 60 - minute));
                }
            }
        }
        if self.one_of(next, &["h", "hs", "hrs", "horas"]) {
            next += 1;
        } else if !lead
            && !self.words.get(next - 1)?.fold.contains([':', 'h'])
            && !self.one_of(next, &["am", "pm"])
        {
            return None;
        }
        Some(self.half(at, next, hour, minute))
    }

    /// Adds `de la tarde` and the like; hours of a working day are meant when nothing says which.
    fn half(&self, at: usize, mut next: usize, hour: i8, minute: i8) -> (usize, (i8, i8)) {
        let mut hour = hour;
        if self.one_of(next, &["de", "por"])
            && self.is(next + 1, "la")
            && self.one_of(next + 2, &["manana", "tarde", "noche", "madrugada"])
        {
            let late = self.one_of(next + 2, &["tarde", "noche"]);
            hour = if late && hour < 12 { hour + 12 } else { hour };
            next += 3;
        } else if self.one_of(next, &["am", "pm"]) {
            hour = if self.is(next, "pm") && hour < 12 { hour + 12 } else { hour };
            next += 1;
        } else if (1..=7).contains(&hour)
            && !self.words[at..next]
                .iter()
                .any(|word| word.fold.contains(':') || word.fold.starts_with('0'))
        {
            hour += 12;
        }
        (next - at, (hour, minute))
    }

    /// What comes again and again, and stretches of no date; they are no `when`.
    fn habit(&self, at: usize) -> Found {
        let words = |text: &str| {
            let mut count = 0;
            for word in text.split(' ') {
                if !self.is(at + count, word) {
                    return None;
                }
                count += 1;
            }
            Some((count, None))
        };
        let plural = |next: usize| {
            self.words.get(next).is_some_and(|word| {
                weekday(&word.fold).is_some()
                    || word.one_of(&[
                        "mananas",
                        "tardes",
                        "noches",
                        "dias",
                        "semanas",
                        "meses",
                        "anos",
                        "veranos",
                        "inviernos",
                        "domingos",
                        "sabados",
                        "findes",
                    ])
            })
        };
        if self.one_of(at, &["los", "las"]) && plural(at + 1) {
            let mut count = 2;
            while self.one_of(at + count, &["y", ","])
                && plural(
                    at + count + 1 + usize::from(self.one_of(at + count + 1, &["los", "las"])),
                )
            {
                count += 2 + usize::from(self.one_of(at + count + 1, &["los", "las"]));
            }
            return Some((count, None));
        }
        if self.one_of(at, &["todos", "todas"])
            && self.one_of(at + 1, &["los", "las"])
            && plural(at + 2)
        {
            return Some((3, None));
        }
        if self.is(at, "cada")
            && self.words.get(at + 1).is_some_and(|word| {
                weekday(&word.fold).is_some()
                    || word.one_of(&[
                        "dia", "semana", "mes", "ano", "manana", "tarde", "noche", "verano",
                        "invierno",
                    ])
            })
        {
            return Some((2, None));
        }
        if self.is(at, "por")
            && self.one_of(at + 1, &["la", "las"])
            && self.one_of(at + 2, &["manana", "tarde", "noche", "mananas", "tardes", "noches"])
        {
            return Some((3, None));
        }
        if let Some((_, count)) = numbers::read(self.rest(at))
            && self.one_of(at + count, &["vez", "veces"])
        {
            let tail = usize::from(self.one_of(at + count + 1, &["a", "al", "por"]))
                * (2 + usize::from(self.is(at + count + 2, "la")));
            return Some((count + 1 + tail, None));
        }
        [
            "los fines de semana",
            "entre semana",
            "de vez en cuando",
            "a veces",
            "a menudo",
            "de pequeno",
            "de pequena",
            "de joven",
            "de nino",
            "de nina",
            "de mayor",
            "de noche",
            "de dia",
            "a diario",
            "el fin de semana",
            "este fin de semana",
            "el finde",
            "este finde",
            "hoy en dia",
            "en invierno",
            "en verano",
            "en primavera",
            "en otono",
            "en navidad",
            "en navidades",
            "en semana santa",
            "en vacaciones",
            "este verano",
            "este invierno",
            "esta primavera",
            "este otono",
            "el verano pasado",
            "el invierno pasado",
            "el verano que viene",
            "en su dia",
            "toda la vida",
            "de toda la vida",
            "desde siempre",
            "desde pequeno",
            "desde pequena",
            "hace mucho",
            "hace poco",
            "hace tiempo",
            "por ahora",
            "de momento",
            "por el momento",
        ]
        .into_iter()
        .find_map(words)
    }

    /// Days counted from today: `mañana`, `hace dos años`, `la semana que viene`.
    fn relative(&self, at: usize) -> Found {
        let day = |days: i64| self.today.checked_add(days.days()).ok().map(Point::Day);
        let word = self.words.get(at)?;
        let preceded = at > 0
            && self.words[at - 1].one_of(&["la", "una", "cada", "esta", "toda", "las", "media"]);
        match word.fold.as_str() {
            "hoy" => return Some((1, day(0))),
            "manana" if !preceded => {
                let tail = if self.is(at + 1, "por") && self.is(at + 2, "la") { 3 } else { 0 };
                return Some((1 + tail, day(1)));
            }
            "pasado" if self.is(at + 1, "manana") => return Some((2, day(2))),
            "ayer" => return Some((1, day(-1))),
            "anoche" => return Some((1, day(-1))),
            "anteayer" | "antier" => return Some((1, day(-2))),
            "esta" if self.one_of(at + 1, &["manana", "tarde", "noche"]) => {
                return Some((2, day(0)));
            }
            "este" if self.is(at + 1, "mes") => {
                return Some((2, Some(Point::YearMonth(self.today.year(), self.today.month()))));
            }
            "este" if self.is(at + 1, "ano") => {
                return Some((2, Some(Point::Year(self.today.year()))));
            }
            "esta" if self.is(at + 1, "semana") => return Some((2, None)),
            _ => {}
        }
        if word.is("hace") {
            let (number, unit, count) = self.amount(at + 1)?;
            return Some((1 + count, self.shifted(-number, unit)));
        }
        if (word.is("dentro") && self.is(at + 1, "de")) || word.is("en") {
            let lead = if word.is("en") { 1 } else { 2 };
            let (number, unit, count) = self.amount(at + lead)?;
            return Some((lead + count, self.shifted(number, unit)));
        }
        self.neighbour(at)
    }

    /// `el mes que viene`, `la semana pasada`, `el próximo año`.
    fn neighbour(&self, at: usize) -> Found {
        if !self.one_of(at, &["el", "la"]) {
            return None;
        }
        const UNITS: &[&str] = &["dia", "semana", "mes", "ano", "trimestre"];
        if self.one_of(at + 1, &["proximo", "proxima", "siguiente", "pasado", "pasada"])
            && self.one_of(at + 2, UNITS)
        {
            let sign = if self.one_of(at + 1, &["pasado", "pasada"]) { -1 } else { 1 };
            return Some((3, self.shifted(sign, &self.words[at + 2].fold)));
        }
        if !self.one_of(at + 1, UNITS) {
            return None;
        }
        let unit = &self.words[at + 1].fold;
        if self.is(at + 2, "que") && self.one_of(at + 3, &["viene", "entra"]) {
            return Some((4, self.shifted(1, unit)));
        }
        let sign = match self.words.get(at + 2)?.fold.as_str() {
            "pasado" | "pasada" => -1,
            "proximo" | "proxima" | "siguiente" => 1,
            _ => return None,
        };
        Some((3, self.shifted(sign, unit)))
    }

    /// `dos años`, `un par de meses`, `año y medio`.
    fn amount(&self, at: usize) -> Option<(i64, &str, usize)> {
        let (number, mut count) =
            if self.is(at, "un") && self.is(at + 1, "par") && self.is(at + 2, "de") {
                (2, 3)
            } else if self.one_of(at, &["unos", "unas"]) {
                let (number, count) = numbers::read(self.rest(at + 1))?;
                (number, count + 1)
            } else {
                numbers::read(self.rest(at))?
            };
        let unit = self.words.get(at + count)?;
        if !unit.one_of(&["dia", "dias", "semana", "semanas", "mes", "meses", "ano", "anos"]) {
            return None;
        }
        count += 1;
        if self.is(at + count, "y") && self.one_of(at + count + 1, &["medio", "media"]) {
            count += 2;
        }
        Some((i64::try_from(number).ok().filter(|number| *number < 3000)?, &unit.fold, count))
    }

    fn shifted(&self, number: i64, unit: &str) -> Option<Point> {
        let today = self.today;
        Some(match unit.trim_end_matches('s') {
            "dia" => Point::Day(today.checked_add(number.days()).ok()?),
            "semana" => Point::Day(today.checked_add((number * 7).days()).ok()?),
            "me" | "mese" => {
                let day = today.checked_add(number.months()).ok()?;
                Point::YearMonth(day.year(), day.month())
            }
            "ano" => Point::Year(today.checked_add(number.years()).ok()?.year()),
            _ => return None,
        })
    }

    /// Days of the week.
    fn named(&self, at: usize) -> Found {
        let mut next = at;
        let mut over = None;
        if self.one_of(next, &["el", "este", "al", "del"]) {
            next += 1;
        }
        if self.one_of(next, &["proximo", "pasado"]) {
            over = Some(self.is(next, "pasado"));
            next += 1;
        }
        let name = weekday(&self.words.get(next)?.fold)?;
        let held = at > 0 && self.words[at - 1].one_of(&["los", "cada"]);
        if held {
            return None;
        }
        next += 1;
        if self.is(next, "que") && self.one_of(next + 1, &["viene", "entra"]) {
            (over, next) = (Some(false), next + 2);
        } else if self.one_of(next, &["pasado", "proximo"]) {
            (over, next) = (Some(self.is(next, "pasado")), next + 1);
        }
        if self.is(next, "por")
            && self.is(next + 1, "la")
            && self.one_of(next + 2, &["manana", "tarde", "noche"])
        {
            next += 3;
        }
        Some((next - at, Some(Point::Weekday(name, over))))
    }

    /// Dates with numbers or names of months.
    fn dated(&self, at: usize, since: bool) -> Found {
        let mut next = at;
        let article = self.one_of(next, &["el", "al", "del"]);
        let within = self.is(next, "en") || since;
        if article || self.is(next, "en") {
            next += 1;
        }
        let dia = self.is(next, "dia");
        if dia {
            next += 1;
        }
        if self.is(next, "ano") {
            let year = self.year(next + 1)?;
            return Some((next + 2 - at, Some(Point::Year(year))));
        }
        let word = self.words.get(next)?;
        if let Some(point) = calendar::slashed(&word.fold) {
            return Some((next + 1 - at, Some(point)));
        }
        if let Some(month) = month(&word.fold) {
            return self.month(at, next, month, within);
        }
        let (number, count) =
            numbers::read(self.rest(next)).or_else(|| word.is("primero").then_some((1, 1)))?;
        let of = next + count;
        let name = of + usize::from(self.is(of, "de"));
        if let Some(month) = self.words.get(name).and_then(|word| month(&word.fold)) {
            let day = i8::try_from(number).ok().filter(|day| (1..=31).contains(day))?;
            return self.full(at, name + 1, month, day);
        }
        if (within || article)
            && count == 1
            && let Some(year) = self.year(next)
        {
            let four = word.fold.len() == 4;
            if four || (article || since) && number > 31 {
                return Some((next + 1 - at, Some(Point::Year(year))));
            }
        }
        let day = i8::try_from(number).ok().filter(|day| (1..=31).contains(day))?;
        let bare = !self.words.get(next + 1).is_some_and(|word| {
            !word.mark
                && !word.one_of(&[
                    "a", "por", "y", "tengo", "tenemos", "es", "vamos", "voy", "en", "con", "me",
                ])
        });
        let dated = (dia && article) || (article && self.is(at, "el") && bare && word.digits());
        dated.then_some((next + 1 - at, Some(Point::DayOfMonth(day))))
    }

    fn month(&self, at: usize, next: usize, month: i8, within: bool) -> Found {
        let of = next + 1 + usize::from(self.one_of(next + 1, &["de", "del"]));
        if let Some(year) = self.year(of).filter(|_| self.words[of].fold.len() == 4) {
            return Some((of + 1 - at, Some(Point::YearMonth(year, month))));
        }
        (within || next > at).then_some((next + 1 - at, Some(Point::Month(month))))
    }

    fn full(&self, at: usize, next: usize, month: i8, day: i8) -> Found {
        let of = next
            + usize::from(self.one_of(next, &["de", "del"]))
            + usize::from(self.is(next + 1, "ano"));
        let year = self.year(of).filter(|_| of > next || self.words[of].fold.len() == 4);
        match year {
            Some(year) => Some((of + 1 - at, Some(Point::Day(Date::new(year, month, day).ok()?)))),
            None => Some((next - at, Some(Point::MonthDay(month, day)))),
        }
    }

    /// A year in four digits or in the last two.
    fn year(&self, at: usize) -> Option<i16> {
        let word = self.words.get(at)?;
        let number: i16 = word.fold.trim_start_matches('\'').parse().ok()?;
        match word.fold.len() {
            4 if (1850..2100).contains(&number) => Some(number),
            2 if number + 2000 > self.today.year() => Some(1900 + number),
            2 => Some(2000 + number),
            _ => None,
        }
    }
}

/// Reads `10h`, `10:30`, `10.30h`; a bare number only after `a las`.
fn digital(text: &str, lead: bool) -> Option<(i8, i8)> {
    let bare = text.trim_end_matches("hs").trim_end_matches('h');
    let hours = text.len() > bare.len();
    let (hour, minute) = match bare.split_once([':', '.']).or_else(|| bare.split_once('h')) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute.parse().ok()?),
        Some(_) => return None,
        None => (bare, 0),
    };
    let hour: i8 = hour.parse().ok()?;
    let timed = hours || lead || text.contains(':') || bare.len() <= 2;
    (timed && hour <= 24 && minute < 60).then_some((hour, minute))
}
