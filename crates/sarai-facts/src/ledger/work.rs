//! What somebody does for a living: when it is said anew, and when it is over.

use sarai_core::fact::{Fact, FactStatus};

use super::compare::Class;
use super::rules::{class, is_current};
use crate::claim::{Claim, Effect, Kind};
use crate::{naming, relations};

/// Returns whether the claim says what somebody is by trade from now on: `ahora es conductor`.
pub(super) fn renews_work(claim: &Claim) -> bool {
    let trade = relations::group(&claim.relation).is_some_and(|group| match group.name {
        "being" => {
            claim.object.kind == Kind::Person
                && !naming::is_proper(&claim.object.name)
                && !relations::is_role(&claim.object.name)
                && class(claim) == Class::Other
        }
        "trade" => true,
        _ => false,
    });
    let replaces = claim.effect == Effect::Replace { old: None };
    trade && replaces && !claim.negated && claim.status == FactStatus::Current
}

/// Returns whether the claim says that somebody works no more: `mi padre se ha jubilado`.
pub(super) fn is_retirement(claim: &Claim) -> bool {
    let unsaid = ["sí", "yes", "*", "retired"].contains(&claim.object.name.as_str())
        || class(claim) == Class::Time;
    let retired = ["be", "ser", "estar"].contains(&claim.relation.as_str())
        && ["retired", "jubilado", "jubilada"].contains(&claim.object.name.as_str());
    (relations::retires(&claim.relation) || retired)
        && unsaid
        && !claim.negated
        && claim.status != FactStatus::Planned
}

pub(super) fn is_work(fact: &Fact) -> bool {
    relations::group(&fact.relation).is_some_and(|group| matches!(group.name, "work" | "trade"))
        || is_trade(fact)
}

/// Returns whether a claim of what somebody does now ends what they did, told in other words:
/// `trabaja de camarera`, `ahora es cocinera`.
pub(super) fn changes_trade(claim: &Claim, fact: &Fact) -> bool {
    let group = |relation: &str| relations::group(relation).map(|group| group.name);
    let replaces = claim.effect == (Effect::Replace { old: None }) && !claim.negated;
    replaces
        && is_current(fact)
        && group(&claim.relation) == Some("being")
        && group(&fact.relation) == Some("trade")
        && class(claim) == Class::Other
}

/// Returns whether the fact tells a trade by what is done in it: `teach_at | school`,
/// `drive | lorries`.
fn is_trade(fact: &Fact) -> bool {
    let verb = fact.relation.split('_').next().unwrap_or_default();
    let vehicle = || {
        naming::words(&fact.object).iter().any(|word| {
            ["bus", "autobús", "taxi", "cab", "camión", "camiones", "train", "tren", "tram"]
                .contains(&word.as_str())
                || ["lorr", "truck", "coach", "camion"].iter().any(|stem| word.starts_with(stem))
        })
    };
    match verb {
        "teach" | "enseñar" => true,
        "drive" | "conducir" | "manejar" => vehicle(),
        _ => false,
    }
}
