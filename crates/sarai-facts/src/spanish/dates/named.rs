//! Days by their name or number.

use jiff::civil::Date;

use super::calendar::{self, month, weekday};
use super::{Found, Point, Reader};
use crate::spanish::numbers;

impl Reader<'_> {
    /// Days of the week.
    pub(super) fn named(&self, at: usize) -> Found {
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
        // `el miércoles 11`
        let day = self.words.get(next).filter(|word| word.digits());
        let day = day.and_then(|word| word.fold.parse().ok()).filter(|day| (1..=31).contains(day));
        let more = self.one_of(next + 1, &["de", "del", "h", "hs", "hrs", "horas", "y"]);
        if let Some(day) = day.filter(|_| !more) {
            return Some((next + 1 - at, Some(Point::DayOfMonth(day))));
        }
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
    pub(super) fn dated(&self, at: usize, since: bool) -> Found {
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
            let numbered = self
                .words
                .get(next + 1)
                .is_some_and(|word| word.fold.starts_with(|c: char| c.is_ascii_digit()));
            if numbered {
                return None;
            }
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
        let dated = (dia && article)
            || (article && self.is(at, "el") && bare && word.digits())
            || (article && self.is(at, "al") && bare && word.digits() && self.moved(at));
        dated.then_some((next + 1 - at, Some(Point::DayOfMonth(day))))
    }

    /// Whether a verb before this word moves something to another day: `se adelanta al 12`.
    fn moved(&self, at: usize) -> bool {
        const MOVING: &[&str] =
            &["adelant", "atras", "retras", "aplaz", "pospon", "pospus", "pospuest", "mov", "mud"];
        let before = self.words[..at].iter().rev().take(6);
        before.take_while(|word| !word.mark).any(|word| {
            MOVING.iter().any(|stem| word.fold.starts_with(stem))
                || word.one_of(&["pasa", "paso", "pasado", "pasaron", "cambiado", "cambio"])
        })
    }

    pub(super) fn month(&self, at: usize, next: usize, month: i8, within: bool) -> Found {
        let of = next + 1 + usize::from(self.one_of(next + 1, &["de", "del"]));
        if let Some(year) = self.year(of).filter(|_| self.words[of].fold.len() == 4) {
            return Some((of + 1 - at, Some(Point::YearMonth(year, month))));
        }
        (within || next > at).then_some((next + 1 - at, Some(Point::Month(month))))
    }

    pub(super) fn full(&self, at: usize, next: usize, month: i8, day: i8) -> Found {
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
    pub(super) fn year(&self, at: usize) -> Option<i16> {
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
