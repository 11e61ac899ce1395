//! What a batch costs by its size, measured on this machine.

use sarai_engine_protocol::BATCH_SIZES;

/// Sizes of the batches that are measured.
pub(crate) const SIZES: [usize; BATCH_SIZES.len()] = [1, 2, 4, 8, 16];

/// Without a measurement each further token is taken to cost nearly as much as the first: on a few
/// cores that is so.
const FURTHER_TOKEN: f64 = 0.85;

/// How much dearer than one token a batch is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Costs {
    /// For each of [`SIZES`], in units of the first.
    ratios: [f64; SIZES.len()],
}

impl Default for Costs {
    fn default() -> Costs {
        Costs { ratios: SIZES.map(|size| 1.0 + FURTHER_TOKEN * number(size - 1)) }
    }
}

impl Costs {
    /// Milliseconds measured for each of [`SIZES`]; what is no positive number is not believed.
    pub(crate) fn measured(ms: [f64; SIZES.len()]) -> Costs {
        let first = ms[0];
        let sound = ms.iter().all(|ms| ms.is_finite() && *ms > 0.0);
        if !sound {
            return Costs::default();
        }
        // A larger batch is never cheaper than a smaller one; what says so is noise.
        let mut least: f64 = 1.0;
        let ratios = ms.map(|ms| {
            least = least.max(ms / first);
            least
        });
        Costs { ratios }
    }

    /// Returns the cost of a batch of `size` tokens in units of one token's: linear between what was
    /// measured, in proportion beyond.
    pub(crate) fn ratio(&self, size: usize) -> f64 {
        let last = SIZES.len() - 1;
        let Some(above) = SIZES.iter().position(|measured| *measured >= size) else {
            return self.ratios[last] * number(size) / number(SIZES[last]);
        };
        let Some(below) = above.checked_sub(1) else { return self.ratios[above] };
        let (low, high) = (number(SIZES[below]), number(SIZES[above]));
        let part = (number(size) - low) / (high - low);
        self.ratios[below] + part * (self.ratios[above] - self.ratios[below])
    }
}

/// Counts of tokens, exact as far as they go.
#[expect(clippy::cast_precision_loss, reason = "counts of tokens are far below 2^52")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::Costs;

    #[track_caller]
    fn check(costs: &Costs, size: usize, expected: f64) {
        let found = costs.ratio(size);
        assert!((found - expected).abs() < 1e-9, "{size}: {found}, not {expected}");
    }

    #[test]
    fn between_what_was_measured_it_is_linear_and_beyond_in_proportion() {
        let costs = Costs::measured([50.0, 80.0, 150.0, 300.0, 400.0]);
        for (size, expected) in
            [(1, 1.0), (2, 1.6), (3, 2.3), (4, 3.0), (6, 4.5), (8, 6.0), (12, 7.0), (32, 16.0)]
        {
            check(&costs, size, expected);
        }
    }

    #[test]
    fn noise_makes_no_batch_cheaper_than_a_smaller_one() {
        let costs = Costs::measured([50.0, 40.0, 150.0, 140.0, 400.0]);
        for (size, expected) in [(2, 1.0), (4, 3.0), (8, 3.0), (16, 8.0)] {
            check(&costs, size, expected);
        }
        assert_eq!(Costs::measured([0.0, 1.0, 1.0, 1.0, 1.0]), Costs::default());
        assert_eq!(Costs::measured([1.0, f64::NAN, 1.0, 1.0, 1.0]), Costs::default());
    }
}
