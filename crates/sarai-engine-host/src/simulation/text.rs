//! Texts of several kinds: how much of them stood before, and how often a smaller model is right.
//!
//! A text is a prompt of new words and an answer in which stretches copied from the prompt take turns
//! with new ones. The lengths are geometrically distributed. Those of each kind are chosen so that,
//! with the costs that were measured with it (27, 45, 73, 125 and 144 ms on two cores), drafting comes
//! to what `sarai bench speculative` measured there: chat 1.01, code 1.02, quoting 1.77. What a JSON
//! schema forces is not in it: that costs no guess, and gained most of what was measured for JSON
//! (1.41).
//!
//! The draft model is sure of each of its guesses to some degree, and right as often as it is sure.
//! Its mean is taken from what the 0.5B model got right when it guessed four tokens at a time for the
//! 1.5B model: of all guesses, 0.34 in chat, 0.75 in code, 0.96 in JSON and 0.85 in rewriting. For
//! other pairs of models it is an assumption, and a friendly one for a draft of another family.

use super::decoding::{Answer, Found, Made};
use crate::backend::Token;
use crate::drafting::lookup::Lookup;
use crate::random::SeededRandom;

/// A kind of task.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// Mean lengths of the stretches that are copied, and of those that are new.
    copied_tokens: f64,
    new_tokens: f64,
    /// How often the draft model is right in the mean.
    right: f64,
}

pub(super) const KINDS: [Kind; 4] = [
    Kind { name: "chat", copied_tokens: 4.0, new_tokens: 60.0, right: 0.61 },
    Kind { name: "code", copied_tokens: 8.0, new_tokens: 24.0, right: 0.88 },
    Kind { name: "json", copied_tokens: 7.0, new_tokens: 12.0, right: 0.98 },
    Kind { name: "quote", copied_tokens: 48.0, new_tokens: 3.0, right: 0.94 },
];

/// Tokens of the prompt, and of the answer.
const PROMPT_TOKENS: u32 = 400;
const ANSWER_TOKENS: usize = 96;

/// So many words that four in a row hardly meet again by chance.
const VOCABULARY: u32 = 4000;

/// A prompt, its answer, and what is guessed of it.
#[derive(Debug)]
pub(super) struct Text {
    tokens: Vec<Token>,
    /// Where the answer begins.
    begin: usize,
    lookup: Lookup,
    /// For each token of the answer how sure the draft model is of its guess, and whether it is right.
    guesses: Vec<(f64, bool)>,
}

impl Kind {
    /// Returns a text of this kind.
    pub(super) fn text(&self, seed: u64) -> Text {
        let mut random = SeededRandom::new(seed);
        let mut tokens: Vec<Token> = (0..PROMPT_TOKENS).map(|_| random.below(VOCABULARY)).collect();
        let begin = tokens.len();
        let end = begin + ANSWER_TOKENS;
        while tokens.len() < end {
            for _ in 0..length(&mut random, self.new_tokens) {
                tokens.push(random.below(VOCABULARY));
            }
            let from = random.below(PROMPT_TOKENS) as usize;
            for at in from..from + length(&mut random, self.copied_tokens) {
                tokens.push(tokens[at]);
            }
        }
        tokens.truncate(end);
        // With u between 0 and 1, u^((1 - mean) / mean) has this mean.
        let exponent = (1.0 - self.right) / self.right;
        let guess = |_| {
            let sure = random.fraction().powf(exponent);
            (sure, random.fraction() < sure)
        };
        let guesses = (0..ANSWER_TOKENS).map(guess).collect();
        Text { tokens, begin, lookup: Lookup::default(), guesses }
    }
}

/// A length of one at least, with this mean, that forgets how long it is already.
fn length(random: &mut SeededRandom, mean: f64) -> usize {
    let mut length = 1;
    while random.fraction() >= 1.0 / mean {
        length += 1;
    }
    length
}

impl Answer for Text {
    fn tokens(&self) -> usize {
        self.guesses.len()
    }

    fn found(&mut self, written: usize, most: usize) -> Option<Found> {
        let (before, after) = self.tokens.split_at(self.begin + written);
        let found = self.lookup.propose(before, most)?;
        let right =
            found.tokens.iter().zip(after).take_while(|(guess, word)| guess == word).count();
        Some(Found { matched: found.matched, available: found.tokens.len(), right })
    }

    fn made(&self, written: usize, most: usize, sure_min: f64) -> Made {
        let guesses = self.guesses[written..].iter().take(most);
        let sure = guesses.take_while(|(sure, _)| *sure >= sure_min);
        let made: Vec<bool> = sure.map(|(_, right)| *right).collect();
        Made { length: made.len(), right: made.iter().take_while(|right| **right).count() }
    }
}
