//! What follows what was told before: another trade, another favourite.

use sarai_core::fact::{Extractor, FactStatus};

use super::answers::answer;
use super::corrections::alike;
use crate::claim::{Claim, Effect, Party};
use crate::fold::fold;
use crate::reading::Discourse;
use crate::spanish::lists::{self, within};
use crate::spanish::parts;
use crate::spanish::words::Word;

/// Words by which something is told beside what was told before.
const BESIDES: &[&str] = &["tambien", "ademas", "aparte", "tampoco", "encima", "igualmente"];

/// Puts what follows in the place of what it follows.
pub(in crate::spanish) fn succeed(
    words: &[Word],
    claims: &mut Vec<Claim>,
    discourse: &Discourse<'_>,
) {
    favourite(words, claims, discourse);
    if words.iter().any(|word| word.one_of(BESIDES)) {
        return;
    }
    let plain = |claim: &&mut Claim| {
        claim.effect == Effect::Add && !claim.negated && claim.status == FactStatus::Current
    };
    for claim in claims.iter_mut().filter(plain) {
        let before = discourse.earlier.iter().rev().find_map(|earlier| {
            let mut trades = earlier
                .claims
                .iter()
                .filter(|old| alike(&old.subject, &claim.subject) && !old.negated && is_trade(old));
            // Who told of two trades has two.
            trades.next().filter(|_| trades.next().is_none())
        });
        if let Some(old) =
            before.filter(|old| is_trade(claim) && old.object.name != claim.object.name)
        {
            claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        }
    }
}

/// Whether a claim says what somebody is by trade.
fn is_trade(claim: &Claim) -> bool {
    let head = fold(claim.object.name.split(' ').next().unwrap_or_default());
    // `la encargada de las flores` is one for the day.
    let task =
        [" de la", " de el", " de lo", " del "].iter().any(|of| claim.object.name.contains(of));
    !task
        && matches!(claim.relation.as_str(), "ser" | "trabajar_de" | "trabajar_como")
        && lists::is_trade(&head)
}

/// `el helado que más me gusta es el de limón`, and `el que más me gusta` when a favourite was told
/// of before: what is the favourite.
fn favourite(words: &[Word], claims: &mut Vec<Claim>, discourse: &Discourse<'_>) {
    let Some(at) = (0..words.len()).find(|at| superlative(words, *at)) else { return };
    let clause =
        words[at..].iter().position(|word| word.one_of(&["es", "son"])).map(|is| at + is + 1);
    let Some(from) = clause else { return };
    let noun = words[..at].iter().rev().take_while(|word| !within("article", &word.fold)).count();
    let end = words[from..].iter().position(|word| word.mark).map_or(words.len(), |end| from + end);
    let line = parts::line(&words[from..end], discourse.day);
    let told = answer(&line, 0..line.tokens.len(), discourse.day);
    let Some(mut object) = told.and_then(|told| told.parties.into_iter().next()) else { return };
    object.span = None;
    let favourite = |old: &&Claim| {
        let name = fold(&old.subject.name);
        !old.negated
            && old.relation == "ser"
            && name
                .split(' ')
                .any(|word| word.starts_with("favorit") || word.starts_with("preferid"))
    };
    let mut known = discourse.earlier.iter().rev().flat_map(|earlier| &earlier.claims);
    let span = words[at].span.start..words[end - 1].span.end;
    let claim = match noun {
        0 => known.find(favourite).map(|old| Claim {
            object,
            effect: Effect::Replace { old: Some(old.object.name.clone()) },
            extractor: Extractor::Reply,
            span,
            subject: Party { span: None, ..old.subject.clone() },
            ..old.clone()
        }),
        1 => {
            let word = &words[at - 1];
            let end =
                if word.fold.ends_with('a') || word.fold.ends_with("cion") { "a" } else { "o" };
            Some(Claim {
                subject: Party::named(format!("{} favorit{end}", word.low)),
                relation: "ser".to_owned(),
                object,
                negated: false,
                status: FactStatus::Current,
                when: None,
                since: None,
                effect: Effect::Add,
                extractor: Extractor::Grammar,
                span,
            })
        }
        _ => None,
    };
    if let Some(claim) = claim {
        claims.retain(|other| other.span.end <= claim.span.start);
        claims.push(claim);
    }
}

/// Whether `que más me gusta` stands here.
fn superlative(words: &[Word], at: usize) -> bool {
    let likes = |word: &Word| {
        ["gust", "encant", "mol", "apasion", "flip", "chifl", "divier"]
            .iter()
            .any(|stem| word.fold.starts_with(stem))
    };
    let Some([that, most, me, verb]) = words.get(at..at + 4) else { return false };
    that.is("que") && most.is("mas") && me.one_of(&["me", "nos"]) && likes(verb)
}
