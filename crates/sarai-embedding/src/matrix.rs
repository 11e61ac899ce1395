//! Products of matrices, in whole numbers.
//!
//! Weights of 4 bits, and the activations they meet, are brought to 16 bits: two products of such
//! are added in one instruction of every processor since 2001, with 16 products at a time where
//! there is AVX2. Both are rounded far finer than 4 bits.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch};

use crate::numbers::{BLOCK, BLOCK_BYTES, unpack};

/// Numbers of a row that are summed up before they are scaled.
const PART: usize = 384;

/// The largest weight and the largest activation. A sum of [`PART`] products fits 32 bits.
const WEIGHT_MAX: i16 = 2_047;
const ACTIVATION_MAX: i16 = 2_728;
const _: () = assert!(
    PART <= i32::MAX as usize / (WEIGHT_MAX as usize * ACTIVATION_MAX as usize),
    "the sum of a part overflows"
);

/// Rows of weights and of activations that meet at once: what is read of one serves for all.
const TOGETHER: usize = 4;
const TOKENS: usize = 2;

/// Weights of a layer, a row for each number that comes out.
pub(crate) struct Matrix {
    inputs: usize,
    weights: Vec<i16>,
    /// One for each row.
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Matrix {
    /// Reads rows of `inputs` packed weights, as many as `bias` has numbers.
    pub(crate) fn new(packed: &[u8], inputs: usize, bias: Vec<f32>) -> Matrix {
        let mut weights = Vec::with_capacity(inputs * bias.len());
        let mut scales = Vec::with_capacity(bias.len());
        let mut row = vec![0.0; inputs];
        for packed in packed.chunks_exact(inputs / BLOCK * BLOCK_BYTES) {
            unpack(packed, &mut row);
            scales.push(round(&row, WEIGHT_MAX, &mut weights));
        }
        Matrix { inputs, weights, scales, bias }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Returns a row of outputs for each row of `activations`.
    pub(crate) fn times(&self, activations: &Activations) -> Vec<f32> {
        let mut products = vec![0.0; activations.rows() * self.outputs()];
        let work = Product { matrix: self, activations, products: &mut products };
        dispatch!(Level::new(), simd => work.run(simd));
        products
    }
}

/// One product of matrices.
struct Product<'a> {
    matrix: &'a Matrix,
    activations: &'a Activations,
    products: &'a mut [f32],
}

/// Rows of numbers that meet each other: [`TOKENS`] of activations, [`TOGETHER`] of weights. The
/// last ones are repeated where there are fewer left.
struct Block<'a> {
    activations: [&'a [i16]; TOKENS],
    weights: [&'a [i16]; TOGETHER],
}

type Sums = [[i32; TOGETHER]; TOKENS];

impl Product<'_> {
    #[expect(clippy::inline_always, reason = "compiled anew for the instructions of its caller")]
    #[expect(clippy::cast_precision_loss, reason = "scaled numbers need no 32 bits")]
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Product { matrix, activations, products } = self;
        let (inputs, outputs, parts) = (matrix.inputs, matrix.outputs(), activations.parts);
        let rows = activations.rows();
        for first in (0..outputs).step_by(TOGETHER) {
            for token in (0..rows).step_by(TOKENS) {
                let mut results = [[0.0; TOGETHER]; TOKENS];
                for part in 0..parts {
                    let range = part * PART..inputs.min((part + 1) * PART);
                    let weights = std::array::from_fn(|i| {
                        &matrix.weights[(first + i).min(outputs - 1) * inputs..][range.clone()]
                    });
                    let numbers = std::array::from_fn(|i| {
                        &activations.numbers[(token + i).min(rows - 1) * inputs..][range.clone()]
                    });
                    let sums = sums(simd, &Block { activations: numbers, weights });
                    for (i, (results, sums)) in results.iter_mut().zip(sums).enumerate() {
                        let scale = activations.scales[(token + i).min(rows - 1) * parts + part];
                        for (result, sum) in results.iter_mut().zip(sums) {
                            *result += sum as f32 * scale;
                        }
                    }
                }
                for (token, results) in (token..rows).zip(results) {
                    for (output, result) in (first..outputs).zip(results) {
                        products[token * outputs + output] =
                            result * matrix.scales[output] + matrix.bias[output];
                    }
                }
            }
        }
    }
}

/// Written out: left to itself the compiler multiplies in 32 bits, and takes three times as long.
#[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
#[inline(always)]
fn sums<S: Simd>(simd: S, block: &Block<'_>) -> Sums {
    let [one, two] = block.activations.map(|row| row.chunks_exact(S::i16s::LEN));
    let [first, second, third, fourth] = block.weights.map(|row| row.chunks_exact(S::i16s::LEN));
    let meeting = one.zip(two).zip(first).zip(second).zip(third).zip(fourth);
    let mut sums = [[S::i32s::splat(simd, 0); TOGETHER]; TOKENS];
    for (((((one, two), first), second), third), fourth) in meeting {
        let weights = [first, second, third, fourth].map(|row| S::i16s::from_slice(simd, row));
        for (sums, numbers) in sums.iter_mut().zip([one, two]) {
            let numbers = S::i16s::from_slice(simd, numbers);
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum += numbers.pairwise_dot_product(weights);
            }
        }
    }
    let mut totals = [[0; TOGETHER]; TOKENS];
    for (totals, sums) in totals.iter_mut().zip(sums) {
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = sum.as_slice().iter().sum();
        }
    }
    totals
}

