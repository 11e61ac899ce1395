//! What follows a verb: objects, places, times, what somebody likes to do.

use std::ops::Range;

use super::subjects::take_apposition;
use super::{Clause, Clauses, Complement, What};
use crate::english::lexicon::{self, Inflection, Tag};
use crate::english::phrases::{Nominal, Phrases, Place, joined};

/// Prepositions of several words.
const LONG: &[&[&str]] = &[
    &["on", "top", "of"],
    &["in", "front", "of"],
    &["at", "the", "back", "of"],
    &["at", "the", "bottom", "of"],
    &["at", "the", "top", "of"],
    &["at", "the", "end", "of"],
    &["on", "the", "side", "of"],
    &["next", "to"],
    &["next", "door", "to"],
    &["close", "to"],
    &["out", "of"],
    &["up", "to"],
    &["because", "of"],
    &["due", "to"],
    &["instead", "of"],
    &["down", "to"],
    &["over", "to"],
    &["back", "to"],
    &["as", "well", "as"],
    &["away", "from"],
    &["up", "in"],
    &["down", "in"],
    &["out", "in"],
    &["over", "in"],
    &["off", "of"],
    &["on", "to"],
];

impl Phrases<'_> {
    /// Reads what follows the verb into `clause` and returns where it ends.
    pub(super) fn complements(
        &self,
        from: usize,
        range: &Range<usize>,
        clause: &mut Clause,
        all: &mut Clauses,
    ) -> usize {
        let mut at = from;
        while at < range.end {
            let Some(next) = self.complement(at, range, clause, all) else { break };
            at = next.max(at + 1);
        }
        at.min(range.end)
    }

    fn complement(
        &self,
        at: usize,
        range: &Range<usize>,
        clause: &mut Clause,
        all: &mut Clauses,
    ) -> Option<usize> {
        let word = self.word(at)?;
        if let Some(next) = self.over_or_new(at, clause) {
            return Some(next);
        }
        if let Some(timed) = self.timed(at).filter(|timed| timed.words.end <= range.end) {
            let end = timed.words.end;
            // `Sunday roast` was no time; a pronoun after a length is a clause of its own.
            clause.times.push(timed);
            return Some(end);
        }
        if let Some(next) =
            self.relative(Self::last_nominals(clause).to_vec().as_slice(), at, range, all)
        {
            return Some(next);
        }
        match word.tag {
            Tag::Mark => self.after_mark(at, range, clause, all),
            Tag::Interjection => Some(at + 1),
            Tag::Adverb => self.place_adverb(at, clause),
            Tag::Not => None,
            Tag::To if self.is_infinitive(at + 1) => {
                Some(self.infinitive_phrase(at, range, clause))
            }
            Tag::To | Tag::Preposition => self.prepositional(at, range, clause),
            _ if self.long_preposition(at).is_some() => self.prepositional(at, range, clause),
            Tag::Determiner
                if word.is(&["that"]) && lexicon::is_used("reporting", &clause.verb.base) =>
            {
                None
            }
            Tag::Determiner | Tag::Possessive | Tag::Pronoun | Tag::Number | Tag::Open => {
                self.object(at, range, clause)
            }
            _ if word.is_name => self.object(at, range, clause),
            _ => None,
        }
    }

    /// `anymore`, `any longer`, `now`, `these days`.
    fn over_or_new(&self, at: usize, clause: &mut Clause) -> Option<usize> {
        if self.is(at, &["anymore"]) {
            clause.is_over = true;
            return Some(at + 1);
        }
        if self.is(at, &["any"]) && self.is(at + 1, &["more", "longer"]) {
            clause.is_over = true;
            return Some(at + 2);
        }
        if self.is(at, &["now", "nowadays", "currently", "again", "instead"]) {
            clause.is_new = true;
            return Some(at + 1);
        }
        if self.is(at, &["these"]) && self.is(at + 1, &["days"]) {
            clause.is_new = true;
            return Some(at + 2);
        }
        if self.is(at, &["at"]) && self.is(at + 1, &["all", "least", "most"])
            || self.is(at, &["a"]) && self.is(at + 1, &["lot", "bit"]) && !self.is(at + 2, &["of"])
        {
            return Some(at + 2);
        }
        if self.is(at, &["for", "at"]) && self.is(at + 1, &["now", "present"]) {
            return Some(at + 2);
        }
        None
    }

    /// After a comma only a time, or what somebody is, still belongs to the clause.
    fn after_mark(
        &self,
        at: usize,
        range: &Range<usize>,
        clause: &mut Clause,
        _all: &mut Clauses,
    ) -> Option<usize> {
        if !self.is(at, &[",", "-"]) || at + 1 >= range.end {
            return None;
        }
        if let Some(timed) = self.timed(at + 1)
            && (self.is_end(timed.words.end) || timed.words.end >= range.end)
        {
            let end = timed.words.end;
            clause.times.push(timed);
            return Some(end);
        }
        let other =
            self.nominal(at + 1, Place::Subject).filter(|other| self.is_end(other.words.end))?;
        let end = other.words.end;
        let Some(Complement { what: What::Nominals(list), .. }) = clause.complements.last_mut()
        else {
            return None;
        };
        let last = list.last_mut()?;
        let person = last.is_name() || lexicon::is_person(&last.name) || last.owner.is_some();
        (person && take_apposition(last, other)).then_some(end)
    }

    fn place_adverb(&self, at: usize, clause: &mut Clause) -> Option<usize> {
        let word = &self.words[at];
        if word.is(&["here", "abroad", "upstairs", "online", "everywhere", "somewhere"])
            && clause.complements.is_empty()
        {
            clause.complements.push(Complement {
                preposition: None,
                what: What::Phrase(at..at + 1, word.text.clone()),
            });
        }
        if word.is(&["so"]) && self.begins_clause(at + 1) {
            return None;
        }
        Some(at + 1)
    }

    fn begins_clause(&self, at: usize) -> bool {
        self.is(at, &["i", "he", "she", "we", "they", "it", "you"])
            || self.has_tag(at, &[Tag::Possessive])
    }

    fn is_infinitive(&self, at: usize) -> bool {
        self.is(at, &["be", "have", "do"])
            || self.word(at).is_some_and(|word| {
                !word.is_name && word.form(|form| form.inflection == Inflection::Base).is_some()
            }) && !self.is_noun_after_to(at)
    }

    /// `to work`, `to school`: a noun when nothing follows that a verb would take.
    fn is_noun_after_to(&self, at: usize) -> bool {
        let homograph =
            self.word(at).is_some_and(|word| word.form(|form| !form.is_homograph).is_none());
        homograph
            && (self.is_end(at + 1)
                || self.has_tag(at + 1, &[Tag::And])
                || self.timed(at + 1).is_some())
            && self.is(at, &["work", "school", "court", "church", "town", "bed", "camp", "market"])
    }

    /// `to become a pilot`: what somebody wants, else for what purpose.
    fn infinitive_phrase(&self, at: usize, range: &Range<usize>, clause: &mut Clause) -> usize {
        let end = self.phrase_end(at + 1, range);
        if lexicon::is_used("catenative", &clause.verb.base) && clause.complements.is_empty() {
            clause.complements.push(self.phrase_of(at + 1..end, None));
        }
        end
    }

    /// Returns where a phrase without a subject of its own ends.
    fn phrase_end(&self, at: usize, range: &Range<usize>) -> usize {
        let mut index = at + 1;
        while index < range.end {
            let word = &self.words[index];
            let joins = word.tag == Tag::And
                && !self.begins_clause(index + 1)
                && !self.is_finite_start(index + 1);
            if word.is_mark()
                || word.tag == Tag::And && !joins
                || word.tag == Tag::Subordinator
                || word.tag == Tag::Relative
                || self.is(index, &["i", "he", "she", "we", "they", "anymore"])
                || self.timed(index).is_some()
            {
                break;
            }
            index += 1;
        }
        index
    }

    fn is_finite_start(&self, at: usize) -> bool {
        self.has_tag(at, &[Tag::Be, Tag::Have, Tag::Do, Tag::Modal])
            || self.nominal(at, Place::Subject).is_some_and(|nominal| {
                self.verb_group(nominal.words.end, nominal.is_plural()).is_some()
            })
    }

    fn phrase_of(&self, range: Range<usize>, preposition: Option<String>) -> Complement {
        const LEFT_OUT: &[&str] = &["the", "a", "an", "my", "our"];
        let words: Vec<_> = range
            .clone()
            .map(|at| &self.words[at])
            .filter(|word| !word.is(LEFT_OUT) && word.tag != Tag::Adverb)
            .collect();
        Complement { preposition, what: What::Phrase(range, joined(&words)) }
    }

    pub(super) fn long_preposition(&self, at: usize) -> Option<usize> {
        let found = LONG.iter().find(|parts| {
            parts.iter().enumerate().all(|(offset, part)| self.is(at + offset, &[part]))
        })?;
        Some(found.len())
    }

    fn prepositional(&self, at: usize, range: &Range<usize>, clause: &mut Clause) -> Option<usize> {
        let length = self.long_preposition(at).unwrap_or(1);
        let start = at + length;
        let parts: Vec<&str> = (at..start).map(|index| self.words[index].lower.as_str()).collect();
        let preposition = Some(parts.join("_"));
        if start >= range.end || self.is_end(start) {
            // `the salon I go to`: nothing after it.
            if clause.complements.is_empty()
                && !clause.verb.is_be()
                && clause.verb.particle.is_none()
            {
                clause.verb.particle = preposition;
            }
            return Some(start);
        }
        if self
            .word(start)
            .is_some_and(|word| word.form(|form| form.inflection == Inflection::Gerund).is_some())
            && !self.has_tag(start + 1, &[Tag::Open, Tag::Be])
        {
            let end = self.phrase_end(start, range);
            clause.complements.push(self.phrase_of(start..end, preposition));
            return Some(end);
        }
        if self.is(start, &["home"]) || self.is(start, &["here", "there"]) {
            let text = self.words[start].text.clone();
            clause
                .complements
                .push(Complement { preposition, what: What::Phrase(start..start + 1, text) });
            return Some(start + 1);
        }
        let Some((list, end)) = self.nominal_list(start, Place::Object) else { return Some(start) };
        if end > range.end {
            return None;
        }
        clause.complements.push(Complement { preposition, what: What::Nominals(list) });
        Some(end)
    }

    fn object(&self, at: usize, range: &Range<usize>, clause: &mut Clause) -> Option<usize> {
        let base = clause.verb.base.clone();
        let direct =
            clause.complements.iter().filter(|complement| complement.preposition.is_none()).count();
        if self.is(at, &["i", "he", "she", "we", "they"]) {
            return None;
        }
        let word = &self.words[at];
        let gerund =
            word.form(|form| form.inflection == Inflection::Gerund).is_some() && !word.is_name;
        if gerund && direct == 0 && (lexicon::is_used("catenative", &base) || base == "busy") {
            let end = self.phrase_end(at, range);
            clause.complements.push(self.phrase_of(at..end, None));
            return Some(end);
        }
        if gerund && direct > 0 && !clause.complements.is_empty() {
            // `have a brother living in Rome`: more than this reader follows.
            return Some(self.phrase_end(at, range));
        }
        let limit = if lexicon::is_used("two objects", &base) { 2 } else { 1 };
        if direct >= limit
            || (direct == 1
                && clause.complements.last().is_none_or(|last| last.preposition.is_some()))
        {
            return None;
        }
        if lexicon::is_used("linking", &base) && direct == 0 {
            return self.predicate(at, range, clause);
        }
        let (list, end) = self.nominal_list(at, Place::Object)?;
        if end > range.end {
            return None;
        }
        let only = list.first().filter(|_| list.len() == 1);
        let clause_follows = only.is_some_and(|only| {
            (lexicon::is_used("reporting", &base) || direct == 1)
                && self
                    .verb_group(only.words.end, only.pronoun.is_some() || only.is_plural())
                    .is_some_and(|verb| verb.end <= range.end)
        });
        if clause_follows {
            return None;
        }
        clause.complements.push(Complement { preposition: None, what: What::Nominals(list) });
        Some(end)
    }

    /// After `be`: what somebody is or is like.
    fn predicate(&self, at: usize, range: &Range<usize>, clause: &mut Clause) -> Option<usize> {
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
        if state
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
            part.words.start = last.words.start.min(part.words.start);
        }
        items.extend(inner);
        clause.complements.push(Complement { preposition: None, what: What::Nominals(items) });
        Some(stop)
    }
}
