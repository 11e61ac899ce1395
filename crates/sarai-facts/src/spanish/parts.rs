//! What part each word of a sentence plays: an article, a preposition, a verb, a name.

use std::ops::Range;

use jiff::civil::Date;

use crate::spanish::dates::{self, Moment};
use crate::spanish::lexicon::{self, Form, Tense};
use crate::spanish::lists::{self, within};
use crate::spanish::words::Word;

mod tagger;
mod verbs;

use tagger::Tagger;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Mark,
    /// Part of an expression of time.
    Time,
    Article,
    Possessive,
    Quantity,
    Number,
    Preposition,
    And,
    But,
    /// `que`, `porque`, `cuando`, `donde`…
    Link,
    Clitic,
    Not,
    Adverb,
    Pronoun,
    Verb,
    Infinitive,
    Gerund,
    Participle,
    Noun,
    Name,
}

/// A word and its part.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub word: Word,
    pub part: Part,
    /// Its readings as a verb form, the likely ones first.
    pub forms: Vec<Form>,
    /// The pronouns at the end of an infinitive or gerund.
    pub clitics: Vec<&'static str>,
}

impl Token {
    pub(super) fn is(&self, folded: &str) -> bool {
        self.word.is(folded)
    }

    pub(super) fn one_of(&self, folded: &[&str]) -> bool {
        self.word.one_of(folded)
    }

    /// Whether it can be part of a name: a noun, an adjective, a number.
    pub(super) fn content(&self) -> bool {
        matches!(self.part, Part::Noun | Part::Name | Part::Participle | Part::Number)
    }

    /// Returns the verb of the first reading.
    pub(super) fn verb(&self) -> Option<&'static str> {
        self.forms.first().map(|form| form.verb)
    }
}

/// A sentence with the parts of its words and its expressions of time.
pub(super) struct Line {
    pub tokens: Vec<Token>,
    pub moments: Vec<Moment>,
}

impl Line {
    pub(super) fn part(&self, at: usize) -> Option<Part> {
        self.tokens.get(at).map(|token| token.part)
    }

    pub(super) fn is(&self, at: usize, folded: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(folded))
    }

    /// The bytes of the message that these tokens cover.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let tokens = self.tokens.get(range).unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.word.span.start..last.word.span.end,
            _ => 0..0,
        }
    }
}

/// Whether a word can only be a finite verb, or leads to one.
pub(super) fn verbal(word: &Word) -> bool {
    Tagger::verbal(word)
}

/// Finds the part of each word of a sentence.
pub(super) fn line(words: &[Word], today: Date) -> Line {
    let moments = dates::moments(words, today);
    let mut tokens: Vec<Token> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let (forms, clitics) = readings(word);
        let timed = moments.iter().any(|moment| moment.words.contains(&at));
        let mut token = Token { word: word.clone(), part: Part::Noun, forms, clitics };
        let tagger = Tagger { words, done: &tokens, at };
        if token.forms.is_empty() && !timed && tagger.fresh() {
            token.forms.extend(order(word).filter(|_| !lists::homograph(&word.low)));
        }
        token.part = if timed { Part::Time } else { tagger.part(&token) };
        tokens.push(token);
    }
    Line { tokens, moments }
}

/// Returns the readings of a word as a verb form, with the pronouns it ends with.
fn readings(word: &Word) -> (Vec<Form>, Vec<&'static str>) {
    if word.mark || word.digits() {
        return (Vec::new(), Vec::new());
    }
    let mut forms = lexicon::forms(&word.low);
    if !forms.is_empty() {
        forms.sort_by_key(|form| (!form.exact, rank(form)));
        return (forms, Vec::new());
    }
    for (rest, clitics) in lexicon::without_clitics(&word.low) {
        let forms: Vec<Form> = lexicon::forms(&rest)
            .into_iter()
            .filter(|form| matches!(form.tense, Tense::Infinitive | Tense::Gerund))
            .collect();
        if !forms.is_empty() {
            return (forms, clitics);
        }
    }
    (Vec::new(), Vec::new())
}

/// Returns the reading of a word as an order with a pronoun at its end: `dime`, `acuérdate`.
fn order(word: &Word) -> Option<Form> {
    lexicon::without_clitics(&word.low).into_iter().find_map(|(rest, _)| {
        let told = |form: &Form| {
            let shaped =
                matches!(form.tense, Tense::Imperative | Tense::Present | Tense::Subjunctive)
                    && (form.person == 3 || form.person == 2);
            let verb = crate::fold::fold(form.verb);
            shaped && !form.plural && (within("command", &verb) || within("remind", &verb))
        };
        let form = lexicon::forms(&rest).into_iter().find(told)?;
        Some(Form { tense: Tense::Imperative, person: 2, ..form })
    })
}

/// The likelier of two verbs with the same form comes first.
fn rank(form: &Form) -> (u8, u8) {
    let rare = !matches!(
        form.verb,
        "creer"
            | "ser"
            | "decir"
            | "comer"
            | "sentir"
            | "contar"
            | "parar"
            | "vivir"
            | "venir"
            | "ver"
            | "poder"
            | "querer"
            | "salir"
            | "vender"
    );
    let tense = match form.tense {
        Tense::Present => 0,
        Tense::Preterite => 1,
        Tense::Imperfect
        | Tense::Future
        | Tense::Participle
        | Tense::Gerund
        | Tense::Infinitive => 2,
        Tense::Conditional => 3,
        Tense::Subjunctive | Tense::PastSubjunctive => 4,
        Tense::Imperative => 5,
    };
    (tense, u8::from(rare))
}
