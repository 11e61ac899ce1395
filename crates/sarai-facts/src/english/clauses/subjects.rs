//! Who a clause speaks of: lists, appositions, relative clauses.

use std::ops::Range;

use super::{Clause, Clauses, Complement};
use crate::english::lexicon::{self, Tag};
use crate::english::phrases::{Nominal, Phrases, Place};
use crate::english::verbs::VerbGroup;

/// The most names one list may have.
const LIST_MAX: usize = 12;

impl Phrases<'_> {
    /// Reads the subjects and the verb of a clause. No subjects: they were left out.
    pub(super) fn subject_and_verb(
        &self,
        at: usize,
        range: &Range<usize>,
        all: &mut Clauses,
    ) -> Option<(Vec<Nominal>, VerbGroup)> {
        // `Tuesday is bin day` speaks of Tuesday.
        if let Some(timed) = self.timed(at).filter(|timed| timed.preposition.is_none())
            && self.has_tag(timed.words.end, &[Tag::Be])
        {
            let verb = self.verb_group(timed.words.end, true)?;
            return Some((vec![self.time_as_subject(timed.words)], verb));
        }
        // `and works in a bank`, `Bought a kiln`.
        if !self.begins_nominal(at) || self.is_bare_verb(at, range) {
            return Some((Vec::new(), self.dropped_or_shared(at, range, all)?));
        }
        let Some((mut subjects, mut end)) = self.nominal_list(at, Place::Subject) else {
            return Some((Vec::new(), self.dropped_or_shared(at, range, all)?));
        };
        if subjects.len() == 1 {
            let mut subject = subjects.remove(0);
            end = self.after_subject(&mut subject, end, range, all);
            subjects.push(subject);
        }
        // `my brother he works`: said twice.
        if self.is(end, &["he", "she", "they", "it"]) && self.verb_group(end + 1, true).is_some() {
            end += 1;
        }
        let is_open = subjects.len() > 1
            || subjects.iter().any(|subject| subject.pronoun.is_some() || subject.is_plural());
        if let Some(verb) = self.verb_group(end, is_open).filter(|verb| verb.end <= range.end) {
            return Some((subjects, verb));
        }
        // A verb that looks like one more noun: `my gran crochets shawls`.
        let guessed = self.verb_group(end, true).filter(|_| end < range.end && !self.is_end(end));
        guessed.map(|verb| (subjects, verb))
    }

    fn begins_nominal(&self, at: usize) -> bool {
        if self.is(at, &["no"])
            && (self.is_end(at + 1) || self.is(at + 1, &["wait", "sorry", "not"]))
        {
            return false;
        }
        self.word(at).is_some_and(|word| {
            matches!(
                word.tag,
                Tag::Determiner | Tag::Possessive | Tag::Pronoun | Tag::Number | Tag::Open
            ) || word.is_name
        })
    }

    /// Returns whether a verb begins here rather than a noun.
    fn is_bare_verb(&self, at: usize, range: &Range<usize>) -> bool {
        let Some(word) = self.word(at) else { return false };
        if word.tag != Tag::Open || word.is_name || word.forms.is_empty() {
            return false;
        }
        // `Started working`, `Stopped eating meat`.
        let gerund = |at: usize| {
            let next = self.word(at);
            next.is_some_and(|word| {
                word.form(|form| form.inflection == lexicon::Inflection::Gerund).is_some()
            })
        };
        let past = word.form(|form| form.inflection == lexicon::Inflection::Past).is_some();
        let plain = word.form(|form| !form.is_homograph).is_some()
            || past && !self.is_base_form(at) && gerund(at + 1);
        let noun_first = self.nominal(at, Place::Subject).is_some_and(|nominal| {
            nominal.words.end < range.end
                && self.has_tag(nominal.words.end, &[Tag::Be, Tag::Modal, Tag::Do, Tag::Have])
        });
        !noun_first
            && (plain
                || self.has_tag(
                    at + 1,
                    &[Tag::Determiner, Tag::Possessive, Tag::Pronoun, Tag::Preposition, Tag::To],
                ))
    }

    /// A verb without a subject: the speaker's, or that of the clause before.
    fn dropped_or_shared(
        &self,
        at: usize,
        range: &Range<usize>,
        all: &Clauses,
    ) -> Option<VerbGroup> {
        if let Some(last) = all.found.iter().rev().find(|clause| !clause.is_relative) {
            let after_comma = at > range.start && self.is(at - 1, &[","]) && !self.is_base_form(at);
            let joined = at > range.start && self.has_tag(at - 1, &[Tag::And, Tag::Adverb]);
            if joined || after_comma {
                let open = last
                    .subjects
                    .iter()
                    .any(|subject| subject.pronoun.is_some() || subject.is_plural())
                    || last.subjects.len() > 1;
                if let Some(verb) = self.verb_group(at, open) {
                    return Some(verb);
                }
            }
        }
        let gerund = self.word(at).is_some_and(|word| {
            word.form(|form| form.inflection == lexicon::Inflection::Gerund).is_some()
        });
        let own = all.found.last().is_none_or(|last| {
            last.subjects.iter().all(|subject| subject.is_pronoun(&["i", "we"]))
        });
        self.dropped_subject(at).filter(|_| !gerund || own)
    }

    fn is_base_form(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| {
            word.form(|form| form.inflection == lexicon::Inflection::Base).is_some()
                && word.form(|form| form.inflection == lexicon::Inflection::Past).is_none()
        })
    }

    /// Reads names joined by commas and `and`.
    pub(in crate::english) fn nominal_list(
        &self,
        at: usize,
        place: Place,
    ) -> Option<(Vec<Nominal>, usize)> {
        let first = self.nominal(at, place)?;
        let mut end = first.words.end;
        let mut list = vec![first];
        while list.len() < LIST_MAX {
            let Some((next, is_last)) = self.next_of_list(end, place, &list) else { break };
            end = next.words.end;
            list.push(next);
            if is_last && !self.is(end, &["and"]) {
                break;
            }
        }
        Some((list, end))
    }

    fn next_of_list(&self, end: usize, place: Place, list: &[Nominal]) -> Option<(Nominal, bool)> {
        let comma = self.is(end, &[","]);
        let at = end + usize::from(comma);
        let and = self.is(at, &["and", "or", "nor", "&", "plus"]);
        if !comma && !and {
            return None;
        }
        let start = at + usize::from(and);
        if self.is(start, &["i", "he", "she", "we", "they"]) && place == Place::Object {
            return None;
        }
        if self.timed(start).is_some()
            || !self.begins_nominal(start)
            || self.is(start, &["that", "this", "it"])
        {
            return None;
        }
        let next = self.nominal(start, place)?;
        let (first, last) = (list.first()?, list.last()?);
        // An age or an amount is no list with what has none; nor is a word with `my mum Celtic`.
        let number = |item: &Nominal| self.words[item.words.start].is_number();
        let age = number(first) && first.words.len() == 1;
        let owned = place == Place::Object && next.owner.is_some() && last.owner.is_none();
        let two = owned
            && self
                .split_role(&next, start)
                .is_some_and(|(_, at)| !self.has_tag(at, &[Tag::Genitive]));
        let gapped = owned && !next.also.is_empty() || two;
        let named = !and && list.len() == 1 && self.is_its_name(first, &next);
        if age && !number(&next) || gapped || named && place == Place::Object {
            return None;
        }
        // What reads as one long name may be the next subject and its verb.
        let clause = self.nominal(start, Place::Subject).filter(|_| place == Place::Object);
        if clause.is_some_and(|clause| {
            let open = clause.pronoun.is_some() || clause.is_plural();
            clause.words.end < next.words.end && self.verb_group(clause.words.end, open).is_some()
        }) {
            return None;
        }
        if place == Place::Object && self.is_elided(&next, list) {
            return None;
        }
        let resumed = self.is(next.words.end, &["he", "she", "they", "it"])
            && self.verb_group(next.words.end + 1, true).is_some();
        let followed_by_verb = resumed
            || self
                .verb_group(next.words.end, next.pronoun.is_some() || next.is_plural())
                .is_some();
        match place {
            // Only a list that ends with `and` before the verb is one.
            Place::Subject if !and => {
                let more = self.is(next.words.end, &[",", "and"])
                    && self.list_ends_with_and(next.words.end);
                more.then_some((next, false))
            }
            Place::Object if followed_by_verb && !self.is(next.words.end, &["to"]) => None,
            Place::Object if self.is_shared_verb(start, list) => None,
            Place::Object if !and => {
                let same_shape = list
                    .first()
                    .is_some_and(|first| first.is_bare() == next.is_bare() || next.owner.is_none());
                let more = self.list_ends_with_and(next.words.end) || list.len() > 1;
                (same_shape
                    && (more
                        || self.is_end(next.words.end)
                            && list
                                .iter()
                                .all(|item| item.words.len() < 3 && next.words.len() < 3)))
                .then_some((next, false))
            }
            Place::Subject | Place::Object => Some((next, true)),
        }
    }

    /// `a labrador, Bess`: the second is what the first is called.
    fn is_its_name(&self, first: &Nominal, next: &Nominal) -> bool {
        let head = first.name.rsplit(' ').next().unwrap_or_default();
        (lexicon::is_animal(head) || lexicon::is_person(head))
            && !first.is_bare()
            && !first.is_plural()
            && next.is_bare()
            && next.is_name()
            && !self.is(next.words.end, &[",", "and"])
    }

    /// `… in Leeds and my brother in York`: the next clause, its verb left out.
    fn is_elided(&self, next: &Nominal, list: &[Nominal]) -> bool {
        let head = next.name.rsplit(' ').next().unwrap_or_default();
        let same_preposition = list.first().is_some_and(|first| {
            first.words.start > 0
                && self.is(next.words.end, &[self.words[first.words.start - 1].lower.as_str()])
        });
        next.owner.is_some()
            && list.last().is_some_and(|last| last.owner.is_none())
            && lexicon::is_person(head)
            && self.has_tag(next.words.end, &[Tag::Preposition])
            && same_preposition
    }

    /// Returns whether after more names an `and` ends the list.
    fn list_ends_with_and(&self, from: usize) -> bool {
        let stop = (from..self.words.len())
            .find(|&at| {
                self.words[at].is_stop()
                    || matches!(self.words[at].tag, Tag::Be | Tag::Have | Tag::Modal)
            })
            .unwrap_or(self.words.len());
        (from..stop).any(|at| self.is(at, &["and", "or", "&"]))
    }

    /// `I like tea and hate coffee`: the word after `and` is a verb.
    pub(super) fn is_shared_verb(&self, at: usize, list: &[Nominal]) -> bool {
        let Some(word) = self.word(at) else { return false };
        if word.tag != Tag::Open || word.is_name || list.is_empty() {
            return false;
        }
        let finite = word.form(|form| {
            use lexicon::Inflection::{Base, Past, Third};
            matches!(form.inflection, Base | Past | Third)
        });
        let Some(form) = finite else { return false };
        if form.is_homograph {
            return self.has_tag(
                at + 1,
                &[
                    Tag::Determiner,
                    Tag::Possessive,
                    Tag::Pronoun,
                    Tag::Preposition,
                    Tag::To,
                    Tag::Adverb,
                ],
            ) || form.inflection == lexicon::Inflection::Past
                && self.timed(at + 1).is_some();
        }
        !self.is_end(at + 1)
    }

    /// Reads what belongs to a subject between it and its verb.
    fn after_subject(
        &self,
        subject: &mut Nominal,
        from: usize,
        range: &Range<usize>,
        all: &mut Clauses,
    ) -> usize {
        let mut end = from;
        for _ in 0..4 {
            if let Some(next) = self.apposition(subject, end) {
                end = next;
            } else if let Some(next) = self.contact_relative(subject, end) {
                end = next;
            } else if let Some(next) = self.relative(std::slice::from_ref(subject), end, range, all)
            {
                end = next;
            } else if let Some(next) = self.subject_place(subject, end) {
                end = next;
            } else {
                break;
            }
        }
        end
    }

    /// `Biscuit, our old greyhound,` and `my boss, Ingrid,`.
    fn apposition(&self, subject: &mut Nominal, end: usize) -> Option<usize> {
        if !self.is(end, &[",", "(", "-"]) || subject.pronoun.is_some() {
            return None;
        }
        let other =
            self.nominal(end + 1, Place::Subject).filter(|other| other.pronoun.is_none())?;
        let mut after = other.words.end;
        if self.is(after, &["and"]) {
            return None;
        }
        let closes = self.is(after, &[",", ")", "-"]);
        if !closes && self.verb_group(after, false).is_none() {
            return None;
        }
        after += usize::from(closes);
        // `…, my brother works in Leeds`: without a comma after it, that is the next clause.
        take_apposition(subject, other).then_some(after)
    }

    /// `the gate code at the ranch is …`: the place belongs to the name.
    fn subject_place(&self, subject: &mut Nominal, end: usize) -> Option<usize> {
        if !self.has_tag(end, &[Tag::Preposition, Tag::To])
            || subject.pronoun.is_some()
            || self.timed(end).is_some()
        {
            return None;
        }
        let place = self.nominal(end + 1, Place::Subject)?;
        self.verb_group(place.words.end, place.is_plural()).or_else(|| {
            self.is(place.words.end, &["who", "that", "which", "in", "at", "for", "on"])
                .then(|| self.verb_group(place.words.end + 1, true))
                .flatten()
        })?;
        let shown = place.pronoun.clone().unwrap_or(place.name);
        if ["us", "me", "it", "them", "you"].contains(&shown.as_str()) {
            return Some(place.words.end);
        }
        subject.name = format!("{} {} {shown}", subject.name, self.words[end].text);
        Some(place.words.end)
    }

    /// `the hotel I'm staying at is …`: a clause about it without a relative word.
    fn contact_relative(&self, subject: &Nominal, end: usize) -> Option<usize> {
        let start = end + usize::from(self.is(end, &["that", "which", "who"]));
        if subject.pronoun.is_some()
            || subject.is_bare()
            || !self.is(start, &["i", "we", "he", "she", "they", "you"])
        {
            return None;
        }
        let mut after = self.verb_group(start + 1, true)?.end;
        while self.has_tag(after, &[Tag::Preposition, Tag::To, Tag::Adverb]) {
            after += 1;
        }
        self.has_tag(after, &[Tag::Be, Tag::Have]).then_some(after)
    }

    /// Reads a relative clause about the last of `antecedents`.
    pub(super) fn relative(
        &self,
        antecedents: &[Nominal],
        at: usize,
        range: &Range<usize>,
        all: &mut Clauses,
    ) -> Option<usize> {
        let comma = usize::from(self.is(at, &[","]));
        let start = at + comma;
        let antecedent = antecedents.last()?;
        if start >= range.end
            || antecedent.pronoun.as_deref().is_some_and(|p| ["i", "me", "it"].contains(&p))
        {
            return None;
        }
        if self.is(start, &["whose"]) {
            return self.whose(antecedent, start, range, all);
        }
        if !self.is(start, &["who", "which", "that"]) || (comma == 1 && self.is(start, &["that"])) {
            return None;
        }
        let verb = self
            .verb_group(start + 1, true)
            .filter(|verb| verb.end <= range.end && !self.is_clause_subject(start + 1))?;
        let mut clause = Clause {
            subjects: vec![antecedent.clone()],
            complements: Vec::new(),
            times: Vec::new(),
            marker: None,
            is_over: false,
            is_new: false,
            is_relative: true,
            words: start..verb.end,
            verb,
        };
        let end = self.complements(clause.verb.end, range, &mut clause, all);
        clause.words.end = end;
        all.found.push(clause);
        Some(end + usize::from(self.is(end, &[","]) && comma == 1))
    }

    fn is_clause_subject(&self, at: usize) -> bool {
        self.has_tag(at, &[Tag::Pronoun, Tag::Possessive, Tag::Determiner])
    }

    /// `my neighbour, whose dog barks`.
    fn whose(
        &self,
        antecedent: &Nominal,
        at: usize,
        range: &Range<usize>,
        all: &mut Clauses,
    ) -> Option<usize> {
        let mut owned = self.nominal(at + 1, Place::Subject)?;
        let verb = self
            .verb_group(owned.words.end, owned.is_plural())
            .filter(|verb| verb.end <= range.end)?;
        owned.name = format!("{}'s {}", antecedent.name, owned.name);
        let mut clause = Clause {
            subjects: vec![owned],
            complements: Vec::<Complement>::new(),
            times: Vec::new(),
            marker: None,
            is_over: false,
            is_new: false,
            is_relative: true,
            words: at..verb.end,
            verb,
        };
        let end = self.complements(clause.verb.end, range, &mut clause, all);
        clause.words.end = end;
        all.found.push(clause);
        Some(end + usize::from(self.is(end, &[","])))
    }
}

/// Takes what stands beside a name: what somebody is, or what they are called.
pub(super) fn take_apposition(subject: &mut Nominal, other: Nominal) -> bool {
    if other.is_negative {
        return false;
    }
    if (subject.is_name() || !subject.also.is_empty()) && !other.is_name() && !other.is_bare() {
        subject.gender = subject.gender.or(other.gender);
        subject.kind = other.kind;
        subject.apposition = Some(Box::new(other));
        true
    } else if !subject.is_name() && other.is_name() && other.is_bare() {
        subject.gender = subject.gender.or(other.gender);
        subject.also.push(other.name);
        true
    } else if other.determiner.as_deref().is_some_and(|word| ["a", "an", "the"].contains(&word)) {
        subject.apposition = Some(Box::new(other));
        true
    } else {
        false
    }
}
