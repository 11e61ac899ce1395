//! Whose title tells their post: a doctor that was assigned; and who shares a home after another.

use sarai_core::fact::Fact;

use super::{Heard, begun, rules};
use crate::claim::{Claim, Effect, Party};
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::{naming, relations};

/// Verbs by which somebody is assigned to somebody.
const ASSIGNING: &[&str] = &[
    "asignar",
    "poner",
    "tocar",
    "dar",
    "adjudicar",
    "cambiar",
    "cambiar_a",
    "pasar",
    "pasar_a",
    "derivar_a",
    "mandar_a",
    "assign",
    "give",
    "get",
    "switch_to",
    "transfer_to",
];

/// Verbs of who has taken charge of somebody, who is their object.
const ATTENDING: &[&str] = &["llevar", "atender", "ver", "tratar", "visitar"];

/// Titles with how the words for those begin who bear them, folded.
const TITLED: &[(&[&str], &[&str])] = &[
    (
        &["doctor", "doctora", "dr", "dra"],
        &[
            "medic",
            "doctor",
            "dentista",
            "pediatra",
            "ginecolog",
            "cardiolog",
            "oculista",
            "oftalmolog",
            "psiquiatra",
            "traumatolog",
            "dermatolog",
            "neurolog",
            "oncolog",
            "endocrin",
            "internista",
            "urolog",
            "matron",
            "gp",
            "especialista",
            "psicolog",
            "odontolog",
            "reumatolog",
            "digestiv",
        ],
    ),
    (
        &["profesor", "profesora", "profe", "maestro", "maestra", "sena", "seno", "don", "dona"],
        &["profe", "maestr", "tutor", "seno", "teacher"],
    ),
];

/// How many facts are looked through, newest first.
const FACTS_MAX: usize = 64;

/// Reads who was assigned as who has the post: after “mi médica es la doctora Puig”, “me han
/// asignado al doctor Herranz” says `médica | ser | doctor Herranz`.
pub(super) fn filled(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    let told = !claim.negated && claim.status != sarai_core::fact::FactStatus::Planned;
    let assigned = ASSIGNING.contains(&claim.relation.as_str());
    let attends = ATTENDING.contains(&claim.relation.as_str());
    let somebody = if attends { &claim.subject } else { &claim.object };
    let title = fold(somebody.name.split(' ').next().unwrap_or_default());
    let posts = TITLED.iter().find(|(titles, _)| titles.contains(&title.as_str()));
    let Some((_, posts)) = posts.filter(|_| told && (assigned || attends)) else { return Ok(()) };
    if !naming::is_proper(&somebody.name) {
        return Ok(());
    }
    let mut held: Option<Fact> = None;
    for fact in known
        .with_verb("ser", FACTS_MAX)?
        .into_iter()
        .chain(known.with_verb("llamarse", FACTS_MAX)?)
    {
        let post = fold(&fact.subject);
        let fits =
            posts.iter().any(|stem| post.starts_with(stem)) && naming::is_proper(&fact.object);
        let later = held.as_ref().is_none_or(|there| there.id.0 < fact.id.0);
        if (rules::is_current(&fact) || begun::ended_by(&fact, heard)) && fits && later {
            held = Some(fact);
        }
    }
    let Some(fact) = held else { return Ok(()) };
    let name = somebody.clone();
    let role = fact.subject.strip_suffix(&fact.object).unwrap_or(&fact.subject).trim();
    claim.subject = Party::named(role);
    claim.object = name;
    "ser".clone_into(&mut claim.relation);
    claim.status = sarai_core::fact::FactStatus::Current;
    claim.when = None;
    claim.effect = Effect::Replace { old: None };
    Ok(())
}

/// Returns the facts that name who shared a home before, once the claim tells of somebody else.
pub(super) fn outgoing(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let company = relations::group(&claim.relation).is_some_and(|group| group.name == "company");
    let follows = claim.effect == (Effect::Replace { old: None }) && !claim.negated;
    let mut found = Vec::new();
    if company && follows {
        for post in ["compañero de piso", "compañera de piso", "flatmate", "roommate", "housemate"]
        {
            found.extend(known.about(post, FACTS_MAX)?.into_iter().filter(|fact| {
                let names = relations::group(&fact.relation)
                    .is_some_and(|group| matches!(group.name, "name" | "being"));
                names && naming::is_proper(&fact.object)
            }));
        }
    }
    Ok(found)
}
