//! `No, it's Ana`, `sorry, I meant Tuesday`: what takes the place of what was said.

use std::ops::Range;

use sarai_core::fact::Extractor;

use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::bytes;
use crate::english::claims::Speech;
use crate::english::guards;
use crate::english::lexicon::{self, Tag};
use crate::english::phrases::{Phrases, Place, joined};
use crate::english::referents::Referents;
use crate::english::words;
use crate::reading::{Earlier, Role};

/// What a correction begins with.
const OPENERS: &[&str] = &[
    "no",
    "nope",
    "sorry",
    "oops",
    "wait",
    "actually",
    "correction",
    "whoops",
    "not",
    "nah",
    "ah",
    "oh",
    "scratch",
    "make",
    "i",
];

/// What a correction of the same message begins with; an `oh` or an `I` begins anything there.
const TAKING_BACK: &[&str] =
    &["no", "nope", "sorry", "oops", "wait", "actually", "correction", "whoops", "scratch", "make"];

/// Reads a correction that has no verb of its own: it takes the object's place in what was said
/// last. Returns the first word still to be read.
pub(super) fn fragment(
    phrases: Phrases<'_>,
    earlier: &[Earlier],
    referents: &Referents,
    claims: &mut Vec<Claim>,
) -> Option<usize> {
    let start = retracted(phrases);
    if start == 0 && !corrects(phrases) {
        return None;
    }
    let last = earlier
        .iter()
        .rev()
        .take(4)
        .filter(|message| message.role == Role::User)
        .find(|message| !message.claims.is_empty())?;
    let mut object = named(phrases, start..phrases.words.len(), referents)?;
    // `Sorry, eleven` after `the meeting is at ten` is an hour.
    let hour = |claim: &Claim| {
        claim.object.kind == Kind::Time && claim.when.as_ref().is_some_and(|day| day.contains('T'))
    };
    if object.kind == Kind::Quantity && last.claims.last().is_some_and(hour) {
        object.kind = Kind::Time;
    }
    let fits = |claim: &&Claim| {
        let is_time = |kind: Kind| kind == Kind::Time;
        let number = |name: &str| name.chars().any(|c| c.is_ascii_digit());
        number(&claim.object.name) && number(&object.name)
            || is_time(claim.object.kind) == is_time(object.kind)
                && (number(&claim.object.name) == number(&object.name) || is_time(object.kind))
    };
    let dated =
        || last.claims.iter().rev().find(|claim| object.kind == Kind::Time && claim.when.is_some());
    let old = last.claims.iter().rev().find(fits).or_else(dated)?;
    let mut claim = old.clone();
    let span = bytes(phrases.words, &(0..phrases.words.len()));
    claim.subject.span = None;
    if object.kind == Kind::Time && old.object.kind != Kind::Time {
        claim.when = crate::english::notes::when(phrases, 0..phrases.words.len());
        claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        claim.object.span = None;
        claim.extractor = Extractor::Reply;
        claim.span = span;
    } else {
        if object.kind == Kind::Time {
            claim.when = crate::english::notes::when(phrases, 0..phrases.words.len())
                .or_else(|| at_hour(&object.name, phrases));
        }
        change(&mut claim, object, &span);
    }
    claims.push(claim);
    Some(phrases.words.len())
}

/// Returns when a bare number is as an hour: `eleven`.
fn at_hour(number: &str, phrases: Phrases<'_>) -> Option<String> {
    let words = words::of(&format!("at {number}"));
    let said = Phrases { words: &words, day: phrases.day };
    crate::english::notes::when(said, 0..words.len())
}

/// Reads a sentence that corrects what the message itself just said: `It's on Tuesday. Sorry,
/// Wednesday.` Returns whether it did.
pub(in crate::english) fn amend(
    phrases: Phrases<'_>,
    sentence: Range<usize>,
    referents: &Referents,
    claims: &mut Vec<Claim>,
) -> bool {
    let words = &phrases.words[sentence];
    let opens = words.iter().find(|word| !word.is_mark()).is_some_and(|word| word.is(TAKING_BACK));
    if claims.is_empty() || !opens {
        return false;
    }
    let said = Earlier { role: Role::User, text: String::new(), claims: claims.clone() };
    let part = Phrases { words, day: phrases.day };
    fragment(part, &[said], referents, claims).is_some()
}

/// Gives a claim another object, which takes the old one's place.
pub(super) fn change(claim: &mut Claim, object: Party, span: &Range<usize>) {
    let old = claim.object.name.clone();
    // Who is called otherwise never had that name.
    if claim.relation == "be_called" {
        claim.subject.also.retain(|name| *name != old);
        if let Some(role) = claim.subject.name.strip_suffix(&format!(" {old}")) {
            claim.subject.name = role.to_owned();
        }
    }
    claim.effect = Effect::Replace { old: Some(old) };
    claim.object = Party { gender: object.gender.or(claim.object.gender), ..object };
    claim.subject.span = None;
    claim.negated = false;
    claim.extractor = Extractor::Reply;
    claim.span = span.clone();
}

/// Returns the first word after `I tell a lie`, `my mistake` and the like; 0 when nothing is taken
/// back so.
fn retracted(phrases: Phrases<'_>) -> usize {
    const TAKEN_BACK: &[&str] =
        &["lie", "mistake", "wrong", "misspoke", "mixed", "bad", "correct", "rephrase", "fib"];
    let whole = 0..phrases.words.len();
    let start = guards::opened(phrases, &whole);
    let said = (0..start).any(|at| phrases.is(at, TAKEN_BACK));
    if said && phrases.words.len() <= 16 { start } else { 0 }
}

