//! Computes several answers side by side, a batch at a time.

mod compute;
mod draft;

use std::collections::VecDeque;

use sarai_engine_protocol::{Body, Examine, Failure, Finish, Generate, Status};

use crate::backend::Sequence;
use crate::batch::{self, Pending, Room, Share};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::drafting::Drafter;
use crate::drafting::model::Partner;
use crate::embedding::Embedding;
use crate::examination::Examiner;
use crate::generation::Generation;
use crate::model::Model;
use crate::outlet::Outlet;
use crate::prefixes::Prefixes;
use crate::sequences::token_count;
use crate::state_files::StateFiles;

/// What is prepared goes in small pieces: whoever comes breaks off one, and it is lost.
const PREPARED_TOKENS: usize = 64;

/// More tokens than a form of answers leaves no choice about are computed like a prompt.
const RUN_TOKENS_MAX: usize = 32;

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
    drafter: Drafter,
    /// A smaller model that may guess.
    partner: Option<Partner>,
    /// How long it guessed for the next batch; `None` when it was not asked.
    guessed: Option<draft::Guessed>,
    /// The context was too full for a draft: the next step does without.
    cramped: bool,
    desk: &'a Desk,
    outlet: &'a Outlet,
    clock: &'a dyn Clock,
}

/// What the work is done with and told to.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) outlet: &'a Outlet,
    pub(crate) clock: &'a dyn Clock,
}

impl<'a> Scheduler<'a> {
    pub(crate) fn new(
        model: Model,
        files: Option<StateFiles>,
        bounds: Bounds,
        (drafter, partner): (Drafter, Option<Partner>),
        Surroundings { desk, outlet, clock }: Surroundings<'a>,
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
            drafter,
            partner,
            guessed: None,
            cramped: false,
            desk,
            outlet,
            clock,
        }
    }

    /// Takes a request for text; it begins, waits or fails at once.
    pub(crate) fn submit(&mut self, id: u64, request: &Generate) {
        self.stop_preparing();
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

    /// Computes the beginning of a session's next prompt, unless there is something to do.
    pub(crate) fn prepare(&mut self, id: u64, request: &Generate) {
        if self.has_work() {
            return self.finish(id, Body::Done);
        }
        match self.model.beginning(request) {
            Ok(tokens) if tokens.is_empty() => self.finish(id, Body::Done),
            Ok(tokens) => {
                self.waiting.push_back(Generation::preparing(id, request, tokens));
                self.admit();
            }
            Err(failure) => self.finish(id, Body::Failed(failure)),
        }
    }

    /// Computes a text for a comparison, unless there is something to do. All of it at once: it is
    /// broken off when somebody comes.
    pub(crate) fn examine(&mut self, id: u64, request: &Examine) {
        let text = self.model.tokenize_with_bos(&request.text);
        let body = match self.prefixes.sequences.spare() {
            Some(sequence) if !self.has_work() => {
                let backend = &mut *self.model.backend;
                let total = token_count(text.len()).saturating_add(request.tokens);
                let (desk, outlet) = (self.desk, self.outlet);
                let examiner = Examiner { backend, desk, outlet, id, sequence, total };
                match examiner.examine(&text, request) {
                    Ok(examination) => Body::Examined(examination),
                    Err(failure) => Body::Failed(failure),
                }
            }
            _ => Body::Failed(Failure::Busy),
        };
        self.finish(id, body);
    }

    /// Whether all that is computed is a beginning for later.
    fn only_prepares(&self) -> bool {
        self.active.iter().all(|one| one.prepares)
    }

    /// Ends what is only prepared. What was computed of it is kept.
    fn stop_preparing(&mut self) {
        while let Some(index) = self.active.iter().position(|one| one.prepares) {
            let generation = self.active.remove(index);
            self.end(generation, Finish::Cancelled);
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
        self.draft();
        let pending = |one| Pending {
            tokens: self.pending(one),
            draft: one.draft.len(),
            decodes: self.decodes(one),
        };
        let pending: Vec<Pending> = self.active.iter().map(pending).collect();
        let most = self.model.backend.batch_tokens_max();
        let room = Room {
            tokens: if self.only_prepares() { most.min(PREPARED_TOKENS) } else { most },
            outputs: self.model.backend.outputs_max(),
        };
        let shares = batch::divide(&pending, room, self.batches);
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
            timings: self.drafter.timings().cloned(),
            draft: self.partner.as_ref().map(|partner| partner.report.clone()),
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

    /// Whether a generation is about to go on with its answer, and not with its prompt.
    fn decodes(&self, generation: &Generation) -> bool {
        let pending = self.pending(generation);
        pending == 1 || (pending <= RUN_TOKENS_MAX && pending <= generation.answer_tokens())
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
