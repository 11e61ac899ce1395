//! Grammars in GBNF, the notation of llama.cpp: read, checked, and translated for the engine.
//!
//! [`parse()`] turns a text into a [`Gbnf`] or says where and why it cannot. What it returns has a
//! `root`, every rule it uses, and at least one text of finite length for each of them.
#![forbid(unsafe_code)]

mod automaton;
mod chart;
mod check;
mod class;
mod expression;
mod lark;
mod loops;
mod named;
mod parse;
mod problem;
mod reading;
mod shortest;

pub use expression::Gbnf;
pub use lark::to_lark;
pub use named::{Named, named, named_all};
pub use parse::parse;
pub use problem::{Fault, Problem};
pub use reading::Reading;

/// Returns whether `text` is one of the texts of the grammar.
pub fn recognises(gbnf: &Gbnf, text: &str) -> bool {
    let mut chart = chart::Chart::new(gbnf);
    text.chars().all(|character| chart.accept(character)) && chart.is_whole()
}

/// Returns the shortest text that makes a text of the grammar out of `begun`, or `None` where
/// nothing can. `begun` may end in the middle of a character; the rest of it comes first then.
pub fn shortest_completion(gbnf: &Gbnf, begun: &[u8]) -> Option<Vec<u8>> {
    Reading::new(gbnf).completion_after(begun)
}
