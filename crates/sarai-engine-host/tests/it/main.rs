//! An engine process on a toy library, seen through its socket.

mod answers;
mod client;
mod toy;
