//! What a question tells about the turn that answers it, besides its words.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::words;

/// Further telling words are ignored: a pasted page is not a question.
const TERMS_MAX: usize = 32;

/// Labels that name who speaks are shorter.
const LABEL_CHARS_MAX: usize = 40;
const LABEL_WORDS_MAX: usize = 3;

const MONTHS: [&str; 24] = [
    "january",
    "enero",
    "february",
    "febrero",
    "march",
    "marzo",
    "april",
    "abril",
    "may",
    "mayo",
    "june",
    "junio",
    "july",
    "julio",
    "august",
    "agosto",
    "september",
    "septiembre",
    "october",
    "octubre",
    "november",
    "noviembre",
    "december",
    "diciembre",
];

/// English months that are other words too: only a capital tells.
const AMBIGUOUS: [&str; 2] = ["march", "may"];

/// Words that say when something was. Folded.
static TIMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| TIME_WORDS.split_whitespace().chain(MONTHS).collect());
const TIME_WORDS: &str = "
yesterday today tomorrow tonight ago last next week weekend month year years months weeks days morning recently
since summer winter spring fall monday tuesday wednesday thursday friday saturday sunday
ayer anteayer hoy manana anoche hace pasado pasada proximo proxima semana mes ano anos meses semanas dias
recientemente desde verano invierno primavera otono lunes martes miercoles jueves viernes sabado domingo";

/// What a question is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clues {
    /// Its telling words, each as the stems that stand for it.
    pub(super) terms: Vec<Term>,
    /// Whether it asks for a time.
    when: bool,
    month: Option<i8>,
    day: Option<i8>,
    year: Option<i16>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    /// Folded.
    pub(super) word: String,
    pub(super) stems: BTreeSet<String>,
}

impl Clues {
    pub(super) fn read(question: &str) -> Clues {
        let all: Vec<String> = words::split(question).collect();
        let folded: Vec<String> = all.iter().map(|word| words::fold(word)).collect();
        let language = words::language_of(&folded);
        let mut terms: Vec<Term> = Vec::new();
        for (word, folded) in all.iter().zip(&folded) {
            if words::is_stop(folded, language) || terms.len() >= TERMS_MAX {
                continue;
            }
            let stems = words::stems_of(word);
            if terms.iter().all(|term| term.stems.is_disjoint(&stems)) {
                terms.push(Term { word: folded.clone(), stems });
            }
        }
        let month = month(question, &folded);
        let number = |word: &String| word.parse::<i16>().ok();
        Clues {
            terms,
            when: asks_when(&folded),
            month,
            day: month
                .and_then(|_| folded.iter().filter_map(number).find(|n| (1..=31).contains(n)))
                .and_then(|day| i8::try_from(day).ok()),
            year: folded.iter().filter_map(number).find(|n| (1900..2100).contains(n)),
        }
    }

    /// Returns how many parts of the date in the question are those of `date`: none, the month, the
    /// day too.
    pub(super) fn fits(&self, date: Date) -> f64 {
        let other_year = self.year.is_some_and(|year| year != date.year());
        if self.month != Some(date.month()) || other_year {
            0.0
        } else if self.day == Some(date.day()) {
            2.0
        } else {
            1.0
        }
    }

    /// Returns how many words of `text` say when, if that is asked; more than two count as two.
    pub(super) fn times_told(&self, text: &str) -> f64 {
        if !self.when {
            return 0.0;
        }
        let told: BTreeSet<String> = words::split(text)
            .map(|word| words::fold(&word))
            .filter(|word| TIMES.contains(word.as_str()))
            .take(2)
            .collect();
        if told.len() > 1 {
            2.0
        } else if told.is_empty() {
            0.0
        } else {
            1.0
        }
    }
}

fn asks_when(folded: &[String]) -> bool {
    let early = |word: &str| folded.iter().take(3).any(|one| one == word);
    let anywhere = |word: &str| folded.iter().any(|one| one == word);
    early("when")
        || early("cuando")
        || anywhere("date")
        || anywhere("fecha")
        || folded.windows(2).any(|two| two[0] == "how" && two[1] == "long")
}

fn month(question: &str, folded: &[String]) -> Option<i8> {
    let place = MONTHS.iter().position(|month| {
        let told = !AMBIGUOUS.contains(month) || is_capital(question, month);
        told && folded.iter().any(|word| word == month)
    })?;
    i8::try_from(place / 2 + 1).ok()
}

fn is_capital(text: &str, word: &str) -> bool {
    let is_word = |one: &&str| one.to_lowercase() == word;
    text.split(|c: char| !c.is_alphabetic())
        .filter(is_word)
        .any(|one| one.starts_with(char::is_uppercase))
}

/// Returns who says `text`, where it is written before it: `Ana: ¿Has visto mis llaves?`.
pub(super) fn label(text: &str) -> Option<&str> {
    let (label, _) = text.split_once(':')?;
    let names: Vec<&str> = label.split_whitespace().collect();
    let is_name =
        |name: &&str| name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphabetic);
    let fits = !names.is_empty()
        && names.len() <= LABEL_WORDS_MAX
        && label.chars().count() <= LABEL_CHARS_MAX
        && names.iter().all(is_name);
    fits.then_some(label)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{Clues, label};

    #[track_caller]
    fn check_date(question: &str, date: Date, fits: f64) {
        let found = Clues::read(question).fits(date);
        assert!((found - fits).abs() < f64::EPSILON, "{question}: {found}");
    }

    #[test]
    fn dates_of_a_question_are_read_in_both_languages() {
        check_date("What did we do on 8 May, 2023?", date(2023, 5, 8), 2.0);
        check_date("What did we do in May 2023?", date(2023, 5, 9), 1.0);
        check_date("What did we do in May 2023?", date(2022, 5, 9), 0.0);
        check_date("¿Qué hicimos en agosto?", date(2024, 8, 1), 1.0);
        check_date("¿Qué hicimos el 3 de agosto?", date(2024, 8, 3), 2.0);
        check_date("¿Qué hicimos en agosto?", date(2024, 9, 1), 0.0);
        check_date("What may I eat on 8 dishes?", date(2024, 5, 8), 0.0);
        check_date("Where is my dog?", date(2024, 5, 8), 0.0);
    }

    #[track_caller]
    fn check_times(question: &str, text: &str, told: f64) {
        let found = Clues::read(question).times_told(text);
        assert!((found - told).abs() < f64::EPSILON, "{question} {text}: {found}");
    }

    #[test]
    fn who_asks_when_wants_a_time() {
        check_times("When did you go?", "I went last week", 2.0);
        check_times("¿Cuándo fuiste?", "Fui ayer", 1.0);
        check_times("¿Desde cuándo fumas?", "Fumo", 0.0);
        check_times("How long have you smoked?", "Since spring", 2.0);
        check_times("Where did you go?", "I went last week", 0.0);
    }

    #[test]
    fn telling_words_are_kept_once() {
        let clues = Clues::read("Where does my sister live, and where did she live before?");
        let words: Vec<&str> = clues.terms.iter().map(|term| term.word.as_str()).collect();
        assert_eq!(words, ["sister", "live"]);
    }

    #[test]
    fn a_name_and_a_colon_say_who_speaks() {
        assert_eq!(label("Ana: hola"), Some("Ana"));
        assert_eq!(label("María del Mar: hola"), None);
        assert_eq!(label("Ana María: hola"), Some("Ana María"));
        assert_eq!(label("lista: pan, leche"), None);
        assert_eq!(label("Son las 10:30"), None);
        assert_eq!(label("hola"), None);
    }
}
