//! From clauses to claims: who does what to whom, and when.

use crate::claim::{Claim, Gender, Kind, Number, Party};
use crate::fold::fold;
use crate::spanish::clauses::Link;
use crate::spanish::subjects::Cast;

mod agents;
mod behind;
mod copulas;
mod couples;
mod feelings;
mod idle;
mod meanings;
mod names;
mod objects;
mod patients;
mod scene;
mod shares;
mod shifts;

use idle::{generic, idle};
use meanings::{abroad, appointed, described, settled};
use names::named;
pub(super) use scene::Scene;

/// What is said where nothing but the verb is said: `mi tío vota`.
pub(super) const UNSAID: &str = "sí";

/// Reads the claims of a clause; leaves what it found out about its cast in `cast`. `None` when the
/// clause is understood and nothing of it is to be kept.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    if group.is(&["haber"]) || group.relation.starts_with("haber_") || idle(scene) {
        return None;
    }
    let found = told(scene, cast);
    let mut read = agents::subjects(scene, &mut cast.clone(), &[]).into_iter().flatten();
    let known = found.is_empty() && read.any(|subject| generic(scene, &subject));
    (!known).then_some(found)
}

fn told(scene: &Scene<'_>, cast: &mut Cast) -> Vec<Claim> {
    let group = scene.group();
    if group.is(&["presentar"]) {
        let people = scene
            .after
            .iter()
            .filter(|phrase| phrase.with("a"))
            .flat_map(|phrase| phrase.parties.clone());
        people.for_each(|party| cast.object(party));
    }
    if let Some(found) = feelings::claims(scene, cast) {
        return found;
    }
    if let Some(found) = couples::claims(scene, cast) {
        return found;
    }
    if copulas::fits(group) {
        return copulas::claims(scene, cast);
    }
    if let Some(found) = named(scene, cast) {
        return found;
    }
    if let Some(found) = appointed(scene, cast) {
        return found;
    }
    if let Some(found) = shifts::swapped(scene, cast) {
        return found;
    }
    if let Some(found) = patients::claims(scene, cast) {
        return found;
    }
    if let Some(found) = shifts::claims(scene, cast) {
        return found;
    }
    if let Some(found) = shares::claims(scene, cast) {
        return found;
    }
    let patient = meanings::treated(scene, cast);
    let roles = objects::roles(scene, cast);
    let Some(subjects) = roles.subjects else { return Vec::new() };
    if subjects.iter().all(|subject| generic(scene, subject)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for subject in &subjects {
        for (relation, object) in &roles.objects {
            found.push(scene.claim(subject.clone(), relation.clone(), object.clone()));
        }
    }
    // `la clave ha cambiado`: the new value says it.
    found.retain(|claim| {
        let mind = ["opinión", "idea", "planes"].contains(&claim.object.name.as_str());
        !(group.is(&["cambiar"]) && (claim.object.name == UNSAID || mind))
    });
    for claim in &mut found {
        meanings::unmattered(scene, claim);
        settled(scene, claim);
    }
    if found.iter().any(|claim| claim.relation == "dar_a_luz_a") {
        found.retain(|claim| claim.object.name != "luz");
    }
    found.extend(shifts::placed(scene, &found));
    shifts::goes_on(scene, cast, &found);
    meanings::substituted(scene, patient.as_ref(), &mut found);
    let aged: Vec<Claim> = found.iter_mut().filter_map(|claim| described(scene, claim)).collect();
    found.extend(aged);
    let abroad: Vec<Claim> = found.iter().filter_map(|claim| abroad(scene, claim)).collect();
    if group.is(&["llevar"]) && !abroad.is_empty() {
        return abroad;
    }
    found.extend(abroad);
    found
}

/// The words for an age or a count are kept short: `5 años`.
pub(super) fn tidy(party: &mut Party) {
    if party.name.is_empty() {
        UNSAID.clone_into(&mut party.name);
    }
}

/// Whether a party can be meant by a pronoun or a verb of this gender and number.
pub(super) fn agrees(party: &Party, gender: Option<Gender>, number: Option<Number>) -> bool {
    let gendered = gender.is_none() || party.gender.is_none() || party.gender == gender;
    let numbered = number.is_none() || party.number.is_none() || party.number == number;
    gendered && numbered && party.kind != Kind::Speaker && fold(&party.name) != "nosotros"
}

/// Whether a clause only serves another.
pub(super) fn aside(link: Link) -> bool {
    matches!(link, Link::If | Link::Asks | Link::When)
}
