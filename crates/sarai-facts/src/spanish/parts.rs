//! What part each word of a sentence plays: an article, a preposition, a verb, a name.

use std::ops::Range;

use jiff::civil::Date;

use crate::spanish::dates::{self, Moment};
use crate::spanish::lexicon::{self, Form, Tense};
use crate::spanish::lists::{self, within};
use crate::spanish::numbers;
use crate::spanish::words::Word;

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

struct Tagger<'a> {
    words: &'a [Word],
    done: &'a [Token],
    at: usize,
}

impl Tagger<'_> {
    fn next(&self, by: usize) -> Option<&Word> {
        self.words.get(self.at + by)
    }

    fn previous(&self) -> Option<&Token> {
        self.done.last()
    }

    fn before(&self) -> Option<Part> {
        self.previous().map(|token| token.part)
    }

    /// Whether a clause can begin here.
    fn fresh(&self) -> bool {
        let talk =
            |token: &Token| token.part == Part::Adverb || within("greeting", &token.word.fold);
        let adverbs = self
            .done
            .iter()
            .rev()
            .take_while(|token| {
                token.part == Part::Adverb
                    && token.one_of(&[
                        "ahora",
                        "ya",
                        "tambien",
                        "hoy",
                        "antes",
                        "luego",
                        "actualmente",
                        "ahorita",
                        "solo",
                        "siempre",
                        "aqui",
                        "alli",
                        "alla",
                        "ademas",
                        "entonces",
                        "despues",
                    ])
            })
            .count();
        let before = self.done.len().checked_sub(adverbs + 1).map(|at| self.done[at].part);
        if adverbs > 0
            && before
                .is_none_or(|part| matches!(part, Part::Mark | Part::And | Part::But | Part::Link))
        {
            return true;
        }
        match self.previous() {
            None => true,
            Some(token) => {
                matches!(token.part, Part::Mark | Part::And | Part::But | Part::Link | Part::Time)
                    || (talk(token) && self.done.len() <= 2)
            }
        }
    }

    fn part(&self, token: &Token) -> Part {
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
        if let Some(part) = self.closed(token) {
            return part;
        }
        let held = matches!(self.before(), Some(Part::Clitic | Part::Not))
            && token.forms.iter().any(|form| form.tense.finite());
        if held {
            return Part::Verb;
        }
        if numbers::numeral(word) {
            return Part::Number;
        }
        if word.capital {
            return Part::Name;
        }
        self.open(token)
    }

    /// Parts of words of which there are few.
    fn closed(&self, token: &Token) -> Option<Part> {
        let word = &token.word;
        let fold = word.fold.as_str();
        if word.capital
            && word.text.chars().count() > 2
            && !self.fresh()
            && !word.low.starts_with("el")
        {
            return None;
        }
        Some(match fold {
            "mira" | "mire" | "oye" | "oiga" | "anda" | "perdona" | "perdone" | "disculpa"
            | "vale" | "vamos" | "venga" | "vaya" | "claro" | "ojo"
                if self.fresh()
                    && self.next(1).is_none_or(|next| {
                        next.mark
                            || next.one_of(&[
                                "que", "hijo", "hija", "hijo", "tio", "tia", "guapa", "majo", "mi",
                                "yo",
                            ])
                    }) =>
            {
                Part::Adverb
            }
            "no" | "nunca" | "jamas" | "tampoco" => Part::Not,
            "y" | "e" | "o" | "u" | "ni" => Part::And,
            "pero" | "sino" => Part::But,
            "como" => self.como(token),
            "si" if word.low == "sí" => Part::Adverb,
            "se" if word.low == "sé" => Part::Verb,
            "te" if word.low == "té" => Part::Noun,
            "mejor" | "peor" if matches!(self.before(), Some(Part::Article | Part::Possessive)) => {
                Part::Noun
            }
            "algo" if self.next(1).is_some_and(|next| next.is("de")) => Part::Quantity,
            "pues" => Part::Adverb,
            "mas" if word.low != "mas" => Part::Adverb,
            "el" if word.low == "él" => Part::Pronoun,
            "de" if word.low == "dé" => Part::Verb,
            "tu" if word.low == "tú" => Part::Pronoun,
            "mi" if word.low == "mí" => Part::Pronoun,
            "que" if word.low == "qué" => Part::Link,
            "la" | "lo" | "los" | "las" => self.article_or_clitic(),
            "esta" | "este" | "estan" | "estas" => self.this_or_is(token),
            "esto" | "eso" | "aquello" | "nada" | "nadie" | "alguien" | "algo" => Part::Pronoun,
            "cuyo" | "cuya" | "cuyos" | "cuyas" => Part::Link,
            "para" if self.before() == Some(Part::Clitic) => Part::Verb,
            "entre" | "sobre" | "bajo" | "hasta"
                if matches!(self.before(), Some(Part::Article | Part::Quantity))
                    && fold != "hasta" =>
            {
                Part::Noun
            }
            "un" | "una" | "unos" | "unas" => Part::Article,
            "uno" => Part::Pronoun,
            _ if within("article", fold) && !matches!(fold, "del" | "al") => Part::Article,
            _ if within("demonstrative", fold) => {
                let stands = self.next(1).is_none_or(|next| {
                    next.mark
                        || next.one_of(&[
                            "es", "era", "fue", "son", "eran", "me", "te", "se", "no", "ya",
                            "esta", "que", "de",
                        ])
                });
                if stands && self.next(1).is_some_and(|next| !next.one_of(&["que", "de"])) {
                    Part::Pronoun
                } else {
                    Part::Article
                }
            }
            _ if within("possessive", fold) => Part::Possessive,
            _ if within("preposition", fold) => Part::Preposition,
            _ if within("clitic", fold) => Part::Clitic,
            _ if within("pronoun", fold) => Part::Pronoun,
            _ if within("subordinator", fold)
                || matches!(fold, "quien" | "quienes" | "cual" | "cuales") =>
            {
                Part::Link
            }
            "cuanto" | "cuanta" | "cuantos" | "cuantas" => Part::Link,
            _ if within("quantity", fold) => Part::Quantity,
            _ if within("adverb", fold) => Part::Adverb,
            _ if fold.len() > 7 && fold.ends_with("mente") => Part::Adverb,
            _ => return None,
        })
    }

    /// `como` eats after a subject, a negation or at the start; else it compares.
    fn como(&self, token: &Token) -> Part {
        if token.word.low == "cómo" {
            return Part::Link;
        }
        let eats = match self.previous() {
            None => {
                self.next(1).is_some_and(|next| !self.verbal(next) || lists::homograph(&next.low))
            }
            Some(before) => {
                matches!(before.part, Part::Not | Part::Clitic)
                    || before
                        .one_of(&["yo", "siempre", "ya", "solo", "y", ",", "apenas", "casi", "hoy"])
                        && self.next(1).is_some_and(|next| !self.verbal(next))
            }
        };
        if eats { Part::Verb } else { Part::Link }
    }

    /// Whether a word can only be a finite verb or what leads to one.
    fn verbal(&self, word: &Word) -> bool {
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

    fn article_or_clitic(&self) -> Part {
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
        if !self.verbal(next) {
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
    fn this_or_is(&self, token: &Token) -> Part {
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

    /// Nouns, names and verbs.
    fn open(&self, token: &Token) -> Part {
        let first = token
            .forms
            .iter()
            .find(|form| form.tense.finite() && form.tense != Tense::Imperative)
            .or(token.forms.first());
        let Some(form) = first else {
            let upper = token.word.text.starts_with(char::is_uppercase);
            return if upper && (token.word.capital || !within("greeting", &token.word.fold)) {
                Part::Name
            } else {
                Part::Noun
            };
        };
        let unfinished = token.forms.iter().find(|form| form.exact && !form.tense.finite());
        if let Some(form) = unfinished {
            let finite = token.forms.iter().any(|form| form.exact && form.tense == Tense::Present);
            match form.tense {
                Tense::Infinitive
                    if !matches!(self.before(), Some(Part::Article | Part::Possessive)) =>
                {
                    return Part::Infinitive;
                }
                Tense::Gerund => return Part::Gerund,
                Tense::Participle if !finite => return Part::Participle,
                _ => {}
            }
        }
        if !form.tense.finite() && form.tense != Tense::Participle {
            return Part::Noun;
        }
        if !form.tense.finite() {
            return Part::Participle;
        }
        if self.finite(token) { Part::Verb } else { Part::Noun }
    }

    /// Whether a verb of this person came before and its noun had an article that is missing here.
    fn carried(&self, person: u8) -> bool {
        let verb = self.done.iter().rev().find(|token| token.part == Part::Verb);
        let same = verb.is_some_and(|token| token.forms.iter().any(|form| form.person == person));
        let determined = self
            .done
            .iter()
            .rev()
            .skip(1)
            .take(4)
            .any(|token| matches!(token.part, Part::Article | Part::Possessive));
        same && (determined || person == 1)
    }

    /// Whether a form that can be a finite verb is one here.
    fn finite(&self, token: &Token) -> bool {
        let fold = token.word.fold.as_str();
        let doubtful = lists::homograph(&token.word.low)
            || lists::sort(fold).is_some()
            || lists::names().contains_key(fold);
        match self.before() {
            Some(Part::Clitic | Part::Not) => return true,
            Some(Part::Article | Part::Possessive | Part::Preposition) => return false,
            Some(Part::Number | Part::Quantity) if doubtful => return false,
            Some(Part::Pronoun) => return true,
            Some(Part::Verb)
                if doubtful
                    || self.previous().is_some_and(|token| {
                        matches!(token.verb(), Some("ser" | "estar" | "parecer"))
                    }) =>
            {
                return false;
            }
            _ => {}
        }
        if !doubtful {
            return true;
        }
        if lists::sort(fold).is_some() || token.word.capital {
            return false;
        }
        let form = token.forms.iter().find(|form| form.tense.finite());
        let next = self.next(1);
        let followed = next.is_some_and(|next| {
            !next.mark
                && (within("preposition", &next.fold)
                    || within("article", &next.fold)
                    || within("possessive", &next.fold)
                    || within("adverb", &next.fold)
                    || within("quantity", &next.fold)
                    || next.digits()
                    || within("subordinator", &next.fold))
        });
        let person = form.map_or(0, |form| form.person);
        let asked = self.previous().is_some_and(|token| token.word.low.contains(['é', 'á', 'ó']));
        if self.before() == Some(Part::Link)
            && !asked
            && person != 0
            && next.is_some_and(|next| !next.mark)
        {
            return true;
        }
        if self.before() == Some(Part::And)
            && self.carried(person)
            && next.is_some_and(|next| !next.mark && !next.one_of(&["de", "del", "y", "en"]))
        {
            return true;
        }
        if self.fresh() {
            let own = form.is_some_and(|form| form.person != 3 && form.tense != Tense::Subjunctive);
            let noun_like =
                next.is_some_and(|next| next.one_of(&["de", "del", ":", "con", "para"])) && !own;
            let coda = next.is_none_or(|next| next.mark);
            return if own {
                !next.is_none_or(|next| next.is(":")) && (!coda || self.at > 0)
            } else {
                followed && !noun_like
            };
        }
        let named = self.previous().is_some_and(|token| {
            crate::spanish::words::known_name(&token.word.fold) || token.one_of(&["anos"])
        });
        if named && person == 1 && followed {
            return true;
        }
        let verbs = self
            .done
            .iter()
            .rev()
            .take_while(|token| {
                !matches!(token.part, Part::Mark | Part::And | Part::But | Part::Link)
            })
            .any(|token| token.part == Part::Verb);
        if next.is_some_and(|next| next.one_of(&["de", "del"])) {
            return false;
        }
        let third = form.is_some_and(|form| form.person == 3 || form.person == 1);
        let noun_before = matches!(
            self.before(),
            Some(Part::Noun | Part::Name | Part::Participle | Part::Adverb | Part::Time)
        );
        let headed = self
            .done
            .iter()
            .rev()
            .take(6)
            .any(|token| matches!(token.part, Part::Possessive | Part::Article | Part::Name));
        let adjective = token.forms.iter().all(|form| form.person == 1 && !form.plural)
            && !self.done.iter().any(|token| token.is("yo"));
        let later = self.words[self.at + 1..]
            .iter()
            .take_while(|word| !(word.mark || word.one_of(&["y", "que", "pero", "o"])))
            .any(|word| self.verbal(word) && !lists::homograph(&word.low));
        !verbs
            && !later
            && third
            && noun_before
            && headed
            && !adjective
            && next.is_some_and(|next| !next.is(":") && !next.mark)
    }
}
