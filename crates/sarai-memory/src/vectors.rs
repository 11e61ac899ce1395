//! Vectors of what was said: made after it is kept, and searched by how alike they are.

mod cache;
mod rows;

use std::error::Error;

use rusqlite::Transaction;
use sarai_core::id::{PersonId, TurnId};
use sarai_core::vector::Embed;

pub(crate) use cache::Cache;

use crate::error::{MemoryError, Operation};
use crate::handle::{Fault, Memory};
use rows::Waiting;

/// Vectors kept in one transaction, so that other writers get their turn between.
const TOGETHER: usize = 16;

/// How far the vectors are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorState {
    /// The model they are made with; `None` while recall goes by words alone.
    pub model: Option<String>,
    /// Utterances with a vector of this model.
    pub made: u64,
    /// Utterances that wait for one.
    pub waiting: u64,
}

/// What a question means, to be compared with what was said.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    model: String,
    vector: Vec<f32>,
}

impl Memory {
    /// Makes vectors for at most `limit` utterances that have none of the present model, the newest
    /// first. Returns how many were made: zero when none waits, or without an embedding model.
    pub fn embed_pending(&self, limit: usize) -> Result<usize, MemoryError> {
        let Some(embed) = self.understanding().embed.clone() else { return Ok(0) };
        let model = embed.model().to_owned();
        let waiting = self
            .read(Operation::Embed, move |transaction| rows::waiting(transaction, &model, limit))?;
        self.embed(embed.as_ref(), &waiting)
    }

    /// Returns how many vectors there are and how many are still to be made.
    pub fn vectors(&self) -> Result<VectorState, MemoryError> {
        let model = self.understanding().embed.as_ref().map(|embed| embed.model().to_owned());
        self.read(Operation::Read, move |transaction| {
            let (made, waiting) = rows::counts(transaction, model.as_deref())?;
            Ok(VectorState { model, made, waiting })
        })
    }

    /// Makes the vectors of a turn that was just kept. What fails here leaves them waiting.
    pub(crate) fn embed_turn(&self, person: &PersonId, turn: &TurnId) {
        let Some(embed) = self.understanding().embed.clone() else { return };
        let (person, turn) = (person.clone(), turn.clone());
        let model = embed.model().to_owned();
        let made = self
            .read(Operation::Embed, move |transaction| {
                rows::waiting_in(transaction, &model, &person, &turn)
            })
            .and_then(|waiting| self.embed(embed.as_ref(), &waiting));
        if let Err(error) = made {
            tracing::warn!(%error, "a turn is found by its words only until its vectors are made");
        }
    }

    /// Returns the vector of a question; without a model, or when it fails, `None`.
    pub(crate) fn sought(&self, question: &str) -> Option<Sought> {
        let embed = self.understanding().embed.clone()?;
        match embed.query(question) {
            Ok(vector) => Some(Sought { model: embed.model().to_owned(), vector }),
            Err(error) => {
                tracing::warn!(error, "recall goes by words alone");
                None
            }
        }
    }

    fn embed(&self, embed: &dyn Embed, waiting: &[Waiting]) -> Result<usize, MemoryError> {
        let mut made = 0;
        for some in waiting.chunks(TOGETHER) {
            let failed = |source: Box<dyn Error + Send + Sync>| MemoryError::Embedding { source };
            let vectors: Vec<(Waiting, Vec<f32>)> = some
                .iter()
                .map(|one| Ok((one.clone(), embed.passage(&one.passage()).map_err(failed)?)))
                .collect::<Result<_, MemoryError>>()?;
            let model = embed.model().to_owned();
            made += self.write(Operation::Embed, move |transaction| {
                rows::keep(transaction, &model, &vectors)
            })?;
        }
        Ok(made)
    }
}

/// Makes a vector of signed bytes, the largest 127, and the scale they are to be multiplied with.
fn rounded(vector: &[f32]) -> (f32, Vec<u8>) {
    let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let scale = largest / 127.0;
    let factor = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "no number is above 127")]
    let bytes = vector.iter().map(|number| (number * factor).round() as i8);
    (scale, bytes.map(i8::cast_unsigned).collect())
}

/// Returns how alike `sought` is to what the person said, as pairs of an utterance and a number up
/// to one; nothing where no vectors of its model are.
pub(crate) fn likeness(
    cache: &Cache,
    transaction: &Transaction<'_>,
    person: i64,
    sought: &Sought,
) -> Result<Vec<(i64, f32)>, Fault> {
    let Some(model) = rows::model(transaction, &sought.model)? else { return Ok(Vec::new()) };
    cache.compare(transaction, (person, model), &sought.vector)
}
