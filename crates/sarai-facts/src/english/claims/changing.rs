//! What changes: another job, another value, another time.

use super::doing::{direct, with};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::phrases::Nominal;
use sarai_core::fact::FactStatus;

/// Verbs that give something another value or another time.
const CHANGES: &[&str] = &[
    "move",
    "change",
    "reschedule",
    "push",
    "postpone",
    "bring",
    "shift",
    "delay",
    "update",
    "reset",
    "switch",
    "rename",
    "increase",
    "reduce",
    "raise",
    "lower",
    "put",
    "set",
    "cut",
    "double",
];
/// Verbs by which a value becomes another.
const BECOMES: &[&str] =
    &["go", "rise", "increase", "drop", "fall", "change", "move", "decrease", "shift"];

impl Speech<'_, '_> {
    /// `They've moved my eye test to Friday`, `I changed the password to xyz`.
    pub(super) fn changed(&self, clause: &Clause, frame: &Frame) -> Option<Vec<Claim>> {
        if !CHANGES.contains(&clause.verb.base.as_str()) || frame.negated {
            return None;
        }
        let What::Nominals(list) = &direct(clause)?.what else { return None };
        let what = self.party(list.first()?)?;
        let timed = clause.times.iter().find(|timed| {
            timed
                .preposition
                .as_deref()
                .is_some_and(|lead| ["to", "until", "till", "by"].contains(&lead))
        });
        if let Some(timed) = timed {
            let status =
                if timed.time.ahead.is_some() { FactStatus::Planned } else { FactStatus::Current };
            let frame = Frame { status, when: timed.time.ahead.clone(), ..frame.clone() };
            return Some(vec![frame.claim(&what, "move_to", self.time(clause, timed))]);
        }
        let to =
            clause.complements.iter().find(|place| place.preposition.as_deref() == Some("to"))?;
        let What::Nominals(values) = &to.what else { return None };
        let value = self.party(values.first()?)?;
        if what.name == "name" {
            let object = Party { kind: Kind::Person, ..value };
            return Some(vec![now(frame).claim(&Party::speaker(), "be_called", object)]);
        }
        (clause.verb.base != "put" && clause.verb.base != "bring")
            .then(|| vec![now(frame).claim(&what, "be", value)])
    }

    /// `My rent went up to 850`.
    pub(super) fn became(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        if !BECOMES.contains(&clause.verb.base.as_str())
            || subject.kind != Kind::Thing
            || frame.negated
        {
            return None;
        }
        let to =
            clause.complements.iter().find(|place| place.preposition.as_deref() == Some("to"))?;
        let What::Nominals(values) = &to.what else { return None };
        let amount =
            values.first().filter(|value| self.phrases.words[value.words.start].is_number())?;
        let value = self.party(amount)?;
        Some(vec![now(frame).claim(subject, "be", value)])
    }

    /// `I got a new job at Boots`, `starting as a bus driver`, `I handed in my notice`.
    pub(super) fn job(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let object = direct(clause).and_then(|direct| match &direct.what {
            What::Nominals(list) => list.first(),
            What::Phrase(..) => None,
        });
        let is_job = object.is_some_and(is_job);
        let place = |leads: &[&str]| {
            clause.complements.iter().find(|place| {
                place.preposition.as_deref().is_some_and(|lead| leads.contains(&lead))
            })
        };
        if ["start", "begin"].contains(&base)
            && object.is_none()
            && let Some(trade) = place(&["as"])
        {
            return Some(self.each(trade, subject, "work_as", &changed_frame(frame)));
        }
        if ["get", "start", "begin", "land", "take", "accept", "find", "have"].contains(&base)
            && is_job
            && let Some(place) = place(&["at", "with", "for", "in"])
        {
            let relation = match place.preposition.as_deref() {
                Some("for") => "work_for",
                Some("in") => "work_in",
                _ => "work_at",
            };
            return Some(self.each(place, subject, relation, &changed_frame(frame)));
        }
        let gives_notice =
            base == "hand" && object.is_some_and(|object| object.name.contains("notice"));
        let stops = gives_notice
            || base == "retire" && clause.verb.tense != crate::english::verbs::Tense::Future
            || clause.verb.is_passive
                && (base == "fire"
                    || base == "lay" && clause.verb.particle.as_deref() == Some("off"));
        if stops && subject.kind == Kind::Speaker && !frame.negated {
            let mut claims = self.told_of(clause, subject, frame);
            for relation in ["work_at", "work_as"] {
                claims.push(Claim {
                    effect: Effect::End,
                    ..frame.claim(subject, relation, Party::named("*"))
                });
            }
            return Some(claims);
        }
        None
    }

    /// What is said of the end itself: `hand in notice`, `retire in 2020`.
    fn told_of(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let relation = super::doing::relation_of(clause);
        match direct(clause) {
            Some(direct) => self.each(direct, subject, &relation, frame),
            None => match clause.complements.first() {
                Some(place) => self.each(place, subject, &with(&relation, place), frame),
                None => self.timed(clause, subject, &relation, frame),
            },
        }
    }

    /// `I switched from Vodafone to EE`.
    pub(super) fn switched(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        if !["switch", "change", "convert", "upgrade", "transfer"]
            .contains(&clause.verb.base.as_str())
        {
            return None;
        }
        let named = |lead: &str| -> Option<&Complement> {
            clause.complements.iter().find(|place| place.preposition.as_deref() == Some(lead))
        };
        let new = named("to")?;
        let old = named("from").and_then(|old| match &old.what {
            What::Nominals(list) => Some(list.first()?.name.clone()),
            What::Phrase(..) => None,
        });
        let relation = format!("{}_to", clause.verb.base);
        let mut claims = self.each(new, subject, &relation, frame);
        if let (Some(old), Some(claim)) = (old, claims.first_mut()) {
            claim.effect = Effect::Replace { old: Some(old) };
        }
        Some(claims)
    }
}

fn is_job(object: &Nominal) -> bool {
    ["job", "position", "role", "gig", "post", "apprenticeship", "internship", "placement"]
        .iter()
        .any(|word| object.name.ends_with(word))
}

/// What became so holds now.
fn now(frame: &Frame) -> Frame {
    Frame { status: FactStatus::Current, is_new: true, when: None, ..frame.clone() }
}

fn changed_frame(frame: &Frame) -> Frame {
    let status = if frame.status == FactStatus::Past { FactStatus::Current } else { frame.status };
    Frame { status, is_new: true, ..frame.clone() }
}
