//! Names of things and people as they stand in a sentence: `my boss Ingrid`, `5 mg of ramipril`.

mod wording;

use std::ops::Range;

use jiff::civil::Date;

use super::dates;
use super::lexicon::{self, Inflection, Tag};
use super::words::Word;
use crate::claim::{Gender, Kind, Number};
use wording::kind_of;
pub(super) use wording::{is_plural_word, joined, titled};

/// A noun phrase or a pronoun.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nominal {
    pub words: Range<usize>,
    /// Without article and possessive; empty for a pronoun.
    pub name: String,
    /// Proper names said in the same breath.
    pub also: Vec<String>,
    pub pronoun: Option<String>,
    /// The possessive before it: `my`, `her`.
    pub owner: Option<String>,
    /// `a`, `the`, `this`, `no`.
    pub determiner: Option<String>,
    /// `no cats`, `none of us`, `neither of the twins`.
    pub is_negative: bool,
    /// What it is, said beside it: `our new account manager`.
    pub apposition: Option<Box<Nominal>>,
    /// Said with `called` or `named`.
    pub called: Vec<String>,
    pub gender: Option<Gender>,
    pub number: Number,
    pub kind: Kind,
}

impl Nominal {
    pub(super) fn is_plural(&self) -> bool {
        self.number == Number::Plural
    }

    pub(super) fn is_pronoun(&self, words: &[&str]) -> bool {
        self.pronoun.as_deref().is_some_and(|pronoun| words.contains(&pronoun))
    }

    /// Returns whether it is a bare word: nothing before it.
    pub(super) fn is_bare(&self) -> bool {
        self.owner.is_none() && self.determiner.is_none() && self.pronoun.is_none()
    }

    pub(super) fn is_name(&self) -> bool {
        self.name.chars().next().is_some_and(char::is_uppercase)
    }
}

/// Reads words in the light of their neighbours.
#[derive(Clone, Copy)]
pub(super) struct Phrases<'a> {
    pub words: &'a [Word],
    pub day: Date,
}

/// What may follow a noun phrase, and so may end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A verb is still to come.
    Subject,
    Object,
}

