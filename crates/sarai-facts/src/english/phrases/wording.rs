//! How the words of a name are put together, and what they tell of it.

use crate::claim::Kind;
use crate::english::lexicon::{self, Tag};
use crate::english::words::{Word, capitalised};

/// Returns the words as one text, a genitive close to its word.
pub(in crate::english) fn joined(words: &[&Word]) -> String {
    let mut text = String::new();
    for word in words {
        if word.tag == Tag::Genitive {
            text.push_str(if text.ends_with('s') { "'" } else { "'s" });
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// Returns the text with a capital at the head of each word.
pub(in crate::english) fn titled(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(capitalised).collect();
    words.join(" ")
}

pub(super) fn kind_of(last: &str, given: &str, shown: &[&Word], is_owned: bool) -> Kind {
    let title = shown.first().is_some_and(|word| {
        word.is(&[
            "mr",
            "mrs",
            "ms",
            "miss",
            "dr",
            "doctor",
            "professor",
            "aunt",
            "auntie",
            "uncle",
        ])
    });
    if title && shown.len() > 1 {
        Kind::Person
    } else if lexicon::is_animal(last) {
        Kind::Animal
    } else if lexicon::is_person(last)
        || ["law", "laws"].contains(&last) && shown.len() > 2
        || lexicon::is_given_name(given)
        || !is_owned
            && shown.first().is_some_and(|word| word.is_name && lexicon::is_given_name(&word.lower))
    {
        Kind::Person
    } else if shown.iter().any(|word| word.is_number()) {
        Kind::Quantity
    } else {
        Kind::Thing
    }
}

/// Returns whether a noun is a plural by its form.
pub(in crate::english) fn is_plural_word(lower: &str) -> bool {
    lexicon::is_group(lower)
        || (lower.len() > 3
            && lower.ends_with('s')
            && !["ss", "us", "is"].iter().any(|end| lower.ends_with(end))
            && !["gas", "bus", "christmas", "james", "charles"].contains(&lower))
}
