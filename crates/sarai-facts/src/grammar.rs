//! Reads what the clause readers left over, by the grammar of the sentence.
//!
//! The clause readers know how people tell things; a parser knows how sentences are built. What the
//! first cannot place, such as a verb they do not know, is looked at once more: the root of the
//! sentence, who does it, and to whom or where. Without a parser for the language the leftovers
//! stay, for a slower reader.

mod english;
mod spanish;

use std::ops::Range;

use sarai_core::fact::{Extractor, FactStatus, SPEAKER};
use sarai_core::language::Language;
use sarai_core::syntax::{Sentence, Token};

use crate::claim::{Claim, Effect, Kind, Party};
use crate::reading::{Discourse, Reading};

/// Longest leftover that is parsed, in bytes.
const BYTES_MAX: usize = 600;

/// Longest name, in tokens.
const NAME_TOKENS_MAX: usize = 8;

/// Finds claims in the leftovers of `reading`; those in which there are none stay.
pub(crate) fn complete(text: &str, discourse: &Discourse<'_>, reading: &mut Reading) {
    let language = reading.language;
    let Some(parser) = discourse.parsers.iter().find(|parser| parser.language() == language) else {
        return;
    };
    reading.leftovers.retain(|span| {
        let Some(part) = text.get(span.clone()).filter(|part| part.len() <= BYTES_MAX) else {
            return true;
        };
        let sentences = parser.parse(part);
        let found: Vec<Claim> =
            sentences.iter().filter_map(|sentence| claim(sentence, part, span, language)).collect();
        let none = found.is_empty();
        reading.claims.extend(found);
        none
    });
}

/// What the root of a sentence says, in the tokens of the sentence.
struct Root {
    /// The verb's base form, with a preposition after `_`.
    relation: String,
    subject: Who,
    object: usize,
    negated: bool,
    status: FactStatus,
}

/// Who does it.
enum Who {
    Speaker,
    /// The speaker and others.
    Household,
    Named(usize),
}

fn claim(
    sentence: &Sentence,
    part: &str,
    span: &Range<usize>,
    language: Language,
) -> Option<Claim> {
    let tree = Tree(&sentence.tokens);
    let root = match language {
        Language::Spanish => spanish::root(tree)?,
        Language::English => english::root(tree)?,
    };
    let party = |head: usize| tree.party(head, part, span.start, language);
    let subject = match root.subject {
        Who::Speaker => Party::speaker(),
        Who::Household if language == Language::English => Party::speaker(),
        Who::Household => Party { kind: Kind::Person, ..Party::named("nosotros") },
        Who::Named(head) => party(head)?,
    };
    let object = party(root.object)?;
    if object.name == subject.name || object.name == SPEAKER {
        return None;
    }
    Some(Claim {
        subject,
        relation: root.relation,
        object,
        negated: root.negated,
        status: root.status,
        when: None,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Grammar,
        span: span.clone(),
    })
}

/// The tokens of a sentence as a tree.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a [Token]);

impl<'a> Tree<'a> {
    fn root(self) -> Option<usize> {
        self.0.iter().enumerate().position(|(place, token)| token.head == place)
    }

    fn token(self, place: usize) -> &'a Token {
        &self.0[place]
    }

    fn children(self, head: usize) -> impl Iterator<Item = usize> + 'a {
        let tokens = self.0;
        (0..tokens.len()).filter(move |place| tokens[*place].head == head && *place != head)
    }

    /// Returns the first child that depends in one of these ways.
    fn child(self, head: usize, labels: &[&str]) -> Option<usize> {
        self.children(head).find(|child| labels.contains(&self.0[*child].label.as_str()))
    }

    /// Returns what `head` names: itself and the words around it that belong to the name.
    fn party(self, head: usize, part: &str, offset: usize, language: Language) -> Option<Party> {
        let (loose, determiners) = match language {
            Language::Spanish => (spanish::LOOSE, spanish::DETERMINERS),
            Language::English => (english::LOOSE, english::DETERMINERS),
        };
        let mut places = vec![head];
        self.gather(head, loose, &mut places);
        places.sort_unstable();
        // A name is one stretch of words: what stands apart is left out.
        let at = places.iter().position(|place| *place == head)?;
        let mut first = at;
        while first > 0 && places[first - 1] + 1 == places[first] {
            first -= 1;
        }
        let mut last = at;
        while last + 1 < places.len() && places[last] + 1 == places[last + 1] {
            last += 1;
        }
        let mut first = places[first];
        let last = places[last];
        while first < head && determiners.contains(&self.token(first).text.to_lowercase().as_str())
        {
            first += 1;
        }
        if last - first >= NAME_TOKENS_MAX {
            return None;
        }
        let named = self.token(first).span.start..self.token(last).span.end;
        let name = part.get(named.clone())?.split_whitespace().collect::<Vec<_>>().join(" ");
        let proper = self.token(head).pos == "PROPN";
        let plain = ["NOUN", "PROPN", "NUM", "ADJ"].contains(&self.token(head).pos.as_str());
        plain.then(|| Party {
            kind: if proper { Kind::Person } else { Kind::Thing },
            span: Some(named.start + offset..named.end + offset),
            ..Party::named(name)
        })
    }

    /// Adds what belongs to the name of `head`, without what is only said about it.
    fn gather(self, head: usize, loose: &[&str], places: &mut Vec<usize>) {
        for child in self.children(head) {
            let token = self.token(child);
            let outside = token.label == "case" && child < head && places.len() == 1;
            if loose.contains(&token.label.as_str()) || outside {
                continue;
            }
            places.push(child);
            self.gather(child, loose, places);
        }
    }
}
