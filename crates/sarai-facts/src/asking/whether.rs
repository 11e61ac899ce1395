//! Questions for yes or no.

use sarai_core::fact::FactStatus;
use sarai_core::language::Language;

use crate::asking::candidate::Candidate;
use crate::asking::fit::{self, Fit};
use crate::asking::lists::List;
use crate::asking::meet::{self, Place};
use crate::asking::question::{Era, Question, Role, Speaker, Term, Wanted};
use crate::asking::{Answer, couple, lexicon};
use crate::relations;

/// Verbs of which a person has one value at a time: another value means no.
const FUNCTIONAL: &[&str] = &["live", "work", "name", "age", "birthday", "born", "marry"];

/// Returns yes or no, `None` when the question does not ask for it or nobody told.
pub(super) fn answers(question: &Question, candidates: &[Candidate]) -> Option<Vec<Answer>> {
    if !matches!(question.wanted, Wanted::Whether | Wanted::Open) {
        return None;
    }
    let fits: Vec<(&Candidate, Fit)> = candidates
        .iter()
        .map(|candidate| (candidate, fit::fit(question, candidate, candidates)))
        .collect();
    let said = fits.iter().filter(|(candidate, fit)| says(question, candidate, fit));
    let best = said.max_by(|one, other| rank(question, one).total_cmp(&rank(question, other)));
    if let Some((candidate, fit)) = best {
        let yes = holds(question, candidate)
            && !ends(question, candidate)
            && ((positive(candidate) != hated(question)) != question.negated)
                != forbids(question, candidate);
        return Some(vec![answer(question.language, yes, candidate, fit.score)]);
    }
    if let Some(answer) = couple::married(question, candidates) {
        return Some(vec![answer]);
    }
    if let Some(answer) = couple::alive(question, &fits) {
        return Some(vec![answer]);
    }
    // Who sold the tractor has it no longer.
    let lost = fits.iter().find(|(candidate, fit)| {
        let verb = candidate.fact.relation.split('_').next().unwrap_or_default();
        let had = lexicon::group("have");
        let asked = question
            .terms
            .iter()
            .any(|term| had.is_some_and(|had| term.verb_groups.contains(&had)));
        asked
            && List::Loss.has(verb)
            && fit.object_given
            && fit.subject_given
            && !candidate.fact.negated
    });
    if let Some((candidate, fit)) = lost {
        return Some(vec![answer(
            question.language,
            question.negated,
            candidate,
            fit.score.min(1.0),
        )]);
    }
    let other = fits.iter().filter(|(candidate, fit)| excludes(question, candidate, fit));
    let best = other.max_by(|one, other| rank(question, one).total_cmp(&rank(question, other)));
    let found = best.map(|(candidate, fit)| {
        vec![answer(question.language, question.negated, candidate, fit.score)]
    });
    let owned = || {
        let candidate = candidates.iter().find(|candidate| owns(question, candidate))?;
        Some(vec![answer(question.language, !question.negated, candidate, fit::THRESHOLD)])
    };
    let found = found.or_else(owned);
    // “do I have a car?” asks for nothing else.
    found.or_else(|| (question.wanted == Wanted::Whether).then(Vec::new))
}

/// Returns whether the fact tells the end of what is asked about: “¿sigo con Adrián?”, and
/// `romper_con | Adrián`.
pub(super) fn ends(question: &Question, candidate: &Candidate) -> bool {
    let told = !candidate.fact.negated && candidate.fact.status != FactStatus::Planned;
    let asked = question
        .terms
        .iter()
        .any(|term| term.verb_keys.iter().any(|key| candidate.verb_keys.contains(key)));
    let relation = &candidate.fact.relation;
    told && !asked && relations::ending(relation).is_some() && !relations::arrives(relation)
}

/// Returns whether the fact is the reason not to do what is asked: “¿puede comer nueces?”.
fn forbids(question: &Question, candidate: &Candidate) -> bool {
    let eats: Vec<_> =
        ["eat", "drink", "take"].iter().filter_map(|name| lexicon::group(name)).collect();
    let asked = |term: &Term| term.verb_groups.iter().any(|group| eats.contains(group));
    meet::is_health(candidate)
        && !candidate.groups.iter().any(|group| eats.contains(group))
        && question.terms.iter().any(asked)
}

