//! Divides a batch among the generations.

/// Prompt tokens computed in one batch when nobody is waiting for the next word.
const CHUNK_TOKENS: usize = 256;

/// Prompt tokens beside generations that are decoding: their next word waits for this batch.
const CHUNK_TOKENS_BESIDE: usize = 64;

/// What one generation has computed of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Index of the generation.
    pub(crate) generation: usize,
    pub(crate) tokens: usize,
    /// Whether these are all it was waiting for, so that its next token can be chosen.
    pub(crate) completes: bool,
}

/// Divides a batch of at most `tokens_max`, given how many tokens each generation has to compute:
/// one for each that decodes, and a chunk of one prompt. `turn` rotates who comes first.
pub(crate) fn divide(pending: &[usize], tokens_max: usize, turn: usize) -> Vec<Share> {
    let order = |index: usize| (index + turn) % pending.len().max(1);
    let mut shares = Vec::new();
    let mut room = tokens_max;
    for generation in (0..pending.len()).map(order).filter(|index| pending[*index] == 1) {
        if room > 0 {
            shares.push(Share { generation, tokens: 1, completes: true });
            room -= 1;
        }
    }
    let chunk = if shares.is_empty() { CHUNK_TOKENS } else { CHUNK_TOKENS_BESIDE };
    let prompt = (0..pending.len()).map(order).find(|index| pending[*index] > 1);
    if let Some(generation) = prompt.filter(|_| room > 0) {
        let tokens = pending[generation].min(chunk).min(room);
        let completes = tokens == pending[generation];
        shares.push(Share { generation, tokens, completes });
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{Share, divide};

    #[track_caller]
    fn check(pending: &[usize], tokens_max: usize, turn: usize, expected: &[(usize, usize, bool)]) {
        let expected: Vec<Share> = expected
            .iter()
            .map(|(generation, tokens, completes)| Share {
                generation: *generation,
                tokens: *tokens,
                completes: *completes,
            })
            .collect();
        assert_eq!(divide(pending, tokens_max, turn), expected);
    }

    #[test]
    fn a_prompt_alone_takes_a_large_chunk_and_beside_others_a_small_one() {
        check(&[1000], 512, 0, &[(0, 256, false)]);
        check(&[1000, 1], 512, 0, &[(1, 1, true), (0, 64, false)]);
        check(&[10, 1, 1], 512, 0, &[(1, 1, true), (2, 1, true), (0, 10, true)]);
    }

    #[test]
    fn a_batch_is_never_larger_than_the_library_takes() {
        check(&[1000, 1, 1], 4, 0, &[(1, 1, true), (2, 1, true), (0, 2, false)]);
        check(&[1, 1, 1], 2, 0, &[(0, 1, true), (1, 1, true)]);
        check(&[1, 1, 1], 2, 1, &[(1, 1, true), (2, 1, true)]);
    }

    #[test]
    fn prompts_take_turns() {
        check(&[500, 500], 512, 0, &[(0, 256, false)]);
        check(&[500, 500], 512, 1, &[(1, 256, false)]);
        check(&[], 512, 3, &[]);
    }
}
