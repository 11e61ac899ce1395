//! A question as the statement that answers it, with a gap for what was asked.

use std::ops::Range;

use crate::english::lexicon::{Inflection, Tag};
use crate::english::phrases::{Phrases, Place};
use crate::english::words::{self, Word};

/// The statement around a gap.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    before: Vec<Word>,
    after: Vec<Word>,
    /// What stands before the answer when it brings no preposition of its own.
    preposition: Option<&'static str>,
    /// The noun a number counts: `kids` in `how many kids`.
    counted: Vec<Word>,
}

/// Returns a yes-or-no question, or what was put up for confirmation, as a statement.
pub(super) fn statement(question: &[Word]) -> Option<Vec<Word>> {
    let body = without_frame(question);
    let first = body.first()?;
    if first.tag == Tag::Relative || first.is(&["when"]) {
        return None;
    }
    if !matches!(first.tag, Tag::Be | Tag::Do | Tag::Have | Tag::Modal) {
        return Some(body.to_vec());
    }
    let (subject, rest) = subject_of(body, 1)?;
    Some([subject, vec![first.clone()], rest].concat())
}

/// Returns whether a question asks for yes or no.
pub(super) fn decides(question: &[Word]) -> bool {
    let first = without_frame(question).first();
    first.is_some_and(|first| matches!(first.tag, Tag::Be | Tag::Do | Tag::Have | Tag::Modal))
}

/// Returns what is asked with a question word.
pub(super) fn gap(question: &[Word]) -> Option<Gap> {
    let body = without_frame(question);
    let first = body.first()?;
    let word = first.lower.as_str();
    if first.tag != Tag::Relative && word != "when" {
        // `And your sister's name?`
        let phrases = at_home(body);
        let named = phrases.nominal(0, Place::Subject)?;
        let whole = named.words.end >= body.len();
        let is = spoken("is");
        return whole.then(|| Gap {
            before: [body.to_vec(), is].concat(),
            after: Vec::new(),
            preposition: None,
            counted: Vec::new(),
        });
    }
    let helper = (1..body.len())
        .find(|&at| matches!(body[at].tag, Tag::Be | Tag::Do | Tag::Have | Tag::Modal))?;
    let asked = body[1..helper].to_vec();
    let counted = if word == "how" && asked.first().is_some_and(|word| word.is(&["many"])) {
        asked[1..].to_vec()
    } else {
        Vec::new()
    };
    let phrases = at_home(body);
    // `Who lives with you?` never comes here: it has no helper.
    let subject_asked = word == "who"
        && body[helper].tag == Tag::Be
        && phrases
            .word(helper + 1)
            .is_some_and(|word| word.form(|form| form.inflection == Inflection::Gerund).is_some());
    if subject_asked {
        return Some(Gap {
            before: Vec::new(),
            after: body[helper..].to_vec(),
            preposition: None,
            counted,
        });
    }
    let (subject, rest) = subject_of(body, helper + 1)?;
    let job = word == "what"
        && body[helper].tag == Tag::Do
        && rest.first().is_some_and(|word| word.is(&["do"]))
        && asked.is_empty();
    if job {
        return Some(Gap {
            before: [subject, spoken("am")].concat(),
            after: Vec::new(),
            preposition: None,
            counted,
        });
    }
    let main = rest
        .iter()
        .find(|word| word.tag == Tag::Open)
        .map(|word| word.lower.clone())
        .unwrap_or_default();
    let ends_open = rest.last().is_some_and(|word| matches!(word.tag, Tag::Preposition | Tag::To));
    let preposition = match word {
        "where" if !ends_open => Some(place_of(&main, &rest)),
        "what" if asked.first().is_some_and(|word| word.is(&["time"])) => Some("at"),
        "how" if asked.first().is_some_and(|word| word.is(&["long"])) => Some("for"),
        _ => None,
    };
    let before = [subject, vec![body[helper].clone()], rest].concat();
    Some(Gap { before, after: Vec::new(), preposition, counted })
}

fn place_of(main: &str, rest: &[Word]) -> &'static str {
    match main {
        "work" | "study" => "at",
        "go" | "move" | "travel" | "fly" | "moving" | "going" | "travelling" => "to",
        "come" => "from",
        _ if rest.iter().any(|word| word.is(&["from"])) => "from",
        _ => "in",
    }
}

/// Returns the statement with the answer in the gap.
pub(super) fn filled(gap: &Gap, answer: &[Word]) -> Vec<Word> {
    let mut words = gap.before.clone();
    let leads = answer.first().is_some_and(|word| matches!(word.tag, Tag::Preposition | Tag::To));
    let is_time = answer.first().is_some_and(|word| {
        word.is(&["since", "every", "next", "last", "tomorrow", "yesterday", "today"])
    });
    if let Some(preposition) = gap.preposition.filter(|_| !leads && !is_time) {
        words.extend(spoken(preposition));
    }
    // `allergic to` – `to nuts`: once is enough.
    let doubled = leads
        && words
            .last()
            .is_some_and(|last| answer.first().is_some_and(|first| first.lower == last.lower));
    words.extend_from_slice(&answer[usize::from(doubled)..]);
    if answer.iter().all(Word::is_number) || answer.iter().all(|word| word.is(&["no", "none"])) {
        words.extend(gap.counted.iter().cloned());
    }
    words.extend(gap.after.iter().cloned());
    // An answer is said in any case: names in it are names.
    words
}

