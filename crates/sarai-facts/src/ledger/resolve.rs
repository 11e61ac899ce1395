//! Whom a claim speaks of: which known entity, or a new one, and what its names become.

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use super::compare::{self, Class};
use super::{
    Change, Heard, Whom, begun, counts, exchange, hints, plans, posts, rules, succession, titles,
    work,
};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::lookup::{Entity, EntityId, Facts, Lookup};
use crate::{naming, relations};

/// How many facts are looked through for somebody of whom a part of the name is said.
pub(super) const PARTIAL_NAMES_MAX: usize = 64;

/// How many facts of what somebody is are looked through for a name.
const NAMINGS_MAX: usize = 64;

/// A claim whose subject and object are found.
pub(super) struct Cast {
    /// With every name that its subject is given and its object is known by.
    pub(super) claim: Claim,
    pub(super) subject: Whom,
    pub(super) object: Whom,
    /// What becomes of names.
    pub(super) naming: Vec<Change>,
    /// Who had the single role that somebody new has now.
    pub(super) predecessors: Vec<EntityId>,
}

/// Somebody found, or not.
struct Found {
    whom: Whom,
    naming: Vec<Change>,
    predecessors: Vec<EntityId>,
}

/// Finds whom `claim` speaks of.
pub(super) fn cast(claim: &Claim, heard: &Heard, known: &dyn Facts) -> Lookup<Cast> {
    let mut claim = claim.clone();
    if let Some(name) = hints::renewed(&claim.subject.name, known)? {
        claim.subject.name = name;
        if claim.effect == Effect::Add && !claim.negated {
            claim.effect = Effect::Replace { old: None };
        }
    }
    if let Some(attribute) = hints::meant_attribute(&claim, known)? {
        claim.subject = Party { span: claim.subject.span.clone(), ..Party::named(attribute) };
    }
    if !is_speaker(&claim.subject)
        && known.entities(&claim.subject.name)?.is_empty()
        && let Some(meant) = hints::by_part(&claim.subject, known)?
        && !naming::is_proper(&claim.subject.name)
    {
        claim.subject.name = meant.name;
    }
    reread(&mut claim, heard, known)?;
    let mut given = given_name(&claim);
    if given.is_none()
        && let Some(relation) = renaming(&claim, known)?
    {
        claim.relation = relation;
        claim.effect = Effect::Replace { old: None };
        given = Some(claim.object.name.clone());
    }
    if let Some(name) = &given {
        claim.subject.also.push(name.clone());
    }
    if claim.negated && is_naming(&claim) {
        let Claim { subject, object, .. } = &mut claim;
        subject.also.retain(|name| !compare::same(name, &object.name));
    }
    let corrects =
        given.is_some() && claim.effect != Effect::Add && !has_successor(&claim, heard, known)?;
    let mut found = find(&claim.subject, corrects, known)?;
    if let (Effect::Replace { old }, Whom::Known(entity), true) =
        (&claim.effect, found.whom, corrects)
    {
        found.naming.extend(renamed(entity, &claim, old.as_deref(), known)?);
    }
    if claim.negated
        && is_naming(&claim)
        && let Whom::Known(entity) = found.whom
    {
        found.naming.push(Change::Unalias { entity, name: claim.object.name.clone() });
    }
    let object = if given.is_some() || is_value(&claim) {
        Found { whom: Whom::Value, naming: Vec::new(), predecessors: Vec::new() }
    } else {
        find(&claim.object, false, known)?
    };
    if let Whom::Known(entity) = object.whom {
        for named in known.entities(&claim.object.name)?.iter().filter(|there| there.id == entity) {
            claim.object.also.push(naming::label(named));
            claim.object.also.extend(named.names.iter().cloned());
        }
    }
    let is_unheard = claim.negated && object.whom == Whom::New;
    let object_whom = if is_unheard { Whom::Value } else { object.whom };
    found.naming.extend(object.naming);
    let Found { whom: subject, naming, mut predecessors } = found;
    let takes_over = relations::is_single_role(&claim.subject.name)
        || matches!(claim.effect, Effect::Replace { .. });
    predecessors.retain(|_| takes_over);
    Ok(Cast { claim, subject, object: object_whom, naming, predecessors })
}

