//! Answers to a question for yes or no, with what is said besides: `¿tienes hijos?` – `sí, tres`.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::Extractor;

use super::{Answer, answer};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::spanish::dialogue::Question;
use crate::spanish::guards;
use crate::spanish::lists::{self, Sort};
use crate::spanish::parts::{Line, Part, Token};
use crate::spanish::phrases::{self, Form, Opening};

/// `sí`, `así es`, `exacto`, `correcto`.
pub(super) fn affirms(line: &Line) -> bool {
    let said: Vec<&str> = line
        .tokens
        .iter()
        .filter(|token| token.part != Part::Mark)
        .map(|token| token.word.fold.as_str())
        .collect();
    matches!(
        said[..],
        ["asi" | "eso", "es"]
            | ["si" | "correcto", "asi", "es"]
            | ["si", "eso" | "lo", "es"]
            | ["claro", "que", "si"]
            | ["es", "verdad" | "correcto" | "cierto" | "asi"]
            | ["tal", "cual"]
            | ["si", "es", "correcto"]
            | ["si", "claro"]
    )
}

/// Words that say yes.
const YES: &[&str] = &[
    "si",
    "exacto",
    "correcto",
    "efectivamente",
    "claro",
    "cierto",
    "eso",
    "asi",
    "aja",
    "justo",
    "exactamente",
    "afirmativo",
    "sip",
    "obvio",
    "verdad",
    "sii",
    "siii",
    "totalmente",
    "afirmo",
    "tal",
    "bueno",
];

/// Whether a line begins with a yes or a no.
pub(super) fn decision(line: &Line) -> Option<bool> {
    const NO: &[&str] = &[
        "no", "nunca", "jamas", "negativo", "tampoco", "nop", "ninguno", "ninguna", "nah", "nada",
        "que",
    ];
    let first = line.tokens.iter().find(|token| {
        token.part != Part::Mark
            && !token.one_of(&["pues", "bueno", "uy", "ay", "ah", "oh", "hombre", "huy"])
    })?;
    if refuses(line) {
        return Some(false);
    }
    if affirms(line) || first.one_of(YES) {
        return Some(true);
    }
    let way = first.is("que") && line.tokens.iter().any(|token| token.is("va"));
    (first.one_of(NO) && (!first.is("que") || way)).then_some(false)
}

/// Whether all there is to the answer is that there is none of it: `ninguna`, `a nada`.
fn refuses(line: &Line) -> bool {
    const NONE: &[&str] = &["nada", "nadie", "ninguno", "ninguna", "nunca", "jamas"];
    let mut said = line.tokens.iter().filter(|token| {
        !matches!(token.part, Part::Mark | Part::Preposition | Part::Not) && !token.is("no")
    });
    said.next().is_some_and(|token| token.one_of(NONE)) && said.next().is_none()
}

/// Whether the answer says the verb of the question again, and nothing else: `no tengo`, `claro que
/// fumo`; of what is liked, any verb of liking: `me encanta`.
pub(super) fn repeated(line: &Line, question: &Question) -> Option<bool> {
    let asked = question.stated.first()?.relation.split('_').next()?;
    let small = |token: &Token| {
        matches!(token.part, Part::Mark | Part::Not | Part::Clitic)
            || token.one_of(&["si", "no", "ya", "claro", "que", "pues", "bueno", "la", "verdad"])
    };
    let mut said = line.tokens.iter().filter(|token| !small(token));
    let verb = said.next().filter(|token| token.part == Part::Verb)?;
    let likes = |verb: &str| lists::within("gustar", verb);
    let same = verb.forms.iter().any(|form| {
        form.tense.finite() && (form.verb == asked || likes(form.verb) && likes(asked))
    });
    let alone = said.next().is_none();
    (same && alone).then(|| line.tokens.iter().all(|token| token.part != Part::Not))
}

/// How much: `mucho`, `un poco`, `bastante`. All of them say yes.
fn degree(line: &Line) -> Option<bool> {
    const MUCH: &[&str] = &[
        "mucho",
        "muchisimo",
        "bastante",
        "poco",
        "poquito",
        "algo",
        "demasiado",
        "siempre",
        "muchas",
        "veces",
    ];
    let mut said = line.tokens.iter().filter(|token| {
        token.part != Part::Mark && !token.one_of(&["un", "a", "muy", "pues", "la", "verdad"])
    });
    let much = said.next().is_some_and(|token| token.one_of(MUCH));
    (much && said.next().is_none_or(|token| token.one_of(MUCH))).then_some(true)
}

