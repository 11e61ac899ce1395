//! Computes several answers side by side, a batch at a time.

use std::collections::VecDeque;

use sarai_engine_protocol::{Body, Failure, Finish, Generate, Status};

use crate::backend::{BackendError, BatchToken, Sequence};
use crate::batch::{self, Share};
use crate::desk::Desk;
use crate::embedding::Embedding;
use crate::generation::{Generation, Step};
use crate::model::Model;
use crate::outlet::Outlet;
use crate::prefixes::Prefixes;
use crate::sequences::token_count;
use crate::state_files::StateFiles;

/// How many answers at once, and how many may wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) parallel: usize,
    pub(crate) waiting_max: usize,
}

/// The work on one model.
pub(crate) struct Scheduler<'a> {
    pub(crate) model: Model,
    prefixes: Prefixes,
    bounds: Bounds,
    /// In the order in which they began.
    active: Vec<Generation>,
    waiting: VecDeque<Generation>,
    embeddings: VecDeque<Embedding>,
    /// The context is full: nobody begins before another has ended.
    crowded: bool,
    batches: usize,
    desk: &'a Desk,
    outlet: &'a Outlet,
}

impl<'a> Scheduler<'a> {
    pub(crate) fn new(
        model: Model,
        files: Option<StateFiles>,
        bounds: Bounds,
        desk: &'a Desk,
        outlet: &'a Outlet,
    ) -> Scheduler<'a> {
        let sequences = model.backend.sequences();
        let context_tokens = model.description.context_tokens as usize;
        let prefixes = Prefixes::new(sequences, files, context_tokens);
        let most = sequences as usize;
        let bounds = Bounds { parallel: bounds.parallel.clamp(1, most.max(1)), ..bounds };
        Scheduler {
            model,
            prefixes,
            bounds,
            active: Vec::new(),
            waiting: VecDeque::new(),
            embeddings: VecDeque::new(),
            crowded: false,
            batches: 0,
            desk,
            outlet,
        }
    }

    /// Takes a request for text; it begins, waits or fails at once.
    pub(crate) fn submit(&mut self, id: u64, request: &Generate) {
        let must_wait =
            self.active.len() >= self.bounds.parallel || !self.waiting.is_empty() || self.crowded;
        if must_wait && self.waiting.len() >= self.bounds.waiting_max {
            return self.finish(id, Body::Failed(Failure::Busy));
        }
        match self.model.prompt(request) {
            Ok(prompt) => {
                if must_wait {
                    let ahead = token_count(self.active.len() + self.waiting.len());
                    self.outlet.send(id, Body::Queued { ahead });
                }
                self.waiting.push_back(Generation::new(id, request, prompt));
                self.admit();
            }
            Err(failure) => self.finish(id, Body::Failed(failure)),
        }
    }

    /// Takes a request for vectors; it waits for its turn or fails at once.
    pub(crate) fn embed(&mut self, id: u64, texts: Vec<String>) {
        if self.embeddings.len() > self.bounds.waiting_max {
            return self.finish(id, Body::Failed(Failure::Busy));
        }
        self.embeddings.push_back(Embedding::new(id, texts));
    }

    pub(crate) fn has_work(&self) -> bool {
        !self.active.is_empty() || !self.waiting.is_empty() || !self.embeddings.is_empty()
    }

    /// Computes one batch, and one text to embed.
    pub(crate) fn step(&mut self) {
        self.drop_cancelled();
        self.embed_one();
        self.admit();
        let pending: Vec<usize> = self.active.iter().map(|one| self.pending(one)).collect();
        let shares = batch::divide(&pending, self.model.backend.batch_tokens_max(), self.batches);
        self.batches = self.batches.wrapping_add(1);
        let shares: Vec<(u64, Share)> =
            shares.into_iter().map(|share| (self.active[share.generation].id, share)).collect();
        if !shares.is_empty() {
            self.compute(&shares);
        }
    }

    /// Ends everything that is in work, with what it has.
    pub(crate) fn cancel_all(&mut self) {
        for mut embedding in std::mem::take(&mut self.embeddings) {
            let body = embedding.told();
            self.finish(embedding.id, body);
        }
        for generation in std::mem::take(&mut self.waiting) {
            self.end(generation, Finish::Cancelled);
        }
        for generation in std::mem::take(&mut self.active) {
            self.end(generation, Finish::Cancelled);
        }
    }

    pub(crate) fn status(&self, resident_bytes: u64) -> Status {
        Status {
            active: token_count(self.active.len()),
            waiting: token_count(self.waiting.len()),
            cached_tokens: token_count(self.prefixes.sequences.tokens_kept()),
            resident_bytes,
        }
    }

    /// Saves one prefix that is worth it. `false` when there is none.
    pub(crate) fn save_one(&mut self) -> bool {
        self.prefixes.save_one(&mut *self.model.backend)
    }

    pub(crate) fn save(&mut self, session: &str) -> Body {
        self.prefixes.save(&mut *self.model.backend, session)
    }

    pub(crate) fn restore(&mut self, session: &str) -> Body {
        self.prefixes.restore(&mut *self.model.backend, session)
    }

    /// Keeps nothing of a session: neither what it has nor what it is being given.
    pub(crate) fn forget(&mut self, session: &str) -> Body {
        for generation in self.active.iter_mut().chain(&mut self.waiting) {
            if generation.session.as_deref() == Some(session) {
                generation.session = None;
                generation.forgotten = true;
            }
        }
        self.prefixes.forget(&mut *self.model.backend, session)
    }

    fn drop_cancelled(&mut self) {
        let desk = self.desk;
        let gone = self.waiting.iter().position(|one| desk.is_cancelled(one.id));
        if let Some(generation) = gone.and_then(|index| self.waiting.remove(index)) {
            self.end(generation, Finish::Cancelled);
            return self.drop_cancelled();
        }
        if let Some(index) = self.active.iter().position(|one| desk.is_cancelled(one.id)) {
            let generation = self.active.remove(index);
            self.end(generation, Finish::Cancelled);
            self.drop_cancelled();
        }
    }

    fn embed_one(&mut self) {
        let Some(mut embedding) = self.embeddings.pop_front() else { return };
        let ended = if self.desk.is_cancelled(embedding.id) {
            Some(embedding.told())
        } else {
            embedding.step(&mut self.model)
        };
        if let Some(body) = ended {
            return self.finish(embedding.id, body);
        }
        self.outlet.send(embedding.id, embedding.progress());
        // At the end of the queue: a long list does not keep short ones waiting.
        self.embeddings.push_back(embedding);
    }

    /// Lets those who wait begin while there is room.
    fn admit(&mut self) {
        while self.active.len() < self.bounds.parallel && !self.crowded {
            let Some(mut generation) = self.waiting.pop_front() else { return };
            let session = generation.session.as_deref();
            let taken = self.prefixes.take(&mut *self.model.backend, &generation.tokens, session);
            let Some(sequence) = taken else {
                self.waiting.push_front(generation);
                return;
            };
            let cached = self.prefixes.sequences.tokens(sequence).len();
            generation.begin(sequence, cached);
            self.active.push(generation);
        }
    }

    /// Returns how many tokens of a generation are still to be computed.
    fn pending(&self, generation: &Generation) -> usize {
        let sequence = generation.sequence.unwrap_or_default();
        generation.tokens.len() - self.prefixes.sequences.tokens(sequence).len()
    }

    fn compute(&mut self, shares: &[(u64, Share)]) {
        let ids: Vec<u64> = shares.iter().map(|(id, _)| *id).collect();
        let batch: Vec<BatchToken> = shares.iter().flat_map(|share| self.batch_of(share)).collect();
        if !self.desk.begin_batch(&ids) {
            return;
        }
        let result = self.model.backend.decode(&batch, self.desk.abort());
        self.desk.end_batch();
        let Err(error) = result else {
            self.advance(shares);
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
        let tokens = &generation.tokens[from..from + share.tokens];
        let last = tokens.len() - 1;
        let one = |(index, token): (usize, &u32)| BatchToken {
            token: *token,
            position: token_count(from + index),
            sequence,
            wants_logits: share.completes && index == last,
        };
        tokens.iter().enumerate().map(one).collect()
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

    /// Notes a computed batch, and chooses the next token of those who were waiting for it.
    fn advance(&mut self, shares: &[(u64, Share)]) {
        let mut computed = 0;
        for (id, share) in shares {
            computed += share.tokens;
            let Some(index) = self.active.iter().position(|one| one.id == *id) else { continue };
            let generation = &mut self.active[index];
            let sequence = generation.sequence.unwrap_or_default();
            let from = self.prefixes.sequences.tokens(sequence).len();
            self.prefixes.sequences.extend(sequence, &generation.tokens[from..from + share.tokens]);
            // One that lost its sequence computes its answer so far as well.
            if generation.answer_tokens() == 0 || !share.completes {
                let done = token_count(from + share.tokens);
                let total = token_count(generation.tokens.len());
                self.outlet.send(*id, Body::Prefill { done, total });
            }
            if !share.completes {
                continue;
            }
            let logits = self.model.backend.logits(computed - 1);
            match generation.choose(logits, &self.model.vocabulary, self.outlet) {
                Step::More => {}
                Step::End(finish) => {
                    let generation = self.active.remove(index);
                    self.end(generation, finish);
                }
                Step::Failed(failure) => self.fail(*id, failure),
            }
        }
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
            let wanted = batch::divide(&[pending], room, 0).into_iter().next();
            let Some(share) = wanted.filter(|_| held < target) else { return };
            let tokens = share.tokens.min(target - held);
            let share = Share { generation: index, tokens, completes: tokens == pending };
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
            match generation.cut(&self.model.vocabulary, self.outlet) {
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

    fn fail(&mut self, id: u64, failure: Failure) {
        if let Some(index) = self.active.iter().position(|one| one.id == id) {
            let generation = self.active.remove(index);
            self.leave(&generation);
        }
        self.finish(id, Body::Failed(failure));
    }

    fn end(&mut self, generation: Generation, finish: Finish) {
        self.leave(&generation);
        let id = generation.id;
        let body = generation.end(finish, self.outlet);
        self.finish(id, body);
    }

    fn leave(&mut self, generation: &Generation) {
        self.crowded = false;
        if let Some(sequence) = generation.sequence {
            if generation.forgotten {
                self.prefixes.sequences.truncate(&mut *self.model.backend, sequence, 0);
            }
            self.prefixes.sequences.release(sequence);
        }
    }

    fn finish(&self, id: u64, body: Body) {
        self.desk.finish(id);
        self.outlet.send(id, body);
    }

    fn sequence_of(&self, id: u64) -> Option<Sequence> {
        self.active.iter().find(|one| one.id == id)?.sequence
    }
}
