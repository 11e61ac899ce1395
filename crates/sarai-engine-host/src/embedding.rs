//! A request for vectors, computed text by text between the batches of the answers.

use std::collections::VecDeque;

use sarai_engine_protocol::{Body, Failure};

use crate::model::Model;
use crate::sequences::token_count;

/// Texts of which some have their vector.
#[derive(Debug)]
pub(crate) struct Embedding {
    pub(crate) id: u64,
    texts: VecDeque<String>,
    /// How many texts there were at first.
    total: usize,
    vectors: Vec<Vec<f32>>,
    tokens: usize,
}

impl Embedding {
    pub(crate) fn new(id: u64, texts: Vec<String>) -> Embedding {
        let total = texts.len();
        Embedding { id, texts: texts.into(), total, vectors: Vec::new(), tokens: 0 }
    }

    /// Computes the next text. Returns the last word on the request when there is none left.
    pub(crate) fn step(&mut self, model: &mut Model) -> Option<Body> {
        let Some(text) = self.texts.pop_front() else { return Some(self.told()) };
        let tokens = model.tokenize_with_bos(&text);
        if tokens.is_empty() {
            let reason = "a text to embed is empty".to_owned();
            return Some(Body::Failed(Failure::BadRequest { reason }));
        }
        match model.backend.embed(&tokens) {
            Ok(vector) => {
                self.tokens += tokens.len();
                self.vectors.push(vector);
                self.texts.is_empty().then(|| self.told())
            }
            Err(error) => Some(Body::Failed(Failure::Backend { reason: error.to_string() })),
        }
    }

    /// How far it is, in texts: who waits for the vectors sees that work goes on.
    pub(crate) fn progress(&self) -> Body {
        Body::Prefill { done: token_count(self.vectors.len()), total: token_count(self.total) }
    }

    /// What there is so far.
    pub(crate) fn told(&mut self) -> Body {
        Body::Embedded {
            vectors: std::mem::take(&mut self.vectors),
            tokens: token_count(self.tokens),
        }
    }
}
