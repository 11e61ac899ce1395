//! The engine as the assistant sees it.

mod house;
mod local;
