//! Couples: who goes out with whom, and who parts.

use sarai_core::fact::FactStatus;

use super::Scene;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::spanish::phrases::{Form, Phrase};
use crate::spanish::subjects::Cast;

/// Verbs that two say of each other when they part.
const PARTING: &[&str] =
    &["romper", "cortar", "terminar", "acabar", "separar", "divorciar", "dejar", "pelear"];

/// `lo dejé con Pablo`, `Rubén y yo rompimos`, `estoy de novia con Facundo`.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    parted(scene, cast).or_else(|| together(scene, cast))
}

fn parted(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let both = scene.all().find(|phrase| {
        phrase.bare()
            && phrase.parties.len() == 2
            && phrase.parties.iter().any(|party| party.kind == Kind::Speaker || party.name == "yo")
    });
    let others = both.map(|both| {
        let other = |party: &&Party| party.kind != Kind::Speaker && party.name != "yo";
        both.parties.iter().filter(other).cloned().collect::<Vec<Party>>()
    });
    let joined =
        scene.after.iter().any(|phrase| matches!(phrase.head.as_str(), "juntos" | "juntas"));
    if group.is(&["estar"]) && scene.negated() && joined {
        let mut found = each(scene, &[Party::speaker()], "romper_con", &others?, FactStatus::Past);
        for claim in &mut found {
            (claim.negated, claim.effect) = (false, Effect::Add);
        }
        return Some(found);
    }
    if let Some(found) = abandoned(scene, cast).or_else(|| over(scene)) {
        return Some(found);
    }
    let left = group.is(&["dejar"]) && group.has("lo");
    if !group.is(PARTING) || group.is(&["dejar"]) && !left || scene.negated() {
        return None;
    }
    if let Some(phrase) = scene.after.iter().find(|phrase| left && is_person_with(phrase)) {
        let subjects = super::agents::subjects(scene, cast, &[])?;
        return Some(each(scene, &subjects, "romper_con", &phrase.parties, FactStatus::Past));
    }
    let alone = scene.after.iter().all(|phrase| matches!(phrase.form, Form::Time | Form::Adverb));
    let others = others?;
    let person = others.iter().all(|party| party.kind != Kind::Quantity);
    let told = (alone || left) && person && group.person(1, true);
    told.then(|| each(scene, &[Party::speaker()], "romper_con", &others, FactStatus::Past))
}

/// `lo de Iván se acabó`, `con la Fernanda terminamos`.
fn over(scene: &Scene<'_>) -> Option<Vec<Claim>> {
    let group = scene.group();
    if !group.is(PARTING)
        || scene.negated()
        || scene.status() == FactStatus::Planned && !group.person(1, true)
    {
        return None;
    }
    let named = |phrase: &&Phrase| {
        phrase.form == Form::Noun
            && phrase.parties.iter().all(|party| {
                let name = party.name.strip_prefix("de ").unwrap_or(&party.name);
                party.kind == Kind::Person
                    || crate::spanish::lists::names().contains_key(&crate::fold::fold(name))
            })
    };
    let matter = scene.before.iter().filter(named).find(|phrase| {
        group.has("se") && phrase.parties.iter().any(|party| party.name.starts_with("de "))
            || group.person(1, true) && phrase.with("con")
    })?;
    let bare = |party: &Party| Party {
        name: party.name.strip_prefix("de ").unwrap_or(&party.name).to_owned(),
        kind: Kind::Person,
        ..party.clone()
    };
    let others: Vec<Party> = matter.parties.iter().map(bare).collect();
    let mut found = each(scene, &[Party::speaker()], "romper_con", &others, FactStatus::Past);
    for claim in &mut found {
        claim.status = FactStatus::Past;
        claim.when = None;
    }
    Some(found)
}

/// `Paula me dejó`, `mi novio cortó conmigo`.
fn abandoned(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let said = |phrase: &Phrase| matches!(phrase.form, Form::Noun | Form::Action);
    let with_me = scene
        .after
        .iter()
        .any(|phrase| phrase.head == "conmigo" || phrase.with("con") && phrase.head == "yo");
    let left = group.is(&["dejar"]) && group.has("me") && !group.has("lo");
    let past = scene.status() == FactStatus::Past;
    let fits = (left || group.is(PARTING) && with_me)
        && past
        && !scene.negated()
        && group.person(3, false)
        && !scene.after.iter().any(said);
    let subjects = fits.then(|| super::agents::subjects(scene, cast, &[])).flatten()?;
    let person = subjects.iter().all(|party| party.kind == Kind::Person);
    person.then(|| each(scene, &[Party::speaker()], "romper_con", &subjects, FactStatus::Past))
}

/// `estoy de novia con Facundo`, `se puso de novio con Ana`.
fn together(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let courting = scene.after.iter().any(|phrase| {
        phrase.with("de") && matches!(phrase.head.as_str(), "novio" | "novia" | "novios")
    });
    if !group.is(&["estar", "poner", "andar"]) || !courting {
        return None;
    }
    let phrase = scene.after.iter().find(|phrase| is_person_with(phrase))?;
    let parties = phrase.parties.clone();
    let subjects = super::agents::subjects(scene, cast, &[])?;
    let mut found = each(scene, &subjects, "salir_con", &parties, FactStatus::Current);
    for claim in &mut found {
        claim.effect =
            if claim.negated { claim.effect.clone() } else { Effect::Replace { old: None } };
    }
    Some(found)
}

fn is_person_with(phrase: &Phrase) -> bool {
    phrase.with("con")
        && phrase.form == Form::Noun
        && phrase.parties.iter().all(|party| party.kind != Kind::Quantity)
}

fn each(
    scene: &Scene<'_>,
    subjects: &[Party],
    relation: &str,
    objects: &[Party],
    status: FactStatus,
) -> Vec<Claim> {
    let pairs = subjects.iter().flat_map(|subject| objects.iter().map(move |to| (subject, to)));
    let told = |(subject, object): (&Party, &Party)| {
        let mut claim = scene.claim(subject.clone(), relation.to_owned(), object.clone());
        if claim.status != FactStatus::Planned {
            claim.status = status;
        }
        claim
    };
    pairs.map(told).collect()
}
