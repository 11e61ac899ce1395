//! Guesses what comes next with a smaller model.
//!
//! Its guesses are checked like any others, so it may be any model at all: one of the same vocabulary
//! guesses in tokens, one of another in text.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sarai_engine_protocol::{DraftReport, DraftTimings, PROMPT_TOKENS};

use super::translation::{self, Translation};
use crate::backend::{Backend, BackendError, BatchToken, Loader, Sequence, Token, Vocabulary};
use crate::clock::Clock;
use crate::model::Model;
use crate::sampler::most_probable;
use crate::sequences::token_count;

/// Tokens it holds: enough for what is being talked about, and little memory.
const CONTEXT_TOKENS: u32 = 1024;

/// Most tokens it reads before it guesses. Of a longer text it knows the end only.
const READ_TOKENS_MAX: usize = 512;

/// Tokens that are kept free for guesses.
const FREE_TOKENS: usize = 64;

/// How often each thing is measured; the least counts.
const ROUNDS: usize = 5;

/// The only sequence of its context.
const SEQUENCE: Sequence = 0;

/// A smaller model that may be used, and whether it is.
pub(crate) struct Partner {
    file: sarai_engine_protocol::DraftModel,
    threads: u32,
    pub(crate) report: DraftReport,
    pub(crate) model: Option<DraftModel>,
    /// It is known whether it is of use.
    settled: bool,
}

impl Partner {
    pub(crate) fn new(file: sarai_engine_protocol::DraftModel, threads: u32) -> Partner {
        let report = DraftReport { timings: file.timings, ..DraftReport::default() };
        Partner { file, threads, report, model: None, settled: false }
    }

    /// Whether it is known if it is of use.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    /// Is not loaded, because it would not gain time.
    pub(crate) fn decline(&mut self) {
        self.settled = true;
    }

