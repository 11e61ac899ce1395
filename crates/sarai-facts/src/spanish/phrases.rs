//! Phrases: a noun with what belongs to it, a preposition before it, or another single thing said
//! of a verb.

use std::ops::Range;

use crate::claim::{Gender, Kind, Number, Party};
use crate::spanish::lists::within;
use crate::spanish::parts::{Line, Part};

mod joints;
mod nouns;

pub(super) use nouns::gender_of;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Noun,
    /// A pronoun: `yo`, `ella`, `nada`.
    Pronoun,
    Adverb,
    /// An infinitive or gerund with what belongs to it.
    Action,
    Time,
}

/// The word a noun is introduced with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Opening {
    Bare,
    Definite,
    Indefinite,
    Possessive,
    Number,
    None,
}

#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pub form: Form,
    /// Folded: `en`, `de`, `con`.
    pub preposition: Option<String>,
    pub words: Range<usize>,
    /// More than one when joined by `y`.
    pub parties: Vec<Party>,
    pub opening: Opening,
    /// The folded word the phrase turns on.
    pub head: String,
}

impl Phrase {
    pub(super) fn bare(&self) -> bool {
        self.preposition.is_none()
    }

    pub(super) fn with(&self, preposition: &str) -> bool {
        self.preposition.as_deref() == Some(preposition)
    }

    pub(super) fn plural(&self) -> bool {
        self.parties.len() > 1
            || self.parties.iter().any(|party| party.number == Some(Number::Plural))
    }
}

/// Reads the phrases of a stretch of a line.
pub(super) fn phrases(line: &Line, range: Range<usize>) -> Vec<Phrase> {
    let mut reader = Reader { line, end: range.end, found: Vec::new() };
    let mut at = range.start;
    while at < range.end {
        at = reader.step(at).max(at + 1);
    }
    for phrase in &mut reader.found {
        named_apart(phrase);
    }
    reader.found
}

/// `mis hijos, Lucas y Vera`: the names stand for the noun.
fn named_apart(phrase: &mut Phrase) {
    let named = |party: &Party| {
        party.kind == Kind::Person
            && party.number != Some(Number::Plural)
            && party.name.starts_with(char::is_uppercase)
    };
    if let [first, rest @ ..] = &phrase.parties[..]
        && first.kind == Kind::Person
        && first.number == Some(Number::Plural)
        && phrase.opening == Opening::Possessive
        && rest.len() > 1
        && rest.iter().all(named)
    {
        phrase.parties.remove(0);
    }
}

struct Reader<'a> {
    line: &'a Line,
    end: usize,
    found: Vec<Phrase>,
}

