//! Guesses what comes next from where the last words stood before: in the question, in what was
//! recalled, or in the conversation (prompt lookup decoding).

use std::collections::HashMap;

use crate::backend::Token;

/// Fewer equal tokens are too often a coincidence.
const KEY_TOKENS: usize = 4;

/// Places remembered for one key, the latest.
const PLACES_MAX: usize = 8;

/// Longer matches are all the same.
const MATCH_TOKENS_MAX: usize = 64;

/// Where each stretch of [`KEY_TOKENS`] tokens stands in a prompt and its answer.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    places: HashMap<[Token; KEY_TOKENS], Vec<usize>>,
    /// Tokens that have been looked through.
    indexed: usize,
}

/// A guess of what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) tokens: Vec<Token>,
    /// So many of the last tokens stood there before it, at most [`MATCH_TOKENS_MAX`].
    pub(crate) matched: usize,
}

impl Lookup {
    /// Returns `most` tokens that stood after the longest stretch that equals the end of
    /// `tokens`, the latest of equals; nothing when there is none of [`KEY_TOKENS`] at least.
    /// `tokens` are those of the call before and more.
    pub(crate) fn propose(&mut self, tokens: &[Token], most: usize) -> Option<Proposal> {
        self.index(tokens);
        let key = tokens.last_chunk::<KEY_TOKENS>()?;
        let matched = |end: &usize| {
            let before = tokens[..*end].iter().rev();
            let equal = before.zip(tokens.iter().rev()).take_while(|(old, new)| old == new);
            equal.take(MATCH_TOKENS_MAX).count()
        };
        let earlier = self.places.get(key)?.iter().filter(|end| **end < tokens.len());
        let (matched, end) = earlier.map(|end| (matched(end), *end)).max()?;
        // What repeats itself up to the end goes on repeating itself.
        let found = tokens[end..].iter().cycle().take(most).copied().collect();
        (most > 0).then_some(Proposal { tokens: found, matched })
    }

    fn index(&mut self, tokens: &[Token]) {
        for end in (self.indexed + 1).max(KEY_TOKENS)..=tokens.len() {
            let Some(key) = tokens[..end].last_chunk::<KEY_TOKENS>() else { continue };
            let places = self.places.entry(*key).or_default();
            if places.len() == PLACES_MAX {
                places.remove(0);
            }
            places.push(end);
        }
        self.indexed = tokens.len();
    }
}

#[cfg(test)]
mod tests {
    use super::{Lookup, Proposal};

    #[track_caller]
    fn check(tokens: &[u32], most: usize, expected: Option<(&[u32], usize)>) {
        let expected =
            expected.map(|(tokens, matched)| Proposal { tokens: tokens.to_vec(), matched });
        assert_eq!(Lookup::default().propose(tokens, most), expected);
        // A token at a time comes to the same.
        let mut lookup = Lookup::default();
        for end in 0..tokens.len() {
            lookup.propose(&tokens[..end], most);
        }
        assert_eq!(lookup.propose(tokens, most), expected);
    }

    #[test]
    fn what_stood_after_the_same_words_is_guessed() {
        check(&[1, 2, 3, 4, 5, 6, 1, 2, 3, 4], 6, Some((&[5, 6, 1, 2, 3, 4], 4)));
        check(&[1, 2, 3, 4, 5, 6, 1, 2, 3, 4], 2, Some((&[5, 6], 4)));
        check(&[1, 2, 3, 5, 1, 2, 3], 9, None);
        check(&[1, 2, 3], 9, None);
        check(&[], 9, None);
    }

    #[test]
    fn the_longest_match_wins_and_then_the_latest() {
        let longest = [9, 1, 2, 3, 4, 5, 8, 1, 2, 3, 4, 6, 9, 1, 2, 3, 4];
        check(&longest, 1, Some((&[5], 5)));
        let latest = [7, 1, 2, 3, 4, 5, 8, 1, 2, 3, 4, 6, 9, 1, 2, 3, 4];
        check(&latest, 1, Some((&[6], 4)));
    }

    #[test]
    fn a_word_said_again_and_again_goes_on() {
        check(&[5; 10], 3, Some((&[5, 5, 5], 9)));
        check(&[1, 2, 3, 1, 2, 3, 1], 5, Some((&[2, 3, 1, 2, 3], 4)));
        check(&[5; 10], 0, None);
    }
}
