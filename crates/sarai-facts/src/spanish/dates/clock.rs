//! Times of the day.

use super::Reader;
use crate::spanish::numbers;

impl Reader<'_> {
    /// A time of the day: `a las cinco y media de la tarde`, `10h`, `18:30`.
    pub(super) fn clock(&self, at: usize) -> Option<(usize, (i8, i8))> {
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
            && !self.words.get(next - 1)?.fold.contains([':', 'h', 'm'])
            && !self.one_of(next, &["am", "pm"])
        {
            return None;
        }
        Some(self.half(at, next, hour, minute))
    }

    /// Adds `de la tarde` and the like; hours of a working day are meant when nothing says which.
    pub(super) fn half(
        &self,
        at: usize,
        mut next: usize,
        hour: i8,
        minute: i8,
    ) -> (usize, (i8, i8)) {
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
            && !self.words[at..next].iter().any(|word| {
                word.fold.contains([':', 'm']) && word.digits() || word.fold.starts_with('0')
            })
        {
            hour += 12;
        }
        (next - at, (hour, minute))
    }
}

/// Reads `10h`, `10:30`, `10.30h`; a bare number only after `a las`.
fn digital(text: &str, lead: bool) -> Option<(i8, i8)> {
    if let Some(late) = text.strip_suffix("pm").or_else(|| text.strip_suffix("am")) {
        let (hour, minute) = digital(late, true)?;
        let noon = i8::from(text.ends_with("pm") && hour < 12) * 12;
        return Some((hour + noon, minute));
    }
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
