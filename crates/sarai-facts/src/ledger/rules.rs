//! Which known facts a claim repeats, and which it closes.

use std::time::Duration;

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use super::compare::{self, Class};
use super::resolve::{self, Cast};
use super::{Change, Heard, Whom, company, diets, hints, marriage, plans, states, work};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{EntityId, Facts, Lookup};
use crate::naming;
use crate::relations::{self, Nature};

/// The subject that means the speaker and others.
pub(super) const SPEAKERS: &str = "nosotros";

/// The most facts of one subject and relation that are compared with a claim, newest first.
const COMPARED_MAX: usize = 256;

/// How many words of what is moved or called off are looked for.
const EVENT_WORDS_MAX: usize = 3;

/// After how long what is told anew is new, where people mostly have one at a time.
const LONG: Duration = Duration::from_hours(30 * 24);

/// Relations that tell an age too.
const AGE_RELATIONS: &[&str] = &["tener", "have", "be"];

/// Relations that tell a value that can rise and fall too.
const VALUE_RELATIONS: &[&str] = &["ser", "be", "costar", "cost", "pesar", "weigh"];

/// Objects that stand for a whole relation: `dejé el trabajo` ends where somebody works.
const WHOLES: &[(&str, &[&str])] = &[
    ("work", &["trabajo", "job", "work", "empleo", "curro", "laburo", "chamba", "puesto", "post"]),
    ("study", &["carrera", "studies", "estudios", "degree"]),
    ("home", &["casa", "piso", "home", "house", "flat"]),
];

/// A fact that a claim closes, and whether the claim's own fact takes its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing<'a> {
    pub(super) fact: &'a Fact,
    pub(super) replaced: bool,
}

/// The facts a claim is compared with.
pub(super) struct Held {
    /// Of the same subject and of a relation that means the same or the contrary, superseded ones
    /// too.
    pub(super) alike: Vec<Fact>,
    /// All of the same subject; only looked up for claims that end or move something.
    pub(super) others: Vec<Fact>,
    /// Planned facts that speak of what the claim speaks of.
    pub(super) planned: Vec<Fact>,
    /// What cannot be so any more: the name of who was it before, who had somebody that died.
    pub(super) outdone: Vec<Fact>,
}

/// Looks up what `cast` is compared with.
pub(super) fn held(cast: &Cast, known: &dyn Facts) -> Lookup<Held> {
    let claim = &cast.claim;
    let group = relations::group(&claim.relation).map(|group| group.name);
    let mut variants = relations::variants(&claim.relation);
    match group {
        Some("turning") => variants.extend(AGE_RELATIONS),
        Some("shift") => variants.extend(VALUE_RELATIONS),
        Some("being") => {
            variants.extend(relations::variants("trabajar_de"));
            if class(claim) == Class::Proper && relations::is_role(&claim.subject.name) {
                variants.extend(relations::variants("llamarse"));
            }
        }
        _ => {}
    }
    let subjects = subjects(cast, known)?;
    let mut alike = Vec::new();
    for subject in &subjects {
        alike.extend(known.of(*subject, &variants, COMPARED_MAX)?);
    }
    let outdone = outdone(cast, known)?;
    let names_old = matches!(&claim.effect, Effect::Replace { old: Some(_) });
    let ends = names_old
        || claim.effect == Effect::End
        || relations::ending(&claim.relation).is_some()
        || work::concerns(claim)
        || company::concerns(claim)
        || diets::concerns(claim)
        || states::ends(claim)
        || class(claim) == Class::Civil
        || marriage::concerns(claim);
    let mut others = Vec::new();
    for subject in subjects.iter().filter(|_| ends) {
        others.extend(known.of(*subject, &[], COMPARED_MAX)?);
    }
    let mut planned = Vec::new();
    if let Some(event) = plans::event(claim) {
        for word in naming::words(event).iter().take(EVENT_WORDS_MAX) {
            planned.extend(known.mentioning(word, COMPARED_MAX)?);
        }
    }
    others.retain(|fact| fact.status != FactStatus::Superseded);
    planned.retain(|fact| {
        let dated = fact.status == FactStatus::Current && fact.when.is_some();
        fact.status == FactStatus::Planned || dated
    });
    Ok(Held { alike, others, planned, outdone })
}

