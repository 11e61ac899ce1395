//! What a message takes back of itself: `es el martes, digo, el miércoles`.

use jiff::civil::Date;

use super::corrections::amended;
use crate::claim::{Claim, Effect};
use crate::reading::{Earlier, Role};
use crate::spanish::lexicon;
use crate::spanish::parts::{self, Part};
use crate::spanish::words::Word;

/// Turns that take back what was just said. Longer ones come before what they begin with.
const SURE: &[&str] = &[
    "o mejor dicho",
    "mejor dicho",
    "no espera",
    "no perdon",
    "no perdona",
    "no miento",
    "no digo",
    "ay no",
    "uy no",
    "quise decir",
    "queria decir",
    "me equivoque",
    "perdon",
    "perdona",
    "perdone",
    "miento",
    "corrijo",
    "espera",
    "digo",
];

/// Turns that do so only before a value of the same kind.
const SOFT: &[&str] = &["bueno no", "bueno", "no"];

/// The most words of what is put right.
const WORDS_MAX: usize = 7;

/// Words that put right what stands before them in their message.
pub(in crate::spanish) struct Repair {
    /// Where they begin, in bytes of the message.
    at: usize,
    words: Vec<Word>,
}

/// Takes out of a message what puts right words before it.
pub(in crate::spanish) fn repaired(words: &[Word], today: Date) -> (Vec<Word>, Vec<Repair>) {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut repairs = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let found = words[at].mark.then(|| repair(words, at, today)).flatten();
        if let Some((right, end)) = found.filter(|_| told(&kept)) {
            repairs.push(Repair { at: words[at].span.start, words: right });
            at = end;
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    (kept, repairs)
}

/// Whether the words before tell something that can be put right.
fn told(words: &[Word]) -> bool {
    words.iter().any(|word| {
        let finite = lexicon::forms(&word.low).iter().any(|form| form.tense.finite());
        finite && !SURE.iter().any(|turn| turn.split(' ').any(|part| word.is(part)))
    })
}

/// Returns the words that put right what stands before this mark, and where they end.
fn repair(words: &[Word], mark: usize, today: Date) -> Option<(Vec<Word>, usize)> {
    let turn = |turns: &[&'static str]| {
        turns.iter().find_map(|turn| said(words, mark + 1, turn).map(|next| (*turn, next)))
    };
    let (soft, (_, mut next)) = match turn(SURE) {
        Some(found) => (false, found),
        None => (true, turn(SOFT)?),
    };
    let apart = words.get(next).is_some_and(|word| word.mark);
    next += usize::from(apart);
    let end = words[next..].iter().position(|word| word.mark).map_or(words.len(), |len| next + len);
    let right = &words[next..end];
    if right.is_empty() || right.len() > WORDS_MAX {
        return None;
    }
    let line = parts::line(right, today);
    let verbless = line.tokens.iter().all(|token| {
        !matches!(token.part, Part::Verb | Part::Link | Part::Clitic | Part::Not | Part::Infinitive)
    });
    let valued = line.tokens.first().is_some_and(|token| {
        matches!(token.part, Part::Preposition | Part::Number | Part::Time) || token.word.digits()
    });
    (verbless && (!soft || valued)).then(|| (right.to_vec(), end))
}

/// Where the words of a turn end, when it stands here; marks within it do not count.
fn said(words: &[Word], at: usize, turn: &str) -> Option<usize> {
    let mut next = at;
    for part in turn.split(' ') {
        if next > at && words.get(next).is_some_and(|word| word.mark) {
            next += 1;
        }
        if !words.get(next)?.is(part) {
            return None;
        }
        next += 1;
    }
    Some(next)
}

/// Puts right the last claim before each repair.
pub(in crate::spanish) fn mend(claims: &mut [Claim], repairs: &[Repair], today: Date) {
    for repair in repairs {
        let Some(claim) = claims.iter_mut().rev().find(|claim| claim.span.start < repair.at) else {
            continue;
        };
        let last = Earlier { role: Role::User, text: String::new(), claims: vec![claim.clone()] };
        if let Some(right) = amended(&repair.words, true, &last, today) {
            *claim = Claim {
                effect: match &claim.effect {
                    Effect::Replace { .. } => claim.effect.clone(),
                    _ => Effect::Add,
                },
                extractor: claim.extractor,
                span: claim.span.clone(),
                subject: claim.subject.clone(),
                ..right
            };
        }
    }
}
