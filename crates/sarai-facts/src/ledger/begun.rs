//! What begins in the place of something else, told by a verb that does not say what it is:
//! “dejé la ferretería y empecé en una panadería”, “terminé con Ana, ahora estoy con Irene”.

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use super::{Heard, resolve, rules};
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

/// Words for homes, folded.
const HOMES: &[&str] = &[
    "piso",
    "casa",
    "apartamento",
    "departamento",
    "depa",
    "depto",
    "apto",
    "estudio",
    "atico",
    "chalet",
    "adosado",
    "duplex",
    "bajo",
    "cuarto",
    "habitacion",
    "vivienda",
    "flat",
    "house",
    "apartment",
    "room",
];

/// Verbs of who gets a home to live in.
const SETTLING: &[&str] = &[
    "quedar_con",
    "alquilar",
    "rentar",
    "arrendar",
    "coger",
    "pillar",
    "agarrar",
    "adjudicar",
    "rent",
];

/// Words for where one learns, folded.
const SCHOOLS: &[&str] = &[
    "colegio",
    "cole",
    "escuela",
    "guarderia",
    "guarde",
    "jardin",
    "instituto",
    "insti",
    "ies",
    "ceip",
    "liceo",
    "academia",
    "conservatorio",
    "publico",
    "concertado",
    "privado",
    "kinder",
    "preescolar",
    "infantil",
    "prepa",
    "primaria",
    "secundaria",
    "ludoteca",
    "facultad",
    "universidad",
    "uni",
    "facu",
    "school",
    "nursery",
    "academy",
    "college",
];

/// Relations that say where somebody learns.
const ATTENDING: &[&str] =
    &["ir_a", "ir_en", "estar_en", "estudiar_en", "asistir_a", "go_to", "be_at"];

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
    let changes = relations::exchanges(&claim.relation) || claim.relation == "hacer_de";
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
    if found.is_empty() {
        for verb in ["tener", "llevar", "contratar"] {
            found.extend(known.with_verb(verb, BEFORE_MAX)?.into_iter().filter(|fact| {
                rules::is_current(fact) && fact.relation.ends_with("_con") && capital(&fact.object)
            }));
        }
        found.retain(|fact| fact.subject != SPEAKER);
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

/// Reads that somebody is enrolled somewhere else as where they go to school or to lessons: after
/// “van al colegio San Viator”, “los matriculamos en el Delibes” says `ir_a | Delibes`.
pub(super) fn enrolled(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    let told = !claim.negated && claim.status != FactStatus::Planned;
    let meant = !is_vague(&claim.relation) || is_named(claim) || is_school(&claim.object.name);
    if !told || !meant || !relations::enrols(&claim.relation) {
        return Ok(());
    }
    for entity in known.entities(&claim.subject.name)? {
        let before = known.of(entity.id, ATTENDING, BEFORE_MAX)?;
        let held = before
            .iter()
            .filter(|fact| fact.status == FactStatus::Current && !fact.negated)
            .filter(|fact| is_school(&fact.object) || fact.relation == "estudiar_en")
            .find(|fact| fact.object != claim.object.name && !rules::is_of(fact, heard));
        if let Some(fact) = held {
            claim.relation.clone_from(&fact.relation);
            claim.status = FactStatus::Current;
            claim.when = None;
            claim.effect = Effect::Replace { old: Some(fact.object.clone()) };
        }
    }
    Ok(())
}

fn is_school(name: &str) -> bool {
    let words = naming::words(name);
    words.iter().any(|word| SCHOOLS.contains(&word.as_str())) || is_class(name)
}

/// Returns whether a name is that of a class at school: `segundo de primaria`, `kínder`.
fn is_class(name: &str) -> bool {
    naming::words(name).iter().any(|word| CLASSES.contains(&word.as_str()))
}

/// Reads that somebody got a home somewhere as where they live: after “vivo en Murcia”, “al final
/// nos quedamos con el piso de Lorca” says `vivir_en | piso de Lorca`.
pub(super) fn housed(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let words = naming::words(&claim.object.name);
    let home = words.first().is_some_and(|word| HOMES.contains(&word.as_str()));
    let somewhere = claim
        .object
        .name
        .split(' ')
        .skip(1)
        .any(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
    let told = !claim.negated && claim.status != FactStatus::Planned;
    // One rents a house for the summer too.
    let let_out = ["alquilar", "rentar", "arrendar", "rent"].contains(&claim.relation.as_str());
    let passing = let_out
        && words.first().is_some_and(|word| {
            ["casa", "apartamento", "bajo", "house", "apartment", "flat"].contains(&word.as_str())
        });
    if !told || passing || !home || !somewhere || !SETTLING.contains(&claim.relation.as_str()) {
        return Ok(());
    }
    for name in rules::names_of(&claim.subject) {
        let homes = known.about_in(name, &relations::variants("vivir_en"), BEFORE_MAX)?;
        if homes.iter().any(rules::is_current) {
            "vivir_en".clone_into(&mut claim.relation);
            claim.status = FactStatus::Current;
            claim.when = None;
            claim.effect = Effect::Replace { old: None };
            return Ok(());
        }
    }
    Ok(())
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
    let school = is_school(&claim.object.name);
    let told_as_name = matches!(claim.effect, Effect::Replace { .. });
    let vague = is_vague(&claim.relation) && !is_named(claim) && !school && !told_as_name;
    for entity in known.entities(&claim.subject.name)? {
        for fact in known.of(entity.id, &[], BEFORE_MAX)? {
            let Some(relation) = relation(&fact) else { continue };
            let ended = ended_by(&fact, heard);
            let open = fact.status == FactStatus::Current && !fact.negated;
            let home = matches!(relation, "vivir_en" | "live_in");
            let at_home = home && claim.object.kind == Kind::Place
                || relation == "estudiar" && !school
                || relation == "estudiar_en" && school;
            let fits = ended || open && !vague && (!beginning.just_now || is_elsewhere(claim));
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

/// Returns whether the verb tells as well of the next room or of an errand: `me pasé a la farmacia`.
fn is_vague(relation: &str) -> bool {
    let verb = relation.split('_').next().unwrap_or_default();
    let vague =
        ["cambiar", "cambiarse", "pasar", "pasarse", "mover", "llevar", "ir", "entrar", "mandar"];
    vague.contains(&verb) || ["enviar_a", "meter_a", "meter_en", "estar_en"].contains(&relation)
}

/// Returns whether the claim's object is called by a name or a number.
fn is_named(claim: &Claim) -> bool {
    let begins = |c: char| c.is_uppercase() || c.is_ascii_digit();
    claim.object.kind == Kind::Place
        || claim.object.name.split(' ').any(|word| word.starts_with(begins))
}

/// Returns whether the claim says where somebody is from now on, by a name: `I'm at Boots now`.
fn is_elsewhere(claim: &Claim) -> bool {
    claim.effect == (Effect::Replace { old: None }) && naming::is_proper(&claim.object.name)
}

/// Returns whether the message that is heard ended the fact.
pub(super) fn ended_by(fact: &Fact, heard: &Heard) -> bool {
    fact.status == FactStatus::Superseded && fact.expired == Some(heard.at)
}
