//! Decides how much is guessed, by what it has cost and brought on this machine.
//!
//! Two rules keep drafting from being a loss. A draft is checked only where the measured costs and
//! the acceptance so far promise a gain; and every draft is charged to an account of what drafting
//! has cost more than plain decoding would have, which may never exceed a fiftieth of the work done
//! and a few tokens. The account takes no promise for granted: it holds whatever the promises are.

use super::costs::{Costs, number};

/// Lengths worth trying: with one more token these are the sizes at which kernels work in blocks.
const LENGTHS: [usize; 4] = [15, 7, 3, 1];

/// The longest draft while others wait for the same batch.
const LENGTH_BESIDE: usize = 3;

/// A smaller gain is noise.
const GAIN_MIN: f64 = 1.05;

/// How much drafting may ever have cost: this part of the work, and so many plain steps on top.
const LOSS_MAX: f64 = 0.02;
const LOSS_STEPS: f64 = 4.0;

/// The part of that which a smaller model may use up, so that something is left to try what is found.
const MODEL_SHARE: f64 = 0.5;

/// Plain steps that a smaller model may take at most to read what it has not.
const READING_STEPS: f64 = 8.0;

/// How much may be saved up for later losses, in plain steps.
const SAVINGS_STEPS: f64 = 16.0;

/// Tokens between two tries of what does not pay at present.
const GAP_MIN: usize = 32;
const GAP_MAX: usize = 512;

/// Weights of the newest measurement.
const PLAIN_WEIGHT: f64 = 0.1;
const ROUND_WEIGHT: f64 = 0.2;
const DRIFT_WEIGHT: f64 = 0.3;

/// A plain step that takes less than this part of what is known, and its weight: what else ran on
/// the machine is gone, and drafts must no longer be compared with what it made of plain steps.
const RELIEVED: f64 = 0.8;
const RELIEVED_WEIGHT: f64 = 0.5;

/// How much of a drift each plain step forgets: something else may have run on the machine.
const DRIFT_FADES: f64 = 0.01;

/// How fast earlier rounds are forgotten.
const ACCEPTANCE_DECAY: f64 = 0.9;

/// Rounds after which what was measured counts and not what was expected.
const ROUNDS_MIN: u32 = 3;

/// Beyond so many generations side by side a step is taken to cost what it does with so many.
const OTHERS_MAX: usize = 15;

/// Most of the tokens of a good guess that are right: by this it is judged whether a model that
/// guesses is worth its memory.
const ACCEPTANCE_BEST: f64 = 0.9;

/// Where a draft comes from. One that was found again is the surer the longer the stretch that equals
/// the last words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Class {
    #[default]
    Short,
    Middle,
    Long,
    /// From a smaller model.
    Model,
}

/// What making a draft takes before it can be checked, in milliseconds; nothing where it is found.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Making {
    /// Whatever its length.
    pub(crate) begin_ms: f64,
    pub(crate) token_ms: f64,
}

impl Class {
    pub(crate) fn of(matched: usize) -> Class {
        match matched {
            ..8 => Class::Short,
            8..16 => Class::Middle,
            _ => Class::Long,
        }
    }
}

/// What came of a step in which every token was the last of some generation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    /// Whose draft was checked, if any, how long it was and how much of it was chosen.
    pub(crate) draft: Option<(Class, usize, usize)>,
    /// Generations in the step beside the one that drafts, or beside the first.
    pub(crate) others: usize,
    /// Tokens of text that came of it.
    pub(crate) emitted: usize,
    pub(crate) ms: f64,
    /// Of them, those in which the draft was made.
    pub(crate) making_ms: f64,
    /// And of these, those in which the model that made it read what it had not.
    pub(crate) reading_ms: f64,
}

/// What is known of one class of drafts.
#[derive(Debug, Clone)]
struct Arm {
    accepted: f64,
    refused: f64,
    rounds: u32,
    /// Time that a round's tokens would have taken without, by the time they took.
    gain: f64,
    gap: usize,
    /// Tokens of all text at its last try.
    tried: Option<usize>,
}

