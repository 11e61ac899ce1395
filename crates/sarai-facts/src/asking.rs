//! Answers questions out of facts.
//!
//! A question is read word by word (`question.rs`): what it asks for, about whom, by which verb. The
//! facts that have to do with its words are looked up (`candidate.rs`), compared with it
//! (`meet.rs`, `fit.rs`), and those that fit say their answer (`reply.rs`). Nothing is guessed: what
//! nobody told has no answer.

use jiff::civil::Date;
use sarai_core::fact::Fact;
use sarai_core::language::Language;
use sarai_core::syntax::Parse;

use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::tongue;

mod candidate;
mod couple;
mod fit;
mod heirs;
mod interrogative;
mod kinship;
mod lexicon;
mod lists;
mod meet;
mod nearest;
mod phrase;
pub mod talk;

mod question;
mod referents;
mod reply;
mod times;
pub(crate) mod verbs;
mod whether;
mod words;

/// The most characters of a question that are read.
const QUESTION_CHARS_MAX: usize = 400;
/// Answers that fit this much worse than the best are left out.
const WORSE_MAX: f64 = 0.6;

/// One answer, with the fact it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Short: a name, a date, a number, `sí` or `no`, in the language of the question.
    pub text: String,
    pub fact: Fact,
    /// From 0 to 1: how well the fact fits the question.
    pub score: f64,
}

/// What a question is asked with.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The day it is asked.
    pub day: Date,
    pub parsers: &'a [&'a dyn Parse],
    /// The language of the house, for questions that do not show their own.
    pub language: Language,
}

/// Returns the answers to `question`, best first, at most `limit`; none when nothing fits. Of two
/// questions in one, “¿dónde vivo y cómo se llama mi gata?”, the answers take turns.
pub fn answers(
    question: &str,
    asking: &Asking<'_>,
    known: &dyn Facts,
    limit: usize,
) -> Lookup<Vec<Answer>> {
    let question: String = question.chars().take(QUESTION_CHARS_MAX).collect();
    let Some((first, second)) = apart(&question) else {
        return answers_to(&question, asking, known, limit);
    };
    let first = answers_to(first, asking, known, limit)?;
    let second = answers(second, asking, known, limit)?;
    if first.is_empty() || second.is_empty() {
        let whole = answers_to(&question, asking, known, limit)?;
        return Ok([whole, first, second]
            .into_iter()
            .find(|one| !one.is_empty())
            .unwrap_or_default());
    }
    let turns = (0..limit).flat_map(|at| [first.get(at), second.get(at)]);
    Ok(turns.flatten().take(limit).cloned().collect())
}

/// Splits a question at the word by which a second one begins, if both have a word to ask by and
/// something to ask about.
fn apart(question: &str) -> Option<(&str, &str)> {
    const JOINTS: &[&str] = &[" y ", " e ", " and "];
    const ASKING: &[&str] = &[
        "que", "como", "donde", "cuando", "quien", "cual", "cuanto", "cuantos", "cuanta",
        "cuantas", "what", "how", "where", "when", "who", "which",
    ];
    let asks = |part: &str| {
        let mut words = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.next().is_some_and(|first| ASKING.contains(&fold(first).as_str()))
            && words.next().is_some()
    };
    let joints = JOINTS.iter().flat_map(|joint| question.match_indices(joint));
    let mut parts = joints.map(|(at, joint)| (&question[..at], &question[at + joint.len()..]));
    parts.find(|(first, second)| asks(first) && asks(second))
}

fn answers_to(
    question: &str,
    asking: &Asking<'_>,
    known: &dyn Facts,
    limit: usize,
) -> Lookup<Vec<Answer>> {
    let language = tongue::decide(question).unwrap_or(asking.language);
    let mut question = question::read(question, language);
    if question.terms.is_empty() && question.speaker == question::Speaker::Absent {
        return Ok(vec![]);
    }
    referents::resolve(&mut question, known)?;
    let candidates = candidate::gather(&question, known)?;
    if let Some(mut found) = whether::answers(&question, &candidates) {
        found.truncate(limit);
        return Ok(found);
    }
    let mut found = fitting(&question, &candidates, fit::THRESHOLD, |_, _| true);
    if found.is_empty() {
        // All that is asked about was told in one sentence, if in other words.
        let told = |fit: &fit::Fit, candidate: &candidate::Candidate| {
            fit.is_told_whole(&question, candidate)
        };
        found = fitting(&question, &candidates, fit::LOW_THRESHOLD, told);
    }
    if found.is_empty() {
        found = fitting(&question, &candidates, nearest::THRESHOLD, |fit, candidate| {
            nearest::answers(&question, candidate, fit)
        });
    }
    Ok(ranked(found, limit))
}

/// Returns what the facts answer that fit at least as well as `threshold` and are `allowed`.
fn fitting(
    question: &question::Question,
    candidates: &[candidate::Candidate],
    threshold: f64,
    allowed: impl Fn(&fit::Fit, &candidate::Candidate) -> bool,
) -> Vec<Answer> {
    let mut found = Vec::new();
    for candidate in candidates {
        let standing = fit::standing(question, candidate);
        let happened = question.terms.iter().any(|term| {
            ["happen", "pas", "ocurr", "suced"]
                .iter()
                .any(|stem| term.word.folded.starts_with(stem))
        });
        let over = whether::ends(question, candidate)
            && !happened
            && question.era != question::Era::Before
            && !crate::relations::transfers(&candidate.fact.relation);
        if standing <= 0.0 || over || !agrees(question, candidate) {
            continue;
        }
        let fit = fit::fit(question, candidate, candidates);
        if fit.score < threshold || !allowed(&fit, candidate) {
            continue;
        }
        for (text, sure) in reply::replies(question, candidate, &fit) {
            let score = fit.score * sure * standing;
            if fit.score * sure >= threshold {
                found.push(Answer { text, fact: candidate.fact.clone(), score });
            }
        }
    }
    found
}

/// Returns whether a fact says yes where the question does, and no where it does.
fn agrees(question: &question::Question, candidate: &candidate::Candidate) -> bool {
    let hates = ["dislike", "fear"].iter().filter_map(|name| lexicon::group(name));
    let hates: Vec<_> = hates.collect();
    let asked = question
        .terms
        .iter()
        .any(|term| term.verb_groups.iter().any(|group| hates.contains(group)));
    // What somebody cannot eat is told without a no: what they are allergic to.
    let forbidden = question.negated && meet::is_health(candidate);
    forbidden || (question.negated || asked) == fit::is_negative(candidate)
}

fn ranked(mut found: Vec<Answer>, limit: usize) -> Vec<Answer> {
    found.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then_with(|| other.fact.id.cmp(&one.fact.id))
    });
    let best = found.first().map_or(0.0, |answer| answer.score);
    let mut seen: Vec<String> = Vec::new();
    found.retain(|answer| {
        let folded = fold(&answer.text);
        let kept = answer.score >= best * WORSE_MAX && !seen.contains(&folded);
        seen.push(folded);
        kept
    });
    found.truncate(limit);
    found
}
