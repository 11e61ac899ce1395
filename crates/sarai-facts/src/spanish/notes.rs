//! Notes without a verb: `Dentista: jueves 10h`, `wifi casa: perro123`, `Fontanero Anselmo 644 019 273`.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use crate::claim::{Claim, Effect, Kind, Party};
use crate::spanish::parts::{Line, Part};
use crate::spanish::phrases::{self, Form};

/// Reads a note; `head` is the subject of the note before, for `De Vera: 29`.
pub(super) fn claims(
    line: &Line,
    range: Range<usize>,
    today: Date,
    head: Option<&Party>,
) -> Vec<Claim> {
    let split = range.clone().find(|at| {
        let text = line.tokens[*at].word.text.as_str();
        line.part(*at) == Some(Part::Mark)
            && matches!(text, ":" | "—" | "–" | "=" | "->" | "→" | "-")
    });
    match split {
        Some(at) => labelled(line, range.start..at, at + 1..range.end, today, head),
        None => bare(line, range, today),
    }
}

fn labelled(
    line: &Line,
    label: Range<usize>,
    content: Range<usize>,
    today: Date,
    head: Option<&Party>,
) -> Vec<Claim> {
    let Some(subject) = subject(line, label.clone(), head) else { return Vec::new() };
    let span = line.bytes(label.start..content.end);
    let mut found = Vec::new();
    let mut start = content.start;
    let ends: Vec<usize> =
        content.clone().filter(|at| line.is(*at, ",")).chain([content.end]).collect();
    let timed = line.moments.iter().any(|moment| content.contains(&moment.words.start));
    let timed = timed || line.moments.iter().any(|moment| label.contains(&moment.words.start));
    for end in ends {
        if timed && start > content.start {
            break;
        }
        if let Some(object) = object(line, start..end) {
            found.push(note(
                line,
                subject.clone(),
                object,
                start..content.end,
                span.clone(),
                today,
            ));
        }
        start = end + 1;
    }
    found
}

/// `Fontanero Anselmo 644 019 273`, `dentista el jueves a las 10`.
fn bare(line: &Line, range: Range<usize>, today: Date) -> Vec<Claim> {
    let moment = line.moments.iter().find(|moment| {
        range.contains(&moment.words.start) && (moment.point.is_some() || moment.clock.is_some())
    });
    let span = line.bytes(range.clone());
    if let Some(moment) = moment {
        let label = if moment.words.start > range.start {
            range.start..moment.words.start
        } else {
            moment.words.end..range.end
        };
        let Some(subject) = subject(line, label, None) else { return Vec::new() };
        let Some(object) = object(line, moment.words.clone()) else { return Vec::new() };
        return vec![note(line, subject, object, moment.words.clone(), span, today)];
    }
    let number = range
        .clone()
        .find(|at| line.tokens[*at].word.digits() && line.tokens[*at].word.fold.len() >= 2);
    let Some(at) = number.filter(|at| {
        *at > range.start
            && range
                .clone()
                .skip_while(|next| next < at)
                .all(|next| line.tokens[next].word.digits() || next == *at)
    }) else {
        return Vec::new();
    };
    let known = range.clone().any(|next| {
        next < at && crate::spanish::lists::within("attribute", &line.tokens[next].word.fold)
    });
    let digits: usize = (at..range.end).map(|next| line.tokens[next].word.fold.len()).sum();
    let long = digits + if known { 4 } else { 0 };
    let (Some(subject), Some(object), true) =
        (subject(line, range.start..at, None), object(line, at..range.end), long >= 4)
    else {
        return Vec::new();
    };
    vec![note(line, subject, object, at..range.end, span, today)]
}

fn subject(line: &Line, label: Range<usize>, head: Option<&Party>) -> Option<Party> {
    let named = phrases::phrases(line, label.clone());
    let first = named.iter().find(|phrase| phrase.form == Form::Noun)?;
    let mut party = first.parties.first()?.clone();
    if let (Some(preposition), Some(head)) = (&first.preposition, head) {
        let noun = head.name.split(" de ").next().unwrap_or_default();
        let noun = if head.name.matches(" de ").count() > 1 {
            head.name.rsplit_once(" de ").map_or(noun, |(front, _)| front)
        } else {
            noun
        };
        party.name = format!("{noun} {preposition} {}", party.name);
        return Some(party);
    }
    if first.preposition.is_some() {
        return None;
    }
    if let Some(also) = party.also.first() {
        party.name = format!("{} {also}", party.name);
        party.also.clear();
    }
    for more in named.iter().skip_while(|phrase| phrase.words != first.words).skip(1) {
        if more.form == Form::Noun {
            party.name = phrases::text(line, first.words.start..more.words.end);
        }
    }
    Some(party)
}

fn object(line: &Line, content: Range<usize>) -> Option<Party> {
    let mut range = content;
    let skip = |at: usize| {
        line.part(at) == Some(Part::Mark)
            || matches!(line.part(at), Some(Part::Article | Part::Preposition | Part::And))
    };
    while range.start < range.end && skip(range.start) {
        range.start += 1;
    }
    while range.start < range.end && line.part(range.end - 1) == Some(Part::Mark) {
        range.end -= 1;
    }
    if range.is_empty() {
        return None;
    }
    let timed = line.moments.iter().any(|moment| moment.words.contains(&range.start));
    let kind = if timed {
        Kind::Time
    } else if line.tokens[range.start].word.digits() {
        Kind::Quantity
    } else {
        Kind::Thing
    };
    Some(Party {
        kind,
        span: Some(line.bytes(range.clone())),
        ..Party::named(phrases::text(line, range))
    })
}

fn note(
    line: &Line,
    subject: Party,
    object: Party,
    timed: Range<usize>,
    span: Range<usize>,
    today: Date,
) -> Claim {
    let moment = line.moments.iter().find(|moment| {
        timed.contains(&moment.words.start) && (moment.point.is_some() || moment.clock.is_some())
    });
    let when =
        moment.and_then(|moment| moment.iso(today, false)).filter(|when| !when.starts_with('T'));
    let planned = moment.is_some_and(|moment| moment.ahead(today));
    Claim {
        subject,
        relation: "ser".to_owned(),
        object,
        negated: false,
        status: if planned { FactStatus::Planned } else { FactStatus::Current },
        when,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Pattern,
        span,
    }
}