impl Phrases<'_> {
    pub(super) fn word(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    pub(super) fn is(&self, at: usize, wanted: &[&str]) -> bool {
        self.word(at).is_some_and(|word| word.is(wanted))
    }

    pub(super) fn has_tag(&self, at: usize, tags: &[Tag]) -> bool {
        self.word(at).is_some_and(|word| tags.contains(&word.tag))
    }

    /// Returns whether nothing more comes in the clause.
    pub(super) fn is_end(&self, at: usize) -> bool {
        self.word(at).is_none_or(Word::is_mark)
    }

    /// Reads one noun phrase or pronoun.
    pub(super) fn nominal(&self, at: usize, place: Place) -> Option<Nominal> {
        let word = self.word(at)?;
        let counts = word.is(&["none"])
            && self.is(at + 1, &["of"])
            && self.has_tag(at + 2, &[Tag::Possessive, Tag::Determiner]);
        if word.tag == Tag::Pronoun && word.lower != "there" && !counts {
            return self.pronoun(at);
        }
        let mut found = self.phrase(at, place)?;
        self.attach_of(&mut found, place);
        self.attach_called(&mut found);
        Some(found)
    }

    /// Returns a time as what a clause speaks of.
    pub(super) fn time_as_subject(&self, words: Range<usize>) -> Nominal {
        let shown: Vec<&Word> = self.words[words.clone()].iter().collect();
        Nominal { name: joined(&shown), ..blank(words, Kind::Time, None, Number::Singular) }
    }

    fn pronoun(&self, at: usize) -> Option<Nominal> {
        let word = self.word(at)?;
        // `none of us`, `some of them`.
        let of = self.is(at + 1, &["of"]) && self.is(at + 2, &["us", "them", "you"]);
        let shown = if of { self.word(at + 2)? } else { word };
        let pronoun = shown.lower.clone();
        let (number, gender) = match pronoun.as_str() {
            "we" | "us" | "they" | "them" | "ours" | "theirs" => (Number::Plural, None),
            "he" | "him" | "his" => (Number::Singular, Some(Gender::Masculine)),
            "she" | "her" | "hers" => (Number::Singular, Some(Gender::Feminine)),
            _ => (Number::Singular, None),
        };
        let kind = match pronoun.as_str() {
            "i" | "me" | "myself" | "mine" => Kind::Speaker,
            "it" | "something" | "nothing" | "everything" | "anything" => Kind::Thing,
            _ => Kind::Person,
        };
        let end = if of { at + 3 } else { at + 1 };
        let is_negative = word.is(&["none", "nobody", "nothing"]);
        let mut found =
            Nominal { pronoun: Some(pronoun), is_negative, ..blank(at..end, kind, gender, number) };
        self.attach_called(&mut found);
        Some(found)
    }

    fn phrase(&self, at: usize, place: Place) -> Option<Nominal> {
        let (mut index, before) = self.before_head(at)?;
        let head_start = index;
        let mut parts: Vec<usize> = Vec::new();
        while let Some(word) = self.word(index) {
            if word.tag == Tag::Genitive && !parts.is_empty() {
                parts.push(index);
                index += 1;
                // `my sister's 3 kids`, `the twins' own room`.
                continue;
            }
            if !self.is_part(index, &parts, place, before.bare()) {
                break;
            }
            parts.push(index);
            index += 1;
        }
        while parts.last().is_some_and(|&last| self.words[last].tag == Tag::Genitive) {
            // `at my neighbour's`: the genitive ends the phrase.
            parts.pop();
        }
        if parts.is_empty() {
            return None;
        }
        Some(self.assemble(at, index, head_start, &parts, before))
    }

    /// Reads the words before the head: quantity, article or possessive.
    fn before_head(&self, at: usize) -> Option<(usize, Before)> {
        let mut index = at;
        let mut before = Before::default();
        if self.is(
            index,
            &[
                "both", "all", "neither", "either", "some", "most", "each", "half", "one", "none",
                "many",
            ],
        ) && self.is(index + 1, &["of"])
        {
            before.is_negative = self.is(index, &["neither", "none"]);
            before.is_one = self.is(index, &["one"]);
            index += 2;
        } else if self.is(index, &["both", "all"])
            && self.has_tag(index + 1, &[Tag::Possessive, Tag::Determiner, Tag::Number])
        {
            index += 1;
        }
        loop {
            let word = self.word(index)?;
            match word.tag {
                Tag::Determiner if before.determiner.is_none() && before.owner.is_none() => {
                    before.is_negative |= word.is(&["no", "neither"]);
                    before.determiner = Some(word.lower.clone());
                }
                Tag::Determiner if word.is(&["both", "all", "few", "many"]) => {}
                Tag::Possessive if before.owner.is_none() => {
                    before.owner = Some(word.lower.clone());
                }
                Tag::Adverb
                    if word.is(&[
                        "very", "really", "quite", "only", "just", "almost", "nearly", "pretty",
                    ]) && before.determiner.is_some() => {}
                _ => break,
            }
            index += 1;
        }
        Some((index, before))
    }

    /// Returns whether the word belongs to the phrase whose words so far are `parts`.
    fn is_part(&self, at: usize, parts: &[usize], place: Place, is_bare: bool) -> bool {
        let word = &self.words[at];
        match word.tag {
            // `owe Pete fifty quid`: a name and an amount are two things.
            Tag::Number => {
                let after_name = parts.last().is_some_and(|&last| self.words[last].is_name);
                let amount = !word.lower.starts_with(|c: char| c.is_ascii_digit());
                return !(after_name && amount && self.has_tag(at + 1, &[Tag::Open]));
            }
            Tag::Open => {}
            // `9 to 5`
            Tag::To => {
                let number = |at: usize| self.word(at).is_some_and(Word::is_number);
                return parts.len() == 1 && number(parts[0]) && number(at + 1);
            }
            Tag::Preposition => {
                // `mother in law`, `out-of-hours`.
                let law =
                    word.is(&["in"]) && self.is(at + 1, &["law", "laws"]) && !parts.is_empty();
                return law;
            }
            // `and` between two numbers or in a firm's name is rare; `own` and the like are open.
            _ => return word.is_name && word.tag != Tag::Mark,
        }
        if word.is(&["called", "named", "ago", "own"]) && !parts.is_empty() {
            return word.is(&["own"]);
        }
        // `a student doing law`, `a brother living in Rome`.
        let doing = word.is(&[
            "doing", "working", "studying", "going", "playing", "trying", "having", "wearing",
            "using",
        ]) || word.is(&["living"]) && !self.is(at + 1, &["room", "rooms", "area"]);
        if doing && !parts.is_empty() {
            return false;
        }
        if (is_bare || !parts.is_empty()) && self.is_time(at) {
            return false;
        }
        if parts.is_empty() {
            return is_bare || !word.forms.is_empty() || word.tag == Tag::Open;
        }
        if place == Place::Subject && self.is_finite_after(at, parts) {
            return false;
        }
        if place == Place::Object && self.begins_run_on(at, parts) {
            return false;
        }
        true
    }

    /// Returns whether the word begins a time expression of its own.
    fn is_time(&self, at: usize) -> bool {
        dates::read(self.words, at, self.day).is_some_and(|time| {
            let next = self.word(time.end);
            // `Monday meeting` is a meeting.
            time.end > at + 1
                || next.is_none_or(|word| word.tag != Tag::Open || word.is(&["morning"]))
        })
    }

    /// Returns whether the verb reading of a word after the noun `parts` is the right one.
    fn is_finite_after(&self, at: usize, parts: &[usize]) -> bool {
        let word = &self.words[at];
        let Some(&last) = parts.last() else { return false };
        let previous = &self.words[last];
        if previous.tag == Tag::Genitive || word.is_name {
            return false;
        }
        let plural = is_plural_word(&previous.lower);
        let form = word.form(|form| match form.inflection {
            Inflection::Third => !plural || !form.is_homograph,
            Inflection::Past => true,
            Inflection::Base => plural,
            _ => false,
        });
        let Some(form) = form else { return false };
        !form.is_homograph || self.is_complement(at + 1)
    }

    /// In dictated text: a plain verb right after a name begins its own clause.
    fn begins_run_on(&self, at: usize, parts: &[usize]) -> bool {
        let word = &self.words[at];
        let Some(&last) = parts.last() else { return false };
        self.words[last].is_name
            && !word.is_name
            && word
                .form(|form| form.inflection == Inflection::Third && !form.is_homograph)
                .is_some()
            && self.is_complement(at + 1)
    }

    /// Returns whether what a verb may take begins here, or the clause ends.
    pub(super) fn is_complement(&self, at: usize) -> bool {
        let Some(word) = self.word(at) else { return true };
        word.is_mark()
            || word.is_name
            || word.is_number()
            || matches!(
                word.tag,
                Tag::Determiner
                    | Tag::Possessive
                    | Tag::Pronoun
                    | Tag::Preposition
                    | Tag::To
                    | Tag::Adverb
                    | Tag::Not
                    | Tag::Subordinator
                    | Tag::And
                    | Tag::Relative
            )
            || dates::read(self.words, at, self.day).is_some()
            || word.form(|form| form.inflection == Inflection::Gerund).is_some()
            || (word.tag == Tag::Open && self.is_end(at + 1))
            || (word.tag == Tag::Open
                && self.has_tag(at + 1, &[Tag::Open, Tag::And, Tag::Preposition]))
    }

    fn assemble(
        &self,
        start: usize,
        end: usize,
        head: usize,
        parts: &[usize],
        before: Before,
    ) -> Nominal {
        let own: Vec<&Word> = parts.iter().map(|&part| &self.words[part]).collect();
        let (role, name) = split_name(&own, before.owner.is_some() || before.determiner.is_some());
        let shown = if role.is_empty() { &name } else { &role };
        let text = joined(shown);
        let text = if before.is_one { format!("one of {text}") } else { text };
        let also =
            if role.is_empty() || name.is_empty() { Vec::new() } else { vec![joined(&name)] };
        let last = shown.last().map(|word| word.lower.clone()).unwrap_or_default();
        let given = name.first().map(|word| word.lower.clone()).unwrap_or_default();
        let gender = lexicon::gender_of(&last).or_else(|| lexicon::gender_of(&given));
        let is_plural = is_plural_word(&last) && !self.words[head].is_name;
        let kind = kind_of(&last, &given, shown, before.owner.is_some());
        Nominal {
            name: text,
            also,
            owner: before.owner,
            determiner: before.determiner,
            is_negative: before.is_negative,
            ..blank(
                start..end,
                kind,
                gender,
                if is_plural { Number::Plural } else { Number::Singular },
            )
        }
    }

    /// `a bottle of wine`, `the daughter of my cousin`: one name.
    fn attach_of(&self, nominal: &mut Nominal, place: Place) {
        let mut limit = 3;
        while limit > 0 && self.is(nominal.words.end, &["of"]) {
            limit -= 1;
            let Some(inner) = self.phrase(nominal.words.end + 1, place) else { return };
            if inner.name.is_empty() {
                return;
            }
            nominal.name = format!("{} of {}", nominal.name, inner.name);
            nominal.words.end = inner.words.end;
        }
    }

    fn attach_called(&self, nominal: &mut Nominal) {
        let mut at = nominal.words.end;
        if self.is(at, &["who", "which", "that"]) && self.is(at + 1, &["is", "'s", "was"]) {
            at += 2;
        }
        if !self.is(at, &["called", "named"]) {
            return;
        }
        let mut next = at + 1;
        while let Some(name) = self.phrase(next, Place::Subject).filter(Nominal::is_bare) {
            let shown = if name.is_name() { name.name.clone() } else { titled(&name.name) };
            if nominal.is_plural() {
                nominal.called.push(shown);
            } else {
                nominal.gender = nominal.gender.or(lexicon::gender_of(&name.name.to_lowercase()));
                nominal.also.push(shown.clone());
                nominal.called.push(shown);
            }
            nominal.words.end = name.words.end;
            let joint = self.is(name.words.end, &["and", ","]) && nominal.is_plural();
            if !joint {
                return;
            }
            next = name.words.end + 1;
        }
    }
}

