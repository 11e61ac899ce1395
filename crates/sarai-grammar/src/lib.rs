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
mod shortest;

pub use expression::Gbnf;
pub use lark::to_lark;
pub use named::{Named, named, named_all};
pub use parse::parse;
pub use problem::{Fault, Problem};

/// Returns whether `text` is one of the texts of the grammar.
pub fn recognises(gbnf: &Gbnf, text: &str) -> bool {
    let mut chart = chart::Chart::new(gbnf);
    text.chars().all(|character| chart.accept(character)) && chart.is_whole()
}

/// Returns the shortest text that makes a text of the grammar out of `begun`, or `None` where
/// nothing can. `begun` may end in the middle of a character; the rest of it comes first then.
pub fn shortest_completion(gbnf: &Gbnf, begun: &[u8]) -> Option<Vec<u8>> {
    let (whole, half) = match std::str::from_utf8(begun) {
        Ok(text) => (text, &[][..]),
        Err(error) if error.error_len().is_none() => {
            let (whole, half) = begun.split_at(error.valid_up_to());
            (std::str::from_utf8(whole).ok()?, half)
        }
        Err(_) => return None,
    };
    let mut chart = chart::Chart::new(gbnf);
    if !whole.chars().all(|character| chart.accept(character)) {
        return None;
    }
    if half.is_empty() {
        return chart.completion().map(String::into_bytes);
    }
    let after = |character: char| {
        let mut encoded = [0; 4];
        let rest = character.encode_utf8(&mut encoded).as_bytes().get(half.len()..)?.to_vec();
        let mut chart = chart.clone();
        let goes_on = chart.accept(character);
        let completion = goes_on.then(|| chart.completion()).flatten()?;
        Some([rest, completion.into_bytes()].concat())
    };
    let begins_so = class::beginning_with(half)?;
    let candidates = chart.expected().filter_map(|class| class.first_within(begins_so));
    let candidates: std::collections::BTreeSet<char> = candidates.collect();
    candidates.into_iter().filter_map(after).min_by_key(Vec::len)
}