impl Arm {
    fn new(accepted: f64) -> Arm {
        Arm { accepted, refused: 1.0, rounds: 0, gain: 1.0, gap: GAP_MIN, tried: None }
    }

    fn acceptance(&self) -> f64 {
        self.accepted / (self.accepted + self.refused)
    }

    /// Returns how many tokens come of a draft of `length` in the mean, the one after it included.
    fn expected(&self, length: usize) -> f64 {
        let each = self.acceptance();
        (0..=length).scan(1.0, |part, _| Some(std::mem::replace(part, *part * each))).sum()
    }
}

/// Decides for all answers of a model: a short answer has no fresh licence to lose.
#[derive(Debug)]
pub(crate) struct Controller {
    costs: Costs,
    acceptance_min: f64,
    /// Milliseconds of a step without a draft, by how many others are in it.
    plain: [Option<f64>; OTHERS_MAX + 1],
    /// How much dearer batches of up to 2, 4, 8, 16 and more tokens are than measured before.
    drift: [Option<f64>; 5],
    arms: [Arm; 4],
    /// Milliseconds that all text would have taken without drafts, and how many more it took.
    worth: f64,
    lost: f64,
    emitted: usize,
}

impl Controller {
    /// Drafts of which in the mean less than `acceptance_min` would be chosen are not checked.
    pub(crate) fn new(acceptance_min: f64) -> Controller {
        Controller {
            costs: Costs::default(),
            acceptance_min,
            plain: [None; OTHERS_MAX + 1],
            drift: [None; 5],
            arms: [1.0, 2.0, 4.0, 2.0].map(Arm::new),
            worth: 0.0,
            lost: 0.0,
            emitted: 0,
        }
    }

    /// Takes over what batches of each size cost.
    pub(crate) fn calibrate(&mut self, costs: Costs) {
        self.costs = costs;
        self.drift = [None; 5];
    }

    /// Returns whether a model could gain time that takes `token_ms` for each guess.
    pub(crate) fn could_pay(&self, plain_ms: f64, token_ms: f64) -> bool {
        let best = Arm::new(ACCEPTANCE_BEST / (1.0 - ACCEPTANCE_BEST));
        LENGTHS.into_iter().any(|length| {
            let ms = plain_ms * self.costs.ratio(length + 1) + token_ms * number(length);
            best.expected(length) * plain_ms >= GAIN_MIN * ms
        })
    }

    /// Returns how much is to be checked of a draft of `available` tokens, in a step with so many
    /// others. 0 decodes plainly.
    pub(crate) fn length(
        &self,
        class: Class,
        available: usize,
        others: usize,
        making: Making,
    ) -> usize {
        let Some(plain) = self.plain(others) else { return 0 };
        let most = if others == 0 { available } else { available.min(LENGTH_BESIDE) };
        let arm = &self.arms[class as usize];
        let gain = |length: usize| {
            let tokens = number(others) + arm.expected(length);
            let ms = self.batch(others + 1 + length) + making.token_ms * number(length);
            tokens / ms * plain / number(others + 1)
        };
        let affordable = |length: &usize| {
            let made = making.begin_ms + making.token_ms * number(*length);
            let worst = made + self.batch(others + 1 + length) - plain;
            let share = if class == Class::Model { MODEL_SHARE } else { 1.0 };
            let may_be_lost = share * (LOSS_MAX * self.worth + LOSS_STEPS * plain);
            making.begin_ms <= READING_STEPS * plain && self.lost + worst <= may_be_lost
        };
        let accepted =
            |length: &usize| (arm.expected(*length) - 1.0) / number(*length) >= self.acceptance_min;
        let fits = LENGTHS.into_iter().filter(|length| *length <= most);
        let best = fits.filter(accepted).max_by(|one, other| gain(*one).total_cmp(&gain(*other)));
        let pays = |length: &usize| {
            gain(*length) >= GAIN_MIN && (arm.rounds < ROUNDS_MIN || arm.gain >= GAIN_MIN)
        };
        if let Some(length) = best.filter(pays) {
            return if affordable(&length) { length } else { 0 };
        }
        let due = arm.tried.is_none_or(|tried| self.emitted - tried >= arm.gap);
        let probe = if most >= 3 && gain(3) > 0.9 { 3 } else { 1 };
        if due && probe <= most && affordable(&probe) { probe } else { 0 }
    }

