//! States that other words end: who was discharged is in hospital no more, who died lives nowhere.

use sarai_core::fact::{Fact, FactStatus};

use super::compare;
use super::resolve::{self, Cast};
use crate::claim::{Claim, Effect};
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::{naming, relations};

/// Groups of what holds of the living only.
const OF_THE_LIVING: &[&str] = &[
    "home", "place", "work", "trade", "study", "school", "state", "company", "romance", "driving",
    "renting",
];

/// Groups of what a state is told with.
const TOLD_WITH: &[&str] = &["state", "being", "place", "having", "company"];

/// Verbs that tell a state too, with or without a preposition.
const STATIVE: &[&str] = &["estar", "andar", "seguir", "quedar", "be"];

/// What is said of who expects a child, folded.
const EXPECTING: &[&str] = &["embarazada", "pregnant"];

/// Verbs after which somebody has what they did not have.
const ACQUIRING: &[&str] =
    &["comprar", "adquirir", "sacar", "conseguir", "obtener", "adoptar", "buy", "get", "adopt"];

/// How many facts of somebody else are looked through.
const FACTS_MAX: usize = 64;

/// How many facts of who expects a child are looked through.
const EXPECTING_MAX: usize = 8;

/// Returns whether the claim can end states of its subject.
pub(super) fn ends(claim: &Claim) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    is_told(claim)
        && (is_death(claim) || !ended_stems(claim).is_empty() || ACQUIRING.contains(&verb))
}

/// Returns whether the claim ends the state that the fact, of the same subject, tells.
pub(super) fn passes(claim: &Claim, fact: &Fact) -> bool {
    if !is_told(claim) || fact.negated {
        return acquires(claim, fact);
    }
    if fact.status != FactStatus::Current {
        return false;
    }
    let group = relations::group(&fact.relation).map(|group| group.name);
    if is_death(claim) && group.is_some_and(|group| OF_THE_LIVING.contains(&group)) {
        return true;
    }
    let verb = fact.relation.split('_').next().unwrap_or_default();
    let tells = group.is_some_and(|group| TOLD_WITH.contains(&group)) || STATIVE.contains(&verb);
    let said = format!(" {} {}", fact.relation.replace('_', " "), fold(&fact.object));
    let stated = |stem: &&str| said.contains(&format!(" {stem}"));
    let is_own = fact.relation == claim.relation && fact.object == claim.object.name;
    let stems = ended_stems(claim);
    (tells || stems.contains(&verb)) && !is_own && stems.iter().any(stated)
}

/// Returns the facts of others that the claim ends: of who was a couple's other half, of who gave
/// birth, of who lived with somebody that left.
pub(super) fn undone(cast: &Cast, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let claim = &cast.claim;
    let mut found = delivered(claim, known)?;
    if is_told(claim) && relations::parts(&claim.relation) {
        for fact in known.about(&claim.object.name, FACTS_MAX)? {
            let named = relations::group(&fact.relation)
                .is_some_and(|group| matches!(group.name, "name" | "being"));
            let partner = relations::is_partner(&fact.subject);
            if named && partner && naming::is_proper(&fact.object) {
                found.push(fact);
            }
        }
    }
    if is_told(claim) && leaves_home(claim) {
        for fact in known.with_object(&claim.subject.name, FACTS_MAX)? {
            if relations::group(&fact.relation).is_some_and(|group| group.name == "company") {
                found.push(fact);
            }
        }
    }
    if let Some(other) = successor(claim).and_then(relations::counterpart) {
        for fact in known.about(&other, FACTS_MAX)? {
            let named = relations::group(&fact.relation)
                .is_some_and(|group| matches!(group.name, "name" | "being"));
            if named && naming::is_proper(&fact.object) {
                found.push(fact);
            }
        }
    }
    found.retain(|fact| fact.status == FactStatus::Current && !fact.negated);
    Ok(found)
}

/// Returns whether the fact denies that the subject has what it got now: `no tengo coche`.
fn acquires(claim: &Claim, fact: &Fact) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    is_told(claim)
        && ACQUIRING.contains(&verb)
        && fact.negated
        && fact.status == FactStatus::Current
        && relations::group(&fact.relation).is_some_and(|group| group.name == "having")
        && compare::within(&fact.object, &claim.object.name)
}

/// Returns whether somebody moves out: `mi ex se mudó`, `Ana se fue de casa`.
fn leaves_home(claim: &Claim) -> bool {
    let unsaid = ["sí", "yes"].contains(&claim.object.name.as_str());
    let moves =
        matches!(claim.relation.as_str(), "mudar" | "mudarse" | "ir" | "marchar" | "move_out");
    let home = ["casa", "piso", "home", "residencia"]
        .iter()
        .any(|place| naming::words(&claim.object.name).iter().any(|word| word == place));
    !resolve::is_speaker(&claim.subject)
        && (unsaid && moves && claim.status == FactStatus::Past
            || home
                && matches!(claim.relation.as_str(), "ir_de" | "ir_a" | "marchar_de" | "mudar_a"))
}

/// Returns the post that somebody new has now: `ahora mi jefa es Rocío`.
fn successor(claim: &Claim) -> Option<&str> {
    let names = relations::group(&claim.relation)
        .is_some_and(|group| matches!(group.name, "name" | "being"));
    let follows = matches!(claim.effect, Effect::Replace { old: None });
    let role = &claim.subject.name;
    (names && follows && naming::is_proper(&claim.object.name) && relations::is_post(role))
        .then_some(role.as_str())
}

/// Returns the facts that somebody expects a child, when the claim tells its birth and only one
/// person can be meant.
fn delivered(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let born = matches!(verb, "nacer" | "be_born" | "bear") && is_told(claim);
    let mut found = Vec::new();
    for word in EXPECTING.iter().filter(|_| born) {
        found.extend(known.mentioning(word, EXPECTING_MAX)?);
    }
    found.retain(|fact| fact.status == FactStatus::Current && !fact.negated);
    if found.len() > 1 {
        found.clear();
    }
    Ok(found)
}

fn is_told(claim: &Claim) -> bool {
    !claim.negated && claim.status != FactStatus::Planned
}

fn is_death(claim: &Claim) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let passed = claim.relation == "pass_away";
    let hurts = claim.relation.contains('_') && !passed;
    (matches!(verb, "morir" | "fallecer" | "die") && !hurts || passed)
        && claim.status == FactStatus::Past
}

fn ended_stems(claim: &Claim) -> Vec<&'static str> {
    relations::states_ended(&claim.relation, &fold(&claim.object.name))
}
