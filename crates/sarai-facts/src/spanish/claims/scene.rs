//! A clause laid out for reading: its phrases, its time, its polarity.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use crate::claim::{Claim, Effect, Party};
use crate::fold::fold;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::dates::{Moment, Point};
use crate::spanish::groups::{Aspect, Group};
use crate::spanish::lexicon::Tense;
use crate::spanish::parts::{Line, Part};
use crate::spanish::phrases::{self, Phrase};

/// A clause laid out for reading.
pub(in crate::spanish) struct Scene<'a> {
    pub line: &'a Line,
    pub clause: &'a Clause,
    pub before: Vec<Phrase>,
    pub after: Vec<Phrase>,
    pub today: Date,
    /// Where the claim's words stand, in bytes of the message.
    pub span: Range<usize>,
    /// What a relative clause tells of.
    pub antecedent: Option<Party>,
}

impl<'a> Scene<'a> {
    pub(in crate::spanish) fn new(line: &'a Line, clause: &'a Clause, today: Date) -> Scene<'a> {
        Scene {
            line,
            clause,
            before: phrases::phrases(line, clause.before.clone()),
            after: phrases::phrases(line, clause.after.clone()),
            today,
            span: line.bytes(clause.words()),
            antecedent: None,
        }
    }

    pub(in crate::spanish) fn group(&self) -> &Group {
        &self.clause.group
    }

    pub(in crate::spanish) fn all(&self) -> impl Iterator<Item = &Phrase> {
        self.before.iter().chain(&self.after)
    }

    /// A claim of this clause with its time and polarity.
    pub(in crate::spanish) fn claim(
        &self,
        subject: Party,
        relation: String,
        object: Party,
    ) -> Claim {
        let moment = self.moment();
        let status = self.status();
        let past = status == FactStatus::Past;
        let when = moment
            .filter(|moment| !moment.since && !moment.until)
            .and_then(|moment| moment.iso(self.today, past))
            .and_then(|when| self.dated(when));
        let yearly = self.yearly(&subject);
        let (status, when) = match (yearly, when) {
            (true, Some(when)) if when.len() == 10 => {
                (FactStatus::Current, when.get(4..).map(|day| format!("-{day}")))
            }
            (_, when) => (status, when),
        };
        let since =
            moment.filter(|moment| moment.since).and_then(|moment| moment.iso(self.today, true));
        Claim {
            subject,
            relation,
            object,
            negated: self.negated(),
            status,
            when,
            since,
            effect: self.effect(),
            extractor: Extractor::Grammar,
            span: self.span.clone(),
        }
    }

    /// Whether what is told comes back every year on its day.
    fn yearly(&self, subject: &Party) -> bool {
        let head = fold(subject.name.split(' ').next().unwrap_or_default());
        let named = matches!(head.as_str(), "cumpleanos" | "cumple" | "aniversario" | "santo");
        let present =
            self.group().tense() == Tense::Present && self.group().aspect == Aspect::Plain;
        let dayed = self.moment().is_some_and(|moment| {
            matches!(moment.point, Some(Point::MonthDay(..) | Point::Day(_)))
        });
        present && dayed && named
            || present
                && self.group().is(&["cumplir"])
                && self
                    .moment()
                    .is_some_and(|moment| matches!(moment.point, Some(Point::MonthDay(..))))
    }

    /// A time of the day alone is today's.
    fn dated(&self, when: String) -> Option<String> {
        let habit = self.group().tense() == Tense::Present && self.group().aspect == Aspect::Plain;
        match when.starts_with('T') {
            true if habit => None,
            true => Some(format!("{}{when}", self.today)),
            false => Some(when),
        }
    }

    pub(in crate::spanish) fn moment(&self) -> Option<&Moment> {
        let words = self.clause.words();
        let inside = |range: &Range<usize>| words.start <= range.start && range.end <= words.end;
        let own = |at: usize| {
            self.clause.before.contains(&at)
                || self.clause.after.contains(&at)
                || self.group().words.contains(&at)
        };
        let mut found = self
            .line
            .moments
            .iter()
            .filter(|moment| inside(&moment.words) && own(moment.words.start));
        found
            .clone()
            .find(|moment| moment.point.is_some())
            .or_else(|| found.find(|moment| moment.clock.is_some()))
    }

    pub(in crate::spanish) fn status(&self) -> FactStatus {
        let group = self.group();
        let ahead = self
            .moment()
            .is_some_and(|moment| moment.ahead(self.today) && !moment.since && !moment.until);
        let gone =
            self.moment().and_then(|moment| moment.iso(self.today, true)).is_some_and(|when| {
                *when < *self.today.to_string().get(..when.len()).unwrap_or_default()
            });
        let twofold = group.person(1, true)
            && group.forms.iter().any(|form| form.tense == Tense::Preterite && form.plural);
        let exact = self.moment().is_some_and(|moment| {
            matches!(moment.point, Some(Point::Year(_) | Point::Day(_) | Point::YearMonth(..)))
        });
        if group.is(&["quedar", "citar", "reservar"]) && group.aspect == Aspect::Done && ahead {
            return FactStatus::Planned;
        }
        match (group.aspect, group.tense()) {
            (Aspect::Plain, Tense::Present) if twofold && gone && exact => FactStatus::Past,
            (Aspect::Ended, _) => FactStatus::Current,
            (Aspect::Resumed, Tense::Present | Tense::Preterite) if !gone && !ahead => {
                FactStatus::Current
            }
            (_, Tense::Preterite | Tense::Imperfect) | (Aspect::Done, _) => FactStatus::Past,
            (Aspect::Planned, _) | (_, Tense::Future) => FactStatus::Planned,
            (_, Tense::Present) if ahead => FactStatus::Planned,
            _ => FactStatus::Current,
        }
    }

    /// Whether this word stands in the clause, and is no noun.
    pub(in crate::spanish) fn says(&self, word: &str) -> bool {
        let words = self.clause.words();
        words.clone().any(|at| self.line.is(at, word) && self.line.tokens[at].part != Part::Noun)
    }

    pub(in crate::spanish) fn negated(&self) -> bool {
        let none = self.all().any(|phrase| {
            let opening = self
                .line
                .tokens
                .get(phrase.words.start)
                .map_or("", |token| token.word.fold.as_str());
            matches!(opening, "ningun" | "ninguna" | "ninguno" | "nadie" | "nada")
        });
        let never = self
            .before
            .iter()
            .any(|phrase| matches!(phrase.head.as_str(), "tampoco" | "nunca" | "jamas"));
        let later = self.clause.after.clone().any(|at| {
            self.line.is(at, "nunca") || self.line.is(at, "jamas") || self.line.is(at, "tampoco")
        });
        let neither = self.line.is(self.clause.before.start, "ni")
            || self.clause.before.start > 0
                && self.line.is(self.clause.before.start - 1, "ni")
                && self.clause.link == Link::Free;
        neither
            || self.group().negated
            || none
            || never
            || later
            || self.group().aspect == Aspect::Ended
    }

    fn effect(&self) -> Effect {
        let ended = self.group().aspect == Aspect::Ended || (self.negated() && self.says("ya"));
        let by_now = self.says("ya")
            && crate::spanish::lists::within("stative", self.group().verb)
            && self.group().tense() == Tense::Present;
        let fresh =
            by_now || self.says("ahora") || self.says("actualmente") || self.says("ahorita");
        match () {
            () if ended => Effect::End,
            () if fresh && !self.negated() && self.status() == FactStatus::Current => {
                Effect::Replace { old: None }
            }
            () => Effect::Add,
        }
    }
}
