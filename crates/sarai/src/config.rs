//! The configuration: one TOML file over the defaults, the environment over the file.
//!
//! The only place that reads the environment. Every key is in one table ([`KEYS`]), from which
//! `config schema`, `config show`, the checks and the names of the variables follow.

mod check;
mod environment;
mod keys;
mod problem;
mod settings;

pub(crate) use environment::Environment;
pub(crate) use keys::{KEYS, Key, Kind};
pub(crate) use settings::{Settings, Upstream};
