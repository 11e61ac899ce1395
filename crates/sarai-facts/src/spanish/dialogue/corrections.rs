//! Corrections: a message that takes back something of the one before.

use jiff::civil::Date;
use sarai_core::fact::Extractor;

use super::answers::answer;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::reading::{Discourse, Earlier};
use crate::spanish::guards;
use crate::spanish::lists::within;
use crate::spanish::parts::{self, Line, Part, Token};
use crate::spanish::words::Word;

/// A message that corrects the one before takes its place: `no, perdona, es Yolima`.
pub(in crate::spanish) fn correct(
    said: &[Word],
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
        claims.extend(amended(words, corrects(said), last, discourse.day));
        return;
    }
    if let Some(right) = taken_back(words, claims, last, discourse.day) {
        *claims = vec![right];
        return;
    }
    if !corrects(said) {
        return;
    }
    for claim in claims.iter_mut().filter(|claim| !claim.negated && claim.effect == Effect::Add) {
        if let Some(right) = retold(claim, last) {
            *claim = right;
            continue;
        }
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

/// `El 14 no, es el 16`: the last claim with the other value, when the first is what it said.
fn taken_back(words: &[Word], claims: &[Claim], last: &Earlier, today: Date) -> Option<Claim> {
    let [only] = claims else { return None };
    let old = last.claims.last()?;
    let line = parts::line(words, today);
    let is = only.relation == "ser" && only.effect == Effect::Add;
    denied(&line, old).filter(|_| is)?;
    amended(words, true, last, today)
}

/// Verbs of what is given up for something else.
const GIVING_UP: &[&str] = &["cambiar", "dejar", "abandonar", "sustituir", "reemplazar"];

/// `He cambiado el Corsa por un Kia`: what was told of the one is told of the other.
fn swapped(claims: &mut [Claim], discourse: &Discourse<'_>) {
    for at in 1..claims.len() {
        let given = claims[at - 1].object.clone();
        if claims[at].relation != "cambiar_por" || !GIVING_UP.contains(&&*claims[at - 1].relation) {
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

/// `son cuatro` after `tengo tres sobrinos`, `es el sábado` after `quedamos el viernes`: what was
/// said, with the new count or time.
fn retold(claim: &Claim, last: &Earlier) -> Option<Claim> {
    let unsaid = claim.relation == "ser" && claim.subject.span.is_none();
    let old = last.claims.last().filter(|old| unsaid && old.relation != "ser")?;
    let counts = claim.object.kind == Kind::Quantity && alike(&old.object, &claim.subject);
    let times = claim.object.kind == Kind::Time && claim.when.is_some() && old.when.is_some();
    if !counts && !times {
        return None;
    }
    let mut right = Claim {
        effect: Effect::Replace { old: Some(old.object.name.clone()) },
        extractor: Extractor::Reply,
        span: claim.span.clone(),
        ..old.clone()
    };
    right.subject.span = None;
    if counts {
        right.object = claim.object.clone();
        recount(&mut right.object, &old.object);
    } else {
        right.object.span = None;
        right.when.clone_from(&claim.when);
    }
    Some(right)
}

fn verb(relation: &str) -> &str {
    relation.split('_').next().unwrap_or_default()
}

/// Whether two names are one's: `hermana` and `hermana Ana`.
pub(super) fn alike(old: &Party, new: &Party) -> bool {
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

/// Turns that only announce a correction, before a comma, a colon or the end.
const ANNOUNCEMENTS: &[&str] = &[
    "que despiste",
    "que cabeza",
    "que tonta",
    "que tonto",
    "que boba",
    "que bobo",
    "que burra",
    "que burro",
    "madre mia",
    "me he equivocado",
    "me he confundido",
    "me equivoque",
    "me confundi",
    "me he liado",
    "me lie",
    "queria decir",
    "quise decir",
    "eso era antes",
    "mejor dicho",
    "mentira",
    "perdonad",
    "perdone",
    "perdona",
    "perdon",
    "disculpa",
    "disculpe",
    "espera",
    "espere",
    "corrijo",
    "rectifico",
    "correccion",
    "miento",
    "huy",
    "uy",
    "ay",
    "ups",
    "digo",
    "no",
];

/// Takes out what only announces a correction: of `no, miento, en Hacienda` leaves `en Hacienda`.
pub(in crate::spanish) fn unannounced(words: &[Word]) -> Vec<Word> {
    let mut from = 0;
    loop {
        let rest = &words[from..];
        let taken = ANNOUNCEMENTS.iter().find_map(|turn| {
            let count = turn.split(' ').count();
            let said = rest.len() > count
                && turn.split(' ').zip(rest).all(|(expected, word)| word.is(expected));
            let apart = rest.get(count).is_some_and(|word| word.mark)
                || (turn.contains("decir") || *turn == "digo") && rest.len() > count
                || matches!(*turn, "ay" | "uy" | "huy");
            (said && apart).then_some(count)
        });
        match taken {
            Some(count) => from += count,
            None if from > 0 && rest.first().is_some_and(|word| word.mark) => from += 1,
            None => break,
        }
    }
    let bare = from > 0 && words.get(from).is_some_and(|word| word.is("que"));
    words[from + usize::from(bare)..].to_vec()
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
            | "miento"
            | "disculpa"
            | "disculpe"
            | "perdone"
            | "eso"
    ) || head.windows(2).any(|two| {
        matches!(
            two,
            ["me", "equivoque" | "confundi"]
                | ["en", "realidad"]
                | ["queria" | "quise", "decir"]
                | ["he", "equivocado" | "confundido" | "liado"]
                | ["que", "digo" | "tonta" | "tonto" | "despiste" | "cabeza" | "boba" | "bobo"]
                | ["mejor", "dicho"]
                | ["o", "sea"]
        )
    })
}

/// The last claim with another object: `No, perdona, el martes`, `Ana no, Eva`.
pub(super) fn amended(
    words: &[Word],
    corrects: bool,
    last: &Earlier,
    today: Date,
) -> Option<Claim> {
    let old = last.claims.last()?;
    let line = parts::line(unexcused(words), today);
    let instead = line.tokens.iter().position(|token| token.is("sino"));
    let refused = denied(&line, old).or(instead.map(|at| at + 1));
    let (refused, end) = match denied_last(&line, old) {
        Some(end) => (Some(0), end),
        None => (refused, line.tokens.len()),
    };
    if !corrects && refused.is_none()
        || line.tokens.iter().filter(|token| !matches!(token.part, Part::Mark | Part::Time)).count()
            > 12
    {
        return None;
    }
    let finite = line.tokens.iter().filter(|token| tells(token)).count();
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
    while start < end && skipped(start) {
        start += 1;
    }
    let answer = answer(&line, start..end, today)?;
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

/// Whether a verb tells something, and does not only announce a correction.
fn tells(token: &Token) -> bool {
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
            "es",
            "era",
            "son",
            "sera",
        ])
}

/// Where a message goes on that first takes back the old object: `Ana no, Eva`, `el martes no`.
fn denied(line: &Line, old: &Claim) -> Option<usize> {
    let at = line.tokens.iter().position(|token| token.is("no")).filter(|at| *at > 0)?;
    let said = fold(&crate::spanish::phrases::text(line, 0..at));
    let known = fold(&old.object.name);
    let day = old
        .when
        .as_deref()
        .and_then(|when| when.get(8..10))
        .map(|day| day.trim_start_matches('0').to_owned());
    let counts = |word: &str| word.len() > 2 || word.starts_with(|c: char| c.is_ascii_digit());
    let same = known
        .split(' ')
        .chain(day.as_deref())
        .any(|word| counts(word) && said.split(' ').any(|other| other == word));
    (same && at + 1 < line.tokens.len()).then_some(at + 1)
}

/// Where what is right ends in a message that takes back the old object behind it: `es el jueves,
/// no el martes`.
fn denied_last(line: &Line, old: &Claim) -> Option<usize> {
    let apart = |at: &usize| {
        line.is(*at, "no") && matches!(line.part(at.wrapping_sub(1)), Some(Part::Mark | Part::And))
    };
    let at = (2..line.tokens.len()).find(apart)?;
    let said = fold(&crate::spanish::phrases::text(line, at + 1..line.tokens.len()));
    let known = fold(&old.object.name);
    let counts = |word: &str| word.len() > 2 || word.starts_with(|c: char| c.is_ascii_digit());
    let same = known.split(' ').any(|word| counts(word) && said.split(' ').any(|one| one == word));
    same.then_some(at - 1)
}

/// Excuses for what was said wrong, folded.
const EXCUSES: &[&str] = &[
    "siempre me",
    "siempre los",
    "siempre las",
    "es que",
    "que me",
    "me lio",
    "me confundo",
    "me he",
    "vaya",
    "que cabeza",
    "que despiste",
    "no se en que",
    "en que estaria",
    "soy un",
    "soy una",
    "se me",
    "lo lei",
    "lei mal",
    "lo mire",
    "mire mal",
    "lo he",
    "que tonta",
    "que tonto",
    "que lio",
    "perdona",
    "perdon",
    "estoy tonta",
    "estoy tonto",
    "tengo la cabeza",
    "ando",
    "hoy estoy",
    "lo tenia",
    "lo habia",
    "lo confundi",
];

/// Takes an excuse from the end: of `Noemí, siempre me lío` leaves `Noemí`.
fn unexcused(words: &[Word]) -> &[Word] {
    let begins = |at: usize| {
        EXCUSES.iter().any(|turn| {
            turn.split(' ')
                .enumerate()
                .all(|(next, part)| words.get(at + 1 + next).is_some_and(|word| word.is(part)))
        })
    };
    let cut = (1..words.len()).find(|at| words[*at].mark && begins(*at));
    cut.map_or(words, |at| &words[..at])
}
