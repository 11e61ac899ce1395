//! Notes without a verb: `Dentist: Thu 10am`, `wifi password hunter2`, `Hamish here`.

use std::ops::Range;

use sarai_core::fact::{Extractor, FactStatus};

use super::bytes;
use super::claims::Speech;
use super::dates;
use super::lexicon::{self, Tag};
use super::phrases::{Nominal, Phrases, Place, joined, titled};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::relations;

/// Reads a stretch of words that is no clause. `first` is where the claims of its sentence begin.
pub(super) fn read(
    speech: &mut Speech<'_, '_>,
    part: Range<usize>,
    first: usize,
    claims: &mut Vec<Claim>,
) {
    if let Some(corrected) = correction(speech, &part, first, claims) {
        if let Some(claim) = claims.last_mut() {
            if corrected.kind == Kind::Time {
                claim.when = when(speech.phrases, part.clone());
            }
            claim.object = corrected;
        }
        return;
    }
    if let Some(claim) = changed(phrases_of(speech), &part, first, claims) {
        claims.push(claim);
        return;
    }
    claims.extend(no_longer(phrases_of(speech), &part).or_else(|| note(speech, &part)));
}

/// `Hamish Buchanan here`.
/// Returns the claim and the first word after it.
pub(super) fn introduction(phrases: Phrases<'_>, part: &Range<usize>) -> Option<(Claim, usize)> {
    let call = (part.start..part.end.min(part.start + 5))
        .find(|&at| phrases.is(at, &["call"]) && phrases.is(at + 1, &["me"]));
    if let Some(call) = call {
        let name = phrases.nominal(call + 2, Place::Object).filter(Nominal::is_bare)?;
        return (name.words.len() <= 3).then(|| (self_named(phrases, &name, part), name.words.end));
    }
    // `This is Helen`, `it's Marcus here`.
    let presents =
        phrases.is(part.start, &["this", "it"]) && phrases.has_tag(part.start + 1, &[Tag::Be]);
    if presents {
        let name = phrases
            .nominal(part.start + 2, Place::Object)
            .filter(|name| name.is_bare() && name.is_name())?;
        let here = phrases.is(name.words.end, &["here", "speaking"]);
        let given = phrases.words[name.words.clone()]
            .first()
            .is_some_and(|word| lexicon::is_given_name(&word.lower));
        let closes = here || phrases.is(part.start, &["this"]) && phrases.is_end(name.words.end);
        return (given && closes && part.start == 0)
            .then(|| (self_named(phrases, &name, part), name.words.end + usize::from(here)));
    }
    let name = phrases
        .nominal(part.start, Place::Subject)
        .filter(|name| name.is_bare() && name.is_name())?;
    let here = phrases.is(name.words.end, &["here"]) && phrases.is_end(name.words.end + 1);
    here.then(|| (self_named(phrases, &name, part), name.words.end + 1))
}

fn self_named(phrases: Phrases<'_>, name: &Nominal, part: &Range<usize>) -> Claim {
    let shown = if name.is_name() { name.name.clone() } else { titled(&name.name) };
    let object = Party {
        kind: Kind::Person,
        span: Some(bytes(phrases.words, &name.words)),
        ..Party::named(shown)
    };
    claim(Party::speaker(), "be_called", object, bytes(phrases.words, part))
}

