//! Who follows whom in a post: “Karen left, Mike is in charge”, “Dr Jones took over from Dr Patel”.

use sarai_core::fact::{Fact, FactStatus};

use super::{Heard, begun, compare, resolve, rules};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{Facts, Lookup};
use crate::{naming, relations};

/// Verbs whose object had the post before.
const SUCCEEDING: &[&str] = &["take_over_from", "replace", "succeed", "sustituir_a", "sustituir"];

/// Verbs by which the speaker tells who does it for them; the object has the post.
const SEEING: &[&str] = &[
    "see",
    "have",
    "get",
    "go_to",
    "be_with",
    "be_under",
    "report_to",
    "answer_to",
    "use",
    "ver",
    "tener",
    "ir_con",
    "estar_con",
    "asignar",
    "hire",
    "find",
    "contratar",
    "contratar_a",
    "encontrar",
    "llamar_a",
];

/// Verbs of who does it now; the subject has the post.
const DOING: &[&str] = &[
    "be_in",
    "take_over",
    "move_in",
    "look_after",
    "do",
    "run",
    "step_in",
    "come_in",
    "take",
    "be_doing",
    "manage",
    "teach",
    "cover",
    "care_for",
    "mind",
    "llevar",
    "cuidar",
    "atender",
    "encargar_de",
    "venir",
    "entrar",
    "ayudar",
    "dar",
    "sustituir",
];

/// Verbs whose subject stands behind them as often as before: `ahora viene Sofía`.
const COMING: &[&str] = &["venir", "entrar", "llegar"];

/// Verbs of who has a post no more, without what follows them.
const DEPARTING: &[&str] = &[
    "leave",
    "quit",
    "retire",
    "resign",
    "move",
    "go",
    "die",
    "stop",
    "emigrate",
    "ir",
    "irse",
    "marchar",
    "mudar",
    "jubilar",
    "retirar",
    "dejar",
    "renunciar",
    "dimitir",
    "morir",
    "fallecer",
    "emigrar",
    "largar",
    "parar",
];

/// What those do who have a post.
const TRADES: &[(&[&str], &[&str])] = &[
    (&["teach"], &["teacher", "tutor", "instructor"]),
    (&["look_after", "mind", "care_for"], &["nanny", "carer", "childminder", "babysitter"]),
    (&["coach", "train"], &["coach", "trainer"]),
    (&["cuidar", "cuidar_de"], &["niñera", "cuidadora", "cuidador", "canguro"]),
    (&["enseñar"], &["profesora", "profesor", "maestra", "maestro", "profe"]),
];

/// How many facts that name a post are looked through.
const NAMINGS_MAX: usize = 16;

/// Reads who came after somebody as who has the post now.
pub(super) fn filled(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    let told = !claim.negated && claim.status != FactStatus::Planned;
    if !told {
        return Ok(());
    }
    let by_object = resolve::is_speaker(&claim.subject)
        && SEEING.contains(&claim.relation.as_str())
        && is_somebody(&claim.object);
    let coming = COMING.contains(&claim.relation.as_str()) && is_somebody(&claim.object);
    let by_object = by_object || coming;
    let by_subject = DOING.contains(&claim.relation.as_str()) && is_somebody(&claim.subject);
    let succeeds = SUCCEEDING.contains(&claim.relation.as_str()) && is_somebody(&claim.subject);
    let post = match (succeeds, by_object || by_subject) {
        (true, _) => {
            let facts = known.about(&claim.object.name, NAMINGS_MAX)?;
            facts.into_iter().find(|fact| names_post(fact) && fact.status == FactStatus::Current)
        }
        (_, true) => match vacant(heard, known)? {
            Some(fact) => Some(fact),
            None => by_trade(claim, known)?,
        },
        _ => None,
    };
    let Some(fact) = post else { return Ok(()) };
    let name = if by_object { claim.object.clone() } else { claim.subject.clone() };
    let Some(name) = newcomer(claim, name, &fact) else { return Ok(()) };
    let Some(role) = role_of(&fact, known)? else { return Ok(()) };
    claim.subject = Party { kind: Kind::Person, ..Party::named(role) };
    claim.object = Party { kind: Kind::Person, also: Vec::new(), ..name };
    "be".clone_into(&mut claim.relation);
    if fact.relation.starts_with("ser") || fact.relation.starts_with("llamar") {
        "ser".clone_into(&mut claim.relation);
    }
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: None };
    Ok(())
}

