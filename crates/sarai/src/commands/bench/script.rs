//! What a person of a household says in an evening: ten turns, in Spanish.

use serde::Deserialize;

use crate::trouble::{Exit, Outcome, Trouble};

const SCRIPT: &str = include_str!("../../../bench/conversation.json");

#[derive(Deserialize)]
pub(super) struct Script {
    /// What the person says.
    pub(super) turns: Vec<String>,
    /// What was answered to all but the last, for those who compare engines: each then reads the
    /// same history.
    pub(super) answers: Vec<String>,
}

/// Returns the script.
pub(super) fn read() -> Outcome<Script> {
    serde_json::from_str(SCRIPT).map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn ten_turns_have_an_answer_each_but_the_last() {
        let script = read().unwrap();
        assert_eq!((script.turns.len(), script.answers.len()), (10, 9));
    }
}
