//! What a message means only after the one before it: answers, confirmations, corrections.

mod corrections;
mod questions;

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::Extractor;

use super::claims::Speech;
use super::lexicon::Tag;
use super::phrases::{Phrases, Place};
use super::referents::Referents;
use super::words::{self, Word};
use super::{bytes, guards};
use crate::claim::Claim;
use crate::reading::{Earlier, Role};

pub(super) use corrections::{amend, replace};

/// Words that say yes, and more than one word that does.
const YES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "correct",
    "right",
    "exactly",
    "indeed",
    "sure",
    "true",
    "aye",
    "absolutely",
    "definitely",
    "affirmative",
    "ok",
    "okay",
    "totally",
    "always",
];
const NO: &[&str] = &["no", "nope", "nah", "never", "negative", "wrong", "incorrect"];
/// What may stand beside a yes or a no and adds nothing.
const IDLE: &[&str] = &[
    "that", "'s", "is", "it", "i", "do", "does", "am", "did", "have", "has", "was", "are", "we",
    "she", "he", "they", "of", "course", "not", "really", "at", "all", "spot", "on", "you", "got",
    "please", "thanks", "thank", "already", "exactly", "right", "correct", "true", "will", "can",
    "indeed", "yes", "no", "quite", "still", "both", "afraid", "mate", "yet", "anymore", "much",
    "so", "far",
];

/// How much, which says yes.
const MUCH: &[&[&str]] = &[
    &["love", "it"],
    &["love", "them"],
    &["a", "lot"],
    &["very", "much"],
    &["very", "much", "so"],
    &["loads"],
    &["a", "bit"],
    &["a", "little"],
    &["a", "little", "bit"],
    &["sometimes"],
    &["often"],
    &["every", "day"],
    &["big", "time"],
];
/// Words that answer politely and tell no value.
const NO_VALUE: &[&str] = &[
    "maybe", "perhaps", "fine", "great", "good", "cool", "nice", "hello", "hi", "hey", "why",
    "what", "sorry", "later", "never", "none", "nothing", "nobody", "whatever", "depends", "lol",
    "haha", "thanks", "cheers",
];

/// Reads what answers or corrects the message before; returns the first word still to be read.
pub(super) fn open(
    phrases: Phrases<'_>,
    earlier: &[Earlier],
    referents: &mut Referents,
    claims: &mut Vec<Claim>,
) -> usize {
    let asked = earlier.last().filter(|last| last.role == Role::Assistant);
    let answered = asked.and_then(|asked| reply(phrases, &asked.text, referents, claims));
    answered.or_else(|| corrections::fragment(phrases, earlier, referents, claims)).unwrap_or(0)
}

/// Reads an answer to the assistant.
fn reply(
    phrases: Phrases<'_>,
    asked: &str,
    referents: &mut Referents,
    claims: &mut Vec<Claim>,
) -> Option<usize> {
    let question = turned(asked, phrases.day)?;
    let answer = first_part(phrases)?;
    let agreed = agreement(phrases, &answer);
    if let Some(polarity) = agreed {
        let statement = questions::statement(&question)?;
        let mut found = told(&statement, phrases.day, referents);
        if found.is_empty() {
            return None;
        }
        if !polarity {
            let rest = answer.end..phrases.words.len();
            if let Some(object) = corrections::named(phrases, rest.clone(), referents)
                && let Some(last) = found.last_mut()
            {
                corrections::change(last, object, &bytes(phrases.words, &rest));
                found.drain(..found.len() - 1);
                claims.extend(found);
                return Some(phrases.words.len());
            }
            for claim in &mut found {
                claim.negated = !claim.negated;
            }
        }
        if polarity
            && let Some((end, better)) = narrowed(phrases, &statement, answer.end, referents)
        {
            keep(better, &(0..bytes(phrases.words, &(answer.start..end)).end), claims);
            return Some(end);
        }
        keep(found, &bytes(phrases.words, &answer), claims);
        return Some(answer.end);
    }
    if questions::decides(&question) {
        let statement = questions::statement(&question)?;
        let found = alone(phrases, &statement, &answer, referents)?;
        keep(found, &bytes(phrases.words, &answer), claims);
        return Some(answer.end);
    }
    let gap = questions::gap(&question)?;
    referents.note_all(&told_parties(&question, phrases.day));
    let body = questions::answer(phrases, answer.clone())?;
    let statement = questions::filled(&gap, &phrases.words[body]);
    let found = told(&statement, phrases.day, referents);
    if found.is_empty() {
        return None;
    }
    keep(found, &bytes(phrases.words, &answer), claims);
    Some(answer.end)
}

