//! One thing in the place of another: “ditched Sky for Virgin” says `broadband | be_with | Virgin`
//! after “my broadband is with Sky”.

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use super::{compare, resolve};
use crate::claim::{Claim, Effect, Party};
use crate::lookup::{Facts, Lookup};
use crate::relations::{self, Nature};

/// How many facts that name what is given up are looked through, newest first.
const OLD_MAX: usize = 32;

/// Groups of what is not exchanged: who something is given to, who bears a name.
const KEPT: &[&str] = &["name", "surname", "birth", "age", "acquaintance"];

/// Tells what the claim puts in the place of something in the words which that was told with.
pub(super) fn told_alike(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let Effect::Replace { old: Some(old) } = &claim.effect else { return Ok(()) };
    let told = !claim.negated && claim.status != FactStatus::Planned;
    if !told || !relations::exchanges(&claim.relation) {
        return Ok(());
    }
    let mut before: Option<Fact> = None;
    for entity in known.entities(&claim.subject.name)? {
        let facts = known.of(entity.id, &[], OLD_MAX)?;
        before = before.or(facts.into_iter().find(|fact| is_given_up(fact, old)));
    }
    if resolve::is_speaker(&claim.subject) && before.is_none() {
        before = known
            .mentioning(old, OLD_MAX)?
            .into_iter()
            .find(|fact| fact.subject != SPEAKER && is_of_thing(fact) && is_given_up(fact, old));
    }
    let before = match before {
        Some(fact) => Some(fact),
        None => of_another(claim, old, known)?,
    };
    let Some(fact) = before else { return Ok(()) };
    if fact.subject != claim.subject.name {
        let speaker = fact.subject == SPEAKER;
        claim.subject = if speaker { Party::speaker() } else { Party::named(fact.subject) };
    }
    claim.relation = fact.relation;
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: Some(fact.object) };
    Ok(())
}

/// Returns what was told of something that somebody exchanges: whose it is, as in “the doctor swapped
/// Mum's omeprazole”, or what it is, as in “I swapped the car for a Kia”.
fn of_another(claim: &Claim, old: &str, known: &dyn Facts) -> Lookup<Option<Fact>> {
    let own = resolve::is_speaker(&claim.subject);
    let taken = known.mentioning(old, OLD_MAX)?.into_iter().find(|fact| {
        !own && fact.subject != claim.subject.name
            && compare::within(old, &fact.object)
            && is_given_up(fact, &fact.object)
    });
    if taken.is_some() {
        return Ok(taken);
    }
    Ok(known.about(old, OLD_MAX)?.into_iter().find(|fact| {
        let group = relations::group(&fact.relation).map_or("", |group| group.name);
        fact.status == FactStatus::Current && !fact.negated && matches!(group, "being" | "name")
    }))
}

/// Tells how many there are now in the words that their number was told with: after `keep | six
/// hens`, “I'm down to four hens”.
pub(super) fn recounted(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let counts = ["be_down_to", "be_up_to", "cut_down_to", "go_down_to", "be_left_with", "have"]
        .contains(&claim.relation.as_str());
    let had = claim.relation == "have" && claim.status != FactStatus::Current;
    let told = !claim.negated && !had && claim.status != FactStatus::Planned;
    if !counts || !told {
        return Ok(());
    }
    for entity in known.entities(&claim.subject.name)? {
        let before = known.of(entity.id, &[], OLD_MAX)?.into_iter().find(|fact| {
            fact.status == FactStatus::Current
                && !fact.negated
                && relations::nature(&fact.relation) != Nature::Event
                && fact.relation != claim.relation
                && compare::recounts(&claim.object.name, &fact.object)
        });
        if let Some(fact) = before {
            claim.relation = fact.relation;
            claim.status = FactStatus::Current;
            claim.effect = Effect::Replace { old: Some(fact.object) };
            break;
        }
    }
    Ok(())
}

/// Returns whether what is given up is what the fact tells somebody has, uses or does. What the
/// message itself ended a word before counts too.
fn is_given_up(fact: &Fact, old: &str) -> bool {
    let group = relations::group(&fact.relation);
    let lasts = relations::nature(&fact.relation) != Nature::Event
        && group.is_none_or(|group| !KEPT.contains(&group.name));
    let open = fact.status == FactStatus::Current || fact.status == FactStatus::Superseded;
    lasts
        && open
        && !fact.negated
        && (compare::within(old, &fact.object) || compare::within(&fact.object, old))
}

/// Returns whether the fact says what something is or whose it is: `broadband | be_with | Sky`.
fn is_of_thing(fact: &Fact) -> bool {
    let group = relations::group(&fact.relation).map_or("", |group| group.name);
    (matches!(group, "being" | "place") || fact.relation == "be_with")
        && !relations::is_role(&fact.subject)
}
