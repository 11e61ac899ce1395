//! Everything of an engine process but the native library: protocol server, sessions, template, sampling, grammar.
#![forbid(unsafe_code)]

pub mod backend;
