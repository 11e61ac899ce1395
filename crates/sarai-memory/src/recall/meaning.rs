//! What is alike in meaning to a question, far more than most of what was said.

use std::collections::HashMap;

/// Among fewer, nothing stands out.
const VECTORS_MIN: usize = 20;

/// Deviations above the average from which likeness counts at all.
pub(super) const NOTED_MIN: f64 = 2.5;

/// Utterances that likeness alone proposes.
const NOTED_MAX: usize = 50;

/// Returns the utterances that stand out, each with how many deviations above the average it is.
/// What counts as alike differs from question to question, so no fixed likeness would do.
pub(super) fn outstanding(likeness: &[(i64, f32)]) -> HashMap<i64, f64> {
    if likeness.len() < VECTORS_MIN {
        return HashMap::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of utterances are far below 2^52")]
    let count = likeness.len() as f64;
    let mean = likeness.iter().map(|(_, one)| f64::from(*one)).sum::<f64>() / count;
    let squares = likeness.iter().map(|(_, one)| (f64::from(*one) - mean).powi(2));
    let deviation = (squares.sum::<f64>() / count).sqrt();
    if deviation <= 0.0 {
        return HashMap::new();
    }
    let mut noted: Vec<(i64, f64)> = likeness
        .iter()
        .map(|(utterance, one)| (*utterance, (f64::from(*one) - mean) / deviation))
        .filter(|(_, outstanding)| *outstanding >= NOTED_MIN)
        .collect();
    noted.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
    noted.truncate(NOTED_MAX);
    noted.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::outstanding;

    #[test]
    fn only_what_is_far_above_the_average_stands_out() {
        let mut likeness: Vec<(i64, f32)> = (0..40).map(|id| (id, 0.8)).collect();
        assert!(outstanding(&likeness).is_empty());
        likeness[7].1 = 0.9;
        assert_eq!(outstanding(&likeness).keys().collect::<Vec<_>>(), [&7]);
        assert!(outstanding(&likeness[5..10]).is_empty());
    }
}
