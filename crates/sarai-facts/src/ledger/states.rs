//! States that other words end: who was discharged is in hospital no more, who died lives nowhere.

use sarai_core::fact::{Fact, FactStatus};

use crate::claim::Claim;
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::relations;

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

/// How many facts of who expects a child are looked through.
const EXPECTING_MAX: usize = 8;

/// Returns whether the claim can end states of its subject.
pub(super) fn ends(claim: &Claim) -> bool {
    is_told(claim) && (is_death(claim) || !ended_stems(claim).is_empty())
}

/// Returns whether the claim ends the state that the fact, of the same subject, tells.
pub(super) fn passes(claim: &Claim, fact: &Fact) -> bool {
    if !is_told(claim) || fact.negated {
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
    tells && !is_own && ended_stems(claim).iter().any(stated)
}

/// Returns the facts that somebody expects a child, when the claim tells its birth and only one
/// person can be meant.
pub(super) fn delivered(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
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