impl Reader<'_> {
    fn part(&self, at: usize) -> Option<Part> {
        (at < self.end).then(|| self.line.part(at)).flatten()
    }

    fn fold(&self, at: usize) -> &str {
        if at < self.end {
            self.line.tokens.get(at).map_or("", |token| token.word.fold.as_str())
        } else {
            ""
        }
    }

    /// Reads the phrase at a word; returns where the next begins.
    fn step(&mut self, at: usize) -> usize {
        match self.part(at) {
            Some(Part::Time) => self.time(at),
            Some(Part::Preposition) => self.prepositional(at),
            Some(Part::Adverb) => self.adverb(at),
            Some(Part::Infinitive | Part::Gerund) => self.action(at, at, None),
            Some(Part::Pronoun) => {
                let party = self.pronoun(at);
                self.push(Form::Pronoun, None, at..at + 1, vec![party], Opening::None);
                at + 1
            }
            Some(Part::And) => self.joined(at),
            Some(Part::Mark) if self.fold(at) == "," => self.comma(at),
            Some(Part::Not) if self.fold(at + 1) == "de" => at + 1,
            Some(
                Part::Article
                | Part::Possessive
                | Part::Quantity
                | Part::Number
                | Part::Noun
                | Part::Name
                | Part::Participle,
            ) => self.noun(at, at, None).unwrap_or(at + 1),
            _ => at + 1,
        }
    }

    fn push(
        &mut self,
        form: Form,
        preposition: Option<String>,
        words: Range<usize>,
        parties: Vec<Party>,
        opening: Opening,
    ) {
        let head = parties.first().map_or_else(String::new, |party| {
            crate::fold::fold(party.name.split(' ').next().unwrap_or_default())
        });
        self.found.push(Phrase { form, preposition, words, parties, opening, head });
    }

    fn time(&mut self, at: usize) -> usize {
        let moment = self.line.moments.iter().find(|moment| moment.words.contains(&at));
        let end = moment.map_or(at + 1, |moment| moment.words.end).min(self.end);
        let mut start = at;
        let lead = |at: usize| {
            matches!(
                self.fold(at),
                "el" | "la"
                    | "en"
                    | "a"
                    | "al"
                    | "las"
                    | "los"
                    | "este"
                    | "esta"
                    | "desde"
                    | "hasta"
                    | "para"
                    | "por"
                    | "de"
            )
        };
        while start + 1 < end && lead(start) {
            start += 1;
        }
        let mut party = Party::named(text(self.line, start..end));
        party.kind = Kind::Time;
        party.span = Some(self.line.bytes(start..end));
        let preposition = match self.fold(at) {
            "en" | "desde" | "hasta" | "por" | "de" | "a" | "para" => {
                Some(self.fold(at).to_owned())
            }
            "al" => Some("a".to_owned()),
            _ => None,
        };
        self.push(Form::Time, preposition, at..end, vec![party], Opening::None);
        end
    }

    fn prepositional(&mut self, at: usize) -> usize {
        let mut preposition = match self.fold(at) {
            "del" => "de".to_owned(),
            "al" => "a".to_owned(),
            fold => fold.to_owned(),
        };
        let mut next = at + 1;
        if self.part(next) == Some(Part::Preposition) {
            self.fold(next).clone_into(&mut preposition);
            next += 1;
        }
        match self.part(next) {
            Some(Part::Infinitive | Part::Gerund) => self.action(next, at, Some(preposition)),
            Some(Part::Pronoun) => {
                let party = self.pronoun(next);
                self.push(
                    Form::Pronoun,
                    Some(preposition),
                    at..next + 1,
                    vec![party],
                    Opening::None,
                );
                next + 1
            }
            // `al más chico`
            Some(Part::Adverb)
                if matches!(self.fold(at), "al" | "del")
                    && matches!(self.fold(next), "mas" | "menos")
                    && matches!(self.part(next + 1), Some(Part::Noun | Part::Participle)) =>
            {
                self.noun(next + 1, at, Some(preposition)).unwrap_or(next)
            }
            Some(Part::Adverb) => {
                let name = text(self.line, next..next + 1);
                let party = self.spanned(name, next..next + 1);
                self.push(
                    Form::Adverb,
                    Some(preposition),
                    at..next + 1,
                    vec![party],
                    Opening::None,
                );
                next + 1
            }
            // `a los jueves`
            Some(Part::Time) if preposition == "a" => {
                let end = self.time(next);
                if let Some(last) = self.found.last_mut() {
                    last.preposition = Some(preposition);
                    last.words.start = at;
                }
                end
            }
            _ => self.noun(next, at, Some(preposition)).unwrap_or(next),
        }
    }

    /// An adverb, or a place beside something: `cerca del río`.
    fn adverb(&mut self, at: usize) -> usize {
        let mut next = at + 1;
        let degree =
            within("degree", self.fold(at)) || matches!(self.fold(at), "muy" | "mas" | "menos");
        if degree && matches!(self.part(next), Some(Part::Noun | Part::Participle | Part::Name)) {
            return self.noun(next, at, None).unwrap_or(next);
        }
        let beside = matches!(
            self.fold(at),
            "cerca"
                | "cerquita"
                | "lejos"
                | "debajo"
                | "encima"
                | "dentro"
                | "detras"
                | "delante"
                | "enfrente"
                | "junto"
                | "fuera"
                | "arriba"
                | "abajo"
                | "al"
        );
        if beside && matches!(self.fold(next), "de" | "del" | "a" | "al") {
            let from = next + 1;
            if let Some(end) = self.noun(from, at, Some("en".to_owned())) {
                if let Some(last) = self.found.last_mut() {
                    last.words.start = at;
                    for party in &mut last.parties {
                        party.name = text(self.line, at..end);
                        party.kind = Kind::Place;
                    }
                }
                return end;
            }
        }
        while self.part(next) == Some(Part::Adverb)
            && !matches!(self.fold(next), "ya" | "tambien" | "ahora")
            && degree
        {
            next += 1;
        }
        let party = self.spanned(text(self.line, at..next), at..next);
        self.push(Form::Adverb, None, at..next, vec![party], Opening::None);
        next
    }

    /// An infinitive or gerund with everything up to the next mark or clause.
    fn action(&mut self, at: usize, start: usize, preposition: Option<String>) -> usize {
        let mut end = at + 1;
        while end < self.end && !matches!(self.part(end), Some(Part::Mark | Part::But | Part::Time))
        {
            let joins = self.part(end) == Some(Part::And)
                && matches!(self.part(end + 1), Some(Part::Infinitive | Part::Gerund));
            if joins {
                break;
            }
            end += 1;
        }
        let party = self.spanned(text(self.line, at..end), at..end);
        self.push(Form::Action, preposition, start..end, vec![party], Opening::None);
        if let Some(last) = self.found.last_mut() {
            self.line.tokens[at].verb().unwrap_or_default().clone_into(&mut last.head);
        }
        end
    }

    fn pronoun(&self, at: usize) -> Party {
        let fold = self.fold(at);
        let mut party = match fold {
            "yo" | "mi" | "conmigo" => Party::speaker(),
            "nosotros" | "nosotras" => Party {
                kind: Kind::Person,
                number: Some(Number::Plural),
                ..Party::named("nosotros")
            },
            _ => Party::named(text(self.line, at..at + 1)),
        };
        match fold {
            "ella" => party.gender = Some(Gender::Feminine),
            "el" => party.gender = Some(Gender::Masculine),
            "ellas" => {
                (party.gender, party.number) = (Some(Gender::Feminine), Some(Number::Plural));
            }
            "ellos" => {
                (party.gender, party.number) = (Some(Gender::Masculine), Some(Number::Plural));
            }
            _ => {}
        }
        party.span = Some(self.line.bytes(at..at + 1));
        party
    }

    fn spanned(&self, name: String, words: Range<usize>) -> Party {
        Party { span: Some(self.line.bytes(words)), ..Party::named(name) }
    }
}

/// Writes words as a name, without possessives and quotation marks.
pub(super) fn text(line: &Line, words: Range<usize>) -> String {
    let mut name = String::new();
    let mut end = None;
    for token in line.tokens.get(words).unwrap_or_default() {
        let dropped = token.part == Part::Possessive
            || matches!(token.word.text.as_str(), "\"" | "«" | "»" | "“" | "”");
        if dropped {
            continue;
        }
        if end.is_some_and(|end| end != token.word.span.start || !token.word.mark)
            && !name.is_empty()
            && !(token.word.mark && token.word.text == ",")
        {
            name.push(' ');
        }
        end = Some(token.word.span.end);
        name.push_str(&token.word.text);
    }
    name
}

/// Writes each word of a name with a capital letter, but for small ones.
pub(super) fn capitalised(name: &str) -> String {
    let word = |word: &str| {
        if matches!(word, "de" | "del" | "la" | "las" | "los" | "y") {
            return word.to_owned();
        }
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
