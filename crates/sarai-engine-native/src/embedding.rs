//! Vectors of texts: the mean of the hidden states, from a small context of its own.

use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use sarai_engine_host::backend::{BackendError, BatchToken, Token};

use crate::library::{ContextOptions, DecodeError, NativeContext, NativeModel};

/// Longest text embedded, in tokens.
const TEXT_TOKENS_MAX: u32 = 512;

/// Tokens computed at a time by a model that writes text: the library computes the logits of every
/// token along with its hidden state, and they take half a megabyte each.
const CAUSAL_BATCH_TOKENS: u32 = 64;

/// Computes vectors beside a generation context.
pub(crate) struct Embedder<C> {
    context: C,
    length: usize,
}

impl<C: NativeContext> Embedder<C> {
    /// Makes the context. A model that sees the whole text at once needs it in one batch.
    pub(crate) fn create(
        model: &Rc<C::Model>,
        threads: u32,
        is_causal: bool,
    ) -> Result<Embedder<C>, BackendError> {
        let context_tokens = TEXT_TOKENS_MAX.min(model.context_tokens_trained());
        let batch_tokens_max = if is_causal { CAUSAL_BATCH_TOKENS } else { context_tokens };
        let options = ContextOptions {
            context_tokens,
            batch_tokens_max,
            outputs_max: batch_tokens_max,
            sequences: 1,
            threads,
            embeddings: true,
        };
        let context = C::create(Rc::clone(model), options).map_err(|reason| {
            BackendError::Native(format!("could not create a context for embeddings: {reason}"))
        })?;
        Ok(Embedder { context, length: model.embedding_length() as usize })
    }

    /// Returns the vector of a text, of norm 1. No text at all has the vector of zeros.
    pub(crate) fn embed(&mut self, tokens: &[Token]) -> Result<Vec<f32>, BackendError> {
        let tokens = &tokens[..tokens.len().min(TEXT_TOKENS_MAX as usize)];
        let batch_tokens_max = self.context.options().batch_tokens_max as usize;
        let mut sum = vec![0.0; self.length];
        let mut position = 0;
        self.context.clear();
        for chunk in tokens.chunks(batch_tokens_max) {
            let batch: Vec<BatchToken> = chunk
                .iter()
                .zip(position..)
                .map(|(&token, position)| BatchToken {
                    token,
                    position,
                    sequence: 0,
                    wants_logits: true,
                })
                .collect();
            self.context.decode(&batch, &AtomicBool::new(false)).map_err(|error| {
                BackendError::Native(match error {
                    DecodeError::Failed(reason) => reason,
                    DecodeError::Full => "no room in the context for embeddings".to_owned(),
                    DecodeError::Aborted => "the embedding was aborted".to_owned(),
                })
            })?;
            for index in 0..batch.len() {
                for (total, value) in sum.iter_mut().zip(self.context.embedding(index)) {
                    *total += *value;
                }
            }
            position += u32::try_from(batch.len()).unwrap_or(0);
        }
        normalize(&mut sum);
        Ok(sum)
    }
}

/// Scales to norm 1, which also turns a sum into a mean's direction.
fn normalize(vector: &mut [f32]) {
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if norm > 0.0 {
        for value in vector {
            *value /= norm;
        }
    }
}
