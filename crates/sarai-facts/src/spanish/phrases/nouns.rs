//! A noun with its article, its adjectives, its complements and its name.

use std::ops::Range;

use super::{Form, Opening, Reader, capitalised, text};
use crate::claim::{Gender, Kind, Number, Party};
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::numbers;
use crate::spanish::parts::Part;

impl Reader<'_> {
    /// Reads a noun and what belongs to it; returns where it ends, `None` when there is none.
    pub(super) fn noun(
        &mut self,
        at: usize,
        start: usize,
        preposition: Option<String>,
    ) -> Option<usize> {
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
    pub(super) fn opening(&self, at: usize) -> (usize, Opening) {
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
                // `el más chico`
                Some(Part::Adverb)
                    if matches!(self.fold(next), "mas" | "menos")
                        && opening == Opening::Definite
                        && matches!(self.part(next + 1), Some(Part::Noun | Part::Participle)) => {}
                _ => return (next, opening),
            }
            next += 1;
        }
    }

    /// Where the noun and its adjectives end.
    pub(super) fn content(&self, at: usize) -> usize {
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
                    next += 2;
                }
                _ => return next.min(self.end),
            }
        }
    }

    pub(super) fn words(&self, at: usize) -> Vec<crate::spanish::words::Word> {
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
    pub(super) fn complements(&self, at: usize) -> usize {
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
            // `trabajé diez años de taxista`
            let lasted = matches!(
                self.fold(end.wrapping_sub(1)),
                "anos" | "ano" | "meses" | "mes" | "semanas" | "dias"
            );
            // `operaron a mi padre de la cadera`
            let ailing = within("body", self.fold(head)) || within("surgery", self.fold(head));
            if ailing && lists::sort(self.fold(end.wrapping_sub(1))) == Some(Sort::Kin) {
                return end;
            }
            if lasted && lists::sort(self.fold(head)) == Some(Sort::Person) {
                return end;
            }
            let shift = matches!(
                self.fold(end.wrapping_sub(1)),
                "turno" | "turnos" | "guardia" | "horario" | "jornada"
            ) && matches!(self.fold(head), "tarde" | "manana" | "mananas" | "tardes");
            let inner = if shift || self.part(head) == Some(Part::Infinitive) {
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
    pub(super) fn parties(
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
                let noun = text(self.line, head..name);
                party.name = if rest.is_empty() { noun } else { format!("{noun} {rest}") };
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
    pub(super) fn named(&self, at: usize) -> bool {
        self.part(at) == Some(Part::Name)
            || lists::names().contains_key(self.fold(at)) && self.part(at) == Some(Part::Noun)
    }

    pub(super) fn capitalised(&self, words: Range<usize>) -> String {
        capitalised(&text(self.line, words))
    }

    pub(super) fn party(&self, words: Range<usize>, head: usize, opening: Opening) -> Party {
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

    pub(super) fn gender(&self, head: usize, fold: &str) -> Option<Gender> {
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
pub(in crate::spanish) fn gender_of(fold: &str) -> Option<Gender> {
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
