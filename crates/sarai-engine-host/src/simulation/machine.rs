//! A machine that takes its time: by its curve, and by what else happens on it.

use sarai_engine_protocol::{DraftTimings, PROMPT_TOKENS, Timings};

use super::curves::Curve;
use crate::drafting::costs::{Costs, SIZES, number};
use crate::random::SeededRandom;

/// Tokens of text for which a machine stays as quick as it is.
const STRETCH_TOKENS: usize = 64;

/// What makes a time another than the curve says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disturbance {
    /// How much a step strays, as a part of it (standard deviation).
    pub(super) tremble: f64,
    /// The part of all stretches of text in which something else runs, and how much longer a step
    /// takes then.
    pub(super) busy: f64,
    pub(super) busy_times: f64,
    /// How far from the truth the first measurement may be, as a part of it.
    pub(super) mistaken: f64,
}

impl Disturbance {
    /// A household's computer.
    pub(super) const USUAL: Disturbance =
        Disturbance { tremble: 0.06, busy: 0.1, busy_times: 1.3, mistaken: 0.1 };
}

/// A machine at work.
#[derive(Debug)]
pub(super) struct Worker {
    one_ms: f64,
    costs: Costs,
    draft: DraftTimings,
    disturbance: Disturbance,
    seed: u64,
    random: SeededRandom,
}

impl Worker {
    /// `way` keeps the trembling of two runs with one seed apart.
    pub(super) fn new(curve: &Curve, disturbance: &Disturbance, seed: u64, way: u64) -> Worker {
        Worker {
            one_ms: curve.batch_ms[0],
            costs: Costs::measured(curve.batch_ms),
            draft: DraftTimings { step_ms: curve.draft_step_ms, prompt_ms: curve.draft_prompt_ms },
            disturbance: *disturbance,
            seed,
            random: SeededRandom::new((seed << 8) | way),
        }
    }

    /// Returns what the machine was measured to take, more or less.
    pub(super) fn believed(&self) -> (Timings, DraftTimings) {
        let mut random = SeededRandom::new(self.seed ^ 0xbe11_e7ed);
        let mut about =
            |ms: f64| ms * (1.0 + self.disturbance.mistaken * (2.0 * random.fraction() - 1.0));
        let batch_ms = SIZES.map(|size| about(self.one_ms * self.costs.ratio(size)));
        // No decision about drafts rests on the piece of a prompt.
        let timings = Timings { batch_ms, prompt_ms: 0.0 };
        let DraftTimings { step_ms, prompt_ms } = self.draft;
        (timings, DraftTimings { step_ms: about(step_ms), prompt_ms: about(prompt_ms) })
    }

    /// Returns the milliseconds of a batch, when so many tokens have been written.
    pub(super) fn batch_ms(&mut self, tokens: usize, written: usize) -> f64 {
        self.one_ms * self.costs.ratio(tokens) * self.factor(written)
    }

    /// Returns the milliseconds in which the draft model reads and then guesses so many tokens.
    pub(super) fn draft_ms(&mut self, reads: usize, guesses: usize, written: usize) -> f64 {
        let reading_ms = self.draft.prompt_ms / f64::from(PROMPT_TOKENS) * number(reads);
        (reading_ms + self.draft.step_ms * number(guesses)) * self.factor(written)
    }

    fn factor(&mut self, written: usize) -> f64 {
        let Disturbance { tremble, busy, busy_times, .. } = self.disturbance;
        // By where in the text it is, so that plain decoding meets the same neighbours.
        let stretch = u64::try_from(written / STRETCH_TOKENS).unwrap_or(u64::MAX);
        let chance = SeededRandom::new(self.seed.wrapping_mul(31).wrapping_add(stretch)).fraction();
        let busy = if chance < busy { busy_times } else { 1.0 };
        // Twelve even chances come close to a normal distribution of variance one.
        let stray = (0..12).map(|_| self.random.fraction()).sum::<f64>() - 6.0;
        busy * (1.0 + tremble * stray).max(0.5)
    }
}
