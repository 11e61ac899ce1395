//! Corrections: a message that takes back something of the one before.

use jiff::civil::Date;
use sarai_core::fact::Extractor;

use super::answers::answer;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::reading::{Discourse, Earlier};
use crate::spanish::guards;
use crate::spanish::lists::within;
use crate::spanish::parts::{self, Line, Part};
use crate::spanish::words::Word;

/// A message that corrects the one before takes its place: `no, perdona, es Yolima`.
pub(in crate::spanish) fn correct(
    words: &[Word],
    claims: &mut Vec<Claim>,
    discourse: &Discourse<'_>,
) {
    swapped(claims, discourse);
    claims.retain(|claim| claim.relation != "cambiar_por");
    let Some(last) = discourse.earlier.iter().rev().find(|earlier| !earlier.claims.is_empty())
    else {
        return;
    };
    if claims.is_empty() {
        claims.extend(amended(words, last, discourse.day));
        return;
    }
    if !corrects(words) {
        return;
    }
    for claim in claims.iter_mut().filter(|claim| !claim.negated && claim.effect == Effect::Add) {
        let bare = claim.relation == "ser" && claim.subject.span.is_none();
        let old = last.claims.iter().rev().find(|old| {
            bare && alike(&old.object, &claim.subject)
                || alike(&old.subject, &claim.subject)
                    && (old.relation == claim.relation
                        || bare
                        || verb(&old.relation) == verb(&claim.relation))
        });
        if let Some(old) = old {
            if bare {
                claim.subject = Party { span: None, ..old.subject.clone() };
                claim.relation.clone_from(&old.relation);
            }
            recount(&mut claim.object, &old.object);
            claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        }
    }
}

/// `He cambiado el Corsa por un Kia`: what was told of the one is told of the other.
fn swapped(claims: &mut [Claim], discourse: &Discourse<'_>) {
    for at in 1..claims.len() {
        let given = claims[at - 1].object.clone();
        if claims[at].relation != "cambiar_por" || claims[at - 1].relation != "cambiar" {
            continue;
        }
        let mut known = discourse.earlier.iter().rev().flat_map(|earlier| &earlier.claims);
        let whole = |old: &&Claim| {
            let name = fold(&given.name);
            !old.negated && fold(&old.object.name).split(' ').any(|word| name == word)
                || alike(&old.object, &given)
        };
        if let Some(old) = known.find(whole) {
            let claim = &mut claims[at];
            claim.subject = Party { span: None, ..old.subject.clone() };
            claim.relation.clone_from(&old.relation);
            claim.status = sarai_core::fact::FactStatus::Current;
            claim.when = None;
            claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        }
    }
}

fn verb(relation: &str) -> &str {
    relation.split('_').next().unwrap_or_default()
}

/// Whether two names are one's: `hermana` and `hermana Ana`.
fn alike(old: &Party, new: &Party) -> bool {
    let names = |party: &Party| -> Vec<String> {
        std::iter::once(&party.name).chain(&party.also).map(|name| fold(name)).collect()
    };
    let (old, new) = (names(old), names(new));
    new.iter().any(|name| {
        old.iter().any(|known| {
            known == name
                || known.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' '))
        })
    })
}

/// `cuatro` instead of `tres gatos` is `cuatro gatos`.
fn recount(object: &mut Party, old: &Party) {
    let noun = old.name.split_once(' ').filter(|_| {
        old.kind == Kind::Quantity
            || old.name.starts_with(|c: char| c.is_ascii_digit())
            || object.kind == Kind::Quantity
    });
    if let Some((_, noun)) =
        noun.filter(|_| object.kind == Kind::Quantity && !object.name.contains(' '))
    {
        object.name = format!("{} {noun}", object.name);
    }
}

/// Whether a message begins as a correction does.
fn corrects(words: &[Word]) -> bool {
    let head: Vec<&str> =
        words.iter().filter(|word| !word.mark).take(6).map(|word| word.fold.as_str()).collect();
    let first = head.first().copied().unwrap_or_default();
    matches!(
        first,
        "no" | "perdon"
            | "perdona"
            | "digo"
            | "corrijo"
            | "correccion"
            | "rectifico"
            | "mejor"
            | "ay"
            | "uy"
            | "ups"
            | "bueno"
            | "espera"
            | "huy"
            | "mentira"
    ) || head.windows(2).any(|two| {
        matches!(
            two,
            ["me", "equivoque" | "confundi"]
                | ["en", "realidad"]
                | ["queria" | "quise", "decir"]
                | ["he", "equivocado"]
                | ["que", "digo"]
                | ["mejor", "dicho"]
                | ["o", "sea"]
        )
    })
}

/// The last claim with another object: `No, perdona, el martes`, `Ana no, Eva`.
fn amended(words: &[Word], last: &Earlier, today: Date) -> Option<Claim> {
    let old = last.claims.last()?;
    let line = parts::line(words, today);
    let refused = denied(&line, old);
    if !corrects(words) && refused.is_none()
        || line.tokens.iter().filter(|token| !matches!(token.part, Part::Mark | Part::Time)).count()
            > 12
    {
        return None;
    }
    let finite = line
        .tokens
        .iter()
        .filter(|token| {
            token.part == Part::Verb
                && !token.one_of(&[
                    "equivoque",
                    "perdona",
                    "queria",
                    "digo",
                    "quise",
                    "confundi",
                    "he",
                    "corrijo",
                    "espera",
                ])
        })
        .count();
    if finite > 0 {
        return None;
    }
    let mut start = refused.unwrap_or_else(|| guards::opening(&line));
    let skipped = |at: usize| {
        let token = &line.tokens[at];
        matches!(
            token.part,
            Part::Not | Part::Mark | Part::Clitic | Part::Verb | Part::Infinitive | Part::Adverb
        ) || within("greeting", &token.word.fold)
            || token.one_of(&["realidad", "digo", "dicho", "equivocado", "corrijo", "que"])
            || token.is("en") && line.is(at + 1, "realidad")
    };
    while start < line.tokens.len() && skipped(start) {
        start += 1;
    }
    let answer = answer(&line, start..line.tokens.len(), today)?;
    let mut object = answer.parties.first()?.clone();
    recount(&mut object, &old.object);
    let timed = object.kind == Kind::Time && old.object.kind != Kind::Time;
    if !timed && object.kind == Kind::Time && old.object.kind != Kind::Time {
        return None;
    }
    let mut claim = old.clone();
    claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
    claim.extractor = Extractor::Reply;
    claim.span = line.bytes(0..line.tokens.len());
    claim.subject.span = None;
    claim.negated = false;
    if timed {
        claim.object.span = None;
    } else {
        claim.object = object;
    }
    if answer.when.is_some() {
        claim.when = answer.when;
    }
    Some(claim)
}

/// Where a message goes on that first takes back the old object: `Ana no, Eva`, `el martes no`.
fn denied(line: &Line, old: &Claim) -> Option<usize> {
    let at = line.tokens.iter().position(|token| token.is("no")).filter(|at| *at > 0)?;
    let said = crate::spanish::phrases::text(line, 0..at);
    let said = fold(&said);
    let known = fold(&old.object.name);
    let same =
        known.split(' ').any(|word| word.len() > 2 && said.split(' ').any(|other| other == word));
    (same && at + 1 < line.tokens.len()).then_some(at + 1)
}
