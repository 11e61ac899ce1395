//! Finds what was computed before: in memory, else on disk.

use sarai_engine_protocol::{Body, Failure};

use crate::backend::{Backend, Sequence, Token};
use crate::sequences::{Sequences, token_count};
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
        self.take_from_file(backend, tokens, session)
            .or_else(|| self.sequences.take(backend, tokens, session))
    }

    fn take_from_file(
        &mut self,
        backend: &mut dyn Backend,
        tokens: &[Token],
        session: Option<&str>,
    ) -> Option<Sequence> {
        let most = tokens.len().saturating_sub(1);
        let (name, common) = self.files.as_ref()?.longest_prefix(tokens)?;
        let common = common.min(most);
        if common < self.sequences.longest_prefix(tokens) + WORTH_TOKENS {
            return None;
        }
        let (sequence, _) = self.read(backend, &name, session)?;
        self.sequences.truncate(backend, sequence, common);
        Some(sequence)
    }

    /// Writes the idle sequence that grew enough since it was last written. `false` when there is
    /// none: then the disk has all that is worth it.
    pub(crate) fn save_one(&mut self, backend: &mut dyn Backend) -> bool {
        let Some(files) = &mut self.files else { return false };
        let idle = self.sequences.idle_sessions();
        let grown = idle.into_iter().find(|idle| {
            let saved = idle.offered.max(files.covered(idle.session, idle.tokens));
            idle.tokens.len() >= saved + WORTH_TOKENS
        });
        let Some(idle) = grown else { return false };
        let sequence = idle.sequence;
        if let Err(error) = files.save(backend, sequence, idle.session, idle.tokens) {
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
        let tokens = self.sequences.tokens(sequence);
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
        while has_room && self.sequences.tokens_kept() + needed > self.context_tokens {
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
