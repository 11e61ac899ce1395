//! The backend contract on a context of a native library.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sarai_engine_host::backend::{
    Backend, BackendError, BatchToken, Sequence, Token, Vocabulary, is_markup,
};
use sarai_engine_protocol::ModelDescription;

use crate::embedding::Embedder;
use crate::library::{DecodeError, NativeContext, NativeModel};
use crate::state;

/// A loaded model, its generation context, and a second one once texts are embedded.
pub(crate) struct NativeBackend<C: NativeContext> {
    model: Rc<C::Model>,
    context: C,
    embedder: Option<Embedder<C>>,
    vocabulary: Arc<Vocabulary>,
    load_ms: f64,
}

impl<C: NativeContext> NativeBackend<C> {
    pub(crate) fn new(model: Rc<C::Model>, context: C, load_ms: f64) -> NativeBackend<C> {
        let vocabulary = Arc::new(vocabulary(&*model));
        NativeBackend { model, context, embedder: None, vocabulary, load_ms }
    }

    /// Puts a state in place of what a sequence holds. After an error the sequence is empty.
    fn set_state(&mut self, sequence: Sequence, state: &[u8]) -> Result<(), String> {
        self.context.remove(sequence, 0..u32::MAX);
        let outcome = self.context.set_state(sequence, state);
        if outcome.is_err() {
            self.context.remove(sequence, 0..u32::MAX);
        }
        outcome
    }
}

impl<C: NativeContext> Backend for NativeBackend<C> {
    fn description(&self) -> ModelDescription {
        let metadata = |key| self.model.metadata(key).unwrap_or_default();
        ModelDescription {
            architecture: metadata("general.architecture"),
            title: metadata("general.name"),
            parameters: self.model.parameters(),
            vocabulary: self.model.vocabulary_tokens(),
            context_tokens: self.context.context_tokens(),
            context_tokens_trained: self.model.context_tokens_trained(),
            embedding_length: self.model.embedding_length(),
            threads: self.context.options().threads,
            template_source: if self.template().is_some() { "file" } else { "none" }.to_owned(),
            load_ms: self.load_ms,
        }
    }

    fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.vocabulary)
    }

    fn template(&self) -> Option<String> {
        self.model.template()
    }

    fn tokenize(&self, text: &str, special: bool) -> Vec<Token> {
        self.model.tokenize(text, special)
    }

    fn sequences(&self) -> u32 {
        self.context.options().sequences
    }

    fn batch_tokens_max(&self) -> usize {
        self.context.options().batch_tokens_max as usize
    }

    fn outputs_max(&self) -> usize {
        self.context.options().outputs_max as usize
    }

    fn forgets_parts(&self) -> bool {
        self.model.can_forget_a_part()
    }

    fn decode(
        &mut self,
        batch: &[BatchToken],
        abort: &Arc<AtomicBool>,
    ) -> Result<(), BackendError> {
        self.context.decode(batch, abort).map_err(|error| match error {
            DecodeError::Aborted => BackendError::Aborted,
            DecodeError::Full => BackendError::Full,
            DecodeError::Failed(reason) => BackendError::Native(reason),
        })
    }

    fn logits(&mut self, index: usize) -> &mut [f32] {
        self.context.logits(index)
    }

    fn truncate(&mut self, sequence: Sequence, length: u32) -> bool {
        // Nothing to forget is fine for a recurrent memory, too.
        if length >= self.context.length(sequence)
            || self.context.remove(sequence, length..u32::MAX)
        {
            return true;
        }
        self.context.remove(sequence, 0..u32::MAX);
        length == 0
    }

    fn copy_prefix(&mut self, from: Sequence, to: Sequence, length: u32) {
        if from == to {
            self.truncate(to, length);
            return;
        }
        self.context.remove(to, 0..u32::MAX);
        // A recurrent memory is one state, made by all of its tokens: only the whole can be copied.
        if self.model.can_forget_a_part() || self.context.length(from) == length {
            self.context.share(from, to, 0..length);
        }
    }

    fn save(
        &mut self,
        sequence: Sequence,
        tokens: &[Token],
        path: &Path,
    ) -> Result<u64, BackendError> {
        let refuse = |reason: String| {
            BackendError::Native(format!("could not save to `{}`: {reason}", path.display()))
        };
        let state = self.context.state(sequence).map_err(refuse)?;
        state::write(path, tokens, &state).map_err(|error| refuse(error.to_string()))
    }

    fn restore(&mut self, sequence: Sequence, path: &Path) -> Result<Vec<Token>, BackendError> {
        let refuse = |reason: String| {
            BackendError::Native(format!("could not restore `{}`: {reason}", path.display()))
        };
        self.context.remove(sequence, 0..u32::MAX);
        let (tokens, state) = state::read(path).map_err(|error| refuse(error.to_string()))?;
        self.set_state(sequence, &state).map_err(refuse)?;
        let length = self.context.length(sequence);
        if tokens.len() == length as usize {
            return Ok(tokens);
        }
        self.context.remove(sequence, 0..u32::MAX);
        Err(refuse(format!("it names {} tokens and holds {length}", tokens.len())))
    }

    fn minds_idle(&self) -> bool {
        C::MINDS_IDLE
    }

    fn pack(&mut self, sequence: Sequence) -> Result<Vec<u8>, BackendError> {
        self.context.state(sequence).map_err(BackendError::Native)
    }

    fn unpack(&mut self, sequence: Sequence, packed: &[u8]) -> Result<(), BackendError> {
        self.set_state(sequence, packed).map_err(BackendError::Native)
    }

    fn embed(&mut self, tokens: &[Token]) -> Result<Vec<f32>, BackendError> {
        let embedder = match &mut self.embedder {
            Some(embedder) => embedder,
            none => {
                let threads = self.context.options().threads;
                none.insert(Embedder::create(&self.model, threads, self.context.is_causal())?)
            }
        };
        embedder.embed(tokens)
    }
}

fn vocabulary(model: &impl NativeModel) -> Vocabulary {
    let tokens = 0..model.vocabulary_tokens();
    let bytes: Vec<Vec<u8>> = tokens.clone().map(|token| model.token_bytes(token)).collect();
    let matched = tokens.clone().zip(&bytes);
    Vocabulary {
        matched: matched
            .map(|(token, bytes)| model.is_matched(token) && is_markup(bytes))
            .collect(),
        bytes,
        control: tokens.clone().map(|token| model.is_control(token)).collect(),
        ends: tokens.filter(|&token| model.is_end(token)).collect(),
        bos: model.bos(),
        eos: model.eos(),
        adds_bos: model.adds_bos(),
    }
}
