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

/// How much may be saved up for later losses, in plain steps.
const SAVINGS_STEPS: f64 = 16.0;

/// Tokens between two tries of what does not pay at present.
const GAP_MIN: usize = 32;
const GAP_MAX: usize = 512;

/// Weights of the newest measurement.
const PLAIN_WEIGHT: f64 = 0.1;
const ROUND_WEIGHT: f64 = 0.2;
const DRIFT_WEIGHT: f64 = 0.3;

/// How much of a drift each plain step forgets: something else may have run on the machine.
const DRIFT_FADES: f64 = 0.01;

/// How fast earlier rounds are forgotten.
const ACCEPTANCE_DECAY: f64 = 0.9;

/// Rounds after which what was measured counts and not what was expected.
const ROUNDS_MIN: u32 = 3;

/// Beyond so many generations side by side a step is taken to cost what it does with so many.
const OTHERS_MAX: usize = 15;

/// How a draft was found: the longer the stretch that equals the last words, the surer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Short,
    Middle,
    Long,
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
    arms: [Arm; 3],
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
            arms: [Arm::new(1.0), Arm::new(2.0), Arm::new(4.0)],
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

    /// Returns how much is to be checked of a draft of `available` tokens, in a step with so many
    /// others. 0 decodes plainly.
    pub(crate) fn length(&self, class: Class, available: usize, others: usize) -> usize {
        let Some(plain) = self.plain(others) else { return 0 };
        let most = if others == 0 { available } else { available.min(LENGTH_BESIDE) };
        let arm = &self.arms[class as usize];
        let gain = |length: usize| {
            let tokens = number(others) + arm.expected(length);
            tokens / self.batch(others + 1 + length) * plain / number(others + 1)
        };
        let affordable = |length: &usize| {
            let worst = self.batch(others + 1 + length) - plain;
            self.lost + worst <= LOSS_MAX * self.worth + LOSS_STEPS * plain
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
            *known = Some(blend(*known, step.ms, PLAIN_WEIGHT));
            self.worth += step.ms;
            self.emitted += step.emitted;
            for drift in self.drift.iter_mut().flatten() {
                *drift += DRIFT_FADES * (1.0 - *drift);
            }
            return;
        };
        let Some(plain) = self.plain(step.others) else { return };
        let size = step.others + 1 + drafted;
        let seen = step.ms / (self.one() * self.costs.ratio(size));
        let drift = &mut self.drift[bucket(size)];
        *drift = Some(blend(*drift, seen.clamp(0.1, 10.0), DRIFT_WEIGHT));
        let worth = number(step.emitted) * plain / number(step.others + 1);
        self.worth += worth;
        self.lost = (self.lost + step.ms - worth).max(-SAVINGS_STEPS * plain);
        self.emitted += step.emitted;
        let arm = &mut self.arms[class as usize];
        arm.accepted = arm.accepted * ACCEPTANCE_DECAY + number(accepted);
        arm.refused = arm.refused * ACCEPTANCE_DECAY + f64::from(u8::from(accepted < drafted));
        arm.gain = blend((arm.rounds > 0).then_some(arm.gain), worth / step.ms, ROUND_WEIGHT);
        arm.rounds = arm.rounds.saturating_add(1);
        arm.gap = if arm.gain >= GAIN_MIN { GAP_MIN } else { (arm.gap * 2).min(GAP_MAX) };
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
mod tests {
    use proptest::prelude::*;

    use super::{Class, Controller, Step};
    use crate::drafting::costs::{Costs, SIZES, number};

    /// Milliseconds of one token in these tests.
    const ONE: f64 = 40.0;

    /// What a batch really costs, and what comes of a draft.
    struct World {
        real: Costs,
        believed: Costs,
    }

    impl World {
        fn new(further: f64, error: f64) -> World {
            let of = |further: f64| {
                Costs::measured(SIZES.map(|size| ONE * (1.0 + further * number(size - 1))))
            };
            World { real: of(further), believed: of(further * error) }
        }

        /// Decodes as long as there are drafts, each with its class, length and how much of it is
        /// right. Returns what all took, what it would have taken, and how much was guessed.
        fn live(&self, drafts: &[(Class, usize, usize)]) -> (f64, f64, usize) {
            let mut controller = Controller::new(0.6);
            controller.calibrate(self.believed.clone());
            let (mut took, mut plain, mut guessed) = (0.0, 0.0, 0);
            for (class, available, right) in drafts {
                let length = controller.length(*class, *available, 0);
                let accepted = length.min(*right);
                let ms = ONE * self.real.ratio(length + 1);
                let draft = (length > 0).then_some((*class, length, accepted));
                controller.note(Step { draft, others: 0, emitted: accepted + 1, ms });
                took += ms;
                plain += ONE * number(accepted + 1);
                guessed += length;
            }
            (took, plain, guessed)
        }
    }

    fn class() -> impl Strategy<Value = Class> {
        prop_oneof![Just(Class::Short), Just(Class::Middle), Just(Class::Long)]
    }

    proptest! {
        #[test]
        fn drafting_never_costs_more_than_a_fiftieth_and_a_few_tokens(
            further in 0.0_f64..1.0,
            error in 0.8_f64..1.2,
            drafts in prop::collection::vec((class(), 0_usize..16, 0_usize..16), 1..600),
        ) {
            let (took, plain, _) = World::new(further, error).live(&drafts);
            prop_assert!(took <= 1.03 * plain + 8.0 * ONE, "{took} {plain}");
        }
    }

    #[test]
    fn what_is_always_right_is_soon_guessed_at_full_length() {
        let (took, plain, _) = World::new(0.2, 1.0).live(&vec![(Class::Long, 15, 15); 60]);
        assert!(plain > 3.0 * took, "{took} {plain}");
    }

    #[test]
    fn what_is_never_right_is_hardly_guessed() {
        let (took, plain, guessed) = World::new(0.8, 1.0).live(&vec![(Class::Long, 15, 0); 2000]);
        assert!(guessed < 60 && took < 1.02 * plain + 4.0 * ONE, "{guessed} {took} {plain}");
    }

    #[test]
    fn nothing_is_guessed_before_it_is_known_what_a_token_takes() {
        assert_eq!(Controller::new(0.6).length(Class::Long, 15, 0), 0);
    }

    #[test]
    fn beside_others_drafts_are_short() {
        let mut controller = Controller::new(0.6);
        controller.calibrate(Costs::measured([10.0, 10.5, 11.0, 12.0, 14.0]));
        controller.note(Step { draft: None, others: 0, emitted: 1, ms: 10.0 });
        for _ in 0..6 {
            let draft = Some((Class::Long, 3, 3));
            controller.note(Step { draft, others: 0, emitted: 4, ms: 11.0 });
        }
        assert!(controller.length(Class::Long, 15, 0) > 3);
        assert!(controller.length(Class::Long, 15, 2) <= 3);
    }
}
