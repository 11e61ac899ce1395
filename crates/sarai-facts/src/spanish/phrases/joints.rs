//! Nouns that belong together: joined by `y`, listed, or a name set beside a noun.

use super::{Form, Opening, Reader, text};
use crate::claim::Kind;
use crate::spanish::lists::{self, within};
use crate::spanish::parts::Part;

impl Reader<'_> {
    /// `y` and another noun, with or without the same preposition.
    pub(super) fn joined(&mut self, at: usize) -> usize {
        let Some(last) = self.found.last() else { return at + 1 };
        let (form, preposition, opening, from) =
            (last.form, last.preposition.clone(), last.opening, last.words.start);
        let adjacent = last.words.end == at;
        let mut next = at + 1;
        if matches!(self.fold(next), "tambien" | "tampoco") {
            next += 1;
        }
        if form == Form::Action && matches!(self.part(next), Some(Part::Infinitive | Part::Gerund))
        {
            let end = self.action(next, next, preposition);
            self.merge(from, end);
            return end;
        }
        if form != Form::Noun || !adjacent {
            return at + 1;
        }
        let indefinite =
            matches!(self.fold(next), "un" | "una" | "otro" | "otra" | "otros" | "otras");
        if preposition.is_some() && indefinite && opening != Opening::Indefinite {
            return at + 1;
        }
        let start = next;
        let own = self.part(next) == Some(Part::Preposition);
        if own && Some(self.fold(next)) == preposition.as_deref() {
            next += 1;
        } else if own {
            return at + 1;
        }
        if self.part(next) == Some(Part::Pronoun) && self.fold(next) == "yo" {
            let party = self.pronoun(next);
            self.push(Form::Noun, None, start..next + 1, vec![party], opening);
            self.merge(from, next + 1);
            return next + 1;
        }
        match self.noun(next, start, preposition) {
            Some(end) => {
                self.merge(from, end);
                end
            }
            None => at + 1,
        }
    }

    /// A comma: more of a list, or a name set beside a noun.
    pub(super) fn comma(&mut self, at: usize) -> usize {
        let Some(last) =
            self.found.last().filter(|last| last.form == Form::Noun && last.words.end == at)
        else {
            return at + 1;
        };
        if self.part(at + 1) == Some(Part::Article) && self.fold(at + 2) == "de" {
            let end = self.complements(at + 2);
            if let Some(last) = self.found.last_mut() {
                last.words.end = end;
            }
            return if self.fold(end) == "," { end + 1 } else { end };
        }
        // `cerca de Jardín, Antioquia`: where the town is.
        let inside = !last.bare()
            && self.part(last.words.end - 1) == Some(Part::Name)
            && self.part(at + 1) == Some(Part::Name)
            && (at + 2 >= self.end || self.part(at + 2) == Some(Part::Mark));
        if inside {
            return at + 2;
        }
        let listed = (at + 1..self.end).find(|next| {
            matches!(
                self.part(*next),
                Some(Part::And | Part::Mark | Part::Verb | Part::Link | Part::Clitic)
            )
        });
        let closes = |next: usize| {
            next >= self.end || self.part(next) == Some(Part::Mark) && self.fold(next) == ","
        };
        if let Some(end) = self.apposition(at + 1)
            && (closes(end) || end == self.end)
            && last.parties.len() == 1
        {
            return self.set_beside(at + 1, end);
        }
        let list = listed.is_some_and(|next| {
            self.part(next) == Some(Part::And)
                || (self.fold(next) == ","
                    && self.found.iter().rev().take(1).all(|last| last.parties.len() > 1))
                || self.fold(next) == ","
        });
        if list
            && !matches!(
                self.part(at + 1),
                Some(
                    Part::Preposition
                        | Part::Verb
                        | Part::Clitic
                        | Part::Link
                        | Part::Adverb
                        | Part::Time
                )
            )
        {
            return self.joined(at);
        }
        at + 1
    }

    /// Where a name or a kinship set beside a noun ends.
    pub(super) fn apposition(&self, at: usize) -> Option<usize> {
        let last = self.found.last()?;
        let proper = last.opening == Opening::Bare
            && last.parties.iter().all(|party| party.name.starts_with(char::is_uppercase));
        let named = proper
            || last.parties.iter().any(|party| matches!(party.kind, Kind::Person | Kind::Animal))
            || last.opening == Opening::Possessive;
        let mut next = at;
        if matches!(self.part(next), Some(Part::Article | Part::Possessive)) {
            next += 1;
        }
        let titled = last
            .parties
            .iter()
            .all(|party| party.name.starts_with(char::is_uppercase) || !party.also.is_empty());
        let kin = (self.part(at) == Some(Part::Possessive) || next > at && titled)
            && lists::sort(self.fold(next)).is_some()
            && last.preposition.as_deref() != Some("segun");
        let titles = next > at || matches!(self.fold(next), "don" | "dona" | "sor" | "fray");
        if within("title", self.fold(next)) && self.part(next + 1) == Some(Part::Name) && titles {
            next += 1;
        }
        let name = self.part(next) == Some(Part::Name);
        if !(named && (name || kin)) {
            return None;
        }
        while matches!(self.part(next), Some(Part::Name | Part::Noun)) {
            next += 1;
        }
        next = self.complements(next);
        (!kin || self.fold(next) == ",").then_some(next)
    }

    pub(super) fn set_beside(&mut self, at: usize, end: usize) -> usize {
        let from =
            at + usize::from(matches!(self.part(at), Some(Part::Article | Part::Possessive)));
        let name = text(self.line, from..end);
        let kin = self.part(at) == Some(Part::Possessive) || lists::sort(self.fold(from)).is_some();
        if let Some(last) = self.found.last_mut() {
            last.words.end = end;
            if let Some(party) = last.parties.first_mut() {
                if let Some(gender) = lists::names().get(&crate::fold::fold(&name)) {
                    party.gender = Some(*gender);
                }
                party.also.push(name);
                if kin {
                    party.kind = Kind::Person;
                }
            }
        }
        if self.fold(end) == "," { end + 1 } else { end }
    }

    /// Puts the last phrase's parties with the one that begins at `from`.
    pub(super) fn merge(&mut self, from: usize, end: usize) {
        if let Some(next) = self.found.pop()
            && let Some(last) = self.found.last_mut().filter(|last| last.words.start == from)
        {
            last.parties.extend(next.parties);
            last.words.end = end;
        }
    }
}