/// Whether a thing alone answers: `tres` to `¿tienes hijos?`, `viudo` to `¿estás casado?`.
fn answers_alone(stated: &Claim, said: &Answer, words: usize) -> bool {
    /// What one can have, take or practise more than one of.
    const KINDS: &[&str] = &[
        "tener",
        "tomar",
        "practicar",
        "tocar",
        "hablar",
        "jugar",
        "comer",
        "beber",
        "coleccionar",
        "usar",
        "estudiar",
        "cultivar",
        "criar",
    ];
    let verb = stated.relation.split('_').next().unwrap_or_default();
    let counted = said.parties.iter().all(|party| party.kind == Kind::Quantity)
        || matches!(said.opening, Opening::Indefinite | Opening::Number);
    let being = matches!(stated.relation.as_str(), "ser" | "estar" | "llamarse");
    let one_word = |name: &str| !name.contains(' ') && name.chars().count() > 3;
    if said.parties.is_empty() || said.preposition.is_some() {
        return false;
    }
    if being {
        let like = said.parties.len() == 1 && said.opening == Opening::Bare;
        return like && one_word(&said.parties[0].name) && one_word(&stated.object.name);
    }
    counted && stated.object.kind != Kind::Time || KINDS.contains(&verb) && words <= 5
}

/// The claims of a question with yes or no.
pub(super) fn claims(
    line: &Line,
    end: usize,
    question: &Question,
    today: Date,
    span: &Range<usize>,
) -> Option<Vec<Claim>> {
    let first = question.stated.first()?;
    let repeated = repeated(line, question);
    if question.either {
        return Some(chosen(line, end, question, today, span));
    }
    let decision = decision(line).or(repeated).or_else(|| degree(line));
    let opening = guards::opening(line);
    let prepositional = line.part(opening) == Some(Part::Preposition) && line.tokens.len() <= 8;
    if decision.is_none() && !prepositional {
        let said = answer(line, opening..end, today)?;
        let begins = said.parties.is_empty() && said.since.is_some();
        if !begins && !answers_alone(first, &said, end - opening) {
            return None;
        }
    }
    let yes = decision.unwrap_or(true);
    let from = if decision.is_some() {
        (0..end).find(|at| line.part(*at) != Some(Part::Mark)).map_or(1, |at| at + 1)
    } else {
        0
    };
    // `sí, exacto`: nothing is named.
    let agrees = line.tokens.iter().all(|token| token.part == Part::Mark || token.one_of(YES));
    let bare = repeated.is_some() || refuses(line) || degree(line).is_some() || agrees;
    let said = if bare { None } else { answer(line, from..end, today) };
    let mut found = Vec::new();
    for stated in &question.stated {
        let mut claim = Claim { extractor: Extractor::Reply, span: span.clone(), ..stated.clone() };
        claim.subject.span = None;
        claim.object.span = None;
        claim.negated = claim.negated == yes;
        match &said {
            Some(said) if beside(&claim, said) => {
                claim.since.clone_from(&said.since);
                claim.when = said.when.clone().or(claim.when);
                found.push(claim);
            }
            Some(said) if !said.parties.is_empty() => found.extend(specified(&claim, said, yes)),
            Some(said) => {
                claim.since.clone_from(&said.since);
                found.push(claim);
            }
            None => found.push(claim),
        }
    }
    found.extend(contrasted(line, end, question, span));
    Some(found)
}

/// A preposition that opens an answer, as it is written within one.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whether the answer only tells when or how often: `sí, en 2019`, `sí, tres veces por semana`.
fn beside(claim: &Claim, said: &Answer) -> bool {
    let counts = |party: &Party| {
        party.kind == Kind::Quantity
            && party.name.split(' ').any(|word| matches!(word, "vez" | "veces" | "días" | "horas"))
    };
    let since = said.preposition.as_deref() == Some("desde");
    claim.object.kind != Kind::Time
        && !said.parties.is_empty()
        && (since || said.parties.iter().all(|party| party.kind == Kind::Time || counts(party)))
}

