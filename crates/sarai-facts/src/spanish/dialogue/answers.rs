//! Answers: a word for the one asked for, a yes, a no.

mod decided;
mod fitted;

use std::ops::Range;

use super::Question;
use crate::claim::{Claim, Kind, Party};
use crate::reading::Discourse;
use crate::spanish::guards::{self, Stretch};
use crate::spanish::lists;
use crate::spanish::parts::{self, Line, Part};
use crate::spanish::phrases::{self, Form, Opening, Phrase};
use crate::spanish::words::Word;
use jiff::civil::Date;

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
    let mut line = parts::line(&words[first.words.clone()], discourse.day);
    if let Some(gap) = &question.gap {
        fitted::name(&mut line, gap);
    }
    let mut rest = first.words.end;
    let told = line.tokens.iter().any(|token| token.part == Part::Verb)
        && !decided::affirms(&line)
        && decided::repeated(&line, question).is_none();
    let mut end = line.tokens.len();
    if told {
        end = before(&line, question)?;
        rest = first.words.start + end + 1;
        // `Sara, como mi abuela` compares, and nobody eats.
        if words.get(rest).is_some_and(|word| word.one_of(&["como", "igual"])) {
            rest = first.words.end;
        }
    }
    let span = line.bytes(0..end);
    let denied = decided::decision(&line) == Some(false) && told;
    let claims = match &question.gap {
        None => decided::claims(&line, end, question, discourse.day, &span)?,
        Some(gap) => fitted::claims(&line, end, gap, question, discourse.day, &span)?,
    };
    Some(Replied { claims, rest, denied })
}

/// Where an answer ends that a sentence of its own follows: `no, lo dejé`, `en Cáceres, pero soy
/// de Trujillo`.
fn before(line: &Line, question: &Question) -> Option<usize> {
    let stops = |at: &usize| matches!(line.part(*at), Some(Part::Mark | Part::But));
    match &question.gap {
        None => {
            decided::decision(line)?;
            (1..line.tokens.len()).find(stops).filter(|at| *at <= 2)
        }
        Some(gap) => {
            let opening = guards::opening(line);
            let end = (opening + 1..line.tokens.len()).find(stops)?;
            fitted::fits(line, opening..end, gap).then_some(end)
        }
    }
}

/// What an answer names.
pub(super) struct Answer {
    pub parties: Vec<Party>,
    pub preposition: Option<String>,
    pub opening: Opening,
    /// What else is said of it, each with its preposition: `en un hotel` in `de camarera en un
    /// hotel`.
    pub besides: Vec<(String, Vec<Party>)>,
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
            || lists::within("greeting", &token.word.fold)
                && !matches!(token.part, Part::Name | Part::Preposition)
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
    let besides = fitting.iter().filter_map(|phrase| {
        let other =
            phrase.preposition.clone().filter(|own| Some(own) != first.preposition.as_ref());
        other.filter(|_| phrase.form == Form::Noun).map(|own| (own, phrase.parties.clone()))
    });
    let besides = besides.collect();
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
        opening: first.opening,
        besides,
        said: phrases::text(line, first.words.clone()),
        when: iso(false),
        since: iso(true),
    })
}
