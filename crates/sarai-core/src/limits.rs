//! Limits of a turn. Everything that grows has one.

/// Hard caps on what enters a prompt and what leaves the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest single message, in bytes. Longer ones are refused, never cut.
    pub message_bytes_max: usize,
    /// All text of one prompt together, in bytes, before the engine counts tokens.
    pub prompt_bytes_max: usize,
    /// What recall may add to a prompt, in bytes.
    pub recalled_bytes_max: usize,
    /// Facts that recall may return.
    pub recalled_facts_max: usize,
    /// Passages that recall may return.
    pub recalled_passages_max: usize,
    /// Messages of history taken into a prompt.
    pub history_messages_max: usize,
    /// Tokens of an answer when the caller names no limit.
    pub answer_tokens_default: u32,
}

impl Limits {
    /// The limits of the `small` profile, for a context of 8,192 tokens.
    pub const SMALL: Limits = Limits {
        message_bytes_max: 256 * 1024,
        prompt_bytes_max: 1024 * 1024,
        recalled_bytes_max: 2_400,
        recalled_facts_max: 8,
        recalled_passages_max: 4,
        history_messages_max: 200,
        answer_tokens_default: 1024,
    };
}
