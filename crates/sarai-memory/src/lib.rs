//! Keeps what the assistant was told, in SQLite. The only crate with SQL over it.
//!
//! [`Memory`] is a cheap handle: clone it. One thread writes, a few connections read beside it.
//! Every question to it names a person, and nobody's question finds another's words.
#![forbid(unsafe_code)]

mod ask;
pub mod bench;
mod care;
mod earlier;
mod error;
pub mod eval;
mod facts;
mod file;
mod forget;
mod handle;
mod learn;
mod leftovers;
pub mod locomo;
mod people;
mod readers;
mod recall;
mod seal;
mod search;
mod title;
mod told;
mod trace_json;
mod turns;
mod understanding;
mod vectors;
mod words;
mod writer;

pub use ask::Asked;
pub use care::{
    BackedUp, Checked, Exported, ImportRefusal, Imported, Night, Recovery, RecoverySource,
    RefusedLine, Rotated, Sizes, Vacuumed,
};
pub use error::{Cause, MemoryError, Operation};
pub use facts::{AsOf, EntitySummary, FactEdit, FactFilter, NewFact, Stats, Stored, WrongAsOf};
pub use forget::{Forget, Forgotten};
pub use handle::Memory;
pub use learn::{Learned, RefusedPart, Utterance};
pub use leftovers::{Leftover, LeftoverRead, PROPOSALS_MAX};
pub use recall::{Passage, Passages};
pub use sarai_facts::asking::Answer;
pub use sarai_facts::asking::talk::{Forgettable, Talk, read as talk_of};
pub use sarai_facts::grounding::Proposal;
pub use sarai_facts::reading::{Refusal, Role};
pub use sarai_facts::tongue::decide as language_of;
#[cfg(feature = "encryption")]
pub use seal::Passphrase;
pub use seal::{Seal, SealError};
pub use turns::NewTurn;
pub use understanding::{Abilities, Understanding};
pub use vectors::VectorState;
