//! A batch as the library reads it.

use std::ptr;

use sarai_engine_host::backend::BatchToken;

use crate::library::{ContextOptions, NativeModel};

/// The arrays of a batch, kept to be used again.
#[derive(Default)]
pub struct Batch {
    tokens: Vec<i32>,
    positions: Vec<i32>,
    sequence_counts: Vec<i32>,
    sequences: Vec<i32>,
    sequence_pointers: Vec<*mut i32>,
    outputs: Vec<i8>,
    /// For each sequence the last position of the tokens seen so far.
    last: Vec<Option<i32>>,
}

/// Pointers to the arrays, each `count` long. Good until the next [`Batch::fill`] or the batch moves
/// or ends.
#[derive(Debug, Clone, Copy)]
pub struct Arrays {
    pub count: i32,
    pub tokens: *mut i32,
    pub positions: *mut i32,
    pub sequence_counts: *mut i32,
    /// For each token a list of `sequence_counts` sequences.
    pub sequences: *mut *mut i32,
    /// Not zero where the outcome is wanted.
    pub outputs: *mut i8,
}

impl Batch {
    /// Takes tokens, or says what is wrong with them. Where the library would assert, this is the
    /// only check: tokens are of the vocabulary, sequences and sizes within the options, and the
    /// positions of a sequence follow each other.
    pub fn fill(
        &mut self,
        tokens: &[BatchToken],
        model: &impl NativeModel,
        options: &ContextOptions,
    ) -> Result<(), String> {
        self.tokens.clear();
        self.positions.clear();
        self.sequences.clear();
        self.outputs.clear();
        self.last.clear();
        self.last.resize(options.sequences as usize, None);
        let outputs = tokens.iter().filter(|token| token.wants_logits).count();
        if tokens.len() > options.batch_tokens_max as usize {
            return Err(format!(
                "a batch of {} tokens is larger than {}",
                tokens.len(),
                options.batch_tokens_max
            ));
        }
        if outputs > options.outputs_max as usize {
            return Err(format!(
                "a batch wants {outputs} outputs, more than {}",
                options.outputs_max
            ));
        }
        for token in tokens {
            let id = below(token.token, model.vocabulary_tokens());
            let position = i32::try_from(token.position).ok();
            let sequence = below(token.sequence, options.sequences);
            let (Some(id), Some(position), Some(sequence)) = (id, position, sequence) else {
                return Err(format!("a batch has an impossible token: {token:?}"));
            };
            let last = &mut self.last[token.sequence as usize];
            if last.is_some_and(|last| last.checked_add(1) != Some(position)) {
                return Err(format!("a batch leaves out positions before {token:?}"));
            }
            *last = Some(position);
            self.tokens.push(id);
            self.positions.push(position);
            self.sequences.push(sequence);
            self.outputs.push(i8::from(token.wants_logits || options.embeddings));
        }
        self.sequence_counts.resize(tokens.len(), 1);
        let sequences = self.sequences.iter_mut();
        self.sequence_pointers.clear();
        self.sequence_pointers.extend(sequences.map(ptr::from_mut));
        Ok(())
    }

    /// Returns the tokens in the form the library reads.
    pub fn arrays(&mut self) -> Arrays {
        Arrays {
            // `fill` refuses more tokens than the maximum, which the library takes as an i32.
            count: i32::try_from(self.tokens.len()).unwrap_or(0),
            tokens: self.tokens.as_mut_ptr(),
            positions: self.positions.as_mut_ptr(),
            sequence_counts: self.sequence_counts.as_mut_ptr(),
            sequences: self.sequence_pointers.as_mut_ptr(),
            outputs: self.outputs.as_mut_ptr(),
        }
    }

    /// Returns the index of a token whose outcome was asked for.
    pub fn output(&self, index: usize) -> Option<i32> {
        self.outputs.get(index).filter(|&&wanted| wanted != 0)?;
        i32::try_from(index).ok()
    }
}

/// Returns a token or a sequence in the library's type if it is one of the first `count`.
pub fn below(number: u32, count: u32) -> Option<i32> {
    i32::try_from(number).ok().filter(|_| number < count)
}
