//! How sentences begin that tell nothing, and those that only seem so.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::Verdict;
use crate::english::lexicon::{self, Inflection, Tag};
use crate::english::phrases::{Phrases, Place};
use crate::reading::Refusal;

/// A way to begin, word by word.
type Opener = Vec<&'static str>;
type Openers = HashMap<&'static str, Vec<Opener>>;

/// The openers of each section by their first word.
static OPENERS: LazyLock<HashMap<&'static str, Openers>> = LazyLock::new(|| {
    let mut openers: HashMap<&'static str, Openers> = HashMap::new();
    for (section, line) in lexicon::lines(include_str!("../../../data/english/openers.txt")) {
        let opener: Opener = line.split_whitespace().collect();
        if let Some(first) = opener.first().copied() {
            openers.entry(section).or_default().entry(first).or_default().push(opener);
        }
    }
    openers
});

/// Returns the words of the longest opener of a section that stands at `at`.
fn opener(phrases: Phrases<'_>, at: usize, section: &str) -> Option<&'static [&'static str]> {
    let first = phrases.word(at)?.lower.as_str();
    let known = OPENERS.get(section)?.get(first)?;
    let fitting = known.iter().filter(|opener| begins(phrases, at, opener));
    fitting.max_by_key(|opener| opener.len()).map(Vec::as_slice)
}

fn begins(phrases: Phrases<'_>, at: usize, phrase: &[&str]) -> bool {
    phrase.iter().enumerate().all(|(offset, wanted)| phrases.is(at + offset, &[wanted]))
}

/// Skips greetings, vocatives and wrappings before what is said.
pub(super) fn skip(phrases: Phrases<'_>, sentence: &Range<usize>) -> usize {
    let mut at = sentence.start;
    while at < sentence.end {
        if let Some(wrapping) = opener(phrases, at, "wrapping")
            .filter(|wrapping| !is_own_command(phrases, at, wrapping))
        {
            at += wrapping.len();
            continue;
        }
        let Some(word) = phrases.word(at) else { break };
        let filler = word.is_mark() && !word.is(&["\""])
            || word.tag == Tag::Interjection
            || word.is(&[
                "so",
                "well",
                "actually",
                "anyway",
                "and",
                "but",
                "also",
                "btw",
                "look",
                "listen",
                "basically",
                "honestly",
                "ok",
            ]) && !phrases.is(at + 1, &["at", "as"]);
        // `Sarai, …`, `hey Google …`.
        let vocative = at > sentence.start
            && phrases.has_tag(at - 1, &[Tag::Interjection])
            && phrases.is(at + 1, &[","])
            && word.tag == Tag::Open
            || word.is_name
                && phrases.is(at + 1, &[","])
                && phrases.is(at + 2, &["i", "my", "please", "remember", "can", "we"])
                && !is_apposition(phrases, at + 2);
        if !filler && !vocative {
            break;
        }
        at += 1;
    }
    at
}

/// `Lena, my physio, …`: who Lena is, and not to whom it is said.
fn is_apposition(phrases: Phrases<'_>, at: usize) -> bool {
    let role = phrases.nominal(at, Place::Subject).filter(|role| role.owner.is_some());
    role.is_some_and(|role| {
        phrases.is(role.words.end, &[","]) && phrases.verb_group(role.words.end + 1, true).is_some()
    })
}

/// `remember to buy milk` and `update my calendar` are orders.
fn is_own_command(phrases: Phrases<'_>, at: usize, wrapping: &[&str]) -> bool {
    let after = at + wrapping.len();
    let single = wrapping.len() == 1 && ["remember", "update"].contains(&wrapping[0]);
    let note = wrapping == ["please", "note"]
        || wrapping == ["take", "note"]
        || wrapping == ["do", "not", "forget"];
    if !single && !note {
        return false;
    }
    if phrases.is(after, &["to", "when", "how", "what", "where", "who", "that", "the", "about"])
        && !phrases.is(after, &["the"])
    {
        return phrases.is(after, &["to", "when", "how", "what", "where", "who", "about"]);
    }
    if phrases.is(after, &[":", ","]) || phrases.is_end(after) {
        return false;
    }
    // What follows must be a clause.
    let clause = phrases.nominal(after, Place::Subject).is_some_and(|nominal| {
        phrases
            .verb_group(nominal.words.end, nominal.pronoun.is_some() || nominal.is_plural())
            .is_some()
    });
    !clause
}

/// Returns whether a question begins here.
pub(super) fn is_question(phrases: Phrases<'_>, at: usize) -> bool {
    if opener(phrases, at, "question").is_some() {
        return true;
    }
    let Some(word) = phrases.word(at) else { return false };
    let inverted = |index: usize| {
        phrases.has_tag(index, &[Tag::Pronoun, Tag::Determiner, Tag::Possessive])
            || phrases.word(index).is_some_and(|word| word.is_name)
    };
    let helper = |index: usize| {
        phrases.has_tag(index, &[Tag::Be, Tag::Do, Tag::Modal, Tag::Have, Tag::Genitive])
    };
    match word.tag {
        Tag::Be | Tag::Do | Tag::Modal => {
            let skip = usize::from(phrases.has_tag(at + 1, &[Tag::Not]));
            inverted(at + 1 + skip)
                && !(skip == 1 && word.tag == Tag::Do && !phrases.has_tag(at + 2, &[Tag::Pronoun]))
        }
        Tag::Have => {
            word.is(&["have", "has"])
                && phrases.is(at + 1, &["you", "i", "we", "they", "he", "she", "my"])
        }
        Tag::Relative if word.is(&["who", "what", "whose", "why", "which", "how", "where"]) => true,
        Tag::Subordinator if word.is(&["when"]) => helper(at + 1),
        Tag::Preposition => phrases.is(at + 1, &["what", "which", "whom"]),
        _ => false,
    }
}

/// Returns whether what follows only asks to be told so: `isn't it?`, `right?`.
pub(super) fn is_tag(phrases: Phrases<'_>, at: usize, end: usize) -> bool {
    end.saturating_sub(at) <= 6
        && phrases.has_tag(at + 1, &[Tag::Be, Tag::Do, Tag::Have, Tag::Modal])
        && (at + 1..end).filter(|&index| phrases.has_tag(index, &[Tag::Pronoun])).count() == 1
        && (at + 1..end).all(|index| !phrases.has_tag(index, &[Tag::Open]))
}

pub(super) fn is_wish(phrases: Phrases<'_>, at: usize) -> bool {
    opener(phrases, at, "wish").is_some() && !phrases.is(at + 1, &["a"])
        || begins(phrases, at, &["what", "a"])
        || begins(phrases, at, &["have", "a"])
}

/// Returns what to do with a story, a role or a text to be made.
pub(super) fn fiction(phrases: Phrases<'_>, body: &Range<usize>) -> Option<Verdict> {
    let at = body.start;
    let please = at + usize::from(phrases.is(at, &["please"]));
    if opener(phrases, please, "fiction").is_some() {
        return Some(Verdict::RefuseAllAfter(Refusal::Fiction));
    }
    let ability = usize::from(
        phrases.is(please, &["can", "could", "would"]) && phrases.is(please + 1, &["you"]),
    ) * 2;
    let verb = please + ability;
    let makes = phrases
        .is(verb, &["write", "draft", "compose", "generate", "create", "invent", "tell", "make"]);
    let text = (verb..body.end).any(|index| {
        phrases.is(
            index,
            &[
                "story", "poem", "song", "email", "letter", "message", "essay", "joke", "bio",
                "limerick", "tweet", "post", "note", "text", "haiku", "script", "scene",
                "dialogue", "caption", "speech", "rap", "tale", "reply", "sentence",
            ],
        )
    });
    (makes && text).then_some(Verdict::RefuseAllAfter(Refusal::Fiction))
}

/// Returns what to do with a command, `None` when it is none.
pub(super) fn command(
    phrases: Phrases<'_>,
    body: &Range<usize>,
) -> Option<Vec<(Range<usize>, Verdict)>> {
    let at = body.start + usize::from(phrases.is(body.start, &["please", "just"]));
    let negated = phrases.is(at, &["do"])
        && phrases.has_tag(at + 1, &[Tag::Not])
        && !phrases.has_tag(at + 2, &[Tag::Pronoun]);
    let verb = if negated { at + 2 } else { at };
    let word = phrases.word(verb)?;
    let is_helper = word.is(&["be", "do", "have"]) && !negated;
    let base = word.form(|form| form.inflection == Inflection::Base);
    if base.is_none() && !is_helper || word.is_name || word.tag == Tag::Be && !word.is(&["be"]) {
        return None;
    }
    if negated && !is_order(&word.lower) {
        // `Don't like mushrooms`: the speaker, not an order.
        return None;
    }
    if !negated && (phrases.dropped_subject(verb).is_some() || is_subject_noun(phrases, verb, body))
    {
        return None;
    }
    let refuse = |part: Range<usize>| (part, Verdict::Refuse(Refusal::Command));
    // `Call me Ishmael` tells a name.
    if word.is(&["call"])
        && phrases.is(verb + 1, &["me"])
        && phrases.word(verb + 2).is_some_and(|name| name.is_name || phrases.is_end(verb + 3))
    {
        return None;
    }
    if opener(phrases, verb, "telling").is_some() {
        return Some(vec![refuse(body.clone())]);
    }
    Some(match told_after(phrases, body) {
        Some(told) => vec![refuse(body.start..told), (told..body.end, Verdict::Read)],
        None => vec![refuse(body.clone())],
    })
}

fn is_order(lower: &str) -> bool {
    ![
        "like",
        "love",
        "want",
        "need",
        "have",
        "know",
        "think",
        "live",
        "own",
        "work",
        "eat",
        "drink",
        "smoke",
        "drive",
        "believe",
        "care",
        "mind",
        "enjoy",
        "feel",
        "get",
        "really",
        "remember",
        "understand",
        "see",
    ]
    .contains(&lower)
}

/// `Work starts at nine`, `Book club: Tuesday`: a noun that looks like a verb.
fn is_subject_noun(phrases: Phrases<'_>, at: usize, body: &Range<usize>) -> bool {
    let homograph =
        phrases.word(at).is_some_and(|word| word.form(|form| !form.is_homograph).is_none());
    let Some(nominal) = phrases.nominal(at, Place::Subject) else { return false };
    let end = nominal.words.end;
    let finite = phrases.verb_group(end, false).is_some_and(|verb| verb.end <= body.end)
        || phrases.has_tag(end, &[Tag::Be, Tag::Have, Tag::Modal, Tag::Do]);
    finite && (homograph || phrases.has_tag(end, &[Tag::Be]))
        || homograph
            && (phrases.is(end, &[":", "-"])
                || phrases.timed(end).is_some() && nominal.words.len() < 3)
        || lexicon::is_given_name(&phrases.words[at].lower) && finite
}

/// Returns where after a command or a question something is told: `…, I love horror`.
pub(super) fn told_after(phrases: Phrases<'_>, body: &Range<usize>) -> Option<usize> {
    (body.start + 1..body.end).find(|&at| {
        let joint =
            phrases.is(at, &[",", "-", ":", "because", "as", "since", "but", "and", "cause"]);
        let mut subject =
            at + 1 + usize::from(phrases.is(at + 1, &["because", "as", "and", "but", "since"]));
        subject += usize::from(phrases.is(subject, &["now", "so", "then"]));
        let own = phrases.is(subject, &["i", "my", "we", "our", "he", "she", "they"]);
        joint
            && own
            && phrases.nominal(subject, Place::Subject).is_some_and(|nominal| {
                phrases
                    .verb_group(nominal.words.end, nominal.pronoun.is_some() || nominal.is_plural())
                    .is_some_and(|verb| verb.end <= body.end)
            })
    })
}
