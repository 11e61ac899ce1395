//! Numbers in words and digits.

use crate::spanish::words::Word;

const SMALL: &[(&str, u64)] = &[
    ("cero", 0),
    ("un", 1),
    ("uno", 1),
    ("una", 1),
    ("dos", 2),
    ("tres", 3),
    ("cuatro", 4),
    ("cinco", 5),
    ("seis", 6),
    ("siete", 7),
    ("ocho", 8),
    ("nueve", 9),
    ("diez", 10),
    ("once", 11),
    ("doce", 12),
    ("trece", 13),
    ("catorce", 14),
    ("quince", 15),
    ("dieciseis", 16),
    ("diecisiete", 17),
    ("dieciocho", 18),
    ("diecinueve", 19),
    ("veinte", 20),
    ("veintiun", 21),
    ("veintiuno", 21),
    ("veintiuna", 21),
    ("veintidos", 22),
    ("veintitres", 23),
    ("veinticuatro", 24),
    ("veinticinco", 25),
    ("veintiseis", 26),
    ("veintisiete", 27),
    ("veintiocho", 28),
    ("veintinueve", 29),
];

const TENS: &[(&str, u64)] = &[
    ("treinta", 30),
    ("cuarenta", 40),
    ("cincuenta", 50),
    ("sesenta", 60),
    ("setenta", 70),
    ("ochenta", 80),
    ("noventa", 90),
];

const HUNDREDS: &[(&str, u64)] = &[
    ("cien", 100),
    ("ciento", 100),
    ("doscientos", 200),
    ("doscientas", 200),
    ("trescientos", 300),
    ("trescientas", 300),
    ("cuatrocientos", 400),
    ("cuatrocientas", 400),
    ("quinientos", 500),
    ("quinientas", 500),
    ("seiscientos", 600),
    ("seiscientas", 600),
    ("setecientos", 700),
    ("setecientas", 700),
    ("ochocientos", 800),
    ("ochocientas", 800),
    ("novecientos", 900),
    ("novecientas", 900),
];

fn value(list: &[(&str, u64)], word: &Word) -> Option<u64> {
    list.iter().find(|(name, _)| word.is(name)).map(|(_, value)| *value)
}

/// Whether a word is a number, in digits or words; `un` and `una` are not.
pub(super) fn numeral(word: &Word) -> bool {
    word.digits()
        || (!word.one_of(&["un", "uno", "una"]) && read(std::slice::from_ref(word)).is_some())
}

/// Whether a single word is a number.
pub(super) fn counts(word: &str) -> bool {
    let folded = crate::fold::fold(word);
    folded.starts_with(|c: char| c.is_ascii_digit())
        || SMALL.iter().chain(TENS).any(|(name, _)| *name == folded)
}

/// Returns the number that `words` begins with and how many words it takes.
pub(super) fn read(words: &[Word]) -> Option<(u64, usize)> {
    if let Some(word) = words.first()
        && word.digits()
    {
        let digits: String = word.fold.chars().filter(|c| *c != '.').collect();
        return digits.parse().ok().map(|number| (number, 1));
    }
    let (mut total, mut used) = (0_u64, 0);
    let (below, count) = below_thousand(words);
    total += below;
    used += count;
    if words.get(used).is_some_and(|word| word.is("mil")) {
        used += 1;
        let (rest, count) = below_thousand(words.get(used..).unwrap_or_default());
        total = total.max(1) * 1000 + rest;
        used += count;
    }
    (used > 0).then_some((total, used))
}

fn below_thousand(words: &[Word]) -> (u64, usize) {
    let (mut total, mut used) = (0, 0);
    if let Some(hundreds) = words.first().and_then(|word| value(HUNDREDS, word)) {
        total += hundreds;
        used += 1;
    }
    let Some(word) = words.get(used) else { return (total, used) };
    if let Some(tens) = value(TENS, word) {
        total += tens;
        used += 1;
        let unit = words
            .get(used + 1)
            .and_then(|word| value(SMALL, word))
            .filter(|unit| (1..10).contains(unit));
        if let Some(unit) = unit.filter(|_| words.get(used).is_some_and(|word| word.is("y"))) {
            total += unit;
            used += 2;
        }
    } else if let Some(small) = value(SMALL, word) {
        total += small;
        used += 1;
    }
    (total, used)
}
