//! Reads facts out of what is said, and answers out of facts.
//!
//! Pure: text, the day and what is known come in; claims, changes and answers go out. No language
//! model takes part, so the same words always give the same facts.
//!
//! The way of a message: [`reading::read`] finds claims, [`ledger::settle`] compares each with what
//! is known and says what changes. The way of a question: [`asking::answers`]. Orders to the memory
//! itself: [`asking::talk::read`].
#![forbid(unsafe_code)]

pub mod asking;
pub mod claim;
mod english;
pub mod fold;
mod grammar;
pub mod grounding;
pub mod ledger;
pub mod lookup;
pub mod naming;
pub mod notebook;
pub mod reading;
pub mod relations;
mod spanish;
pub mod tongue;
