//! What begins in the place of something else, told by a verb that does not say what it is:
//! “dejé la ferretería y empecé en una panadería”, “terminé con Ana, ahora estoy con Irene”.

use sarai_core::fact::{Fact, FactStatus};

use super::{Heard, resolve};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{Facts, Lookup};
use crate::naming;
use crate::relations::{self, Beginning};

/// Words for who provides something.
const PROVIDERS: &[&str] = &[
    "operador",
    "compañía",
    "banco",
    "gimnasio",
    "seguro",
    "aseguradora",
    "proveedor",
    "equipo",
    "bank",
    "gym",
    "provider",
    "carrier",
    "insurance",
    "insurer",
    "network",
    "phone",
    "mobile",
    "broadband",
    "internet",
    "wifi",
    "electricity",
    "gas",
    "energy",
    "team",
    "favourite team",
    "favorite team",
    "supermarket",
    "airline",
];

/// Words for classes at school, folded.
const CLASSES: &[&str] = &[
    "primero",
    "segundo",
    "tercero",
    "tercer",
    "primer",
    "cuarto",
    "quinto",
    "sexto",
    "septimo",
    "octavo",
    "grado",
    "curso",
    "kinder",
    "preescolar",
    "infantil",
    "guarderia",
    "jardin",
    "primaria",
    "secundaria",
    "eso",
    "bachillerato",
    "bachiller",
    "prepa",
    "preparatoria",
    "instituto",
    "universidad",
    "cole",
    "colegio",
    "escuela",
    "year",
    "grade",
    "form",
    "infants",
    "reception",
    "nursery",
    "kindergarten",
    "preschool",
    "primary",
    "secondary",
    "college",
    "university",
];

/// How many facts of the subject are looked through, newest first.
const BEFORE_MAX: usize = 64;

/// Tells what the claim begins in the words of what it follows.
pub(super) fn named(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    let Some(beginning) = relations::beginning(&claim.relation) else { return Ok(()) };
    if claim.negated || claim.status == FactStatus::Planned || claim.object.kind == Kind::Time {
        return Ok(());
    }
    let Some(relation) = followed(claim, beginning, heard, known)? else { return Ok(()) };
    relation.clone_into(&mut claim.relation);
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: None };
    Ok(())
}

/// Reads that somebody changes to another provider as what the provider is: after “mi banco es
/// BBVA”, “me cambié al Santander” says `banco | ser | Santander`.
pub(super) fn provided(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let capital = |name: &str| name.starts_with(char::is_uppercase);
    let changes = relations::exchanges(&claim.relation);
    let fits = changes && !claim.negated && claim.status == FactStatus::Past;
    let brand = capital(&claim.object.name) || claim.relation == "switch_to";
    if !fits || !resolve::is_speaker(&claim.subject) || !brand {
        return Ok(());
    }
    let mut found = Vec::new();
    for provider in PROVIDERS {
        let facts = known.about_in(provider, &["ser", "be", "be_with", "estar_con"], BEFORE_MAX)?;
        found.extend(facts.into_iter().filter(|fact| {
            fact.status == FactStatus::Current && !fact.negated && capital(&fact.object)
        }));
    }
    if let [fact] = &found[..] {
        claim.subject = Party::named(fact.subject.clone());
        claim.relation.clone_from(&fact.relation);
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: Some(fact.object.clone()) };
    }
    Ok(())
}

/// Reads that a child goes to the next class as where it is: after “está en primero”, “pasó a
/// segundo” says `estar_en | segundo`.
pub(super) fn promoted(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let moves = [
        "pasar",
        "pasar_a",
        "entrar",
        "entrar_a",
        "entrar_en",
        "empezar",
        "go_into",
        "go_up_to",
        "move_up_to",
        "move_into",
        "start",
        "start_in",
    ]
    .contains(&claim.relation.as_str());
    if !moves
        || claim.negated
        || claim.status == FactStatus::Planned
        || !is_class(&claim.object.name)
    {
        return Ok(());
    }
    for entity in known.entities(&claim.subject.name)? {
        let before = known.of(
            entity.id,
            &["estar_en", "ir_en", "ir_a", "estudiar", "be_in", "be_at", "go_to"],
            BEFORE_MAX,
        )?;
        let held = before.into_iter().find(|fact| {
            fact.status == FactStatus::Current && !fact.negated && is_class(&fact.object)
        });
        if let Some(fact) = held {
            claim.relation = fact.relation;
            claim.status = FactStatus::Current;
            claim.effect = Effect::Replace { old: Some(fact.object) };
        }
    }
    Ok(())
}

/// Returns whether a name is that of a class at school: `segundo de primaria`, `kínder`.
fn is_class(name: &str) -> bool {
    naming::words(name).iter().any(|word| CLASSES.contains(&word.as_str()))
}

/// Returns the relation of what the claim follows.
fn followed(
    claim: &Claim,
    beginning: &Beginning,
    heard: &Heard,
    known: &dyn Facts,
) -> Lookup<Option<&'static str>> {
    let relation = |fact: &Fact| {
        let group = relations::group(&fact.relation).map_or("", |group| group.name);
        let follows = |name: &str| name == group || name == fact.relation;
        beginning.follows.iter().find(|(name, _)| follows(name)).map(|(_, relation)| *relation)
    };
    let mut best: Option<(bool, bool, &'static str)> = None;
    for entity in known.entities(&claim.subject.name)? {
        for fact in known.of(entity.id, &[], BEFORE_MAX)? {
            let Some(relation) = relation(&fact) else { continue };
            let ended = ended_by(&fact, heard);
            let open = fact.status == FactStatus::Current && !fact.negated;
            let home = matches!(relation, "vivir_en" | "live_in");
            let at_home = home && claim.object.kind == Kind::Place;
            let fits = ended || open && (!beginning.just_now || is_elsewhere(claim));
            if fits
                && best
                    .is_none_or(|(was_ended, was_home, _)| (ended, at_home) > (was_ended, was_home))
            {
                best = Some((ended, at_home, relation));
            }
        }
    }
    Ok(best.map(|(_, _, relation)| relation))
}

/// Returns whether the claim says where somebody is from now on, by a name: `I'm at Boots now`.
fn is_elsewhere(claim: &Claim) -> bool {
    claim.effect == (Effect::Replace { old: None }) && naming::is_proper(&claim.object.name)
}

/// Returns whether the message that is heard ended the fact.
pub(super) fn ended_by(fact: &Fact, heard: &Heard) -> bool {
    fact.status == FactStatus::Superseded && fact.expired == Some(heard.at)
}
