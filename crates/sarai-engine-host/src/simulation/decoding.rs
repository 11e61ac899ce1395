//! Answers decoded one after the other, in one of several ways, on a simulated machine.

use sarai_engine_protocol::{DraftTimings, Drafting, PROMPT_TOKENS};

use super::curves::Curve;
use super::machine::{Disturbance, Worker};
use super::recipe::Recipe;
use crate::drafting::Drafter;
use crate::drafting::controller::{Class, Making, Step};
use crate::drafting::costs::number;
use crate::generation::DRAFT_TOKENS_MAX;
use crate::sequences::token_count;

/// The least part of guesses that must be right, as the assistant sets it.
const ACCEPTANCE_MIN: f32 = 0.6;

/// Tokens of a question, and of what was recalled for it. What was said before is read already.
const QUESTION_TOKENS: usize = 100;

/// Most tokens that the draft model reads before it guesses.
const READ_TOKENS_MAX: usize = 512;

/// How tokens come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// One by one.
    Plain,
    /// As this engine does.
    Ours,
    /// With drafts of one length wherever something stood before, at any price.
    #[cfg(test)]
    Always(u32),
    /// As `recipe.rs` says.
    Recipe,
}

/// What is to be written, and what would be guessed of it.
pub(super) trait Answer {
    fn tokens(&self) -> usize;

    /// Returns what stood before where the last words stood, when so much is written.
    fn found(&mut self, written: usize, most: usize) -> Option<Found>;

    /// Returns what the draft model guesses as long as it is that sure.
    fn made(&self, written: usize, most: usize, sure_min: f64) -> Made;
}

/// A draft that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) matched: usize,
    pub(super) available: usize,
    pub(super) right: usize,
}

/// A draft that was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub(super) length: usize,
    pub(super) right: usize,
}

/// What decoding came to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Decoded {
    pub(super) ms: f64,
    pub(super) guessed: usize,
    pub(super) accepted: usize,
}

/// Decodes answers in one engine process: what is learned from one counts for the next.
pub(super) fn decode(
    curve: &Curve,
    disturbance: &Disturbance,
    way: Way,
    seed: u64,
    answers: impl Iterator<Item = impl Answer>,
) -> Decoded {
    let (drafting, number_of_way) = match way {
        Way::Plain => (Drafting::Off, 0),
        Way::Ours => (Drafting::Measured { acceptance_min: ACCEPTANCE_MIN }, 1),
        #[cfg(test)]
        Way::Always(length) => (Drafting::Fixed(length), 2),
        Way::Recipe => (Drafting::Off, 3),
    };
    let worker = Worker::new(curve, disturbance, seed, number_of_way);
    let (timings, draft_timings) = worker.believed();
    let drafter = Drafter::new(drafting, true, Some(timings));
    let mut process = Process {
        has_model: drafter.wants_model(&draft_timings).unwrap_or(false),
        recipe: (way == Way::Recipe).then(Recipe::default),
        worker,
        timings: draft_timings,
        unread: 0,
        drafter,
        written: 0,
        decoded: Decoded::default(),
    };
    for mut answer in answers {
        process.write(&mut answer);
    }
    process.decoded
}

/// An engine process.
#[derive(Debug)]
struct Process {
    worker: Worker,
    /// What the draft model was measured to take.
    timings: DraftTimings,
    /// Whether it may guess.
    has_model: bool,
    /// Tokens that it has not read.
    unread: usize,
    drafter: Drafter,
    recipe: Option<Recipe>,
    /// Tokens of all answers.
    written: usize,
    decoded: Decoded,
}

/// A draft that is checked.
#[derive(Debug, Clone, Copy)]
struct Draft {
    class: Class,
    length: usize,
    right: usize,
    making_ms: f64,
    reading_ms: f64,
}

impl Process {
    fn write(&mut self, answer: &mut impl Answer) {
        let (mut guessed, mut accepted, mut gave_up) = (0, 0, false);
        self.unread += QUESTION_TOKENS;
        let mut at = 0;
        while at < answer.tokens() {
            // The token after a draft is chosen too.
            let most = (answer.tokens() - at - 1).min(DRAFT_TOKENS_MAX);
            let draft = if gave_up || most == 0 { None } else { self.draft(answer, at, most) };
            let emitted = 1 + draft.map_or(0, |draft| draft.right);
            self.step(draft, emitted);
            at += emitted;
            let Some(Draft { length: length @ 1.., right, .. }) = draft else { continue };
            guessed += length;
            accepted += right;
            gave_up = match &mut self.recipe {
                Some(recipe) => {
                    recipe.note(number(right) / number(length));
                    Recipe::gives_up(number(accepted) / number(guessed))
                }
                None => self.drafter.gives_up(token_count(guessed), token_count(accepted)),
            };
        }
        self.decoded.guessed += guessed;
        self.decoded.accepted += accepted;
    }

    /// Guesses as the scheduler does: what stood before, else what the model says.
    fn draft(&mut self, answer: &mut impl Answer, at: usize, most: usize) -> Option<Draft> {
        if let Some(recipe) = &self.recipe {
            let length = recipe.length().min(most);
            return Some(self.made(answer, at, length, 0.0));
        }
        if self.drafter.is_off() {
            return None;
        }
        if let Some(Found { matched, available, right }) = answer.found(at, most) {
            let class = Class::of(matched);
            let length = self.drafter.length(class, available, 0, Making::default());
            if length > 0 {
                return Some(Draft {
                    class,
                    length,
                    right: right.min(length),
                    making_ms: 0.0,
                    reading_ms: 0.0,
                });
            }
        }
        if !self.has_model {
            return None;
        }
        let making = Making { begin_ms: self.reading_ms(), token_ms: self.timings.step_ms };
        let length = self.drafter.length(Class::Model, most, 0, making);
        (length > 0).then(|| self.made(answer, at, length, self.drafter.sureness_min()))
    }

    /// Has the draft model guess so many tokens, as long as it is that sure.
    fn made(&mut self, answer: &impl Answer, at: usize, most: usize, sure_min: f64) -> Draft {
        let Made { length, right } = answer.made(at, most, sure_min);
        // What it is not sure of has cost a step, too.
        let steps = most.min(length + 1);
        let making_ms = self.worker.draft_ms(self.reads(), steps, self.written);
        let reading_ms = self.reading_ms();
        Draft { class: Class::Model, length, right, making_ms, reading_ms }
    }

    /// How much the draft model has to read. The last token read is its first step.
    fn reads(&self) -> usize {
        self.unread.min(READ_TOKENS_MAX).saturating_sub(1)
    }

    /// What that is believed to take.
    fn reading_ms(&self) -> f64 {
        number(self.reads()) * self.timings.prompt_ms / f64::from(PROMPT_TOKENS)
    }

    fn step(&mut self, draft: Option<Draft>, emitted: usize) {
        let length = draft.map_or(0, |draft| draft.length);
        let making_ms = draft.map_or(0.0, |draft| draft.making_ms);
        let reading_ms = draft.map_or(0.0, |draft| draft.reading_ms);
        let ms = making_ms + self.worker.batch_ms(length + 1, self.written);
        let was_made = draft.is_some_and(|draft| draft.class == Class::Model);
        let draft = draft.map(|draft| (draft.class, draft.length, draft.right));
        if self.recipe.is_none() {
            self.drafter.note(Step { draft, others: 0, emitted, ms, making_ms, reading_ms });
        }
        // Of what it guessed itself it has yet to read the token that came after.
        self.unread = if was_made { 1 } else { self.unread + emitted };
        self.decoded.ms += ms;
        self.written += emitted;
    }
}
