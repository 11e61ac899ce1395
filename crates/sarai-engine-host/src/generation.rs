//! One answer in the making.

use sarai_engine_protocol::{Body, Drafted, Failure, Finish, Generate, Generated, TokenLogprob};

use crate::backend::{Sequence, Token, Vocabulary};
use crate::clock::Stopwatch;
use crate::drafting::lookup::Lookup;
use crate::grammar::Grammar;
use crate::outlet::Outlet;
use crate::sampler::{Probabilities, Sampler};
use crate::sequences::token_count;
use crate::stream_text::{Piece, StreamText};

/// Most alternatives reported for a token.
const TOP_LOGPROBS_MAX: u8 = 20;

/// The longest draft.
const DRAFT_TOKENS_MAX: usize = 15;

/// A request for text with everything it needs to go on. Its tokens are all that it has: one that
/// loses its sequence computes them again and continues.
pub(crate) struct Generation {
    pub(crate) id: u64,
    /// Prompt and answer so far.
    pub(crate) tokens: Vec<Token>,
    pub(crate) prompt_tokens: usize,
    pub(crate) session: Option<String>,
    /// Nothing of it may be kept.
    pub(crate) forgotten: bool,
    /// Only computed, for a question that is still to come; nothing is chosen and nobody waits.
    pub(crate) prepares: bool,
    /// `None` while it waits.
    pub(crate) sequence: Option<Sequence>,
    /// Of the prompt, those found in memory or on disk.
    pub(crate) cached_tokens: Option<usize>,
    /// Tokens of prompt and answer at which it ends.
    tokens_max: usize,
    messages_dropped: u32,
    top_logprobs: Option<usize>,
    sampler: Sampler,
    grammar: Option<Grammar>,
    text: StreamText,
    watch: Stopwatch,
    queued_ms: f64,
    prefill_ms: Option<f64>,
    lookup: Lookup,
    /// What may come next, to be checked in the next batch.
    pub(crate) draft: Vec<Token>,
    /// How long a stretch the draft was found by.
    pub(crate) matched: usize,
    pub(crate) drafted: Drafted,
    /// Tokens said without a choice.
    forced: u32,
    /// Milliseconds spent on what form the answer must have.
    grammar_ms: f64,
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
    pub(crate) grammar: Option<Grammar>,
    /// Stop strings beside the caller's.
    pub(crate) stops: Vec<String>,
}

impl Generation {
    pub(crate) fn new(id: u64, request: &Generate, prompt: Prompt) -> Generation {
        let prompt_tokens = prompt.tokens.len();
        let answer = request.tokens_max.map_or(usize::MAX, |max| max as usize);
        // A stop string would cut an answer that must have a form; its form says where it ends.
        let stops = match prompt.grammar {
            Some(_) => Vec::new(),
            None => request.stop.iter().cloned().chain(prompt.stops).collect(),
        };
        Generation {
            id,
            tokens: prompt.tokens,
            prompt_tokens,
            session: request.session.clone(),
            forgotten: false,
            prepares: false,
            sequence: None,
            cached_tokens: None,
            tokens_max: prompt_tokens.saturating_add(answer).min(prompt.context_tokens),
            messages_dropped: prompt.messages_dropped,
            top_logprobs: request.top_logprobs.map(|count| count.min(TOP_LOGPROBS_MAX).into()),
            sampler: Sampler::new(request.sampling),
            grammar: prompt.grammar,
            text: StreamText::new(stops),
            watch: Stopwatch::start(),
            queued_ms: 0.0,
            prefill_ms: None,
            lookup: Lookup::default(),
            draft: Vec::new(),
            matched: 0,
            drafted: Drafted::default(),
            forced: 0,
            grammar_ms: 0.0,
        }
    }

