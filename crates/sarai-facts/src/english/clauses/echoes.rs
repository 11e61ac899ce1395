//! Clauses that say no verb of their own: `but I don't`, `neither has my husband`, `so do we`.

use std::ops::Range;

use super::{Clause, Clauses};
use crate::english::lexicon::Tag;
use crate::english::phrases::{Nominal, Phrases, Place};

/// Verbs that stand for the one before.
const HELPERS: &[Tag] = &[Tag::Do, Tag::Modal, Tag::Have, Tag::Be];

impl Phrases<'_> {
    /// Reads a clause that echoes the verb of the clause before and returns where it ends.
    pub(super) fn echo(
        &self,
        from: usize,
        range: &Range<usize>,
        all: &mut Clauses,
    ) -> Option<usize> {
        let model = all.found.iter().rev().find(|clause| !clause.is_relative)?.clone();
        let mut at = from;
        while at < range.end && self.joins(at) {
            at += 1;
        }
        let (subjects, is_negated, end) = self.inverted(at).or_else(|| self.direct_echo(at))?;
        if end > range.end || !self.closes(end, range) {
            return None;
        }
        let mut verb = model.verb.clone();
        verb.is_negated = is_negated;
        verb.no_longer = false;
        all.found.push(Clause { subjects, verb, marker: None, words: from..end, ..model });
        Some(end)
    }

    fn joins(&self, at: usize) -> bool {
        self.is(at, &[","])
            || self.has_tag(at, &[Tag::And]) && !self.is(at, &["nor"])
            || self.is(at, &["though", "although", "while", "whereas", "because"])
    }

    /// `neither has my husband`, `so do I`.
    fn inverted(&self, at: usize) -> Option<(Vec<Nominal>, bool, usize)> {
        let is_negated = self.is(at, &["neither", "nor"]);
        if !is_negated && !self.is(at, &["so"]) || !self.has_tag(at + 1, HELPERS) {
            return None;
        }
        let subject = self.nominal(at + 2, Place::Subject)?;
        let end = subject.words.end;
        Some((vec![subject], is_negated, end))
    }

    /// `I don't`, `my mum does`, `Ben can't either`.
    fn direct_echo(&self, at: usize) -> Option<(Vec<Nominal>, bool, usize)> {
        let (subjects, mut end) = self.nominal_list(at, Place::Subject)?;
        if !self.has_tag(end, HELPERS) {
            return None;
        }
        end += 1;
        let is_negated = self.has_tag(end, &[Tag::Not]);
        end += usize::from(is_negated);
        while self.is(end, &["either", "too", "though", "anymore", "yet"]) {
            end += 1;
        }
        if self.is(end, &["at"]) && self.is(end + 1, &["all"]) {
            end += 2;
        }
        Some((subjects, is_negated, end))
    }

    fn closes(&self, at: usize, range: &Range<usize>) -> bool {
        at >= range.end || self.is_end(at) || self.has_tag(at, &[Tag::And, Tag::Subordinator])
    }
}
