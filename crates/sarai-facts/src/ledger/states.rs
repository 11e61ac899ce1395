//! States that other words end: who was discharged is in hospital no more, who died lives nowhere.

use sarai_core::fact::{Fact, FactStatus};

use super::resolve::{self, Cast};
use super::{compare, titles};
use crate::claim::{Claim, Effect, Kind};
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::{naming, relations};

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

/// Verbs after which somebody has what they did not have.
const ACQUIRING: &[&str] = &[
    "comprar",
    "adquirir",
    "sacar",
    "conseguir",
    "obtener",
    "adoptar",
    "buy",
    "get",
    "adopt",
    "pick",
    "take",
    "rescue",
    "rehome",
    "inherit",
    "purchase",
];

/// Words for animals one has, folded.
const PETS: &[&str] = &["mascota", "animal", "pet", "bicho"];

/// Verbs of what somebody does for others, as long as they are there.
const SERVING: &[&str] = &[
    "cuidar", "ayudar", "atender", "limpiar", "entrenar", "cocinar", "pasear", "asistir",
    "enseñar", "repartir", "care", "help", "clean", "coach", "walk", "mind",
];

/// Verbs of who gives up a post or a place among others; what they say needs no object.
const LEAVING: &[&str] = &[
    "leave",
    "quit",
    "retire",
    "resign",
    "move",
    "step",
    "go",
    "fire",
    "sack",
    "die",
    "pass",
    "jubilar",
    "retirar",
    "marchar",
    "ir",
    "irse",
    "morir",
    "fallecer",
    "dimitir",
    "renunciar",
    "mudar",
    "despedir",
    "echar",
];

/// How a thing is that nobody has any more, folded.
const GONE: &[&str] = &[
    "sold",
    "stolen",
    "nicked",
    "scrapped",
    "written",
    "totalled",
    "totaled",
    "rehomed",
    "gone",
    "repossessed",
    "destroyed",
    "vendido",
    "vendida",
    "robado",
    "robada",
];

/// Verbs of what is gone afterwards.
const VANISHING: &[&str] = &["burn_down", "sink", "sell", "go_up_in", "blow_up", "be_sold"];

/// How many facts of somebody else are looked through.
const FACTS_MAX: usize = 64;

/// How many facts of who expects a child are looked through.
const EXPECTING_MAX: usize = 8;

/// Returns whether the claim can end states of its subject.
pub(super) fn ends(claim: &Claim) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    is_told(claim)
        && (is_death(claim)
            || !ended_stems(claim).is_empty()
            || ACQUIRING.contains(&verb)
            || matches!(verb, "pay" | "repay" | "settle")
            || matches!(group_name(claim), Some("company" | "home")))
}

/// Returns whether the claim ends the state that the fact, of the same subject, tells.
pub(super) fn passes(claim: &Claim, fact: &Fact) -> bool {
    if !is_told(claim) || fact.negated {
        return acquires(claim, fact);
    }
    if fact.status != FactStatus::Current {
        return false;
    }
    let group = relations::group(&fact.relation).map(|group| group.name);
    if is_death(claim) && group.is_some_and(|group| OF_THE_LIVING.contains(&group)) {
        return true;
    }
    let repays = matches!(claim.relation.as_str(), "pay_back" | "repay" | "settle_up_with");
    if repays && matches!(verb_of(&fact.relation), "owe" | "deber") {
        return resolve::is_speaker(&claim.object)
            || compare::within(&claim.object.name, &fact.object);
    }
    // Who lives in Brighton rents no flat in Croydon.
    let rented = relations::group(&fact.relation).is_some_and(|group| group.name == "renting");
    if rented && group_name(claim) == Some("home") {
        let town = fact.object.split_once(" in ").map(|(_, town)| town);
        return town.is_some_and(|town| !compare::within(town, &claim.object.name));
    }
    let joins = group_name(claim) == Some("company") && claim.status == FactStatus::Current;
    let alone = ["live", "live_on", "vivir"].contains(&fact.relation.as_str())
        && naming::words(&fact.object)
            .iter()
            .any(|word| ["alone", "own", "solo", "sola"].contains(&word.as_str()));
    if joins && alone {
        return true;
    }
    let verb = fact.relation.split('_').next().unwrap_or_default();
    let tells = group.is_some_and(|group| TOLD_WITH.contains(&group))
        || STATIVE.contains(&verb)
        || matches!(
            verb,
            "eat" | "drink" | "comer" | "tomar" | "beber" | "look" | "learn" | "take" | "have"
        );
    let said = format!(" {} {}", fact.relation.replace('_', " "), fold(&fact.object));
    let stated = |stem: &&str| said.contains(&format!(" {stem}"));
    let is_own = fact.relation == claim.relation && fact.object == claim.object.name;
    let stems = ended_stems(claim);
    (tells || stems.contains(&verb)) && !is_own && stems.iter().any(stated)
}

