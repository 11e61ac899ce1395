//! Phrases: a noun with what belongs to it, a preposition before it, or another single thing said
//! of a verb.

use std::ops::Range;

use crate::claim::{Gender, Kind, Number, Party};
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::numbers;
use crate::spanish::parts::{Line, Part};

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
            preposition = self.fold(next).to_owned();
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
            last.head = self.line.tokens[at].verb().unwrap_or_default().to_owned();
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
                (party.gender, party.number) = (Some(Gender::Feminine), Some(Number::Plural))
            }
            "ellos" => {
                (party.gender, party.number) = (Some(Gender::Masculine), Some(Number::Plural))
            }
            _ => {}
        }
        party.span = Some(self.line.bytes(at..at + 1));
        party
    }

    /// `y` and another noun, with or without the same preposition.
    fn joined(&mut self, at: usize) -> usize {
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
    fn comma(&mut self, at: usize) -> usize {
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
    fn apposition(&self, at: usize) -> Option<usize> {
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
        let titled = last.parties.iter().all(|party| party.name.starts_with(char::is_uppercase));
        let kin = (self.part(at) == Some(Part::Possessive) || next > at && titled)
            && lists::sort(self.fold(next)).is_some()
            && last.preposition.as_deref() != Some("segun");
        if within("title", self.fold(next)) && self.part(next + 1) == Some(Part::Name) && next > at
        {
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

    fn set_beside(&mut self, at: usize, end: usize) -> usize {
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
    fn merge(&mut self, from: usize, end: usize) {
        if let Some(next) = self.found.pop()
            && let Some(last) = self.found.last_mut().filter(|last| last.words.start == from)
        {
            last.parties.extend(next.parties);
            last.words.end = end;
        }
    }

    fn spanned(&self, name: String, words: Range<usize>) -> Party {
        Party { span: Some(self.line.bytes(words)), ..Party::named(name) }
    }

    /// Reads a noun and what belongs to it; returns where it ends, `None` when there is none.
    fn noun(&mut self, at: usize, start: usize, preposition: Option<String>) -> Option<usize> {
        let (head, opening) = self.opening(at);
        let mut end = self.content(head);
        let elliptic = end == head && matches!(self.fold(head), "de" | "del") && head > at;
        if end == head && !elliptic {
            let counted =
                head > at && matches!(self.part(head - 1), Some(Part::Number | Part::Quantity));
            if !counted {
                return None;
            }
            let party = self.party(head - 1..head, head - 1, opening);
            self.push(Form::Noun, preposition, start..head, vec![party], opening);
            return Some(head);
        }
        let core = end;
        end = self.complements(end);
        if elliptic
            && preposition.is_none()
            && let Some(last) =
                self.found.last_mut().filter(|last| last.form == Form::Noun && last.words.end == at)
        {
            let tail = text(self.line, head..end);
            if let Some(party) = last.parties.last_mut() {
                party.name = format!("{} {tail}", party.name);
            }
            last.words.end = end;
            return Some(end);
        }
        let counted = elliptic && head > at && self.part(head - 1) == Some(Part::Quantity);
        let head = if counted { self.opening(head + 1).0 } else { head };
        let core = if counted { self.content(head) } else { core };
        let parties = self.parties(at, head, core, end, opening);
        self.push(Form::Noun, preposition, start..end, parties, opening);
        Some(end)
    }

    /// Articles, possessives and quantities before a noun.
    fn opening(&self, at: usize) -> (usize, Opening) {
        let mut next = at;
        let mut opening = Opening::Bare;
        loop {
            match self.part(next) {
                Some(Part::Article) => {
                    let indefinite = matches!(self.fold(next), "un" | "una" | "unos" | "unas");
                    opening = if indefinite { Opening::Indefinite } else { Opening::Definite };
                }
                Some(Part::Possessive) => opening = Opening::Possessive,
                Some(Part::Quantity)
                    if self.fold(next) == "algo" && self.fold(next + 1) == "de" =>
                {
                    next += 1;
                }
                Some(Part::Quantity) => {
                    opening = if opening == Opening::Bare { Opening::Number } else { opening }
                }
                _ => return (next, opening),
            }
            next += 1;
        }
    }

    /// Where the noun and its adjectives end.
    fn content(&self, at: usize) -> usize {
        let mut next = at;
        loop {
            match self.part(next) {
                Some(Part::Noun | Part::Name | Part::Participle) => next += 1,
                Some(Part::Number)
                    if next > at
                        && matches!(lists::sort(self.fold(at)), Some(Sort::Kin | Sort::Animal)) =>
                {
                    return next;
                }
                Some(Part::Number) => {
                    let count = numbers::read(&self.words(next)).map_or(1, |(_, count)| count);
                    next += count.max(1);
                }
                Some(Part::Adverb)
                    if within("degree", self.fold(next))
                        && next > at
                        && matches!(self.part(next + 1), Some(Part::Noun | Part::Participle)) =>
                {
                    next += 2
                }
                _ => return next.min(self.end),
            }
        }
    }

    fn words(&self, at: usize) -> Vec<crate::spanish::words::Word> {
        let end = self.end.min(at + 6);
        self.line
            .tokens
            .get(at..end)
            .unwrap_or_default()
            .iter()
            .map(|token| token.word.clone())
            .collect()
    }

    /// `de la alarma`, `de mi prima`, `del quinto`; `con Alicia` after what takes place.
    fn complements(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            let of =
                matches!(self.fold(end), "de" | "del") && self.part(end) == Some(Part::Preposition);
            let with = self.fold(end) == "con"
                && end > 0
                && lists::sort(self.fold(end - 1)) == Some(Sort::Event);
            let to = matches!(self.fold(end), "a" | "al")
                && end > 0
                && within("toward", self.fold(end - 1));
            if !of && !with && !to {
                return end;
            }
            let (head, _) = self.opening(end + 1);
            let inner = if self.part(head) == Some(Part::Infinitive) {
                head + 1
            } else {
                self.content(head)
            };
            if inner == head {
                return end;
            }
            end = inner;
        }
    }

    /// The parties of one noun: its name apart when it has one.
    fn parties(
        &self,
        at: usize,
        head: usize,
        core: usize,
        end: usize,
        opening: Opening,
    ) -> Vec<Party> {
        let mut noun = head;
        while noun + 1 < core && self.part(noun) == Some(Part::Number) {
            noun += 1;
        }
        let mut party = self.party(head..end, noun, opening);
        if noun > head && self.part(noun) == Some(Part::Noun) {
            party.number = Some(Number::Plural);
            party.gender = party.gender.or_else(|| gender_of(self.fold(noun)));
            if party.kind == Kind::Thing {
                party.kind = Kind::Quantity;
            }
        }
        let sort = lists::sort(self.fold(noun));
        let own = opening == Opening::Possessive || matches!(sort, Some(Sort::Kin | Sort::Animal));
        let title = within("title", self.fold(head)) && opening != Opening::Possessive;
        let name = (noun + 1..core).find(|at| self.named(*at));
        if let Some(name) = name
            && own
            && !title
            && matches!(sort, Some(Sort::Kin | Sort::Animal | Sort::Person))
        {
            let listed = self.part(core) == Some(Part::And) && core == end;
            let plural = party.number == Some(Number::Plural)
                && listed
                && noun == head
                && matches!(opening, Opening::Possessive | Opening::Definite);
            let given = self.capitalised(name..core);
            if plural {
                party.name = given;
                party.number = Some(Number::Singular);
            } else {
                let rest = text(self.line, core..end);
                party.name = [text(self.line, head..name), rest].join(" ").trim().to_owned();
                party.gender =
                    gender_of(&crate::fold::fold(given.split(' ').next().unwrap_or_default()))
                        .or(party.gender);
                party.also.push(given);
            }
        }
        let _ = at;
        vec![party]
    }

    /// Whether a word after a noun is its name.
    fn named(&self, at: usize) -> bool {
        self.part(at) == Some(Part::Name)
            || lists::names().contains_key(self.fold(at)) && self.part(at) == Some(Part::Noun)
    }

    fn capitalised(&self, words: Range<usize>) -> String {
        capitalised(&text(self.line, words))
    }

    fn party(&self, words: Range<usize>, head: usize, opening: Opening) -> Party {
        let fold = self.fold(head).to_owned();
        let mut party = self.spanned(text(self.line, words.clone()), words);
        let sort = lists::sort(&fold);
        let name = self.part(head) == Some(Part::Name);
        party.kind = match sort {
            _ if self.part(head) == Some(Part::Number) => Kind::Quantity,
            Some(Sort::Kin | Sort::Person) => Kind::Person,
            Some(Sort::Animal) => Kind::Animal,
            _ if lists::places().contains(&crate::fold::fold(&party.name))
                || (name && lists::places().contains(&fold)) =>
            {
                Kind::Place
            }
            _ if lists::names().contains_key(&fold) && (name || opening == Opening::Bare) => {
                Kind::Person
            }
            _ => Kind::Thing,
        };
        party.gender = self.gender(head, &fold);
        let two = self.part(head) == Some(Part::Number) && !matches!(fold.as_str(), "1");
        let determined = head.checked_sub(1).map(|at| self.fold(at)).unwrap_or_default();
        let plural =
            if matches!(self.part(head.wrapping_sub(1)), Some(Part::Article | Part::Possessive))
                && head > 0
            {
                determined.ends_with('s')
            } else {
                fold.ends_with('s')
                    && !name
                    && !matches!(
                        fold.as_str(),
                        "cumpleanos" | "jueves" | "lunes" | "martes" | "paraguas" | "gafas"
                    )
            };
        party.number = Some(if two || plural { Number::Plural } else { Number::Singular });
        party
    }

    fn gender(&self, head: usize, fold: &str) -> Option<Gender> {
        if let Some(before) = head.checked_sub(1)
            && matches!(self.part(before), Some(Part::Article))
        {
            match self.fold(before) {
                "el" | "un" | "los" | "unos" | "este" | "ese" => return Some(Gender::Masculine),
                "la" | "una" | "las" | "unas" | "esta" | "esa" => return Some(Gender::Feminine),
                _ => {}
            }
        }
        gender_of(fold)
    }
}

/// Returns the gender of a noun or a given name, as far as the word shows it.
pub(super) fn gender_of(fold: &str) -> Option<Gender> {
    if let Some(gender) = lists::names().get(fold) {
        return Some(*gender);
    }
    let single = fold.strip_suffix('s').unwrap_or(fold);
    Some(match single {
        "madre" | "mujer" | "suegra" | "nuera" | "actriz" | "mano" | "foto" | "moto" => {
            Gender::Feminine
        }
        "padre" | "papa" | "yerno" | "dia" | "mapa" | "problema" | "cura" => Gender::Masculine,
        _ if single.ends_with("cion") || single.ends_with("dad") || single.ends_with('a') => {
            Gender::Feminine
        }
        _ if single.ends_with('o') || single.ends_with("or") => Gender::Masculine,
        _ => return None,
    })
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
