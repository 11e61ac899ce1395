//! What needs a real model: the files in the folder that `SARAI_TEST_MODELS` names.

mod computing;
mod partners;
mod process;
mod room;
mod states;
mod vectors;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sarai_engine_host::backend::{Backend, BatchToken, Loader, Token};

use crate::files::load_of;

pub(crate) const SMOL: &str = "smollm2-135m.gguf";

pub(crate) fn model_path(name: &str) -> PathBuf {
    let folder = std::env::var("SARAI_TEST_MODELS")
        .expect("SARAI_TEST_MODELS does not name a folder of models: run `cargo xtask test`");
    let path = PathBuf::from(folder).join(name);
    assert!(path.is_file(), "{} is missing: run `cargo xtask test`", path.display());
    path
}

/// The smallest model whose numbers are right.
pub(crate) fn small() -> Box<dyn Backend> {
    crate::loader().load(&load_of(&model_path(crate::SMALL)), &mut |_| ()).unwrap()
}

pub(crate) fn never() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}

/// Tokens at positions from `start` on, the last one with logits.
pub(crate) fn batch(tokens: &[Token], sequence: u32, start: u32) -> Vec<BatchToken> {
    let mut batch: Vec<BatchToken> = tokens
        .iter()
        .zip(start..)
        .map(|(&token, position)| BatchToken { token, position, sequence, wants_logits: false })
        .collect();
    batch.last_mut().unwrap().wants_logits = true;
    batch
}

/// Computes all tokens into a sequence and returns the logits of the last one.
pub(crate) fn prefill(
    backend: &mut dyn Backend,
    tokens: &[Token],
    sequence: u32,
    start: u32,
) -> Vec<f32> {
    let mut logits = Vec::new();
    let mut start = start;
    for chunk in tokens.chunks(backend.batch_tokens_max()) {
        backend.decode(&batch(chunk, sequence, start), &never()).unwrap();
        logits = backend.logits(chunk.len() - 1).to_vec();
        start += u32::try_from(chunk.len()).unwrap();
    }
    logits
}

pub(crate) fn most_likely(logits: &[f32]) -> Token {
    let best = logits.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
    Token::try_from(best.unwrap().0).unwrap()
}

/// Continues a sequence of `length` tokens greedily.
pub(crate) fn greedy(
    backend: &mut dyn Backend,
    mut logits: Vec<f32>,
    sequence: u32,
    length: usize,
    count: usize,
) -> Vec<Token> {
    let mut tokens = Vec::new();
    for position in (length..).take(count) {
        let token = most_likely(&logits);
        tokens.push(token);
        logits = prefill(backend, &[token], sequence, u32::try_from(position).unwrap());
    }
    tokens
}

pub(crate) fn text(backend: &dyn Backend, tokens: &[Token]) -> String {
    let vocabulary = backend.vocabulary();
    let bytes: Vec<u8> =
        tokens.iter().flat_map(|&token| vocabulary.bytes[token as usize].clone()).collect();
    String::from_utf8(bytes).unwrap()
}

/// Different kernels round differently; a different computation is off by whole units.
#[track_caller]
pub(crate) fn assert_close(one: &[f32], other: &[f32]) {
    assert_eq!(one.len(), other.len());
    let furthest = one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(furthest < 0.3, "logits differ by {furthest}");
    assert_eq!(most_likely(one), most_likely(other));
}