/// Returns the facts of others that the claim ends: of who was a couple's other half, of who gave
/// birth, of who lived with somebody that left.
pub(super) fn undone(cast: &Cast, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let claim = &cast.claim;
    let mut found = delivered(claim, known)?;
    found.extend(titles::outgoing(claim, known)?);
    if is_told(claim) && relations::parts(&claim.relation) {
        let left = if resolve::is_speaker(&claim.object) { &claim.subject } else { &claim.object };
        found.extend(known.with_object(&left.name, FACTS_MAX)?.into_iter().filter(|fact| {
            let group = relations::group(&fact.relation).map_or("", |group| group.name);
            let theirs = [&claim.subject.name, &claim.object.name].contains(&&fact.subject);
            theirs
                && (matches!(group, "romance" | "company" | "marriage")
                    || group == "having" && relations::is_partner(&fact.object))
        }));
        for fact in known.about(&left.name, FACTS_MAX)? {
            let named = relations::group(&fact.relation)
                .is_some_and(|group| matches!(group.name, "name" | "being"));
            let partner = relations::is_partner(&fact.subject);
            if named && partner && naming::is_proper(&fact.object) {
                found.push(fact);
            }
        }
    }
    if is_told(claim) && leaves_home(claim) {
        for word in naming::words(&claim.subject.name).iter().rev().take(1) {
            for fact in known.mentioning(word, FACTS_MAX)? {
                let who = compare::within(&claim.subject.name, &fact.object);
                let with =
                    relations::group(&fact.relation).is_some_and(|group| group.name == "company");
                if who && with {
                    found.push(fact);
                }
            }
        }
    }
    if let Some(other) = successor(claim).and_then(relations::counterpart) {
        for fact in known.about(&other, FACTS_MAX)? {
            let named = relations::group(&fact.relation)
                .is_some_and(|group| matches!(group.name, "name" | "being"));
            if named && naming::is_proper(&fact.object) {
                found.push(fact);
            }
        }
    }
    if is_told(claim) && lives_elsewhere(claim) {
        let facts = known.with_object(&claim.subject.name, FACTS_MAX)?;
        found.extend(facts.into_iter().filter(|fact| {
            relations::group(&fact.relation).is_some_and(|group| group.name == "having")
                && !relations::is_role(&fact.object)
        }));
    }
    found.extend(lost(claim, known)?);
    found.extend(mended(claim, known)?);
    found.extend(vacated(claim, known)?);
    found.extend(given_up(claim, known)?);
    found.retain(|fact| fact.status == FactStatus::Current && !fact.negated);
    Ok(found)
}

/// Returns whether the claim tells that somebody else, or an animal, lives with others now.
fn lives_elsewhere(claim: &Claim) -> bool {
    group_name(claim) == Some("company")
        && !resolve::is_speaker(&claim.subject)
        && !resolve::is_speaker(&claim.object)
}

