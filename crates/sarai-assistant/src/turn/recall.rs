//! Recall: which earlier turns fit the question?

use sarai_core::conversation::Recalled;
use sarai_core::turn::{Input, Mode};

use super::history::History;
use super::record::Note;
use crate::Parts;

/// Returns the earlier turns that fit, best first. Without memory the turn goes on, degraded.
pub(super) fn turns_that_fit(
    parts: &Parts,
    input: &Input,
    history: &History,
    note: &mut Note,
) -> Recalled {
    let question = match history.question() {
        Some(question) if input.use_memory && input.mode == Mode::Assistant => question,
        _ => return Recalled::default(),
    };
    let limit = parts.limits.recalled_passages_max;
    let excluded = history.conversation.as_ref();
    match parts.memory.recall(&input.person, question.as_str(), excluded, limit) {
        Ok(passages) => Recalled { facts: Vec::new(), passages },
        Err(error) => {
            let lacking = parts.language.pick("no se recordó nada", "nothing was recalled");
            note.degraded(lacking, &error, parts.language);
            Recalled::default()
        }
    }
}
