//! One batch: what is computed of whom, what becomes of it, and whose fault it is when it fails.

use sarai_engine_protocol::{Body, Failure, Finish};

use super::Scheduler;
use super::draft::Checked;
use crate::backend::{BackendError, BatchToken};
use crate::batch::{self, Pending, Room, Share};
use crate::generation::Step;
use crate::sequences::token_count;

impl Scheduler<'_> {
    pub(super) fn compute(&mut self, shares: &[(u64, Share)]) {
        let ids: Vec<u64> = shares.iter().map(|(id, _)| *id).collect();
        let batch: Vec<BatchToken> = shares.iter().flat_map(|share| self.batch_of(share)).collect();
        let begun = if self.only_prepares() {
            self.desk.begin_measuring(None)
        } else {
            self.desk.begin_batch(&ids)
        };
        if !begun {
            return;
        }
        let begun = self.clock.elapsed_ms();
        let result = self.model.backend.decode(&batch, self.desk.abort());
        self.desk.end_batch();
        let Err(error) = result else {
            let checked = self.advance(shares);
            let ms = self.clock.elapsed_ms() - begun;
            self.learn(shares, checked, ms);
            return self.reassure(shares);
        };
        let mut targets = Vec::with_capacity(shares.len());
        for (id, share) in shares {
            let sequence = self.sequence_of(*id).unwrap_or_default();
            targets.push(self.prefixes.sequences.tokens(sequence).len() + share.tokens);
            self.prefixes.sequences.mend(&mut *self.model.backend, sequence);
        }
        match error {
            // The next step drops who was cancelled and computes the rest again.
            BackendError::Aborted => {}
            // Somebody's draft is no reason to give up what is kept.
            BackendError::Full if shares.iter().any(|(_, share)| share.draft > 0) => {
                self.cramped = true;
            }
            // Nobody is waiting, and what others computed is worth more.
            BackendError::Full if self.only_prepares() => self.stop_preparing(),
            BackendError::Full => self.make_room(),
            BackendError::Load(reason)
            | BackendError::OutOfMemory(reason)
            | BackendError::Native(reason) => {
                self.isolate(shares, &targets, reason);
            }
        }
    }

    fn batch_of(&self, (id, share): &(u64, Share)) -> Vec<BatchToken> {
        let Some(generation) = self.active.iter().find(|one| one.id == *id) else {
            return Vec::new();
        };
        let sequence = generation.sequence.unwrap_or_default();
        let from = self.prefixes.sequences.tokens(sequence).len();
        let told = generation.tokens[from..from + share.tokens].iter();
        let last = share.tokens - 1;
        let one = |(index, token): (usize, &u32)| BatchToken {
            token: *token,
            position: token_count(from + index),
            sequence,
            wants_logits: share.completes && index >= last,
        };
        told.chain(&generation.draft[..share.draft]).enumerate().map(one).collect()
    }

    /// Repeats how far those are whose prompt was not in the batch: a prompt that waits for its turn
    /// beside others is not stuck.
    fn reassure(&self, shares: &[(u64, Share)]) {
        for generation in &self.active {
            let computed = shares.iter().any(|(id, _)| *id == generation.id);
            let pending = self.pending(generation);
            if !computed && pending > 1 {
                let total = token_count(generation.tokens.len());
                let done = token_count(generation.tokens.len() - pending);
                self.outlet.send(generation.id, Body::Prefill { done, total });
            }
        }
    }

    /// Notes a computed batch, and chooses the next tokens of those who were waiting for it. Returns
    /// what became of a draft.
    fn advance(&mut self, shares: &[(u64, Share)]) -> Option<Checked> {
        let mut rows = 0;
        let mut checked = None;
        for (id, share) in shares {
            let first = rows;
            rows += share.rows();
            let Some(index) = self.active.iter().position(|one| one.id == *id) else { continue };
            let generation = &mut self.active[index];
            let sequence = generation.sequence.unwrap_or_default();
            let sequences = &mut self.prefixes.sequences;
            let from = sequences.tokens(sequence).len();
            let held = from + share.tokens;
            sequences.extend(sequence, &generation.tokens[from..held]);
            sequences.extend(sequence, &generation.draft[..share.draft]);
            // One that lost its sequence computes its answer so far as well.
            if generation.answer_tokens() == 0 || !share.completes {
                let total = token_count(generation.tokens.len());
                self.outlet.send(*id, Body::Prefill { done: token_count(held), total });
            }
            if !share.completes {
                continue;
            }
            if generation.prepares {
                let generation = self.active.remove(index);
                self.end(generation, Finish::Length);
                continue;
            }
            let (model, outlet) = (&mut self.model, self.outlet);
            let row = |past: usize| first + share.tokens - 1 + past;
            let runs_ahead = self.drafter.runs_ahead();
            let (accepted, step) = generation.choose_all(share.draft, |generation, past| {
                if generation.is_full() {
                    return generation.cut(&|text| model.tokenize(text), &model.vocabulary, outlet);
                }
                let logits = model.backend.logits(row(past));
                let chosen = match generation.choose(logits, &model.vocabulary) {
                    Ok(Some(chosen)) => chosen,
                    Ok(None) => return Step::End(Finish::End),
                    Err(failure) => return Step::Failed(failure),
                };
                let tokenize = |text: &str| model.tokenize(text);
                match generation.add(chosen, &tokenize, &model.vocabulary, outlet) {
                    Step::More if runs_ahead => {
                        generation.run_ahead(&tokenize, &model.vocabulary, outlet)
                    }
                    step => step,
                }
            });
            if share.draft > 0 {
                // Before anybody else can take the sequence: it must hold what was chosen only.
                sequences.truncate(&mut *model.backend, sequence, held + accepted);
                let by = generation.drafted_by;
                checked = Some(Checked { by, guessed: share.draft, accepted });
            }
            match step {
                Step::More => {}
                Step::End(finish) => {
                    let generation = self.active.remove(index);
                    self.end(generation, finish);
                }
                Step::Failed(failure) => self.fail(*id, failure),
            }
        }
        checked
    }

    /// The library failed: whose fault it was is found by computing each alone.
    fn isolate(&mut self, shares: &[(u64, Share)], targets: &[usize], reason: String) {
        tracing::warn!(reason, generations = shares.len(), "a batch failed");
        match shares {
            [(id, _)] => self.fail(*id, Failure::Backend { reason }),
            _ => shares.iter().zip(targets).for_each(|((id, _), target)| {
                self.compute_alone(*id, *target);
            }),
        }
    }

    /// Computes one generation by itself up to `target` tokens, unless it ends before. A model that
    /// cannot forget a part has lost all of it and begins anew: blame is found at the end only.
    fn compute_alone(&mut self, id: u64, target: usize) {
        while !self.desk.is_closed() && !self.desk.is_cancelled(id) {
            let Some(index) = self.active.iter().position(|one| one.id == id) else { return };
            let pending = self.pending(&self.active[index]);
            let held = self.active[index].tokens.len() - pending;
            let room = self.model.backend.batch_tokens_max();
            let room = Room { tokens: room, outputs: 1 };
            let wanted = Pending { tokens: pending, draft: 0, decodes: false };
            let wanted = batch::divide(&[wanted], room, 0);
            let wanted = wanted.into_iter().next();
            let Some(share) = wanted.filter(|_| held < target) else { return };
            let tokens = share.tokens.min(target - held);
            let completes = tokens == pending;
            let share = Share { generation: index, tokens, draft: 0, completes };
            self.compute(&[(id, share)]);
        }
    }

    /// The context is full: gives up what is idle, else lets the newest wait, else ends the only one.
    fn make_room(&mut self) {
        if self.prefixes.sequences.evict(&mut *self.model.backend) {
            return;
        }
        let Some(mut generation) = self.active.pop() else { return };
        if !self.active.is_empty() {
            if let Some(sequence) = generation.sequence.take() {
                self.prefixes.sequences.truncate(&mut *self.model.backend, sequence, 0);
                self.prefixes.sequences.release(sequence);
            }
            let ahead = token_count(self.active.len());
            self.outlet.send(generation.id, Body::Queued { ahead });
            self.waiting.push_front(generation);
            self.crowded = true;
        } else if generation.answer_tokens() > 0 {
            let tokenize = |text: &str| self.model.tokenize(text);
            match generation.cut(&tokenize, &self.model.vocabulary, self.outlet) {
                Step::Failed(failure) => {
                    self.leave(&generation);
                    self.finish(generation.id, Body::Failed(failure));
                }
                Step::End(finish) => self.end(generation, finish),
                Step::More => self.end(generation, Finish::Length),
            }
        } else {
            let computed =
                generation.sequence.map_or(0, |one| self.prefixes.sequences.tokens(one).len());
            let needed = token_count(generation.tokens.len());
            let failure = Failure::ContextExceeded { needed, available: token_count(computed) };
            let id = generation.id;
            self.active.push(generation);
            self.fail(id, failure);
        }
    }
}
