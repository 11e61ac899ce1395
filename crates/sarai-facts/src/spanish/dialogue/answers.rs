//! Answers: a word for the one asked for, a yes, a no.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use super::{Gap, Question};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::reading::Discourse;
use crate::spanish::guards::{self, Stretch};
use crate::spanish::lists::{self, Sort};
use crate::spanish::parts::{self, Line, Part};
use crate::spanish::phrases::{self, Form, Opening, Phrase};
use crate::spanish::words::Word;

/// What an answer says and where the message goes on after it.
pub(in crate::spanish) struct Replied {
    pub claims: Vec<Claim>,
    /// The first word that is no part of the answer.
    pub rest: usize,
    /// Whether it was a plain no, which what follows may put right.
    pub denied: bool,
}

/// Reads the answer a message begins with; `None` when it is none.
pub(in crate::spanish) fn reply(
    words: &[Word],
    stretches: &[Stretch],
    question: Option<&Question>,
    discourse: &Discourse<'_>,
) -> Option<Replied> {
    let question = question?;
    let first = stretches.first().filter(|first| !first.asks)?;
    let line = parts::line(&words[first.words.clone()], discourse.day);
    let mut rest = first.words.end;
    let told = line.tokens.iter().any(|token| token.part == Part::Verb) && !affirms(&line);
    let mut end = line.tokens.len();
    if told {
        let opens = decision(&line).is_some() && question.gap.is_none();
        let mark = (1..line.tokens.len())
            .find(|at| matches!(line.part(*at), Some(Part::Mark | Part::But)));
        end = mark.filter(|at| opens && *at <= 2)?;
        rest = first.words.start + end + 1;
    }
    let span = line.bytes(0..end);
    let denied = decision(&line) == Some(false) && told;
    let claims = match &question.gap {
        None => decided(&line, end, question, discourse.day, &span)?,
        Some(gap) => fitted(&line, gap, question, discourse.day, &span)?,
    };
    Some(Replied { claims, rest, denied })
}

/// The claim of a question for a word with the answer in its place.
fn fitted(
    line: &Line,
    gap: &Gap,
    question: &Question,
    today: Date,
    span: &Range<usize>,
) -> Option<Vec<Claim>> {
    let answer = answer(line, guards::opening(line)..line.tokens.len(), today)?;
    let mut found = Vec::new();
    for mut party in answer.parties {
        let (subject, object) = if let Some(object) = &gap.object {
            (party.clone(), object.clone())
        } else {
            counted(&mut party, gap);
            (question.subjects.first()?.clone(), party)
        };
        found.push(Claim {
            subject,
            relation: gap.relation.clone(),
            object,
            negated: false,
            status: FactStatus::Current,
            when: answer.when.clone(),
            since: answer.since.clone(),
            effect: Effect::Add,
            extractor: Extractor::Reply,
            span: span.clone(),
        });
    }
    Some(found)
}

/// `Cuatro` to `¿Cuántos hermanos tienes?` is `cuatro hermanos`.
fn counted(party: &mut Party, gap: &Gap) {
    if let Some(counted) = gap.counted.as_ref().filter(|_| party.kind == Kind::Quantity)
        && !party.name.contains(' ')
    {
        party.name = format!("{} {counted}", party.name);
    }
    if gap.relation == "llamarse" {
        if let Some(name) = party.also.pop() {
            party.name = name;
        }
        party.name = phrases::capitalised(&party.name);
    }
}

/// What an answer names.
pub(super) struct Answer {
    pub parties: Vec<Party>,
    pub preposition: Option<String>,
    /// As it was said.
    pub said: String,
    pub when: Option<String>,
    pub since: Option<String>,
}