/// `…, no wait, the fifth floor`: takes the place of what was just said.
fn correction(
    speech: &Speech<'_, '_>,
    part: &Range<usize>,
    first: usize,
    claims: &[Claim],
) -> Option<Party> {
    let phrases = speech.phrases;
    claims.get(first)?;
    let from = part.start.saturating_sub(4);
    let taken_back = (from..=part.start).any(|at| {
        // `no more flatmates` takes nothing back.
        let no = phrases.is(at, &["no"])
            && (phrases.is_end(at + 1)
                || phrases.is(at + 1, &["wait", "sorry", "i", "it", "make", "not", "actually"]));
        no || phrases.is(at, &["wait", "sorry", "rather", "meant", "correction", "actually"])
    });
    if !taken_back {
        return None;
    }
    let mut at = part.start;
    while at < part.end
        && (phrases
            .is(at, &["wait", "no", "i", "mean", "meant", "or", "rather", "sorry", "make", "that"])
            || phrases.words[at].is_mark()
            || phrases.has_tag(at, &[Tag::Interjection, Tag::Preposition]))
    {
        at += 1;
    }
    if let Some(timed) = phrases.timed(at).filter(|timed| timed.words.end <= part.end) {
        let (time, _) = value(phrases, at, timed.words.end)?;
        let dated = claims.last().is_some_and(|last| last.object.kind == Kind::Time);
        return Some(Party { kind: Kind::Time, ..time }).filter(|_| dated);
    }
    let nominal = phrases.nominal(at, Place::Object)?;
    speech.party(&nominal)
}

fn phrases_of<'a>(speech: &Speech<'a, '_>) -> Phrases<'a> {
    speech.phrases
}

/// `I had to change the password: banana2`: what it is now.
fn changed(
    phrases: Phrases<'_>,
    part: &Range<usize>,
    first: usize,
    claims: &[Claim],
) -> Option<Claim> {
    let last = claims.get(first..)?.last()?;
    let attribute = relations::is_attribute(&last.object.name)
        && ["change", "reset", "update"].contains(&last.relation.as_str())
        && !last.negated;
    let (object, _) = value(phrases, part.start, part.end)?;
    let is_code = object.name.contains(|c: char| c.is_ascii_digit()) && !object.name.contains(' ');
    (attribute && is_code).then(|| Claim {
        effect: Effect::Replace { old: None },
        ..claim(last.object.clone(), "be", object, bytes(phrases.words, part))
    })
}

/// `Not vegan anymore`: said of the speaker.
fn no_longer(phrases: Phrases<'_>, part: &Range<usize>) -> Option<Claim> {
    if !phrases.has_tag(part.start, &[Tag::Not]) {
        return None;
    }
    let what = phrases.nominal(part.start + 1, Place::Object).filter(Nominal::is_bare)?;
    let end = what.words.end;
    let over = phrases.is(end, &["anymore"])
        || phrases.is(end, &["any"]) && phrases.is(end + 1, &["more", "longer"]);
    let object = Party { span: Some(bytes(phrases.words, &what.words)), ..Party::named(what.name) };
    over.then(|| Claim {
        negated: true,
        effect: Effect::End,
        ..claim(Party::speaker(), "be", object, bytes(phrases.words, part))
    })
}

fn note(speech: &Speech<'_, '_>, part: &Range<usize>) -> Option<Claim> {
    let phrases = speech.phrases;
    let colon = part.clone().find(|&at| phrases.is(at, &[":", "-", "="]));
    let subject_end = colon.unwrap_or(part.end);
    if phrases.timed(part.start).is_some() {
        return None;
    }
    let subject =
        phrases.nominal(part.start, Place::Subject).filter(|subject| subject.pronoun.is_none())?;
    let mut subject_party = speech.party(&subject)?;
    let span = bytes(phrases.words, part);
    if let Some(colon) = colon {
        // What stands between the subject and the mark must not matter.
        let idle = (subject.words.end..subject_end).all(|at| {
            phrases.has_tag(
                at,
                &[Tag::Interjection, Tag::Preposition, Tag::Determiner, Tag::Open, Tag::Possessive],
            )
        });
        if !idle || subject.words.end > subject_end {
            return None;
        }
        if subject.words.end < subject_end {
            let rest: Vec<_> = phrases.words[subject.words.end..subject_end]
                .iter()
                .filter(|word| {
                    !matches!(word.tag, Tag::Determiner | Tag::Possessive | Tag::Interjection)
                })
                .collect();
            if !rest.is_empty() {
                subject_party.name = format!("{} {}", subject_party.name, joined(&rest));
            }
        }
        return value(phrases, colon + 1, part.end)
            .map(|(object, when)| dated(claim(subject_party, "be", object, span), when));
    }
    // `Dentist Thursday 10am`, `gate code 4417`.
    if subject.words.end < part.end {
        let timed = phrases
            .timed(subject.words.end)
            .filter(|timed| timed.words.end >= part.end || phrases.is_end(timed.words.end))?;
        if !subject.is_bare() && subject.owner.is_none() {
            return None;
        }
        let (object, when) = value(phrases, timed.words.start, timed.words.end)?;
        return Some(dated(claim(subject_party, "be", object, span), when));
    }
    let last = phrases.words[subject.words.clone()].last()?;
    let code = last.lower.chars().filter(char::is_ascii_digit).count() > 1;
    let label: Vec<_> = phrases.words[subject.words.clone()]
        .iter()
        .take_while(|word| !word.lower.chars().any(|c| c.is_ascii_digit()))
        .filter(|word| !matches!(word.tag, Tag::Possessive | Tag::Determiner))
        .collect();
    if !code || label.is_empty() || !is_label(&label.last()?.lower) {
        return None;
    }
    let digits: Vec<_> = phrases.words[subject.words.clone()]
        .iter()
        .skip_while(|word| !word.lower.chars().any(|c| c.is_ascii_digit()))
        .collect();
    let object = Party { kind: Kind::Quantity, ..Party::named(joined(&digits)) };
    subject_party.name = joined(&label);
    subject_party.kind = Kind::Thing;
    Some(claim(subject_party, "be", object, span))
}

