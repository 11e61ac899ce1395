//! When a claim holds: its status, its day, since when.

use sarai_core::fact::FactStatus;

use super::Speech;
use crate::english::clauses::{Clause, Timed};
use crate::english::dates::TimeKind;
use crate::english::verbs::Tense;

impl Speech<'_, '_> {
    pub(super) fn status(&self, clause: &Clause) -> FactStatus {
        let verb = &clause.verb;
        if verb.used_to {
            return FactStatus::Past;
        }
        let habit = self.is_habit(clause);
        let ahead = !habit
            && clause
                .times
                .iter()
                .any(|timed| self.is_ahead(timed) || self.is_now(timed) && verb.is_progressive);
        match verb.tense {
            Tense::Past if verb.is_perfect && verb.is_progressive => FactStatus::Current,
            Tense::Past => FactStatus::Past,
            Tense::Future => FactStatus::Planned,
            Tense::Present if verb.is_perfect => perfect(clause),
            Tense::Present if ahead => FactStatus::Planned,
            Tense::Present => FactStatus::Current,
        }
    }

    /// `I get up at 6`: a time of day without a day, of what is done again and again.
    fn is_habit(&self, clause: &Clause) -> bool {
        let verb = &clause.verb;
        let once = verb.is_progressive
            || verb.tense != Tense::Present
            || verb.is_be()
            || verb.base == "have";
        let bare_hour = clause.times.iter().all(|timed| {
            let today = format!("{}T", self.phrases.day);
            let hour = timed.time.ahead.as_deref().is_some_and(|when| when.starts_with(&today));
            hour && !(timed.words.clone())
                .any(|at| self.phrases.is(at, &["today", "tonight", "this"]))
        });
        let again = clause.times.iter().any(|timed| timed.time.kind == TimeKind::Habit);
        again || !once && bare_hour && !clause.times.is_empty()
    }

    /// Returns whether a time is the month or year of now.
    fn is_now(&self, timed: &Timed) -> bool {
        let today = self.phrases.day.to_string();
        timed.preposition.as_deref() == Some("in")
            && timed
                .time
                .ahead
                .as_deref()
                .is_some_and(|when| when.len() < 10 && today.starts_with(when))
    }

    /// Returns whether a time is still to come.
    fn is_ahead(&self, timed: &Timed) -> bool {
        if is_since(timed) || timed.time.kind != TimeKind::Point {
            return false;
        }
        if timed
            .preposition
            .as_deref()
            .is_some_and(|lead| ["until", "till", "during", "from"].contains(&lead))
        {
            return false;
        }
        let today = self.phrases.day.to_string();
        let said_next = self.phrases.is(timed.words.start, &["next", "tonight"]);
        match &timed.time.ahead {
            Some(when) => when.as_str() > today.as_str() || said_next,
            None => {
                said_next
                    || timed.preposition.as_deref() == Some("in")
                        && !self.phrases.is(
                            timed.words.end - 1,
                            &[
                                "morning",
                                "afternoon",
                                "evening",
                                "winter",
                                "summer",
                                "autumn",
                                "spring",
                            ],
                        )
                    || self.phrases.is(timed.words.start + 1, &["the"])
                        && timed.preposition.as_deref() == Some("in")
                        && self
                            .phrases
                            .is(timed.words.end - 1, &["winter", "summer", "autumn", "spring"])
            }
        }
    }

    /// Returns the day a clause speaks of, and since when what it says holds.
    pub(super) fn when(&self, clause: &Clause) -> (Option<String>, Option<String>) {
        let past = self.status(clause) == FactStatus::Past;
        if self.is_habit(clause) {
            return (None, None);
        }
        let mut when = None;
        let mut since = None;
        for timed in &clause.times {
            if is_since(timed) {
                since = since.or_else(|| timed.time.past.clone());
                continue;
            }
            if timed.time.kind == TimeKind::Length {
                continue;
            }
            let said = if past { &timed.time.past } else { &timed.time.ahead };
            let longer = said.as_ref().is_some_and(|said| {
                when.as_ref()
                    .is_none_or(|when: &String| said.len() > when.len() && !when.contains('T'))
            });
            if longer {
                when.clone_from(said);
            }
        }
        (when, since)
    }
}

pub(super) fn is_since(timed: &Timed) -> bool {
    matches!(timed.preposition.as_deref(), Some("since"))
        || matches!(timed.preposition.as_deref(), Some("for"))
            && timed.time.kind == TimeKind::Length
}

/// `have been to Japan`: a journey that is over.
fn has_been(clause: &Clause) -> bool {
    clause.complements.iter().any(|complement| complement.preposition.as_deref() == Some("to"))
}

fn perfect(clause: &Clause) -> FactStatus {
    let lasts = clause.verb.is_progressive
        || clause.times.iter().any(is_since)
        || clause.verb.is_be() && !has_been(clause)
        || clause.verb.is_negated
        || ["live", "work", "know", "own", "love", "like", "hate"]
            .contains(&clause.verb.base.as_str());
    if lasts { FactStatus::Current } else { FactStatus::Past }
}
