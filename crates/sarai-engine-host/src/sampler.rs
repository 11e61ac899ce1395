//! Chooses the next token from the logits.
//!
//! The order is fixed: penalties, then top-k, top-p and min-p (each over what the one before kept),
//! then temperature, then the draw. Nothing here sorts the whole vocabulary unless a filter asks for
//! most of it.

use std::collections::HashMap;

use sarai_engine_protocol::Sampling;

use crate::backend::Token;
use crate::random::SeededRandom;

/// How many of the last tokens the repetition penalty looks at.
const RECENT_TOKENS: usize = 64;

/// Up to here the largest are found by keeping a short sorted list.
const SHORT_LIST: usize = 1024;

/// A token and its logit.
pub(crate) type Candidate = (Token, f32);

/// The choice of one generation's tokens: settings, counts and randomness.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    settings: Sampling,
    random: SeededRandom,
    /// How often each token occurs in the answer.
    counts: HashMap<Token, u32>,
}

impl Sampler {
    pub(crate) fn new(settings: Sampling) -> Sampler {
        Sampler { settings, random: SeededRandom::new(settings.seed), counts: HashMap::new() }
    }

    /// Notes a token of the answer.
    pub(crate) fn accept(&mut self, token: Token) {
        *self.counts.entry(token).or_default() += 1;
    }

    /// Applies the penalties. `tokens` are prompt and answer so far.
    pub(crate) fn penalise(&self, logits: &mut [f32], tokens: &[Token]) {
        let repeat = self.settings.repeat_penalty;
        if repeat > 0.0 && (repeat - 1.0).abs() > f32::EPSILON {
            let mut recent = tokens[tokens.len().saturating_sub(RECENT_TOKENS)..].to_vec();
            recent.sort_unstable();
            recent.dedup();
            for token in recent {
                if let Some(logit) = logits.get_mut(token as usize) {
                    *logit = if *logit > 0.0 { *logit / repeat } else { *logit * repeat };
                }
            }
        }
        let Sampling { presence_penalty: presence, frequency_penalty: frequency, .. } =
            self.settings;
        if presence != 0.0 || frequency != 0.0 {
            for (token, count) in &self.counts {
                if let Some(logit) = logits.get_mut(*token as usize) {
                    *logit -= presence + frequency * small(*count);
                }
            }
        }
    }

    /// Draws a token; logits of minus infinity are never drawn.
    pub(crate) fn draw(&mut self, logits: &[f32]) -> Token {
        if self.settings.temperature <= 0.0 {
            return most_probable(logits);
        }
        let kept = self.filter(logits);
        let best = kept.iter().map(|(_, logit)| *logit).fold(f32::NEG_INFINITY, f32::max);
        if !best.is_finite() {
            return most_probable(logits);
        }
        let weight = |logit: f32| f64::from((logit - best) / self.settings.temperature).exp();
        let total: f64 = kept.iter().map(|(_, logit)| weight(*logit)).sum();
        let mut rest = self.random.fraction() * total;
        for (token, logit) in &kept {
            rest -= weight(*logit);
            if rest < 0.0 {
                return *token;
            }
        }
        // Rounding may leave a trace of the total; the best one is a fair choice for it.
        kept.first().map_or_else(|| most_probable(logits), |(token, _)| *token)
    }

    fn filter(&self, logits: &[f32]) -> Vec<Candidate> {
        let Sampling { top_k, top_p, min_p, .. } = self.settings;
        let mut kept = if top_k > 0 {
            let mut kept = largest(logits, top_k as usize);
            if top_p < 1.0 {
                let total = mass(&kept, top_logit(&kept));
                keep_mass(&mut kept, f64::from(top_p) * total);
            }
            kept
        } else if top_p < 1.0 {
            nucleus(logits, f64::from(top_p))
        } else {
            possible(logits).collect()
        };
        if min_p > 0.0 {
            let best = kept.iter().map(|(_, logit)| *logit).fold(f32::NEG_INFINITY, f32::max);
            let floor = best + min_p.min(1.0).ln();
            kept.retain(|(_, logit)| *logit >= floor);
        }
        kept
    }
}

/// Returns the fewest most probable tokens that hold `share` of the whole mass, best first.
fn nucleus(logits: &[f32], share: f64) -> Vec<Candidate> {
    let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = possible(logits).map(|(_, logit)| f64::from(logit - best).exp()).sum();
    let mut count = 64;
    loop {
        let mut kept = largest(logits, count);
        if kept.len() < count || mass(&kept, best) >= share * total {
            keep_mass(&mut kept, share * total);
            return kept;
        }
        count *= 8;
    }
}

