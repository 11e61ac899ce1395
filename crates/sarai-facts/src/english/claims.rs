//! Clauses become claims.

mod being;
mod changing;
mod couples;
mod doing;
mod exchanging;
mod idle;
mod others;
mod parties;
mod timing;
mod working;

use std::ops::Range;

use sarai_core::fact::{Extractor, FactStatus};

use super::clauses::{Clause, Complement, What};
use super::phrases::Phrases;
use super::referents::Referents;
use super::verbs::Tense;
use super::words::Word;
use super::{bytes, notes};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::reading::{Refusal, Refused};

/// What was found in a part of a message besides its claims.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub refused: Vec<Refused>,
    /// Whether a finite assertion was read.
    pub has_clause: bool,
    /// Whether a guess was read, or what nobody wants kept: no other reader need look at it.
    pub has_idle: bool,
}

/// Somebody speaking, and whom they spoke of so far.
pub(super) struct Speech<'a, 'r> {
    pub phrases: Phrases<'a>,
    pub referents: &'r mut Referents,
}

/// What all claims of a clause share.
#[derive(Debug, Clone)]
struct Frame {
    negated: bool,
    status: FactStatus,
    when: Option<String>,
    since: Option<String>,
    /// It was said that it ended: `no longer`, `anymore`.
    is_over: bool,
    /// It was said that it changed: `now`.
    is_new: bool,
    span: Range<usize>,
}

impl Speech<'_, '_> {
    /// Reads a part of a message into claims.
    pub(super) fn read(&mut self, part: Range<usize>, claims: &mut Vec<Claim>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut part = part;
        if let Some((claim, end)) = notes::introduction(self.phrases, &part) {
            claims.push(claim);
            part.start = end.min(part.end);
        }
        let clauses = self.phrases.clauses(part.clone());
        let mut guessed = false;
        let mut conditional = false;
        let first = claims.len();
        for clause in &clauses.found {
            let span = bytes(self.phrases.words, &clause.words);
            let opens_condition = clause.marker.as_deref().is_some_and(is_condition);
            let general = clause
                .marker
                .as_deref()
                .is_some_and(|marker| ["when", "whenever"].contains(&marker))
                && clause.verb.tense == Tense::Present
                && !clause.verb.is_perfect;
            let childhood = clause.marker.as_deref() == Some("when") && clause.verb.is_be();
            if general || childhood {
                continue;
            }
            if opens_condition
                || clause.verb.is_hypothetical
                || conditional
                || guessed && !is_own(clause)
            {
                outcome.refused.push(Refused { span, reason: Refusal::Hypothetical });
                // The clause after a condition depends on it.
                conditional = opens_condition && clause.words.start <= part.start + 2;
                guessed = false;
                continue;
            }
            conditional = false;
            guessed = is_guess(clause);
            if guessed || is_wish(clause) {
                guessed = true;
                outcome.has_idle = true;
                continue;
            }
            if self.is_idle(clause) {
                outcome.has_idle = true;
                continue;
            }
            outcome.has_clause = true;
            let before = claims.len();
            if self.follows(clause, first, claims) {
                continue;
            }
            self.clause(clause, claims);
            for claim in claims.iter().skip(before) {
                self.referents.note_claim(claim);
            }
            if claims.len() == before {
                self.note_unclaimed(clause);
            }
        }
        for fragment in clauses.fragments {
            let before = claims.len();
            notes::read(self, fragment, first, claims);
            for claim in claims.iter().skip(before) {
                self.referents.note_claim(claim);
            }
        }
        outcome
    }

    /// Reads a clause that only makes sense after what was said just before: `I meant 6:50`,
    /// `it's Kev now`. `first` is where the claims of its sentence begin.
    fn follows(&self, clause: &Clause, first: usize, claims: &mut Vec<Claim>) -> bool {
        if let Some(object) = self.meant_instead(clause)
            && let Some(last) = claims.get_mut(first..).and_then(<[Claim]>::last_mut)
        {
            let old = std::mem::replace(&mut last.object, object);
            last.effect = Effect::Replace { old: Some(old.name) };
            return true;
        }
        let follower = self.follower(clause, claims.get(first..).unwrap_or_default());
        if follower.is_some() {
            claims.extend(follower);
            return true;
        }
        let Some(renamed) = renamed(clause, claims.last()) else { return false };
        claims.extend(self.clause_named(clause, &renamed));
        true
    }

    /// What is spoken of can be meant later even when nothing is claimed of it.
    fn note_unclaimed(&mut self, clause: &Clause) {
        for complement in &clause.complements {
            if let What::Nominals(list) = &complement.what {
                for nominal in list {
                    if let Some(party) = self.party(nominal) {
                        self.referents.note(&party);
                    }
                }
            }
        }
        for subject in &clause.subjects {
            if let Some(party) = self.party(subject) {
                self.referents.note(&party);
            }
        }
    }

