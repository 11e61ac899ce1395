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
    &["rather", "than"],
    &["down", "to"],
    &["over", "to"],
    &["back", "to"],
    &["back", "from"],
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
        if let Some(next) = self.rate(at, clause) {
            return Some(next);
        }
        if let Some(timed) = self.timed(at).filter(|timed| timed.words.end <= range.end) {
            let end = timed.words.end;
            // `Sunday roast` was no time; a pronoun after a length is a clause of its own.
            clause.times.push(timed);
            return Some(end);
        }
        if let Some(next) = self.relative(&described(clause), at, range, all) {
            return Some(next);
        }
        match word.tag {
            Tag::Mark => self.after_mark(at, range, clause, all),
            Tag::Interjection => Some(at + 1),
            Tag::And => self.later_object(at, range, clause),
            Tag::Adverb if self.is(at, &["back"]) && self.is(at + 1, &["from"]) => {
                self.prepositional(at, range, clause)
            }
            Tag::Adverb => self.place_adverb(at, clause),
            Tag::Not => None,
            // `promoted to head chef`
            Tag::To if self.is_infinitive(at + 1) && clause.verb.base != "promote" => {
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

    /// `5 mg in the morning and 10 mg at night`: one more object after a time.
    fn later_object(&self, at: usize, range: &Range<usize>, clause: &mut Clause) -> Option<usize> {
        let interrupted = clause.times.last().is_some_and(|timed| timed.words.end == at);
        let next = self
            .nominal(at + 1, Place::Object)
            .filter(|next| interrupted && next.pronoun.is_none())?;
        let end = next.words.end;
        let finite = self.verb_group(end, next.is_plural()).is_some();
        let closes = end >= range.end || self.is_end(end) || self.timed(end).is_some();
        if finite || !closes || next.owner.is_some() {
            return None;
        }
        let last = clause
            .complements
            .iter_mut()
            .rev()
            .find(|complement| complement.preposition.is_none())?;
        let What::Nominals(list) = &mut last.what else { return None };
        list.push(next);
        Some(end)
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
        if let Some(end) = self.since_when_new(at) {
            clause.is_new = true;
            return Some(end);
        }
        if clause.verb.base == "work"
            && let Some(end) = self.hours(at)
        {
            return Some(end);
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
        let head = last.name.rsplit(' ').next().unwrap_or_default();
        let person = last.is_name()
            || lexicon::is_person(head)
            || lexicon::is_animal(head)
            || last.owner.is_some();
        (person && take_apposition(last, other)).then_some(end)
    }

    fn place_adverb(&self, at: usize, clause: &mut Clause) -> Option<usize> {
        let word = &self.words[at];
        if word.is(&[
            "here",
            "abroad",
            "upstairs",
            "online",
            "everywhere",
            "somewhere",
            "alone",
            "overseas",
            "downtown",
        ]) && clause.complements.is_empty()
        {
            clause.complements.push(Complement {
                preposition: None,
                what: What::Phrase(at..at + 1, word.text.clone()),
            });
        }
        let returns = word.is(&["back"])
            && clause.verb.particle.is_none()
            && lexicon::belongs(&clause.verb.base, "back");
        if returns && clause.complements.iter().any(|one| one.preposition.is_none()) {
            clause.verb.particle = Some("back".to_owned());
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

    pub(super) fn is_infinitive(&self, at: usize) -> bool {
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
        let direct = clause.complements.len();
        let taught = clause.verb.base == "teach" && direct < 2;
        if lexicon::is_used("catenative", &clause.verb.base) && direct == 0 || taught {
            // `training to be a paramedic`
            let trains = ["train", "study", "learn"].contains(&clause.verb.base.as_str())
                && self.is(at + 1, &["be", "become"]);
            let start = at + 1 + usize::from(trains);
            clause.complements.push(self.phrase_of(start..end, None));
        }
        end
    }

    /// Returns where a phrase without a subject of its own ends.
    pub(super) fn phrase_end(&self, at: usize, range: &Range<usize>) -> usize {
        let mut index = at + 1;
        while index < range.end {
            let word = &self.words[index];
            let joins = word.tag == Tag::And
                && !self.begins_clause(index + 1)
                && !self.is_finite_start(index + 1);
            if word.is_mark()
                || word.tag == Tag::And
                    && (!joins || self.is_gerund(at) && self.is_gerund(index + 1))
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

    fn is_gerund(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| {
            !word.is_name && word.form(|form| form.inflection == Inflection::Gerund).is_some()
        })
    }

    fn is_finite_start(&self, at: usize) -> bool {
        self.has_tag(at, &[Tag::Be, Tag::Have, Tag::Do, Tag::Modal])
            || self.nominal(at, Place::Subject).is_some_and(|nominal| {
                self.verb_group(nominal.words.end, nominal.is_plural()).is_some()
            })
    }

    pub(super) fn phrase_of(&self, range: Range<usize>, preposition: Option<String>) -> Complement {
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
        // `traded the Fiesta in for a Golf`
        let splits = length == 1
            && clause.verb.particle.is_none()
            && !clause.complements.is_empty()
            && lexicon::belongs(&clause.verb.base, &self.words[at].lower)
            && (start >= range.end
                || self.is_end(start)
                || self.has_tag(start, &[Tag::Preposition, Tag::To, Tag::And]));
        if splits {
            clause.verb.particle = Some(self.words[at].lower.clone());
            return Some(start);
        }
        let parts: Vec<&str> = (at..start).map(|index| self.words[index].lower.as_str()).collect();
        let preposition = Some(parts.join("_"));
        if start >= range.end || self.is_end(start) {
            // `the wedding is off`
            let event = clause.subjects.iter().any(|subject| {
                let head = subject.name.rsplit(' ').next().unwrap_or_default();
                lexicon::is_listed("event", head)
            });
            if event && clause.verb.is_be() && self.is(at, &["off"]) {
                clause.complements.push(Complement {
                    preposition: None,
                    what: What::Phrase(at..at + 1, "cancelled".to_owned()),
                });
                return Some(start);
            }
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
        if gerund && direct == 0 && lexicon::is_used("catenative", &base) {
            let mut start = at;
            loop {
                let end = self.phrase_end(start, range);
                clause.complements.push(self.phrase_of(start..end, None));
                let more = self.is(end, &["and", ",", "or"])
                    && end + 1 < range.end
                    && self.is_gerund(end + 1);
                if !more {
                    return Some(end);
                }
                start = end + 1;
            }
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
        let placed = clause.complements.iter().any(|complement| complement.preposition.is_some());
        if direct == 0 && placed || self.is_next_clause(at, clause) {
            return None;
        }
        // `hates it when …` says nothing of `it`.
        if self.is(at, &["it"]) && self.is(at + 1, &["when", "that", "if", "how"]) {
            return Some(at + 1);
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

    /// In text without marks: `I live in York my husband works …`.
    fn is_next_clause(&self, at: usize, clause: &Clause) -> bool {
        let after_something = !clause.complements.is_empty()
            || !clause.times.is_empty()
            || lexicon::is_used("intransitive", &clause.verb.base);
        after_something
            && self.nominal(at, Place::Subject).is_some_and(|nominal| {
                let open = nominal.pronoun.is_some() || nominal.is_plural();
                self.verb_group(nominal.words.end, open).is_some()
            })
    }

    /// `900 a month`: the rate belongs to the amount.
    fn rate(&self, at: usize, clause: &mut Clause) -> Option<usize> {
        const UNITS: &[&str] = &[
            "month", "week", "year", "day", "hour", "night", "kilo", "litre", "term", "session",
            "person", "head", "lesson",
        ];
        if !self.is(at, &["a", "an", "per", "each", "every"]) || !self.is(at + 1, UNITS) {
            return None;
        }
        let What::Nominals(list) = &mut clause.complements.last_mut()?.what else { return None };
        let amount = list.last_mut().filter(|amount| {
            amount.words.end == at && self.words[amount.words.start].is_number()
        })?;
        amount.name = format!("{} a {}", amount.name, self.words[at + 1].text);
        amount.words.end = at + 2;
        Some(at + 2)
    }
}

/// Returns what a relative clause after the complements so far describes: `she's the one who …`
/// speaks of her.
fn described(clause: &Clause) -> Vec<Nominal> {
    let last = match clause.complements.last().map(|complement| &complement.what) {
        Some(What::Nominals(list)) => list.as_slice(),
        _ => &[],
    };
    let empty =
        last.last().is_some_and(|last| ["one", "only one", "person"].contains(&last.name.as_str()));
    if empty && clause.verb.is_be() { clause.subjects.clone() } else { last.to_vec() }
}
