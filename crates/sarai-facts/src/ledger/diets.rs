//! What somebody eats and what they call themselves for it: who is vegetarian eats no meat.

use sarai_core::fact::{Fact, FactStatus};

use super::rules;
use crate::claim::Claim;
use crate::fold::fold;
use crate::relations;

/// How words for meat and fish begin, folded.
const MEATS: &[&str] = &[
    "carne",
    "pescado",
    "pollo",
    "ternera",
    "cerdo",
    "jamon",
    "chorizo",
    "cordero",
    "vaca",
    "res",
    "pavo",
    "marisco",
    "asado",
    "bistec",
    "filete",
    "hamburguesa",
    "embutido",
    "atun",
    "salmon",
    "meat",
    "fish",
    "chicken",
    "beef",
    "pork",
    "ham",
    "bacon",
    "steak",
    "lamb",
    "turkey",
    "burger",
];

/// Verbs that tell what somebody eats.
const EATING: &[&str] = &["comer", "cenar", "almorzar", "desayunar", "tomar", "eat", "have"];

/// Returns whether the claim can end what is told of a diet.
pub(super) fn concerns(claim: &Claim) -> bool {
    told(claim)
        && (forgoes(&claim.relation, &claim.object.name)
            || eats(&claim.relation, &claim.object.name))
}

/// Returns whether the claim and the fact of the same person exclude each other.
pub(super) fn ends(claim: &Claim, fact: &Fact) -> bool {
    let (relation, object) = (&claim.relation, &claim.object.name);
    told(claim)
        && rules::is_current(fact)
        && (forgoes(relation, object) && eats(&fact.relation, &fact.object)
            || eats(relation, object) && forgoes(&fact.relation, &fact.object))
}

fn told(claim: &Claim) -> bool {
    !claim.negated && claim.status == FactStatus::Current
}

fn forgoes(relation: &str, object: &str) -> bool {
    let being = relations::group(relation).is_some_and(|group| group.name == "being");
    let folded = fold(object);
    being && ["vegetarian", "vegan"].iter().any(|stem| folded.starts_with(stem))
}

fn eats(relation: &str, object: &str) -> bool {
    let verb = relation.split('_').next().unwrap_or_default();
    let folded = fold(object);
    EATING.contains(&verb)
        && folded.split(' ').any(|word| MEATS.contains(&word.strip_suffix('s').unwrap_or(word)))
}