/// Tells a change in the words that what it changes was told in.
fn reread(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    hints::aged(claim);
    exchange::told_alike(claim, known)?;
    exchange::recounted(claim, known)?;
    posts::filled(claim, heard, known)?;
    begun::named(claim, heard, known)?;
    begun::promoted(claim, known)?;
    begun::provided(claim, known)?;
    begun::enrolled(claim, heard, known)?;
    begun::housed(claim, known)?;
    work::shifted(claim, known)?;
    counts::recounted(claim, known)?;
    counts::given(claim, known)?;
    titles::filled(claim, heard, known)?;
    hints::carried(claim, known)?;
    plans::completed(claim, known)?;
    succession::told_alike(claim, heard, known)?;
    hints::unlabel(claim, known)?;
    hints::revalue(claim, known)
}

/// Returns the relation by which the subject got its name, when the claim says another one as what
/// it is: “se llama Yolanda”, “perdona, es Yolima”.
fn renaming(claim: &Claim, known: &dyn Facts) -> Lookup<Option<String>> {
    let is_being = relations::group(&claim.relation).is_some_and(|group| group.name == "being");
    let Claim { subject, object, .. } = claim;
    let renames = is_being && !claim.negated && naming::is_proper(&object.name);
    if !renames || is_speaker(subject) {
        return Ok(None);
    }
    for entity in known.entities(&subject.name)? {
        let facts = known.of(entity.id, &relations::variants("llamarse"), NAMINGS_MAX)?;
        let named = facts.into_iter().find(|fact| {
            fact.status == FactStatus::Current
                && !fact.negated
                && !compare::same(&fact.object, &object.name)
        });
        if let Some(fact) = named {
            return Ok(Some(fact.relation));
        }
        let replaces = matches!(claim.effect, Effect::Replace { .. });
        if replaces && entity.names.iter().any(|name| naming::is_proper(name)) {
            return Ok(Some(claim.relation.clone()));
        }
    }
    Ok(None)
}