/// `Do you have any pets?` – `yes, a cat called Tom`: what follows the yes says which.
fn narrowed(
    phrases: Phrases<'_>,
    statement: &[Word],
    from: usize,
    referents: &mut Referents,
) -> Option<(usize, Vec<Claim>)> {
    let asks = |wanted: &[&str]| statement.iter().rposition(|word| word.is(wanted));
    let suffers = asks(&["allergies", "allergy"]).is_some();
    let start = (from..phrases.words.len())
        .find(|&at| !(phrases.words[at].is_mark() || suffers && phrases.words[at].is(&["to"])))?;
    let (_, end) = phrases.nominal_list(start, Place::Object)?;
    if !phrases.is_end(end) && phrases.timed(end).is_none()
        || begins_clause(phrases, start) && !phrases.words[start].is_number()
        || phrases.is(start, &["i", "it", "that"])
    {
        return None;
    }
    let before = if suffers {
        questions::spoken("I am allergic to")
    } else {
        let last = statement.iter().rposition(|word| word.tag == Tag::Open && !word.is_mark())?;
        let open = ["any", "a", "an", "some", "anything", "something", "anyone", "anybody"];
        let cut = asks(&open).unwrap_or(last);
        statement[..cut].to_vec()
    };
    let found =
        told(&[before, phrases.words[start..end].to_vec()].concat(), phrases.day, referents);
    (!found.is_empty()).then_some((end, found))
}

/// What an answer without yes or no says: `three` to `do you have kids?`, `divorced` to `are you
/// married?`, `love it` to `do you like coffee?`.
fn alone(
    phrases: Phrases<'_>,
    statement: &[Word],
    answer: &Range<usize>,
    referents: &mut Referents,
) -> Option<Vec<Claim>> {
    let words = phrases.words.get(answer.clone())?;
    let said: Vec<&str> = words.iter().map(|word| word.lower.as_str()).collect();
    if MUCH.iter().any(|much| said == *much) {
        return Some(told(statement, phrases.day, referents)).filter(|found| !found.is_empty());
    }
    let verbal = words.iter().any(|word| {
        matches!(word.tag, Tag::Be | Tag::Do | Tag::Modal | Tag::Have | Tag::Not | Tag::Relative)
            || word.is(&["i", "we", "she", "he", "they", "it"])
    });
    let idle = said.first().is_none_or(|first| IDLE.contains(first) || NO_VALUE.contains(first));
    if verbal || idle || words.len() > 6 {
        return None;
    }
    let last = statement.iter().rposition(|word| word.tag == Tag::Open && !word.is_mark())?;
    // `Do you work?` – `retired`: there is no room for it after the verb. And what is wanted now is
    // no fact.
    let intransitive = last > 0 && statement[last - 1].tag == Tag::Do;
    if intransitive || statement.iter().any(|word| word.is(&["want", "need", "wish"])) {
        return None;
    }
    let being = statement.iter().any(|word| word.tag == Tag::Be);
    let counts = words.iter().all(Word::is_number);
    let state = being && words.len() == 1 && last + 1 == statement.len();
    if counts || state {
        let noun = if counts { &statement[last..=last] } else { &[] };
        let any = statement[..last].last().is_some_and(|word| word.is(&["any", "a", "an", "some"]));
        let before = &statement[..last - usize::from(any)];
        let whole = [before, words, noun].concat();
        return Some(told(&whole, phrases.day, referents)).filter(|found| !found.is_empty());
    }
    narrowed(phrases, statement, answer.start, referents).map(|(_, found)| found)
}

/// Keeps claims that rest on the question as much as on the answer.
fn keep(found: Vec<Claim>, answer: &Range<usize>, claims: &mut Vec<Claim>) {
    claims.extend(found.into_iter().map(|mut claim| {
        claim.extractor = Extractor::Reply;
        claim.span = answer.clone();
        for party in [&mut claim.subject, &mut claim.object] {
            let own = |span: &Range<usize>| span.start >= answer.start && span.end <= answer.end;
            party.span = party.span.take().filter(|span| !span.is_empty() && own(span));
        }
        claim
    }));
}

/// Reads words that were put together from question and answer.
fn told(words: &[Word], day: Date, referents: &mut Referents) -> Vec<Claim> {
    let mut claims = Vec::new();
    let phrases = Phrases { words, day };
    Speech { phrases, referents }.read(0..words.len(), &mut claims);
    claims
}

