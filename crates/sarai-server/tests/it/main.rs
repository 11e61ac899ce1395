//! The server over real sockets, with a scripted engine and a memory that lives in memory.

// So that clippy takes the helpers for tests too.
#[cfg(test)]
mod support;

#[cfg(test)]
mod auth;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod independence;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod native;
#[cfg(test)]
mod other_apis;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod web;

#[cfg(test)]
mod slow;