/// Rows of activations, rounded to whole numbers.
pub(crate) struct Activations {
    numbers: Vec<i16>,
    /// One for each part of each row.
    scales: Vec<f32>,
    parts: usize,
}

impl Activations {
    pub(crate) fn new(rows: &[f32], inputs: usize) -> Activations {
        dispatch!(Level::new(), _simd => rounded(rows, inputs))
    }

    fn rows(&self) -> usize {
        self.scales.len() / self.parts
    }
}

#[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
#[inline(always)]
fn rounded(rows: &[f32], inputs: usize) -> Activations {
    let parts = inputs.div_ceil(PART);
    let mut numbers = Vec::with_capacity(rows.len());
    let mut scales = Vec::with_capacity(rows.len() / inputs * parts);
    for row in rows.chunks_exact(inputs) {
        for part in row.chunks(PART) {
            scales.push(round(part, ACTIVATION_MAX, &mut numbers));
        }
    }
    Activations { numbers, scales, parts }
}

/// Appends `numbers` divided by the scale that makes the largest `max`; returns the scale.
#[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
#[inline(always)]
fn round(numbers: &[f32], max: i16, rounded: &mut Vec<i16>) -> f32 {
    let largest = numbers.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let scale = largest / f32::from(max);
    let factor = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "no number is above `max`")]
    rounded
        .extend(numbers.iter().map(|number| (number * factor + 0.5_f32.copysign(*number)) as i16));
    scale
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::{Activations, Matrix, Product};

    /// Weights as packed, each its place in the row and the row's number.
    fn packed(inputs: usize, outputs: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for output in 0..outputs {
            for block in 0..inputs / 32 {
                bytes.extend([0x00, 0x38]); // 0.5
                bytes.extend((0..16).map(|i| {
                    let low = (output + block + i) % 16;
                    let high = (output * 3 + i) % 16;
                    u8::try_from(low | (high << 4)).unwrap()
                }));
            }
        }
        bytes
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    #[track_caller]
    fn check(inputs: usize, outputs: usize, rows: usize) {
        let packed = packed(inputs, outputs);
        let bias: Vec<f32> = (0..outputs).map(|output| output as f32).collect();
        let activations: Vec<f32> =
            (0..rows * inputs).map(|i| ((i * 7_919) % 201) as f32 / 50.0 - 2.0).collect();
        let matrix = Matrix::new(&packed, inputs, bias.clone());
        let rounded = Activations::new(&activations, inputs);
        let products = matrix.times(&rounded);
        let mut plain = vec![0.0; rows * outputs];
        let work = Product { matrix: &matrix, activations: &rounded, products: &mut plain };
        dispatch!(Level::baseline(), simd => work.run(simd));
        assert_eq!(products, plain, "every processor reckons the same");
        for (row, products) in activations.chunks(inputs).zip(products.chunks(outputs)) {
            for (output, product) in products.iter().enumerate() {
                let packed = &packed[output * inputs / 32 * 18..][..inputs / 32 * 18];
                let mut weights = vec![0.0; inputs];
                crate::numbers::unpack(packed, &mut weights);
                let exact: f32 = row.iter().zip(&weights).map(|(a, b)| a * b).sum();
                let near = (product - exact - bias[output]).abs() < 0.01 * (inputs as f32).sqrt();
                assert!(near, "{product} is not {exact} + {}", bias[output]);
            }
        }
    }

    #[test]
    fn products_are_those_of_the_unpacked_weights() {
        check(32, 1, 1);
        check(64, 4, 3);
        check(384, 7, 2);
        check(768 + 32, 9, 5);
    }

    #[test]
    fn nothing_times_something_is_the_bias() {
        let matrix = Matrix::new(&packed(32, 2), 32, vec![1.5, -2.5]);
        assert_eq!(matrix.times(&Activations::new(&[0.0; 32], 32)), [1.5, -2.5]);
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let inputs = 384;
        let packed: Vec<u8> =
            (0..inputs / 32).flat_map(|_| [&[0x00, 0x3c][..], &[0; 16]].concat()).collect();
        let matrix = Matrix::new(&packed, inputs, vec![0.0]);
        let products = matrix.times(&Activations::new(&vec![-3.0; inputs], inputs));
        assert!((products[0] - 9_216.0).abs() < 0.1, "{products:?}");
    }
}
