//! Whether what a language model read in a sentence stands in its words.
//!
//! A model may propose whatever it likes. What becomes of it is made of the words of the sentence:
//! the names are cut out of it, the relation is one of its verbs, and a `no` must stand on both
//! sides or on neither. What the model adds of its own is refused.

mod words;

use std::ops::Range;

use sarai_core::fact::{Extractor, FactStatus, SPEAKER};
use sarai_core::language::Language;

use self::words::{Word, words};
use crate::asking::verbs;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::{relations, spanish};

/// Longest name, in words.
const NAME_WORDS_MAX: usize = 8;

/// What a model says it read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub subject: String,
    pub relation: String,
    pub object: String,
    pub negated: bool,
}

/// The sentence it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<'a> {
    /// The whole message.
    pub text: &'a str,
    /// The sentence, in bytes of the message.
    pub span: Range<usize>,
    pub language: Language,
}

/// Which part of a proposal does not stand in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ungrounded {
    Subject,
    Relation,
    Object,
    /// One of the two says no and the other does not.
    Polarity,
}

/// Returns the claim that the words of the sentence bear out, or what they do not.
///
/// The subject is the speaker where the sentence speaks in the first person, words of it, or the
/// name of somebody known where it does not.
pub fn ground(
    proposal: &Proposal,
    given: &Given<'_>,
    known: &dyn Facts,
) -> Lookup<Result<Claim, Ungrounded>> {
    let Some(sentence) = given.text.get(given.span.clone()) else {
        return Ok(Err(Ungrounded::Object));
    };
    let words = words(sentence, given.span.start);
    let sentence = Sentence { text: given.text, words, language: given.language };
    let Some((verb, base, place)) = sentence.relation(&proposal.relation) else {
        return Ok(Err(Ungrounded::Relation));
    };
    let Some((object, led_by)) = sentence.object(&proposal.object, verb) else {
        return Ok(Err(Ungrounded::Object));
    };
    let Some(subject) = sentence.subject(&proposal.subject, verb, known)? else {
        return Ok(Err(Ungrounded::Subject));
    };
    if subject.span.is_some() && subject.span == object.span {
        return Ok(Err(Ungrounded::Subject));
    }
    if sentence.is_negated() != proposal.negated {
        return Ok(Err(Ungrounded::Polarity));
    }
    let relation = match place.or(led_by) {
        Some(place) => format!("{base}_{place}"),
        None => base,
    };
    Ok(Ok(Claim {
        subject,
        relation,
        object,
        negated: proposal.negated,
        status: sentence.status(verb),
        when: None,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Model,
        span: given.span.clone(),
    }))
}

struct Sentence<'a> {
    text: &'a str,
    words: Vec<Word>,
    language: Language,
}

