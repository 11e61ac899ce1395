//! The part of one word, from itself and the words around it.

use super::{Part, Token};
use crate::spanish::lexicon::{self, Form, Tense};
use crate::spanish::lists::{self, within};
use crate::spanish::numbers;
use crate::spanish::words::Word;

pub(super) struct Tagger<'a> {
    pub(super) words: &'a [Word],
    pub(super) done: &'a [Token],
    pub(super) at: usize,
}

impl Tagger<'_> {
    pub(super) fn next(&self, by: usize) -> Option<&Word> {
        self.words.get(self.at + by)
    }

    pub(super) fn previous(&self) -> Option<&Token> {
        self.done.last()
    }

    pub(super) fn before(&self) -> Option<Part> {
        self.previous().map(|token| token.part)
    }

    pub(super) fn part(&self, token: &Token) -> Part {
        let word = &token.word;
        if word.mark {
            return Part::Mark;
        }
        if within("interjection", &word.fold) && token.forms.is_empty() {
            return Part::Mark;
        }
        if word.one_of(&[
            "gracias", "porfa", "porfi", "xfa", "porfavor", "jaja", "jajaja", "jeje", "xd",
            "jajaj", "jajajaja", "jiji", "emoji",
        ]) {
            return Part::Mark;
        }
        let titled = word.capital && self.next(1).is_some_and(|next| next.capital);
        if titled && word.one_of(&["el", "la", "los", "las"]) {
            return Part::Name;
        }
        if let Some(part) = self.closed(token) {
            return part;
        }
        if self.asked_for() {
            return Part::Noun;
        }
        let held = matches!(self.before(), Some(Part::Clitic | Part::Not))
            && token.forms.iter().any(|form| form.tense.finite());
        if held {
            return Part::Verb;
        }
        if numbers::numeral(word) {
            return Part::Number;
        }
        let addressed =
            |form: &Form| form.exact && form.person == 2 && form.tense == Tense::Present;
        if self.acts(token) {
            return Part::Name;
        }
        if word.capital && !(word.opens && token.forms.iter().any(addressed)) {
            return Part::Name;
        }
        self.open(token)
    }

    /// Whether the first word only looks like a verb, and the next one is: `Salva vive en Lugo`.
    fn acts(&self, token: &Token) -> bool {
        let word = &token.word;
        word.opens
            && word.text.starts_with(char::is_uppercase)
            && token.forms.iter().any(|form| form.tense.finite())
            && self.next(1).is_some_and(|next| {
                let third = |form: &Form| {
                    form.exact && form.person == 3 && !form.plural && form.tense == Tense::Present
                };
                Self::verbal(next)
                    && !lists::homograph(&next.low)
                    && lexicon::forms(&next.low).iter().any(third)
            })
    }

    /// Whether a question word asks for one of these: `qué instrumento tocas`.
    fn asked_for(&self) -> bool {
        let asks = self.previous().is_some_and(|token| {
            token.word.low == "qué" || token.one_of(&["cuantos", "cuantas", "cuanto", "cuanta"])
        });
        asks && self.next(1).is_some_and(Self::verbal)
    }

    /// Parts of words of which there are few.
    pub(super) fn closed(&self, token: &Token) -> Option<Part> {
        let word = &token.word;
        let proper = word.capital && word.text.chars().count() > 2 && !word.low.starts_with("el");
        if proper && !self.fresh() {
            return None;
        }
        if Self::told(token) {
            return None;
        }
        Self::accented(word).or_else(|| self.ambiguous(token)).or_else(|| listed(&word.fold))
    }

    /// Whether a word is written as a form of the past is, which a small word without the accent
    /// is like: `entré`, `bajó`, `tardé`.
    fn told(token: &Token) -> bool {
        token.word.low.ends_with(['é', 'ó'])
            && token.word.fold.chars().count() > 3
            && token.forms.iter().any(|form| form.exact && form.tense == Tense::Preterite)
    }

    /// Small words whose accent tells what they are.
    fn accented(word: &Word) -> Option<Part> {
        Some(match word.low.as_str() {
            "sí" | "más" => Part::Adverb,
            "sé" | "dé" => Part::Verb,
            "té" => Part::Noun,
            "él" | "tú" | "mí" => Part::Pronoun,
            "qué" | "cómo" => Part::Link,
            _ => return None,
        })
    }

    /// Words that the words around them decide.
    fn ambiguous(&self, token: &Token) -> Option<Part> {
        let fold = token.word.fold.as_str();
        let before = self.before();
        Some(match fold {
            _ if within("calling", fold) && self.fresh() && self.called() => Part::Adverb,
            "como" => self.como(token),
            "mejor" | "peor" if matches!(before, Some(Part::Article | Part::Possessive)) => {
                Part::Noun
            }
            "algo" if self.next(1).is_some_and(|next| next.is("de")) => Part::Quantity,
            "la" | "lo" | "los" | "las" => self.article_or_clitic(),
            "esta" | "este" | "estan" | "estas" => self.this_or_is(token),
            "para" if before == Some(Part::Clitic) => Part::Verb,
            "entre" | "sobre" | "bajo"
                if matches!(before, Some(Part::Article | Part::Quantity)) =>
            {
                Part::Noun
            }
            _ if within("demonstrative", fold) => self.this(),
            _ => return None,
        })
    }

    /// Whether nothing hangs on a word that calls or soothes: `mira`, `vale`.
    fn called(&self) -> bool {
        let alone = ["que", "hijo", "hija", "tio", "tia", "guapa", "majo", "mi", "yo"];
        self.next(1).is_none_or(|next| next.mark || next.one_of(&alone))
    }

    /// `ese es mi primo` and `ese perro`.
    fn this(&self) -> Part {
        let verbs = ["es", "era", "fue", "son", "eran", "me", "te", "se", "no", "ya", "esta"];
        let stands = self.next(1).is_some_and(|next| next.mark || next.one_of(&verbs));
        if stands { Part::Pronoun } else { Part::Article }
    }

    /// `como` eats after a subject, a negation or at the start; else it compares.
    pub(super) fn como(&self, token: &Token) -> Part {
        if token.word.low == "cómo" {
            return Part::Link;
        }
        let eats = match self.previous() {
            None => {
                self.next(1).is_some_and(|next| !Self::verbal(next) || lists::homograph(&next.low))
            }
            Some(before) => {
                matches!(before.part, Part::Not | Part::Clitic)
                    || before.part == Part::Time
                        && self.next(1).is_some_and(|next| {
                            !next.mark && !Self::verbal(next) && !next.one_of(&["minimo", "maximo"])
                        })
                    || before.one_of(&[
                        "yo", "siempre", "ya", "solo", "y", ",", "apenas", "casi", "hoy", "ahora",
                        "ahorita",
                    ]) && self.next(1).is_some_and(|next| !Self::verbal(next))
            }
        };
        // `trabajo como diseñadora`
        let serves = self.previous().and_then(Token::verb).is_some_and(|verb| {
            within("serving", verb) && self.next(1).is_some_and(|next| !next.mark)
        });
        match () {
            () if eats => Part::Verb,
            () if serves => Part::Preposition,
            () => Part::Link,
        }
    }

    /// Whether a word can only be a finite verb or what leads to one.
    pub(super) fn verbal(word: &Word) -> bool {
        let fold = word.fold.as_str();
        if within("clitic", fold) && !within("article", fold) {
            return true;
        }
        if word.mark
            || within("article", fold)
            || within("preposition", fold)
            || within("adverb", fold)
            || within("quantity", fold)
            || within("subordinator", fold)
            || within("possessive", fold)
        {
            return false;
        }
        lexicon::forms(&word.low).iter().any(|form| {
            form.tense.finite()
                && form.tense != Tense::Imperative
                && (form.exact || !form.tense.eq(&Tense::Subjunctive))
        }) && lists::sort(fold).is_none()
            && !word.capital
    }

    pub(super) fn article_or_clitic(&self) -> Part {
        let Some(next) = self.next(1) else { return Part::Clitic };
        let after_clitic = self.before() == Some(Part::Clitic);
        if after_clitic || next.one_of(&["he", "ha", "has", "han", "hemos", "habia", "habian"]) {
            return Part::Clitic;
        }
        if next.one_of(&["que", "de", "del"])
            || next.capital
            || self.before() == Some(Part::Preposition)
        {
            return Part::Article;
        }
        if !Self::verbal(next) {
            return Part::Article;
        }
        if lists::homograph(&next.low) {
            let subject = matches!(self.before(), Some(Part::Noun | Part::Name | Part::Not))
                && self.next(2).is_none_or(|word| {
                    word.mark
                        || within("preposition", &word.fold)
                        || within("possessive", &word.fold)
                });
            return if subject { Part::Clitic } else { Part::Article };
        }
        Part::Clitic
    }

    /// `esta casa` and `la casa esta en Lugo`.
    pub(super) fn this_or_is(&self, token: &Token) -> Part {
        if token.word.low.contains('á') {
            return Part::Verb;
        }
        if !token.is("esta") && !token.is("estan") {
            return Part::Article;
        }
        let Some(next) = self.next(1) else { return Part::Verb };
        let placed = next.one_of(&[
            "en", "a", "con", "muy", "cerca", "lejos", "debajo", "encima", "dentro", "detras",
            "al", "de", "bien", "mal", "sin", "junto", "casado", "casada",
        ]);
        let form = lexicon::forms(&next.low)
            .iter()
            .any(|form| matches!(form.tense, Tense::Gerund | Tense::Participle));
        let subject = matches!(
            self.before(),
            Some(Part::Noun | Part::Name | Part::Not | Part::Pronoun | Part::Time | Part::Adverb)
        );
        if token.is("estan") || placed || (subject && form) { Part::Verb } else { Part::Article }
    }
}