fn corrects(phrases: Phrases<'_>) -> bool {
    let Some(first) = phrases.words.iter().position(|word| !word.is_mark()) else { return false };
    if phrases.words.len() > 16 {
        return false;
    }
    // `Newry, not Derry`, `it's Hanna actually`
    let short = phrases.words.len() <= 8;
    let denies = (first..phrases.words.len())
        .any(|at| phrases.is(at, &[","]) && phrases.is(at + 1, &["not"]));
    let has_verb =
        phrases.words.iter().any(|word| matches!(word.tag, Tag::Be | Tag::Have | Tag::Do));
    let insists = phrases.is(first, &["it"])
        && phrases.has_tag(first + 1, &[Tag::Be])
        && phrases
            .words
            .iter()
            .rev()
            .find(|word| !word.is_mark())
            .is_some_and(|last| last.is(&["actually"]));
    if short && (denies && !has_verb || insists) {
        return true;
    }
    if !phrases.is(first, OPENERS) {
        return false;
    }
    let second = |wanted: &[&str]| phrases.is(first + 1, wanted);
    match phrases.words[first].lower.as_str() {
        "i" => second(&["meant", "mean"]),
        "make" => second(&["that", "it"]),
        "scratch" => second(&["that"]),
        "actually" | "ah" | "oh" => (first..phrases.words.len())
            .any(|at| phrases.is(at, &["no", "meant", "sorry", "not", "it"])),
        _ => true,
    }
}

/// Returns the one thing a correction names, `None` when it is a sentence of its own.
pub(super) fn named(
    phrases: Phrases<'_>,
    range: Range<usize>,
    referents: &Referents,
) -> Option<Party> {
    let (at, denied) = past_lead(phrases, &range);
    if let Some(timed) = phrases.timed(at).filter(|timed| timed.words.end <= range.end) {
        let lead = usize::from(timed.preposition.is_some());
        let words: Vec<_> = phrases.words[timed.words.start + lead..timed.words.end]
            .iter()
            .filter(|word| !word.is(&["the"]))
            .collect();
        let span = Some(bytes(phrases.words, &timed.words));
        let rest = timed.words.end;
        return (rest >= range.end || phrases.is_end(rest)).then(|| Party {
            kind: Kind::Time,
            span,
            ..Party::named(joined(&words))
        });
    }
    let mut nominal = phrases.nominal(at, Place::Object)?;
    let mut end = nominal.words.end;
    // `not Tuesday, Wednesday`, `with a K: Kathryn`.
    if (denied || phrases.is(end, &[":"])) && phrases.is(end, &[",", "but", ":", "-"]) {
        let after = end
            + 1
            + usize::from(phrases.is(end + 1, &["it", "but"]))
            + usize::from(phrases.has_tag(end + 2, &[Tag::Be]));
        nominal = phrases.nominal(after, Place::Object)?;
        end = nominal.words.end;
    } else if denied {
        return None;
    }
    let end = end + usize::from(phrases.is(end, &["actually"]));
    if nominal.pronoun.is_some()
        || !phrases.is_end(end) && end < range.end && !phrases.is(end, &["not"])
    {
        return None;
    }
    let mut none = referents.clone();
    Speech { phrases, referents: &mut none }.party(&nominal)
}

/// Skips what leads to the right value; says whether something was denied on the way.
fn past_lead(phrases: Phrases<'_>, range: &Range<usize>) -> (usize, bool) {
    let mut at = range.start;
    let mut denied = false;
    while at < range.end {
        let word = &phrases.words[at];
        denied |= word.tag == Tag::Not && !phrases.is(at + 1, &["it"]);
        let lead = word.is_mark()
            || word.tag == Tag::Interjection
            || word.tag == Tag::Adverb
            || word.tag == Tag::Not
            || lexicon::is_listed("correction lead", &word.lower)
            || word.tag == Tag::Be;
        if !lead {
            break;
        }
        at += 1;
    }
    (at, denied)
}

/// Makes the claims of a message that corrects replace what was said of the same.
pub(in crate::english) fn replace(phrases: Phrases<'_>, earlier: &[Earlier], claims: &mut [Claim]) {
    let Some(first) = phrases.words.iter().position(|word| !word.is_mark()) else { return };
    let opens = phrases.is(
        first,
        &[
            "no",
            "nope",
            "sorry",
            "actually",
            "correction",
            "oops",
            "wait",
            "update",
            "nah",
            "wrong",
            "apologies",
            "whoops",
            "change",
        ],
    ) || (first..phrases.words.len().min(first + 6))
        .any(|at| phrases.is(at, &["correction", "mistaken", "mistake", "meant", "wrong"]));
    if !opens {
        return;
    }
    for claim in claims.iter_mut().filter(|claim| claim.effect == Effect::Add && !claim.negated) {
        let said = earlier.iter().rev().take(6).flat_map(|message| &message.claims);
        let same = said.into_iter().find(|old| {
            old.relation == claim.relation
                && (old.subject.name == claim.subject.name
                    || old.subject.also.contains(&claim.subject.name))
        });
        if let Some(old) = same {
            claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        }
    }
}
