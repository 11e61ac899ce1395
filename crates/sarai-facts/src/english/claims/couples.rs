//! Couples: that they part and marry.

use super::doing::direct;
use super::{Frame, Speech};
use crate::claim::{Claim, Kind, Party};
use crate::english::clauses::{Clause, What};
use crate::english::phrases::Nominal;

impl Speech<'_, '_> {
    /// `Kieran and I split up`.
    pub(super) fn parted(
        &self,
        clause: &Clause,
        subject: &Party,
        relation: &str,
        frame: &Frame,
    ) -> Vec<Claim> {
        if subject.kind != Kind::Speaker
            && clause.subjects.iter().any(|other| other.is_pronoun(&["i", "me"]))
        {
            return Vec::new();
        }
        let others = clause.subjects.iter().filter_map(|other| self.party(other));
        others
            .filter(|other| other.name != subject.name)
            .map(|other| frame.claim(subject, relation, other))
            .take(1)
            .collect()
    }
}

/// Returns whether the clause speaks of the speaker and one other: `Jake and I`.
pub(super) fn is_couple(clause: &Clause) -> bool {
    let own = |subject: &&Nominal| subject.is_pronoun(&["i", "me"]);
    clause.subjects.len() == 2
        && clause.subjects.iter().filter(own).count() == 1
        && clause.subjects.iter().any(|subject| subject.is_name() || subject.pronoun.is_none())
}

/// `Jo and I separated`, `Jo and I ended it`, `Jo and I called off the engagement`.
pub(super) fn is_end_of_couple(clause: &Clause) -> bool {
    let What::Nominals(list) = (match direct(clause) {
        None => return clause.verb.base != "end" && clause.verb.base != "call",
        Some(direct) => &direct.what,
    }) else {
        return false;
    };
    list.iter().all(|item| {
        item.is_pronoun(&["it"])
            || ["things", "relationship", "engagement", "marriage", "day", "quits"]
                .contains(&item.name.as_str())
    })
}

/// `got married to Sam`: `get married to` somebody.
pub(super) fn got_married(clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
    let What::Nominals(list) = &direct(clause)?.what else { return None };
    let item = list.first()?;
    // `Sofia and I got married`: to each other.
    let other = clause.subjects.iter().find(|other| other.is_name());
    if let Some(other) = other.filter(|_| is_couple(clause) && item.name == "married") {
        let object = Party { kind: Kind::Person, ..Party::named(other.name.clone()) };
        let own = subject.kind == Kind::Speaker;
        return Some(own.then(|| frame.claim(subject, "marry", object)).into_iter().collect());
    }
    let (state, other) = item.name.split_once(" to ")?;
    let relation = match state {
        "married" => "get_married_to",
        "engaged" => "get_engaged_to",
        _ => return None,
    };
    let object = Party { kind: Kind::Person, ..Party::named(other) };
    Some(vec![frame.claim(subject, relation, object)])
}