/// Returns that somebody has what the claim says is gone: `the van's been sold`.
fn lost(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let words = naming::words(&claim.object.name);
    let states = matches!(verb, "be" | "get" | "ser" | "estar")
        && words.first().is_some_and(|word| GONE.contains(&word.as_str()));
    let gone = states || VANISHING.contains(&claim.relation.as_str());
    if !is_told(claim) || !gone || resolve::is_speaker(&claim.subject) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let words = naming::words(&claim.subject.name);
    for word in words.first().into_iter().chain(words.last()) {
        found.extend(known.mentioning(word, FACTS_MAX)?);
    }
    found.retain(|fact| {
        let had = relations::group(&fact.relation)
            .is_some_and(|group| matches!(group.name, "having" | "driving" | "renting"));
        let said = compare::within(&claim.subject.name, &fact.object)
            || compare::within(&fact.object, &claim.subject.name);
        had && said && !claim.subject.name.contains("'s ")
    });
    Ok(found)
}

/// Returns what was said of a thing that did not work, when somebody mended it.
fn mended(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let stems = relations::states_mended(&claim.relation);
    if !is_told(claim) || stems.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = known.about(&claim.object.name, FACTS_MAX)?;
    found.retain(|fact| {
        let said = format!(" {} {}", fact.relation.replace('_', " "), fold(&fact.object));
        stems.iter().any(|stem| said.contains(&format!(" {stem}")))
    });
    Ok(found)
}

/// Returns whether somebody goes back to where they are from, or works for themselves now.
fn goes_for_good(claim: &Claim) -> bool {
    let back = ["volver_a", "regresar_a"].contains(&claim.relation.as_str())
        && naming::is_proper(&claim.object.name);
    back || claim.relation == "poner_por" && claim.object.name.contains("cuenta")
}

/// Returns the facts that name who held a post, or shared a home, and left it: `Karen left`.
fn vacated(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let ended = claim.effect == Effect::End || claim.status == FactStatus::Past;
    let leaves = leaves_post(claim) || goes_for_good(claim);
    if !is_told(claim) || !ended || !leaves || resolve::is_speaker(&claim.subject) {
        return Ok(Vec::new());
    }
    let mut found = known.about(&claim.subject.name, FACTS_MAX)?;
    found.retain(|fact| {
        let verb = fact.relation.split('_').next().unwrap_or_default();
        if SERVING.contains(&verb) {
            return true;
        }
        let named = relations::group(&fact.relation)
            .is_some_and(|group| matches!(group.name, "name" | "being"));
        named && naming::is_proper(&fact.object) && relations::is_service(&fact.subject)
    });
    Ok(found)
}

/// Returns whether somebody goes for good: who left for lunch is back soon.
fn leaves_post(claim: &Claim) -> bool {
    const FIRMS: &[&str] =
        &["company", "firm", "job", "business", "school", "practice", "team", "empresa"];
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let words = naming::words(&claim.object.name);
    let said = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let unsaid = ["*", "sí", "yes", "retired", "dead", "fired", "quit"];
    if !LEAVING.contains(&verb) && !LEAVING.contains(&claim.relation.as_str()) {
        return false;
    }
    unsaid.contains(&claim.object.name.as_str())
        || said(FIRMS)
        || said(&["leave", "baja", "maternity"])
        || matches!(verb, "leave" | "move" | "go" | "marchar" | "mudar")
            && claim.relation.contains('_')
            && naming::is_proper(&claim.object.name)
            && claim.relation != "go_to"
            && claim.relation != "ir_a"
}

/// Returns what is said of a thing by the name that the claim ends: `gym | be | PureGym` once
/// that gym is cancelled.
fn given_up(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let ends_all = relations::ending(&claim.relation).is_some_and(|ending| ending.ends.is_empty());
    if !is_told(claim) || !ends_all || !resolve::is_speaker(&claim.subject) {
        return Ok(Vec::new());
    }
    let mut found = known.with_object(&claim.object.name, FACTS_MAX)?;
    // `stopped liking sushi`
    if let Some((_, liked)) = claim.object.name.split_once("ing ") {
        let facts = known.with_object(liked, FACTS_MAX)?;
        found.extend(facts.into_iter().filter(|fact| relations::is_attribute(&fact.subject)));
    }
    found.retain(|fact| {
        let of_thing = relations::group(&fact.relation).is_some_and(|group| group.name == "being");
        (of_thing || fact.relation == "be_with")
            && !resolve::is_speaker(&crate::claim::Party::named(fact.subject.clone()))
            && !relations::is_role(&fact.subject)
    });
    Ok(found)
}

