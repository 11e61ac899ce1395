//! What is not kept: questions, commands, wishes, fiction, other people's words.

mod openers;

use std::ops::Range;

use jiff::civil::Date;

use super::dates;
use super::lexicon::{self, Inflection, Tag};
use super::phrases::{Phrases, Place};
use super::words::Word;
use crate::reading::{Refusal, Refused};

/// What is to be done with a part of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Read,
    Refuse(Refusal),
    /// This and everything after it: a story begins.
    RefuseAllAfter(Refusal),
}

/// Marks the words that are not the speaker's own: masked parts and quotations. The quotation
/// marks around a name go.
pub(super) fn mask(words: &mut [Word], masked: &[Range<usize>]) -> Vec<Refused> {
    let mut refused = Vec::new();
    for range in masked {
        for word in words.iter_mut() {
            if word.span.start < range.end && range.start < word.span.end {
                word.is_foreign = true;
            }
        }
        refused.push(Refused { span: range.clone(), reason: Refusal::Masked });
    }
    let marks: Vec<usize> =
        (0..words.len()).filter(|&at| words[at].is_mark() && words[at].lower == "\"").collect();
    for pair in marks.chunks(2) {
        let [open, close] = match *pair {
            [open, close] => [open, close],
            [open] => [open, words.len() - 1],
            _ => continue,
        };
        let inside = words.get(open + 1..close).unwrap_or_default();
        let spoken = inside.iter().filter(|word| !word.is_mark()).count();
        let has_verb = inside.iter().any(|word| {
            matches!(word.tag, Tag::Be | Tag::Have | Tag::Do | Tag::Modal | Tag::Pronoun)
                || word.form(|form| !form.is_homograph).is_some()
        });
        let is_name = spoken <= 4 && !has_verb || spoken == 1;
        if !is_name {
            refused.push(Refused {
                span: words[open].span.start..words[close].span.end,
                reason: Refusal::Quotation,
            });
        }
        for (at, word) in words.iter_mut().enumerate().take(close + 1).skip(open) {
            word.is_foreign |= !is_name || at == open || (at == close && word.is_mark());
        }
    }
    refused
}

/// Decides for each `'s` whether it is a genitive or a verb.
pub(super) fn genitives(words: &mut [Word], day: Date) {
    for at in 1..words.len() {
        if words[at].tag != Tag::Genitive || words[at].lower != "'s" {
            continue;
        }
        if words[at - 1].is(&["let"]) {
            words[at].tag = Tag::Pronoun;
            "us".clone_into(&mut words[at].lower);
        } else if is_verb_here(words, at, day) {
            let has = is_perfect_here(words, at);
            let verb = if has { "has" } else { "is" };
            verb.clone_into(&mut words[at].lower);
            words[at].text.clone_from(&words[at].lower);
            words[at].tag = if has { Tag::Have } else { Tag::Be };
        }
    }
}

fn is_verb_here(words: &[Word], at: usize, day: Date) -> bool {
    let before = &words[at - 1];
    if matches!(before.tag, Tag::Pronoun | Tag::Relative) || before.is(&["that", "here", "this"]) {
        return true;
    }
    let Some(next) = words.get(at + 1) else { return false };
    if next.is_mark() {
        return false;
    }
    // `my name's Olivia`, `the code's 4417`.
    let labels = [
        "name", "code", "pin", "password", "number", "address", "birthday", "surname", "job",
        "postcode",
    ];
    if before.is(&labels) {
        return true;
    }
    let ending = words[at + 1..].iter().take_while(|word| {
        !word.is_mark() && !matches!(word.tag, Tag::And | Tag::Subordinator | Tag::Relative)
    });
    let has_verb = ending.clone().skip(1).any(|word| {
        matches!(word.tag, Tag::Be | Tag::Have | Tag::Do | Tag::Modal)
            || word
                .form(|form| matches!(form.inflection, Inflection::Third | Inflection::Past))
                .is_some()
    });
    match next.tag {
        Tag::Determiner
        | Tag::Possessive
        | Tag::Preposition
        | Tag::Not
        | Tag::Pronoun
        | Tag::To
        | Tag::Adverb
        | Tag::Have
        | Tag::Be => true,
        Tag::Number => {
            !has_verb
                && !words.get(at + 2).is_some_and(|word| {
                    word.tag == Tag::Open && !word.is(&["years", "months", "weeks", "today"])
                })
        }
        _ if next.form(|form| form.inflection == Inflection::Participle).is_some()
            && opens_object(words, at + 2) =>
        {
            true
        }
        _ if has_verb => false,
        _ if next
            .form(|form| GOING.contains(&form.base) || SHIFTING.contains(&form.base))
            .is_some()
            && next.form(|form| form.inflection == Inflection::Participle).is_some()
            && words.get(at + 2).is_none_or(|word| {
                word.is_mark() || matches!(word.tag, Tag::Preposition | Tag::To | Tag::And)
            }) =>
        {
            true
        }
        _ if next.is(&["called", "named"]) => true,
        _ if next.form(|form| form.inflection == Inflection::Gerund).is_some()
            && !next.is(&["wedding", "building", "meeting"]) =>
        {
            true
        }
        _ => {
            let last = words.get(at + 2).is_none_or(|word| {
                word.is_mark() || word.tag != Tag::Open || dates::read(words, at + 2, day).is_some()
            });
            lexicon::is_adjective(&next.lower) && last
        }
    }
}

