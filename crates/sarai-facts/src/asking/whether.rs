//! Questions for yes or no.

use sarai_core::language::Language;

use crate::asking::candidate::Candidate;
use crate::asking::fit::{self, Fit, Place};
use crate::asking::question::{Question, Role, Wanted};
use crate::asking::{Answer, holds, lexicon};

/// Verbs of which a person has one value at a time: another value means no.
const FUNCTIONAL: &[&str] = &["live", "work", "name", "age", "birthday", "born", "marry"];

/// Returns yes or no, `None` when the question does not ask for it or nobody told.
pub(super) fn answers(question: &Question, candidates: &[Candidate]) -> Option<Vec<Answer>> {
    if question.wanted != Wanted::Whether {
        return None;
    }
    let fits: Vec<(&Candidate, Fit)> = candidates
        .iter()
        .map(|candidate| (candidate, fit::fit(question, candidate, candidates)))
        .collect();
    let said = fits.iter().filter(|(candidate, fit)| says(question, candidate, fit));
    let best = said.max_by(|one, other| rank(question, one).total_cmp(&rank(question, other)));
    if let Some((candidate, fit)) = best {
        let yes =
            holds(&candidate.fact) && (positive(candidate) != hated(question)) != question.negated;
        return Some(vec![answer(question.language, yes, candidate, fit.score)]);
    }
    let other = fits.iter().filter(|(candidate, fit)| excludes(question, candidate, fit));
    let best = other.max_by(|one, other| rank(question, one).total_cmp(&rank(question, other)));
    best.map(|(candidate, fit)| {
        vec![answer(question.language, question.negated, candidate, fit.score)]
    })
}

fn answer(language: Language, yes: bool, candidate: &Candidate, score: f64) -> Answer {
    let text = if yes { language.pick("sí", "yes") } else { "no" };
    Answer { text: text.to_owned(), fact: candidate.fact.clone(), score }
}

fn rank(question: &Question, (candidate, fit): &(&Candidate, Fit)) -> f64 {
    let newest = candidate.fact.id.0;
    #[expect(clippy::cast_precision_loss, reason = "only orders facts that fit alike")]
    let recency = newest as f64 * 1e-9;
    let standing = fit::standing(question, candidate).max(0.3);
    fit.score * standing + recency
}

/// Returns whether the fact says, or denies, all that the question asks about.
fn says(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    let terms = || question.terms.iter().zip(&fit.met);
    let all = terms().all(|(term, met)| {
        matches!(term.role, Role::Time | Role::Light)
            || !matches!(met.place, Place::Nowhere | Place::Against)
    });
    let verb = terms().any(|(_, met)| met.place == Place::Relation);
    let copula = candidate.has_verb(&["ser", "be", "estar", "tener", "have"]);
    let object = terms().any(|(_, met)| met.place == Place::Object) || fit.object_given;
    let about_verb = verb
        && !copula
        && question
            .terms
            .iter()
            .filter(|term| !matches!(term.role, Role::Party | Role::Name))
            .count()
            <= 1;
    fit.score >= fit::THRESHOLD && all && verb && (object || about_verb)
}

/// Returns whether the fact tells another value of what has only one: Sevilla where Madrid is asked.
fn excludes(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    if !holds(&candidate.fact) || candidate.fact.negated || !fit.subject_given {
        return false;
    }
    let verb = question.terms.iter().zip(&fit.met).any(|(term, met)| {
        met.place == Place::Relation
            && FUNCTIONAL
                .iter()
                .filter_map(|name| lexicon::group(name))
                .any(|group| term.verb_groups.contains(&group) && candidate.groups.contains(&group))
    });
    let open = question.terms.iter().zip(&fit.met).filter(|(term, met)| {
        met.place == Place::Nowhere
            && term.role != Role::Party
            && !matches!(term.role, Role::Light | Role::Time)
    });
    verb && !fit.object_given && open.count() > 0
}

fn positive(candidate: &Candidate) -> bool {
    !fit::is_negative(candidate)
}

fn hated(question: &Question) -> bool {
    let group = lexicon::group("dislike");
    question.terms.iter().any(|term| group.is_some_and(|group| term.verb_groups.contains(&group)))
}
