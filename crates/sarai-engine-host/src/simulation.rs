//! The drafting of this engine, simulated on the cost curves of many machines.
//!
//! What decides is the engine's own: the drafter with its controller and its account, and the search
//! for what stood before. Simulated are the machine (what a batch takes, how times tremble, how wrong
//! the first measurement was), the text (how much of it stood before), and a smaller model (what it
//! takes to read and to guess, how often it is right), which is there where the drafter wants it.
//! Everything follows from a seed.

mod curves;
mod decoding;
mod machine;
mod recipe;
mod text;

use serde::Serialize;

pub use self::curves::{Curve, Machine, Origin, curves};
use self::decoding::{Decoded, Way, decode};
use self::machine::Disturbance;
use self::text::{KINDS, Kind};

/// Answers of one engine process, as many as a session has in an evening.
const ANSWERS: u64 = 20;

/// What came of a curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    #[serde(flatten)]
    pub curve: Curve,
    pub kinds: Vec<Figures>,
}

/// What came of a kind of text, by two ways of drafting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    pub kind: &'static str,
    /// What this engine does.
    pub ours: Gain,
    /// A smaller model and a length by the share of right guesses: `recipe.rs`.
    pub recipe: Gain,
}

/// What drafting gained.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Gain {
    /// The time of plain decoding by that with drafts, for each seed.
    pub speedups: Vec<f64>,
    /// Tokens that were guessed, and how many of them were right, with all seeds.
    pub guessed: usize,
    pub accepted: usize,
}

/// Simulates every kind of text on every curve, with so many seeds.
///
/// # Errors
///
/// Where the data file of the curves is not in its form.
pub fn simulate(seeds: u64) -> Result<Vec<Row>, serde_json::Error> {
    let row = |curve: Curve| {
        let kinds = KINDS.iter().map(|kind| figures(&curve, kind, seeds)).collect();
        Row { curve, kinds }
    };
    Ok(curves()?.into_iter().map(row).collect())
}

fn figures(curve: &Curve, kind: &Kind, seeds: u64) -> Figures {
    let mut figures = Figures { kind: kind.name, ours: Gain::default(), recipe: Gain::default() };
    for seed in 0..seeds {
        let live = |way| live(curve, kind, way, seed);
        let plain = live(Way::Plain);
        figures.ours.add(&plain, &live(Way::Ours));
        figures.recipe.add(&plain, &live(Way::Recipe));
    }
    figures
}

/// Has an engine process write some answers.
fn live(curve: &Curve, kind: &Kind, way: Way, seed: u64) -> Decoded {
    let answers = (0..ANSWERS).map(|answer| kind.text(seed * ANSWERS + answer));
    decode(curve, &Disturbance::USUAL, way, seed, answers)
}

impl Gain {
    fn add(&mut self, plain: &Decoded, drafted: &Decoded) {
        self.speedups.push(plain.ms / drafted.ms);
        self.guessed += drafted.guessed;
        self.accepted += drafted.accepted;
    }
}

#[cfg(test)]
mod tests;