/// What stands before the head of a phrase.
#[derive(Debug, Clone, Default)]
struct Before {
    determiner: Option<String>,
    owner: Option<String>,
    is_negative: bool,
    /// `one of the cats`.
    is_one: bool,
}

impl Before {
    fn bare(&self) -> bool {
        self.determiner.is_none() && self.owner.is_none()
    }
}

fn blank(words: Range<usize>, kind: Kind, gender: Option<Gender>, number: Number) -> Nominal {
    Nominal {
        words,
        name: String::new(),
        also: Vec::new(),
        pronoun: None,
        owner: None,
        determiner: None,
        is_negative: false,
        apposition: None,
        called: Vec::new(),
        gender,
        number,
        kind,
    }
}

/// Parts `boss Ingrid` into what somebody is and how they are called.
fn split_name<'w>(own: &[&'w Word], is_owned: bool) -> (Vec<&'w Word>, Vec<&'w Word>) {
    let names_from = own.iter().rposition(|word| !word.is_name).map_or(0, |last| last + 1);
    let (role, name) = own.split_at(names_from);
    let head = role.last().map(|word| word.lower.as_str()).unwrap_or_default();
    let before_in_law = role.len() > 1 && ["law", "laws"].contains(&head);
    let is_living = lexicon::is_kin(head)
        || lexicon::is_role(head)
        || lexicon::is_animal(head)
        || before_in_law
        || head.ends_with("er") && is_owned
        || name.first().is_some_and(|first| lexicon::is_given_name(&first.lower)) && is_owned;
    if name.is_empty() || role.is_empty() || !is_living || ["mr", "mrs", "ms", "dr"].contains(&head)
    {
        return (own.to_vec(), Vec::new());
    }
    // `Auntie Bev` and `Sister Blessing` are names of one piece.
    if !is_owned && role.len() == 1 && name.len() <= 2 && !lexicon::is_animal(head) {
        return (own.to_vec(), Vec::new());
    }
    (role.to_vec(), name.to_vec())
}
