//! After `be`: what somebody or something is or is like.

use std::ops::Range;

use super::{Clause, Complement, What};
use crate::claim::Kind;
use crate::english::lexicon::{self, Tag};
use crate::english::phrases::{Nominal, Phrases, Place};

impl Phrases<'_> {
    /// After `be`: what somebody is or is like.
    pub(super) fn predicate(
        &self,
        at: usize,
        range: &Range<usize>,
        clause: &mut Clause,
    ) -> Option<usize> {
        let (list, end) = self.nominal_list(at, Place::Object)?;
        if end > range.end {
            return None;
        }
        let last = list.last()?;
        let head = self.words[last.words.clone()]
            .last()
            .map(|word| word.lower.clone())
            .unwrap_or_default();
        let state = last.is_bare()
            && (lexicon::is_adjective(&head)
                || head.ends_with("ed")
                || head.ends_with("ful")
                || head.ends_with("ant")
                || head.ends_with("ent") && head.len() > 7);
        let apart = head == "married" && self.is(end, &["in", "at", "on"]);
        if state
            && !apart
            && self.has_tag(end, &[Tag::Preposition, Tag::To])
            && self.timed(end).is_none()
            && !self.is_infinitive(end + 1)
        {
            return self.state_of(&list, end, range, clause);
        }
        if state && self.is(end, &["to"]) {
            let stop = self.phrase_end(end + 1, range);
            clause.complements.push(self.phrase_of(at..stop, None));
            return Some(stop);
        }
        clause.complements.push(Complement { preposition: None, what: What::Nominals(list) });
        Some(end)
    }

    /// `allergic to peanuts and kiwi`: allergic to each.
    fn state_of(
        &self,
        list: &[Nominal],
        end: usize,
        range: &Range<usize>,
        clause: &mut Clause,
    ) -> Option<usize> {
        let last = list.last()?;
        let preposition = self.words[end].text.clone();
        let (mut inner, stop) = match self.nominal_list(end + 1, Place::Object) {
            Some(found) if found.1 <= range.end => found,
            _ => {
                clause
                    .complements
                    .push(Complement { preposition: None, what: What::Nominals(list.to_vec()) });
                return Some(end);
            }
        };
        // `based in Berlin`: where somebody is.
        if list.len() == 1 && ["based", "located", "situated"].contains(&last.name.as_str()) {
            let lead = if last.name == "based" { "based_" } else { "" };
            let preposition = Some(format!("{lead}{preposition}"));
            clause.complements.push(Complement { preposition, what: What::Nominals(inner) });
            return Some(stop);
        }
        let mut items: Vec<Nominal> = list[..list.len() - 1].to_vec();
        for part in &mut inner {
            let shown = match part.pronoun.as_deref() {
                Some(pronoun) => pronoun.to_owned(),
                None => part.name.clone(),
            };
            part.name = format!("{} {preposition} {shown}", last.name);
            part.owner = None;
            part.pronoun = None;
            part.also.clear();
            part.kind = Kind::Thing;
            part.words.start = last.words.start.min(part.words.start);
        }
        items.extend(inner);
        clause.complements.push(Complement { preposition: None, what: What::Nominals(items) });
        Some(stop)
    }
}
