//! The layer that everything is built of: maxout, then layer norm.

use crate::affine::Affine;
use crate::weights::{Layer, Missing};

/// Keeps the largest of a few candidates for each output, then brings the row to mean 0, spread 1.
#[derive(Debug)]
pub(crate) struct Maxout {
    affine: Affine,
    pieces: usize,
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Maxout {
    /// Reads the layer and its norm if they turn `inputs` numbers into `outputs`.
    pub(crate) fn read(
        maxout: &Layer<'_>,
        norm: &Layer<'_>,
        inputs: usize,
        outputs: usize,
    ) -> Result<Maxout, Missing> {
        let (weights, [width, pieces, depth]) = maxout.array("W")?;
        let (bias, bias_shape) = maxout.array("b")?;
        let (scale, [scales]) = norm.array("G")?;
        let (shift, [shifts]) = norm.array("b")?;
        if [width, depth, scales, shifts] != [outputs, inputs, outputs, outputs]
            || bias_shape != [width, pieces]
        {
            return Err(format!("a maxout layer has {depth} inputs and {width} outputs"));
        }
        let affine = Affine::new(weights, bias, inputs);
        Ok(Maxout { affine, pieces, scale: scale.to_vec(), shift: shift.to_vec() })
    }

    /// Returns the outputs of `rows` rows of `input`, which begin `stride` numbers apart.
    pub(crate) fn apply(&self, input: &[f32], stride: usize, rows: usize) -> Vec<f32> {
        let candidates = self.affine.apply(input, stride, rows);
        let mut output = maxima(&candidates, self.pieces);
        for row in output.chunks_exact_mut(self.scale.len()) {
            self.normalise(row);
        }
        output
    }

    fn normalise(&self, row: &mut [f32]) {
        const SMALLEST: f32 = 1e-8;
        #[expect(clippy::cast_precision_loss, reason = "a row has a hundred numbers")]
        let count = row.len() as f32;
        let mean = row.iter().sum::<f32>() / count;
        let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / count;
        let spread = (variance + SMALLEST).sqrt();
        for ((x, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
            *x = (*x - mean) / spread * scale + shift;
        }
    }
}

/// Returns the largest number of every `pieces` ones.
pub(crate) fn maxima(candidates: &[f32], pieces: usize) -> Vec<f32> {
    let largest = |some: &[f32]| some.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    candidates.chunks_exact(pieces.max(1)).map(largest).collect()
}

/// Returns the place of the largest number, the first of equals. Places that are not `allowed`
/// do not count.
pub(crate) fn best(scores: &[f32], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    let mut found: Option<(usize, f32)> = None;
    for (place, score) in scores.iter().enumerate() {
        if found.is_none_or(|(_, highest)| *score > highest) && allowed(place) {
            found = Some((place, *score));
        }
    }
    found.map(|(place, _)| place)
}
