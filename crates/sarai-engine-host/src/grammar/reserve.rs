//! Room kept for the shortest way to the end of an answer.
//!
//! Before a token is said that would leave too little of the limit, the answer is ended by the
//! shortest way instead. How long that way is, is looked up only when it could have become too long:
//! after a look there are so many tokens for which it cannot, however they are chosen.

use std::sync::Arc;

use sarai_grammar::{Gbnf, Reading};

use super::json;
use crate::backend::Token;

/// A token is reckoned to make the way to the end longer by this at most, or by what begins there.
const GROWTH_TOKENS: usize = 8;

/// Characters of a token, where a length is known in characters.
const TOKEN_CHARACTERS: usize = 2;

/// Where no way is found, it is looked for again after so many tokens, unless fewer are left.
const BLIND_TOKENS: usize = 8;

/// How the way to the end is found.
pub(super) enum Way {
    Json(Box<json::Reader>),
    Gbnf { reading: Reading<Arc<Gbnf>>, read: usize },
}

/// The room that is kept.
pub(super) struct Reserve {
    way: Way,
    growth: usize,
    /// Tokens that can be said before the way must be looked for.
    safe: usize,
    /// What ended the answer when it was looked for, and after how many bytes that was.
    latest: (usize, Vec<u8>),
}

impl Reserve {
    /// Makes a reserve for a form in which beginning something adds at most `leap` characters to
    /// what must follow.
    pub(super) fn new(way: Way, leap: usize) -> Reserve {
        let growth = GROWTH_TOKENS.max(leap / TOKEN_CHARACTERS);
        Reserve { way, growth, safe: 0, latest: (usize::MAX, Vec::new()) }
    }

    /// Whether a token can be said without a look.
    pub(super) fn is_safe(&mut self) -> bool {
        let is_safe = self.safe > 0;
        self.safe = self.safe.saturating_sub(1);
        is_safe
    }

    /// Returns whether what is left, after `said` and `more`, is enough for a way to the end. `split`
    /// makes tokens of a text, if there are such.
    pub(super) fn covers(
        &mut self,
        said: &[u8],
        more: &[u8],
        left: usize,
        split: &dyn Fn(&[u8]) -> Option<Vec<Token>>,
    ) -> bool {
        let mut needed = None;
        let mut fits = |rest: &[u8]| {
            needed = split(rest).map(|tokens| tokens.len()).or(needed);
            needed.is_some_and(|needed| needed <= left)
        };
        let rest = match self.known(said, more).filter(|rest| fits(rest)) {
            Some(rest) => Some(rest),
            None => self.shortest(said, more),
        };
        match rest {
            None if left > BLIND_TOKENS => {
                self.safe = BLIND_TOKENS - 1;
                true
            }
            Some(rest) if fits(&rest) => {
                self.safe = (left - needed.unwrap_or(left)) / (self.growth + 1);
                self.latest = (said.len() + more.len(), rest);
                true
            }
            _ => false,
        }
    }

    /// Returns about the shortest text that ends the answer after `said`.
    pub(super) fn end_of(&mut self, said: &[u8]) -> Option<Vec<u8>> {
        if self.latest.0 == said.len() {
            return Some(self.latest.1.clone());
        }
        self.shortest(said, &[])
    }

    /// Returns what ended the answer before, if it still does. That spares a search.
    fn known(&mut self, said: &[u8], more: &[u8]) -> Option<Vec<u8>> {
        let Way::Json(reader) = &mut self.way else { return None };
        let (at, rest) = &self.latest;
        let since = [said.get(*at..)?, more].concat();
        if !reader.read(said) {
            return None;
        }
        let shortened = rest.strip_prefix(since.as_slice());
        let mut candidates = shortened.into_iter().chain([rest.as_slice()]);
        candidates.find(|rest| reader.ends_with(more, rest)).map(<[u8]>::to_vec)
    }

    fn shortest(&mut self, said: &[u8], more: &[u8]) -> Option<Vec<u8>> {
        match &mut self.way {
            Way::Json(reader) => reader.read(said).then(|| reader.rest_after(more)).flatten(),
            Way::Gbnf { reading, read } => {
                let unread = said.get(*read..)?;
                *read = said.len();
                if !reading.read(unread) {
                    return None;
                }
                reading.completion_after(more)
            }
        }
    }
}
