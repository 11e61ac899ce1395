//! The server over real sockets, with a scripted engine and a memory that lives in memory.

mod support;

mod auth;
mod chat;
mod native;
mod requests;
mod web;

mod slow;
