//! Whom `he`, `it` and `there` mean: what was spoken of last and fits.

use super::lexicon;
use crate::claim::{Claim, Gender, Kind, Number, Party};
use crate::reading::Earlier;

/// Who and what was spoken of, the latest last.
#[derive(Debug, Clone, Default)]
pub(super) struct Referents {
    found: Vec<Party>,
}

/// How many parties are remembered.
const PARTIES_MAX: usize = 48;

impl Referents {
    /// Returns those of the earlier messages.
    pub(super) fn of(earlier: &[Earlier]) -> Referents {
        let mut referents = Referents::default();
        for message in earlier.iter().rev().take(4).rev() {
            for claim in &message.claims {
                referents.note_claim(claim);
            }
        }
        referents
    }

    /// Remembers whom a claim speaks of; its subject is the likelier one to be meant next.
    pub(super) fn note_claim(&mut self, claim: &Claim) {
        let is_name = claim.relation == "be_called" || claim.relation == "llamarse";
        // What somebody is like is nothing to speak of: `I'm pregnant`.
        let state = claim.relation == "be" && lexicon::is_adjective(&claim.object.name);
        if !is_name && !state {
            self.note(&claim.object);
        }
        self.note(&claim.subject);
    }

    pub(super) fn note(&mut self, party: &Party) {
        let nobody = ["", "*", "nosotros"].contains(&party.name.as_str());
        if party.kind == Kind::Speaker || nobody {
            return;
        }
        let mut party = party.clone();
        complete(&mut party);
        self.found.retain(|there| there.name != party.name);
        self.found.push(party);
        if self.found.len() > PARTIES_MAX {
            self.found.remove(0);
        }
    }

    pub(super) fn note_all(&mut self, parties: &[Party]) {
        for party in parties {
            self.note(party);
        }
    }

    /// Returns whether somebody or something of this name was spoken of.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.found
            .iter()
            .any(|party| party.name == name || party.also.iter().any(|own| own == name))
    }

    /// Returns the partner spoken of last: the girlfriend, or who was dated.
    pub(super) fn partner(&self) -> Option<Party> {
        let roles = ["girlfriend", "boyfriend", "partner", "fiance", "fiancee", "husband", "wife"];
        let close = |party: &&Party| roles.contains(&party.name.as_str());
        let person = |party: &&Party| party.kind == Kind::Person && !is_plural(party);
        let latest = || self.found.iter().rev();
        latest().find(close).or_else(|| latest().find(person)).cloned()
    }

    /// Returns the one thing spoken of that `head` is short for: `the key` is the spare key.
    pub(super) fn headed(&self, head: &str) -> Option<String> {
        let short = !head.contains(' ') && !head.starts_with(char::is_uppercase);
        let fits = |party: &&Party| {
            party.kind == Kind::Thing
                && party.name.strip_suffix(head).is_some_and(|rest| rest.ends_with(' '))
                && !party.name.contains(" of ")
        };
        let mut found = self.found.iter().filter(fits);
        let one = found.next().filter(|_| short && !self.knows(head))?;
        found.next().is_none().then(|| one.name.clone())
    }

    /// Returns whom a pronoun means.
    pub(super) fn meant(&self, pronoun: &str) -> Option<Party> {
        let living = |party: &&Party| matches!(party.kind, Kind::Person | Kind::Animal);
        let latest =
            |fits: &dyn Fn(&Party) -> bool| self.found.iter().rev().find(|party| fits(party));
        let found = match pronoun {
            "he" | "him" | "his" => {
                let gender = |party: &Party| party.gender == Some(Gender::Masculine);
                latest(&|party| gender(party) && living(&party) && !is_plural(party))
                    .or_else(|| {
                        latest(&|party| {
                            living(&party) && party.gender.is_none() && !is_plural(party)
                        })
                    })
                    .or_else(|| latest(&|party| is_unknown_name(party)))
            }
            "she" | "her" | "hers" => {
                let gender = |party: &Party| party.gender == Some(Gender::Feminine);
                latest(&|party| gender(party) && living(&party) && !is_plural(party))
                    .or_else(|| {
                        latest(&|party| {
                            living(&party) && party.gender.is_none() && !is_plural(party)
                        })
                    })
                    .or_else(|| latest(&|party| is_unknown_name(party)))
            }
            "they" | "them" | "their" | "theirs" => latest(&|party| {
                is_plural(party) && !matches!(party.kind, Kind::Quantity | Kind::Time)
            })
            .or_else(|| latest(&|party| living(&party) && party.gender.is_none())),
            "it" | "its" => latest(&|party| {
                !is_plural(party)
                    && (matches!(party.kind, Kind::Thing | Kind::Animal | Kind::Place)
                        || party.kind == Kind::Quantity && party.name.contains(" of "))
            })
            // `I've changed doctor, it's Dr Wu now`
            .or_else(|| latest(&|party| crate::relations::is_service(&party.name))),
            _ => None,
        };
        found.cloned()
    }
}

fn is_plural(party: &Party) -> bool {
    party.number == Some(Number::Plural)
}

/// A capitalised name of which nothing more is known may be anybody's.
fn is_unknown_name(party: &Party) -> bool {
    party.kind == Kind::Thing
        && party.gender.is_none()
        && party.name.starts_with(char::is_uppercase)
        && !is_plural(party)
}

/// Fills kind and gender from the names, where they tell.
pub(super) fn complete(party: &mut Party) {
    let words: Vec<String> = std::iter::once(&party.name)
        .chain(&party.also)
        .flat_map(|name| name.split(' '))
        .map(str::to_lowercase)
        .collect();
    if party.gender.is_none() {
        party.gender = words.iter().rev().find_map(|word| lexicon::gender_of(word));
    }
    if party.kind == Kind::Thing {
        let head = party.name.split(" of ").next().unwrap_or_default();
        let last = head.rsplit(' ').next().unwrap_or_default().to_lowercase();
        if lexicon::is_animal(&last) {
            party.kind = Kind::Animal;
        } else if lexicon::is_person(&last) {
            party.kind = Kind::Person;
        }
    }
}