/// Returns whether a new name means somebody else: “ahora mi dentista es Belmonte”, or one said on
/// another day than the name before. Else it corrects that name.
fn has_successor(claim: &Claim, heard: &Heard, known: &dyn Facts) -> Lookup<bool> {
    let person = claim.subject.kind == Kind::Person || claim.object.kind == Kind::Person;
    let is_place = relations::is_post(&claim.subject.name)
        || person && !relations::is_role(&claim.subject.name);
    for entity in known.entities(&claim.subject.name)? {
        let follows = claim.effect == (Effect::Replace { old: None });
        let names = relations::variants("llamarse").into_iter().chain(relations::variants("ser"));
        let naming = known.of(entity.id, &names.collect::<Vec<_>>(), NAMINGS_MAX)?;
        let earlier = |fact: &Fact| {
            let another_day = fact.learned.date() != heard.at.date();
            let followed = follows && !rules::is_of(fact, heard);
            naming::is_proper(&fact.object) && (followed || another_day)
        };
        if is_place && naming.iter().any(earlier) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns `claim` with the names and features that its subject and object have among what is
/// known, as later messages refer to them.
pub(super) fn resolved(claim: &Claim, known: &dyn Facts) -> Lookup<Claim> {
    let mut claim = claim.clone();
    let is_plain = is_value(&claim) || given_name(&claim).is_some();
    fill(&mut claim.subject, known)?;
    if !is_plain {
        fill(&mut claim.object, known)?;
    }
    Ok(claim)
}

fn fill(party: &mut Party, known: &dyn Facts) -> Lookup<()> {
    if is_speaker(party) {
        *party = Party { span: party.span.clone(), ..Party::speaker() };
        return Ok(());
    }
    let (fitting, _) = candidates(party, false, known)?;
    if let Some(entity) = latest(&fitting.iter().collect::<Vec<_>>(), known)? {
        let label = naming::label(&entity);
        party.also = entity.names.iter().filter(|name| **name != label).cloned().collect();
        party.name = label;
        party.kind = if party.kind == Kind::Thing { entity.kind } else { party.kind };
        party.gender = party.gender.or(entity.gender);
        party.number = party.number.or(entity.number);
    }
    Ok(())
}

/// Returns whether `claim` says what its subject is called.
pub(super) fn is_naming(claim: &Claim) -> bool {
    relations::group(&claim.relation).is_some_and(|group| group.name == "name")
}

/// Returns the name that `claim` gives its subject: a proper name to a role, or a role to a name.
fn given_name(claim: &Claim) -> Option<String> {
    let Claim { subject, object, .. } = claim;
    if claim.negated || is_speaker(subject) || claim.effect == Effect::End {
        return None;
    }
    let is_identity = relations::group(&claim.relation).is_some_and(|group| group.name == "being")
        && claim.status == FactStatus::Current;
    let names_it = is_naming(claim)
        || is_identity && naming::is_proper(&object.name) && names_somebody(subject, object);
    let places_it =
        is_identity && naming::is_proper(&subject.name) && relations::is_role(&object.name);
    (names_it || places_it).then(|| object.name.clone())
}

fn names_somebody(subject: &Party, object: &Party) -> bool {
    let has_number = object.name.contains(|c: char| c.is_ascii_digit());
    let is_somebody = |kind| matches!(kind, Kind::Person | Kind::Animal);
    let person = relations::is_role(&subject.name)
        || !naming::is_proper(&subject.name) && is_somebody(object.kind);
    person && !has_number && !relations::is_attribute(&subject.name)
}

pub(super) fn is_speaker(party: &Party) -> bool {
    party.kind == Kind::Speaker || party.name == SPEAKER
}

/// Returns whether the object is a plain value and nothing that other facts speak of.
fn is_value(claim: &Claim) -> bool {
    let class = compare::class(&claim.object.name, claim.object.kind);
    let group = relations::group(&claim.relation).map(|group| group.name);
    is_naming(claim)
        || matches!(class, Class::Time | Class::Quantity)
        || matches!(group, Some("being" | "state")) && class != Class::Proper
        || claim.object.name == "*"
}

/// Finds the entity that has the names of `party`. With `corrects`, one that has another proper
/// name counts too.
fn find(party: &Party, corrects: bool, known: &dyn Facts) -> Lookup<Found> {
    if is_speaker(party) {
        let speaker = known.entities(SPEAKER)?.into_iter().next();
        let whom = speaker.map_or(Whom::New, |entity| Whom::Known(entity.id));
        return Ok(Found { whom, naming: Vec::new(), predecessors: Vec::new() });
    }
    let (fitting, conflicting) = candidates(party, corrects, known)?;
    let by_name = |proper: bool| {
        fitting.iter().filter(move |entity| {
            let shared = shared_names(entity, party);
            shared.iter().any(|name| naming::is_proper(name) == proper)
        })
    };
    let best = |found: Vec<&Entity>| latest(&found, known);
    let by_proper = best(by_name(true).collect())?;
    let by_role = best(by_name(false).collect())?;
    let mut naming = Vec::new();
    let whom = match (by_proper, by_role) {
        (Some(named), Some(placed)) => {
            let separate = named.id != placed.id
                && shared_names(&placed, party).len() < 2
                && !placed.names.iter().any(|name| naming::is_proper(name));
            if separate && !party.also.is_empty() {
                naming.push(Change::Merge { from: placed.id, into: named.id });
            }
            naming.extend(missing_names(&named, party));
            Whom::Known(named.id)
        }
        (Some(entity), None) | (None, Some(entity)) => {
            naming.extend(missing_names(&entity, party));
            Whom::Known(entity.id)
        }
        (None, None) => match hints::by_part(party, known)? {
            Some(entity) => {
                naming.extend(missing_names(&entity, party));
                Whom::Known(entity.id)
            }
            None => Whom::New,
        },
    };
    let predecessors = if whom == Whom::New { conflicting } else { Vec::new() };
    let predecessors = predecessors.into_iter().map(|entity| entity.id).collect();
    Ok(Found { whom, naming, predecessors })
}

/// Returns the entities that have a name of `party`: those that can be it, and those that cannot.
fn candidates(
    party: &Party,
    corrects: bool,
    known: &dyn Facts,
) -> Lookup<(Vec<Entity>, Vec<Entity>)> {
    let mut found: Vec<Entity> = Vec::new();
    for name in names(party) {
        for entity in known.entities(name)? {
            if !found.iter().any(|there| there.id == entity.id) {
                found.push(entity);
            }
        }
    }
    found.retain(|entity| entity.kind != Kind::Speaker);
    let can_be = |entity: &Entity| corrects || !conflicts(entity, party);
    Ok(found.into_iter().partition(can_be))
}

fn names(party: &Party) -> impl Iterator<Item = &str> {
    std::iter::once(&party.name).chain(&party.also).map(String::as_str)
}

/// Returns the names of `party` by which `entity` is known.
fn shared_names<'a>(entity: &Entity, party: &'a Party) -> Vec<&'a str> {
    let has = |name: &&str| {
        let folded = fold(name);
        entity.names.iter().any(|there| fold(there) == folded)
            || fold(&naming::label(entity)) == folded
    };
    names(party).filter(has).collect()
}

