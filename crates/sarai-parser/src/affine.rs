//! The multiplication of many rows with one matrix: nearly all of the time of a parse.
//!
//! The loops are compiled for each kind of processor. The order of the sums is the same on all of
//! them, so that every machine reads a text alike.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

/// Outputs that are computed side by side, so that they fill vector registers.
const LANES: usize = 16;
/// Rows that share one pass over the weights.
const ROWS: usize = 4;

/// A matrix with its bias, laid out for [`Affine::apply`].
#[derive(Debug)]
pub(crate) struct Affine {
    inputs: usize,
    outputs: usize,
    /// For each [`LANES`] outputs, for each input, their weights; the last ones end in zeros.
    panels: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
}

impl Affine {
    /// `weights` has a row of `inputs` numbers for each output, `bias` a number for each output.
    pub(crate) fn new(weights: &[f32], bias: &[f32], inputs: usize) -> Affine {
        let outputs = bias.len();
        let blocks = outputs.div_ceil(LANES);
        let mut panels = vec![[0.0; LANES]; blocks * inputs];
        let mut padded = vec![[0.0; LANES]; blocks];
        for (output, row) in weights.chunks_exact(inputs.max(1)).take(outputs).enumerate() {
            let (block, lane) = (output / LANES, output % LANES);
            for (panel, weight) in panels[block * inputs..].iter_mut().zip(row) {
                panel[lane] = *weight;
            }
            padded[block][lane] = bias[output];
        }
        Affine { inputs, outputs, panels, bias: padded }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Returns the outputs of `rows` rows, one after another. Row `n` begins at `n * stride`, so
    /// that rows may overlap.
    pub(crate) fn apply(&self, input: &[f32], stride: usize, rows: usize) -> Vec<f32> {
        let mut output = vec![0.0; rows * self.outputs];
        dispatch!(Level::new(), simd => self.fill(simd, input, stride, rows, &mut output));
        output
    }

    #[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
    #[inline(always)]
    fn fill<S: Simd>(
        &self,
        simd: S,
        input: &[f32],
        stride: usize,
        rows: usize,
        output: &mut [f32],
    ) {
        let row = |index: usize| &input[index * stride..][..self.inputs];
        let mut first = 0;
        while first + ROWS <= rows {
            let rows: [&[f32]; ROWS] = std::array::from_fn(|n| row(first + n));
            let [one, two, three, four] = rows;
            self.blocks(output, first, |panel, bias| {
                let mut sums = [f32x16::from_slice(simd, bias); ROWS];
                for ((((weights, a), b), c), d) in
                    panel.iter().zip(one).zip(two).zip(three).zip(four)
                {
                    let weights = f32x16::from_slice(simd, weights);
                    sums[0] += weights * f32x16::splat(simd, *a);
                    sums[1] += weights * f32x16::splat(simd, *b);
                    sums[2] += weights * f32x16::splat(simd, *c);
                    sums[3] += weights * f32x16::splat(simd, *d);
                }
                sums.map(Into::into)
            });
            first += ROWS;
        }
        for last in first..rows {
            let row = row(last);
            self.blocks(output, last, |panel, bias| {
                let mut sum = f32x16::from_slice(simd, bias);
                for (weights, a) in panel.iter().zip(row) {
                    sum += f32x16::from_slice(simd, weights) * f32x16::splat(simd, *a);
                }
                [sum.into()]
            });
        }
    }

    /// Puts the sums of each block of outputs for some rows where they belong.
    #[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
    #[inline(always)]
    fn blocks<const N: usize>(
        &self,
        output: &mut [f32],
        first: usize,
        sums: impl Fn(&[[f32; LANES]], &[f32; LANES]) -> [[f32; LANES]; N],
    ) {
        let panels = self.panels.chunks_exact(self.inputs.max(1));
        for (block, (panel, bias)) in panels.zip(&self.bias).enumerate() {
            let start = block * LANES;
            let width = LANES.min(self.outputs - start);
            for (n, sum) in sums(panel, bias).iter().enumerate() {
                let place = (first + n) * self.outputs + start;
                output[place..place + width].copy_from_slice(&sum[..width]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Affine;

    #[test]
    fn outputs_are_sums_of_inputs_and_bias() {
        for (inputs, outputs, rows) in [(1, 1, 1), (3, 16, 4), (5, 17, 9), (2, 40, 6)] {
            let numbers: Vec<f32> = (0_u8..200).map(|n| f32::from(n % 7) - 3.0).collect();
            let (weights, bias) = (&numbers[..inputs * outputs], &numbers[3..3 + outputs]);
            let affine = Affine::new(weights, bias, inputs);
            // Rows overlap: each begins one number after the one before.
            let found = affine.apply(&numbers, 1, rows);
            let expected = (0..rows).flat_map(|row| {
                let row = &numbers[row..row + inputs];
                weights.chunks_exact(inputs).zip(bias).map(move |(weights, bias)| {
                    bias + weights.iter().zip(row).map(|(a, b)| a * b).sum::<f32>()
                })
            });
            assert_eq!(found, expected.collect::<Vec<f32>>(), "{inputs} to {outputs}");
            assert_eq!(affine.outputs(), outputs);
        }
    }
}