    /// `My name isn't Jon, it's John`: what it is then.
    fn clause_named(&self, clause: &Clause, who: &Party) -> Option<Claim> {
        let What::Nominals(list) = &clause.complements.first()?.what else { return None };
        let object = self.party(list.first()?)?;
        let frame = self.frame(clause);
        Some(frame.claim(who, "be_called", Party { kind: Kind::Person, ..object }))
    }

    /// Reads one clause into claims.
    fn clause(&mut self, clause: &Clause, claims: &mut Vec<Claim>) {
        self.appositions(clause, claims);
        self.names_given(clause, claims);
        let before = claims.len();
        let frame = self.frame(clause);
        let subjects = self.subjects(clause);
        if subjects.is_empty() {
            // `They've moved my test`: it does not matter who did.
            let nobody = Party::named("*");
            let made = self
                .special(clause, &nobody, &frame)
                .or_else(|| self.mended(clause, &frame))
                .unwrap_or_default();
            claims.extend(made.into_iter().filter(|claim| claim.subject.name != nobody.name));
        }
        // `My sister quit her job`: her own.
        if clause.complements.iter().any(has_owner) {
            for subject in subjects.iter().filter(|subject| subject.kind == Kind::Person) {
                self.referents.note(subject);
            }
        }
        for subject in &subjects {
            let made = if clause.verb.is_be() {
                self.being(clause, subject, &frame)
            } else {
                self.doing(clause, subject, &frame)
            };
            claims.extend(made);
        }
        self.instead(clause, &mut claims[before..]);
    }

    fn frame(&self, clause: &Clause) -> Frame {
        let verb = &clause.verb;
        let since = clause.times.iter().any(timing::is_since);
        let is_over =
            verb.no_longer || verb.is_negated && (clause.is_over || verb.is_perfect && since);
        let negative_subject = clause.subjects.iter().any(|subject| subject.is_negative);
        let (when, since) = self.when(clause);
        Frame {
            negated: verb.is_negated != negative_subject || (verb.is_negated && negative_subject),
            status: self.status(clause),
            when,
            since,
            is_over,
            is_new: clause.is_new && verb.tense == Tense::Present,
            span: bytes(self.phrases.words, &clause.words),
        }
    }
}

impl Frame {
    /// Returns a claim in this frame.
    fn claim(&self, subject: &Party, relation: &str, object: Party) -> Claim {
        let schooled = relation == "go_to" && object.name.starts_with(char::is_uppercase);
        let effect = if self.is_over && self.negated {
            Effect::End
        } else if self.is_new && !self.negated && (gives_way(relation) || schooled) {
            Effect::Replace { old: None }
        } else {
            Effect::Add
        };
        Claim {
            subject: subject.clone(),
            relation: relation.to_owned(),
            object,
            negated: self.negated,
            status: self.status,
            when: self.when.clone(),
            since: self.since.clone(),
            effect,
            extractor: Extractor::Pattern,
            span: self.span.clone(),
        }
    }
}

/// Returns whether `now` with such a relation says that the earlier one is over.
fn gives_way(relation: &str) -> bool {
    let verb = relation.split('_').next().unwrap_or_default();
    [
        "live", "work", "be", "drive", "study", "attend", "date", "see", "rent", "stay", "use",
        "support", "have", "own", "earn", "cost", "pay", "charge", "owe", "weigh", "want", "read",
        "watch", "take",
    ]
    .contains(&verb)
}

/// Returns who is called otherwise, when a clause says it of the name denied just before.
fn renamed(clause: &Clause, last: Option<&Claim>) -> Option<Party> {
    let last = last.filter(|claim| claim.negated && claim.relation == "be_called")?;
    let it = clause.subjects.iter().any(|subject| subject.is_pronoun(&["it"]));
    (it && clause.verb.is_be() && !clause.verb.is_negated).then(|| last.subject.clone())
}

/// Returns whether a thing is told to be his, hers or theirs.
fn has_owner(complement: &Complement) -> bool {
    let What::Nominals(list) = &complement.what else { return false };
    list.iter().any(|item| {
        item.owner.as_deref().is_some_and(|owner| ["his", "her", "their"].contains(&owner))
    })
}

fn is_condition(marker: &str) -> bool {
    ["if", "unless", "whether", "like", "once"].contains(&marker)
}

fn is_own(clause: &Clause) -> bool {
    clause.subjects.first().is_some_and(|subject| subject.is_pronoun(&["i", "we"]))
        && !clause.verb.is_hypothetical
}

/// `I think …`: what follows is a guess.
fn is_guess(clause: &Clause) -> bool {
    const GUESSES: &[&str] = &[
        "think", "guess", "reckon", "suppose", "believe", "assume", "suspect", "bet", "doubt",
        "imagine", "wonder", "expect",
    ];
    let own = clause.subjects.iter().all(|subject| subject.is_pronoun(&["i", "we"]));
    own && GUESSES.contains(&clause.verb.base.as_str()) && clause.complements.is_empty()
}

fn is_wish(clause: &Clause) -> bool {
    ["wish", "hope"].contains(&clause.verb.base.as_str())
        && clause.complements.iter().all(|complement| complement.preposition.is_some())
}
