//! Clauses: who, what verb, and what follows it.

mod circumstances;
mod complements;
mod echoes;
mod predicates;
mod subjects;

use std::ops::Range;

use super::dates::Time;
use super::lexicon::{Inflection, Tag};
use super::phrases::{Nominal, Phrases, Place};
use super::verbs::{Tense, VerbGroup};

/// What follows a verb, or stands before the subject.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Complement {
    /// The preposition, several words joined by `_`.
    pub preposition: Option<String>,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Nominals(Vec<Nominal>),
    /// What somebody is like, does or wants to do: `allergic to eggs`, `swimming`.
    Phrase(Range<usize>, String),
}

/// A time expression and the preposition before it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timed {
    pub words: Range<usize>,
    pub preposition: Option<String>,
    pub time: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    /// Several when coordinated; none when it was left out.
    pub subjects: Vec<Nominal>,
    pub verb: VerbGroup,
    pub complements: Vec<Complement>,
    pub times: Vec<Timed>,
    /// The word that makes it depend on another clause: `because`, `if`.
    pub marker: Option<String>,
    /// `anymore`, `any longer`.
    pub is_over: bool,
    /// `now`, `these days`, `again`: it was otherwise before.
    pub is_new: bool,
    pub is_relative: bool,
    pub words: Range<usize>,
}

/// The clauses of a stretch of words, and the stretches that are none.
#[derive(Debug, Default)]
pub(super) struct Clauses {
    pub found: Vec<Clause>,
    pub fragments: Vec<Range<usize>>,
}

/// What was read before the subject of a clause.
#[derive(Debug, Clone, Default)]
struct Lead {
    times: Vec<Timed>,
    marker: Option<String>,
    is_new: bool,
    after_and: bool,
}

/// The most clauses one sentence may have.
const CLAUSES_MAX: usize = 24;

