//! Small arithmetic of the network.

/// Weights of one block of the file: they share a scale.
pub(crate) const BLOCK: usize = 32;

/// Bytes of one block: a scale of half precision, and 32 numbers of 4 bits.
pub(crate) const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// Returns a number of half precision.
pub(crate) fn half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let exponent = u32::from(bits >> 10) & 0x1f;
    let fraction = u32::from(bits & 0x3ff);
    match exponent {
        // Below the smallest normal number: a multiple of 2^-24.
        0 => {
            let size = f32::from(bits & 0x3ff) / 16_777_216.0;
            if sign == 0 { size } else { -size }
        }
        31 => f32::from_bits(sign | 0x7f80_0000 | (fraction << 13)),
        _ => f32::from_bits(sign | ((exponent + 112) << 23) | (fraction << 13)),
    }
}

/// Unpacks blocks of 4 bits: byte `i` holds number `i` below and number `i + 16` above, each
/// shifted by eight. `packed` and `numbers` must be of the same number of blocks.
pub(crate) fn unpack(packed: &[u8], numbers: &mut [f32]) {
    for (block, numbers) in packed.chunks_exact(BLOCK_BYTES).zip(numbers.chunks_exact_mut(BLOCK)) {
        let (scale, nibbles) = block.split_at(2);
        let scale = half(u16::from_le_bytes([scale[0], scale[1]]));
        let (low, high) = numbers.split_at_mut(BLOCK / 2);
        for ((byte, low), high) in nibbles.iter().zip(low).zip(high) {
            *low = (f32::from(byte & 15) - 8.0) * scale;
            *high = (f32::from(byte >> 4) - 8.0) * scale;
        }
    }
}

/// Sums that are made side by side, so that several products are reckoned at once.
const LANES: usize = 16;

/// Returns the scalar product.
#[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
#[inline(always)]
pub(crate) fn product(one: &[f32], other: &[f32]) -> f32 {
    let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
    let rest = ones.remainder().iter().zip(others.remainder());
    let mut sum: f32 = rest.map(|(one, other)| one * other).sum();
    let mut lanes = [0.0; LANES];
    for (one, other) in ones.zip(others) {
        for ((lane, one), other) in lanes.iter_mut().zip(one).zip(other) {
            *lane += one * other;
        }
    }
    sum += lanes.iter().sum::<f32>();
    sum
}

/// Brings a row to mean zero and variance one, then scales and shifts it.
#[expect(clippy::cast_precision_loss, reason = "a row has some hundred numbers")]
pub(crate) fn normalize(row: &mut [f32], weights: &[f32], shifts: &[f32], epsilon: f32) {
    let count = row.len() as f32;
    let mean = row.iter().sum::<f32>() / count;
    for number in row.iter_mut() {
        *number -= mean;
    }
    let variance = product(row, row) / count;
    let scale = 1.0 / (variance + epsilon).sqrt();
    for ((number, weight), shift) in row.iter_mut().zip(weights).zip(shifts) {
        *number = *number * scale * weight + shift;
    }
}

/// The activation of the network: each number times the normal distribution up to it.
#[expect(clippy::inline_always, reason = "compiled for the instructions of its caller")]
#[inline(always)]
pub(crate) fn gelu(numbers: &mut [f32]) {
    for x in numbers {
        *x *= 0.5 * (1.0 + error_function(*x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// Abramowitz and Stegun 7.1.28, off by 3e-7 at most. Without a branch or a call, so that many are
/// reckoned at once.
#[inline(always)]
fn error_function(x: f32) -> f32 {
    const TERMS: [f32; 6] = [
        0.070_523_08,
        0.042_282_01,
        0.009_270_527,
        0.000_152_014_3,
        0.000_276_567_2,
        0.000_043_063_8,
    ];
    // Beyond, the sixteenth power overflows, and one is exact enough.
    let size = x.abs().min(8.0);
    let sum = TERMS.iter().rev().fold(0.0, |sum, term| (sum + term) * size) + 1.0;
    let squared = sum * sum;
    let fourth = squared * squared;
    let eighth = fourth * fourth;
    (1.0 - 1.0 / (eighth * eighth)).copysign(x)
}

/// Makes parts of a whole of scores: each the larger, the higher its score.
pub(crate) fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::{error_function, gelu, half, normalize, softmax, unpack};

    #[track_caller]
    fn check(found: f32, expected: f32, within: f32) {
        assert!((found - expected).abs() <= within, "{found} is not {expected}");
    }

    #[test]
    fn half_precision_is_read_exactly() {
        check(half(0x3c00), 1.0, 0.0);
        check(half(0xc500), -5.0, 0.0);
        check(half(0x3555), 0.333_251_95, 0.0);
        check(half(0x0001), 5.960_464_5e-8, 0.0);
        check(half(0x8001), -5.960_464_5e-8, 0.0);
        check(half(0x7bff), 65_504.0, 0.0);
        assert!(half(0x7c00).is_infinite());
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn four_bits_stand_for_minus_eight_to_seven() {
        let mut packed = [0u8; 18];
        packed[1] = 0x40; // 2.0
        packed[2] = 0xf0;
        let mut numbers = [0.0; 32];
        unpack(&packed, &mut numbers);
        check(numbers[0], -16.0, 0.0);
        check(numbers[16], 14.0, 0.0);
        check(numbers[17], -16.0, 0.0);
    }

    #[test]
    fn the_error_function_is_as_in_the_tables() {
        for (x, expected) in [
            (0.0, 0.0),
            (0.1, 0.112_462_92),
            (0.5, 0.520_499_9),
            (1.0, 0.842_700_8),
            (2.0, 0.995_322_3),
            (30.0, 1.0),
        ] {
            check(error_function(x), expected, 1e-6);
            check(error_function(-x), -expected, 1e-6);
        }
        let mut numbers = [1.0, -20.0, 20.0];
        gelu(&mut numbers);
        for (found, expected) in numbers.iter().zip([0.841_344_7, 0.0, 20.0]) {
            check(*found, expected, 1e-6);
        }
    }

    #[test]
    fn rows_are_brought_to_mean_zero_and_variance_one() {
        let mut row = [1.0, 2.0, 3.0, 4.0];
        normalize(&mut row, &[1.0, 1.0, 2.0, 1.0], &[0.0, 0.0, 0.0, 5.0], 0.0);
        for (found, expected) in row.iter().zip([-1.341_64, -0.447_21, 0.894_43, 6.341_64]) {
            check(*found, expected, 1e-4);
        }
        let mut scores = [1.0, 1.0, f32::NEG_INFINITY];
        softmax(&mut scores);
        for (found, expected) in scores.iter().zip([0.5, 0.5, 0.0]) {
            check(*found, expected, 0.0);
        }
    }
}
