//! One answer in the making.

use sarai_engine_protocol::{Body, Failure, Finish, Generate, Generated, TokenLogprob};

use crate::backend::{Sequence, Token, Vocabulary};
use crate::clock::Stopwatch;
use crate::outlet::Outlet;
use crate::sampler::{Probabilities, Sampler};
use crate::sequences::token_count;
use crate::stream_text::{Piece, StreamText};

/// Most alternatives reported for a token.
const TOP_LOGPROBS_MAX: u8 = 20;

/// A request for text with everything it needs to go on. Its tokens are all that it has: one that
/// loses its sequence computes them again and continues.
pub(crate) struct Generation {
    pub(crate) id: u64,
    /// Prompt and answer so far.
    pub(crate) tokens: Vec<Token>,
    pub(crate) prompt_tokens: usize,
    pub(crate) session: Option<String>,
    /// `None` while it waits.
    pub(crate) sequence: Option<Sequence>,
    /// Of the prompt, those found in memory or on disk.
    pub(crate) cached_tokens: Option<usize>,
    /// Tokens of prompt and answer at which it ends.
    tokens_max: usize,
    messages_dropped: u32,
    top_logprobs: Option<usize>,
    sampler: Sampler,
    text: StreamText,
    watch: Stopwatch,
    queued_ms: f64,
    prefill_ms: Option<f64>,
}

/// What came of a token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    More,
    End(Finish),
    Failed(Failure),
}

/// A prompt, ready to be computed.
pub(crate) struct Prompt {
    pub(crate) tokens: Vec<Token>,
    pub(crate) messages_dropped: u32,
    /// Tokens that prompt and answer can have together.
    pub(crate) context_tokens: usize,
    /// Stop strings beside the caller's.
    pub(crate) stops: Vec<String>,
}

impl Generation {
    pub(crate) fn new(id: u64, request: &Generate, prompt: Prompt) -> Generation {
        let prompt_tokens = prompt.tokens.len();
        let answer = request.tokens_max.map_or(usize::MAX, |max| max as usize);
        let mut stops = request.stop.clone();
        stops.extend(prompt.stops);
        Generation {
            id,
            tokens: prompt.tokens,
            prompt_tokens,
            session: request.session.clone(),
            sequence: None,
            cached_tokens: None,
            tokens_max: prompt_tokens.saturating_add(answer).min(prompt.context_tokens),
            messages_dropped: prompt.messages_dropped,
            top_logprobs: request.top_logprobs.map(|count| count.min(TOP_LOGPROBS_MAX).into()),
            sampler: Sampler::new(request.sampling),
            text: StreamText::new(stops),
            watch: Stopwatch::start(),
            queued_ms: 0.0,
            prefill_ms: None,
        }
    }

    /// Begins to be computed, with so much of the prompt already there.
    pub(crate) fn begin(&mut self, sequence: Sequence, cached_tokens: usize) {
        self.sequence = Some(sequence);
        if self.cached_tokens.is_none() {
            self.cached_tokens = Some(cached_tokens);
            self.queued_ms = self.watch.ms();
        }
    }

    pub(crate) fn answer_tokens(&self) -> usize {
        self.tokens.len() - self.prompt_tokens
    }

    /// Chooses the next token from the logits of the last one and sends the text it completes.
    pub(crate) fn choose(
        &mut self,
        logits: &mut [f32],
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        if self.prefill_ms.is_none() {
            self.prefill_ms = Some(self.watch.ms() - self.queued_ms);
        }
        if self.tokens.len() >= self.tokens_max {
            return Step::End(Finish::Length);
        }
        let measured = self.top_logprobs.map(|count| Probabilities::measure(logits, count));
        let untouched: Option<Vec<f32>> = measured.is_some().then(|| logits.to_vec());
        self.sampler.penalise(logits, &self.tokens);
        let token = self.sampler.draw(logits);
        if vocabulary.ends.contains(&token) {
            return Step::End(Finish::End);
        }
        self.sampler.accept(token);
        self.tokens.push(token);
        let index = token as usize;
        let shown = !vocabulary.control.get(index).copied().unwrap_or(true);
        if shown {
            let logprob = measured
                .zip(untouched)
                .map(|(measured, untouched)| told(&measured, token, untouched[index], vocabulary));
            let (piece, stop) = self.text.push(bytes(vocabulary, token), logprob);
            self.send(piece, outlet);
            if let Some(stop) = stop {
                return Step::End(Finish::StopString(stop));
            }
        }
        if self.tokens.len() >= self.tokens_max { Step::End(Finish::Length) } else { Step::More }
    }

    /// Sends what was held back and returns the last word on this request.
    pub(crate) fn end(mut self, finish: Finish, outlet: &Outlet) -> Body {
        if !matches!(finish, Finish::StopString(_)) {
            let piece = self.text.flush();
            self.send(piece, outlet);
        }
        let whole_ms = self.watch.ms();
        let begun = self.cached_tokens.is_some();
        let queued_ms = if begun { self.queued_ms } else { whole_ms };
        let prefill_ms = self.prefill_ms.unwrap_or(whole_ms - queued_ms);
        Body::Generated(Generated {
            finish,
            prompt_tokens: token_count(self.prompt_tokens),
            cached_tokens: token_count(self.cached_tokens.unwrap_or(0)),
            completion_tokens: token_count(self.answer_tokens()),
            messages_dropped: self.messages_dropped,
            queued_ms,
            prefill_ms,
            decode_ms: (whole_ms - queued_ms - prefill_ms).max(0.0),
        })
    }

    fn send(&self, piece: Piece, outlet: &Outlet) {
        if !piece.is_empty() {
            outlet.send(self.id, Body::Piece { text: piece.text, logprobs: piece.logprobs });
        }
    }
}

fn told(
    measured: &Probabilities,
    token: Token,
    logit: f32,
    vocabulary: &Vocabulary,
) -> TokenLogprob {
    let text = |token: Token| bytes(vocabulary, token).to_vec();
    TokenLogprob {
        token: text(token),
        logprob: measured.of(logit),
        top: measured.top.iter().map(|(token, logprob)| (text(*token), *logprob)).collect(),
    }
}

fn bytes(vocabulary: &Vocabulary, token: Token) -> &[u8] {
    vocabulary.bytes.get(token as usize).map_or(&[], Vec::as_slice)
}