/// Looks up what cannot be so any more once the claim is.
fn outdone(cast: &Cast, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let claim = &cast.claim;
    let mut outdone = Vec::new();
    for predecessor in &cast.predecessors {
        let facts = known.of(*predecessor, &[], COMPARED_MAX)?;
        outdone.extend(facts.into_iter().filter(|fact| is_open(fact) && names_somebody(fact)));
    }
    if relations::dies(&claim.relation) && !claim.negated {
        let mut facts = known.with_object(&claim.subject.name, COMPARED_MAX)?;
        if let (true, Whom::Known(entity)) = (facts.is_empty(), cast.subject) {
            // `se me murió el Opel` after `conduzco un Opel Astra`.
            let whole = known.entities(&claim.subject.name)?;
            for named in whole.iter().filter(|there| there.id == entity) {
                facts.extend(known.with_object(&naming::label(named), COMPARED_MAX)?);
            }
        }
        let in_use = |fact: &Fact| {
            let group = relations::group(&fact.relation).map_or("", |group| group.name);
            is_had(fact) || matches!(group, "driving" | "use")
        };
        outdone.extend(facts.into_iter().filter(|fact| is_open(fact) && in_use(fact)));
    }
    if disposes(claim) {
        let facts = known.with_object(&claim.object.name, COMPARED_MAX)?;
        outdone.extend(facts.into_iter().filter(|fact| is_current(fact) && is_thing(fact)));
    }
    if relations::transfers(&claim.relation) && !claim.negated {
        let places = relations::variants("estar_en");
        let mut facts = known.about_in(&claim.object.name, &places, COMPARED_MAX)?;
        if let Some((head, _)) = claim.object.name.split_once(" de").filter(|_| facts.is_empty()) {
            // `saqué la bici del trastero`
            facts = known.about_in(head, &places, COMPARED_MAX)?;
        }
        let told = claim.status != FactStatus::Planned;
        outdone.extend(facts.into_iter().filter(|fact| told && is_open(fact)));
    }
    if holds_now(claim) {
        let mut places = relations::variants("estar_en");
        places.extend(["be_with", "estar_con", "live_in", "live_under", "live_on"]);
        let facts = known.about_in(&claim.object.name, &places, COMPARED_MAX)?;
        outdone.extend(facts.into_iter().filter(is_open));
    }
    if states::brings_back(claim) {
        let facts = known.with_object(&claim.object.name, COMPARED_MAX)?;
        let lent = |fact: &Fact| is_had(fact) && fact.subject != SPEAKER && is_current(fact);
        outdone.extend(facts.into_iter().filter(lent));
    }
    outdone.extend(states::undone(cast, known)?);
    if takes_over(claim) {
        let facts = known.with_object(&claim.object.name, COMPARED_MAX)?;
        let before = |fact: &Fact| {
            fact.relation == claim.relation && !compare::same(&fact.subject, &claim.subject.name)
        };
        outdone.extend(facts.into_iter().filter(|fact| is_open(fact) && before(fact)));
    }
    Ok(outdone)
}

/// Returns whose facts the claim may concern: its subject's, and the speaker's for `nosotros`.
fn subjects(cast: &Cast, known: &dyn Facts) -> Lookup<Vec<EntityId>> {
    let mut found: Vec<EntityId> = match cast.subject {
        Whom::Known(entity) => vec![entity],
        Whom::New | Whom::Value => Vec::new(),
    };
    found.extend(cast.naming.iter().filter_map(|change| match change {
        Change::Merge { from, into } if cast.subject == Whom::Known(*into) => Some(*from),
        _ => None,
    }));
    let shared = relations::nature(&cast.claim.relation) == Nature::Functional
        || relations::ending(&cast.claim.relation).is_some();
    let other = match cast.claim.subject.name.as_str() {
        SPEAKERS => Some(SPEAKER),
        _ if resolve::is_speaker(&cast.claim.subject) => Some(SPEAKERS),
        _ => None,
    };
    if let Some(other) = other.filter(|_| shared) {
        found.extend(known.entities(other)?.into_iter().map(|entity| entity.id));
    }
    Ok(found)
}

/// Returns the names that facts of a subject are kept under: what is told of us is told of the
/// speaker, too.
pub(super) fn names_of(subject: &Party) -> Vec<&str> {
    if resolve::is_speaker(subject) || subject.name == SPEAKERS {
        return vec![SPEAKER, SPEAKERS];
    }
    vec![&subject.name]
}

pub(super) fn class(claim: &Claim) -> Class {
    compare::class(&claim.object.name, claim.object.kind)
}

