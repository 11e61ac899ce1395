//! Words for people and animals, and given names.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lists::{Lists, lines};
use crate::claim::Gender;

static PEOPLE: LazyLock<Lists> =
    LazyLock::new(|| Lists::of(include_str!("../../../data/english/people.txt")));

/// Given names with the gender they mostly have.
static GENDERS: LazyLock<HashMap<&'static str, Option<Gender>>> = LazyLock::new(|| {
    let mut genders = HashMap::new();
    for (section, line) in lines(include_str!("../../../data/english/names.txt")) {
        let gender = match section {
            "feminine" => Some(Gender::Feminine),
            "masculine" => Some(Gender::Masculine),
            _ => None,
        };
        genders.extend(line.split_whitespace().map(|name| (name, gender)));
    }
    genders
});

pub(in crate::english) fn is_given_name(lower: &str) -> bool {
    GENDERS.contains_key(lower)
}

/// Returns whether a given name, written small, is as often another word.
pub(in crate::english) fn is_ambiguous_name(lower: &str) -> bool {
    PEOPLE.has("ambiguous name", lower)
}

/// Returns the gender of a word for a person or of a given name, when it has one.
pub(in crate::english) fn gender_of(lower: &str) -> Option<Gender> {
    let told = PEOPLE.sections(lower).iter().find_map(|section| match *section {
        "kin feminine" | "feminine" => Some(Gender::Feminine),
        "kin masculine" | "masculine" => Some(Gender::Masculine),
        _ => None,
    });
    told.or_else(|| GENDERS.get(lower).copied().flatten())
}

/// Returns whether a word is for somebody's relative.
pub(in crate::english) fn is_kin(lower: &str) -> bool {
    listed(lower, &["kin feminine", "kin masculine", "kin either"])
}

/// Returns whether a word is for a person by what they do or are to somebody.
pub(in crate::english) fn is_role(lower: &str) -> bool {
    const ENDINGS: &[&str] = &["ologist", "mate", "woman", "ician", "-worker"];
    listed(lower, &["person", "feminine", "masculine"])
        || (lower.len() > 5 && ENDINGS.iter().any(|end| lower.ends_with(end)))
}

pub(in crate::english) fn is_animal(lower: &str) -> bool {
    listed(lower, &["animal"])
}

pub(in crate::english) fn is_person(lower: &str) -> bool {
    is_kin(lower) || is_role(lower) || is_given_name(lower)
}

/// Returns whether a word is for several people.
pub(in crate::english) fn is_group(lower: &str) -> bool {
    PEOPLE.has("group", lower)
}

fn listed(lower: &str, sections: &[&str]) -> bool {
    let singular = lower.strip_suffix('s').unwrap_or(lower);
    [lower, singular].iter().any(|word| sections.iter().any(|section| PEOPLE.has(section, word)))
}
