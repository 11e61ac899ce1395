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
pub(crate) mod model;
mod translation;

use std::collections::VecDeque;

use sarai_engine_protocol::{BATCH_SIZES, DraftTimings, Drafting, PROMPT_TOKENS, Timings};

use self::controller::{Class, Controller, Making, Step};
use self::costs::Costs;

/// How often each batch is measured. The least counts: what else runs on the machine adds to a time
/// and never takes from it.
const ROUNDS: usize = 5;

/// Batches that are measured: the sizes of drafts, and a piece of a prompt.
const PROBES: usize = BATCH_SIZES.len() + 1;

/// A batch to be measured, of so many tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    Batch(usize),
    Prompt(usize),
}

/// How much is guessed, and what is known about it.
#[derive(Debug)]
pub(crate) struct Drafter {
    rule: Rule,
    runs_ahead: bool,
    /// Which batches are still to be measured, and what was.
    unmeasured: VecDeque<usize>,
    measured: [Vec<f64>; PROBES],
    timings: Option<Timings>,
}

#[derive(Debug)]
enum Rule {
    Off,
    Measured { controller: Box<Controller>, acceptance_min: f64 },
    Fixed(usize),
}

impl Drafter {
    /// `forgets` says whether the model can take back a part of what it has computed; one that
    /// cannot would lose the whole conversation with each wrong guess. What is known already is not
    /// measured again.
    pub(crate) fn new(wanted: Drafting, forgets: bool, known: Option<Timings>) -> Drafter {
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
        let runs_ahead = matches!(wanted, Drafting::Measured { .. });
        let unmeasured = match (&rule, &known) {
            (Rule::Measured { .. }, None) => (0..ROUNDS).flat_map(|_| 0..PROBES).collect(),
            _ => VecDeque::new(),
        };
        let mut drafter =
            Drafter { rule, runs_ahead, unmeasured, measured: Default::default(), timings: None };
        if let Some(known) = known {
            drafter.calibrate(known);
        }
        drafter
    }

    pub(crate) fn is_off(&self) -> bool {
        matches!(self.rule, Rule::Off)
    }

    /// Whether what a form leaves no choice about is said without one. Where lengths are fixed it is
    /// not, so that nothing but the drafts differs from plain decoding.
    pub(crate) fn runs_ahead(&self) -> bool {
        self.runs_ahead
    }

    /// Returns how much of a draft is to be checked.
    pub(crate) fn length(
        &self,
        class: Class,
        available: usize,
        others: usize,
        making: Making,
    ) -> usize {
        match &self.rule {
            Rule::Off => 0,
            Rule::Fixed(length) => available.min(*length),
            Rule::Measured { controller, .. } => {
                controller.length(class, available, others, making)
            }
        }
    }

    /// Returns whether a smaller model of these timings is worth its memory; `None` before it is
    /// known what batches take.
    pub(crate) fn wants_model(&self, model: &DraftTimings) -> Option<bool> {
        match &self.rule {
            Rule::Off => Some(false),
            Rule::Fixed(_) => Some(true),
            Rule::Measured { controller, .. } => {
                let plain_ms = self.timings.as_ref()?.batch_ms[0];
                Some(controller.could_pay(plain_ms, model.step_ms))
            }
        }
    }

    /// Whether it can be known now if a smaller model is worth its memory.
    pub(crate) fn can_judge_models(&self) -> bool {
        match &self.rule {
            Rule::Off => false,
            Rule::Fixed(_) => true,
            Rule::Measured { .. } => self.timings.is_some(),
        }
    }

    /// The least probability of a token that a smaller model guesses with.
    pub(crate) fn sureness_min(&self) -> f64 {
        match &self.rule {
            Rule::Measured { acceptance_min, .. } => *acceptance_min,
            Rule::Off | Rule::Fixed(_) => 0.0,
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
        /// Fewer guesses say nothing: that is two long drafts.
        const GUESSES_MIN: u32 = 32;
        match &self.rule {
            Rule::Measured { acceptance_min, .. } => {
                guessed >= GUESSES_MIN && f64::from(accepted) < acceptance_min * f64::from(guessed)
            }
            _ => false,
        }
    }

    /// Returns what is to be measured next, while nobody waits.
    pub(crate) fn unmeasured(&self) -> Option<Probe> {
        let at = *self.unmeasured.front()?;
        Some(match BATCH_SIZES.get(at) {
            Some(size) => Probe::Batch(*size as usize),
            None => Probe::Prompt(PROMPT_TOKENS as usize),
        })
    }

    /// Takes what that batch took; nothing when it could not be computed, and then nothing else is
    /// measured either.
    pub(crate) fn measured(&mut self, ms: Option<f64>) {
        let (Some(ms), Some(at)) = (ms, self.unmeasured.pop_front()) else {
            self.unmeasured.clear();
            return;
        };
        self.measured[at].push(ms);
        if self.unmeasured.is_empty() {
            let [batches @ .., prompt] = &self.measured;
            let batch_ms = batches.each_ref().map(|measured| least(measured));
            let timings = Timings { batch_ms, prompt_ms: least(prompt) };
            self.calibrate(timings);
        }
    }

    /// Returns what was measured, or known before.
    pub(crate) fn timings(&self) -> Option<&Timings> {
        self.timings.as_ref()
    }

    fn calibrate(&mut self, timings: Timings) {
        tracing::info!(?timings, sizes = ?BATCH_SIZES, "milliseconds of a batch, by its tokens");
        if let Rule::Measured { controller, .. } = &mut self.rule {
            controller.calibrate(Costs::measured(timings.batch_ms));
        }
        self.timings = Some(timings);
    }
}

fn least(measured: &[f64]) -> f64 {
    measured.iter().copied().fold(f64::INFINITY, f64::min)
}
