//! Days counted from today.

use jiff::ToSpan;

use super::{Found, Point, Reader};
use crate::spanish::numbers;

/// What is counted or told apart by `próximo` and `pasado`.
const UNITS: &[&str] = &["dia", "semana", "mes", "ano", "trimestre"];

impl Reader<'_> {
    /// Days counted from today: `mañana`, `hace dos años`, `la semana que viene`.
    pub(super) fn relative(&self, at: usize) -> Found {
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
            "ayer" | "anoche" => return Some((1, day(-1))),
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
            // `hace un día precioso` tells the weather.
            let fair = self.words.get(at + 1 + count).is_some_and(|word| {
                ["precios", "bonit", "lind", "horribl", "esplendid", "estupend", "fe", "genial"]
                    .iter()
                    .any(|stem| word.fold.starts_with(stem))
            });
            if fair {
                return None;
            }
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
    pub(super) fn neighbour(&self, at: usize) -> Found {
        if !self.one_of(at, &["el", "la"]) {
            return None;
        }
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
    pub(super) fn amount(&self, at: usize) -> Option<(i64, &str, usize)> {
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

    pub(super) fn shifted(&self, number: i64, unit: &str) -> Option<Point> {
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
}
