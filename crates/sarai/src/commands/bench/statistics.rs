//! Medians and how sure they are.

/// Returns the mean; 0 of nothing.
pub(super) fn mean(samples: &[f64]) -> f64 {
    let count = u32::try_from(samples.len()).unwrap_or(u32::MAX).max(1);
    samples.iter().sum::<f64>() / f64::from(count)
}

/// Returns the median; 0 of nothing.
pub(super) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => sorted[length / 2],
        length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
    }
}

/// Returns the smallest sample that at least this part of all does not exceed (nearest rank); 0 of
/// nothing.
pub(super) fn quantile(samples: &[f64], part: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let below = |rank: usize| {
        let count = u32::try_from(rank + 1).unwrap_or(u32::MAX);
        let all = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
        f64::from(count) >= part * f64::from(all)
    };
    let rank = (0..sorted.len()).find(|rank| below(*rank));
    rank.map_or(0.0, |rank| sorted[rank])
}

/// Returns the 95 % interval of the median by the percentile bootstrap (Efron 1979): 2,000
/// resamples drawn with a fixed seed, so that the same samples give the same interval.
pub(super) fn median_interval(samples: &[f64]) -> (f64, f64) {
    const RESAMPLES: usize = 2000;
    if samples.is_empty() {
        return (0.0, 0.0);
    }
    let mut state = 0x5eed_u64;
    let mut medians = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let resample = samples.iter().map(|_| samples[draw(&mut state, samples.len())]);
        medians.push(median(&resample.collect::<Vec<_>>()));
    }
    medians.sort_by(f64::total_cmp);
    (medians[RESAMPLES * 25 / 1000], medians[RESAMPLES * 975 / 1000])
}

/// Draws an index below `bound` (xorshift64).
fn draw(state: &mut u64, bound: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % bound as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{mean, median, median_interval, quantile};

    #[test]
    #[expect(clippy::float_cmp, reason = "the values are exact")]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
        assert_eq!((mean(&[1.0, 2.0, 6.0]), mean(&[])), (3.0, 0.0));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the values are exact")]
    fn a_quantile_is_one_of_the_samples() {
        let samples = (1..=100).rev().map(f64::from).collect::<Vec<_>>();
        assert_eq!(quantile(&samples, 0.95), 95.0);
        assert_eq!(quantile(&samples, 0.0), 1.0);
        assert_eq!(quantile(&samples, 1.0), 100.0);
        assert_eq!(quantile(&[7.0], 0.99), 7.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn the_interval_holds_the_median_and_narrows_with_agreement() {
        let wide = (0..20).map(f64::from).collect::<Vec<_>>();
        let (low, high) = median_interval(&wide);
        assert!(low < median(&wide) && median(&wide) < high);
        let (low, high) = median_interval(&[1.0; 20]);
        assert!((high - low).abs() < f64::EPSILON);
    }
}
