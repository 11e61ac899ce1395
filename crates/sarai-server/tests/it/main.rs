//! The server over real sockets, with a scripted engine and a memory that lives in memory.

mod support;

mod auth;
mod chat;
mod requests;

mod slow;