/// Cuts a list, best first, after the token by which it reaches `enough`. Keeps one at least.
fn keep_mass(kept: &mut Vec<Candidate>, enough: f64) {
    let best = top_logit(kept);
    let mut sum = 0.0;
    let reached = kept.iter().position(|(_, logit)| {
        sum += f64::from(logit - best).exp();
        sum >= enough
    });
    if let Some(index) = reached {
        kept.truncate(index + 1);
    }
}

fn mass(kept: &[Candidate], best: f32) -> f64 {
    kept.iter().map(|(_, logit)| f64::from(logit - best).exp()).sum()
}

fn top_logit(kept: &[Candidate]) -> f32 {
    kept.first().map_or(0.0, |(_, logit)| *logit)
}

fn possible(logits: &[f32]) -> impl Iterator<Item = Candidate> + '_ {
    (0..).zip(logits.iter().copied()).filter(|(_, logit)| *logit > f32::NEG_INFINITY)
}

/// Returns the token with the highest logit, the first of equals. Not-a-number counts as impossible.
pub(crate) fn most_probable(logits: &[f32]) -> Token {
    let mut best = (0, f32::NEG_INFINITY);
    for candidate in possible(logits) {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    best.0
}

/// Returns the `count` tokens of the highest logits, best first, the first of equals first.
pub(crate) fn largest(logits: &[f32], count: usize) -> Vec<Candidate> {
    let order = |a: &Candidate, b: &Candidate| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if count > SHORT_LIST {
        let mut all: Vec<Candidate> = possible(logits).collect();
        if count < all.len() {
            all.select_nth_unstable_by(count, order);
            all.truncate(count);
        }
        all.sort_unstable_by(order);
        return all;
    }
    let mut list: Vec<Candidate> = Vec::with_capacity(count + 1);
    if count == 0 {
        return list;
    }
    let mut floor = f32::NEG_INFINITY;
    for candidate in possible(logits) {
        if list.len() == count && candidate.1 <= floor {
            continue;
        }
        let index = list.partition_point(|kept| kept.1 >= candidate.1);
        list.insert(index, candidate);
        list.truncate(count);
        floor = list.last().map_or(floor, |(_, logit)| *logit);
    }
    list
}

/// How probable tokens are at temperature 1, before any filter or penalty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Probabilities {
    /// The logarithm of the sum of all exponentials.
    normal: f32,
    pub(crate) top: Vec<Candidate>,
}

impl Probabilities {
    /// Measures untouched logits, keeping the `count` best.
    pub(crate) fn measure(logits: &[f32], count: usize) -> Probabilities {
        let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = possible(logits).map(|(_, logit)| f64::from(logit - best).exp()).sum();
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm fits an f32")]
        let normal = best + sum.ln() as f32;
        let mut top = largest(logits, count);
        for candidate in &mut top {
            candidate.1 = finite(candidate.1 - normal);
        }
        Probabilities { normal, top }
    }

    /// Returns the logarithm of the probability of a token with this untouched logit.
    pub(crate) fn of(&self, logit: f32) -> f32 {
        finite(logit - self.normal)
    }
}

