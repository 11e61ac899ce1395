//! What a native library must offer so that the rest of an engine process can run on it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sarai_engine_protocol::{Load, ModelDescription};
use thiserror::Error;

/// A token of the loaded model's vocabulary.
pub type Token = u32;

/// A sequence of the context, from 0 to [`Backend::sequences`] - 1.
pub type Sequence = u32;

/// Why the native library could not do something.
#[derive(Debug, Error)]
pub enum BackendError {
    #[error("{0}")]
    Load(String),
    /// The memory does not suffice for the model or its context.
    #[error("{0}")]
    OutOfMemory(String),
    /// The abort flag was seen; the context holds some of the batch, see [`Backend::decode`].
    #[error("aborted")]
    Aborted,
    /// The shared context has no room for the batch.
    #[error("no room in the context")]
    Full,
    #[error("{0}")]
    Native(String),
}

/// Tells the progress of loading, from 0 to 1. A library may call it from threads of its own, one at
/// a time.
pub type LoadProgress<'a> = dyn FnMut(f32) + Send + 'a;

/// Opens models. One per engine executable.
pub trait Loader {
    /// The library and its version, such as `llama.cpp (llama-cpp-sys-2 0.1.161)`.
    fn name(&self) -> String;

    /// Loads a model and warms it up.
    fn load(
        &self,
        load: &Load,
        progress: &mut LoadProgress<'_>,
    ) -> Result<Box<dyn Backend>, BackendError>;

    /// Loads a model that only guesses: with one sequence, and one outcome of a batch.
    fn load_draft(
        &self,
        path: &Path,
        context_tokens: u32,
        threads: u32,
    ) -> Result<Box<dyn Backend>, BackendError>;
}

/// One token to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchToken {
    pub token: Token,
    pub position: u32,
    pub sequence: Sequence,
    /// Whether [`Backend::logits`] will be asked for this one.
    pub wants_logits: bool,
}

/// A loaded model with its context. Used by one thread.
pub trait Backend {
    fn description(&self) -> ModelDescription;

    fn vocabulary(&self) -> Arc<Vocabulary>;

    /// The chat template in the file, if it has one.
    fn template(&self) -> Option<String>;

    /// Splits text into tokens. With `special`, the texts of control tokens become those tokens;
    /// without, they are letters like any other. Adds no BOS.
    fn tokenize(&self, text: &str, special: bool) -> Vec<Token>;

    /// Sequences that can be kept side by side.
    fn sequences(&self) -> u32;

    /// Most tokens in one batch.
    fn batch_tokens_max(&self) -> usize;

    /// Most tokens of a batch whose logits can be asked for.
    fn outputs_max(&self) -> usize;

    /// Whether a sequence can be cut anywhere, see [`Backend::truncate`].
    fn forgets_parts(&self) -> bool;

    /// Computes a batch. Watches `abort` while computing and gives up with [`BackendError::Aborted`];
    /// after any error the caller restores each sequence of the batch with [`Backend::truncate`].
    fn decode(&mut self, batch: &[BatchToken], abort: &Arc<AtomicBool>)
    -> Result<(), BackendError>;

    /// Returns the logits of the last batch's token at `index`, one for each of the vocabulary.
    fn logits(&mut self, index: usize) -> &mut [f32];

    /// Keeps the first `length` tokens of a sequence. `false` when the model cannot forget a part
    /// (recurrent ones): the sequence is then empty.
    fn truncate(&mut self, sequence: Sequence, length: u32) -> bool;

    /// Makes `to` begin with the first `length` tokens of `from`, in place of what it held.
    fn copy_prefix(&mut self, from: Sequence, to: Sequence, length: u32);

    /// Writes a sequence to a file; returns its bytes. `tokens` are those it holds.
    fn save(
        &mut self,
        sequence: Sequence,
        tokens: &[Token],
        path: &Path,
    ) -> Result<u64, BackendError>;

    /// Reads a file written by [`Backend::save`] into `sequence` and returns its tokens. A damaged
    /// file is an error, whatever its bytes are.
    fn restore(&mut self, sequence: Sequence, path: &Path) -> Result<Vec<Token>, BackendError>;

    /// Whether what idle sequences hold makes every batch slower.
    fn minds_idle(&self) -> bool;

    /// Returns all of a sequence as bytes, which [`Backend::unpack`] takes.
    fn pack(&mut self, sequence: Sequence) -> Result<Vec<u8>, BackendError>;

    /// Puts what [`Backend::pack`] returned, in this process, in place of what a sequence held. After
    /// an error the sequence is empty.
    fn unpack(&mut self, sequence: Sequence, packed: &[u8]) -> Result<(), BackendError>;

    /// Returns the mean-pooled, normalised hidden state of `tokens`; a longer text than the
    /// embedding context is cut. The generation context is left as it is.
    fn embed(&mut self, tokens: &[Token]) -> Result<Vec<f32>, BackendError>;
}

/// The tokens of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// The bytes of each token; a control token has the bytes of its text.
    pub bytes: Vec<Vec<u8>>,
    /// Tokens that are no text: `<|im_start|>` and the like.
    pub control: Vec<bool>,
    /// Tokens of markup that the tokenizer finds in any text, also where nothing is special, and that
    /// are text all the same: `<|start|>` of some models.
    pub matched: Vec<bool>,
    /// Tokens that end an answer.
    pub ends: Vec<Token>,
    pub bos: Option<Token>,
    pub eos: Option<Token>,
    /// Whether a prompt begins with BOS.
    pub adds_bos: bool,
}

/// Returns whether the text of a token is markup that a template could be made of, such as
/// `<|start|>` or `[INST]`, rather than a word. Plain tags are words: some vocabularies have those of
/// HTML, which people write about, and templates look for `</think>` in earlier answers.
pub fn is_markup(token: &[u8]) -> bool {
    let inside = token.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    let is_plain_tag = inside.is_some_and(|inside| {
        inside.strip_prefix(b"/").unwrap_or(inside).iter().all(u8::is_ascii_alphanumeric)
    });
    !is_plain_tag && token.iter().any(|byte| b"<|[".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::is_markup;

    #[test]
    fn markup_is_told_from_words_and_plain_tags() {
        for token in ["<|start|>", "<｜User｜>", "<tool_call>", "</tool_call>", "[INST]", "|eot|"]
        {
            assert!(is_markup(token.as_bytes()), "{token}");
        }
        for token in ["hola", "  ", "<table>", "</td>", "<h1>", "</think>", ">>", ""] {
            assert!(!is_markup(token.as_bytes()), "{token}");
        }
    }
}
