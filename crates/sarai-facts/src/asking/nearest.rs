//! Answers to questions about somebody or something that is known, by a verb that nobody told: what
//! was told of them that is of the kind asked for.

use crate::asking::candidate::Candidate;
use crate::asking::fit::Fit;
use crate::asking::meet::{self, Met, Place};
use crate::asking::question::{Question, Role, Term, Wanted};
use crate::asking::words;
use crate::naming;

/// Below this not even such a fact answers.
pub(super) const THRESHOLD: f64 = 0.1;

/// Returns whether the fact may answer although its verb is another: it is about whom the question
/// names, everything but the verb is met in it, and its object is of the kind asked for.
pub(super) fn answers(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    let mut terms = question.terms.iter().zip(&fit.met);
    let all = terms.all(|(term, met)| is_met(term, met) || is_other_verb(term, candidate));
    // What was only said beside an object does not make the object what is asked for.
    let beside = question.wanted != Wanted::What;
    let anchored = question
        .terms
        .iter()
        .zip(&fit.met)
        .any(|(term, met)| is_anchor(term, met) && (beside || met.place != Place::Told));
    let kind = fit.met.iter().any(|met| met.place == Place::Kind && met.degree > 0.7);
    let anchored = anchored || kind;
    let own = candidate.is_of_speaker();
    let about = (fit.subject_given || own) && !is_anothers(question, candidate);
    all && anchored && about && is_of_kind(question, candidate, fit)
}

/// Returns whether the fact is about what somebody has whom the question does not name: my birthday
/// is not my niece's.
fn is_anothers(question: &Question, candidate: &Candidate) -> bool {
    let said = |key: &String| question.terms.iter().any(|term| meet::is_same(term, key) > 0.0);
    candidate
        .subject
        .iter()
        .any(|name| name.is_somebodys && !name.keys[name.head..].iter().any(said))
}

fn is_met(term: &Term, met: &Met) -> bool {
    match met.place {
        Place::Nowhere => matches!(term.role, Role::Light | Role::Time),
        Place::Against => false,
        _ => true,
    }
}

/// Returns whether the term is a verb that may be another word for the fact's: where somebody
/// studies is not where they live.
fn is_other_verb(term: &Term, candidate: &Candidate) -> bool {
    let verbal = term.role == Role::Plain && !term.verb_keys.is_empty();
    let light = candidate.has_verb(&["ser", "be", "tener", "have", "estar"]);
    verbal && !light && (term.verb_groups.is_empty() || candidate.groups.is_empty())
}

/// Returns whether the term names what the fact is about, or something that was told with it.
fn is_anchor(term: &Term, met: &Met) -> bool {
    let noun = !matches!(term.role, Role::Light | Role::Time);
    noun && matches!(met.place, Place::Subject | Place::Object | Place::Beside | Place::Told)
}

fn is_of_kind(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    let object = &candidate.fact.object;
    let kind = question.terms.iter().zip(&fit.met).find(|(term, _)| term.role == Role::Kind);
    let known = kind.is_none_or(|(_, met)| met.degree > 0.7);
    match question.wanted {
        Wanted::Who => {
            let mut people = candidate.object.iter();
            !fit.object_given && (naming::is_proper(object) || people.any(|name| name.is_person))
                || fit.object_given && !candidate.is_of_speaker()
        }
        Wanted::Where => !candidate.preposition.is_empty() || fit.object_given,
        Wanted::When => true,
        Wanted::Amount => words::words(object).iter().any(|word| words::is_amount(&word.folded)),
        Wanted::What => !fit.object_given && known,
        _ => false,
    }
}
