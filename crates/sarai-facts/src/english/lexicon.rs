//! What is known of words by themselves: their class, their verb forms, names and their gender.

mod inflection;
mod lists;
mod people;
mod spelling;

use std::sync::LazyLock;

pub(super) use inflection::{Form, Inflection, irregular_form, verb_forms};
pub(super) use lists::{Lists, lines};
pub(super) use people::{
    gender_of, is_ambiguous_name, is_animal, is_given_name, is_group, is_kin, is_person, is_role,
};
pub(super) use spelling::{contraction, repaired, spelled_together};

/// The class of a word, as far as the word alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tag {
    /// `the`, `a`, `this`, `some`.
    Determiner,
    /// `my`, `her`.
    Possessive,
    /// `I`, `them`, `someone`.
    Pronoun,
    Preposition,
    /// `and`, `but`, `or`.
    And,
    /// `because`, `when`, `if`.
    Subordinator,
    /// `who`, `which`, `whose`.
    Relative,
    Not,
    Adverb,
    Modal,
    Be,
    Have,
    Do,
    /// `to`.
    To,
    /// `'s`, before it is known whether it is a genitive or a verb.
    Genitive,
    Number,
    Interjection,
    Mark,
    /// Nouns, adjectives, verbs and names.
    Open,
}

static WORDS: LazyLock<Lists> =
    LazyLock::new(|| Lists::of(include_str!("../../data/english/words.txt")));
static USAGE: LazyLock<Lists> =
    LazyLock::new(|| Lists::of(include_str!("../../data/english/usage.txt")));

/// Returns the class of a folded word.
pub(super) fn tag(lower: &str) -> Tag {
    let listed = WORDS.sections(lower).iter().find_map(|section| class(section));
    listed.unwrap_or_else(|| {
        if is_adverb_by_ending(lower) {
            Tag::Adverb
        } else if is_number(lower) {
            Tag::Number
        } else {
            Tag::Open
        }
    })
}

fn class(section: &str) -> Option<Tag> {
    Some(match section {
        "not" => Tag::Not,
        "to" => Tag::To,
        "genitive" => Tag::Genitive,
        "and" => Tag::And,
        "be" => Tag::Be,
        "have" => Tag::Have,
        "do" => Tag::Do,
        "modal" => Tag::Modal,
        "possessive" => Tag::Possessive,
        "determiner" => Tag::Determiner,
        "pronoun" => Tag::Pronoun,
        "preposition" => Tag::Preposition,
        "subordinator" => Tag::Subordinator,
        "relative" => Tag::Relative,
        "adverb" => Tag::Adverb,
        "interjection" => Tag::Interjection,
        "number" => Tag::Number,
        _ => return None,
    })
}

/// Returns whether a word is so common that a capital at the head of a sentence makes it no name.
pub(super) fn is_common(lower: &str) -> bool {
    let singular = lower.strip_suffix('s').unwrap_or(lower);
    WORDS.has("common", lower)
        || WORDS.has("common", singular)
        || is_kin(lower)
        || is_role(lower)
        || is_animal(lower)
        || is_adjective(lower)
}

fn is_adverb_by_ending(lower: &str) -> bool {
    lower.len() > 4 && lower.ends_with("ly") && !WORDS.has("no adverb", lower)
}

/// Returns whether a word is a number in digits or letters.
pub(super) fn is_number(lower: &str) -> bool {
    let bare = lower.trim_start_matches(['+', '£', '$', '€', '#']);
    bare.starts_with(|c: char| c.is_ascii_digit())
        || lower.split('-').all(|part| WORDS.has("number", part))
}

/// Returns whether a word says how somebody or something is.
pub(super) fn is_adjective(lower: &str) -> bool {
    WORDS.has("adjective", lower)
}

/// Returns whether a word is listed as having a property.
pub(super) fn is_listed(section: &str, lower: &str) -> bool {
    WORDS.has(section, lower)
}

/// Returns whether a verb, by its base form, is used in the way a section of the list names.
pub(super) fn is_used(section: &str, base: &str) -> bool {
    USAGE.has(section, base)
}

/// Returns whether a particle belongs to a verb: `give` and `up`.
pub(super) fn belongs(base: &str, particle: &str) -> bool {
    USAGE.sections(base).iter().any(|section| section.strip_prefix("with ") == Some(particle))
}
