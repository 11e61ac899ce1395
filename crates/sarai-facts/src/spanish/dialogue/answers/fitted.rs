//! Answers to a question for a word: `¿dónde vives?` – `en Cáceres`.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use super::{Answer, answer};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::spanish::dialogue::{Gap, Question};
use crate::spanish::guards;
use crate::spanish::lists::within;
use crate::spanish::parts::{Line, Part};
use crate::spanish::phrases;

/// Takes the word that answers for a name to be one: `Vera` is no form of a verb here.
pub(super) fn name(line: &mut Line, gap: &Gap) {
    let start = guards::opening(line);
    let ends = matches!(line.part(start + 1), None | Some(Part::Mark | Part::And | Part::Name));
    let alone = line.tokens.len() == start + 1;
    if let Some(token) = line.tokens.get_mut(start)
        && gap.relation == "llamarse"
        && token.part == Part::Verb
        && (alone || ends && token.word.capital)
    {
        token.part = Part::Name;
    }
}

/// Whether these words, which a sentence follows, can fill the gap.
pub(super) fn fits(line: &Line, words: Range<usize>, gap: &Gap) -> bool {
    let tokens = line.tokens.get(words).unwrap_or_default();
    let first = tokens.first().map(|token| token.part);
    let said = tokens.iter().all(|token| !matches!(token.part, Part::Verb | Part::Link));
    let short = tokens.len() <= if gap.relation == "llamarse" { 3 } else { 6 };
    let opens = match first {
        Some(Part::Name | Part::Number | Part::Quantity) => true,
        Some(Part::Preposition) => gap.relation.contains('_'),
        Some(Part::Article) => !gap.relation.contains('_'),
        _ => false,
    };
    said && short && opens
}

/// The claims of a question for a word with the answer in its place.
pub(super) fn claims(
    line: &Line,
    end: usize,
    gap: &Gap,
    question: &Question,
    today: Date,
    span: &Range<usize>,
) -> Option<Vec<Claim>> {
    let words = guards::opening(line)..end;
    if nothing(line, &words) {
        return Some(Vec::new());
    }
    let mut answer = answer(line, words.clone(), today)?;
    if let Some(written) = written(line, words, question) {
        answer.parties = vec![written];
    }
    let filled = |subject: &Party, relation: String, object: Party| Claim {
        subject: subject.clone(),
        relation,
        object,
        negated: false,
        status: FactStatus::Current,
        when: answer.when.clone(),
        since: answer.since.clone(),
        effect: Effect::Add,
        extractor: Extractor::Reply,
        span: span.clone(),
    };
    let subject = question.subjects.first();
    if gap.moment {
        let object = gap.object.clone()?;
        answer.when.as_ref()?;
        return Some(vec![filled(subject?, gap.relation.clone(), object)]);
    }
    let mut found = Vec::new();
    for party in &answer.parties {
        let mut party = party.clone();
        found.push(if let Some(object) = &gap.object {
            filled(&party, gap.relation.clone(), object.clone())
        } else {
            counted(&mut party, gap);
            filled(subject?, placed(gap, answer.preposition.as_deref()), party)
        });
    }
    if let Some(verb) = gap.relation.split_once('_').map(|(verb, _)| verb) {
        for (preposition, parties) in besides(&answer) {
            let relation = format!("{verb}_{preposition}");
            for party in parties {
                found.push(filled(subject?, relation.clone(), party.clone()));
            }
        }
    }
    Some(found)
}

/// `ni idea`, `ninguno`, `depende`: words, and no answer.
fn nothing(line: &Line, words: &Range<usize>) -> bool {
    const NOTHING: &[&str] = &["ni", "nada", "nadie", "ninguno", "ninguna", "ningun", "depende"];
    let from = words.start.saturating_sub(1)..words.end;
    line.tokens.get(from).unwrap_or_default().iter().take(2).any(|token| token.one_of(NOTHING))
}

/// What is written and not named: an address, a number, a password, whole and as it stands.
fn written(line: &Line, words: Range<usize>, question: &Question) -> Option<Party> {
    let subject = question.subjects.first()?;
    let head = fold(subject.name.split(' ').next()?);
    let tokens = line.tokens.get(words.clone())?;
    let figures = tokens.iter().any(|token| {
        token.word.text.contains(|letter: char| letter.is_ascii_digit() || letter == '@')
    });
    let last = tokens.iter().rposition(|token| token.part != Part::Mark)?;
    let words = words.start..words.start + last + 1;
    (within("written", &head) && figures).then(|| Party {
        span: Some(line.bytes(words.clone())),
        ..Party::named(phrases::text(line, words))
    })
}

/// The relation, with the preposition of the answer where it has one of its own: `de camarera` to
/// `¿en qué trabajas?`, `con mi hermana` to `¿dónde vives?`.
fn placed(gap: &Gap, own: Option<&str>) -> String {
    match (gap.relation.split_once('_'), own) {
        (Some((verb, _)), Some(own @ ("de" | "con" | "en"))) => format!("{verb}_{own}"),
        _ => gap.relation.clone(),
    }
}

/// What is said beside the answer of where and with whom it is so.
fn besides(answer: &Answer) -> impl Iterator<Item = &(String, Vec<Party>)> {
    let other = |own: &str| matches!(own, "en" | "con");
    answer.besides.iter().filter(move |(own, _)| other(own) && answer.preposition.is_some())
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
