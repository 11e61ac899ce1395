//! Divides a batch among the generations.

/// Prompt tokens computed in one batch when nobody is waiting for the next word.
const CHUNK_TOKENS: usize = 256;

/// Prompt tokens beside generations that are decoding: their next word waits for this batch.
const CHUNK_TOKENS_BESIDE: usize = 64;

/// What a generation has to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) tokens: usize,
    /// Guesses of what comes next, to be checked in the same batch.
    pub(crate) draft: usize,
    /// Its tokens are of the answer, and the last of them is waited for.
    pub(crate) decodes: bool,
}

/// What the library takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) tokens: usize,
    /// Tokens whose logits are kept.
    pub(crate) outputs: usize,
}

/// What one generation has computed of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Index of the generation.
    pub(crate) generation: usize,
    pub(crate) tokens: usize,
    /// Of its draft, which comes after its tokens.
    pub(crate) draft: usize,
    /// Whether these are all it was waiting for, so that its next token can be chosen.
    pub(crate) completes: bool,
}

impl Share {
    /// Returns how many tokens of the batch are its own.
    pub(crate) fn rows(&self) -> usize {
        self.tokens + self.draft
    }
}

/// Divides a batch: the tokens of each generation that decodes, then their drafts, and a chunk of one
/// prompt. `turn` rotates who comes first.
pub(crate) fn divide(pending: &[Pending], room: Room, turn: usize) -> Vec<Share> {
    let order = |index: usize| (index + turn) % pending.len().max(1);
    let mut shares = Vec::new();
    let mut left = room;
    for generation in (0..pending.len()).map(order).filter(|index| pending[*index].decodes) {
        if left.tokens > 0 && left.outputs > 0 {
            let tokens = pending[generation].tokens.min(left.tokens);
            let completes = tokens == pending[generation].tokens;
            shares.push(Share { generation, tokens, draft: 0, completes });
            left = Room { tokens: left.tokens - tokens, outputs: left.outputs - 1 };
        }
    }
    for share in shares.iter_mut().filter(|share| share.completes) {
        share.draft = pending[share.generation].draft.min(left.tokens).min(left.outputs);
        left = Room { tokens: left.tokens - share.draft, outputs: left.outputs - share.draft };
    }
    let chunk = if shares.is_empty() { CHUNK_TOKENS } else { CHUNK_TOKENS_BESIDE };
    let prompt = (0..pending.len()).map(order).find(|index| !pending[*index].decodes);
    if let Some(generation) = prompt.filter(|_| left.tokens > 0 && left.outputs > 0) {
        let tokens = pending[generation].tokens.min(chunk).min(left.tokens);
        let completes = tokens == pending[generation].tokens;
        shares.push(Share { generation, tokens, draft: 0, completes });
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{Pending, Room, Share, divide};

    fn of(tokens: usize, draft: usize, decodes: bool) -> Pending {
        Pending { tokens, draft, decodes }
    }

    #[track_caller]
    fn check(pending: &[usize], tokens: usize, turn: usize, expected: &[(usize, usize, bool)]) {
        let pending: Vec<Pending> =
            pending.iter().map(|tokens| of(*tokens, 0, *tokens == 1)).collect();
        let shares = divide(&pending, Room { tokens, outputs: 64 }, turn);
        assert!(shares.iter().all(|share| share.draft == 0));
        let found: Vec<(usize, usize, bool)> =
            shares.iter().map(|one| (one.generation, one.tokens, one.completes)).collect();
        assert_eq!(found, expected);
    }

    /// Drafts of generations that decode, and what of each is checked.
    #[track_caller]
    fn check_drafts(drafts: &[usize], room: Room, expected: &[usize]) {
        let pending: Vec<Pending> = drafts.iter().map(|draft| of(1, *draft, true)).collect();
        let shares = divide(&pending, room, 0);
        let found: Vec<usize> = shares.iter().map(|share| share.draft).collect();
        assert_eq!(found, expected);
        assert!(shares.iter().map(Share::rows).sum::<usize>() <= room.tokens.min(room.outputs));
    }

    #[test]
    fn drafts_take_what_room_the_words_of_all_leave() {
        check_drafts(&[7, 0], Room { tokens: 512, outputs: 64 }, &[7, 0]);
        check_drafts(&[15, 15], Room { tokens: 512, outputs: 20 }, &[15, 3]);
        check_drafts(&[15, 1], Room { tokens: 4, outputs: 64 }, &[2, 0]);
        check_drafts(&[3, 3], Room { tokens: 2, outputs: 2 }, &[0, 0]);
        check_drafts(&[3, 3, 3], Room { tokens: 9, outputs: 2 }, &[0, 0]);
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
    fn an_answer_that_ran_ahead_goes_on_at_once() {
        let shares = |tokens| {
            let pending = [of(500, 0, false), of(6, 0, true), of(1, 2, true)];
            let found = divide(&pending, Room { tokens, outputs: 64 }, 0);
            found.iter().map(|one| (one.generation, one.rows(), one.completes)).collect::<Vec<_>>()
        };
        assert_eq!(shares(512), [(1, 6, true), (2, 3, true), (0, 64, false)]);
        assert_eq!(shares(4), [(1, 4, false)]);
        assert_eq!(shares(7), [(1, 6, true), (2, 1, true)]);
    }

    #[test]
    fn prompts_take_turns() {
        check(&[500, 500], 512, 0, &[(0, 256, false)]);
        check(&[500, 500], 512, 1, &[(1, 256, false)]);
        check(&[], 512, 3, &[]);
    }
}
