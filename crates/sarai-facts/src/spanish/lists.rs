//! The word lists of the data folder, read once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::claim::Gender;
use crate::fold::fold;

/// What sort of word a noun is, as far as reading needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    /// A relative or another relation of one's own: `hermana`, `vecino`, `jefa`.
    Kin,
    /// A trade or another word for a person.
    Person,
    Animal,
    /// Something that takes place: `reunión`, `cita`, `boda`.
    Event,
}

type Set = HashSet<String>;

static NAMES: LazyLock<HashMap<String, Gender>> = LazyLock::new(|| {
    sections(include_str!("../../data/spanish/names.txt"))
        .flat_map(|(section, words)| {
            let gender = if section == "f" { Gender::Feminine } else { Gender::Masculine };
            words.map(move |word| (fold(word), gender))
        })
        .collect()
});
static PLACES: LazyLock<Set> = LazyLock::new(|| {
    let lines = include_str!("../../data/spanish/places.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(','))
        .map(|place| fold(place.trim()))
        .collect()
});
static NOUNS: LazyLock<HashMap<String, Sort>> = LazyLock::new(|| {
    sections(include_str!("../../data/spanish/nouns.txt"))
        .flat_map(|(section, words)| {
            let sort = match section {
                "kin" => Sort::Kin,
                "person" | "people" => Sort::Person,
                "animal" => Sort::Animal,
                _ => Sort::Event,
            };
            words.map(move |word| (fold(word), sort))
        })
        .collect()
});
static TRADES: LazyLock<Set> = LazyLock::new(|| {
    let all = sections(include_str!("../../data/spanish/nouns.txt"));
    all.filter(|(section, _)| *section == "person").flat_map(|(_, words)| words.map(fold)).collect()
});
static GROUPS: LazyLock<HashMap<&'static str, Set>> = LazyLock::new(|| {
    sections(include_str!("../../data/spanish/groups.txt"))
        .map(|(section, words)| (section, words.map(str::to_owned).collect()))
        .collect()
});
static HOMOGRAPHS: LazyLock<Set> = LazyLock::new(|| {
    let lines = include_str!("../../data/spanish/homographs.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .flat_map(|form| [form.to_owned(), fold(form)])
        .collect()
});

/// Given names, folded, with the gender of who bears them.
pub(super) fn names() -> &'static HashMap<String, Gender> {
    &NAMES
}

/// Cities, regions and countries, folded.
pub(super) fn places() -> &'static Set {
    &PLACES
}

/// Returns the sort of a noun, singular or plural, of either gender.
pub(super) fn sort(folded: &str) -> Option<Sort> {
    let nouns = &*NOUNS;
    let look = |word: &str| nouns.get(word).copied();
    look(folded).or_else(|| {
        let one = folded.strip_suffix('s')?;
        look(one).or_else(|| look(one.strip_suffix('e')?)).or_else(|| {
            let stem = one.strip_suffix('c')?;
            look(&format!("{stem}z"))
        })
    })
}

/// Whether a singular noun, folded, says what somebody does for a living.
pub(super) fn is_trade(folded: &str) -> bool {
    TRADES.contains(folded)
}

/// Whether a word is in a section of `groups.txt`.
pub(super) fn within(section: &str, folded: &str) -> bool {
    GROUPS.get(section).is_some_and(|words| words.contains(folded))
}

/// Whether a verb form is as likely a noun or an adjective.
pub(super) fn homograph(low: &str) -> bool {
    HOMOGRAPHS.contains(low)
}

/// Returns the sections of a list, `[name]` before their words; `#` begins a comment.
pub(super) fn sections(
    text: &'static str,
) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    text.split("\n[").skip(1).filter_map(|section| {
        let (name, body) = section.split_once(']')?;
        let lines = body.lines().filter(|line| !line.starts_with('#'));
        Some((name, lines.flat_map(str::split_whitespace)))
    })
}
