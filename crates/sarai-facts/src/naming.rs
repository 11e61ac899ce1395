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

/// Words for somebody of whom nothing is known, folded.
const NOBODY: &[&str] =
    &["someone", "somebody", "alguien", "uno", "una", "one", "persona", "person"];

/// The longest abbreviation that stands for a thing or a role: `PIN`, `GP`, `IBAN`.
const ABBREVIATION_LETTERS_MAX: usize = 4;

/// Returns whether `name` is a proper name: its first word but for titles, and every word that
/// carries meaning, begins with a capital.
pub fn is_proper(name: &str) -> bool {
    if is_abbreviation(name) {
        return false;
    }
    let capital =
        |word: &str| word.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase);
    let mut words = name.split_whitespace().skip_while(|word| TITLES.contains(word));
    words.next().is_some_and(capital) && words.all(|word| LINKS.contains(&word) || capital(word))
}

fn is_abbreviation(name: &str) -> bool {
    (2..=ABBREVIATION_LETTERS_MAX).contains(&name.chars().count())
        && name.chars().all(char::is_uppercase)
}

/// Returns the best name of `entity`: its role and its proper name, each the first it was given,
/// and the one it was first called by when both would be too long.
pub fn label(entity: &Entity) -> String {
    let first = |proper: bool| entity.names.iter().find(|name| is_proper(name) == proper);
    let (Some(role), Some(name)) = (first(false), first(true)) else {
        return entity.name.clone();
    };
    if NOBODY.contains(&fold(role).as_str()) {
        return name.clone();
    }
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

#[cfg(test)]
mod tests {
    use super::{is_proper, label};
    use crate::claim::Kind;
    use crate::lookup::{Entity, EntityId};

    #[track_caller]
    fn check(names: &[&str], shown: &str) {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let name = names[0].clone();
        let entity =
            Entity { id: EntityId(1), name, names, kind: Kind::Thing, gender: None, number: None };
        assert_eq!(label(&entity), shown);
    }

    #[test]
    fn role_and_name_are_shown_together_when_short() {
        check(&["hermana"], "hermana");
        check(&["Lucía"], "Lucía");
        check(&["hermana", "Lucía"], "hermana Lucía");
        check(&["Lucía", "hermana"], "hermana Lucía");
        check(&["profesora de inglés", "Brenda"], "profesora de inglés Brenda");
        check(&["médico de cabecera", "Juan Pérez"], "médico de cabecera");
        check(&["hermana Lucía", "Lucía"], "hermana Lucía");
        check(&["dentista", "doctora Quiroga"], "dentista doctora Quiroga");
        check(&["GP", "Ruiz"], "GP Ruiz");
        check(&["someone", "Mateus"], "Mateus");
    }

    #[test]
    fn a_proper_name_begins_with_a_capital() {
        for name in ["Lucía", "Ana de la Torre", "doctora Quiroga", "L'Hospitalet", "¡Ana"] {
            assert!(is_proper(name), "{name}");
        }
        for name in
            ["hermana", "de Vigo", "hermana de Ana", "doctora", "", "GP", "2580", "PIN de alarma"]
        {
            assert!(!is_proper(name), "{name}");
        }
    }
}
