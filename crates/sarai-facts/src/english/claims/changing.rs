//! What changes: another job, another value, another time.

use super::doing::{direct, with};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::lexicon;
use crate::english::phrases::Nominal;
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
        // `I was promoted to ward manager`, `I've become a teacher`.
        let risen = base == "promote" && clause.verb.is_passive;
        let became = base == "become" && object.is_some_and(is_trade);
        let risen = place(&["to"]).filter(|_| risen);
        if let Some(trade) = risen.or(direct(clause).filter(|_| became))
            && !frame.negated
        {
            return Some(self.each(trade, subject, "be", &changed_frame(frame)));
        }
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
        if let Some(claims) = self.schooled(clause, subject, frame) {
            return Some(claims);
        }
        // `I got hired at a bank`
        let hired = ["hire", "employ", "recruit"].contains(&base) && clause.verb.is_passive;
        if hired
            && !frame.negated
            && let Some(firm) = place(&["at", "by", "in"])
        {
            return Some(self.each(firm, subject, "work_at", &changed_frame(frame)));
        }
        let gives_notice = ["lose", "quit", "leave"].contains(&base) && is_job
            || base == "hand" && object.is_some_and(|object| object.name.contains("notice"));
        let stops = gives_notice
            || base == "retire" && clause.verb.tense != crate::english::verbs::Tense::Future
            || clause.verb.is_passive
                && (["fire", "sack", "dismiss"].contains(&base)
                    || base == "lay" && clause.verb.particle.as_deref() == Some("off")
                    || base == "make" && self.says(clause, &["redundant"]))
            || base == "be" && self.says(clause, &["let"]) && self.says(clause, &["go"]);
        let somebody = matches!(subject.kind, Kind::Speaker | Kind::Person);
        if stops && somebody && !frame.negated {
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

    fn says(&self, clause: &Clause, words: &[&str]) -> bool {
        clause.words.clone().any(|at| self.phrases.is(at, words))
    }

    /// `My daughter started year 4`, `I dropped out`.
    fn schooled(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        const FORMS: &[&str] = &["year", "grade", "form", "kindergarten", "nursery", "preschool"];
        let base = clause.verb.base.as_str();
        let begins = ["start", "begin", "enter"].contains(&base) && !frame.negated;
        if begins && let Some(form) = direct(clause) {
            let What::Nominals(list) = &form.what else { return None };
            let name = &list.first()?.name;
            let is_form = name.split(' ').any(|word| FORMS.contains(&word));
            let frame = Frame { is_new: true, ..changed_frame(frame) };
            return is_form.then(|| self.each(form, subject, "be_in", &frame));
        }
        let leaves = base == "drop" && clause.verb.particle.as_deref() == Some("out")
            || base == "graduate" && frame.status == FactStatus::Past;
        if !leaves || frame.negated {
            return None;
        }
        let mut claims = self.told_of(clause, subject, frame);
        claims.push(Claim {
            effect: Effect::End,
            ..frame.claim(subject, "study", Party::named("*"))
        });
        Some(claims)
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

fn is_trade(object: &Nominal) -> bool {
    let head = object.name.split(" of ").next().unwrap_or_default();
    lexicon::is_role(head.rsplit(' ').next().unwrap_or_default())
        && object.determiner.is_some()
        && !object.is_plural()
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
