//! What is guessed before a batch, and learned from it.

use sarai_engine_protocol::{DraftTimings, PROMPT_TOKENS};

use super::Scheduler;
use crate::backend::{Backend, BackendError, BatchToken, Loader, Sequence};
use crate::batch::Share;
use crate::drafting::Probe;
use crate::drafting::controller::{Class, Making, Step};
use crate::sequences::token_count;

impl Scheduler<'_> {
    /// Guesses how one of the answers goes on, where all that is to be computed are answers: a
    /// prompt's time would be taken for theirs.
    pub(super) fn draft(&mut self) {
        for generation in &mut self.active {
            generation.draft.clear();
        }
        self.guessed = None;
        let cramped = std::mem::take(&mut self.cramped);
        if cramped
            || self.drafter.is_off()
            || self.active.is_empty()
            || self.active.iter().any(|one| self.pending(one) != 1)
        {
            return;
        }
        let others = self.active.len() - 1;
        let turn = self.batches % self.active.len();
        let room = self.model.backend.outputs_max().saturating_sub(self.active.len());
        let generation = &mut self.active[turn];
        let most = generation.guesses_max(room);
        if let Some(found) = generation.look_up(most, &self.model.vocabulary) {
            let by = Class::of(found.matched);
            let length = self.drafter.length(by, found.tokens.len(), others, Making::default());
            generation.draft_with(&found.tokens[..length], by);
        }
        if others == 0 && generation.draft.is_empty() && most > 0 {
            self.ask_model(most);
        }
    }

    /// Has the smaller model guess for the only answer in work, if that is worth it.
    fn ask_model(&mut self, most: usize) {
        let (Some(partner), [generation]) = (&mut self.partner, &mut *self.active) else { return };
        let (Some(model), Some(timings)) = (&mut partner.model, partner.report.timings) else {
            return;
        };
        let target = &self.model;
        let unread = model.unread(&generation.tokens, &target.vocabulary);
        let making = making(&timings, unread);
        let length = self.drafter.length(Class::Model, most, 0, making);
        if length == 0 || !self.desk.begin_batch(&[generation.id]) {
            return;
        }
        let begun = self.clock.elapsed_ms();
        let guessed = model.guess(
            &generation.tokens,
            length,
            self.drafter.sureness_min(),
            target,
            self.desk.abort(),
        );
        self.desk.end_batch();
        let ms = self.clock.elapsed_ms() - begun;
        self.guessed = Some(Guessed { ms, reading_ms: making.begin_ms });
        match guessed {
            Ok(tokens) => {
                let tokens = generation.possible(tokens, &target.vocabulary);
                generation.draft_with(&tokens, Class::Model);
            }
            // The next step drops who was cancelled.
            Err(BackendError::Aborted) => {}
            Err(error) => partner.fail(&error),
        }
    }

    /// Loads the smaller model, if it is time to know whether it is of use. `false` when there is
    /// nothing to do.
    pub(crate) fn load_partner(&mut self, loader: &dyn Loader) -> bool {
        let Some(partner) = &mut self.partner else { return false };
        if partner.is_settled() || !self.drafter.can_judge_models() {
            return false;
        }
        let drafter = &self.drafter;
        let wanted = |timings: &DraftTimings| drafter.wants_model(timings).unwrap_or(false);
        if partner.report.timings.is_some_and(|timings| !wanted(&timings)) {
            partner.decline();
            return false;
        }
        partner.load(loader, &self.model.vocabulary, self.clock, wanted);
        true
    }

    /// Whether the smaller model was measured before.
    pub(crate) fn knows_partner(&self) -> bool {
        self.partner.as_ref().is_some_and(|partner| partner.report.timings.is_some())
    }

    /// Learns from a step that took so long, if it only computed answers.
    pub(super) fn learn(&mut self, shares: &[(u64, Share)], checked: Option<Checked>, ms: f64) {
        if shares.iter().any(|(_, share)| share.tokens != 1 || !share.completes) {
            return;
        }
        let others = shares.len() - 1;
        let accepted = checked.map_or(0, |checked| checked.accepted);
        // A guess of nothing has cost something, too.
        let nothing = Checked { by: Class::Model, guessed: 0, accepted: 0 };
        let draft = checked
            .or(self.guessed.map(|_| nothing))
            .map(|Checked { by, guessed, accepted }| (by, guessed, accepted));
        let emitted = shares.len() + accepted;
        let Guessed { ms: making_ms, reading_ms } = self.guessed.take().unwrap_or_default();
        let ms = ms + making_ms;
        let step = Step { draft, others, emitted, ms, making_ms, reading_ms };
        let Some(plain_ms) = self.drafter.note(step) else { return };
        let each = ms / f64::from(token_count(shares.len()));
        for (id, share) in shares {
            let Some(generation) = self.active.iter_mut().find(|one| one.id == *id) else {
                continue;
            };
            let emitted = 1 + if share.draft > 0 { accepted } else { 0 };
            generation.drafted.ms += each;
            generation.drafted.plain_ms += plain_ms * f64::from(token_count(emitted));
            let drafted = &mut generation.drafted;
            drafted.fell_back |= self.drafter.gives_up(drafted.guessed, drafted.accepted);
        }
    }

    /// Measures how long a batch takes, if that is not known yet. `false` when it is, or there is no
    /// sequence to spare.
    pub(crate) fn measure_one(&mut self) -> bool {
        let Some(probe) = self.drafter.unmeasured() else { return false };
        let backend = &mut *self.model.backend;
        let Some(sequence) = self.prefixes.sequences.spare() else { return false };
        let batch = probe_batch(probe, sequence, &*backend);
        if !self.desk.begin_measuring(None) {
            return false;
        }
        let begun = self.clock.elapsed_ms();
        let computed = backend.decode(&batch, self.desk.abort());
        let ms = self.clock.elapsed_ms() - begun;
        self.desk.end_batch();
        backend.truncate(sequence, 0);
        match computed {
            // Somebody came; it is measured when they are gone.
            Err(BackendError::Aborted) => {}
            computed => self.drafter.measured(computed.is_ok().then_some(ms)),
        }
        true
    }
}

/// Returns what guessing takes with a model that has so much to read before. The last token read is
/// the first step.
fn making(timings: &DraftTimings, unread: usize) -> Making {
    let before = f64::from(token_count(unread.saturating_sub(1)));
    let begin_ms = timings.prompt_ms / f64::from(PROMPT_TOKENS) * before;
    Making { begin_ms, token_ms: timings.step_ms }
}

fn probe_batch(probe: Probe, sequence: Sequence, backend: &dyn Backend) -> Vec<BatchToken> {
    let most = backend.batch_tokens_max();
    let size = match probe {
        Probe::Batch(size) => size.min(most).min(backend.outputs_max()),
        Probe::Prompt(size) => size.min(most),
    };
    let token = |index: usize| BatchToken {
        token: token_count(index),
        position: token_count(index),
        sequence,
        wants_logits: matches!(probe, Probe::Batch(_)) || index + 1 == size,
    };
    (0..size).map(token).collect()
}

/// What the smaller model took to guess, and of that to read what it had not, as far as is known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Guessed {
    ms: f64,
    reading_ms: f64,
}

/// What became of a draft.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    pub(super) by: Class,
    pub(super) guessed: usize,
    pub(super) accepted: usize,
}
