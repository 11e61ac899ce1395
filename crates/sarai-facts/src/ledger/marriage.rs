//! What a marriage, a couple, or the end of one says of somebody who was told to be single.

use sarai_core::fact::{Fact, FactStatus};

use super::compare::{self, Class};
use crate::claim::{Claim, Kind};
use crate::fold::fold;
use crate::naming;
use crate::relations;

/// Returns whether the claim may change what was told of a marriage.
pub(super) fn concerns(claim: &Claim) -> bool {
    is_marriage(claim) || is_couple(claim)
}

/// Returns whether somebody's marriage, or its end, changes what the fact says.
pub(super) fn changes(claim: &Claim, fact: &Fact) -> bool {
    let parts =
        relations::ending(&claim.relation).is_some_and(|ending| ending.ends.contains(&"marriage"));
    let told = !claim.negated && claim.status != FactStatus::Planned;
    let becomes = compare::class(&claim.object.name, claim.object.kind) == Class::Civil
        && claim.status == FactStatus::Past;
    let concerned = is_marriage(claim) || parts || becomes;
    let current = fact.status == FactStatus::Current && !fact.negated;
    told && current
        && (concerned || is_couple(claim) && is_single(&fact.object))
        && compare::class(&fact.object, Kind::Thing) == Class::Civil
}

fn is_marriage(claim: &Claim) -> bool {
    relations::group(&claim.relation).is_some_and(|group| group.name == "marriage")
}

/// Returns whether the claim says with whom somebody is: `date | Alex`, `tener | novia`.
fn is_couple(claim: &Claim) -> bool {
    let name = relations::group(&claim.relation).map(|group| group.name);
    let object = &claim.object;
    let engaged = claim.relation.starts_with("get_engaged");
    match name {
        Some("romance") => object.kind == Kind::Person || naming::is_proper(&object.name),
        Some("having") => {
            let first = fold(object.name.split(' ').next_back().unwrap_or_default());
            ["novi", "pololo", "polola", "girlfriend", "boyfriend", "fiance", "partner"]
                .iter()
                .any(|stem| first.starts_with(stem))
        }
        _ => engaged,
    }
}

fn is_single(object: &str) -> bool {
    let folded = fold(object);
    ["solter", "single"].iter().any(|stem| folded.starts_with(stem))
}
