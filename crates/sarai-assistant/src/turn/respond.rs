//! Respond: the closing word, once everything is kept.

use sarai_core::text::Text;
use sarai_core::trace::Stage;
use sarai_core::turn::Answer;

use super::generate::Generated;
use super::record::Record;
use super::store::Stored;

/// Puts the answer together. The words went out while they were generated.
pub(super) fn answer(reply: Generated, stored: Option<Stored>, mut record: Record<'_>) -> Answer {
    record.stage(Stage::Respond, |_| ());
    Answer {
        trace: record.trace(&reply.completion),
        text: Text::model(reply.text),
        tool_calls: reply.tool_calls,
        finish: reply.completion.finish,
        logprobs: reply.logprobs,
        learned: stored.as_ref().map(|stored| stored.learned),
        stored: stored.map(|stored| stored.place),
    }
}
