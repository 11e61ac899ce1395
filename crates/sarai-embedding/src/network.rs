//! The encoder: twelve layers in which every piece of a text looks at all others.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use crate::error::Damage;
use crate::file::{Shape, Tensors};
use crate::matrix::{Activations, Matrix};
use crate::numbers::{BLOCK, BLOCK_BYTES, gelu, normalize, product, softmax, unpack};

pub(crate) struct Network {
    shape: Shape,
    /// The vectors of all pieces, packed as in the file: they are most of it.
    pieces: Vec<u8>,
    positions: Vec<f32>,
    first: Normalizer,
    layers: Vec<Layer>,
}

struct Layer {
    query: Matrix,
    key: Matrix,
    value: Matrix,
    attended: Matrix,
    after_attention: Normalizer,
    widen: Matrix,
    narrow: Matrix,
    after_all: Normalizer,
}

struct Normalizer {
    weights: Vec<f32>,
    shifts: Vec<f32>,
}

impl Normalizer {
    fn read(tensors: &Tensors<'_>, name: &str, hidden: usize) -> Result<Normalizer, Damage> {
        let weights = tensors.floats(&format!("{name}.w"), hidden)?;
        Ok(Normalizer { weights, shifts: tensors.floats(&format!("{name}.b"), hidden)? })
    }

    /// Adds `added` to the rows and normalizes each.
    fn add(&self, rows: &mut [f32], added: &[f32], epsilon: f32) {
        for (number, added) in rows.iter_mut().zip(added) {
            *number += added;
        }
        self.normalize(rows, epsilon);
    }

    fn normalize(&self, rows: &mut [f32], epsilon: f32) {
        for row in rows.chunks_exact_mut(self.weights.len()) {
            normalize(row, &self.weights, &self.shifts, epsilon);
        }
    }
}

impl Network {
    /// Reads the weights. Returns also where in the file the vectors of the pieces are: they are
    /// handed in with [`Network::keep_pieces`], so that they are not twice in memory.
    pub(crate) fn read(
        shape: Shape,
        tensors: &Tensors<'_>,
    ) -> Result<(Network, Range<usize>), Damage> {
        let Shape { hidden, positions, .. } = shape;
        let pieces = tensors.range("emb.word", true, shape.pieces * hidden)?;
        let mut at_positions = tensors.floats("emb.pos", positions * hidden)?;
        // Every text is of the first kind.
        let kinds = tensors.floats("emb.type", 2 * hidden)?;
        for row in at_positions.chunks_exact_mut(hidden) {
            for (number, kind) in row.iter_mut().zip(&kinds) {
                *number += kind;
            }
        }
        let layers = (0..shape.layers).map(|layer| Layer::read(shape, tensors, layer));
        let network = Network {
            shape,
            pieces: Vec::new(),
            positions: at_positions,
            first: Normalizer::read(tensors, "emb.ln", hidden)?,
            layers: layers.collect::<Result<_, _>>()?,
        };
        Ok((network, pieces))
    }

