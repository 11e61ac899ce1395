//! Whether a word that can be a verb is one here.

use super::tagger::Tagger;
use super::{Part, Token};
use crate::spanish::lexicon::{Form, Tense};
use crate::spanish::lists::{self, within};
use crate::spanish::words::known_name;

impl Tagger<'_> {
    /// Nouns, names and verbs.
    pub(super) fn open(&self, token: &Token) -> Part {
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
    pub(super) fn carried(&self, person: u8) -> bool {
        let verb = self.done.iter().rev().find(|token| token.part == Part::Verb);
        let same = verb.is_some_and(|token| token.forms.iter().any(|form| form.person == person));
        let determined = self.done.iter().rev().skip(1).take(4).any(|token| {
            matches!(token.part, Part::Article | Part::Possessive) || token.one_of(&["del", "al"])
        });
        same && (determined || person == 1)
    }

    /// Whether a form that can be a finite verb is one here.
    pub(super) fn finite(&self, token: &Token) -> bool {
        let fold = token.word.fold.as_str();
        let doubtful = lists::homograph(&token.word.low)
            || lists::sort(fold).is_some()
            || lists::names().contains_key(fold);
        let copula = |token: &Token| matches!(token.verb(), Some("ser" | "estar" | "parecer"));
        match self.before() {
            Some(Part::Clitic | Part::Not | Part::Pronoun) => return true,
            Some(Part::Article | Part::Possessive | Part::Preposition) => return false,
            Some(Part::Number | Part::Quantity) if doubtful => return false,
            Some(Part::Verb) if doubtful || self.previous().is_some_and(copula) => return false,
            _ => {}
        }
        if !doubtful {
            return true;
        }
        let person =
            token.forms.iter().find(|form| form.tense.finite()).map_or(0, |form| form.person);
        if self.own(token) {
            return true;
        }
        // `Tomas` opens a question as often as it is a name.
        let addressed = token.word.opens
            && token.forms.iter().any(|form| form.exact && form.person == 2 && form.tense.finite());
        if lists::sort(fold).is_some() || token.word.capital && !addressed {
            // `mi vecina cría conejos`
            let told = token.forms.iter().any(|form| form.exact && form.tense == Tense::Present);
            let subject = matches!(self.before(), Some(Part::Noun | Part::Name));
            return !token.word.capital && told && subject && self.follows(token, person);
        }
        let goes_on = self.next(1).is_some_and(|next| !next.mark);
        let listed = self.next(1).is_some_and(|next| next.one_of(&["de", "del", "y", "en"]));
        match self.before() {
            Some(Part::Link) if goes_on && person != 0 && !self.asked() => true,
            Some(Part::And) if goes_on && !listed && self.carried(person) => true,
            _ if self.fresh() => self.opens(token),
            _ => self.follows(token, person),
        }
    }

    /// Whether a noun that is as well what the speaker does has an object: `desayuno avena`, `de
    /// alquiler pago 650 euros`.
    fn own(&self, token: &Token) -> bool {
        let exact = |form: &&Form| form.exact && form.tense.finite();
        let mut finite = token.forms.iter().filter(exact).peekable();
        let mine = finite.peek().is_some()
            && finite.all(|form| form.person == 1 && !form.plural && form.tense == Tense::Present);
        let Some(next) = self.next(1).filter(|next| mine && !next.mark) else { return false };
        let eats = matches!(token.verb(), Some("desayunar" | "almorzar" | "merendar"));
        let free = self.fresh() || matches!(self.before(), Some(Part::Time | Part::Adverb));
        let noun = !Self::verbal(next)
            && !["preposition", "adverb", "subordinator"]
                .iter()
                .any(|list| within(list, &next.fold));
        let pays = self.before() == Some(Part::Noun)
            && next.digits()
            && !self
                .done
                .iter()
                .any(|one| matches!(one.part, Part::Verb | Part::Article | Part::Possessive));
        eats && free && noun || pays
    }

    /// Whether the word before is a question word with its accent.
    fn asked(&self) -> bool {
        self.previous().is_some_and(|token| token.word.low.contains(['é', 'á', 'ó']))
    }

    /// Whether the next word is of those that follow verbs.
    fn followed(&self) -> bool {
        const AFTER: &[&str] =
            &["preposition", "article", "possessive", "adverb", "quantity", "subordinator"];
        self.next(1).is_some_and(|next| {
            !next.mark && (next.digits() || AFTER.iter().any(|list| within(list, &next.fold)))
        })
    }

    /// Whether a doubtful form at the beginning of a clause is a verb: `Trabajo en`, `Cita con`.
    fn opens(&self, token: &Token) -> bool {
        let form = token.forms.iter().find(|form| form.tense.finite());
        let own = form.is_some_and(|form| form.person != 3 && form.tense != Tense::Subjunctive);
        let next = self.next(1);
        if own {
            let alone = next.is_none_or(|next| next.mark);
            return next.is_some_and(|next| !next.is(":")) && (!alone || self.at > 0);
        }
        let noun = next.is_some_and(|next| next.one_of(&["de", "del", ":", "con", "para"]));
        self.followed() && !noun
    }

    /// Whether a doubtful form within a clause is a verb: `mi hermana cocina paella`.
    fn follows(&self, token: &Token, person: u8) -> bool {
        let named = |token: &Token| known_name(&token.word.fold) || token.one_of(&["anos"]);
        if person == 1 && self.followed() && self.previous().is_some_and(named) {
            return true;
        }
        let next = self.next(1);
        if next.is_none_or(|next| next.mark || next.one_of(&["de", "del"])) {
            return false;
        }
        let ends = [Part::Mark, Part::And, Part::But, Part::Link];
        let clause = self.done.iter().rev().take_while(|token| !ends.contains(&token.part));
        let verbs = clause.clone().any(|token| token.part == Part::Verb);
        let nominal = [Part::Noun, Part::Name, Part::Participle, Part::Adverb, Part::Time];
        let after_noun = self.before().is_some_and(|part| nominal.contains(&part));
        let determined = [Part::Possessive, Part::Article, Part::Name];
        let headed = self.done.iter().rev().take(6).any(|token| determined.contains(&token.part));
        let own = token.forms.iter().all(|form| form.person == 1 && !form.plural);
        let adjective = own && !self.done.iter().any(|token| token.is("yo"));
        let rest = self.words[self.at + 1..].iter();
        let later = rest
            .take_while(|word| !(word.mark || word.one_of(&["y", "que", "pero", "o"])))
            .any(|word| Self::verbal(word) && !lists::homograph(&word.low));
        let fits = person == 3 || person == 1;
        !verbs && !later && fits && after_noun && headed && !adjective
    }

    /// Whether a clause can begin here.
    pub(super) fn fresh(&self) -> bool {
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
}