/// The part of a word that is always the same.
fn listed(fold: &str) -> Option<Part> {
    const LISTS: &[(&str, Part)] = &[
        ("article", Part::Article),
        ("possessive", Part::Possessive),
        ("preposition", Part::Preposition),
        ("clitic", Part::Clitic),
        ("pronoun", Part::Pronoun),
        ("subordinator", Part::Link),
        ("quantity", Part::Quantity),
        ("adverb", Part::Adverb),
    ];
    Some(match fold {
        "no" | "nunca" | "jamas" | "tampoco" => Part::Not,
        "y" | "e" | "o" | "u" | "ni" => Part::And,
        "pero" | "sino" => Part::But,
        "pues" => Part::Adverb,
        "del" | "al" => Part::Preposition,
        "esto" | "eso" | "aquello" | "nada" | "nadie" | "alguien" | "algo" | "uno" => Part::Pronoun,
        "cuyo" | "cuya" | "cuyos" | "cuyas" | "quien" | "quienes" | "cual" | "cuales"
        | "cuanto" | "cuanta" | "cuantos" | "cuantas" => Part::Link,
        _ => match LISTS.iter().find(|(list, _)| within(list, fold)) {
            Some((_, part)) => *part,
            None if fold.len() > 7 && fold.ends_with("mente") => Part::Adverb,
            None => return None,
        },
    })
}
