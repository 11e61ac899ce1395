//! An engine process on a toy library, seen through its socket.

mod answers;
mod client;
mod constraints;
mod prefixes;
mod protocol;
mod queue;
mod states;
mod templates;
mod toy;
