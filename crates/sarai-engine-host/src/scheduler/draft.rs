//! What is guessed before a batch, and learned from it.

use super::Scheduler;
use crate::backend::{Backend, BackendError, BatchToken, Sequence};
use crate::batch::Share;
use crate::drafting::Probe;
use crate::drafting::controller::{Class, Step};
use crate::sequences::token_count;

impl Scheduler<'_> {
    /// Guesses how one of the answers goes on, where all that is to be computed are answers: a
    /// prompt's time would be taken for theirs.
    pub(super) fn draft(&mut self) {
        for generation in &mut self.active {
            generation.draft.clear();
        }
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
        self.active[turn].guess(room, &self.model.vocabulary, |matched, available| {
            self.drafter.length(matched, available, others)
        });
    }

    /// Learns from a step that took so long, if it only computed answers.
    pub(super) fn learn(&mut self, shares: &[(u64, Share)], checked: Option<Checked>, ms: f64) {
        if shares.iter().any(|(_, share)| share.tokens != 1 || !share.completes) {
            return;
        }
        let others = shares.len() - 1;
        let accepted = checked.map_or(0, |checked| checked.accepted);
        let draft = checked
            .map(|Checked { matched, guessed, accepted }| (Class::of(matched), guessed, accepted));
        let emitted = shares.len() + accepted;
        let Some(plain_ms) = self.drafter.note(Step { draft, others, emitted, ms }) else { return };
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

/// What became of a draft.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    pub(super) matched: usize,
    pub(super) guessed: usize,
    pub(super) accepted: usize,
}
