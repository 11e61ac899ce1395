//! Answers that stand only in the words a fact was told with: “con Alicia”, “en la caja”, “5 mg”.

use crate::asking::candidate::Candidate;
use crate::asking::fit::Fit;
use crate::asking::lexicon;
use crate::asking::lists::List;
use crate::asking::question::{Question, Role, Term};
use crate::asking::words::{self, Word};
use crate::asking::{times, verbs};

/// The most words of a phrase.
const PHRASE_WORDS_MAX: usize = 6;

/// Returns the phrase after one of these prepositions that the question does not say itself: the
/// one nearest to what the question names.
pub(super) fn after(
    question: &Question,
    candidate: &Candidate,
    prepositions: &[&str],
) -> Option<String> {
    let text = &candidate.fact.evidence.as_ref()?.text;
    let all = &candidate.told;
    let named: Vec<usize> = named(question, all);
    let mut best: Option<(usize, String)> = None;
    for (at, word) in all.iter().enumerate() {
        if !prepositions.contains(&word.folded.as_str()) {
            continue;
        }
        let Some((phrase, to)) = phrase(text, all, at + 1) else { continue };
        let said = (at + 1..to).any(|place| named.contains(&place));
        let temporal = times::told(&phrase).first().is_some_and(|told| told.text == phrase);
        if said || temporal {
            continue;
        }
        // What stands before the place counts less than what stands after it.
        let distance = named
            .iter()
            .map(|place| if *place < at { at - place } else { 2 * (place - at) + 4 })
            .min();
        let distance = distance.unwrap_or(50);
        if best.as_ref().is_none_or(|(nearest, _)| distance < *nearest) {
            best = Some((distance, phrase));
        }
    }
    best.map(|(_, phrase)| phrase)
}

/// Returns the places of the words the question names.
fn named(question: &Question, all: &[Word]) -> Vec<usize> {
    let is_named = |word: &Word| {
        question.terms.iter().any(|term| term.role != Role::Light && same(term, word))
    };
    (0..all.len()).filter(|at| is_named(&all[*at])).collect()
}

fn same(term: &Term, word: &Word) -> bool {
    let key = words::key(&word.folded);
    term.key == key || lexicon::are_synonyms(&term.key, &key)
}

/// Returns the noun phrase that begins at a place, without its article, and where it ends.
fn phrase(text: &str, all: &[Word], from: usize) -> Option<(String, usize)> {
    let mut start = from;
    while all.get(start).is_some_and(|word| List::OpensPhrase.has(word.folded.as_str())) {
        start += 1;
    }
    let mut end = start;
    while end < all.len() && end - start < PHRASE_WORDS_MAX {
        let apart = end > start
            && text
                .get(all[end - 1].span.end..all[end].span.start)
                .is_some_and(|gap| gap.contains([',', '.', ';', ':', '(', '!', '?', '\n']));
        if apart || (List::EndsPhrase.has(all[end].folded.as_str()) && end >= start) {
            break;
        }
        end += 1;
    }
    while end > start && matches!(all[end - 1].folded.as_str(), "de" | "of" | "el" | "la" | "the") {
        end -= 1;
    }
    (end > start).then(|| (text[all[start].span.start..all[end - 1].span.end].to_owned(), end))
}

/// Returns whom the English verb names before its object: “Marcus” in “I owe Marcus a hundred”.
pub(super) fn before_object(candidate: &Candidate) -> Option<String> {
    let text = &candidate.fact.evidence.as_ref()?.text;
    let all = &candidate.told;
    let head = candidate.object.first()?.keys.first()?;
    let end = all.iter().position(|word| words::key(&word.folded) == *head)?;
    let is_verb =
        |word: &Word| verbs::keys(&word.folded).iter().any(|key| candidate.verb_keys.contains(key));
    let start = all[..end].iter().position(is_verb)? + 1;
    let (found, to) = phrase(text, all, start)?;
    let opens = |word: &Word| List::OpensPhrase.has(&word.folded);
    let whole = to <= end && all[to..end].iter().all(opens);
    // “my brother the ladder”: the article of the object ends the phrase.
    let cut = all[start..end].iter().skip(1).position(opens).map(|at| start + 1 + at);
    match cut {
        Some(cut) if cut < end => {
            let from = all[start..cut].iter().position(|word| !opens(word))? + start;
            Some(text[all[from].span.start..all[cut - 1].span.end].to_owned())
        }
        _ => whole.then_some(found),
    }
}

