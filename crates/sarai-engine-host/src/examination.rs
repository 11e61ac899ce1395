//! Computes a text and goes on from it, in batches of several shapes: what two engines are compared
//! by. A library chooses its kernels by the shape of a batch, and each may be the one that is wrong.

use sarai_engine_protocol::{Body, Choice, Examination, Examine, Failure};

use crate::backend::{Backend, BackendError, BatchToken, Sequence, Token};
use crate::desk::Desk;
use crate::outlet::Outlet;
use crate::sequences::token_count;

/// Tokens of a batch that is like a checked draft.
const DRAFT_TOKENS: usize = 4;

/// A sequence that nobody else uses while a text is examined.
pub(crate) struct Examiner<'a> {
    pub(crate) backend: &'a mut dyn Backend,
    pub(crate) desk: &'a Desk,
    pub(crate) outlet: &'a Outlet,
    /// The request it is done for.
    pub(crate) id: u64,
    pub(crate) sequence: Sequence,
    /// Tokens that it will hold.
    pub(crate) total: u32,
}

impl Examiner<'_> {
    /// Examines what `request` asks for, whose text has these tokens. The sequence is empty before
    /// and after.
    ///
    /// How far it is, is told before each batch: on a slow machine all of it takes minutes, and who
    /// is silent for so long is taken for dead.
    pub(crate) fn examine(
        mut self,
        text: &[Token],
        request: &Examine,
    ) -> Result<Examination, Failure> {
        let context = self.backend.description().context_tokens as usize;
        let going_on = request.tokens as usize;
        let needed = text.len() + going_on;
        if needed > context {
            let (needed, available) = (token_count(needed), token_count(context));
            return Err(Failure::ContextExceeded { needed, available });
        }
        if text.is_empty() || going_on == 0 {
            return Err(Failure::BadRequest { reason: "there is nothing to examine".to_owned() });
        }
        let examined = self.compute(text, going_on);
        self.backend.truncate(self.sequence, 0);
        examined.map_err(|error| match error {
            BackendError::Aborted | BackendError::Full => Failure::Busy,
            error => Failure::Backend { reason: error.to_string() },
        })
    }

    fn compute(&mut self, text: &[Token], going_on: usize) -> Result<Examination, BackendError> {
        let most = self.backend.outputs_max().min(self.backend.batch_tokens_max()).max(1);
        let mut logprobs = Vec::with_capacity(text.len());
        let mut last = Choice { token: 0, lead: 0.0 };
        for (chunk, tokens) in text.chunks(most).enumerate() {
            let start = chunk * most;
            self.decode(tokens, start)?;
            let following = text.get(start + 1..).unwrap_or_default();
            for (row, token) in following.iter().take(tokens.len()).enumerate() {
                logprobs.push(logprob(self.backend.logits(row), *token));
            }
            last = choice(self.backend.logits(tokens.len() - 1));
        }
        let mut chosen = vec![last];
        while chosen.len() < going_on {
            self.decode(&[last.token], text.len() + chosen.len() - 1)?;
            last = choice(self.backend.logits(0));
            chosen.push(last);
        }
        let mut checked = Vec::new();
        if self.backend.forgets_parts()
            && self.backend.truncate(self.sequence, token_count(text.len()))
        {
            checked.push(chosen[0]);
            let said: Vec<Token> = chosen[..going_on - 1].iter().map(|one| one.token).collect();
            for (chunk, tokens) in said.chunks(DRAFT_TOKENS).enumerate() {
                self.decode(tokens, text.len() + chunk * DRAFT_TOKENS)?;
                for row in 0..tokens.len() {
                    checked.push(choice(self.backend.logits(row)));
                }
            }
        }
        Ok(Examination { logprobs, chosen, checked })
    }

    fn decode(&mut self, tokens: &[Token], start: usize) -> Result<(), BackendError> {
        let place = |(index, token): (usize, &Token)| BatchToken {
            token: *token,
            position: token_count(start + index),
            sequence: self.sequence,
            wants_logits: true,
        };
        let batch: Vec<BatchToken> = tokens.iter().enumerate().map(place).collect();
        let done = token_count(start);
        self.outlet.send(self.id, Body::Prefill { done, total: self.total });
        if !self.desk.begin_measuring(Some(self.id)) {
            return Err(BackendError::Aborted);
        }
        let computed = self.backend.decode(&batch, self.desk.abort());
        self.desk.end_batch();
        computed
    }
}

/// Returns the natural logarithm of a token's probability.
fn logprob(logits: &[f32], token: Token) -> f64 {
    let Some(logit) = logits.get(token as usize) else { return f64::NEG_INFINITY };
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - most).exp()).sum();
    f64::from(logit - most) - sum.ln()
}

/// Returns the most probable token.
fn choice(logits: &[f32]) -> Choice {
    let (mut best, mut most, mut next) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
    for (index, logit) in logits.iter().copied().enumerate() {
        if logit > most {
            (best, next, most) = (index, most, logit);
        } else if logit > next {
            next = logit;
        }
    }
    let lead = if next.is_finite() { most - next } else { f32::MAX };
    Choice { token: token_count(best), lead }
}

#[cfg(test)]
mod tests {
    use super::{choice, logprob};

    #[test]
    fn a_probability_is_that_of_the_softmax() {
        let logits = [1.0_f32, 2.0, 3.0];
        let sum: f64 = logits.map(|logit| f64::from(logit).exp()).iter().sum();
        for (token, logit) in (0..).zip(logits) {
            let expected = f64::from(logit).exp() / sum;
            assert!((logprob(&logits, token).exp() - expected).abs() < 1e-9);
        }
        assert!(logprob(&[900.0, 0.0], 0).abs() < 1e-6, "large ones do not overflow");
        assert!(logprob(&logits, 3).is_infinite());
    }

    #[test]
    fn the_first_of_the_best_is_chosen_and_its_lead_told() {
        for (logits, token, lead) in
            [([1.0, 5.0, 3.0], 1, 2.0), ([4.0, 4.0, 1.0], 0, 0.0), ([0.0, 1.0, 4.0], 2, 3.0)]
        {
            let found = choice(&logits);
            assert!(found.token == token && (found.lead - lead).abs() < 1e-6, "{found:?}");
        }
    }
}
