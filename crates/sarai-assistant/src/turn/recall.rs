//! Recall: which earlier turns fit the question?

use sarai_core::conversation::Recalled;
use sarai_core::fact::Fact;
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
    let limit = parts.limits.recalled_facts_max;
    let excluded = history.conversation.as_ref();
    let now = parts.clock.now();
    // What stands in the messages before the question is not told twice.
    let news = |fact: &Fact| fact.evidence.as_ref().is_none_or(|told| !history.says(&told.text));
    match parts.memory.ask(&input.person, question.as_str(), now, limit, excluded) {
        Ok(asked) => Recalled {
            facts: asked.answers.into_iter().map(|answer| answer.fact).filter(news).collect(),
            passages: asked.passages,
        },
        Err(error) => {
            let lacking = parts.language.pick("no se recordó nada", "nothing was recalled");
            note.degraded(lacking, &error, parts.language);
            Recalled::default()
        }
    }
}
