//! What somebody does for a living: what ends it, and what takes its place.

use sarai_core::fact::{Fact, FactStatus};

use super::compare::{self, Class};
use super::rules;
use crate::claim::{Claim, Effect, Kind};
use crate::lookup::{Facts, Lookup};
use crate::relations;
use crate::{fold, naming};

/// Words for when somebody works, folded.
const SHIFTS: &[&str] = &[
    "mananas",
    "manana",
    "tardes",
    "tarde",
    "noches",
    "noche",
    "madrugada",
    "madrugadas",
    "dias",
    "nocturno",
    "diurno",
    "matutino",
    "vespertino",
    "days",
    "nights",
    "mornings",
    "afternoons",
    "evenings",
    "earlies",
    "lates",
];

/// Words before those: `turno de noche`.
const SHIFT_HEADS: &[&str] = &["turno", "turnos", "horario", "jornada", "grupo", "shift", "shifts"];

/// Verbs that tell when somebody works, folded.
const SHIFT_VERBS: &[&str] = &[
    "ir", "estar", "trabajar", "currar", "laburar", "chambear", "hacer", "tener", "poner", "pasar",
    "cambiar", "mover", "entrar", "tocar", "rotar", "work", "be", "do", "have", "move", "put",
    "switch", "go",
];

/// How many facts of the subject are looked through, newest first.
const BEFORE_MAX: usize = 64;

/// Returns whether the claim may end or renew what somebody does for a living.
pub(super) fn concerns(claim: &Claim) -> bool {
    takes_up(claim) || is_retirement(claim) || gives_up(claim)
}

/// Returns whether the claim ends the work that the fact tells.
pub(super) fn ends(claim: &Claim, fact: &Fact) -> bool {
    is_retirement(claim) && is_living(fact)
        || gives_up(claim)
            && is_living(fact)
            && (compare::within(&claim.object.name, &fact.object)
                || compare::within(&fact.object, &claim.object.name))
}

/// Returns whether the claim says that somebody leaves a trade: `dejé lo de repartidor`.
fn gives_up(claim: &Claim) -> bool {
    let head = fold::fold(&claim.object.name);
    matches!(claim.relation.as_str(), "dejar" | "abandonar" | "colgar")
        && !claim.negated
        && claim.status != FactStatus::Planned
        && crate::spanish::is_trade(head.split(' ').next().unwrap_or_default())
}

/// Returns whether the claim tells of other work than the fact of the same person.
pub(super) fn renews(claim: &Claim, fact: &Fact) -> bool {
    takes_up(claim) && is_work(fact)
}

/// Returns whether the claim says what somebody is by trade from now on: `ahora es conductor`.
fn takes_up(claim: &Claim) -> bool {
    let trade = relations::group(&claim.relation).is_some_and(|group| match group.name {
        "being" => {
            claim.object.kind == Kind::Person
                && !naming::is_proper(&claim.object.name)
                && !relations::is_role(&claim.object.name)
                && rules::class(claim) == Class::Other
        }
        "trade" => true,
        _ => false,
    });
    let replaces = claim.effect == Effect::Replace { old: None };
    trade && replaces && !claim.negated && claim.status == FactStatus::Current
}

/// Returns whether the claim says that somebody works no more: `mi padre se ha jubilado`.
fn is_retirement(claim: &Claim) -> bool {
    let unsaid = ["sí", "yes", "*", "retired"].contains(&claim.object.name.as_str())
        || rules::class(claim) == Class::Time;
    let retired = ["be", "ser", "estar"].contains(&claim.relation.as_str())
        && ["retired", "jubilado", "jubilada"].contains(&claim.object.name.as_str());
    (relations::retires(&claim.relation) || retired)
        && unsaid
        && !claim.negated
        && claim.status != FactStatus::Planned
}

fn is_work(fact: &Fact) -> bool {
    relations::group(&fact.relation).is_some_and(|group| matches!(group.name, "work" | "trade"))
        || is_practised(fact)
}

/// Returns whether the fact says what somebody lives on: where they work, what they are by trade,
/// what they teach.
fn is_living(fact: &Fact) -> bool {
    let being = relations::group(&fact.relation).is_some_and(|group| group.name == "being");
    let object = fold::fold(&fact.object);
    let head = object.split(' ').next().unwrap_or_default();
    let teaches = fact.relation.starts_with("dar") && matches!(head, "clase" | "clases");
    is_work(fact) || being && crate::spanish::is_trade(head) || teaches
}

/// Returns whether a claim of what somebody does now ends what they did, told in other words:
/// `trabaja de camarera`, `ahora es cocinera`.
pub(super) fn changes_trade(claim: &Claim, fact: &Fact) -> bool {
    let group = |relation: &str| relations::group(relation).map(|group| group.name);
    let replaces = claim.effect == (Effect::Replace { old: None }) && !claim.negated;
    replaces
        && rules::is_current(fact)
        && group(&claim.relation) == Some("being")
        && group(&fact.relation) == Some("trade")
        && rules::class(claim) == Class::Other
}

/// Tells when somebody works from now on in the words it was told with: after “voy de mañanas”, “me
/// han puesto de noches” says `ir_de | noches`.
pub(super) fn shifted(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let told = !claim.negated && claim.status != FactStatus::Planned && claim.effect != Effect::End;
    if !told || !SHIFT_VERBS.contains(&verb) || !is_shift(&claim.object.name) {
        return Ok(());
    }
    for entity in known.entities(&claim.subject.name)? {
        let before = known.of(entity.id, &[], BEFORE_MAX)?.into_iter().find(|fact| {
            let verb = fact.relation.split('_').next().unwrap_or_default();
            rules::is_current(fact) && SHIFT_VERBS.contains(&verb) && is_shift(&fact.object)
        });
        if let Some(fact) = before.filter(|fact| fact.object != claim.object.name) {
            claim.relation = fact.relation;
            claim.status = FactStatus::Current;
            claim.effect = Effect::Replace { old: Some(fact.object) };
        }
    }
    Ok(())
}

/// Returns whether a name is that of a shift: `noches`, `turno de tarde`.
fn is_shift(name: &str) -> bool {
    let words = naming::words(name);
    let plain = |word: &String| SHIFT_HEADS.contains(&word.as_str());
    words.iter().any(|word| SHIFTS.contains(&word.as_str()))
        && words.iter().all(|word| SHIFTS.contains(&word.as_str()) || plain(word))
}

/// Returns whether the fact tells a trade by what is done in it: `teach_at | school`,
/// `drive | lorries`.
fn is_practised(fact: &Fact) -> bool {
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
