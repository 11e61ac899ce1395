//! Whom and what a claim names.

use super::Speech;
use crate::claim::{Claim, Kind, Party};
use crate::english::bytes;
use crate::english::clauses::{Clause, What};
use crate::english::phrases::Nominal;
use crate::english::referents::complete;

impl Speech<'_, '_> {
    /// Returns whom a clause speaks of: the speaker when it does not say.
    pub(super) fn subjects(&self, clause: &Clause) -> Vec<Party> {
        if clause.subjects.is_empty() {
            return vec![Party::speaker()];
        }
        // `Mum and I`: both, each for themselves.
        clause.subjects.iter().filter_map(|subject| self.party(subject)).collect()
    }

    /// Returns whom a nominal means; `None` when that is not known or is nobody.
    pub(in crate::english) fn party(&self, nominal: &Nominal) -> Option<Party> {
        let span = Some(bytes(self.phrases.words, &nominal.words));
        if let Some(pronoun) = &nominal.pronoun {
            return self.meant(pronoun, nominal, span);
        }
        if nominal.name.is_empty() || nominal.owner.as_deref() == Some("your") {
            return None;
        }
        let mut party = Party {
            name: nominal.name.clone(),
            also: nominal.also.clone(),
            kind: nominal.kind,
            gender: nominal.gender,
            number: Some(nominal.number),
            span,
        };
        if let Some(owner) =
            nominal.owner.as_deref().filter(|owner| ["his", "her", "their", "its"].contains(owner))
            && !party.name.starts_with("own ")
            && party.name != "own"
            && let Some(owner) = self.referents.meant(owner)
        {
            let short = owner
                .also
                .iter()
                .find(|name| name.starts_with(char::is_uppercase))
                .unwrap_or(&owner.name);
            if short.split(' ').count() <= 2 {
                party.name = format!("{short}'s {}", party.name);
            }
        }
        let definite = nominal.is_bare() || nominal.determiner.as_deref() == Some("the");
        if definite
            && party.kind == Kind::Thing
            && party.also.is_empty()
            && let Some(known) = self.referents.headed(&party.name)
        {
            party.name = known;
        }
        complete(&mut party);
        Some(party)
    }

    fn meant(
        &self,
        pronoun: &str,
        nominal: &Nominal,
        span: Option<std::ops::Range<usize>>,
    ) -> Option<Party> {
        match pronoun {
            // `We have a van`: what is the household's is the speaker's, and no English verb tells
            // the two apart when asked.
            "i" | "me" | "myself" | "we" | "us" | "ourselves" => {
                Some(Party { span, ..Party::speaker() })
            }
            "you" | "yours" | "mine" | "ours" | "yourself" | "nobody" | "nothing" | "something"
            | "everything" | "anything" | "none" | "anyone" | "anybody" => None,
            "someone" | "somebody" | "everyone" | "everybody" => Some(Party {
                kind: Kind::Person,
                also: nominal.also.clone(),
                span,
                ..Party::named(pronoun)
            }),
            other => {
                let mut party = self.referents.meant(other)?;
                party.span = span;
                Some(party)
            }
        }
    }

    /// `Priya, our new account manager,`: what she is.
    pub(super) fn appositions(&mut self, clause: &Clause, claims: &mut Vec<Claim>) {
        let objects = clause.complements.iter().filter_map(|complement| match &complement.what {
            What::Nominals(list) => Some(list.as_slice()),
            What::Phrase(..) => None,
        });
        let all: Vec<&Nominal> = clause.subjects.iter().chain(objects.flatten()).collect();
        for nominal in all {
            let Some(apposition) = &nominal.apposition else { continue };
            let (Some(subject), Some(object)) = (self.party(nominal), self.party(apposition))
            else {
                continue;
            };
            let frame = super::Frame {
                negated: false,
                status: sarai_core::fact::FactStatus::Current,
                when: None,
                since: None,
                is_over: false,
                is_new: false,
                span: bytes(self.phrases.words, &clause.words),
            };
            let claim = frame.claim(&subject, "be", object);
            self.referents.note(&subject);
            claims.push(claim);
        }
    }

    /// `a dog called Rex`: the dog's name.
    pub(super) fn names_given(&mut self, clause: &Clause, claims: &mut Vec<Claim>) {
        let objects = clause.complements.iter().filter_map(|complement| match &complement.what {
            What::Nominals(list) => Some(list.as_slice()),
            What::Phrase(..) => None,
        });
        let all: Vec<&Nominal> = clause.subjects.iter().chain(objects.flatten()).collect();
        for nominal in all {
            let called = &nominal.called;
            if called.is_empty() || nominal.pronoun.is_some() {
                continue;
            }
            let Some(subject) = self.party(nominal) else { continue };
            let frame = super::Frame {
                negated: false,
                status: sarai_core::fact::FactStatus::Current,
                when: None,
                since: None,
                is_over: false,
                is_new: false,
                span: bytes(self.phrases.words, &clause.words),
            };
            let subject = Party { also: Vec::new(), ..subject };
            for name in called {
                let object = Party {
                    kind: subject.kind,
                    gender: subject.gender,
                    ..Party::named(name.clone())
                };
                claims.push(frame.claim(&subject, "be_called", object));
            }
        }
    }
}
