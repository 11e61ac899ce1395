//! A common recipe, to compare with: a small model of 0.5B guesses 5, 4 or 2 tokens by the share of
//! its guesses that were right lately, and an answer of which less than 0.6 of what was guessed was
//! right is decoded plainly to its end. It looks at no time.

use std::collections::VecDeque;

/// Rounds that count for the length.
const RECENT: usize = 10;

/// The least part of all guesses for an answer that must have been right.
const ACCEPTANCE_MIN: f64 = 0.6;

/// How sure of itself the last rounds have made it.
#[derive(Debug, Default)]
pub(super) struct Recipe {
    recent: VecDeque<f64>,
}

impl Recipe {
    /// Returns how many tokens to guess.
    pub(super) fn length(&self) -> usize {
        let rounds = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        let mean = self.recent.iter().sum::<f64>() / f64::from(rounds.max(1));
        match mean {
            _ if rounds == 0 => 4,
            mean if mean > 0.8 => 5,
            mean if mean > 0.6 => 4,
            _ => 2,
        }
    }

    /// Learns which part of a round's guesses was right.
    pub(super) fn note(&mut self, right: f64) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(right);
    }

    /// Whether an answer is decoded plainly from now on, of which that part was right.
    pub(super) fn gives_up(right: f64) -> bool {
        right < ACCEPTANCE_MIN
    }
}

#[cfg(test)]
mod tests {
    use super::Recipe;

    #[track_caller]
    fn check(rounds: &[f64], expected: usize) {
        let mut recipe = Recipe::default();
        for right in rounds {
            recipe.note(*right);
        }
        assert_eq!(recipe.length(), expected, "{rounds:?}");
    }

    #[test]
    fn the_length_goes_by_the_last_ten_rounds() {
        check(&[], 4);
        check(&[0.9], 5);
        check(&[0.8], 4);
        check(&[0.6], 2);
        let mut rounds = vec![0.0; 10];
        rounds.extend([1.0; 10]);
        check(&rounds, 5);
        rounds.extend([0.5; 5]);
        check(&rounds, 4);
    }

    #[test]
    fn an_answer_is_given_up_below_the_least_part() {
        assert!(Recipe::gives_up(0.59) && !Recipe::gives_up(0.6));
    }
}