    /// Computes a beginning for a question that is still to come.
    pub(crate) fn preparing(id: u64, request: &Generate, tokens: Vec<Token>) -> Generation {
        let prompt = Prompt {
            context_tokens: tokens.len(),
            tokens,
            messages_dropped: 0,
            grammar: None,
            stops: Vec::new(),
        };
        Generation { prepares: true, ..Generation::new(id, request, prompt) }
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

    /// Guesses how the answer goes on, in at most `most` tokens, of which `length` says how many are
    /// worth it.
    pub(crate) fn guess(
        &mut self,
        most: usize,
        vocabulary: &Vocabulary,
        length: impl FnOnce(usize, usize) -> usize,
    ) {
        // The token after a draft is chosen too.
        let left = self.tokens_max.saturating_sub(self.tokens.len() + 1);
        if self.drafted.fell_back {
            return;
        }
        let most = most.min(left).min(DRAFT_TOKENS_MAX);
        let Some(found) = self.lookup.propose(&self.tokens, most) else { return };
        let shown = |token: &&Token| {
            !vocabulary.ends.contains(token)
                && !vocabulary.control.get(**token as usize).copied().unwrap_or(true)
        };
        let mut available = found.tokens.iter().take_while(shown).count();
        if let Some(grammar) = &mut self.grammar {
            available = grammar.allows_so_many(&found.tokens[..available]);
        }
        let length = length(found.matched, available).min(available);
        self.matched = found.matched;
        self.draft.extend_from_slice(&found.tokens[..length]);
    }

    /// Chooses tokens for as long as they are those of the draft, and one more. `choose` takes how
    /// much of the draft was right before. Returns how much was in the end.
    pub(crate) fn choose_all(
        &mut self,
        drafted: usize,
        mut choose: impl FnMut(&mut Generation, usize) -> Step,
    ) -> (usize, Step) {
        let mut accepted = 0;
        let step = loop {
            let before = self.tokens.len();
            let step = choose(self, accepted);
            // More than one where a form left no choice.
            let chosen = self.tokens[before..].iter();
            let guessed = &self.draft[accepted..drafted];
            let right =
                chosen.zip(guessed).take_while(|(chosen, guessed)| chosen == guessed).count();
            let all = before + right == self.tokens.len();
            accepted += right;
            if step != Step::More || !all || right == 0 {
                break step;
            }
        };
        self.drafted.guessed += token_count(drafted);
        self.drafted.accepted += token_count(accepted);
        (accepted, step)
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
            return self.cut(vocabulary, outlet);
        }
        let measured = self.top_logprobs.map(|count| Probabilities::measure(logits, count));
        let untouched = measured.is_some().then(|| logits.to_vec());
        self.sampler.penalise(logits, &self.tokens);
        let drawn = match self.draw(logits) {
            Ok(token) => token,
            Err(failure) => return Step::Failed(failure),
        };
        if vocabulary.ends.contains(&drawn) {
            return Step::End(Finish::End);
        }
        self.sampler.accept(drawn);
        let logprob = measured.zip(untouched).map(|(measured, untouched)| {
            let logit = untouched.get(drawn as usize).copied().unwrap_or(f32::NEG_INFINITY);
            told(&measured, drawn, logit, vocabulary)
        });
        self.add(drawn, logprob, vocabulary, outlet)
    }

    /// Adds a token to the answer and ends it where nothing can follow, or nothing may.
    fn add(
        &mut self,
        token: Token,
        logprob: Option<TokenLogprob>,
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        match self.say(token, logprob, vocabulary, outlet) {
            Step::More => {}
            ended => return ended,
        }
        match self.timed(|grammar| grammar.accept(token)) {
            Some(Ok(true)) => Step::End(Finish::End),
            Some(Err(failure)) => Step::Failed(failure),
            _ if self.tokens.len() >= self.tokens_max => self.cut(vocabulary, outlet),
            _ => Step::More,
        }
    }

    /// Goes on for as long as the form of the answer leaves no choice. What is said so is computed
    /// with what was chosen before it, in one batch, and nothing is chosen from it.
    pub(crate) fn run_ahead(
        &mut self,
        tokenize: impl FnOnce(&str) -> Vec<Token>,
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        // How probable a token was is known only where it was chosen.
        if self.top_logprobs.is_some() {
            return Step::More;
        }
        let forced = self.timed(|grammar| grammar.forced(tokenize)).unwrap_or_default();
        for token in forced {
            self.sampler.accept(token);
            self.forced += 1;
            match self.add(token, None, vocabulary, outlet) {
                Step::More => {}
                ended => return ended,
            }
        }
        Step::More
    }

    /// Ends an answer that may not grow. One under a constraint is closed: the tokens for that come
    /// on top of the limit and cost no computation.
    pub(crate) fn cut(&mut self, vocabulary: &Vocabulary, outlet: &Outlet) -> Step {
        let closing = match self.grammar.as_mut().map(Grammar::close) {
            None => return Step::End(Finish::Length),
            Some(Ok(closing)) => closing,
            Some(Err(failure)) => return Step::Failed(failure),
        };
        for token in closing {
            match self.say(token, None, vocabulary, outlet) {
                Step::More => {}
                ended => return ended,
            }
        }
        Step::End(Finish::Length)
    }

    fn draw(&mut self, logits: &mut [f32]) -> Result<Token, Failure> {
        let token = self.sampler.draw(logits);
        let mask = |grammar: &mut Grammar| {
            if grammar.allows(token)? {
                return Ok(false);
            }
            grammar.mask(logits)?;
            Ok(true)
        };
        match self.timed(mask).transpose()? {
            Some(true) => Ok(self.sampler.draw(logits)),
            Some(false) | None => Ok(token),
        }
    }

    /// Asks the form of the answer, if it must have one, and counts the time.
    fn timed<T>(&mut self, ask: impl FnOnce(&mut Grammar) -> T) -> Option<T> {
        let grammar = self.grammar.as_mut()?;
        let begun = self.watch.ms();
        let told = ask(grammar);
        self.grammar_ms += self.watch.ms() - begun;
        Some(told)
    }

    /// Says a token. Control tokens are never shown.
    fn say(
        &mut self,
        token: Token,
        logprob: Option<TokenLogprob>,
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        self.tokens.push(token);
        if vocabulary.control.get(token as usize).copied().unwrap_or(true) {
            return Step::More;
        }
        let (piece, stop) = self.text.push(bytes(vocabulary, token), logprob);
        self.send(piece, outlet);
        stop.map_or(Step::More, |stop| Step::End(Finish::StopString(stop)))
    }

    /// Sends what was held back and returns the last word on this request.
    pub(crate) fn end(mut self, finish: Finish, outlet: &Outlet) -> Body {
        if self.prepares {
            return Body::Done;
        }
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
            drafted: (self.drafted.guessed > 0).then_some(self.drafted),
            forced: self.forced,
            grammar_ms: self.grammar_ms,
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
