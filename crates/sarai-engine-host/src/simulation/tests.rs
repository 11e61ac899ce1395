//! What the simulation must show, and that it could show the contrary.

use proptest::prelude::*;

use super::decoding::{Answer, Found, Made, Way, decode};
use super::machine::Disturbance;
use super::text::KINDS;
use super::{ANSWERS, Curve, curves, figures, simulate};
use crate::drafting::costs::number;

/// What drafting may cost at most.
const LEAST: f64 = 0.97;

const SEEDS: u64 = 5;

/// A curve, a kind of text, and how much quicker than plain decoding it was.
type Outcome = (Curve, &'static str, f64);

/// Returns what a way comes to on every curve and with every kind of text.
fn everywhere(way: Way, disturbance: &Disturbance) -> Vec<Outcome> {
    let mut all = Vec::new();
    for curve in curves().unwrap() {
        for kind in &KINDS {
            for seed in 0..SEEDS {
                let texts = || (0..ANSWERS).map(|answer| kind.text(seed * ANSWERS + answer));
                let ms = |way| decode(&curve, disturbance, way, seed, texts()).ms;
                all.push((curve.clone(), kind.name, ms(Way::Plain) / ms(way)));
            }
        }
    }
    all
}

fn least(all: &[Outcome]) -> &Outcome {
    all.iter().min_by(|one, other| one.2.total_cmp(&other.2)).unwrap()
}

#[test]
fn nowhere_is_drafting_slower_than_plain_decoding_by_more_than_three_per_cent() {
    let far_off = Disturbance { mistaken: 0.2, ..Disturbance::USUAL };
    for disturbance in [Disturbance::USUAL, far_off] {
        let all = everywhere(Way::Ours, &disturbance);
        let least = least(&all);
        assert!(least.2 >= LEAST, "{least:?}");
    }
}

#[test]
fn guessing_at_any_price_is_slower_by_far() {
    let all = everywhere(Way::Always(15), &Disturbance::USUAL);
    assert!(least(&all).2 < 0.5, "{:?}", least(&all));
}

/// Returns the least that any seed came to.
#[track_caller]
fn least_of(all: &[Outcome], cores: u32, model: &str, kind: &str) -> f64 {
    let these = all.iter().filter(|one| (one.0.cores, one.1) == (cores, kind));
    let these = these.filter(|one| one.0.model == model).map(|one| one.2);
    let least = these.fold(f64::INFINITY, f64::min);
    assert!(least.is_finite(), "{cores} {model} {kind}");
    least
}

#[test]
fn where_cores_are_many_it_is_more_than_twice_as_quick() {
    let all = everywhere(Way::Ours, &Disturbance::USUAL);
    for (cores, model, kind) in [
        (16, "solar-10.7b", "json"),
        (16, "solar-10.7b", "quote"),
        (56, "solar-10.7b", "json"),
        (56, "solar-10.7b", "quote"),
        (56, "qwen2.5-coder-1.5b", "quote"),
    ] {
        let least = least_of(&all, cores, model, kind);
        assert!(least > 2.0, "{cores} {model} {kind}: {least}");
    }
}

#[test]
fn on_two_cores_it_comes_to_about_what_was_measured_there() {
    // The costs that were measured with it.
    let curve = Curve {
        batch_ms: [27.0, 45.0, 73.0, 125.0, 144.0],
        ..curves().unwrap().into_iter().find(|one| one.engine.is_some()).unwrap()
    };
    for (kind, measured) in [("chat", 1.01), ("code", 1.02), ("quote", 1.77)] {
        let kind = KINDS.iter().find(|one| one.name == kind).unwrap();
        let gain = figures(&curve, kind, SEEDS).ours;
        let mean = gain.speedups.iter().sum::<f64>() / number(gain.speedups.len());
        assert!((mean - measured).abs() < 0.1, "{}: {mean}, measured {measured}", kind.name);
    }
}

#[test]
fn the_recipe_loses_on_two_cores_and_gains_where_memory_is_the_limit() {
    let all = everywhere(Way::Recipe, &Disturbance::USUAL);
    let least = |cores, kind| least_of(&all, cores, "qwen2.5-coder-1.5b", kind);
    assert!(least(2, "chat") < 0.9 && least(2, "json") < 0.9);
    assert!(least(56, "json") > 1.5, "{}", least(56, "json"));
}

#[test]
fn a_seed_says_everything() {
    assert_eq!(simulate(2).unwrap(), simulate(2).unwrap());
}

/// A part of a text.
#[derive(Debug, Clone, Copy)]
struct Block {
    tokens: usize,
    /// A stretch so long stood before; fewer than four tokens are none.
    matched: usize,
    /// So much of any guess is right.
    right: usize,
    /// So much of it the draft model is sure of.
    sure: usize,
}

/// An answer of which any guess may be right or wrong.
struct Pattern<'a> {
    blocks: &'a [Block],
    /// Tokens of the answers before.
    before: usize,
}