/// JSON has no word for infinity.
fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { f32::MIN }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tokens are small")]
fn small(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use sarai_engine_protocol::Sampling;

    use super::{Probabilities, SHORT_LIST, Sampler, largest, most_probable};

    const OPEN: Sampling = Sampling {
        temperature: 1.0,
        top_p: 1.0,
        top_k: 0,
        min_p: 0.0,
        repeat_penalty: 1.0,
        presence_penalty: 0.0,
        frequency_penalty: 0.0,
        seed: 3,
    };

    /// Logits of probabilities 0.4, 0.3, 0.2, 0.1 and one that is impossible.
    fn four() -> Vec<f32> {
        let mut logits: Vec<f32> = [0.4_f32, 0.3, 0.2, 0.1].iter().map(|p| p.ln() + 5.0).collect();
        logits.push(f32::NEG_INFINITY);
        logits
    }

    /// Draws often and returns how often each token came, in percent.
    fn drawn(settings: Sampling) -> [u32; 5] {
        let mut sampler = Sampler::new(settings);
        let mut counts = [0; 5];
        for _ in 0..10_000 {
            counts[sampler.draw(&four()) as usize] += 1;
        }
        counts.map(|count| (count + 50) / 100)
    }

    #[track_caller]
    fn check(settings: Sampling, percent: [u32; 4]) {
        let drawn = drawn(settings);
        assert_eq!(drawn[4], 0);
        for (drawn, expected) in drawn.iter().zip(percent) {
            assert!(drawn.abs_diff(expected) <= 2 && (*drawn > 0) == (expected > 0), "{drawn}");
        }
    }

    #[test]
    fn tokens_come_as_often_as_they_are_probable() {
        check(OPEN, [40, 30, 20, 10]);
        check(Sampling { temperature: 0.5, ..OPEN }, [53, 30, 13, 3]);
    }

    #[test]
    fn filters_keep_what_they_say_in_their_order() {
        check(Sampling { top_k: 2, ..OPEN }, [57, 43, 0, 0]);
        check(Sampling { top_p: 0.65, ..OPEN }, [57, 43, 0, 0]);
        check(Sampling { top_p: 0.75, ..OPEN }, [44, 33, 22, 0]);
        check(Sampling { min_p: 0.6, ..OPEN }, [57, 43, 0, 0]);
        // Of three kept by top-k, 0.44 and 0.33 make up three quarters.
        check(Sampling { top_k: 3, top_p: 0.75, ..OPEN }, [57, 43, 0, 0]);
        // The heat comes after the filters.
        check(Sampling { min_p: 0.6, temperature: 100.0, ..OPEN }, [50, 50, 0, 0]);
        check(Sampling { top_p: 0.0, ..OPEN }, [100, 0, 0, 0]);
    }

    #[test]
    fn penalties_weigh_what_was_said() {
        let mut sampler = Sampler::new(Sampling {
            repeat_penalty: 2.0,
            presence_penalty: 1.0,
            frequency_penalty: 0.25,
            ..OPEN
        });
        sampler.accept(1);
        sampler.accept(1);
        let mut logits = vec![4.0, 4.0, -4.0, 4.0];
        sampler.penalise(&mut logits, &[0, 2, 1, 1]);
        assert_eq!(logits, [2.0, 0.5, -8.0, 4.0]);
        // Only the last tokens are repetitions.
        let mut logits = vec![4.0, 4.0];
        let mut long = vec![0];
        long.extend([9; super::RECENT_TOKENS]);
        Sampler::new(Sampling { repeat_penalty: 2.0, ..OPEN }).penalise(&mut logits, &long);
        assert_eq!(logits, [4.0, 4.0]);
    }

    #[test]
    fn the_largest_are_found_in_short_and_long_lists() {
        let logits: Vec<f32> = (0..5000_u16).map(|one| f32::from(one * 7 % 1009)).collect();
        let mut sorted: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for count in [0, 1, 5, SHORT_LIST, SHORT_LIST + 1, 4999, 5000, 9000] {
            let expected: Vec<(u32, f32)> = sorted.iter().take(count).copied().collect();
            assert_eq!(largest(&logits, count), expected, "{count}");
        }
    }

    #[test]
    fn a_flat_vocabulary_is_cut_exactly() {
        let logits = vec![1.0; 3000];
        let kept = super::nucleus(&logits, 0.5);
        assert!(kept.len().abs_diff(1500) <= 1, "{}", kept.len());
    }

    #[test]
    fn broken_logits_are_survived() {
        let broken = [f32::NAN, f32::NEG_INFINITY, f32::NAN];
        assert_eq!(most_probable(&broken), 0);
        for settings in [OPEN, Sampling { top_k: 2, ..OPEN }, Sampling { top_p: 0.5, ..OPEN }] {
            assert!(Sampler::new(settings).draw(&broken) < 3);
            assert_eq!(Sampler::new(settings).draw(&[f32::NAN, 1.0, f32::NEG_INFINITY]), 1);
        }
    }

    #[test]
    fn logprobs_are_measured_before_anything_else() {
        let measured = Probabilities::measure(&four(), 2);
        assert!((measured.of(four()[2]) - 0.2_f32.ln()).abs() < 1e-5);
        assert_eq!(measured.top[0].0, 0);
        assert!((measured.top[1].1 - 0.3_f32.ln()).abs() < 1e-5);
        assert!(measured.of(f32::NEG_INFINITY).is_finite(), "JSON has no infinity");
    }
}
