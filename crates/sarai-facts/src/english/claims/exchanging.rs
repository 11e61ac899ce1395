//! One thing for another: `ditched Sky for Virgin`, `replaced the oven with a hob`, `rent instead
//! of own`.

use super::doing::{direct, relation_of};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::phrases::Nominal;
use crate::english::words::Word;

/// Verbs that give something up for something else.
const GIVING_UP: &[&str] = &[
    "swap",
    "trade",
    "exchange",
    "switch",
    "change",
    "ditch",
    "drop",
    "dump",
    "chuck",
    "bin",
    "axe",
    "give",
    "jack",
    "pack",
    "part-exchange",
    "cancel",
    "abandon",
    "scrap",
];

/// Verbs after which only a name is what somebody has instead: one sells a car for a song.
const LEAVING: &[&str] = &["leave", "quit", "sell", "stop"];

impl Speech<'_, '_> {
    /// Reads what takes the place of something that is given up.
    pub(super) fn exchanged(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let lead = match base {
            "replace" => "with",
            _ if GIVING_UP.contains(&base) || LEAVING.contains(&base) => "for",
            _ => return None,
        };
        let old = direct(clause)?;
        let new =
            clause.complements.iter().find(|place| place.preposition.as_deref() == Some(lead))?;
        let (old_name, item) = (self.party(only(old)?)?, only(new)?);
        let object = self.party(item)?;
        let is_amount = self.phrases.words[item.words.clone()].iter().any(Word::is_number);
        let fits =
            !is_amount && object.kind != Kind::Time && (!LEAVING.contains(&base) || item.is_name());
        if frame.negated || !fits {
            return None;
        }
        let mut claims = match base {
            "replace" | "swap" | "trade" | "exchange" => Vec::new(),
            _ => self.each(old, subject, &relation_of(clause), frame),
        };
        claims.push(Claim {
            effect: Effect::Replace { old: Some(old_name.name) },
            ..frame.claim(subject, "switch_to", object)
        });
        Some(claims)
    }

    /// `I take the bus instead of the train`: what is named gives way.
    pub(super) fn instead(&self, clause: &Clause, claims: &mut [Claim]) {
        let place = clause.complements.iter().find(|place| {
            matches!(place.preposition.as_deref(), Some("instead_of" | "rather_than"))
        });
        let Some(old) = place.and_then(only).and_then(|old| self.party(old)) else { return };
        for claim in claims.iter_mut().filter(|claim| !claim.negated) {
            if claim.effect == Effect::Add {
                claim.effect = Effect::Replace { old: Some(old.name.clone()) };
            }
        }
    }
}

fn only(complement: &Complement) -> Option<&Nominal> {
    match &complement.what {
        What::Nominals(list) => list.first(),
        What::Phrase(..) => None,
    }
}
