//! What changes: another job, another value, another time.

use super::doing::direct;
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::relations;
use sarai_core::fact::FactStatus;

/// Verbs that give something another value or another time.
const CHANGES: &[&str] = &[
    "move",
    "change",
    "reschedule",
    "rebook",
    "rearrange",
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
    "triple",
    "halve",
    "bump",
    "hike",
    "jack",
    "slash",
    "trim",
    "cap",
    "up",
    "drop",
    "knock",
    "jump",
];
/// Verbs by which a value becomes another.
const BECOMES: &[&str] = &[
    "go", "rise", "increase", "drop", "fall", "change", "move", "decrease", "shift", "relocate",
    "jump", "soar", "climb", "creep", "come", "double", "plummet", "shoot", "rocket", "dip",
    "slip",
];

/// Words in the names of schools.
const SCHOOLS: &[&str] = &[
    "High",
    "College",
    "University",
    "Elementary",
    "Academy",
    "School",
    "Primary",
    "Grammar",
    "State",
];

impl Speech<'_, '_> {
    /// `They've moved my eye test to Friday`, `I changed the password to xyz`.
    pub(super) fn changed(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        if !CHANGES.contains(&clause.verb.base.as_str()) || frame.negated {
            return None;
        }
        if clause.verb.is_passive && subject.kind != Kind::Speaker && subject.name != "*" {
            let moved = self.moved(clause, subject, frame);
            return moved.or_else(|| self.rose(clause, subject, frame));
        }
        let What::Nominals(list) = &direct(clause)?.what else { return None };
        let what = self.party(list.first()?)?;
        if let Some(moved) = self.moved(clause, &what, frame) {
            return Some(moved);
        }
        let to = clause.complements.iter().find(|place| {
            ["to", "up_to", "down_to"].contains(&place.preposition.as_deref().unwrap_or_default())
        })?;
        let What::Nominals(values) = &to.what else { return None };
        let value = self.party(values.first()?)?;
        let is_amount = self.phrases.words[values.first()?.words.clone()]
            .iter()
            .any(super::super::words::Word::is_number);
        let studies = ["major", "degree", "course", "subject"].contains(&what.name.as_str());
        if studies
            && !self.referents.knows(&what.name)
            && list.first()?.owner.as_deref() == Some("my")
        {
            return Some(vec![now(frame).claim(&Party::speaker(), "study", value)]);
        }
        // `I moved the keys to the drawer`: where they are.
        let moved = ["move", "shift", "transfer"].contains(&clause.verb.base.as_str());
        if moved && !is_amount && !relations::is_attribute(&what.name) {
            return Some(vec![now(frame).claim(&what, "be_in", value)]);
        }
        if what.name == "name" {
            let object = Party { kind: Kind::Person, ..value };
            return Some(vec![now(frame).claim(&Party::speaker(), "be_called", object)]);
        }
        let placed = ["put", "bring"].contains(&clause.verb.base.as_str());
        (!placed || is_amount && to.preposition.as_deref() != Some("to"))
            .then(|| vec![now(frame).claim(&what, "be", value)])
    }

    /// `They pushed the meeting to Tuesday`, `it was moved to 11`: when it is now.
    fn moved(&self, clause: &Clause, what: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        let leads: &[&str] = if ["reschedule", "rebook", "rearrange", "postpone", "delay", "move"]
            .contains(&clause.verb.base.as_str())
        {
            &["to", "until", "till", "by", "for"]
        } else {
            &["to", "until", "till", "by"]
        };
        let timed = clause
            .times
            .iter()
            .find(|timed| timed.preposition.as_deref().is_some_and(|lead| leads.contains(&lead)))?;
        let status =
            if timed.time.ahead.is_some() { FactStatus::Planned } else { FactStatus::Current };
        let frame = Frame { status, when: timed.time.ahead.clone(), ..frame.clone() };
        let frame = Frame { is_new: true, ..frame };
        Some(vec![frame.claim(what, "be", self.time(clause, timed))])
    }

    /// `She's moved in with us`: with whom somebody lives.
    pub(super) fn joined(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let verb = &clause.verb;
        let joins = verb.base == "move" && verb.particle.as_deref() == Some("in");
        let others =
            clause.complements.iter().find(|place| place.preposition.as_deref() == Some("with"))?;
        (joins && !frame.negated && frame.status == FactStatus::Past)
            .then(|| self.each(others, subject, "live_with", &changed_frame(frame)))
    }

