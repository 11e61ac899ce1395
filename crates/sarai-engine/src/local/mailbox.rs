//! What one request is told. The reading thread posts, the asking thread collects.
//!
//! Posting never waits: what was not collected yet is merged (text is joined, progress replaced), so
//! that a slow reader of one answer delays nobody and a box never holds more than that answer.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use sarai_core::engine::{EngineError, TokenLogprob};
use sarai_engine_protocol::Body;

use super::convert;
use crate::lock::lock;

/// The longest uncollected text, in bytes. More is a broken engine, not a long answer.
const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One thing a request is told.
#[derive(Debug, PartialEq)]
pub(crate) enum Letter {
    Queued {
        ahead: u32,
    },
    Loading {
        fraction: f32,
    },
    Prefill {
        done: u32,
        total: u32,
    },
    Piece {
        text: String,
        logprobs: Vec<TokenLogprob>,
    },
    /// The last one.
    End(Result<Body, EngineError>),
}

#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    letters: Mutex<Letters>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Letters {
    queued: Option<u32>,
    loading: Option<f32>,
    prefill: Option<(u32, u32)>,
    text: String,
    logprobs: Vec<TokenLogprob>,
    end: Option<Result<Body, EngineError>>,
}

impl Mailbox {
    /// Puts an event into the box.
    pub(crate) fn post(&self, body: Body) {
        let mut letters = lock(&self.letters);
        match body {
            Body::Queued { ahead } => letters.queued = Some(ahead),
            Body::Loading { fraction } => letters.loading = Some(fraction),
            Body::Prefill { done, total } => letters.prefill = Some((done, total)),
            Body::Piece { text, logprobs } => {
                if letters.text.len() + text.len() > TEXT_BYTES_MAX {
                    let error = EngineError::Protocol("an answer without end".to_owned());
                    letters.end.get_or_insert(Err(error));
                } else {
                    letters.text.push_str(&text);
                    letters.logprobs.extend(logprobs.into_iter().map(convert::logprob));
                }
            }
            last => {
                letters.end.get_or_insert(Ok(last));
            }
        }
        drop(letters);
        self.arrived.notify_one();
    }

    /// Ends the request with an error, unless it has ended.
    pub(crate) fn fail(&self, error: EngineError) {
        lock(&self.letters).end.get_or_insert(Err(error));
        self.arrived.notify_one();
    }

    /// Waits for the next letter. `None` when `patience` ran out.
    pub(crate) fn next(&self, patience: Duration) -> Option<Letter> {
        let letters = lock(&self.letters);
        let (mut letters, _) = self
            .arrived
            .wait_timeout_while(letters, patience, |letters| letters.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        letters.take()
    }
}

impl Letters {
    fn is_empty(&self) -> bool {
        self.queued.is_none()
            && self.loading.is_none()
            && self.prefill.is_none()
            && self.text.is_empty()
            && self.logprobs.is_empty()
            && self.end.is_none()
    }

    fn take(&mut self) -> Option<Letter> {
        if let Some(ahead) = self.queued.take() {
            return Some(Letter::Queued { ahead });
        }
        if let Some(fraction) = self.loading.take() {
            return Some(Letter::Loading { fraction });
        }
        if let Some((done, total)) = self.prefill.take() {
            return Some(Letter::Prefill { done, total });
        }
        if !self.text.is_empty() || !self.logprobs.is_empty() {
            let text = std::mem::take(&mut self.text);
            let logprobs = std::mem::take(&mut self.logprobs);
            return Some(Letter::Piece { text, logprobs });
        }
        self.end.take().map(Letter::End)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sarai_core::engine::EngineError;
    use sarai_engine_protocol::Body;

    use super::{Letter, Mailbox, TEXT_BYTES_MAX};

    const NO_TIME: Duration = Duration::ZERO;

    fn piece(text: &str) -> Body {
        Body::Piece { text: text.to_owned(), logprobs: Vec::new() }
    }

    #[test]
    fn what_was_not_collected_is_merged_and_nothing_is_lost() {
        let mailbox = Mailbox::default();
        mailbox.post(Body::Prefill { done: 1, total: 3 });
        mailbox.post(Body::Prefill { done: 3, total: 3 });
        mailbox.post(piece("¡Ho"));
        mailbox.post(piece("la!"));
        mailbox.post(Body::Done);
        assert_eq!(mailbox.next(NO_TIME), Some(Letter::Prefill { done: 3, total: 3 }));
        let text = "¡Hola!".to_owned();
        assert_eq!(mailbox.next(NO_TIME), Some(Letter::Piece { text, logprobs: Vec::new() }));
        assert_eq!(mailbox.next(NO_TIME), Some(Letter::End(Ok(Body::Done))));
        assert_eq!(mailbox.next(NO_TIME), None);
    }

    #[test]
    fn the_first_end_counts() {
        let mailbox = Mailbox::default();
        mailbox.fail(EngineError::OutOfMemory);
        mailbox.post(Body::Done);
        assert_eq!(mailbox.next(NO_TIME), Some(Letter::End(Err(EngineError::OutOfMemory))));
        assert_eq!(mailbox.next(NO_TIME), None);
    }

    #[test]
    fn a_flood_ends_the_request() {
        let mailbox = Mailbox::default();
        mailbox.post(piece(&"x".repeat(TEXT_BYTES_MAX)));
        mailbox.post(piece("x"));
        assert!(matches!(mailbox.next(NO_TIME), Some(Letter::Piece { .. })));
        let last = mailbox.next(NO_TIME);
        assert!(matches!(last, Some(Letter::End(Err(EngineError::Protocol(_))))), "{last:?}");
    }
}