const PATTERN_TOKENS: usize = 96;

impl Answer for Pattern<'_> {
    fn tokens(&self) -> usize {
        PATTERN_TOKENS
    }

    fn found(&mut self, written: usize, most: usize) -> Option<Found> {
        let Block { matched, right, .. } = self.block(written);
        (matched >= 4).then_some(Found { matched, available: most, right: right.min(most) })
    }

    fn made(&self, written: usize, most: usize, sure_min: f64) -> Made {
        let Block { right, sure, .. } = self.block(written);
        let length = if sure_min > 0.0 { most.min(sure) } else { most };
        Made { length, right: right.min(length) }
    }
}

impl Pattern<'_> {
    fn block(&self, written: usize) -> Block {
        let mut left = self.before + written;
        let mut blocks = self.blocks.iter().cycle();
        let here = |block: &&Block| {
            let is_here = left < block.tokens;
            left = left.saturating_sub(block.tokens);
            is_here
        };
        *blocks.find(here).unwrap()
    }
}

/// Returns how much quicker than plain decoding it is to write such answers.
fn patterns(curve: &Curve, disturbance: &Disturbance, seed: u64, blocks: &[Block]) -> f64 {
    let ms = |way| {
        let answers = (0..20).map(|answer| Pattern { blocks, before: answer * PATTERN_TOKENS });
        decode(curve, disturbance, way, seed, answers).ms
    };
    ms(Way::Plain) / ms(Way::Ours)
}

/// Returns a curve on which each token more costs this part of the first, between two sizes.
fn curve(further: [f64; 4], draft_step: f64, draft_read: f64) -> Curve {
    const ONE: f64 = 40.0;
    let mut batch_ms = [ONE; 5];
    for (at, further) in further.into_iter().enumerate() {
        batch_ms[at + 1] = batch_ms[at] + ONE * further * f64::from(1 << at);
    }
    let (draft_step_ms, draft_prompt_ms) = (ONE * draft_step, 64.0 * ONE * draft_read);
    Curve { batch_ms, draft_step_ms, draft_prompt_ms, ..curves().unwrap().remove(0) }
}

fn block() -> impl Strategy<Value = Block> {
    let fields = (1_usize..200, 0_usize..40, 0_usize..16, 0_usize..16);
    fields.prop_map(|(tokens, matched, right, sure)| Block { tokens, matched, right, sure })
}

proptest! {
    #[test]
    fn no_curve_and_no_pattern_of_guesses_makes_it_slower(
        further in prop::array::uniform4(0.0_f64..1.0),
        draft_step in 0.0_f64..0.6,
        draft_read in 0.0_f64..0.2,
        blocks in prop::collection::vec(block(), 1..30),
        tremble in 0.0_f64..0.08,
        busy in 0.0_f64..0.3,
        busy_times in 1.0_f64..1.5,
        seed in 0_u64..1000,
    ) {
        let curve = curve(further, draft_step, draft_read);
        let disturbance = Disturbance { tremble, busy, busy_times, mistaken: 0.2 };
        let factor = patterns(&curve, &disturbance, seed, &blocks);
        prop_assert!(factor >= LEAST, "{factor}");
    }
}

#[test]
fn a_neighbour_that_comes_and_goes_hides_no_loss() {
    for further in [0.5, 0.8, 1.0] {
        for right in [1, 3, 5, 6, 8] {
            for seed in 0..4 {
                let disturbance = Disturbance { busy_times: 4.0, ..Disturbance::USUAL };
                let blocks = [Block { tokens: 5000, matched: 20, right, sure: 15 }];
                // Its guesses would be as slow as words.
                let curve = curve([further; 4], 1.0, 0.1);
                let factor = patterns(&curve, &disturbance, seed, &blocks);
                assert!(factor >= LEAST, "{further} {right} {seed}: {factor}");
            }
        }
    }
}
