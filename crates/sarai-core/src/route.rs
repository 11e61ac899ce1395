//! Which way a turn takes. Pure: what it needs to know is given.

use crate::conversation::Recalled;
use crate::turn::{Input, Mode};

/// The way a turn takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The model alone: no words of ours, no memory.
    Bare,
    /// The assistant, with nothing recalled.
    Converse,
    /// The assistant, with what was recalled as data beside the question.
    Remember,
    /// Memory itself is asked: answered out of the facts, without a model.
    Recount,
}

impl Route {
    /// Returns the stable name, as shown in traces.
    pub fn name(self) -> &'static str {
        match self {
            Route::Bare => "bare",
            Route::Converse => "converse",
            Route::Remember => "remember",
            Route::Recount => "recount",
        }
    }
}

/// Decides the way of `input`, given what recall found.
pub fn decide(input: &Input, recalled: &Recalled) -> Route {
    match input.mode {
        Mode::Bare => Route::Bare,
        Mode::Assistant if recalled.is_empty() => Route::Converse,
        Mode::Assistant => Route::Remember,
    }
}
