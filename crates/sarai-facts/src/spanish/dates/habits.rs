//! Times that come again and again, and stretches without a date.

use super::calendar::weekday;
use super::{Found, Reader};
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
        STRETCHES.iter().find_map(|text| words(text))
    }
}
