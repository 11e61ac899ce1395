//! How well an utterance fits a question.

use std::collections::HashSet;

use super::Candidate;
use super::question::{Question, is_personal, only_asks};

/// In a young memory every word is rare; rarity is reckoned as if this much had been said.
const UTTERANCES_MIN: i64 = 1_000;

/// What a light word counts of its rarity.
const LIGHT: f64 = 0.3;

/// What an answer counts against the person's own words.
const ANSWER: f64 = 0.5;

/// The part of a question that a fitting utterance covers at least.
const COVERAGE_MIN: f64 = 0.6;

/// The same where it names the very thing of one's own that is asked for: “Mi hermana se ha mudado”
/// fits “¿Dónde trabaja mi hermana?” better than nothing.
const COVERAGE_OWN_MIN: f64 = 0.4;

/// The same where it does not: “Mi hermana vive en Cuenca” does not fit “¿Dónde vive mi sobrina?”.
const COVERAGE_OTHER_MIN: f64 = 0.8;

/// Deviations of likeness from which less of the question needs to be said, and how much less.
const MEANT_MIN: f64 = 3.0;
const MEANT: f64 = 0.3;

/// Deviations from which nothing of it needs to be said in its words.
const MEANT_ALONE_MIN: f64 = 4.2;

/// How well a turn fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    /// Whether something is said, rather than asked.
    pub(crate) statement: bool,
    pub(crate) score: f64,
}

impl Fit {
    /// Takes over `other` where it is better.
    pub(crate) fn improve(&mut self, other: Fit) {
        if (other.statement, other.score) > (self.statement, self.score) {
            *self = other;
        }
    }
}

/// What each term of a question counts: the rarer, the more.
pub(crate) struct Weights {
    of_terms: Vec<f64>,
    total: f64,
}

impl Weights {
    #[expect(clippy::cast_precision_loss, reason = "counts of utterances are far below 2^52")]
    pub(crate) fn new(question: &Question, counts: &[i64], utterances: i64) -> Weights {
        let all = utterances.max(UTTERANCES_MIN) as f64;
        let of_terms: Vec<f64> = question
            .terms
            .iter()
            .zip(counts)
            .map(|(term, count)| {
                let with = (*count as f64).min(all);
                let rarity = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
                if term.light { rarity * LIGHT } else { rarity }
            })
            .collect();
        let total = of_terms.iter().sum();
        Weights { of_terms, total }
    }

    /// Returns how well `candidate` fits; `None` below the threshold. `outstanding` is how far its
    /// meaning is like the question's, in deviations.
    pub(crate) fn fit(
        &self,
        question: &Question,
        candidate: &Candidate,
        outstanding: Option<f64>,
    ) -> Option<Fit> {
        let stems: HashSet<&str> = candidate.stems.split(' ').collect();
        let mut matched = 0.0;
        let mut telling = false;
        let mut own = false;
        for (term, weight) in question.terms.iter().zip(&self.of_terms) {
            if term.stems.iter().any(|stem| stems.contains(stem.as_str())) {
                matched += weight;
                telling |= !term.light;
                own |= term.own;
            }
        }
        let coverage = matched / self.total;
        let only_asked = candidate.by_user && only_asks(&candidate.text);
        let personal = is_personal(&candidate.text);
        // What is alike but of somebody else's is the likest mistake, and what is asked about the
        // world is like other questions about it: there only words count.
        let others = !own && question.terms.iter().any(|term| term.own);
        let counts = personal && !only_asked && !others;
        let outstanding = outstanding.filter(|_| counts).unwrap_or_default();
        let meant = if outstanding >= MEANT_MIN { MEANT } else { 0.0 };
        let coverage_min = match question.terms.iter().any(|term| term.own) {
            true if own && personal => COVERAGE_OWN_MIN,
            true if !own => COVERAGE_OTHER_MIN,
            _ => COVERAGE_MIN,
        };
        let said = telling && coverage >= coverage_min - meant;
        // Who asks about their own life is not answered by a question about the world.
        let of_the_world = question.personal && only_asked && !personal;
        if of_the_world || !(said || outstanding >= MEANT_ALONE_MIN) {
            return None;
        }
        let speaker = if candidate.by_user { 1.0 } else { ANSWER };
        Some(Fit {
            statement: candidate.by_user && !only_asked,
            score: (matched * coverage + outstanding) * speaker * brevity(stems.len()),
        })
    }
}

/// Long texts hold many words by chance.
#[expect(clippy::cast_precision_loss, reason = "numbers of words are far below 2^52")]
fn brevity(stems: usize) -> f64 {
    1.0 / (1.0 + stems as f64 / 100.0)
}