/// Returns whether what is asked for is the speaker's: “¿tengo hermana?”, and something is told of
/// the sister.
fn owns(question: &Question, candidate: &Candidate) -> bool {
    let had = lexicon::group("have");
    let has = |term: &Term| had.is_some_and(|had| term.verb_groups.contains(&had));
    let asked: Vec<&Term> = question.terms.iter().filter(|term| !has(term)).collect();
    let met = |term: &Term| {
        candidate.subject.iter().any(|name| {
            let keys = if asked.len() == 1 { &name.keys[..1] } else { &name.keys[..] };
            keys.iter().any(|key| meet::is_same(term, key) > 0.9)
        })
    };
    let holds = matches!(candidate.fact.status, FactStatus::Current | FactStatus::Past);
    question.speaker == Speaker::Subject
        && question.terms.iter().any(has)
        && !asked.is_empty()
        && (asked.len() > 1
            || asked.iter().all(|term| matches!(term.role, Role::Party | Role::Plain)))
        && (holds || candidate.fact.status == FactStatus::Planned)
        && candidate.subject.iter().all(|name| !name.is_somebodys)
        && asked.iter().all(|term| met(term))
}

pub(super) fn answer(language: Language, yes: bool, candidate: &Candidate, score: f64) -> Answer {
    let text = if yes { language.pick("sí", "yes") } else { "no" };
    Answer { text: text.to_owned(), fact: candidate.fact.clone(), score }
}

fn rank(question: &Question, (candidate, fit): &(&Candidate, Fit)) -> f64 {
    let newest = candidate.fact.id.0;
    #[expect(clippy::cast_precision_loss, reason = "only orders facts that fit alike")]
    let recency = newest as f64 * 1e-9;
    let standing = fit::standing(question, candidate).max(0.3);
    // “I left Lugo for Soria” speaks of Lugo, and is no home there: what names it as its own, even
    // what ended, comes before what was only said beside it.
    let beside = fit.met.iter().any(|met| met.place == Place::Told);
    fit.score * standing
        + recency
        + if beside { 0.0 } else { f64::from(u8::from(fit.object_given)) }
}

/// Returns whether the fact says, or denies, all that the question asks about.
fn says(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    let terms = || question.terms.iter().zip(&fit.met);
    let all = terms().all(|(term, met)| {
        matches!(term.role, Role::Time | Role::Light)
            || !matches!(met.place, Place::Nowhere | Place::Against)
    });
    // That somebody is called so says nothing of what is asked about them.
    let names = |term: &Term| {
        let name = lexicon::group("name");
        name.is_some_and(|name| {
            term.verb_groups.contains(&name) || term.noun_groups.contains(&name)
        })
    };
    if candidate.in_group(&["name"]) && !question.terms.iter().any(names) {
        return false;
    }
    let unsaid = question.terms.iter().all(|term| term.verb_groups.is_empty());
    // “¿sigo en Correos?” has no verb of its own, and “¿sé nadar?” only what was not learned.
    let plain = !question.terms.iter().any(|term| term.role == Role::Light);
    let told_so = candidate.in_group(&["know", "be_able"]) || meet::is_health(candidate);
    let learned = told_so && fit.object_given;
    let implied = (unsaid && plain) || learned;
    let verb =
        terms().any(|(_, met)| met.place == Place::Relation) || (implied && fit.subject_given);
    let copula = candidate.has_verb(&["ser", "be", "estar", "tener", "have"]);
    let object = terms().any(|(_, met)| met.place == Place::Object) || fit.object_given;
    // Who has a husband is married.
    let married = ["marry", "couple"].iter().filter_map(|name| lexicon::group(name));
    let has_one =
        fit.subject_given
            && married.into_iter().any(|group| {
                question.terms.iter().any(|term| {
                    term.verb_groups.contains(&group) || term.noun_groups.contains(&group)
                }) && meet::is_attribute(candidate, group)
            });
    let about_verb = has_one
        || verb
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
    if !holds(question, candidate) || candidate.fact.negated || !fit.subject_given {
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

/// Returns whether the fact is so at the time the question is about.
fn holds(question: &Question, candidate: &Candidate) -> bool {
    match candidate.fact.status {
        FactStatus::Current | FactStatus::Planned => true,
        FactStatus::Superseded => question.era != Era::Now,
        FactStatus::Past if question.era != Era::Now => true,
        // Who moved somewhere lives there; who smoked does not smoke.
        FactStatus::Past if relations::arrives(&candidate.fact.relation) => true,
        FactStatus::Past => {
            let same = |term: &Term| {
                term.role != Role::Light
                    && term.verb_keys.iter().any(|key| candidate.verb_keys.contains(key))
            };
            !candidate.in_group(&["live", "work", "have"])
                && (candidate.fact.negated || !question.terms.iter().any(same))
        }
    }
}

fn positive(candidate: &Candidate) -> bool {
    !fit::is_negative(candidate)
}

fn hated(question: &Question) -> bool {
    let group = lexicon::group("dislike");
    question.terms.iter().any(|term| group.is_some_and(|group| term.verb_groups.contains(&group)))
}