/// Returns who has the post now, which is not who had it before: of `me da clase Tomás`, whose
/// subject is understood to be who was spoken of, the name at its end.
fn newcomer(claim: &Claim, name: Party, before: &Fact) -> Option<Party> {
    let old = |name: &str| compare::within(&before.object, name) || name == before.subject;
    if !old(&name.name) && !name.also.iter().any(|also| old(also)) {
        return Some(name);
    }
    let last = claim.object.name.rsplit(' ').next().filter(|last| naming::is_proper(last))?;
    (!old(last)).then(|| Party { span: claim.object.span.clone(), ..Party::named(last) })
}

/// Returns the fact that named who left a post in the message that is heard, if only one did.
fn vacant(heard: &Heard, known: &dyn Facts) -> Lookup<Option<Fact>> {
    let mut found: Vec<Fact> = Vec::new();
    for post in relations::services() {
        let head = post.split(' ').next().unwrap_or_default();
        for fact in known.mentioning(head, NAMINGS_MAX)? {
            let new = !found.iter().any(|there| there.id == fact.id);
            let ended = begun::ended_by(&fact, heard);
            if new && names_post(&fact) && (ended || has_left(&fact, heard, known)?) {
                found.push(fact);
            }
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Returns the fact that named who did before what the claim tells that somebody else does now:
/// after “my teacher is Ellen”, “Tom teaches me now”.
fn by_trade(claim: &Claim, known: &dyn Facts) -> Lookup<Option<Fact>> {
    let posts = TRADES.iter().find(|(verbs, _)| verbs.contains(&claim.relation.as_str()));
    let Some((_, posts)) = posts.filter(|_| claim.effect == (Effect::Replace { old: None })) else {
        return Ok(None);
    };
    let mut found: Vec<Fact> = Vec::new();
    for post in *posts {
        found.extend(known.mentioning(post, NAMINGS_MAX)?.into_iter().filter(|fact| {
            names_post(fact) && rules::is_current(fact) && fact.object != claim.subject.name
        }));
    }
    found.dedup_by_key(|fact| fact.id.0);
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Returns whether the message that is heard tells that who has the post goes, or can no more.
fn has_left(fact: &Fact, heard: &Heard, known: &dyn Facts) -> Lookup<bool> {
    if !rules::is_current(fact) || rules::is_of(fact, heard) {
        return Ok(false);
    }
    let told = known.about(&fact.subject, NAMINGS_MAX)?;
    Ok(told.iter().filter(|told| rules::is_of(told, heard)).any(|told| {
        let verb = told.relation.split('_').next().unwrap_or_default();
        let able = matches!(verb, "poder" | "can" | "be_able") && told.negated;
        // Who went to Rome comes back.
        let away = matches!(verb, "go" | "ir")
            && !["sí", "yes", "*", "gone"].contains(&told.object.as_str());
        able || !told.negated && !away && DEPARTING.contains(&verb)
    }))
}

fn names_post(fact: &Fact) -> bool {
    let names = relations::group(&fact.relation)
        .is_some_and(|group| matches!(group.name, "name" | "being"));
    // The label of who has the post is its name and theirs: `compañera de piso Rocío`.
    let post = fact.subject.strip_suffix(&fact.object).map_or(&*fact.subject, str::trim);
    names && naming::is_proper(&fact.object) && relations::is_service(post)
}

/// Returns what the post is called: `boss` for `boss Karen`.
fn role_of(fact: &Fact, known: &dyn Facts) -> Lookup<Option<String>> {
    let entities = known.entities(&fact.subject)?;
    let roles = entities.into_iter().flat_map(|entity| entity.names);
    Ok(roles.into_iter().find(|name| relations::is_service(name) && !naming::is_proper(name)))
}

fn is_somebody(party: &Party) -> bool {
    naming::is_proper(&party.name) || party.also.iter().any(|name| naming::is_proper(name))
}
