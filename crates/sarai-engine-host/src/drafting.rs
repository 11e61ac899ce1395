//! Drafting: several tokens guessed and checked in one batch, where that is quicker.
//!
//! A draft is only a guess of what [`crate::generation::Generation::choose`] will choose: it chooses
//! from the logits of each position in turn, as it does without a draft, and goes on for as long as
//! it chooses what was guessed. So an answer is what it would be without, whatever was guessed; with
//! a temperature, too. (A guess is a distribution with all its mass on one token `x`, of which
//! rejection sampling accepts `x` with the probability p(x) and else draws from p without `x`:
//! drawing once from p and comparing is the same.) Batches of another size may round differently,
//! so where two tokens are nearly as likely another one may be chosen, as when a prefix is reused.

pub(crate) mod controller;
pub(crate) mod costs;
pub(crate) mod lookup;

use std::collections::VecDeque;

use sarai_engine_protocol::Drafting;

use self::controller::{Class, Controller, Step};
use self::costs::{Costs, SIZES};

/// How often each size of batch is measured.
const ROUNDS: usize = 3;

/// How much is guessed, and what is known about it.
#[derive(Debug)]
pub(crate) struct Drafter {
    rule: Rule,
    runs_ahead: bool,
    /// Sizes of batches that are still to be measured, and what was.
    unmeasured: VecDeque<usize>,
    measured: [Vec<f64>; SIZES.len()],
}

#[derive(Debug)]
enum Rule {
    Off,
    Measured { controller: Box<Controller>, acceptance_min: f64 },
    Fixed(usize),
}

impl Drafter {
    /// `forgets` says whether the model can take back a part of what it has computed; one that
    /// cannot would lose the whole conversation with each wrong guess.
    pub(crate) fn new(wanted: Drafting, forgets: bool) -> Drafter {
        let rule = match wanted {
            _ if !forgets => Rule::Off,
            Drafting::Off => Rule::Off,
            Drafting::Fixed(length) => Rule::Fixed(length as usize),
            Drafting::Measured { acceptance_min } => {
                let acceptance_min = f64::from(acceptance_min).clamp(0.0, 1.0);
                let controller = Box::new(Controller::new(acceptance_min));
                Rule::Measured { controller, acceptance_min }
            }
        };
        let rounds = if matches!(rule, Rule::Measured { .. }) { ROUNDS } else { 0 };
        let unmeasured = (0..rounds).flat_map(|_| 0..SIZES.len()).collect();
        let runs_ahead = matches!(wanted, Drafting::Measured { .. });
        Drafter { rule, runs_ahead, unmeasured, measured: Default::default() }
    }

    pub(crate) fn is_off(&self) -> bool {
        matches!(self.rule, Rule::Off)
    }

    /// Whether what a form leaves no choice about is said without one. Where lengths are fixed it is
    /// not, so that nothing but the drafts differs from plain decoding.
    pub(crate) fn runs_ahead(&self) -> bool {
        self.runs_ahead
    }

    /// Returns how much of a draft is to be checked, of a stretch of `matched` tokens found again.
    pub(crate) fn length(&self, matched: usize, available: usize, others: usize) -> usize {
        match &self.rule {
            Rule::Off => 0,
            Rule::Fixed(length) => available.min(*length),
            Rule::Measured { controller, .. } => {
                controller.length(Class::of(matched), available, others)
            }
        }
    }

    /// Learns from a step. Returns what each of its tokens would have taken without a draft.
    pub(crate) fn note(&mut self, step: Step) -> Option<f64> {
        let Rule::Measured { controller, .. } = &mut self.rule else { return None };
        controller.note(step);
        controller.plain_token_ms(step.others)
    }

    /// Whether an answer of which so much was chosen as guessed is to be decoded plainly from now on.
    pub(crate) fn gives_up(&self, guessed: u32, accepted: u32) -> bool {
        /// Fewer guesses say nothing.
        const GUESSES_MIN: u32 = 8;
        match &self.rule {
            Rule::Measured { acceptance_min, .. } => {
                guessed >= GUESSES_MIN && f64::from(accepted) < acceptance_min * f64::from(guessed)
            }
            _ => false,
        }
    }

    /// Returns the size of batch that is to be measured next, while nobody waits.
    pub(crate) fn unmeasured(&self) -> Option<usize> {
        self.unmeasured.front().map(|at| SIZES[*at])
    }

    /// Takes what a batch of that size took; nothing when it could not be computed, and then nothing
    /// else is measured either.
    pub(crate) fn measured(&mut self, ms: Option<f64>) {
        let (Some(ms), Some(at)) = (ms, self.unmeasured.pop_front()) else {
            self.unmeasured.clear();
            return;
        };
        self.measured[at].push(ms);
        if let (true, Rule::Measured { controller, .. }) =
            (self.unmeasured.is_empty(), &mut self.rule)
        {
            let costs = self.measured.each_mut().map(|measured| median(measured));
            tracing::info!(?costs, sizes = ?SIZES, "milliseconds of a batch, by its tokens");
            controller.calibrate(Costs::measured(costs));
        }
    }
}

fn median(measured: &mut [f64]) -> f64 {
    measured.sort_by(f64::total_cmp);
    measured.get(measured.len() / 2).copied().unwrap_or(0.0)
}
