//! What a claim does to the facts that are known: by rule, never by a guess.

use sarai_core::clock::Timestamp;
use sarai_core::fact::{FactId, FactSource};
use sarai_core::id::{ConversationId, TurnId};

use crate::claim::{Claim, Party};
use crate::lookup::{EntityId, Facts, Lookup};

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

/// Decides what `claim` does to the facts in `known`. The changes of one claim are to be applied
/// before the next claim, of the same message too, is settled.
pub fn settle(claim: &Claim, _heard: &Heard, known: &dyn Facts) -> Lookup<Vec<Change>> {
    let subject = whom(&claim.subject, known)?;
    let object = whom(&claim.object, known)?;
    Ok(vec![Change::Learn { claim: Box::new(claim.clone()), subject, object }])
}

fn whom(party: &Party, known: &dyn Facts) -> Lookup<Whom> {
    let first = known.entities(&party.name)?.into_iter().next();
    Ok(first.map_or(Whom::New, |entity| Whom::Known(entity.id)))
}
