//! Answers questions out of facts.

use jiff::civil::Date;
use sarai_core::fact::Fact;
use sarai_core::language::Language;
use sarai_core::syntax::Parse;

use crate::lookup::{Facts, Lookup};

/// One answer, with the fact it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Short: a name, a date, a number, `sí` or `no`, in the language of the question.
    pub text: String,
    pub fact: Fact,
    /// From 0 to 1: how well the fact fits the question.
    pub score: f64,
}

/// What a question is asked with.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The day it is asked.
    pub day: Date,
    pub parsers: &'a [&'a dyn Parse],
    /// The language of the house, for questions that do not show their own.
    pub language: Language,
}

/// Returns the answers to `question`, best first, at most `limit`; none when nothing fits.
pub fn answers(
    _question: &str,
    _asking: &Asking<'_>,
    _known: &dyn Facts,
    _limit: usize,
) -> Lookup<Vec<Answer>> {
    Ok(vec![])
}