/// Returns whether a thing is with its owner again: `Pilar me devolvió las llaves`.
pub(super) fn brings_back(claim: &Claim) -> bool {
    let verbs = ["devolver", "recoger", "recuperar", "return", "bring_back", "give_back"];
    is_told(claim) && claim.status == FactStatus::Past && verbs.contains(&claim.relation.as_str())
}

/// Returns whether the fact denies that the subject has what it got now: `no tengo coche`.
fn acquires(claim: &Claim, fact: &Fact) -> bool {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    is_told(claim)
        && ACQUIRING.contains(&verb)
        && fact.negated
        && fact.status == FactStatus::Current
        && relations::group(&fact.relation).is_some_and(|group| group.name == "having")
        && (compare::within(&fact.object, &claim.object.name)
            || claim.object.kind == Kind::Animal
                && compare::terms(&fact.object).iter().any(|term| PETS.contains(&term.as_str())))
}

/// Returns whether somebody moves out: `mi ex se mudó`, `Ana se fue de casa`.
fn leaves_home(claim: &Claim) -> bool {
    let unsaid = ["sí", "yes", "*"].contains(&claim.object.name.as_str());
    let moves =
        matches!(claim.relation.as_str(), "mudar" | "mudarse" | "ir" | "marchar" | "move_out");
    let home = ["casa", "piso", "home", "residencia"]
        .iter()
        .any(|place| naming::words(&claim.object.name).iter().any(|word| word == place));
    !resolve::is_speaker(&claim.subject)
        && (unsaid && moves && (claim.status == FactStatus::Past || claim.effect == Effect::End)
            || home
                && matches!(claim.relation.as_str(), "ir_de" | "ir_a" | "marchar_de" | "mudar_a"))
}

/// Returns the post that somebody new has now: `ahora mi jefa es Rocío`.
fn successor(claim: &Claim) -> Option<&str> {
    let names = relations::group(&claim.relation)
        .is_some_and(|group| matches!(group.name, "name" | "being"));
    let follows = matches!(claim.effect, Effect::Replace { old: None });
    let role = &claim.subject.name;
    (names && follows && naming::is_proper(&claim.object.name) && relations::is_post(role))
        .then_some(role.as_str())
}

/// Returns the facts that somebody expects a child, when the claim tells its birth and only one
/// person can be meant.
fn delivered(claim: &Claim, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let verb = claim.relation.split('_').next().unwrap_or_default();
    let born = (matches!(verb, "nacer" | "bear") || claim.relation.starts_with("be_born"))
        && is_told(claim);
    let mut found = Vec::new();
    for word in EXPECTING.iter().filter(|_| born) {
        found.extend(known.mentioning(word, EXPECTING_MAX)?);
    }
    // `my cousin's baby` is nobody else's.
    let mother = claim.subject.name.split_once("'s ").map(|(mother, _)| mother);
    found.retain(|fact| {
        fact.status == FactStatus::Current
            && !fact.negated
            && mother.is_none_or(|mother| compare::within(mother, &fact.subject))
    });
    if found.len() > 1 {
        found.clear();
    }
    Ok(found)
}

fn verb_of(relation: &str) -> &str {
    relation.split('_').next().unwrap_or_default()
}

fn group_name(claim: &Claim) -> Option<&'static str> {
    relations::group(&claim.relation).map(|group| group.name)
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
    // What was eaten once is no diet.
    let meal = matches!(verb_of(&claim.relation), "eat" | "comer" | "tomar");
    if meal && claim.status == FactStatus::Past {
        return Vec::new();
    }
    relations::states_ended(&claim.relation, &fold(&claim.object.name))
}
