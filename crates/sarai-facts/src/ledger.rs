//! What a claim does to the facts that are known: by rule, never by a guess.

mod begun;
mod company;
mod compare;
mod counts;
mod diets;
mod exchange;
mod hints;
mod marriage;
mod plans;
mod posts;
mod resolve;
mod rules;
mod states;
mod succession;
mod titles;
mod work;

use std::ops::Range;

use sarai_core::clock::Timestamp;
use sarai_core::fact::{Extractor, Fact, FactId, FactSource, FactStatus, SPEAKER};
use sarai_core::id::{ConversationId, TurnId};

use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{EntityId, Facts, Lookup};
use crate::relations;

/// Whose claim it is and when it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub source: FactSource,
    pub at: Timestamp,
    /// The day it was said, as an ISO date; closes what a claim ends.
    pub day: String,
    /// From 0 to 1: how sure a first mention is.
    pub confidence: f64,
    /// The message it was said in; `None` for what is entered by hand. What one message says twice
    /// counts once, and one message's facts do not replace each other.
    pub message: Option<(ConversationId, TurnId)>,
}

/// One thing to do to the facts, in the order given, all or none.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Keep a new fact of this subject and this object.
    Learn { claim: Box<Claim>, subject: Whom, object: Whom },
    /// It is known already: one more mention, and this confidence from now on. A second mention
    /// by the same message changes nothing.
    Mention { fact: FactId, confidence: f64 },
    /// It no longer holds since `valid_to`; the fact learned by the same claim took its place, if
    /// `replaced`, else it just ended.
    Close { fact: FactId, valid_to: String, replaced: bool },
    /// The entity has this name too from now on.
    Alias { entity: EntityId, name: String },
    /// The entity never had this name.
    Unalias { entity: EntityId, name: String },
    /// Both are one entity: `from`'s names and facts are `into`'s from now on.
    Merge { from: EntityId, into: EntityId },
}

/// Who or what a fact that is learned speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whom {
    Known(EntityId),
    /// An entity to be made of the claim's party, with all its names.
    New,
    /// The party's name is a plain value, such as a number, a day or a name: no entity has it.
    Value,
}

/// The most that mentions alone make a fact sure.
const CONFIDENCE_MAX: f64 = 0.99;

/// Decides what `claim` does to the facts in `known`. The changes of one claim are to be applied
/// before the next claim, of the same message too, is settled.
///
/// What anybody but the user says closes nothing that the user said, and is not kept where it
/// contradicts that.
pub fn settle(claim: &Claim, heard: &Heard, known: &dyn Facts) -> Lookup<Vec<Change>> {
    if says_nothing(claim) {
        return Ok(Vec::new());
    }
    let cast = resolve::cast(claim, heard, known)?;
    let held = rules::held(&cast, known)?;
    let by_user = heard.source == FactSource::UserInput;
    let twin = rules::twin(&cast.claim, heard, &held.alike);
    if let Some(twin) = twin.filter(|twin| !by_user || twin.source == FactSource::UserInput) {
        let mut changes = if by_user { cast.naming } else { Vec::new() };
        changes.extend(mention(claim, heard, twin));
        return Ok(changes);
    }
    let mut closings = rules::closings(&cast, heard, &held);
    closings.extend(twin.map(|fact| rules::Closing { fact, replaced: true }));
    if !by_user && closings.iter().any(|closing| closing.fact.source == FactSource::UserInput) {
        return Ok(Vec::new());
    }
    let learns = learns(&cast.claim, &closings);
    let mut changes = cast.naming;
    changes.extend(closings.iter().map(|closing| Change::Close {
        fact: closing.fact.id,
        valid_to: heard.day.clone(),
        replaced: closing.replaced && learns,
    }));
    if learns {
        let mut claim = cast.claim;
        if claim.effect == Effect::End
            && !claim.negated
            && relations::ending(&claim.relation).is_none()
        {
            // It is told as over, and was not known before.
            claim.status = FactStatus::Past;
        }
        if let Some(day) = plans::replanned(&claim, heard) {
            (claim.status, claim.when) = (FactStatus::Planned, Some(day));
        }
        let (subject, object) = (cast.subject, cast.object);
        changes.push(Change::Learn { claim: Box::new(claim), subject, object });
    }
    Ok(changes)
}

/// Returns `claim`, whose changes are applied, as later messages refer to it: with the names and
/// features its subject and object have in `known`. For [`crate::reading::Earlier::claims`].
pub fn resolved(claim: &Claim, known: &dyn Facts) -> Lookup<Claim> {
    resolve::resolved(claim, known)
}

/// Returns the claim that a kept fact was learned by, its names resolved, for
/// [`crate::reading::Earlier::claims`] when only the facts of a message are left.
pub fn claim_of(fact: &Fact, known: &dyn Facts) -> Lookup<Claim> {
    let spans = fact.evidence.as_ref();
    let party = |name: &str, span: Option<&Range<usize>>| Party {
        kind: if name == SPEAKER { Kind::Speaker } else { Kind::Thing },
        span: span.cloned(),
        ..Party::named(name)
    };
    let subject = party(&fact.subject, spans.and_then(|said| said.subject.as_ref()));
    let mut object = party(&fact.object, spans.and_then(|said| said.object.as_ref()));
    // `sorry, Thursday` looks for a day to put right, and facts do not keep of what kind they are.
    object.kind = match compare::kind(&object.name) {
        // `día 14`, of something that takes place, is a day.
        Some(Kind::Quantity) if fact.when.is_some() && is_being(&fact.relation) => Kind::Time,
        Some(kind) => kind,
        None => object.kind,
    };
    let status = match fact.status {
        FactStatus::Superseded => FactStatus::Past,
        other => other,
    };
    let claim = Claim {
        subject,
        relation: fact.relation.clone(),
        object,
        negated: fact.negated,
        status,
        when: fact.when.clone(),
        since: fact.valid_from.clone(),
        effect: Effect::Add,
        extractor: fact.extractor,
        span: 0..spans.map_or(0, |said| said.text.len()),
    };
    resolve::resolved(&claim, known)
}

fn is_being(relation: &str) -> bool {
    relations::group(relation).is_some_and(|group| group.name == "being")
}

/// Returns whether the claim says of something that it is itself.
fn says_nothing(claim: &Claim) -> bool {
    let Claim { subject, object, .. } = claim;
    !claim.negated && claim.effect == Effect::Add && compare::same(&subject.name, &object.name)
}

/// Returns whether the claim is kept as a fact of its own. One that ends something is not when the
/// end of what is known says it all.
fn learns(claim: &Claim, closings: &[rules::Closing<'_>]) -> bool {
    claim.effect != Effect::End
        || claim.object.name != "*"
            && (claim.negated && relations::group(&claim.relation).is_none()
                || closings.is_empty()
                || relations::ending(&claim.relation).is_some())
}

/// Returns one more mention of a known fact. One message counts once; only what the user says on
/// their own makes a fact surer.
fn mention(claim: &Claim, heard: &Heard, twin: &Fact) -> Option<Change> {
    if heard.source != FactSource::UserInput || rules::is_of(twin, heard) {
        return None;
    }
    let surer = 1.0 - (1.0 - twin.confidence) * (1.0 - heard.confidence);
    let own = !matches!(claim.extractor, Extractor::Reply | Extractor::Model);
    let confidence =
        if own { surer.min(CONFIDENCE_MAX).max(twin.confidence) } else { twin.confidence };
    Some(Change::Mention { fact: twin.id, confidence })
}
