//! Reads English: words, then what is not to be kept, then clauses, then claims.
//!
//! The reader has its own small grammar and needs no parser. What it does not follow it leaves:
//! better nothing than a wrong claim.

mod claims;
mod clauses;
mod dates;
mod dialogue;
mod guards;
mod idioms;
mod lexicon;
mod notes;
mod phrases;
mod referents;
mod renewals;
mod verbs;
mod words;

use std::ops::Range;

use sarai_core::language::Language;

use crate::claim::Claim;
use crate::reading::{Discourse, Reading, Refusal, Refused};
use claims::Speech;
use guards::Verdict;
use phrases::Phrases;
use referents::Referents;
use words::Word;

/// The most words of a message that are read.
const WORDS_MAX: usize = 1200;

/// The fewest words without a known verb that may be a sentence all the same.
const WORDS_LEFT_OVER_MIN: usize = 3;

/// Reads a message in English.
pub(crate) fn read(text: &str, discourse: &Discourse<'_>) -> Reading {
    let mut reading =
        Reading { language: Language::English, claims: vec![], refused: vec![], leftovers: vec![] };
    let mut words = words::of(text);
    words.truncate(WORDS_MAX);
    reading.refused.extend(guards::mask(&mut words, discourse.masked));
    words.retain(|word| !word.is_foreign);
    guards::genitives(&mut words, discourse.day);
    idioms::replace(&mut words);
    renewals::announce(&mut words);
    renewals::free_pronouns(&mut words);
    let phrases = Phrases { words: &words, day: discourse.day };
    let mut referents = Referents::of(discourse.earlier);
    let start = dialogue::open(phrases, discourse.earlier, &mut referents, &mut reading.claims);
    let mut fiction = false;
    for sentence in sentences(&words, start) {
        if dialogue::amend(phrases, sentence.clone(), &referents, &mut reading.claims) {
            continue;
        }
        read_sentence(phrases, sentence, &mut referents, &mut fiction, &mut reading);
    }
    if guards::is_joke(&words) {
        for claim in std::mem::take(&mut reading.claims) {
            reading.refused.push(Refused { span: claim.span, reason: Refusal::Fiction });
        }
    }
    dialogue::replace(phrases, discourse.earlier, &mut reading.claims);
    tidy(&mut reading.claims);
    reading
}

fn read_sentence(
    phrases: Phrases<'_>,
    sentence: Range<usize>,
    referents: &mut Referents,
    fiction: &mut bool,
    reading: &mut Reading,
) {
    let words = phrases.words;
    for (part, verdict) in guards::judge(phrases, sentence) {
        let span = bytes(words, &part);
        match verdict {
            _ if *fiction => reading.refused.push(Refused { span, reason: Refusal::Fiction }),
            Verdict::Refuse(reason) => reading.refused.push(Refused { span, reason }),
            Verdict::RefuseAllAfter(reason) => {
                *fiction = true;
                reading.refused.push(Refused { span, reason });
            }
            Verdict::Read => {
                let before = reading.claims.len();
                // Perhaps there is a verb that nobody here knows.
                let is_long = part.len() >= WORDS_LEFT_OVER_MIN;
                let outcome = Speech { phrases, referents }.read(part, &mut reading.claims);
                reading.refused.extend(outcome.refused);
                let told = (outcome.has_clause || is_long) && !outcome.has_idle;
                if told && reading.claims.len() == before {
                    reading.leftovers.push(span);
                }
            }
        }
    }
}

/// Returns the stretches of words between marks that end a sentence, the mark included.
fn sentences(words: &[Word], start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = start;
    for (at, word) in words.iter().enumerate().skip(start) {
        if word.is_stop() {
            found.push(from..at + 1);
            from = at + 1;
        }
    }
    found.push(from..words.len());
    found.retain(|range| range.clone().any(|at| !words[at].is_mark()));
    found
}

/// Returns the bytes a range of words covers.
fn bytes(words: &[Word], range: &Range<usize>) -> Range<usize> {
    let start = words.get(range.start).map_or(0, |word| word.span.start);
    let end = words.get(range.end.saturating_sub(1)).map_or(start, |word| word.span.end);
    start..end.max(start)
}

/// One claim per thing said.
fn tidy(claims: &mut Vec<Claim>) {
    let mut seen: Vec<(String, String, String, bool)> = Vec::new();
    claims.retain(|claim| {
        let key = (
            claim.subject.name.clone(),
            claim.relation.clone(),
            claim.object.name.clone(),
            claim.negated,
        );
        let fresh = !seen.contains(&key);
        seen.push(key);
        fresh && !claim.object.name.is_empty() && !claim.subject.name.is_empty()
    });
}