/// Returns the object as it was told with more words than are kept: “turno” told as “turno de noche”.
pub(super) fn longer(question: &Question, candidate: &Candidate) -> Option<String> {
    let text = &candidate.fact.evidence.as_ref()?.text;
    let head = candidate.object.first()?.keys.first()?;
    let at = candidate.told.iter().position(|word| words::key(&word.folded) == *head)?;
    let (phrase, to) = phrase(text, &candidate.told, at)?;
    let more = candidate.told[at..to].iter().any(|word| {
        !List::Link.has(&word.folded) && !question.terms.iter().any(|term| same(term, word))
    });
    more.then_some(phrase)
}

/// Returns whether the object was told after this preposition, `None` when after none.
pub(super) fn stands_after(candidate: &Candidate, preposition: &str) -> Option<bool> {
    let head = candidate.object.first()?.keys.first()?;
    let at = candidate.told.iter().position(|word| words::key(&word.folded) == *head)?;
    let mut before = candidate.told[..at].iter().rev().map(|word| word.folded.as_str());
    let before = before.find(|word| !List::OpensPhrase.has(word))?;
    List::Preposition.has(before).then_some(before == preposition)
}

/// Returns the clause after one of these words.
pub(super) fn clause_after(candidate: &Candidate, openers: &[&str]) -> Option<String> {
    let text = &candidate.fact.evidence.as_ref()?.text;
    let at = candidate.told.iter().position(|word| openers.contains(&word.folded.as_str()))?;
    let rest = text.get(candidate.told[at].span.end..)?;
    let clause =
        rest.split([',', '.', ';', '!', '?', '\n']).find(|clause| !clause.trim().is_empty())?;
    Some(clause.trim().to_owned())
}

/// Returns the times told, nearest first to what the question names.
pub(super) fn nearest_times(
    question: &Question,
    candidate: &Candidate,
    _fit: &Fit,
    text: &str,
) -> Vec<String> {
    let named = named(question, &candidate.told);
    let object: Vec<usize> = (0..candidate.told.len())
        .filter(|at| {
            let key = words::key(&candidate.told[*at].folded);
            candidate.object.iter().any(|name| name.keys.contains(&key))
        })
        .collect();
    let mut found: Vec<(usize, String)> = times::told(text)
        .into_iter()
        .map(|told| {
            let distance = |place: &usize| {
                if (told.from..told.to).contains(place) {
                    0
                } else {
                    place.abs_diff(told.from).min(place.abs_diff(told.to))
                }
            };
            (named.iter().chain(&object).map(distance).min().unwrap_or(0), told.text)
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, text)| text).collect()
}

/// Returns the amount told of what is counted or measured: “5 mg” of ramipril, “cuatro” puntos.
pub(super) fn amount(question: &Question, candidate: &Candidate) -> Option<String> {
    let text = &candidate.fact.evidence.as_ref()?.text;
    let all = &candidate.told;
    let named: Vec<usize> = named(question, all);
    let amounts = (0..all.len()).filter(|at| {
        words::is_amount(&all[*at].folded)
            && !matches!(all[*at].folded.as_str(), "un" | "una" | "one")
    });
    let near = |at: &usize| named.iter().any(|place| place.abs_diff(*at) < 5);
    let nearest = amounts.filter(near).min_by_key(|at| {
        named.iter().map(|place| place.abs_diff(*at)).min().unwrap_or(usize::MAX)
    })?;
    let unit = all.get(nearest + 1).filter(|word| {
        !List::EndsPhrase.has(word.folded.as_str()) && !named.contains(&(nearest + 1))
    });
    let touching = unit.filter(|unit| {
        text.get(all[nearest].span.end..unit.span.start) == Some(" ")
            && unit.folded != "de"
            && unit.folded != "of"
    });
    let end = touching.unwrap_or(&all[nearest]).span.end;
    Some(text[all[nearest].span.start..end].to_owned())
}