impl Sentence<'_> {
    /// Returns where the verb of a relation stands, its base form, and the preposition after it.
    fn relation(&self, relation: &str) -> Option<(usize, String, Option<String>)> {
        let mut parts = relation.split(|c: char| c == '_' || c.is_whitespace());
        let base = self.base(&parts.next()?.to_lowercase())?;
        let place = parts.next().map(fold);
        if parts.next().is_some() {
            return None;
        }
        if let Some(place) = &place {
            let stands = self.words.iter().any(|word| word.fold == *place);
            if !stands || !words::is_preposition(place) {
                return None;
            }
        }
        let said = |verb: &str| (0..self.words.len()).find(|place| self.is_form(*place, verb));
        let same = || {
            let contrary = relations::is_contrary(&base);
            let others = relations::variants(&base).into_iter();
            others
                .filter(|other| relations::is_contrary(other) == contrary && !other.contains('_'))
                .find_map(said)
        };
        Some((said(&base).or_else(same)?, base, place))
    }

    /// Returns the base form of a verb as relations are written; `None` when it looks like none.
    fn base(&self, verb: &str) -> Option<String> {
        if verb.is_empty() || !verb.chars().all(char::is_alphabetic) {
            return None;
        }
        match self.language {
            Language::Spanish => {
                let folded = fold(verb);
                let plain = folded.strip_suffix("se").unwrap_or(&folded);
                if ["ar", "er", "ir"].iter().any(|ending| plain.ends_with(ending)) {
                    return Some(verb.to_owned());
                }
                spanish::base_form(verb).map(str::to_owned)
            }
            Language::English => {
                let bare = verb.strip_suffix('s').filter(|rest| {
                    rest.len() > 2
                        && !rest.ends_with(['s', 'u', 'i'])
                        && self.words.iter().any(|word| word.fold == verb)
                });
                let inflected = verb.len() > 4 && (verb.ends_with("ing") || verb.ends_with("ed"));
                match bare {
                    Some(bare) => Some(bare.to_owned()),
                    None => (!inflected).then(|| verb.to_owned()),
                }
            }
        }
    }

    /// Returns what the words of an object name, and the preposition before them.
    fn object(&self, named: &str, verb: usize) -> Option<(Party, Option<String>)> {
        let mut wanted = words::content(named);
        let mut led_by = None;
        while wanted.len() > 1 && words::is_preposition(&wanted[0]) {
            // A person as an object has an “a” of no meaning.
            led_by = Some(wanted.remove(0)).filter(|place| place != "a");
        }
        Some((self.party(&wanted, verb)?, led_by))
    }

    fn subject(&self, named: &str, verb: usize, known: &dyn Facts) -> Lookup<Option<Party>> {
        let speaks = self.is_first_person(verb);
        if words::is_speaker(&fold(named.trim())) {
            return Ok(speaks.then(Party::speaker));
        }
        let wanted = words::content(named);
        if let Some(party) = self.party(&wanted, verb) {
            return Ok(Some(party));
        }
        let mut found = known.entities(&wanted.join(" "))?;
        found.extend(known.entities(named.trim())?);
        let somebody = found.into_iter().find(|entity| entity.name != SPEAKER);
        Ok(somebody
            .filter(|_| !speaks)
            .map(|entity| Party { kind: entity.kind, ..Party::named(entity.name) }))
    }

    /// Returns the party that these words name, where they stand one after the other in the
    /// sentence, articles and the like apart. The verb is no part of a name.
    fn party(&self, wanted: &[String], verb: usize) -> Option<Party> {
        if wanted.len() > NAME_WORDS_MAX || wanted.iter().all(|word| words::is_light(word)) {
            return None;
        }
        let stretch = (0..self.words.len()).find_map(|first| self.stretch(first, wanted, verb))?;
        let named = &self.words[stretch];
        let kept: Vec<&str> = named
            .iter()
            .filter(|word| !words::is_determiner(&word.fold))
            .map(|word| &self.text[word.span.clone()])
            .collect();
        let span = named.first()?.span.start..named.last()?.span.end;
        let whole = kept.len() == named.len();
        let name = if whole { self.text[span.clone()].to_owned() } else { kept.join(" ") };
        Some(Party { kind: Kind::Thing, span: Some(span), ..Party::named(name) })
    }

    fn stretch(&self, first: usize, wanted: &[String], verb: usize) -> Option<Range<usize>> {
        let mut at = first;
        for (place, word) in wanted.iter().enumerate() {
            while place > 0 && words::is_determiner(&self.words.get(at)?.fold) {
                at += 1;
            }
            let found = self.words.get(at)?;
            if found.fold != *word || at == verb || place > 0 && found.after_mark {
                return None;
            }
            at += 1;
        }
        Some(first..at)
    }

    fn is_first_person(&self, verb: usize) -> bool {
        let verb = &self.words[verb];
        let by_form = self.language == Language::Spanish
            && !verb.low.ends_with('ó')
            && (verbs::is_first_person(&verb.fold) || verb.low.ends_with(['é', 'í']));
        by_form || self.words.iter().any(|word| words::says_i(&word.fold))
    }

    fn is_negated(&self) -> bool {
        self.words.iter().any(|word| words::is_no(&word.fold))
    }

    fn status(&self, verb: usize) -> FactStatus {
        let before = verb.checked_sub(1).map(|before| self.words[before].fold.as_str());
        words::status(&self.words[verb], before, self.language)
    }

    /// Returns whether the word at `place` is a form of the verb with this base form. Nouns that
    /// look like one are not.
    fn is_form(&self, place: usize, base: &str) -> bool {
        let word = &self.words[place];
        if words::is_light(&word.fold) || words::is_determiner(&word.fold) {
            return false;
        }
        let before = place.checked_sub(1).map(|before| self.words[before].fold.as_str());
        if before.is_some_and(|before| words::leads_a_noun(before, self.language)) {
            return false;
        }
        let folded = fold(base);
        let looks_like_a_noun = word.fold.strip_suffix("es").unwrap_or(&word.fold) == folded;
        if self.language == Language::Spanish && looks_like_a_noun {
            return spanish::base_form(&word.low).is_some_and(|known| fold(known) == folded);
        }
        let bases = verbs::base_keys(&folded);
        word.fold == folded || verbs::keys(&word.fold).iter().any(|key| bases.contains(key))
    }
}
