//! Who is called what.

use sarai_core::fact::FactStatus;

use super::{Scene, agents};
use crate::claim::{Claim, Party};
use crate::spanish::clauses::Link;
use crate::spanish::lists;
use crate::spanish::phrases::{self, Form, Opening};
use crate::spanish::subjects::Cast;

/// `me llamo Ana`, `a mi abuela le decimos Chonita`, `se apellida Ruiz`.
pub(super) fn named(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let nickname = group.is(&["llamar", "decir", "apodar"])
        && (group.has("le") || group.has("lo") || group.has("la") || group.has("les"))
        && (group.person(1, true) || group.person(3, true));
    if let Some(found) = christened(scene, cast) {
        return Some(found);
    }
    let own = group.is(&["llamar", "apellidar", "apodar"])
        && (group.has("me") && group.person(1, false)
            || group.has("se") && group.person(3, false)
            || group.has("se") && group.person(3, true));
    let mine = group.is(&["llamar", "decir"]) && group.has("me") && group.person(3, true);
    if !nickname && !own && !mine {
        return None;
    }
    let object =
        scene.after.iter().find(|phrase| phrase.bare() && matches!(phrase.form, Form::Noun))?;
    let subjects = if mine {
        vec![Party::speaker()]
    } else if nickname {
        let told = scene.all().find(|phrase| phrase.with("a") && phrase.form == Form::Noun);
        told.map_or_else(
            || cast.third(None, None).unwrap_or_default(),
            |phrase| phrase.parties.clone(),
        )
    } else {
        let silent = scene
            .before
            .iter()
            .all(|phrase| !phrase.bare() || !matches!(phrase.form, Form::Noun | Form::Pronoun));
        let introduced = cast.introduced().filter(|_| {
            silent
                && own
                && group.has("se")
                && scene.antecedent.is_none()
                && scene.clause.link == Link::Free
                && group.person(3, false)
        });
        match introduced {
            Some(parties) => parties,
            None => agents::subjects(scene, cast, &[object.words.start])?,
        }
    };
    let relation = if group.is(&["apellidar"]) { "apellidar" } else { "llamarse" };
    let mut found = Vec::new();
    let pairs = subjects.len() > 1 && subjects.len() == object.parties.len();
    for (at, subject) in subjects.iter().enumerate() {
        let parties = if pairs { &object.parties[at..=at] } else { &object.parties[..] };
        for party in parties {
            let name = [party.name.clone(), party.also.join(" ")].join(" ");
            let mut party = party.clone();
            party.name = phrases::capitalised(name.trim());
            party.also.clear();
            found.push(scene.claim(subject.clone(), relation.to_owned(), party));
        }
    }
    cast.saw(subjects);
    Some(found)
}

/// `le pusimos Toby al perro`, `a mi gata le puse Nieve`, `la bautizamos Luna`.
fn christened(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let put = group.is(&["poner"]) && (group.has("le") || group.has("les"));
    let baptised = group.is(&["bautizar"]) && (group.has("lo") || group.has("la"));
    let name = scene.after.iter().find(|phrase| {
        (phrase.bare() || baptised && phrase.with("como"))
            && phrase.form == Form::Noun
            && phrase.opening == Opening::Bare
    })?;
    let party = name.parties.first()?;
    let proper = |party: &Party| {
        party.name.starts_with(char::is_uppercase)
            || lists::names().contains_key(&crate::fold::fold(&party.name))
    };
    // `le ha puesto Eliquis`: grown people are given medicines, not names.
    let treated = put
        && group.person(3, false)
        && !lists::names().contains_key(&crate::fold::fold(&party.name));
    if !(put || baptised) || treated || !proper(party) || scene.negated() {
        return None;
    }
    let named = scene.all().find(|phrase| phrase.with("a") && phrase.form == Form::Noun);
    let subjects = match named {
        Some(phrase) => phrase.parties.clone(),
        None => cast.introduced().or_else(|| cast.third(None, None))?,
    };
    let mut found = Vec::new();
    for subject in &subjects {
        let mut object = party.clone();
        object.name = phrases::capitalised(&object.name);
        let mut claim = scene.claim(subject.clone(), "llamarse".to_owned(), object);
        if claim.status == FactStatus::Past {
            (claim.status, claim.when) = (FactStatus::Current, None);
        }
        found.push(claim);
    }
    cast.saw(subjects);
    Some(found)
}
