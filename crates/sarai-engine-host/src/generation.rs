//! One answer in the making.

use sarai_engine_protocol::{Body, Drafted, Failure, Finish, Generate, Generated, TokenLogprob};

use crate::backend::{Sequence, Token, Vocabulary};
use crate::clock::Stopwatch;
use crate::drafting::controller::Class;
use crate::drafting::lookup::{Lookup, Proposal};
use crate::grammar::{Grammar, Tokenize};
use crate::outlet::Outlet;
use crate::sampler::{Probabilities, Sampler};
use crate::sequences::token_count;
use crate::stream_text::{Piece, StreamText};

/// Most alternatives reported for a token.
const TOP_LOGPROBS_MAX: u8 = 20;

/// The longest draft.
pub(crate) const DRAFT_TOKENS_MAX: usize = 15;

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
    /// Where the draft comes from.
    pub(crate) drafted_by: Class,
    pub(crate) drafted: Drafted,
    /// Tokens said without a choice.
    forced: u32,
    /// Milliseconds spent on what form the answer must have.
    grammar_ms: f64,
}

/// A token that was chosen.
pub(crate) struct Chosen {
    token: Token,
    logprob: Option<TokenLogprob>,
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
    pub(crate) tokens_max: usize,
    pub(crate) grammar: Option<Grammar>,
    /// Stop strings beside the caller's.
    pub(crate) stops: Vec<String>,
}

impl Generation {
    pub(crate) fn new(id: u64, request: &Generate, prompt: Prompt) -> Generation {
        let prompt_tokens = prompt.tokens.len();
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
            tokens_max: prompt.tokens_max,
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
            drafted_by: Class::default(),
            drafted: Drafted::default(),
            forced: 0,
            grammar_ms: 0.0,
        }
    }

    /// Computes a beginning for a question that is still to come.
    pub(crate) fn preparing(id: u64, request: &Generate, tokens: Vec<Token>) -> Generation {
        let prompt = Prompt {
            tokens_max: tokens.len(),
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

    /// Returns how many of its next tokens may be guessed, where the batch has room for `most`.
    pub(crate) fn guesses_max(&self, most: usize) -> usize {
        // The token after a draft is chosen too.
        let left = self.tokens_max.saturating_sub(self.tokens.len() + 1);
        if self.drafted.fell_back { 0 } else { most.min(left).min(DRAFT_TOKENS_MAX) }
    }

    /// Guesses that what comes next is what came next where the last words stood before.
    pub(crate) fn look_up(&mut self, most: usize, vocabulary: &Vocabulary) -> Option<Proposal> {
        let mut found = self.lookup.propose(&self.tokens, most)?;
        found.tokens = self.possible(found.tokens, vocabulary);
        Some(found)
    }

    /// Returns as much of a guess as can be shown and as the form of the answer allows.
    pub(crate) fn possible(
        &mut self,
        mut guess: Vec<Token>,
        vocabulary: &Vocabulary,
    ) -> Vec<Token> {
        let shown = |token: &&Token| {
            !vocabulary.ends.contains(token)
                && !vocabulary.control.get(**token as usize).copied().unwrap_or(true)
        };
        guess.truncate(guess.iter().take_while(shown).count());
        if let Some(grammar) = &mut self.grammar {
            guess.truncate(grammar.allows_so_many(&guess));
        }
        guess
    }

    /// Has these tokens checked in the next batch.
    pub(crate) fn draft_with(&mut self, tokens: &[Token], by: Class) {
        self.draft.extend_from_slice(tokens);
        self.drafted_by = by;
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

    /// Chooses the next token from the logits of the last one.
    pub(crate) fn choose(
        &mut self,
        logits: &mut [f32],
        vocabulary: &Vocabulary,
    ) -> Result<Option<Chosen>, Failure> {
        if self.prefill_ms.is_none() {
            self.prefill_ms = Some(self.watch.ms() - self.queued_ms);
        }
        let measured = self.top_logprobs.map(|count| Probabilities::measure(logits, count));
        let untouched = measured.is_some().then(|| logits.to_vec());
        self.sampler.penalise(logits, &self.tokens);
        let token = self.draw(logits)?;
        if vocabulary.ends.contains(&token) {
            return Ok(None);
        }
        self.sampler.accept(token);
        let logprob = measured.zip(untouched).map(|(measured, untouched)| {
            let logit = untouched.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
            told(&measured, token, logit, vocabulary)
        });
        Ok(Some(Chosen { token, logprob }))
    }

    /// Adds a token to the answer and sends the text it completes. Ends the answer where nothing can
    /// follow, or nothing may; one that must have a form by the shortest way to the end instead, if
    /// there would not be room for that after the token.
    pub(crate) fn add(
        &mut self,
        Chosen { token, logprob }: Chosen,
        tokenize: &Tokenize<'_>,
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        if self.is_full() {
            return self.cut(tokenize, vocabulary, outlet);
        }
        let left = self.tokens_max - self.tokens.len();
        match self.timed(|grammar| grammar.end_instead(token, left, tokenize)) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(closing))) => return self.close(&closing, vocabulary, outlet),
            Some(Err(failure)) => return Step::Failed(failure),
        }
        match self.say(token, logprob, vocabulary, outlet) {
            Step::More => {}
            ended => return ended,
        }
        match self.timed(|grammar| grammar.accept(token)) {
            Some(Ok(true)) => Step::End(Finish::End),
            Some(Err(failure)) => Step::Failed(failure),
            _ if self.is_full() => self.cut(tokenize, vocabulary, outlet),
            _ => Step::More,
        }
    }

    /// Goes on for as long as the form of the answer leaves no choice. What is said so is computed
    /// with what was chosen before it, in one batch, and nothing is chosen from it.
    pub(crate) fn run_ahead(
        &mut self,
        tokenize: &Tokenize<'_>,
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
            match self.add(Chosen { token, logprob: None }, tokenize, vocabulary, outlet) {
                Step::More => {}
                ended => return ended,
            }
        }
        Step::More
    }

    /// Whether the answer may not grow.
    pub(crate) fn is_full(&self) -> bool {
        self.tokens.len() >= self.tokens_max
    }

    /// Ends an answer that may not grow, one that must have a form by the shortest way to its end.
    pub(crate) fn cut(
        &mut self,
        tokenize: &Tokenize<'_>,
        vocabulary: &Vocabulary,
        outlet: &Outlet,
    ) -> Step {
        let left = self.tokens_max.saturating_sub(self.tokens.len());
        match self.timed(|grammar| grammar.close(left, tokenize)) {
            None => Step::End(Finish::Length),
            Some(Ok(closing)) => self.close(&closing, vocabulary, outlet),
            Some(Err(failure)) => Step::Failed(failure),
        }
    }

    /// Ends the answer with these tokens. They need not be computed: nothing is chosen after them.
    fn close(&mut self, closing: &[Token], vocabulary: &Vocabulary, outlet: &Outlet) -> Step {
        for token in closing {
            match self.say(*token, None, vocabulary, outlet) {
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
