//! Who does what a verb tells: said before or after it, or known from before.

use super::Scene;
use super::behind::behind;
use super::objects::{gap, owned};
use crate::claim::{Kind, Number, Party};
use crate::spanish::clauses::Link;
use crate::spanish::lists::within;
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

/// Finds the subjects of a clause; `None` when they cannot be told.
pub(super) fn subjects(scene: &Scene<'_>, cast: &mut Cast, taken: &[usize]) -> Option<Vec<Party>> {
    let group = scene.group();
    let third = group.person(3, false) || group.person(3, true);
    let first = group.person(1, false) || group.person(1, true);
    if !third && !first {
        return None;
    }
    let said = |phrases: &[Phrase]| -> Option<Vec<Party>> {
        phrases
            .iter()
            .find(|phrase| {
                phrase.bare()
                    && !taken.contains(&phrase.words.start)
                    && matches!(phrase.form, Form::Noun | Form::Pronoun)
                    && candidate(phrase)
            })
            .map(|phrase| phrase.parties.clone())
    };
    let speaker = || vec![if group.person(1, false) { Party::speaker() } else { we() }];
    if first && !third {
        let with_me =
            said(&scene.before).filter(|parties| parties.len() > 1 && group.person(1, true));
        cast.speaker_last = true;
        return Some(if with_me.is_some() { vec![we()] } else { speaker() });
    }
    if owned(scene) {
        let owner = scene.antecedent.as_ref()?;
        let of =
            |party: Party| Party { name: format!("{} de {}", party.name, owner.name), ..party };
        return said(&scene.before).map(|parties| parties.into_iter().map(of).collect());
    }
    if scene.clause.link == Link::Relative && gap(scene).is_none() {
        return scene.antecedent.clone().map(|party| vec![party]);
    }
    if let Some(parties) = said(&scene.before) {
        let resolved: Vec<Party> =
            parties.into_iter().filter_map(|party| resolved(party, cast)).collect();
        return (!resolved.is_empty()).then_some(resolved);
    }
    if let Some(parties) = behind(scene, taken) {
        return Some(parties);
    }
    if first && (!cast.told || cast.speaker_last) {
        return Some(speaker());
    }
    let plural = !group.person(3, false);
    if let Some(affected) = affected(scene, cast, plural) {
        return Some(affected);
    }
    cast.third(None, Some(plural))
}

fn we() -> Party {
    Party { kind: Kind::Person, number: Some(Number::Plural), ..Party::named("nosotros") }
}

/// Words before a verb that are no subject: `nada`, `eso`.
fn candidate(phrase: &Phrase) -> bool {
    let called = phrase.opening == Opening::Bare
        && phrase.parties.len() == 1
        && within("calling", &phrase.head);
    !called
        && !matches!(phrase.head.as_str(), "nada" | "que" | "ya" | "uno" | "tu" | "vos" | "usted")
}

/// A pronoun stands for who was spoken of.
fn resolved(party: Party, cast: &Cast) -> Option<Party> {
    let folded = crate::fold::fold(&party.name);
    match folded.as_str() {
        "el" | "ella" => cast.third(party.gender, Some(false))?.into_iter().next(),
        "ellos" | "ellas" => cast.third(None, Some(true))?.into_iter().next(),
        _ if folded.starts_with("de ") => {
            let last = cast.third(None, Some(false)).and_then(|last| last.into_iter().next());
            let head = last.as_ref().and_then(|last| last.name.split(' ').next());
            let name = head.map_or(party.name.clone(), |head| format!("{head} {}", party.name));
            Some(Party { name, ..party })
        }
        "mayor" | "menor" | "pequeno" | "pequena" | "mediano" | "mediana" => {
            Some(match cast.kin() {
                Some(kin) => {
                    let noun = kin.name.rsplit(' ').next().unwrap_or_default();
                    let noun = noun.strip_suffix('s').unwrap_or(noun);
                    let name = format!("{noun} {}", party.name);
                    Party { name, kind: Kind::Person, ..party }
                }
                None => cast.ending(&folded).unwrap_or(party),
            })
        }
        _ if folded.starts_with("de ") || folded.starts_with("del ") => {
            Some(cast.ending(&folded).unwrap_or(party))
        }
        "este" | "ese" | "esta" | "esa" | "eso" | "esto" | "aquello" | "alguien" | "nadie"
        | "todo" | "algo" => None,
        _ => Some(party),
    }
}

/// Whom something is done to by nobody in particular: `me operan el viernes`, `le pusieron puntos`.
fn affected(scene: &Scene<'_>, cast: &Cast, plural: bool) -> Option<Vec<Party>> {
    let group = scene.group();
    let given = scene
        .all()
        .find(|phrase| phrase.with("a") && matches!(phrase.form, Form::Noun))
        .map(|phrase| phrase.parties.clone());
    if !plural {
        return None;
    }
    if group.has("me") {
        return Some(vec![Party::speaker()]);
    }
    if group.has("nos") {
        return Some(vec![we()]);
    }
    let dative = group.has("le") || group.has("les") || group.has("lo") || group.has("la");
    dative.then(|| given.or_else(|| cast.third(None, Some(group.has("les"))))).flatten()
}
