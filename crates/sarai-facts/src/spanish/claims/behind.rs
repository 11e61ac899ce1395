//! Subjects that follow their verb.

use crate::claim::{Kind, Party};
use crate::spanish::claims::Scene;
use crate::spanish::claims::objects::gap;
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::phrases::{Form, Opening, Phrase};

/// A subject that follows its verb: `me la tejió mi abuela`, `allí vive mi prima`.
pub(super) fn behind(scene: &Scene<'_>, taken: &[usize]) -> Option<Vec<Party>> {
    const ARRIVING: &[&str] = &[
        "venir", "llegar", "morir", "nacer", "vivir", "jubilar", "pasar", "existir", "faltar",
        "celebrar", "entrar", "salir", "acabar", "romper", "caer", "trabajar", "volver", "empezar",
        "terminar", "fallecer", "aparecer", "visitar", "quedar", "caducar", "vencer",
    ];
    /// With `se`: `se ha cancelado la cena`.
    const MEDIAL: &[&str] = &[
        "cancelar",
        "suspender",
        "anular",
        "aplazar",
        "posponer",
        "retrasar",
        "adelantar",
        "romper",
        "estropear",
        "averiar",
        "fundir",
        "cerrar",
        "abrir",
        "mover",
        "cambiar",
        "escapar",
        "perder",
        "morir",
        "descomponer",
        "dañar",
        "malograr",
        "arruinar",
        "quemar",
        "pinchar",
        "ponchar",
        "reventar",
        "apagar",
        "agotar",
        "acabar",
        "atascar",
        "inundar",
        "caer",
    ];
    let group = scene.group();
    let plural = !group.person(3, false);
    let mut nouns = scene.after.iter().filter(|phrase| {
        phrase.form == Form::Noun && phrase.bare() && !taken.contains(&phrase.words.start)
    });
    let agreeing = |phrase: &&Phrase| {
        let named = phrase.parties.iter().all(|party| party.kind == Kind::Person) && !trade(phrase);
        phrase.plural() == plural && (phrase.opening != Opening::Bare || named)
    };
    let object_known = ["lo", "la", "los", "las"].into_iter().any(|clitic| group.has(clitic))
        || gap(scene).is_some();
    if object_known
        || (group.is(ARRIVING)
            && !group.is(&["pasar", "visitar", "romper", "acabar", "terminar", "empezar"]))
        || (group.is(ARRIVING) && group.has("se"))
        || (group.is(MEDIAL) && group.has("se") && cast_free(scene))
    {
        return nouns.find(agreeing).map(|phrase| phrase.parties.clone());
    }
    let person = |phrase: &&Phrase| {
        let known = phrase.parties.iter().all(|party| party.kind == Kind::Person);
        known
            && !trade(phrase)
            && (matches!(phrase.opening, Opening::Possessive | Opening::Bare))
            && phrase.plural() == plural
    };
    if group.is(&["tener", "ser", "hacer", "llevar"]) {
        return None;
    }
    nouns.find(person).map(|phrase| phrase.parties.clone())
}

/// Whether a phrase is a trade without an article, which does nothing: `estudia veterinaria`.
pub(super) fn trade(phrase: &Phrase) -> bool {
    phrase.opening == Opening::Bare && lists::sort(&phrase.head) == Some(Sort::Person)
}

/// Whether nothing is done to somebody: `se ha roto la pierna` is told of a person.
fn cast_free(scene: &Scene<'_>) -> bool {
    scene.after.iter().any(|phrase| {
        phrase.form == Form::Noun
            && phrase.bare()
            && matches!(phrase.opening, Opening::Definite | Opening::Possessive)
            && !within("body", &phrase.head)
    })
}