/// Returns the held fact that says what the claim says.
pub(super) fn twin<'a>(claim: &Claim, heard: &Heard, alike: &'a [Fact]) -> Option<&'a Fact> {
    let once =
        relations::nature(&claim.relation) == Nature::Event || claim.status == FactStatus::Planned;
    // Read again, a message finds what it said, even where it corrected itself since.
    let told = |fact: &&Fact| {
        is_of(fact, heard)
            && fact.relation == claim.relation
            && fact.negated == claim.negated
            && same_object(claim, fact)
    };
    let held = |fact: &&Fact| fact.status != FactStatus::Superseded;
    alike.iter().find(told).or_else(|| {
        alike.iter().filter(held).find(|fact| {
            let same_time = fact.when == claim.when || claim.when.is_none() || !once;
            let less = relations::nature(&claim.relation) == Nature::Functional
                && compare::within(&claim.object.name, &fact.object);
            sign(claim.negated, &claim.relation) == sign(fact.negated, &fact.relation)
                && fact.status == claim.status
                && same_time
                && (same_object(claim, fact) || less && !is_of(fact, heard))
        })
    })
}

/// Returns the held facts that the claim closes.
pub(super) fn closings<'a>(cast: &Cast, heard: &Heard, held: &'a Held) -> Vec<Closing<'a>> {
    let claim = &cast.claim;
    let mut found: Vec<Closing<'a>> = Vec::new();
    let mut close = |fact: &'a Fact, replaced: bool| {
        if !found.iter().any(|closing| closing.fact.id == fact.id) {
            found.push(Closing { fact, replaced });
        }
    };
    match &claim.effect {
        Effect::Add => {}
        Effect::End => {
            held.alike.iter().filter(|fact| ended(claim, fact)).for_each(|fact| close(fact, false));
        }
        Effect::Replace { old } => {
            for fact in replaced(claim, old.as_deref(), held) {
                close(fact, true);
            }
        }
    }
    held.others.iter().filter(|fact| left(claim, fact)).for_each(|fact| close(fact, false));
    let over = |fact: &&Fact| {
        let left = company::ends(claim, fact) && !is_of(fact, heard);
        let left = left || work::ends(claim, fact) || diets::ends(claim, fact);
        is_open(fact) && left || states::passes(claim, fact)
    };
    held.others.iter().filter(over).for_each(|fact| close(fact, false));
    held.others
        .iter()
        .filter(|fact| is_current(fact) && work::renews(claim, fact) && !is_of(fact, heard))
        .for_each(|fact| close(fact, true));
    held.others
        .iter()
        .filter(|fact| marriage::changes(claim, fact))
        .for_each(|fact| close(fact, true));
    held.outdone.iter().for_each(|fact| close(fact, true));
    let earlier = || held.alike.iter().filter(|fact| !is_of(fact, heard));
    if claim.effect != Effect::End {
        earlier().filter(|fact| gives_way(claim, heard, fact)).for_each(|fact| close(fact, true));
    }
    earlier().filter(|fact| contradicts(claim, fact)).for_each(|fact| close(fact, true));
    earlier().filter(|fact| is_over(claim, heard, fact)).for_each(|fact| close(fact, true));
    let again = !plans::is_off(claim);
    let moved =
        held.planned.iter().filter(|fact| !is_of(fact, heard) && plans::moves(claim, heard, fact));
    moved.for_each(|fact| close(fact, again));
    found
}

fn sign(negated: bool, relation: &str) -> bool {
    negated == relations::is_contrary(relation)
}

pub(super) fn is_current(fact: &Fact) -> bool {
    fact.status == FactStatus::Current && sign(fact.negated, &fact.relation)
}

/// Returns whether the fact holds or is to come.
fn is_open(fact: &Fact) -> bool {
    is_current(fact) || fact.status == FactStatus::Planned && sign(fact.negated, &fact.relation)
}

/// Returns whether the fact was learned from the message that is heard. One that was written by hand
/// before, and only mentioned in the message, was not.
pub(super) fn is_of(fact: &Fact, heard: &Heard) -> bool {
    let Some((conversation, turn)) = &heard.message else { return false };
    fact.evidence.as_ref().is_some_and(|told| {
        told.conversation == *conversation && told.turn == *turn && told.said <= fact.learned
    })
}

fn same_object(claim: &Claim, fact: &Fact) -> bool {
    object_names(claim).any(|name| compare::same(name, &fact.object))
}

/// Returns whether one of the two objects says no more than the other does.
fn like_object(claim: &Claim, fact: &Fact) -> bool {
    object_names(claim).any(|name| {
        compare::within(name, &fact.object)
            || compare::within(&fact.object, name)
            || hints::mean_the_same(name, &fact.object)
    })
}

fn object_names(claim: &Claim) -> impl Iterator<Item = &String> {
    std::iter::once(&claim.object.name).chain(&claim.object.also)
}