    /// `My rent went up to 850`.
    pub(super) fn became(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        if subject.kind != Kind::Thing || frame.negated {
            return None;
        }
        // `Petrol hit 1.60`
        if ["hit", "reach", "top"].contains(&base)
            && let Some(What::Nominals(list)) = direct(clause).map(|direct| &direct.what)
            && let Some(amount) =
                list.first().filter(|one| self.phrases.words[one.words.start].is_number())
        {
            return Some(vec![now(frame).claim(subject, "be", self.party(amount)?)]);
        }
        // `Flight delayed till 9pm`: it was.
        if CHANGES.contains(&base) && direct(clause).is_none() && frame.status == FactStatus::Past {
            let moved = self.moved(clause, subject, frame);
            return moved.or_else(|| self.rose(clause, subject, frame));
        }
        if !BECOMES.contains(&base) {
            return None;
        }
        self.rose(clause, subject, frame)
    }

    /// To what amount or hour something went or was put.
    fn rose(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        if let Some(value) = raised(clause) {
            return Some(vec![now(frame).claim(subject, "be", value)]);
        }
        let to = clause.complements.iter().find(|place| {
            ["to", "up_to", "down_to"].contains(&place.preposition.as_deref().unwrap_or_default())
        })?;
        let What::Nominals(values) = &to.what else { return None };
        let first = values.first()?;
        let settled = ["move", "shift", "relocate"].contains(&clause.verb.base.as_str())
            && subject.kind == Kind::Thing
            && !frame.negated
            && frame.status == FactStatus::Past
            && !self.phrases.words[first.words.start].is_number();
        // `Our office moved to York`: where it is.
        if settled {
            return Some(vec![now(frame).claim(subject, "be_in", self.party(first)?)]);
        }
        let amount =
            values.first().filter(|value| self.phrases.words[value.words.start].is_number())?;
        let value = self.party(amount)?;
        Some(vec![now(frame).claim(subject, "be", value)])
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
        let school = matches!(&new.what, What::Nominals(list) if list.iter().all(|item| {
            item.name.split(' ').any(|word| SCHOOLS.contains(&word))
        }));
        if school && !frame.negated {
            return Some(self.each(new, subject, "go_to", &changed_frame(frame)));
        }
        // Who turns to another is read the same whatever the verb.
        let relation = "switch_to";
        let mut claims = self.each(new, subject, relation, frame);
        if let (Some(old), Some(claim)) = (old, claims.first_mut()) {
            claim.effect = Effect::Replace { old: Some(old) };
        }
        Some(claims)
    }
}

/// `gone up by 50 to 850`: read as one amount.
fn raised(clause: &Clause) -> Option<Party> {
    let by = clause.complements.iter().find(|by| by.preposition.as_deref() == Some("by"))?;
    let What::Nominals(list) = &by.what else { return None };
    let (_, value) = list.first()?.name.split_once(" to ")?;
    let is_amount = value.contains(|c: char| c.is_ascii_digit());
    is_amount.then(|| Party { kind: Kind::Quantity, ..Party::named(value) })
}

/// What became so holds now.
pub(super) fn now(frame: &Frame) -> Frame {
    Frame { status: FactStatus::Current, is_new: true, when: None, ..frame.clone() }
}

pub(super) fn changed_frame(frame: &Frame) -> Frame {
    let status = if frame.status == FactStatus::Past { FactStatus::Current } else { frame.status };
    Frame { status, is_new: true, ..frame.clone() }
}

/// `He had his 16th birthday`: how old he is.
pub(super) fn birthday(clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
    let base = clause.verb.base.as_str();
    let What::Nominals(list) = &direct(clause)?.what else { return None };
    let item = list.first()?;
    let first = item.name.strip_suffix(" birthday")?;
    let age = first.trim_end_matches(char::is_alphabetic);
    let ordinal = !age.is_empty() && age.chars().all(|c| c.is_ascii_digit());
    let held = ["have", "celebrate"].contains(&base) && frame.status == FactStatus::Past;
    (ordinal && held && !frame.negated).then(|| {
        let object = Party { kind: Kind::Quantity, ..Party::named(age) };
        vec![now(frame).claim(subject, "be", object)]
    })
}