    /// Learns from a step.
    pub(crate) fn note(&mut self, step: Step) {
        let Some((class, drafted, accepted)) = step.draft else {
            let known = &mut self.plain[step.others.min(OTHERS_MAX)];
            let is_relieved = known.is_some_and(|known| step.ms < RELIEVED * known);
            let weight = if is_relieved { RELIEVED_WEIGHT } else { PLAIN_WEIGHT };
            *known = Some(blend(*known, step.ms, weight));
            self.worth += step.ms;
            self.emitted += step.emitted;
            for drift in self.drift.iter_mut().flatten() {
                *drift += DRIFT_FADES * (1.0 - *drift);
            }
            return;
        };
        let Some(plain) = self.plain(step.others) else { return };
        let size = step.others + 1 + drafted;
        let seen = (step.ms - step.making_ms) / (self.one() * self.costs.ratio(size));
        let drift = &mut self.drift[bucket(size)];
        *drift = Some(blend(*drift, seen.clamp(0.1, 10.0), DRIFT_WEIGHT));
        let worth = number(step.emitted) * plain / number(step.others + 1);
        self.worth += worth;
        self.lost = (self.lost + step.ms - worth).max(-SAVINGS_STEPS * plain);
        self.emitted += step.emitted;
        let arm = &mut self.arms[class as usize];
        arm.accepted = arm.accepted * ACCEPTANCE_DECAY + number(accepted);
        arm.refused = arm.refused * ACCEPTANCE_DECAY + f64::from(u8::from(accepted < drafted));
        // Reading much is done once, and serves the drafts that follow.
        let once_ms = if step.reading_ms > plain { step.reading_ms } else { 0.0 };
        let once_ms = once_ms.min(step.making_ms);
        let gain = worth / (step.ms - once_ms);
        arm.gain = blend((arm.rounds > 0).then_some(arm.gain), gain, ROUND_WEIGHT);
        arm.rounds = arm.rounds.saturating_add(1);
        arm.gap = if arm.gain >= GAIN_MIN {
            GAP_MIN
        } else if gain >= GAIN_MIN {
            // What paid is tried again at once: a few good rounds are to outweigh the bad ones.
            1
        } else {
            (arm.gap * 2).min(GAP_MAX)
        };
        arm.tried = Some(self.emitted);
    }

    /// Returns what a token takes without a draft when so many others are computed beside it, in
    /// milliseconds; `None` before the first was measured.
    pub(crate) fn plain_token_ms(&self, others: usize) -> Option<f64> {
        Some(self.plain(others)? / number(others + 1))
    }

    fn plain(&self, others: usize) -> Option<f64> {
        let others = others.min(OTHERS_MAX);
        self.plain[others].or_else(|| {
            let nearest = |at: &usize| at.abs_diff(others);
            let known =
                (0..=OTHERS_MAX).filter(|at| self.plain[*at].is_some()).min_by_key(nearest)?;
            Some(self.plain[known]? * self.costs.ratio(others + 1) / self.costs.ratio(known + 1))
        })
    }

    /// Milliseconds of one token alone.
    fn one(&self) -> f64 {
        self.plain(0).unwrap_or(1.0)
    }

    /// Milliseconds of a batch, as measured lately.
    fn batch(&self, size: usize) -> f64 {
        let at = bucket(size);
        let nearest = |other: &usize| other.abs_diff(at);
        let known = (0..self.drift.len()).filter(|other| self.drift[*other].is_some());
        let drift = known.min_by_key(nearest).and_then(|known| self.drift[known]);
        self.one() * self.costs.ratio(size) * drift.unwrap_or(1.0)
    }
}

fn bucket(size: usize) -> usize {
    match size {
        ..3 => 0,
        3..5 => 1,
        5..9 => 2,
        9..17 => 3,
        _ => 4,
    }
}

fn blend(before: Option<f64>, new: f64, weight: f64) -> f64 {
    before.map_or(new, |before| before + weight * (new - before))
}

#[cfg(test)]
mod tests;
