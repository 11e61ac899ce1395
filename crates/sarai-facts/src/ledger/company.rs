//! With whom somebody lives: who moves out lives with those no more.

use sarai_core::fact::{Fact, FactStatus};

use crate::claim::{Claim, Effect};
use crate::fold::fold;
use crate::{naming, relations};

/// How words for those begin whom people move away from, folded.
const LEFT_BEHIND: &[&str] = &[
    "padre",
    "madre",
    "papa",
    "mama",
    "viejo",
    "vieja",
    "abuel",
    "yayo",
    "yaya",
    "tio",
    "tia",
    "suegr",
    "companer",
    "roomie",
    "roommate",
    "flatmate",
    "housemate",
    "parent",
    "mum",
    "mom",
    "dad",
    "folks",
    "gran",
    "nan",
    "aunt",
    "uncle",
    "ex",
    "amig",
    "friend",
    "coleg",
    "prim",
    "cousin",
    "famili",
];

/// Words for homes where one lives with nobody of one's own, folded.
const ASYLUMS: &[&str] = &["residencia", "asilo", "geriatrico", "hogar", "internado", "care"];

/// Returns whether the claim may end that somebody lives with others.
pub(super) fn concerns(claim: &Claim) -> bool {
    lives_alone(claim) || moves(claim)
}

/// Returns whether the claim ends the company that the fact tells.
pub(super) fn ends(claim: &Claim, fact: &Fact) -> bool {
    if relations::group(&fact.relation).is_none_or(|group| group.name != "company") {
        return false;
    }
    let object = fold(&fact.object);
    let left = |word: &str| LEFT_BEHIND.iter().any(|stem| word.starts_with(stem));
    let shared = fact.relation.starts_with("compartir") || fact.relation.starts_with("share");
    let asylum =
        naming::words(&claim.object.name).iter().any(|word| ASYLUMS.contains(&word.as_str()));
    lives_alone(claim) || moves(claim) && (shared || asylum || object.split(' ').any(left))
}

/// Returns whether the claim says that somebody lives with nobody.
fn lives_alone(claim: &Claim) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let words = naming::words(&claim.object.name);
    let alone = |word: &String| ["solo", "sola", "alone", "own"].contains(&word.as_str());
    matches!(verb, "vivir" | "live") && !claim.negated && words.iter().any(alone)
}

/// Returns whether the claim says where one person lives from now on.
fn moves(claim: &Claim) -> bool {
    let home = relations::group(&claim.relation).is_some_and(|group| group.name == "home");
    home && claim.effect == (Effect::Replace { old: None })
        && claim.status == FactStatus::Current
        && !claim.negated
        && claim.subject.name != super::rules::SPEAKERS
}