/// Words that name something kept as figures.
fn is_label(lower: &str) -> bool {
    const LABELS: &[&str] = &[
        "code",
        "pin",
        "number",
        "phone",
        "mobile",
        "password",
        "postcode",
        "plate",
        "size",
        "rego",
        "registration",
        "room",
        "gate",
        "reference",
        "ref",
        "account",
        "iban",
        "extension",
        "passport",
        "address",
        "cell",
        "landline",
        "combination",
        "passcode",
        "zip",
        "tel",
        "fax",
        "locker",
    ];
    LABELS.contains(&lower)
}

/// Returns the value after the mark of a note, and its day when it is a time.
fn value(phrases: Phrases<'_>, at: usize, end: usize) -> Option<(Party, Option<String>)> {
    let stop = (at..end)
        .find(|&index| phrases.words[index].is_mark() && !phrases.is(index, &["-", ":"]))
        .unwrap_or(end);
    let words: Vec<_> = phrases
        .words
        .get(at..stop)?
        .iter()
        .filter(|word| !word.is(&["the", "a", "my", "on", "at"]))
        .collect();
    if words.is_empty() || words.len() > 8 {
        return None;
    }
    let is_time = times(phrases, at..stop).next().is_some();
    let when = when(phrases, at..stop);
    let kind = if is_time {
        Kind::Time
    } else if words.iter().any(|word| word.is_number()) {
        Kind::Quantity
    } else if words.iter().any(|word| lexicon::is_given_name(&word.lower)) {
        Kind::Person
    } else {
        Kind::Thing
    };
    let span = Some(bytes(phrases.words, &(at..stop)));
    Some((Party { kind, span, ..Party::named(joined(&words)) }, when))
}

/// Returns the first day or time said in a stretch of words.
pub(super) fn when(phrases: Phrases<'_>, range: Range<usize>) -> Option<String> {
    times(phrases, range).find_map(|time| time.ahead)
}

fn times(phrases: Phrases<'_>, range: Range<usize>) -> impl Iterator<Item = dates::Time> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        while at < range.end {
            let time = dates::with_preposition(phrases.words, at, phrases.day);
            at = time.as_ref().map_or(at + 1, |time| time.end.max(at + 1));
            if time.is_some() {
                return time;
            }
        }
        None
    })
}

fn dated(mut claim: Claim, when: Option<String>) -> Claim {
    if when.is_some() {
        claim.status = FactStatus::Planned;
    }
    claim.when = when;
    claim
}

fn claim(subject: Party, relation: &str, object: Party, span: Range<usize>) -> Claim {
    Claim {
        subject,
        relation: relation.to_owned(),
        object,
        negated: false,
        status: FactStatus::Current,
        when: None,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Pattern,
        span,
    }
}