    pub(crate) fn keep_pieces(&mut self, pieces: Vec<u8>) {
        self.pieces = pieces;
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the mean of what the last layer says of each piece, of length one; `None` when it is
    /// not a number. `pieces` must be of the vocabulary and not more than there are positions.
    pub(crate) fn vector(&self, pieces: &[u32]) -> Option<Vec<f32>> {
        let hidden = self.shape.hidden;
        let mut rows = self.embedded(pieces);
        for layer in &self.layers {
            layer.apply(&mut rows, self.shape);
        }
        let mut sum = vec![0.0; hidden];
        for row in rows.chunks_exact(hidden) {
            for (sum, number) in sum.iter_mut().zip(row) {
                *sum += number;
            }
        }
        let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
        if !length.is_finite() || length <= 0.0 {
            return None;
        }
        for number in &mut sum {
            *number /= length;
        }
        Some(sum)
    }

    fn embedded(&self, pieces: &[u32]) -> Vec<f32> {
        let hidden = self.shape.hidden;
        let packed = hidden / BLOCK * BLOCK_BYTES;
        let mut rows = vec![0.0; pieces.len() * hidden];
        let positions = self.positions.chunks_exact(hidden);
        for ((row, piece), position) in rows.chunks_exact_mut(hidden).zip(pieces).zip(positions) {
            unpack(&self.pieces[*piece as usize * packed..][..packed], row);
            for (number, at_position) in row.iter_mut().zip(position) {
                *number += at_position;
            }
        }
        self.first.normalize(&mut rows, self.shape.epsilon);
        rows
    }
}

impl Layer {
    fn read(shape: Shape, tensors: &Tensors<'_>, layer: usize) -> Result<Layer, Damage> {
        let Shape { hidden, inner, .. } = shape;
        let square = |name: &str| tensors.matrix(&format!("l{layer}.{name}"), hidden, hidden);
        let normalizer =
            |name: &str| Normalizer::read(tensors, &format!("l{layer}.{name}"), hidden);
        Ok(Layer {
            query: square("q")?,
            key: square("k")?,
            value: square("v")?,
            attended: square("ao")?,
            after_attention: normalizer("aln")?,
            widen: tensors.matrix(&format!("l{layer}.fi"), hidden, inner)?,
            narrow: tensors.matrix(&format!("l{layer}.fo"), inner, hidden)?,
            after_all: normalizer("oln")?,
        })
    }

    fn apply(&self, rows: &mut [f32], shape: Shape) {
        let Shape { hidden, inner, heads, epsilon, .. } = shape;
        let input = Activations::new(rows, hidden);
        let (queries, keys) = (self.query.times(&input), self.key.times(&input));
        let values = self.value.times(&input);
        let (queries, keys, values) = (&queries, &keys, &values);
        let width = hidden / heads;
        let attention = Attention { queries, keys, values, hidden, width };
        let seen = dispatch!(Level::new(), _simd => attention.seen());
        let attended = self.attended.times(&Activations::new(&seen, hidden));
        self.after_attention.add(rows, &attended, epsilon);
        let mut wide = self.widen.times(&Activations::new(rows, hidden));
        dispatch!(Level::new(), _simd => gelu(&mut wide));
        let narrow = self.narrow.times(&Activations::new(&wide, inner));
        self.after_all.add(rows, &narrow, epsilon);
    }
}

/// Makes for every piece a sum of the values of all, each as much as its key fits the piece's query.
/// Heads of `width` numbers do so apart from each other.
struct Attention<'a> {
    queries: &'a [f32],
    keys: &'a [f32],
    values: &'a [f32],
    hidden: usize,
    width: usize,
}

impl Attention<'_> {
    #[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
    #[expect(clippy::cast_precision_loss, reason = "a head has some tens of numbers")]
    #[inline(always)]
    fn seen(self) -> Vec<f32> {
        let Attention { queries, keys, values, hidden, width } = self;
        let scale = 1.0 / (width as f32).sqrt();
        let mut seen = vec![0.0; queries.len()];
        let mut scores = vec![0.0; queries.len() / hidden];
        for start in (0..hidden).step_by(width) {
            let head = start..start + width;
            for (query, seen) in queries.chunks_exact(hidden).zip(seen.chunks_exact_mut(hidden)) {
                for (score, key) in scores.iter_mut().zip(keys.chunks_exact(hidden)) {
                    *score = product(&query[head.clone()], &key[head.clone()]) * scale;
                }
                softmax(&mut scores);
                for (score, value) in scores.iter().zip(values.chunks_exact(hidden)) {
                    for (seen, value) in seen[head.clone()].iter_mut().zip(&value[head.clone()]) {
                        *seen += score * value;
                    }
                }
            }
        }
        seen
    }
}