/// Reads the first thing that these words name.
pub(super) fn answer(line: &Line, range: Range<usize>, today: Date) -> Option<Answer> {
    let small = |at: &usize| {
        let token = &line.tokens[*at];
        token.part == Part::Mark
            || lists::within("greeting", &token.word.fold) && token.part != Part::Name
    };
    let start = range.clone().find(|at| !small(at))?;
    let listed = |at: usize| line.tokens[at..range.end].iter().any(|token| token.part == Part::And);
    let ends = |at: &usize| {
        matches!(line.part(*at), Some(Part::But | Part::Link))
            || line.part(*at) == Some(Part::Mark) && !(line.is(*at, ",") && listed(*at))
    };
    let end = (start..range.end).find(ends).unwrap_or(range.end);
    let found = phrases::phrases(line, start..end);
    let worth = |phrase: &&Phrase| match phrase.form {
        Form::Noun | Form::Time | Form::Action => true,
        Form::Adverb => !matches!(
            phrase.head.as_str(),
            "mucho"
                | "muy"
                | "ya"
                | "bastante"
                | "bien"
                | "si"
                | "poco"
                | "siempre"
                | "ahora"
                | "tambien"
                | "mal"
                | "asi"
        ),
        Form::Pronoun => false,
    };
    let fitting: Vec<&Phrase> = found.iter().filter(worth).collect();
    let first = fitting.iter().find(|phrase| phrase.form != Form::Time).or(fitting.first())?;
    let mut parties = first.parties.clone();
    let alike = |phrase: &&&Phrase| {
        phrase.preposition.is_some()
            && phrase.preposition == first.preposition
            && phrase.form == first.form
            && phrase.words != first.words
    };
    parties.extend(fitting.iter().filter(alike).flat_map(|phrase| phrase.parties.clone()));
    for party in parties.iter_mut().filter(|party| party.kind == Kind::Quantity) {
        party.name = party.name.to_lowercase();
    }
    let moment =
        line.moments.iter().find(|moment| moment.words.start >= start && moment.words.start < end);
    let iso = |since: bool| {
        moment.filter(|moment| moment.since == since).and_then(|moment| moment.iso(today, since))
    };
    let only_since = moment.is_some_and(|moment| moment.since) && fitting.len() == 1;
    if only_since {
        parties.clear();
    }
    Some(Answer {
        parties,
        preposition: first.preposition.clone(),
        said: phrases::text(line, first.words.clone()),
        when: iso(false),
        since: iso(true),
    })
}

/// `sí`, `así es`, `exacto`, `correcto`.
fn affirms(line: &Line) -> bool {
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

/// Whether a line begins with a yes or a no.
fn decision(line: &Line) -> Option<bool> {
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
    const NO: &[&str] = &[
        "no", "nunca", "jamas", "negativo", "tampoco", "nop", "ninguno", "ninguna", "nah", "nada",
        "que",
    ];
    let first = line.tokens.iter().find(|token| {
        token.part != Part::Mark
            && !token.one_of(&["pues", "bueno", "uy", "ay", "ah", "oh", "hombre", "huy"])
    })?;
    if affirms(line) || first.one_of(YES) {
        return Some(true);
    }
    let way = first.is("que") && line.tokens.iter().any(|token| token.is("va"));
    (first.one_of(NO) && (!first.is("que") || way)).then_some(false)
}

/// The claims of a question with yes or no.
fn decided(
    line: &Line,
    end: usize,
    question: &Question,
    today: Date,
    span: &Range<usize>,
) -> Option<Vec<Claim>> {
    let decision = decision(line);
    let prepositional =
        line.part(guards::opening(line)) == Some(Part::Preposition) && line.tokens.len() <= 8;
    if decision.is_none() && !prepositional || question.stated.is_empty() {
        return None;
    }
    let yes = decision.unwrap_or(true);
    let from = if decision.is_some() {
        (0..end).find(|at| line.part(*at) != Some(Part::Mark)).map_or(1, |at| at + 1)
    } else {
        0
    };
    let said = answer(line, from..end, today);
    let mut found = Vec::new();
    for stated in &question.stated {
        let mut claim = Claim { extractor: Extractor::Reply, span: span.clone(), ..stated.clone() };
        claim.subject.span = None;
        claim.object.span = None;
        claim.negated = claim.negated == yes;
        match &said {
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

/// The claim with what the answer names: `sí, dos`, `sí, al polen`, `no, en Vigo`.
fn specified(claim: &Claim, said: &Answer, yes: bool) -> Vec<Claim> {
    let old = claim.object.name.clone();
    let mut found = Vec::new();
    for party in &said.parties {
        let mut next = Claim {
            negated: claim.negated == yes && claim.negated,
            object: party.clone(),
            ..claim.clone()
        };
        next.when = said.when.clone().or(next.when);
        next.negated = false;
        let adjective = lists::sort(&crate::fold::fold(&old)).is_none() && claim.relation == "ser";
        let joins =
            said.preposition.as_deref().is_some_and(|own| matches!(own, "a" | "de" | "con"));
        if yes && adjective && joins {
            next.object.name = format!("{old} {}", said.said);
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