/// The one that the answer names of what is asked: `té`, `trabajo`, `el segundo` is none.
fn chosen(
    line: &Line,
    end: usize,
    question: &Question,
    today: Date,
    span: &Range<usize>,
) -> Vec<Claim> {
    let said = answer(line, guards::opening(line)..end, today);
    let named = |name: &str| {
        let name = fold(name);
        said.iter().flat_map(|said| &said.parties).any(|party| fold(&party.name) == name)
    };
    let does = |claim: &Claim| {
        let verb = claim.relation.split('_').next().unwrap_or_default();
        line.tokens.iter().any(|token| token.forms.iter().any(|form| form.verb == verb))
    };
    let one = |claim: &&Claim| named(&claim.object.name) || does(claim);
    let chosen: Vec<&Claim> = question.stated.iter().filter(one).collect();
    let [only] = chosen[..] else { return Vec::new() };
    vec![Claim { extractor: Extractor::Reply, span: span.clone(), ..only.clone() }]
}

/// The claim with what the answer names: `sí, dos`, `sí, al polen`, `no, en Vigo`.
fn specified(claim: &Claim, said: &Answer, yes: bool) -> Vec<Claim> {
    let old = claim.object.name.clone();
    let mut found = Vec::new();
    for party in &said.parties {
        // `sí, Paula` to `¿tienes pareja?`
        let called = yes
            && party.kind == Kind::Person
            && party.name.starts_with(char::is_uppercase)
            && lists::sort(&fold(&old)) == Some(Sort::Kin);
        if called {
            let name = Claim {
                subject: claim.object.clone(),
                relation: "llamarse".to_owned(),
                object: party.clone(),
                ..claim.clone()
            };
            found.extend([claim.clone(), name]);
            continue;
        }
        let mut next = Claim {
            negated: claim.negated == yes && claim.negated,
            object: party.clone(),
            ..claim.clone()
        };
        next.when = said.when.clone().or(next.when);
        next.negated = false;
        let adjective = lists::sort(&fold(&old)).is_none() && claim.relation == "ser";
        let joins =
            said.preposition.as_deref().is_some_and(|own| matches!(own, "a" | "de" | "con"));
        let suffered =
            said.preposition.as_deref() == Some("a") && lists::within("suffered", &fold(&old));
        if yes && (adjective && joins || suffered) {
            next.object.name = match &said.parties[..] {
                [_] => format!("{old} {}", uncapitalised(&said.said)),
                _ => format!(
                    "{old} {} {}",
                    said.preposition.as_deref().unwrap_or_default(),
                    party.name
                ),
            };
        } else if yes && let Some(preposition) = said.preposition.as_deref() {
            let verb = claim.relation.split('_').next().unwrap_or_default();
            next.relation = format!("{verb}_{preposition}");
        }
        if party.kind == Kind::Quantity && !party.name.contains(' ') {
            let noun = old
                .split_once(' ')
                .filter(|(count, _)| count.starts_with(|c: char| c.is_ascii_digit()))
                .map_or(old.as_str(), |(_, noun)| noun);
            if claim.object.kind != Kind::Time && !noun.starts_with(|c: char| c.is_ascii_digit()) {
                next.object.name = format!("{} {noun}", party.name);
            }
        }
        if !yes {
            next.effect = Effect::Replace { old: Some(old.clone()) };
        }
        found.push(next);
    }
    found
}

/// `no, pero mi mujer sí`: the same of somebody else.
fn contrasted(line: &Line, end: usize, question: &Question, span: &Range<usize>) -> Vec<Claim> {
    let Some(at) = (0..end).find(|at| matches!(line.part(*at), Some(Part::But | Part::And))) else {
        return Vec::new();
    };
    let Some(last) = (at + 1..end).rev().find(|at| line.part(*at) != Some(Part::Mark)) else {
        return Vec::new();
    };
    let yes = line.tokens[last].one_of(&["si", "tambien"]);
    if !yes && !line.tokens[last].one_of(&["no", "tampoco"]) {
        return Vec::new();
    }
    let found = phrases::phrases(line, at + 1..last);
    let Some(phrase) = found.iter().find(|phrase| {
        phrase.form == Form::Noun
            && (phrase.opening == Opening::Possessive
                || lists::sort(&phrase.head) == Some(Sort::Kin))
    }) else {
        return Vec::new();
    };
    let same = |stated: &Claim| {
        phrase
            .parties
            .iter()
            .map(|party| Claim {
                subject: party.clone(),
                negated: !yes,
                extractor: Extractor::Reply,
                span: span.clone(),
                ..stated.clone()
            })
            .collect::<Vec<_>>()
    };
    question.stated.iter().flat_map(same).collect()
}
