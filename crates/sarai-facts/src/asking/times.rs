//! Days and hours in answers: as they were told, and as dates for people.

use jiff::civil::Date;
use sarai_core::language::Language;

use crate::asking::lists::List;
use crate::asking::words::{self, Word};
use crate::fold::fold;

const WEEKDAYS: [(&str, &str); 7] = [
    ("lunes", "Monday"),
    ("martes", "Tuesday"),
    ("miércoles", "Wednesday"),
    ("jueves", "Thursday"),
    ("viernes", "Friday"),
    ("sábado", "Saturday"),
    ("domingo", "Sunday"),
];
const MONTHS: [(&str, &str); 12] = [
    ("enero", "January"),
    ("febrero", "February"),
    ("marzo", "March"),
    ("abril", "April"),
    ("mayo", "May"),
    ("junio", "June"),
    ("julio", "July"),
    ("agosto", "August"),
    ("septiembre", "September"),
    ("octubre", "October"),
    ("noviembre", "November"),
    ("diciembre", "December"),
];

/// A time as it stands in a text: the places of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub text: String,
    pub from: usize,
    pub to: usize,
}

/// Returns the times told in a text, in their order.
pub(super) fn told(text: &str) -> Vec<Told> {
    let all = words::words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let length = all[at..]
            .iter()
            .enumerate()
            .take_while(|(offset, word)| {
                belongs(word)
                    && (*offset == 0
                        || text
                            [all[at + offset - 1].span.end.min(word.span.start)..word.span.start]
                            .chars()
                            .all(|c| c == ' ' || c == '-'))
            })
            .count();
        if length == 0 {
            at += 1;
            continue;
        }
        found.extend(trimmed(text, &all, at, at + length));
        at += length;
    }
    found
}

/// Returns whether a text tells a time and nothing else.
pub(super) fn is_time(text: &str) -> bool {
    told(text).first().is_some_and(|told| told.text == text)
}

/// Returns a day, or the beginning of one, as people write it, with the ISO form after it.
pub(super) fn rendered(iso: &str, language: Language) -> Option<String> {
    let pick = |names: &(&'static str, &'static str)| language.pick(names.0, names.1);
    if let Some(rest) = iso.strip_prefix("--") {
        let (month, day) = rest.split_once('-')?;
        let month = pick(MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?);
        let day: u8 = day.get(..2)?.parse().ok()?;
        return Some(match language {
            Language::Spanish => format!("{day} de {month}"),
            Language::English => format!("{day} {month}"),
        });
    }
    let (day, time) = iso.split_once('T').unwrap_or((iso, ""));
    let parts: Vec<&str> = day.split('-').collect();
    let month = parts.get(1).and_then(|month| month.parse::<usize>().ok());
    let month = month.and_then(|month| MONTHS.get(month.checked_sub(1)?)).map(pick);
    let plain = match (parts.as_slice(), month) {
        ([_, _, _], Some(month)) => {
            let date: Date = day.parse().ok()?;
            let weekday =
                pick(&WEEKDAYS[usize::try_from(date.weekday().to_monday_zero_offset()).ok()?]);
            let written = match language {
                Language::Spanish => {
                    format!("{weekday} {} de {month} de {}", date.day(), date.year())
                }
                Language::English => format!("{weekday} {} {month} {}", date.day(), date.year()),
            };
            format!("{written} ({day})")
        }
        ([year, _], Some(month)) => match language {
            Language::Spanish => format!("{month} de {year}"),
            Language::English => format!("{month} {year}"),
        },
        ([year], _) if year.len() == 4 => (*year).to_owned(),
        _ => return None,
    };
    if time.is_empty() {
        return Some(plain);
    }
    let clock = time.get(..5).unwrap_or(time);
    Some(match language {
        Language::Spanish => format!("{plain} a las {clock}"),
        Language::English => format!("{plain} at {clock}"),
    })
}

/// Returns whether a folded word of a question for a day agrees with the day a fact speaks of.
pub(super) fn agrees(word: &str, when: Option<&str>) -> bool {
    let Some(written) = when.and_then(|when| rendered(when, Language::Spanish)) else {
        return false;
    };
    let english = when.and_then(|when| rendered(when, Language::English)).unwrap_or_default();
    let mut all = words::words(&written);
    all.extend(words::words(&english));
    let word = words::key(word);
    all.iter().any(|own| words::key(&own.folded) == word)
}

/// Returns whether a folded word is a month's name.
pub(super) fn is_month(folded: &str) -> bool {
    MONTHS
        .iter()
        .any(|(spanish, english)| *spanish == folded || english.eq_ignore_ascii_case(folded))
}

/// Returns whether a text tells a day of the week or a month.
pub(super) fn has_day(text: &str) -> bool {
    let names = || WEEKDAYS.iter().chain(&MONTHS);
    words::words(text).iter().any(|word| {
        names().any(|(spanish, english)| {
            fold(spanish).starts_with(&word.folded) && word.folded.len() > 3
                || fold(english).starts_with(word.folded.trim_end_matches('s'))
                    && word.folded.len() > 2
        })
    })
}

/// Returns whether a text tells an hour.
pub(super) fn has_hour(text: &str) -> bool {
    let all = words::words(text);
    all.iter().any(is_clock)
        || all.windows(2).any(|pair| {
            matches!(pair[0].folded.as_str(), "las" | "la" | "at" | "half" | "past")
                && words::is_amount(&pair[1].folded)
        })
}

fn is_clock(word: &Word) -> bool {
    let folded = word.folded.as_str();
    let suffixed = folded.ends_with("am") || folded.ends_with("pm");
    folded.contains(':') || (suffixed && folded.starts_with(|c: char| c.is_ascii_digit()))
}

fn belongs(word: &Word) -> bool {
    let folded = word.folded.as_str();
    List::Time.has(folded) || List::BesideTime.has(folded) || words::is_amount(folded)
}

/// Returns the stretch without what does not name a time at its ends, or `None` when it names none.
fn trimmed(text: &str, all: &[Word], from: usize, to: usize) -> Option<Told> {
    let stretch = &all[from..to];
    let clock = |word: &Word| {
        let folded = word.folded.as_str();
        folded.contains(':')
            || (folded.len() > 2
                && (folded.ends_with("am") || folded.ends_with("pm"))
                && folded.starts_with(|c: char| c.is_ascii_digit()))
            || (folded.len() == 4
                && folded.bytes().all(|byte| byte.is_ascii_digit())
                && (folded.starts_with("19") || folded.starts_with("20")))
    };
    let hour = stretch.windows(2).any(|pair| {
        matches!(pair[0].folded.as_str(), "las" | "at" | "half" | "past")
            && words::is_amount(&pair[1].folded)
    });
    let strong = |word: &Word| List::Time.has(word.folded.as_str()) || clock(word);
    if !hour && !stretch.iter().any(strong) {
        return None;
    }
    let first = stretch.iter().position(|word| {
        strong(word) || words::is_amount(&word.folded) || List::OpensTime.has(word.folded.as_str())
    })?;
    let last = stretch.iter().rposition(|word| {
        strong(word) || words::is_amount(&word.folded) || List::ClosesTime.has(word.folded.as_str())
    })?;
    // “a las cinco” needs its article to be an hour.
    let article = first > 0 && matches!(stretch[first - 1].folded.as_str(), "las" | "at");
    let first = if article && words::is_amount(&stretch[first].folded) { first - 1 } else { first };
    let span = stretch[first].span.start..stretch[last].span.end;
    Some(Told { text: text[span].to_owned(), from: from + first, to: from + last + 1 })
}
