//! What others do to somebody: `they put me on nights`, `Boots let me go`, `he was switched to
//! insulin`.

use sarai_core::fact::FactStatus;

use super::doing::direct;
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::phrases::Nominal;
use crate::naming;

/// Verbs that end somebody's work.
const DISMISSING: &[&str] = &["fire", "sack", "dismiss", "axe"];

/// Verbs that bring somebody somewhere else or to something else.
const MOVING: &[&str] = &[
    "put", "move", "transfer", "switch", "relocate", "send", "post", "assign", "reassign", "shift",
    "stick", "bump", "swap", "change",
];

/// Verbs by which a firm or a club takes somebody, alone or with the word after whom it takes.
const HIRING: &[(&str, Option<&str>)] = &[
    ("hire", None),
    ("employ", None),
    ("recruit", None),
    ("poach", None),
    ("take", Some("on")),
    ("pick", Some("up")),
    ("snap", Some("up")),
    ("sign", None),
];

/// When somebody works.
const SHIFTS: &[&str] =
    &["nights", "days", "earlies", "lates", "mornings", "afternoons", "evenings"];

impl Speech<'_, '_> {
    /// Reads what is done to somebody as what they are or have since.
    pub(super) fn done_to(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let told = frame.status != FactStatus::Planned && !frame.negated;
        let person = if clause.verb.is_passive { subject.clone() } else { self.patient(clause)? };
        if !told || !matches!(person.kind, Kind::Speaker | Kind::Person) {
            return None;
        }
        if DISMISSING.contains(&base) && !clause.verb.is_passive {
            let end = |relation| Claim {
                effect: Effect::End,
                ..frame.claim(&person, relation, Party::named("*"))
            };
            return Some(vec![end("work_at"), end("work_as")]);
        }
        if let Some(hired) = self.hired(clause, subject, &person, frame) {
            return Some(vec![hired]);
        }
        let off = place(clause, &["off", "off_of"]).filter(|_| ["take", "wean"].contains(&base));
        if let Some(medicine) = off {
            return Some(self.each(medicine, &person, "come_off", frame));
        }
        if !MOVING.contains(&base) {
            return None;
        }
        let to = place(clause, &["to", "into", "in", "on", "onto", "over_to", "up_to", "down_to"])?;
        let object = self.party(only(to)?)?;
        let lead = to.preposition.as_deref().unwrap_or_default();
        let since = Frame { status: FactStatus::Current, is_new: true, ..frame.clone() };
        if matches!(lead, "on" | "onto") || SHIFTS.contains(&object.name.as_str()) {
            return Some(self.each(to, &person, "be_on", &since));
        }
        let placed = matches!(base, "put" | "stick" | "send" | "post" | "assign");
        if placed && matches!(lead, "in" | "into") {
            return Some(self.each(to, &person, "be_in", &since));
        }
        let other =
            ["switch", "swap", "change"].contains(&base) || !naming::is_proper(&object.name);
        let relation = if other { "switch_to" } else { "transfer_to" };
        Some(self.each(to, &person, relation, frame))
    }

    /// `Costa took me on`: whom somebody is with from then on.
    fn hired(&self, clause: &Clause, firm: &Party, person: &Party, frame: &Frame) -> Option<Claim> {
        let item = only(direct(clause)?)?;
        let after = |word: &str| {
            self.phrases.is(item.words.end, &[word])
                || clause.verb.particle.as_deref() == Some(word)
        };
        let hires = HIRING
            .iter()
            .any(|(verb, follows)| clause.verb.base == *verb && follows.is_none_or(after));
        let named = firm.name.starts_with(char::is_uppercase) && firm.kind != Kind::Person;
        (hires && named && !clause.verb.is_passive)
            .then(|| frame.claim(person, "sign_with", Party { span: None, ..firm.clone() }))
    }

    /// `They've repaired the lift`: how it is, whoever did it.
    pub(super) fn mended(&self, clause: &Clause, frame: &Frame) -> Option<Vec<Claim>> {
        let state = match clause.verb.base.as_str() {
            "fix" => "fixed",
            "repair" => "repaired",
            "mend" => "mended",
            _ => return None,
        };
        let told = frame.status == FactStatus::Past && !frame.negated;
        let thing = self.patient(clause).filter(|thing| told && thing.kind == Kind::Thing)?;
        let since = Frame { status: FactStatus::Current, is_new: true, ..frame.clone() };
        Some(vec![since.claim(&thing, "be", Party::named(state))])
    }

    /// Returns to whom it is done.
    fn patient(&self, clause: &Clause) -> Option<Party> {
        let item = only(direct(clause)?)?;
        self.party(item)
    }
}

fn place<'a>(clause: &'a Clause, leads: &[&str]) -> Option<&'a Complement> {
    clause
        .complements
        .iter()
        .find(|place| place.preposition.as_deref().is_some_and(|lead| leads.contains(&lead)))
}

fn only(complement: &Complement) -> Option<&Nominal> {
    match &complement.what {
        What::Nominals(list) => list.first(),
        What::Phrase(..) => None,
    }
}