/// Returns whether a claim that ends something ends this fact of the same relation.
fn ended(claim: &Claim, fact: &Fact) -> bool {
    let object = &claim.object.name;
    let any = ["*", "sí", "yes"].contains(&object.as_str());
    is_open(fact) && (any || like_object(claim, fact) || is_whole(object, &fact.relation))
}

/// Returns whether `object` stands for all facts of the relation: `trabajo` for `trabajar_en`.
fn is_whole(object: &str, relation: &str) -> bool {
    let Some(group) = relations::group(relation) else { return false };
    let names: Option<&&[&str]> =
        WHOLES.iter().find(|(name, _)| *name == group.name).map(|(_, names)| names);
    let words = naming::words(object);
    names.is_some_and(|names| matches!(words.as_slice(), [word] if names.contains(&word.as_str())))
}

/// Returns whether the claim's verb ends this fact: `vendí el coche` ends `tener coche`.
fn left(claim: &Claim, fact: &Fact) -> bool {
    let Some(ending) = relations::ending(&claim.relation) else { return false };
    let told = !claim.negated && claim.status != FactStatus::Planned;
    let group = relations::group(&fact.relation).map(|group| group.name);
    let concerned = group
        .map_or(!ending.all, |group| ending.ends.is_empty() || ending.ends.contains(&group))
        || fact.object.starts_with("member of ");
    let member = fact.object.strip_prefix("member of ");
    let meant = ending.all
        || like_object(claim, fact)
        || member.is_some_and(|club| compare::within(club, &claim.object.name))
        || is_whole(&claim.object.name, &fact.relation)
        || ending.ends.is_empty() && compare::is_doing(&claim.object.name, fact);
    let own = owner(&claim.object.name) == owner(&fact.object);
    told && concerned && meant && own && is_open(fact) && fact.relation != claim.relation
}

/// Returns whose the named thing is, when that is part of its name: `brother's Fiesta`.
fn owner(name: &str) -> Option<&str> {
    name.split_once("'s ").map(|(owner, _)| owner)
}

/// Returns whether the claim gives something away: `he vendido la Vespa`.
fn disposes(claim: &Claim) -> bool {
    let ends_having =
        relations::ending(&claim.relation).is_some_and(|ending| ending.ends.contains(&"driving"));
    ends_having && !claim.negated && claim.status == FactStatus::Past
}

/// Returns whether the fact says what a thing of the speaker's is: `moto ser Vespa`.
fn is_thing(fact: &Fact) -> bool {
    let being = relations::group(&fact.relation).is_some_and(|group| group.name == "being");
    being && fact.subject != SPEAKER && !relations::is_role(&fact.subject)
}

/// Returns whether somebody does now what another did: `ahora a mi padre lo lleva la doctora Sanz`.
fn takes_over(claim: &Claim) -> bool {
    claim.effect == Effect::Replace { old: None }
        && relations::group(&claim.relation).is_none()
        && !resolve::is_speaker(&claim.subject)
        && (relations::is_role(&claim.object.name) || claim.object.kind == Kind::Person)
}

/// Returns whether somebody has with them what was elsewhere: `my brother has the keys now`.
fn holds_now(claim: &Claim) -> bool {
    let has = relations::group(&claim.relation).is_some_and(|group| group.name == "having");
    let holds = has || matches!(claim.relation.as_str(), "keep" | "hold" | "guardar");
    holds
        && !claim.negated
        && claim.effect == Effect::Replace { old: None }
        && claim.status == FactStatus::Current
        && !resolve::is_speaker(&claim.subject)
        && claim.subject.name != SPEAKERS
}

/// Returns whether the fact says what somebody is called.
fn names_somebody(fact: &Fact) -> bool {
    let group = relations::group(&fact.relation).map(|group| group.name);
    group == Some("name") || group == Some("being") && naming::is_proper(&fact.object)
}

fn is_had(fact: &Fact) -> bool {
    relations::group(&fact.relation).is_some_and(|group| group.name == "having")
}