impl Phrases<'_> {
    /// Reads the clauses of a sentence.
    pub(super) fn clauses(&self, range: Range<usize>) -> Clauses {
        let mut all = Clauses::default();
        let mut at = range.start;
        while at < range.end && all.found.len() < CLAUSES_MAX {
            if let Some(end) = self.echo(at, &range, &mut all) {
                at = end;
                continue;
            }
            let (start, lead) = self.lead(at, &range);
            if start >= range.end {
                break;
            }
            let next = self.clause(start, &range, &lead, &mut all).unwrap_or_else(|| {
                let end = self.fragment_end(start, &range);
                if !self.gapped(start..end, &mut all) {
                    all.fragments.push(start..end);
                }
                end
            });
            at = next.max(start + 1).max(at + 1);
        }
        all
    }

    /// Reads what stands before a subject: conjunctions, times, `at work`.
    fn lead(&self, from: usize, range: &Range<usize>) -> (usize, Lead) {
        let mut lead = Lead::default();
        let mut at = from;
        while at < range.end {
            let word = &self.words[at];
            match word.tag {
                Tag::Mark | Tag::Interjection => {}
                Tag::And => lead.after_and = true,
                Tag::Adverb if word.is(&["never", "no"]) => break,
                Tag::Adverb => lead.is_new |= word.is(&["now", "nowadays", "currently", "instead"]),
                Tag::Subordinator | Tag::Relative => {
                    lead.marker = Some(word.lower.clone());
                }
                Tag::Determiner if word.is(&["that"]) && self.is_clause_start(at + 1) => {}
                Tag::Preposition if word.is(&["like", "as"]) && self.is_clause_start(at + 1) => {
                    lead.marker = Some(word.lower.clone());
                }
                _ => {
                    if let Some(end) = self.since_when_new(at) {
                        lead.is_new = true;
                        at = end;
                        continue;
                    }
                    let Some(end) = self.lead_time(at, range, &mut lead) else { break };
                    at = end;
                    continue;
                }
            }
            at += 1;
        }
        (at, lead)
    }

    fn is_clause_start(&self, at: usize) -> bool {
        self.has_tag(at, &[Tag::Pronoun, Tag::Possessive, Tag::Determiner])
            || self.word(at).is_some_and(|word| word.is_name)
    }

    /// Reads a time or a place before the subject.
    fn lead_time(&self, at: usize, range: &Range<usize>, lead: &mut Lead) -> Option<usize> {
        if let Some(timed) = self.timed(at) {
            let end = timed.words.end;
            // `Monday is my day off` speaks of Monday.
            if end >= range.end
                || self.has_tag(end, &[Tag::Be]) && timed.preposition.is_none()
                || self.is(end, &[":"])
            {
                return None;
            }
            lead.times.push(timed);
            return Some(end);
        }
        if self.words[at].tag != Tag::Preposition || self.words[at].is(&["like"]) {
            return None;
        }
        let place = self.nominal(at + 1, Place::Subject)?;
        let end = place.words.end;
        let subject = end + usize::from(self.is(end, &[","]));
        let has_subject =
            self.nominal(subject, Place::Subject).is_some() || self.is(subject, &["there"]);
        (has_subject && subject < range.end).then_some(subject)
    }

    /// Reads a time expression with its preposition.
    pub(super) fn timed(&self, at: usize) -> Option<Timed> {
        let time = super::dates::with_preposition(self.words, at, self.day)?;
        let word = &self.words[at];
        let leads = matches!(word.tag, Tag::Preposition | Tag::Subordinator | Tag::To)
            && super::dates::read(self.words, at, self.day).is_none();
        let preposition = leads.then(|| word.lower.clone());
        Some(Timed { words: at..time.end, preposition, time })
    }

    /// Reads one clause and returns where it ends.
    fn clause(
        &self,
        at: usize,
        range: &Range<usize>,
        lead: &Lead,
        all: &mut Clauses,
    ) -> Option<usize> {
        if let Some(end) = self.existential(at, range, lead, all) {
            return Some(end);
        }
        let before = all.found.len();
        let (subjects, verb) = self.subject_and_verb(at, range, all)?;
        if verb.end > range.end {
            return None;
        }
        let third = self
            .word(verb.end - 1)
            .is_some_and(|word| word.form(|form| form.inflection == Inflection::Third).is_some())
            || self.is(verb.start, &["is", "has", "does", "was", "isn't"]);
        let inherits = subjects.is_empty() && (lead.after_and || third);
        if subjects.is_empty() && third && before == 0 {
            return None;
        }
        let subjects = if inherits {
            all.found[..before]
                .iter()
                .rev()
                .find(|clause| !clause.is_relative)
                .map_or(subjects, |clause| clause.subjects.clone())
        } else {
            subjects
        };
        let mut clause = Clause {
            subjects,
            complements: Vec::new(),
            times: lead.times.clone(),
            marker: lead.marker.clone(),
            is_over: false,
            is_new: lead.is_new,
            is_relative: false,
            words: at..verb.end,
            verb,
        };
        let end = self.complements(clause.verb.end, range, &mut clause, all);
        clause.words.end = end;
        all.found.push(clause);
        Some(end)
    }

    /// `There is a key under the mat`.
    fn existential(
        &self,
        at: usize,
        range: &Range<usize>,
        lead: &Lead,
        all: &mut Clauses,
    ) -> Option<usize> {
        if !self.is(at, &["there"]) || !self.has_tag(at + 1, &[Tag::Be, Tag::Genitive]) {
            return None;
        }
        let verb = self.verb_group(at + 1, true)?;
        let (subjects, end) = self.nominal_list(verb.end, Place::Object)?;
        let mut clause = Clause {
            subjects,
            complements: Vec::new(),
            times: lead.times.clone(),
            marker: lead.marker.clone(),
            is_over: false,
            is_new: lead.is_new,
            is_relative: false,
            words: at..end,
            verb: VerbGroup { base: "be".to_owned(), ..verb },
        };
        let end = self.complements(end, range, &mut clause, all);
        clause.words.end = end;
        all.found.push(clause);
        Some(end)
    }

    fn fragment_end(&self, at: usize, range: &Range<usize>) -> usize {
        (at + 1..range.end)
            .find(|&index| {
                self.words[index].is_mark() && !self.is(index, &[":", "-"])
                    || self.is(index, &["i", "we", "he", "she", "they"])
                        && self.verb_group(index + 1, true).is_some()
            })
            .unwrap_or(range.end)
    }

    /// `and my mum Celtic`, `my wife piano`: the verb of the clause before, not said again.
    fn gapped(&self, range: Range<usize>, all: &mut Clauses) -> bool {
        let Some(model) = all.found.iter().rev().find(|clause| !clause.is_relative).cloned() else {
            return false;
        };
        let Some(first) = model.complements.first() else { return false };
        let wants_preposition = first.preposition.clone();
        let read = |subject: Nominal, at: usize| {
            let (preposition, start) = match &wants_preposition {
                Some(wanted) if self.is(at, &[wanted.as_str()]) => (Some(wanted.clone()), at + 1),
                Some(_) => return None,
                None => (None, at),
            };
            let object = self
                .nominal(start, Place::Object)
                .filter(|object| object.words.end >= range.end)?;
            Some((subject, Complement { preposition, what: What::Nominals(vec![object]) }))
        };
        let Some(whole) = self.nominal(range.start, Place::Subject) else { return false };
        if whole.pronoun.is_some() {
            return false;
        }
        let split = self.split_role(&whole, range.start);
        let found = read(whole.clone(), whole.words.end).or_else(|| {
            let (subject, at) = split?;
            read(subject, at)
        });
        let Some((subject, complement)) = found else { return false };
        if subject.is_bare() && !subject.is_name() {
            return false;
        }
        all.found.push(Clause {
            subjects: vec![subject],
            complements: vec![complement],
            times: Vec::new(),
            words: range,
            ..model
        });
        true
    }

    /// Parts `my mum Celtic` into who and what.
    pub(super) fn split_role(&self, whole: &Nominal, start: usize) -> Option<(Nominal, usize)> {
        let head = (start..whole.words.end).find(|&at| {
            let lower = &self.words[at].lower;
            !super::words::is_title(lower)
                && (super::lexicon::is_person(lower) || super::lexicon::is_animal(lower))
        })?;
        let cut = Phrases { words: self.words.get(..=head)?, day: self.day };
        let subject = cut.nominal(start, Place::Subject)?;
        (head + 1 < whole.words.end).then_some((subject, head + 1))
    }

    /// Returns whether a verb of the speaker's begins here, the subject left out.
    pub(super) fn dropped_subject(&self, at: usize) -> Option<VerbGroup> {
        const SAID_OF_ONESELF: &[&str] = &[
            "love", "hate", "like", "prefer", "need", "want", "live", "have", "dislike", "own",
            "miss", "used", "adore",
        ];
        let word = self.word(at)?;
        if word.is_name {
            return None;
        }
        let own = word.is(SAID_OF_ONESELF) && self.is_complement(at + 1) && !self.is_end(at + 1);
        let past = word.form(|form| form.inflection == Inflection::Past).is_some()
            && (word.form(|form| form.inflection == Inflection::Base).is_none()
                || word.is(&["quit"]))
            && !self.is_end(at + 1)
            && !self.is(at + 1, &["by"]);
        let gerund = (at == 0
            || self.words[at - 1].is_mark()
            || self.has_tag(at - 1, &[Tag::And, Tag::Interjection, Tag::Adverb]))
            && word.form(|form| form.inflection == Inflection::Gerund).is_some()
            && (self
                .has_tag(at + 1, &[Tag::Preposition, Tag::Determiner, Tag::Possessive, Tag::To])
                || self.has_tag(at + 1, &[Tag::Open])
                    && (word.is(&[
                        "going", "doing", "having", "learning", "moving", "getting", "starting",
                        "taking",
                    ]) || self.word(at + 1).is_some_and(|next| next.is_name)));
        let helped = matches!(word.tag, Tag::Do | Tag::Modal) && self.has_tag(at + 1, &[Tag::Not])
            || word.is(&["am", "was", "'m"]);
        let has =
            word.is(&["have", "had", "got"]) && self.is_complement(at + 1) && !self.is_end(at + 1);
        if own || past || helped || has {
            return self.verb_group(at, true);
        }
        if gerund && word.is(&["going"]) && self.is(at + 1, &["to"]) {
            let future = VerbGroup { tense: Tense::Future, ..VerbGroup::at(at) };
            if let Some(group) = self.infinitive(at + 2, future) {
                return Some(group);
            }
        }
        if gerund {
            let form = word.form(|form| form.inflection == Inflection::Gerund)?;
            let mut group = VerbGroup::at(at);
            form.base.clone_into(&mut group.base);
            group.is_progressive = true;
            group.end = at + 1;
            return Some(group);
        }
        None
    }
}
