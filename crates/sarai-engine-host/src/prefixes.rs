//! Finds what was computed before: in memory, else on disk.

use sarai_engine_protocol::{Body, Failure};

use crate::backend::{Backend, Sequence, Token};
use crate::sequences::{Idle, Sequences, token_count};
use crate::state_files::StateFiles;

/// A file is read, or written, when it spares computing so many tokens.
const WORTH_TOKENS: usize = 64;

/// Sequences and the files behind them.
pub(crate) struct Prefixes {
    pub(crate) sequences: Sequences,
    files: Option<StateFiles>,
    context_tokens: usize,
}

impl Prefixes {
    pub(crate) fn new(
        sequences: u32,
        files: Option<StateFiles>,
        context_tokens: usize,
    ) -> Prefixes {
        Prefixes { sequences: Sequences::new(sequences), files, context_tokens }
    }

    /// Takes a sequence that begins with as much of `tokens` as is known. `None` when all are busy.
    pub(crate) fn take(
        &mut self,
        backend: &mut dyn Backend,
        tokens: &[Token],
        session: Option<&str>,
    ) -> Option<Sequence> {
        let file = self.file_for(tokens);
        let source = if file.is_none() { self.sequences.source(tokens, session) } else { None };
        // What comes now shall lie where the others lay, so they go first.
        self.park_idle(backend, source);
        let read = file.and_then(|(name, common)| {
            let (sequence, _) = self.read(backend, &name, session)?;
            self.sequences.truncate(backend, sequence, common);
            Some(sequence)
        });
        let taken = read.or_else(|| self.sequences.take(backend, tokens, session));
        self.park_idle(backend, None);
        taken
    }

    /// Returns the file that is worth reading for `tokens`, and how many of them it has.
    fn file_for(&self, tokens: &[Token]) -> Option<(String, usize)> {
        let most = tokens.len().saturating_sub(1);
        let (name, common) = self.files.as_ref()?.longest_prefix(tokens)?;
        let common = common.min(most);
        let is_worth_it = common >= self.sequences.longest_prefix(tokens) + WORTH_TOKENS;
        is_worth_it.then_some((name, common))
    }

    /// Parks the idle sequences, except one, if they would slow down the others. Those that are still
    /// to be written to disk stay.
    fn park_idle(&mut self, backend: &mut dyn Backend, except: Option<Sequence>) {
        if !backend.minds_idle() {
            return;
        }
        let parked: Vec<Sequence> = self
            .sequences
            .idle_in_context()
            .filter(|idle| Some(idle.sequence) != except && idle.tokens.len() >= WORTH_TOKENS)
            .filter(|idle| !self.is_to_be_saved(idle))
            .map(|idle| idle.sequence)
            .collect();
        for sequence in parked {
            self.sequences.park(backend, sequence, self.context_tokens, except);
        }
    }

    /// Whether the disk lacks enough of an idle sequence.
    fn is_to_be_saved(&self, idle: &Idle<'_>) -> bool {
        let (Some(files), Some(session)) = (&self.files, idle.session) else { return false };
        let saved = idle.offered.max(files.covered(session, idle.tokens));
        idle.tokens.len() >= saved + WORTH_TOKENS
    }

    /// Writes the idle sequence that grew enough since it was last written. `false` when there is
    /// none: then the disk has all that is worth it.
    pub(crate) fn save_one(&mut self, backend: &mut dyn Backend) -> bool {
        let grown = self.sequences.idle_in_context().find(|idle| self.is_to_be_saved(idle));
        let Some(Idle { sequence, session: Some(session), tokens, .. }) = grown else {
            return false;
        };
        let Some(files) = &mut self.files else { return false };
        if let Err(error) = files.save(backend, sequence, session, tokens) {
            tracing::warn!(%error, "could not save a session");
        }
        self.sequences.offered(sequence);
        true
    }

    /// Writes a session's sequence now.
    pub(crate) fn save(&mut self, backend: &mut dyn Backend, session: &str) -> Body {
        let Some(files) = &mut self.files else { return no_folder() };
        let Some(sequence) = self.sequences.of_session(session) else {
            return Body::Saved { tokens: 0, bytes: 0 };
        };
        self.sequences.unpark(backend, sequence);
        let tokens = self.sequences.tokens(sequence);
        if tokens.is_empty() {
            // What could not be moved back is no reason to write over a good file.
            return Body::Saved { tokens: 0, bytes: 0 };
        }
        match files.save(backend, sequence, session, tokens) {
            Ok(bytes) => {
                let tokens = token_count(tokens.len());
                self.sequences.offered(sequence);
                Body::Saved { tokens, bytes }
            }
            Err(error) => Body::Failed(Failure::Backend { reason: error.to_string() }),
        }
    }

    /// Reads a session's file into an idle sequence.
    pub(crate) fn restore(&mut self, backend: &mut dyn Backend, session: &str) -> Body {
        let Some(files) = &self.files else { return no_folder() };
        let Some((name, _)) = files.of_session(session) else {
            return Body::Restored { tokens: 0 };
        };
        match self.read(backend, &name, Some(session)) {
            Some((sequence, tokens)) => {
                self.sequences.release(sequence);
                Body::Restored { tokens }
            }
            None => Body::Restored { tokens: 0 },
        }
    }

    /// Empties the idle sequences of a session and removes its files.
    pub(crate) fn forget(&mut self, backend: &mut dyn Backend, session: &str) -> Body {
        self.sequences.forget(backend, session);
        match self.files.as_mut().map_or(Ok(()), |files| files.forget(session)) {
            Ok(()) => Body::Done,
            Err(error) => {
                let reason = format!("a session state could not be removed: {error}");
                Body::Failed(Failure::Backend { reason })
            }
        }
    }

    /// Reads a file into a sequence of its own, making room if necessary.
    fn read(
        &mut self,
        backend: &mut dyn Backend,
        name: &str,
        session: Option<&str>,
    ) -> Option<(Sequence, u32)> {
        let files = self.files.as_mut()?;
        let needed = files.length(name);
        // Nobody's prefix is given up in vain.
        if self.sequences.tokens_busy() + needed > self.context_tokens {
            return None;
        }
        let sequence = self.sequences.take_empty(backend, session)?;
        let mut has_room = true;
        while has_room && self.sequences.tokens_in_context() + needed > self.context_tokens {
            has_room = self.sequences.evict(backend);
        }
        let restored = if has_room { files.restore(backend, sequence, name) } else { None };
        if let Some(tokens) = restored {
            self.sequences.extend(sequence, &tokens);
            self.sequences.offered(sequence);
            return Some((sequence, token_count(tokens.len())));
        }
        self.sequences.truncate(backend, sequence, 0);
        self.sequences.release(sequence);
        None
    }
}

fn no_folder() -> Body {
    Body::Failed(Failure::Unsupported {
        what: "session states: there is no folder for them".to_owned(),
    })
}
