//! What a claim does to the facts that are known: by rule, never by a guess.

use sarai_core::clock::Timestamp;
use sarai_core::fact::{FactId, FactSource};

use crate::claim::Claim;
use crate::lookup::{Facts, Lookup};

/// Whose claim it is and when it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub source: FactSource,
    pub at: Timestamp,
    /// The day it was said, as an ISO date; closes what a claim ends.
    pub day: String,
    /// From 0 to 1: how sure a first mention is.
    pub confidence: f64,
}

/// One thing to do to the facts, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Keep a new fact. Its subject's and object's entities are made or found by their names.
    Learn { claim: Box<Claim> },
    /// It is known already: one more mention, and this confidence from now on.
    Mention { fact: FactId, confidence: f64 },
    /// It no longer holds since `valid_to`; the fact learned by the same claim took its place, if
    /// `replaced`, else it just ended.
    Close { fact: FactId, valid_to: String, replaced: bool },
    /// These two names are one entity's from now on.
    SameAs { name: String, other: String },
}

/// Decides what `claim` does to the facts in `known`.
pub fn settle(_claim: &Claim, _heard: &Heard, _known: &dyn Facts) -> Lookup<Vec<Change>> {
    Ok(vec![])
}
