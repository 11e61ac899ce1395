//! One thing for another: `ditched Sky for Virgin`, `replaced the oven with a hob`, `rent instead
//! of own`.

use super::doing::{direct, relation_of};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::phrases::Nominal;
use crate::english::verbs::Tense;
use crate::english::words::Word;
use crate::relations;

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
        let replaced = base == "replace" && clause.verb.is_passive && !frame.negated;
        if replaced && matches!(subject.kind, Kind::Thing) {
            // `my Dell's been replaced by a MacBook`
            let by = clause
                .complements
                .iter()
                .find(|place| matches!(place.preposition.as_deref(), Some("by" | "with")))?;
            let claim = frame.claim(&Party::speaker(), "switch_to", self.party(only(by)?)?);
            let effect = Effect::Replace { old: Some(subject.name.clone()) };
            return Some(vec![Claim { effect, ..claim }]);
        }
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
        let words = &self.phrases.words[item.words.clone()];
        // `a four-man one` is no price.
        let stands_for = words.last().is_some_and(|word| word.is(&["one", "ones"]));
        let is_amount = words.iter().any(Word::is_number) && !stands_for;
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

impl Speech<'_, '_> {
    /// `…, sorry, I meant 6:50`: the right value.
    pub(super) fn meant_instead(&self, clause: &Clause) -> Option<Party> {
        let meant = clause.verb.base == "mean" && clause.verb.tense == Tense::Past;
        let own = clause.subjects.iter().all(|subject| subject.is_pronoun(&["i"]));
        if !meant || !own {
            return None;
        }
        match clause.complements.first().and_then(only) {
            Some(item) => self.party(item),
            None => clause.times.first().map(|timed| self.time(clause, timed)),
        }
    }

    /// `She's chucked Rob, it's Kev now`: who or what came after.
    pub(super) fn follower(&self, clause: &Clause, told: &[Claim]) -> Option<Claim> {
        let last = told.last().filter(|last| !last.negated)?;
        let ended = relations::ending(&last.relation).is_some() && last.object.name != "*";
        let it = clause.subjects.iter().all(|subject| subject.is_pronoun(&["it"]));
        let item = clause.complements.first().and_then(only).filter(|item| item.is_name())?;
        let new = clause.is_new && clause.verb.is_be() && !clause.verb.is_negated;
        if !ended || !it || !new || clause.complements.len() > 1 {
            return None;
        }
        let frame = self.frame(clause);
        Some(Claim {
            effect: Effect::Replace { old: Some(last.object.name.clone()) },
            ..frame.claim(&last.subject, "switch_to", self.party(item)?)
        })
    }
}

fn only(complement: &Complement) -> Option<&Nominal> {
    match &complement.what {
        What::Nominals(list) => list.first(),
        What::Phrase(..) => None,
    }
}