/// Returns whether the names say that `entity` and `party` are two: each has a proper name and
/// none fits the other's, or each has a role and none is the other's.
pub(super) fn conflicts(entity: &Entity, party: &Party) -> bool {
    let fits = |one: &str, other: &str| compare::within(one, other) || compare::within(other, one);
    let apart = |wanted: &dyn Fn(&str) -> bool| {
        let theirs: Vec<&String> = entity.names.iter().filter(|name| wanted(name)).collect();
        let ours: Vec<&str> = names(party).filter(|name| wanted(name)).collect();
        let fit = theirs.iter().any(|there| ours.iter().any(|here| fits(there, here)));
        !theirs.is_empty() && !ours.is_empty() && !fit
    };
    apart(&naming::is_proper) || apart(&|name| !naming::is_proper(name) && relations::is_role(name))
}

/// Returns the one of which something was said last.
fn latest(found: &[&Entity], known: &dyn Facts) -> Lookup<Option<Entity>> {
    let mut best: Option<(Option<i64>, &Entity)> = None;
    for entity in found {
        let told = known.of(entity.id, &[], 1)?.first().map(|fact| fact.id.0);
        if best.is_none_or(|(before, _)| told > before) {
            best = Some((told, entity));
        }
    }
    Ok(best.map(|(_, entity)| entity.clone()))
}

/// Returns the names of `party` that `entity` does not have yet.
fn missing_names(entity: &Entity, party: &Party) -> Vec<Change> {
    let shared = shared_names(entity, party);
    let missing = names(party).filter(|name| !shared.contains(name));
    missing.map(|name| Change::Alias { entity: entity.id, name: name.to_owned() }).collect()
}

/// Returns what takes the wrong names from an entity that is called by another from now on.
fn renamed(
    entity: EntityId,
    claim: &Claim,
    old: Option<&str>,
    known: &dyn Facts,
) -> Lookup<Vec<Change>> {
    let of_it = known.entities(&claim.subject.name)?.into_iter().filter(|there| there.id == entity);
    let is_wrong = |name: &&String| {
        let right = names(&claim.subject).any(|given| compare::same(given, name));
        let told_wrong = old.is_none_or(|old| compare::same(old, name));
        naming::is_proper(name) && !right && told_wrong
    };
    let unalias = |name: &String| Change::Unalias { entity, name: name.clone() };
    Ok(of_it
        .flat_map(|there| there.names.iter().filter(is_wrong).map(unalias).collect::<Vec<_>>())
        .collect())
}
