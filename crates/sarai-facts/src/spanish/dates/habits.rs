//! Times that come again and again, and stretches without a date.

use super::calendar::{month, weekday};
use super::{Found, Reader};
use crate::spanish::lists::within;
use crate::spanish::numbers;

/// Stretches of time without a date.
const STRETCHES: &[&str] = &[
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
    "este curso",
    "el curso pasado",
    "este trimestre",
    "este cuatrimestre",
    "este semestre",
    "esta temporada",
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
];

/// What `los` and `las` make a habit of, beside the days of the week.
const PLURAL: &[&str] = &[
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
];

/// What is counted between one time and the next: `cada ocho horas`.
const EVERY: &[&str] =
    &["minutos", "horas", "dias", "noches", "semanas", "quincenas", "meses", "anos", "veranos"];

impl Reader<'_> {
    /// What comes again and again, and stretches of no date; they are no `when`.
    pub(super) fn habit(&self, at: usize) -> Found {
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
            self.words
                .get(next)
                .is_some_and(|word| weekday(&word.fold).is_some() || word.one_of(PLURAL))
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
        if let Some(count) = self.span(at) {
            return Some((count, None));
        }
        if let Some(count) = self.every(at) {
            return Some((count, None));
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
        // `hace mucho calor` tells the weather.
        if self.is(at, "hace")
            && self.words.get(at + 2).is_some_and(|word| within("idle hacer", &word.fold))
        {
            return None;
        }
        if self.is(at, "este") && self.words.get(at + 1).is_some_and(|w| month(&w.fold).is_some()) {
            return Some((2, None));
        }
        STRETCHES.iter().find_map(|text| words(text))
    }

    /// From one time to the next: `cada semana`, `cada ocho horas`.
    fn every(&self, at: usize) -> Option<usize> {
        if !self.is(at, "cada") {
            return None;
        }
        let one = self.words.get(at + 1).is_some_and(|word| {
            weekday(&word.fold).is_some()
                || word.one_of(&[
                    "dia",
                    "semana",
                    "mes",
                    "ano",
                    "manana",
                    "tarde",
                    "noche",
                    "verano",
                    "invierno",
                    "hora",
                    "rato",
                    "quincena",
                    "trimestre",
                    "curso",
                    "finde",
                ])
        });
        if one {
            return Some(2);
        }
        let (_, count) = numbers::read(self.rest(at + 1))?;
        self.one_of(at + 1 + count, EVERY).then_some(2 + count)
    }

    /// From one day or hour to another: `de lunes a viernes`, `de 9 a 18`, `de las 8 a las 3`.
    fn span(&self, at: usize) -> Option<usize> {
        if !self.one_of(at, &["de", "del", "desde"]) {
            return None;
        }
        let article = |at: usize| at + usize::from(self.one_of(at, &["las", "la", "los", "el"]));
        let from = article(at + 1);
        let to = article(from + 2);
        if !self.one_of(from + 1, &["a", "al", "hasta"]) {
            return None;
        }
        let day = |at: usize| self.words.get(at).is_some_and(|word| weekday(&word.fold).is_some());
        if day(from) && day(to) {
            return Some(to + 1 - at);
        }
        let hour = |at: usize| {
            let word = self.words.get(at)?;
            let clock = word.fold.split_once(':').map_or(word.fold.as_str(), |(hour, _)| hour);
            let number = clock.parse::<u8>().ok().filter(|hour| *hour <= 24);
            number.or_else(|| {
                let (number, _) = numbers::read(self.rest(at).get(..1)?)?;
                u8::try_from(number).ok().filter(|hour| *hour <= 24)
            })
        };
        hour(from)?;
        hour(to)?;
        let mut end = to + 1;
        if self.one_of(end, &["h", "hs", "hrs", "horas", "am", "pm"]) {
            end += 1;
        }
        let free = self.words.get(end).is_none_or(|word| {
            word.mark
                || word.one_of(&[
                    "y", "pero", "en", "de", "los", "todos", "con", "por", "entre", "menos",
                ])
        });
        (free || end > to + 1).then(|| end - at)
    }
}
