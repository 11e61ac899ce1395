//! What the network sees of a word: its norm, its first and last letters, its shape.

use crate::symbols::Symbols;

/// A feature of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Norm,
    Prefix,
    Suffix,
    Shape,
    SpaceAfter,
    IsSpace,
}

impl Column {
    pub(crate) fn named(name: &str) -> Option<Column> {
        Some(match name {
            "NORM" => Column::Norm,
            "PREFIX" => Column::Prefix,
            "SUFFIX" => Column::Suffix,
            "SHAPE" => Column::Shape,
            "SPACY" => Column::SpaceAfter,
            "IS_SPACE" => Column::IsSpace,
            _ => return None,
        })
    }
}

/// A word as it is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) text: &'a str,
    pub(crate) norm: &'a str,
    pub(crate) space_after: bool,
}

impl Seen<'_> {
    /// Returns the number of a feature of the word.
    pub(crate) fn key(&self, column: Column, symbols: &Symbols) -> u64 {
        match column {
            Column::Norm => symbols.number(self.norm),
            Column::Prefix => symbols.number(prefix(self.text)),
            Column::Suffix => symbols.number(suffix(self.text)),
            Column::Shape => symbols.number(&shape(self.text)),
            Column::SpaceAfter => u64::from(self.space_after),
            Column::IsSpace => u64::from(self.text.chars().all(is_space)),
        }
    }
}

/// Returns the first letter.
fn prefix(text: &str) -> &str {
    let end = text.chars().next().map_or(0, char::len_utf8);
    &text[..end]
}

/// Returns the last three letters.
fn suffix(text: &str) -> &str {
    let start = text.char_indices().rev().nth(2).map_or(0, |(place, _)| place);
    &text[start..]
}

/// Returns the word with `X` for capitals, `x` for letters, `d` for digits, and no more than four
/// of the same in a row.
fn shape(text: &str) -> String {
    const LONG: usize = 100;
    const RUN: usize = 4;
    if text.chars().nth(LONG - 1).is_some() {
        return "LONG".to_owned();
    }
    let mut shape = String::with_capacity(text.len());
    let (mut last, mut run) = (None, 0);
    for letter in text.chars() {
        let class = match letter {
            _ if is_letter(letter) => {
                if letter.is_uppercase() {
                    'X'
                } else {
                    'x'
                }
            }
            _ if is_digit(letter) => 'd',
            other => other,
        };
        run = if last == Some(class) { run + 1 } else { 0 };
        last = Some(class);
        if run < RUN {
            shape.push(class);
        }
    }
    shape
}

/// Whether the character separates words. A few control characters do, as in Python.
pub(crate) fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter)
}

/// Whether the character is a letter. Unlike the alphabetic ones of Unicode, signs that go onto
/// letters, numerals and circled letters are not.
pub(crate) fn is_letter(letter: char) -> bool {
    letter.is_alphabetic()
        && !letter.is_numeric()
        && !matches!(letter, '\u{345}' | '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

/// Whether the character is a digit, a superscript or subscript digit, or a circled one.
fn is_digit(letter: char) -> bool {
    const OTHERS: [std::ops::RangeInclusive<char>; 6] = [
        '²'..='³',
        '¹'..='¹',
        '\u{2070}'..='\u{2079}',
        '\u{2080}'..='\u{2089}',
        '\u{2460}'..='\u{2468}',
        '\u{2474}'..='\u{247c}',
    ];
    letter.is_ascii_digit()
        || OTHERS.iter().any(|range| range.contains(&letter))
        || (letter.is_numeric() && is_decimal(letter))
}

/// Whether the character is a decimal digit of another script. Their blocks begin at a zero.
fn is_decimal(letter: char) -> bool {
    const ZEROS: [u32; 14] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
        0xff10,
    ];
    ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&u32::from(letter)))
}

#[cfg(test)]
mod tests {
    use super::{Column, Seen, is_space, prefix, shape, suffix};
    use crate::symbols::Symbols;

    #[track_caller]
    fn check(text: &str, expected: [&str; 3]) {
        assert_eq!([prefix(text), suffix(text), &shape(text)], expected);
    }

    #[test]
    fn a_word_is_seen_by_its_ends_and_its_shape() {
        check("Ñandú", ["Ñ", "ndú", "Xxxxx"]);
        check("a", ["a", "a", "x"]);
        check("3,5km²", ["3", "km²", "d,dxxd"]);
        check("McDonaldsísimo", ["M", "imo", "XxXxxxx"]);
        check("١٢文Ⅷ", ["١", "٢文Ⅷ", "ddxⅧ"]);
        check("x①ⓐ\u{345}", ["x", "①ⓐ\u{345}", "xdⓐ\u{345}"]);
        check("", ["", "", ""]);
        check(&"é".repeat(99), ["é", "ééé", "xxxx"]);
        check(&"é".repeat(100), ["é", "ééé", "LONG"]);
    }

    #[test]
    fn names_of_symbols_have_their_own_numbers() {
        let symbols = Symbols::new();
        let seen = Seen { text: "Agent", norm: "agent", space_after: true };
        let keys = [Column::Norm, Column::SpaceAfter, Column::IsSpace];
        let [norm, space_after, space] = keys.map(|column| seen.key(column, &symbols));
        assert_eq!([norm, space_after, space], [401, 1, 0]);
        assert_eq!(symbols.number(""), 0);
        assert_eq!(Symbols::name(92), Some("NOUN"));
        assert_eq!(Symbols::name(99_999), None);
        assert_eq!(Column::named("COLOUR"), None);
    }

    #[test]
    fn control_characters_between_words_are_space() {
        assert!(['\u{1f}', '\u{85}', '\u{a0}', '\n'].into_iter().all(is_space));
        assert!(!is_space('\u{200b}'));
    }
}
