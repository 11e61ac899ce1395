//! What is said beside a verb and is no object of it: since when, and how somebody works.

use crate::english::lexicon::Tag;
use crate::english::phrases::Phrases;

impl Phrases<'_> {
    /// `these days`, `from now on`: it was otherwise before.
    pub(super) fn since_when_new(&self, at: usize) -> Option<usize> {
        const SINCE: &[&[&str]] = &[
            &["these", "days"],
            &["from", "now", "on"],
            &["as", "of", "now"],
            &["as", "of", "today"],
            &["right", "now"],
            &["at", "the", "moment"],
            &["nowadays"],
            &["lately"],
        ];
        let found = SINCE.iter().find(|words| {
            words.iter().enumerate().all(|(offset, word)| self.is(at + offset, &[word]))
        })?;
        Some(at + found.len())
    }

    /// `part time`, `nights`: how somebody works, before where they do.
    pub(super) fn hours(&self, at: usize) -> Option<usize> {
        let apart = self.is(at, &["part", "full"]) && self.is(at + 1, &["time"]);
        let one = self.is(
            at,
            &[
                "part-time",
                "full-time",
                "nights",
                "days",
                "shifts",
                "evenings",
                "weekends",
                "remotely",
                "freelance",
            ],
        );
        let end = match (apart, one) {
            (true, _) => at + 2,
            (_, true) => at + 1,
            _ => return None,
        };
        self.has_tag(end, &[Tag::Preposition, Tag::To]).then_some(end)
    }
}
