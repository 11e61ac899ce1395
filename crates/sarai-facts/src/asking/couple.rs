//! Whether somebody is married, or alive: what other facts tell without saying so.

use sarai_core::fact::FactStatus;

use crate::asking::candidate::Candidate;
use crate::asking::fit::{self, Fit};
use crate::asking::question::{Question, Role, Speaker};
use crate::asking::{Answer, whether};
use crate::relations;

/// How the words for being married begin, folded.
const MARRIED: &[&str] = &["married", "casad"];

/// Who one is married to.
const SPOUSES: &[&str] = &["wife", "husband", "spouse", "marido", "mujer", "esposo", "esposa"];

const ALIVE: &[&str] = &["alive", "living", "vivo", "viva", "vive"];
const DEAD: &[&str] = &["dead", "muerto", "muerta"];

/// Answers “am I married?” by the husband who was told of, or by the wedding.
pub(super) fn married(question: &Question, candidates: &[Candidate]) -> Option<Answer> {
    let mut asked = question.terms.iter().filter(|term| term.role != Role::Light);
    let only = asked.next().filter(|_| asked.next().is_none())?;
    let says = MARRIED.iter().any(|stem| only.word.folded.starts_with(stem));
    if !says || question.speaker != Speaker::Subject {
        return None;
    }
    let spouse = |candidate: &&Candidate| {
        let fact = &candidate.fact;
        let open = !fact.negated && fact.status == FactStatus::Current;
        let wed = !fact.negated
            && fact.status != FactStatus::Superseded
            && fact.status != FactStatus::Planned
            && candidate.is_of_speaker()
            && relations::group(&fact.relation).is_some_and(|group| group.name == "marriage");
        let own = candidate.subject.iter().all(|name| !name.is_somebodys)
            && fact.subject.split(' ').any(|word| SPOUSES.contains(&word));
        open && own || wed
    };
    let candidate = candidates.iter().find(spouse)?;
    Some(whether::answer(question.language, !question.negated, candidate, fit::THRESHOLD))
}

/// Answers whether somebody lives, or is dead, when it was told that they died.
pub(super) fn alive(question: &Question, fits: &[(&Candidate, Fit)]) -> Option<Answer> {
    let says = |words: &[&str]| {
        question.terms.iter().any(|term| words.contains(&term.word.folded.as_str()))
    };
    let (alive, dead) = (says(ALIVE), says(DEAD));
    if alive == dead {
        return None;
    }
    let (candidate, _) = fits.iter().find(|(candidate, fit)| {
        relations::dies(&candidate.fact.relation) && !candidate.fact.negated && fit.subject_given
    })?;
    let yes = dead != question.negated;
    Some(whether::answer(question.language, yes, candidate, fit::THRESHOLD))
}