    /// Loads it, measures it unless that was done before, and keeps it if it is `wanted` then.
    pub(crate) fn load(
        &mut self,
        loader: &dyn Loader,
        target: &Vocabulary,
        clock: &dyn Clock,
        wanted: impl FnOnce(&DraftTimings) -> bool,
    ) {
        self.settled = true;
        let loaded = loader
            .load_draft(&self.file.path, CONTEXT_TOKENS, self.threads)
            .and_then(|backend| DraftModel::new(backend, target))
            .and_then(|mut model| {
                let timings = match self.report.timings {
                    Some(timings) => timings,
                    None => model.measure(clock)?,
                };
                Ok((model, timings))
            });
        match loaded {
            Ok((model, timings)) => {
                self.report.timings = Some(timings);
                self.report.in_use = wanted(&timings);
                tracing::info!(?timings, in_use = self.report.in_use, "a model that guesses");
                self.model = self.report.in_use.then_some(model);
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Does without it from now on.
    pub(crate) fn fail(&mut self, error: &BackendError) {
        tracing::warn!(%error, path = %self.file.path.display(), "no model guesses");
        self.model = None;
        self.report.in_use = false;
        self.report.trouble = Some(error.to_string());
    }
}

/// A smaller model in memory.
pub(crate) struct DraftModel {
    backend: Box<dyn Backend>,
    vocabulary: Arc<Vocabulary>,
    /// `None` when it has the same tokens.
    translation: Option<Translation>,
    /// What its context holds: the text from its token `from` on, up to somewhere.
    held: Vec<Token>,
    from: usize,
}

impl DraftModel {
    fn new(backend: Box<dyn Backend>, target: &Vocabulary) -> Result<DraftModel, BackendError> {
        if !backend.forgets_parts() {
            let reason = "a model that guesses must be able to take back a guess".to_owned();
            return Err(BackendError::Load(reason));
        }
        let vocabulary = backend.vocabulary();
        let translation = (!is_same(&vocabulary, target)).then(Translation::default);
        Ok(DraftModel { backend, vocabulary, translation, held: Vec::new(), from: 0 })
    }

    /// Returns how many tokens it would have to read first to guess what follows `tokens`.
    pub(crate) fn unread(&mut self, tokens: &[Token], target: &Vocabulary) -> usize {
        let text = self.text(tokens, target);
        let (from, kept) = self.place(&text);
        text.len() - from - kept
    }

    /// Guesses at most `most` tokens that follow `tokens`, up to the first of which it is less sure
    /// than `sureness_min`. After an error it knows nothing.
    pub(crate) fn guess(
        &mut self,
        tokens: &[Token],
        most: usize,
        sureness_min: f64,
        target: &Model,
        abort: &Arc<AtomicBool>,
    ) -> Result<Vec<Token>, BackendError> {
        let text = self.text(tokens, &target.vocabulary);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let guessed = self.go_on(&text, most, sureness_min, abort).inspect_err(|_| {
            self.held.clear();
            self.backend.truncate(SEQUENCE, 0);
        })?;
        if self.translation.is_none() {
            let shared = target.vocabulary.bytes.len();
            return Ok(guessed.into_iter().take_while(|one| (*one as usize) < shared).collect());
        }
        let said = guessed.iter().flat_map(|token| &self.vocabulary.bytes[*token as usize]);
        let said: Vec<u8> = said.copied().collect();
        let tokenize = |text: &str| target.tokenize(text);
        let mut back = translation::back(tokens, &said, &target.vocabulary, &tokenize);
        back.truncate(most);
        Ok(back)
    }

    /// Returns the text in its own tokens; nothing where that cannot be.
    fn text(&mut self, tokens: &[Token], target: &Vocabulary) -> Vec<Token> {
        let DraftModel { translation, backend, vocabulary, .. } = self;
        match translation {
            None => tokens.to_vec(),
            Some(translation) => translation
                .follow(tokens, target, vocabulary, &|text| backend.tokenize(text, false)),
        }
    }

    /// Returns from where on it takes a text, and how much of that it has read. The last token is
    /// always read: a guess is made from it.
    fn place(&self, text: &[Token]) -> (usize, usize) {
        let rest = text.get(self.from..).unwrap_or_default();
        let common = self.held.iter().zip(rest).take_while(|(held, asked)| held == asked).count();
        let kept = common.min(rest.len().saturating_sub(1));
        let fits = rest.len() + FREE_TOKENS <= CONTEXT_TOKENS as usize;
        if !rest.is_empty() && fits && rest.len() - kept <= READ_TOKENS_MAX {
            return (self.from, kept);
        }
        (text.len().saturating_sub(READ_TOKENS_MAX), 0)
    }

    fn go_on(
        &mut self,
        text: &[Token],
        most: usize,
        sureness_min: f64,
        abort: &Arc<AtomicBool>,
    ) -> Result<Vec<Token>, BackendError> {
        let (from, kept) = self.place(text);
        self.from = from;
        self.held.truncate(kept);
        self.backend.truncate(SEQUENCE, token_count(kept));
        let mut guessed = Vec::with_capacity(most);
        let mut unread = text[from + kept..].to_vec();
        while guessed.len() < most {
            let last = self.read(&unread, abort)?;
            let logits = self.backend.logits(last);
            let token = most_probable(logits);
            let is_end = self.vocabulary.ends.contains(&token)
                || self.vocabulary.control.get(token as usize).copied().unwrap_or(true);
            if is_end || sureness(logits, token) < sureness_min {
                break;
            }
            guessed.push(token);
            unread = vec![token];
        }
        Ok(guessed)
    }

    /// Reads tokens; returns the index of the last in its batch.
    fn read(&mut self, tokens: &[Token], abort: &Arc<AtomicBool>) -> Result<usize, BackendError> {
        let mut last = 0;
        for piece in tokens.chunks(self.backend.batch_tokens_max().max(1)) {
            last = piece.len() - 1;
            let position = token_count(self.held.len());
            let one = |(index, token): (u32, &Token)| BatchToken {
                token: *token,
                position: position + index,
                sequence: SEQUENCE,
                wants_logits: index as usize == last,
            };
            let batch: Vec<BatchToken> = (0..).zip(piece).map(one).collect();
            self.backend.decode(&batch, abort)?;
            self.held.extend_from_slice(piece);
        }
        Ok(last)
    }

    fn measure(&mut self, clock: &dyn Clock) -> Result<DraftTimings, BackendError> {
        let never = Arc::new(AtomicBool::new(false));
        let prompt: Vec<Token> = (0..PROMPT_TOKENS).collect();
        let mut least = DraftTimings { step_ms: f64::INFINITY, prompt_ms: f64::INFINITY };
        for _ in 0..ROUNDS {
            self.held.clear();
            self.backend.truncate(SEQUENCE, 0);
            let begun = clock.elapsed_ms();
            self.read(&prompt, &never)?;
            let read = clock.elapsed_ms();
            self.read(&prompt[..1], &never)?;
            least.prompt_ms = least.prompt_ms.min(read - begun);
            least.step_ms = least.step_ms.min(clock.elapsed_ms() - read);
        }
        self.held.clear();
        self.backend.truncate(SEQUENCE, 0);
        Ok(least)
    }
}

/// Returns how probable a token is.
fn sureness(logits: &[f32], token: Token) -> f64 {
    let Some(own) = logits.get(token as usize) else { return 0.0 };
    let sum: f64 = logits.iter().map(|logit| f64::from((logit - own).exp())).sum();
    if sum.is_finite() && sum > 0.0 { 1.0 / sum } else { 0.0 }
}

/// Whether a token means the same in both. One may have more: files are padded to different sizes.
fn is_same(one: &Vocabulary, other: &Vocabulary) -> bool {
    let shared = one.bytes.len().min(other.bytes.len());
    one.bytes[..shared] == other.bytes[..shared] && one.control[..shared] == other.control[..shared]
}