/// Returns the part of a reply that fills the gap, `None` when it tells no value.
pub(super) fn answer(phrases: Phrases<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let mut start = range.start;
    while start < range.end
        && (phrases.has_tag(start, &[Tag::Interjection, Tag::Mark])
            || phrases
                .is(start, &["well", "just", "actually", "so", "mostly", "usually", "probably"]))
    {
        start += 1;
    }
    // `it's Lucy`, `her name is Lucy`, `she's called Lucy`, `that would be Lucy`.
    let mut at = start;
    if phrases.is(at, &["it", "that", "he", "she", "they", "her", "his", "its", "their"]) {
        at += 1;
        at += usize::from(phrases.is(at, &["name", "names"]));
        at += usize::from(phrases.is(at, &["would"]));
        if phrases.has_tag(at, &[Tag::Be]) {
            at += 1;
            at += usize::from(phrases.is(at, &["called", "named"]));
            start = at;
        }
    }
    let body = start..range.end;
    if body.is_empty()
        || (phrases.is(
            start,
            &[
                "no", "i", "none", "dunno", "not", "why", "what", "how", "who", "nothing",
                "nobody", "we", "there",
            ],
        ) && !phrases.is(start + 1, &["years"]))
    {
        return None;
    }
    // An answer with a verb of its own is read by itself.
    let verbal = body.clone().any(|at| {
        phrases.has_tag(at, &[Tag::Be, Tag::Do, Tag::Modal, Tag::Have, Tag::Not])
            || phrases.is(at, &["i", "we", "she", "he", "they"])
    });
    (!verbal).then_some(body)
}

/// Parts what follows a helper verb into the subject and the rest.
fn subject_of(body: &[Word], at: usize) -> Option<(Vec<Word>, Vec<Word>)> {
    let phrases = at_home(body);
    let (subjects, mut end) = phrases.nominal_list(at, Place::Object)?;
    let only = subjects.first()?;
    // In `does your lease run out` the verb looks like one more noun.
    let base = (only.words.start + 1..end).find(|&index| {
        let word = &body[index];
        matches!(body[at - 1].tag, Tag::Do | Tag::Modal)
            && index
                > only.words.start + usize::from(only.owner.is_some() || only.determiner.is_some())
            && word.form(|form| form.inflection == Inflection::Base).is_some()
    });
    end = base.unwrap_or(end);
    Some((body.get(at..end)?.to_vec(), body.get(end..)?.to_vec()))
}

/// Leaves out what only leads to the question, and the mark at its end.
fn without_frame(question: &[Word]) -> &[Word] {
    const FRAMES: &[&[&str]] = &[
        &["just", "to", "check"],
        &["just", "checking"],
        &["just", "to", "confirm"],
        &["to", "confirm"],
        &["let", "you", "confirm"],
        &["you", "understand", "that"],
        &["you", "understand"],
        &["am", "you", "right", "that"],
        &["is", "it", "right", "that"],
        &["is", "it", "true", "that"],
        &["is", "it", "correct", "that"],
        &["did", "I", "say"],
        &["did", "I", "say", "that"],
        &["I", "said"],
        &["I", "mentioned"],
        &["I", "told", "me", "that"],
        &["if", "you", "remember", "correctly"],
        &["if", "you", "understand", "correctly"],
        &["and"],
        &["so"],
        &["ok"],
        &["okay"],
        &["great"],
        &["lovely"],
        &["nice"],
        &["sure"],
        &["got", "it"],
        &["noted"],
        &["then"],
        &["by", "the", "way"],
        &["remind", "you"],
        &["that"],
        &["right"],
    ];
    let mut body = question;
    while let Some(last) = body
        .last()
        .filter(|last| last.is_mark() || last.is(&["right", "correct", "then", "again", "exactly"]))
    {
        let _ = last;
        body = &body[..body.len() - 1];
    }
    loop {
        let mark =
            body.first().is_some_and(|first| first.is_mark() || first.tag == Tag::Interjection);
        if mark {
            body = &body[1..];
            continue;
        }
        let frame = FRAMES.iter().filter(|frame| {
            frame.len() < body.len()
                && frame.iter().zip(body).all(|(wanted, word)| word.lower == wanted.to_lowercase())
        });
        match frame.map(|frame| frame.len()).max() {
            Some(length) => body = &body[length..],
            None => return body,
        }
    }
}

fn at_home(words: &[Word]) -> Phrases<'_> {
    // Questions are taken apart by their words alone: no day is needed.
    Phrases { words, day: jiff::civil::Date::constant(2000, 1, 1) }
}

pub(super) fn spoken(text: &str) -> Vec<Word> {
    let mut found = words::of(text);
    for word in &mut found {
        word.span = 0..0;
    }
    found
}
