//! The words of a text, and when two of them are the same word.

use std::ops::Range;

use crate::asking::lists::List;
use crate::fold::fold;

/// One word as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As written, without what a contraction hangs on it.
    pub text: String,
    pub folded: String,
    /// In bytes.
    pub span: Range<usize>,
}

/// Words written together or short, and what they stand for.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("del", &["de", "el"]),
    ("al", &["a", "el"]),
    ("conmigo", &["con", "mi"]),
    ("q", &["que"]),
    ("k", &["que"]),
    ("xq", &["por", "que"]),
    ("pq", &["por", "que"]),
    ("dnd", &["donde"]),
    ("cn", &["con"]),
    ("cannot", &["can", "not"]),
    ("can't", &["can", "not"]),
    ("won't", &["will", "not"]),
    ("cant", &["can", "not"]),
    ("dont", &["do", "not"]),
    ("doesnt", &["does", "not"]),
    ("didnt", &["did", "not"]),
    ("isnt", &["is", "not"]),
    ("whats", &["what", "is"]),
    ("whos", &["who", "is"]),
    ("wheres", &["where", "is"]),
    ("whens", &["when", "is"]),
    ("hows", &["how", "is"]),
    ("im", &["i", "am"]),
    ("ive", &["i", "have"]),
];

/// English endings of contractions, and the word each stands for.
const CONTRACTIONS: &[(&str, &str)] = &[
    ("n't", "not"),
    ("'s", "'s"),
    ("'re", "are"),
    ("'m", "am"),
    ("'ve", "have"),
    ("'ll", "will"),
    ("'d", "would"),
];

/// Words after which `'s` is the verb and not an owner's.
const IS: &[&str] =
    &["what", "who", "where", "when", "how", "why", "it", "he", "she", "that", "there"];

/// Number words of both languages; the place of a word is its number.
const NUMBERS: &[&str] = &[
    "cero zero",
    "uno un una one",
    "dos two",
    "tres three",
    "cuatro four",
    "cinco five",
    "seis six",
    "siete seven",
    "ocho eight",
    "nueve nine",
    "diez ten",
    "once eleven",
    "doce twelve",
    "trece thirteen",
    "catorce fourteen",
    "quince fifteen",
    "dieciseis sixteen",
    "diecisiete seventeen",
    "dieciocho eighteen",
    "diecinueve nineteen",
    "veinte twenty",
];

/// Returns the words of `text`, contractions taken apart.
pub(super) fn words(text: &str) -> Vec<Word> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        // A colon or a point between digits is part of a time or an amount.
        let between = matches!(c, ':' | '.' | ',')
            && text[..at].ends_with(|c: char| c.is_ascii_digit())
            && text[at + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        if inside(c) || (start.is_some() && between) {
            start = start.or(Some(at));
        } else if let Some(from) = start.take() {
            push(&mut found, text, from..at);
        }
    }
    joined(found)
}

/// Returns the form under which a noun or adjective is the same in singular and plural, masculine
/// and feminine; nouns for people and pets keep their gender. Takes a folded word.
pub(super) fn key(folded: &str) -> String {
    if let Some(number) = number(folded) {
        return number;
    }
    let mut base = folded;
    if base.len() > 3 && base.ends_with('s') && !base.ends_with("ss") {
        base = &base[..base.len() - 1];
    }
    if base.ends_with("ie") && base.len() < folded.len() && folded.len() > 4 {
        return format!("{}y", &base[..base.len() - 2]);
    }
    let last = base.chars().last().filter(|c| matches!(c, 'a' | 'o' | 'e'));
    if base.chars().count() > 3 && last.is_some() {
        base = &base[..base.len() - 1];
    }
    let plain = base.strip_suffix("it").filter(|rest| List::Gendered.has(rest)).unwrap_or(base);
    match last {
        Some(vowel @ ('a' | 'o')) if List::Gendered.has(plain) => format!("{plain}{vowel}"),
        _ => plain.to_owned(),
    }
}

/// Returns the digits of a number word, or of digits with an ordinal's ending.
pub(super) fn number(folded: &str) -> Option<String> {
    let said = NUMBERS.iter().position(|words| words.split(' ').any(|word| word == folded));
    if let Some(said) = said {
        return Some(said.to_string());
    }
    let digits = folded.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let ending = &folded[digits.len()..];
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (numeric && matches!(ending, "" | "st" | "nd" | "rd" | "th")).then(|| digits.to_owned())
}

/// Returns whether the word names or holds an amount.
pub(super) fn is_amount(folded: &str) -> bool {
    folded.starts_with(|c: char| c.is_ascii_digit())
        || List::LargeNumber.has(folded)
        || NUMBERS.iter().any(|words| words.split(' ').any(|word| word == folded))
}

/// Returns whether the key is one of somebody of whom there are two genders.
pub(super) fn is_gendered(key: &str) -> bool {
    key.strip_suffix(['a', 'o']).is_some_and(|base| List::Gendered.has(base))
}

fn push(found: &mut Vec<Word>, text: &str, span: Range<usize>) {
    let written = text[span.clone()].trim_matches(['\'', '’']);
    let folded = fold(written);
    if folded.is_empty() {
        return;
    }
    let mut add = |folded: &str, written: &str| {
        found.push(Word {
            text: written.to_owned(),
            folded: folded.to_owned(),
            span: span.clone(),
        });
    };
    if let Some((_, parts)) = SPELLINGS.iter().find(|(short, _)| *short == folded) {
        parts.iter().for_each(|part| add(part, part));
        return;
    }
    for (ending, stands_for) in CONTRACTIONS {
        if let Some(base) = folded.strip_suffix(ending).filter(|base| !base.is_empty()) {
            let kept: String = written.chars().take(base.chars().count()).collect();
            add(base, &kept);
            let is = *ending == "'s" && IS.contains(&base);
            let stands_for = if is { "is" } else { stands_for };
            add(stands_for, stands_for);
            return;
        }
    }
    add(&folded, written);
}

/// Makes one word of “mother in law”, with or without hyphens.
fn joined(words: Vec<Word>) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        let in_law = word.folded.trim_end_matches('s') == "law"
            && found.len() > 1
            && found[found.len() - 1].folded == "in";
        if in_law && found.pop().is_some() {
            if let Some(kin) = found.last_mut() {
                kin.folded.push_str("-in-law");
                kin.span.end = word.span.end;
            }
            continue;
        }
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{key, words};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn contractions_and_short_spellings_are_taken_apart() {
        check(
            "What's my mother-in-law's name?",
            &["what", "is", "my", "mother-in-law", "'s", "name"],
        );
    }

    #[test]
    fn gender_counts_for_people_only() {
        assert_eq!(key("alergicas"), key("alergico"));
        assert_eq!(key("hermanita"), key("hermana"));
        assert_ne!(key("hermana"), key("hermano"));
        assert_eq!(key("seis"), key("6"));
    }
}
