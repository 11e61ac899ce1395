//! What a native library must offer: a model and a context that computes it.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use sarai_engine_host::backend::{BatchToken, LoadProgress};

/// A model in memory, with its vocabulary. Freed when the last context of it is gone.
///
/// An unknown token is an answer like "no" or "nothing", never an error.
pub trait NativeModel: Sized {
    /// What the library is called.
    const LIBRARY: &'static str;

    /// Returns the version of the library and of its binding, as far as it is known.
    fn version() -> String;

    /// Loads a file. The error is what the library says about it.
    fn load(path: &Path, progress: &mut LoadProgress<'_>) -> Result<Self, String>;

    /// Returns a value of the file's metadata, cut at a sane length.
    fn metadata(&self, key: &str) -> Option<String>;

    fn parameters(&self) -> u64;

    fn context_tokens_trained(&self) -> u32;

    /// Length of the vectors that [`NativeContext::embedding`] returns.
    fn embedding_length(&self) -> u32;

    /// Returns whether a sequence can be cut at any length. Recurrent memory cannot be.
    fn can_forget_a_part(&self) -> bool;

    /// Returns the chat template in the file.
    fn template(&self) -> Option<String>;

    fn vocabulary_tokens(&self) -> u32;

    /// Returns the bytes of a token, the text of a control token included.
    fn token_bytes(&self, token: u32) -> Vec<u8>;

    /// Returns whether a token is no text.
    fn is_control(&self, token: u32) -> bool;

    /// Returns whether the tokenizer finds a token in any text, also where nothing is special.
    fn is_matched(&self, token: u32) -> bool;

    /// Returns whether a token ends an answer.
    fn is_end(&self, token: u32) -> bool;

    fn bos(&self) -> Option<u32>;

    fn eos(&self) -> Option<u32>;

    fn adds_bos(&self) -> bool;

    /// Splits text into tokens, without BOS or EOS. With `special`, the texts of control tokens
    /// become those tokens.
    fn tokenize(&self, text: &str, special: bool) -> Vec<u32>;
}

/// What a context is made for.
#[derive(Debug, Clone, Copy)]
pub struct ContextOptions {
    /// Tokens that all sequences share.
    pub context_tokens: u32,
    /// Most tokens in one batch; computed as one piece.
    pub batch_tokens_max: u32,
    /// Most tokens of a batch whose outcome is wanted. Memory grows with it by the size of the
    /// vocabulary.
    pub outputs_max: u32,
    pub sequences: u32,
    pub threads: u32,
    /// Whether the outcome of a token is its hidden state instead of logits.
    pub embeddings: bool,
}

/// Why a batch was not computed.
#[derive(Debug, PartialEq, Eq)]
pub enum DecodeError {
    Aborted,
    Full,
    Failed(String),
}

/// The computed sequences of a model, and the computing.
///
/// What is asked about an unknown sequence is answered as for an empty one.
pub trait NativeContext: Sized {
    type Model: NativeModel;

    /// Whether a batch takes longer the more tokens the context holds, whosever they are.
    const MINDS_IDLE: bool;

    /// Reserves all memory a context needs. The error is what the library says about it.
    fn create(model: Rc<Self::Model>, options: ContextOptions) -> Result<Self, String>;

    /// Returns the tokens that fit, which may be some more than asked for.
    fn context_tokens(&self) -> u32;

    fn options(&self) -> &ContextOptions;

    /// Returns whether a token sees only those before it, as in a model that writes text.
    fn is_causal(&self) -> bool;

    /// Computes a batch and gives up soon after `abort` is set. After an error, some of the batch
    /// may be in the sequences.
    fn decode(&mut self, tokens: &[BatchToken], abort: &AtomicBool) -> Result<(), DecodeError>;

    /// Returns the logits of the last batch's token at `index`; none if they were not asked for.
    fn logits(&mut self, index: usize) -> &mut [f32];

    /// Returns the hidden state of the last batch's token at `index`; none without `embeddings`.
    fn embedding(&mut self, index: usize) -> &mut [f32];

    /// Removes the tokens of a sequence at these positions. Returns `false`, having removed
    /// nothing, where the memory cannot forget a part.
    fn remove(&mut self, sequence: u32, positions: Range<u32>) -> bool;

    /// Adds the tokens of `from` at these positions to `to`.
    fn share(&mut self, from: u32, to: u32, positions: Range<u32>);

    /// Returns the position after the last token of a sequence.
    fn length(&self, sequence: u32) -> u32;

    /// Empties all sequences.
    fn clear(&mut self);

    /// Returns a sequence as bytes that [`NativeContext::set_state`] takes.
    fn state(&mut self, sequence: u32) -> Result<Vec<u8>, String>;

    /// Replaces a sequence. After an error it holds nothing of use.
    fn set_state(&mut self, sequence: u32, state: &[u8]) -> Result<(), String>;
}