fn told_parties(question: &[Word], day: Date) -> Vec<crate::claim::Party> {
    let phrases = Phrases { words: question, day };
    let mut referents = Referents::default();
    let speech = Speech { phrases, referents: &mut referents };
    let mut found = Vec::new();
    let mut at = 0;
    while at < question.len() {
        match phrases.nominal(at, Place::Subject).filter(|_| {
            phrases.has_tag(at, &[Tag::Possessive, Tag::Determiner]) || question[at].is_name
        }) {
            Some(nominal) => {
                at = nominal.words.end.max(at + 1);
                found.extend(speech.party(&nominal));
            }
            None => at += 1,
        }
    }
    for party in &mut found {
        party.span = None;
    }
    found
}

/// Returns the last sentence of the assistant's words, said from the speaker's side, without
/// places of its own.
fn turned(asked: &str, day: Date) -> Option<Vec<Word>> {
    let mut all = words::of(asked);
    guards::genitives(&mut all, day);
    let last = super::sentences(&all, 0).pop()?;
    let mut own: Vec<Word> = all.get(last)?.to_vec();
    for at in 0..own.len() {
        own[at].span = 0..0;
        let after = at.checked_sub(1).is_some_and(|before| {
            let word = &own[before];
            word.tag == Tag::Preposition
                || word.tag == Tag::To
                || (word.tag == Tag::Open && !word.forms.is_empty())
        });
        let other = match own[at].lower.as_str() {
            "you" if after => "me",
            "you" => "I",
            "your" => "my",
            "yours" => "mine",
            "yourself" => "myself",
            "i" | "me" => "you",
            "my" => "your",
            _ => continue,
        };
        other.clone_into(&mut own[at].text);
        own[at].lower = other.to_lowercase();
    }
    own.truncate(64);
    Some(own)
}

/// Returns the words up to the first mark that parts the message, when they are few.
fn first_part(phrases: Phrases<'_>) -> Option<Range<usize>> {
    let words = phrases.words;
    let start = words.iter().position(|word| !word.is_mark())?;
    let end = (start..words.len()).find(|&at| words[at].is_stop()).unwrap_or(words.len());
    let comma = (start..end).find(|&at| {
        words[at].is_mark()
            && (agreement(phrases, &(start..at)).is_some() || begins_clause(phrases, at + 1))
    });
    let end = comma.unwrap_or(end);
    (end > start && end - start <= 14).then_some(start..end)
}

fn begins_clause(phrases: Phrases<'_>, at: usize) -> bool {
    phrases.nominal(at, Place::Subject).is_some_and(|nominal| {
        let open = nominal.pronoun.is_some() || nominal.is_plural();
        phrases.verb_group(nominal.words.end, open).is_some()
    }) || phrases.is(at, &["but", "because", "so", "although"])
}

/// Returns whether the words only say yes (true) or no (false).
fn agreement(phrases: Phrases<'_>, range: &Range<usize>) -> Option<bool> {
    let words: Vec<&str> = phrases
        .words
        .get(range.clone())?
        .iter()
        .filter(|word| !word.is_mark())
        .map(|word| word.lower.as_str())
        .collect();
    let all_idle =
        |rest: &[&str]| rest.iter().all(|word| IDLE.contains(word) || YES.contains(word));
    let negative = words.iter().any(|word| NO.contains(word) || *word == "not");
    let (first, rest) = words.split_first()?;
    let says = YES.contains(first)
        || NO.contains(first) && *first != "no"
        || *first == "no" && rest.len() != 1
        || *first == "no" && all_idle(rest)
        || ["i", "that", "it", "she", "he", "we", "they", "of", "not", "spot", "you"]
            .contains(first);
    let whole = [*first]
        .iter()
        .chain(rest)
        .all(|word| IDLE.contains(word) || YES.contains(word) || NO.contains(word));
    let decided = words.iter().any(|word| YES.contains(word) || NO.contains(word))
        || words.ends_with(&["do"])
        || words.ends_with(&["am"])
        || words.ends_with(&["is"])
        || words.ends_with(&["does"])
        || words.ends_with(&["did"])
        || words.ends_with(&["have"])
        || words.ends_with(&["not"])
        || words.ends_with(&["has"])
        || words == ["of", "course"]
        || words == ["spot", "on"]
        || words == ["you", "got", "it"]
        || words == ["not", "really"]
        || words == ["not", "at", "all"];
    (says && whole && decided).then_some(!negative)
}