/// Verbs of going and ending, whose participle after `'s` tells what happened: `Karen's left`.
const GOING: &[&str] = &[
    "go", "move", "leave", "quit", "resign", "switch", "change", "turn", "come", "die", "pass",
    "relocate", "start", "stop", "begin", "join", "transfer", "upgrade", "downsize", "graduate",
    "retire", "step", "jump", "drop",
];

/// Verbs whose participle after `'s` tells what was done: `the meeting's bumped to Friday`.
const SHIFTING: &[&str] = &[
    "bump",
    "push",
    "reschedule",
    "postpone",
    "cancel",
    "delay",
    "shift",
    "rebook",
    "call",
    "put",
    "bring",
];

/// Returns whether `'s` is `has`: what follows it happened to something or somebody.
fn is_perfect_here(words: &[Word], at: usize) -> bool {
    let Some(next) = words.get(at + 1) else { return false };
    if next.is(&["got", "been", "had", "lost", "gone", "taken", "moved", "bought", "become"]) {
        return true;
    }
    let Some(form) = next.form(|form| form.inflection == Inflection::Participle) else {
        return false;
    };
    if next.is(&["called", "named", "retired"]) {
        return false;
    }
    GOING.contains(&form.base) || opens_object(words, at + 2)
}

/// Returns whether the word there begins an object: no participle after `is` has one.
fn opens_object(words: &[Word], at: usize) -> bool {
    words.get(at).is_some_and(|word| {
        word.is_name
            || matches!(word.tag, Tag::Determiner | Tag::Possessive | Tag::Pronoun | Tag::Number)
    })
}

/// Returns whether the message takes back what it says.
pub(super) fn is_joke(words: &[Word]) -> bool {
    let has = |phrase: &[&str]| {
        words
            .windows(phrase.len())
            .any(|window| window.iter().zip(phrase).all(|(word, wanted)| word.lower == *wanted))
    };
    has(&["just", "kidding"])
        || has(&["only", "joking"])
        || has(&["just", "joking"])
        || has(&["jk"])
        || has(&["do", "not", "believe", "it"])
        || has(&["do", "not", "believe", "that"])
        || is_mocking(words)
        || has(&["kidding"]) && words.len() < 20
}

/// `Yeah right, and I'm the Queen of England`.
fn is_mocking(words: &[Word]) -> bool {
    const AGREEING: &[&str] = &["yeah", "sure", "right", "ok", "okay", "yes", "course", "of", "oh"];
    let at = words.iter().position(|word| !word.is_mark() && !word.is(AGREEING));
    at.is_some_and(|at| {
        at > 0
            && words[at].is(&["and"])
            && words.get(at + 1).is_some_and(|next| next.is(&["i", "my"]))
            && words[..at].iter().any(|word| word.is(&["yeah", "sure", "right", "course"]))
    })
}

/// Returns the first word after what only leads to what is told.
pub(super) fn opened(phrases: Phrases<'_>, sentence: &Range<usize>) -> usize {
    openers::skip(phrases, sentence)
}

/// Parts a sentence into what is read and what is not, and says why.
pub(super) fn judge(phrases: Phrases<'_>, sentence: Range<usize>) -> Vec<(Range<usize>, Verdict)> {
    let start = openers::skip(phrases, &sentence);
    let body = start..sentence.end;
    if start >= sentence.end {
        return vec![(sentence, Verdict::Read)];
    }
    if let Some(verdict) = openers::fiction(phrases, &body) {
        return vec![(body, verdict)];
    }
    let asks = phrases.is(sentence.end - 1, &["?"]);
    if asks || openers::is_question(phrases, start) {
        return question(phrases, body, asks);
    }
    if openers::is_wish(phrases, start) {
        return vec![(body, Verdict::Refuse(Refusal::Hypothetical))];
    }
    if let Some(verdict) = openers::command(phrases, &body) {
        return verdict;
    }
    vec![(body, Verdict::Read)]
}

/// A question, whose first part may still be told: `My son is coeliac, what can he eat?`
fn question(phrases: Phrases<'_>, body: Range<usize>, asks: bool) -> Vec<(Range<usize>, Verdict)> {
    let refuse = |part: Range<usize>| (part, Verdict::Refuse(Refusal::Question));
    if openers::is_question(phrases, body.start) || openers::command(phrases, &body).is_some() {
        let told = openers::told_after(phrases, &body);
        return match told {
            Some(at) if !asks => vec![refuse(body.start..at), (at..body.end, Verdict::Read)],
            _ => vec![refuse(body)],
        };
    }
    let turn = (body.start + 1..body.end).find(|&at| {
        let joint = phrases.is(at, &[",", "-", ":"])
            || phrases.has_tag(at, &[Tag::And])
            || phrases.is(at, &["so"]);
        joint && openers::is_question(phrases, openers::skip(phrases, &(at + 1..body.end)))
    });
    match turn {
        Some(at)
            if phrases.nominal(body.start, Place::Subject).is_some()
                && !openers::is_tag(phrases, at, body.end) =>
        {
            vec![(body.start..at, Verdict::Read), refuse(at..body.end)]
        }
        _ => vec![refuse(body)],
    }
}
