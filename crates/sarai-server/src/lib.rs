//! Speaks HTTP: OpenAI and Anthropic shapes, the web page, health, metrics.
//!
//! Begin with `router.rs`: it lists what is served and what every request passes through. Handlers
//! translate between wire types and core types; `turns.rs` runs the turns on threads of their own.
#![forbid(unsafe_code)]

mod router;
mod serve;
mod state;

mod auth;
mod body;
mod error;
mod grammar;
mod question;
mod tools;
mod trace;
mod turns;
mod wire;

mod anthropic;
mod openai;

mod health;
mod metrics;
mod openapi;

mod native;
mod web;

pub use serve::{Bound, ServeError, bind};
pub use state::{Options, Services};
