//! How an entity is shown: by what it is and what it is called, `hermana Lucía`.

use crate::fold::fold;
use crate::lookup::Entity;

/// The most words of a label that carry meaning.
const LABEL_WORDS_MAX: usize = 3;

/// Words of a name that carry no meaning of their own.
const LINKS: &[&str] =
    &["de", "del", "la", "el", "los", "las", "y", "e", "en", "a", "of", "the", "and", "in", "at"];

/// Titles that go before a name and are part of it.
const TITLES: &[&str] = &[
    "don",
    "doña",
    "señor",
    "señora",
    "señorita",
    "doctor",
    "doctora",
    "sr",
    "sra",
    "dr",
    "dra",
    "sr.",
    "sra.",
    "dr.",
    "dra.",
    "mr",
    "mrs",
    "ms",
];

/// Returns whether `name` is a proper name: its first word but for titles, and every word that
/// carries meaning, begins with a capital.
pub fn is_proper(name: &str) -> bool {
    let capital =
        |word: &str| word.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase);
    let mut words = name.split_whitespace().skip_while(|word| TITLES.contains(word));
    words.next().is_some_and(capital) && words.all(|word| LINKS.contains(&word) || capital(word))
}

/// Returns the best name of `entity`: its role and its proper name, each the first it was given,
/// and the one it was first called by when both would be too long.
pub fn label(entity: &Entity) -> String {
    let first = |proper: bool| entity.names.iter().find(|name| is_proper(name) == proper);
    let (Some(role), Some(name)) = (first(false), first(true)) else {
        return entity.name.clone();
    };
    let role_words = words(role);
    let added = words(name).into_iter().filter(|word| !role_words.contains(word)).count();
    if added == 0 {
        return role.clone();
    }
    if role_words.len() + added > LABEL_WORDS_MAX {
        return entity.name.clone();
    }
    format!("{role} {name}")
}

/// Returns the folded words of `name` that carry meaning.
pub(crate) fn words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let all = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    all.filter(|word| !LINKS.contains(word)).map(str::to_owned).collect()
}