/// Returns the facts whose place the claim takes because it says so.
fn replaced<'a>(claim: &Claim, old: Option<&str>, held: &'a Held) -> Vec<&'a Fact> {
    let replaceable = |fact: &&Fact| {
        // What is put right may be long over: `nació en Lorca, perdón, en Totana`.
        let over = old.is_some() && claim.status == FactStatus::Past;
        (matches!(fact.status, FactStatus::Current | FactStatus::Planned)
            || over && fact.status == FactStatus::Past)
            && fact.negated == claim.negated
            && (!same_object(claim, fact)
                || fact.status == FactStatus::Planned && fact.when != claim.when)
    };
    let Some(old) = old else {
        let group = relations::group(&claim.relation).map(|group| group.name);
        let of_kind = |fact: &&Fact| match group {
            _ if relations::is_attribute(&claim.subject.name) => true,
            Some("being") if work::changes_trade(claim, fact) => true,
            Some("being" | "state") => class(claim) == compare::class(&fact.object, Kind::Thing),
            // Who has a cat now may have a dog still; who has a Kia now, no Seat.
            Some("having") if class(claim) == Class::Proper => {
                compare::class(&fact.object, Kind::Thing) == Class::Proper
            }
            Some("having" | "liking") => {
                compare::excludes(claim, fact) || compare::alike(&claim.object.name, &fact.object)
            }
            _ => true,
        };
        return held.alike.iter().filter(replaceable).filter(of_kind).collect();
    };
    let named =
        |fact: &&Fact| compare::within(old, &fact.object) || compare::within(&fact.object, old);
    let alike: Vec<&Fact> = held.alike.iter().filter(replaceable).filter(named).collect();
    if alike.is_empty() {
        let is_end = |fact: &&Fact| relations::ending(&fact.relation).is_some();
        let others = held.others.iter().filter(replaceable).filter(named);
        return others.filter(|fact| !is_end(fact)).collect();
    }
    alike
}

/// Returns whether a fact of an earlier message gives way because one value holds at a time.
fn gives_way(claim: &Claim, heard: &Heard, fact: &Fact) -> bool {
    // `me mudé a Sevilla` is over as an event and says where somebody lives now.
    let arrives = relations::arrives(&claim.relation);
    let now = claim.status == FactStatus::Current || arrives && claim.status == FactStatus::Past;
    let more = compare::within(&fact.object, &claim.object.name)
        && relations::nature(&claim.relation) == Nature::Functional;
    let both_to_come = claim.status == FactStatus::Planned
        && fact.status == FactStatus::Planned
        && !resolve::is_speaker(&claim.subject)
        && fact.relation == claim.relation;
    let left = arrives
        && fact.status == FactStatus::Past
        && relations::arrives(&fact.relation)
        && relations::group(&fact.relation).is_some_and(|group| group.name == "home");
    (now && (is_current(fact) || left) || both_to_come)
        && !claim.negated
        && !same_object(claim, fact)
        && (more || compare::excludes(claim, fact) || starts_after(claim, heard, fact))
}

/// Returns whether the claim is newer than the fact, where people have one at a time but for
/// exceptions: `desde hoy trabaja en el aeropuerto`, or told long after.
fn starts_after(claim: &Claim, heard: &Heard, fact: &Fact) -> bool {
    let group = relations::group(&claim.relation).map(|group| group.name);
    let mostly_one = matches!(group, Some("work" | "trade" | "school" | "driving" | "renting"));
    let couple = group == Some("romance")
        && naming::is_proper(&claim.object.name)
        && naming::is_proper(&fact.object);
    let since = claim.since.as_ref().is_some_and(|since| *since > fact.learned.date());
    let long_after = fact.learned.after(LONG) <= heard.at;
    couple || mostly_one && (since || claim.since.is_none() && long_after)
}

/// Returns whether the fact is the claim's contrary.
fn contradicts(claim: &Claim, fact: &Fact) -> bool {
    let (says, said) = (sign(claim.negated, &claim.relation), sign(fact.negated, &fact.relation));
    let has = relations::group(&claim.relation).is_some_and(|group| group.name == "having");
    let object = &claim.object.name;
    let about_it = same_object(claim, fact)
        || said && compare::within(object, &fact.object)
        || !said && has && compare::within(&fact.object, object);
    says != said
        && about_it
        && claim.status == FactStatus::Current
        && fact.status == FactStatus::Current
}

/// Returns whether the claim tells as past what the fact held as current, or as planned until now.
fn is_over(claim: &Claim, heard: &Heard, fact: &Fact) -> bool {
    let lasted = fact.status == FactStatus::Current
        && relations::nature(&fact.relation) != Nature::Event
        && fact.relation == claim.relation;
    let due = fact.when.as_ref().is_none_or(|when| when.as_str() <= heard.day.as_str());
    // `tuve un hijo` is a birth.
    let lasted = lasted && !(is_had(fact) && relations::is_role(&fact.object));
    let was_planned = fact.status == FactStatus::Planned && due;
    claim.status == FactStatus::Past
        && claim.negated == fact.negated
        && same_object(claim, fact)
        && (lasted || was_planned)
}
