//! Who somebody is and what somebody or something is called.

use crate::asking::candidate::Candidate;
use crate::asking::fit::Fit;
use crate::asking::lexicon;
use crate::asking::meet::{self, Place};
use crate::asking::phrase;
use crate::asking::question::{Question, Role, Speaker};
use crate::asking::reply::{Reply, keys, object, subject};
use crate::asking::words;
use crate::naming;

const COMPANY: &[&str] = &["con", "with"];

/// Returns who is asked for.
pub(super) fn who(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let preposition = question.preposition.as_deref().unwrap_or("");
    let asked = |name: &str| {
        let group = lexicon::group(name);
        group.filter(|group| {
            question
                .terms
                .iter()
                .any(|term| term.verb_groups.contains(group) || term.noun_groups.contains(group))
        })
    };
    // “¿con quién estoy casado?” asks for the name of the husband.
    let partner = ["marry", "couple"].into_iter().filter_map(asked);
    if partner.into_iter().any(|group| meet::is_attribute(candidate, group)) && fit.subject_given {
        let name = others(&candidate.subject_names, question).next();
        let copula = candidate.in_group(&["name"]).then(|| object(candidate));
        return name.or(copula).map(|name| (name, 0.95)).into_iter().collect();
    }
    // “who is my wife?” is answered by whom the speaker married.
    let wed = ["marry", "couple"].into_iter().any(|group| asked(group).is_some())
        && candidate.in_group(&["marry"])
        && candidate.is_of_speaker()
        && fit.relation_met
        && !fit.object_given;
    if wed && preposition.is_empty() {
        return vec![(object(candidate), 0.9)];
    }
    if COMPANY.contains(&preposition) {
        return beside(question, candidate, fit, COMPANY, 0.9);
    }
    if matches!(preposition, "a" | "to" | "for" | "para" | "de" | "from" | "por") {
        let same: &[&str] =
            if matches!(preposition, "a" | "to") { &["a", "to"] } else { &[preposition] };
        let found = beside(question, candidate, fit, same, 0.9);
        if !found.is_empty() {
            return found;
        }
    }
    // “fue restaurada por mi bisabuelo”: who did it stands after the preposition.
    let agent = matches!(candidate.preposition.as_str(), "por" | "by") && !fit.object_given;
    if agent && fit.relation_met && preposition.is_empty() {
        return vec![(object(candidate), 1.0)];
    }
    if let Some(found) = holder(question, candidate, fit) {
        return found;
    }
    let copula = candidate.has_verb(&["ser", "be", "llamar", "call", "name"]);
    let identity = question.terms.iter().all(|term| {
        matches!(term.role, Role::Name | Role::Party | Role::Light) || term.verb_groups.is_empty()
    });
    if identity && let Some(found) = identified(question, candidate, fit, copula) {
        return found;
    }
    if fit.object_given && !fit.subject_given {
        return vec![(subject(candidate), if identity && !copula { 0.7 } else { 1.0 })];
    }
    let other = candidate.is_of_speaker() && question.speaker != Speaker::Subject && !copula;
    if fit.subject_given && !fit.object_given {
        let sure = match (is_person(candidate), copula) {
            _ if other => 0.7,
            (true, _) => 1.0,
            (false, true) if identity => 0.8,
            (false, true) => 0.85,
            (false, false) => 0.75,
        };
        return vec![(object(candidate), sure)];
    }
    if !fit.subject_given && fit.relation_met {
        return vec![(subject(candidate), if candidate.is_of_speaker() { 0.6 } else { 0.9 })];
    }
    Vec::new()
}

/// Returns who has what was lent, and whose birthday it is; `None` when the fact is of another sort.
fn holder(question: &Question, candidate: &Candidate, fit: &Fit) -> Option<Vec<Reply>> {
    let had = lexicon::group("have")?;
    let has = question.terms.iter().any(|term| term.verb_groups.contains(&had));
    if has && fit.object_given && candidate.in_group(&["lend"]) {
        return Some(beside(question, candidate, fit, &["a", "to"], 0.9));
    }
    let name = candidate.subject.first().filter(|name| name.is_somebodys && !name.is_person)?;
    let owner = &name.keys[name.head..];
    let said = |key: &String| question.terms.iter().any(|term| meet::is_same(term, key) > 0.0);
    let light = candidate.has_verb(&["ser", "be", "tener", "have"]);
    if !light || !fit.relation_met || owner.iter().any(said) {
        return None;
    }
    let label = &candidate.fact.subject;
    let owner = match label.split_once("'s ") {
        Some((owner, _)) => owner,
        None => label.split_once(" de ")?.1,
    };
    Some(vec![(owner.to_owned(), 0.95)])
}

/// Returns who is with somebody or to whom it is done: the object of that preposition, else what
/// was told after it.
fn beside(
    question: &Question,
    candidate: &Candidate,
    fit: &Fit,
    prepositions: &[&str],
    sure: f64,
) -> Vec<Reply> {
    if prepositions.contains(&candidate.preposition.as_str()) && !fit.object_given {
        return vec![(object(candidate), 1.0)];
    }
    let told = phrase::after(question, candidate, prepositions);
    let told = told.or_else(|| {
        let given = prepositions.contains(&"to") && candidate.preposition.is_empty();
        given.then(|| phrase::before_object(candidate)).flatten()
    });
    told.map(|text| (text, sure)).into_iter().collect()
}

/// Returns who somebody is, by the names the question does not say; `None` when this fact is of
/// another sort.
fn identified(
    question: &Question,
    candidate: &Candidate,
    fit: &Fit,
    copula: bool,
) -> Option<Vec<Reply>> {
    let says_more = |label: &str| {
        let said = |key: &String| question.terms.iter().any(|term| term.key == *key);
        keys(label).iter().any(|key| !said(key))
    };
    if candidate.is_of_speaker() {
        if copula {
            return None;
        }
        // “mi perro Trufo” says that Trufo is a dog.
        let met = fit.met.iter().any(|met| met.place == Place::Object);
        let found = (met && says_more(&candidate.fact.object)).then(|| (object(candidate), 0.9));
        return Some(found.into_iter().collect());
    }
    let origin = matches!(candidate.preposition.as_str(), "de" | "from" | "en" | "in" | "at");
    let mut found: Vec<Reply> = Vec::new();
    if fit.subject_given && says_more(&candidate.fact.subject) {
        // Who is named is somebody's sister, and the sister has a name.
        let by_name = question.terms.iter().any(|term| term.role == Role::Name);
        let called = others(&candidate.subject_names, question).next().filter(|_| !by_name);
        found.push((called.unwrap_or_else(|| subject(candidate)), 1.0));
        if copula && !origin && !fit.object_given {
            found.push((object(candidate), 0.95));
        }
    }
    if !found.is_empty() || (fit.subject_given && origin) {
        return Some(found);
    }
    // Where somebody works does not say who they are.
    (fit.subject_given && !copula).then(|| vec![(object(candidate), 0.4)])
}

fn is_person(candidate: &Candidate) -> bool {
    let mut keys = candidate.object.iter().flat_map(|name| &name.keys);
    naming::is_proper(&candidate.fact.object) || keys.any(|key| words::is_gendered(key))
}

pub(super) fn named(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let mut found = Vec::new();
    let is_name = candidate.in_group(&["name"]) && !candidate.has_verb(&["decir"]);
    let proper = naming::is_proper(&candidate.fact.object);
    if !fit.object_given {
        if candidate.in_group(&["name"]) {
            // A surname stands in a whole name.
            let surname =
                question.terms.iter().any(|term| matches!(term.key.as_str(), "apellid" | "surnam"));
            let whole = candidate.fact.object.contains(' ') || candidate.has_verb(&["apellidar"]);
            found.push((object(candidate), if surname && !whole { 0.8 } else { 1.0 }));
        } else if candidate.has_verb(&["tener", "have"]) && proper {
            found.push((object(candidate), 0.8));
        } else if candidate.has_verb(&["ser", "be"])
            && fit.subject_given
            && !candidate.is_of_speaker()
        {
            found.push((object(candidate), if proper { 0.95 } else { 0.6 }));
        }
    } else if !fit.subject_given
        && (is_name
            || candidate.has_verb(&["ser", "be"]) && naming::is_proper(&candidate.fact.subject))
    {
        found.push((subject(candidate), 0.8));
    }
    if fit.subject_given && !candidate.is_of_speaker() && question.speaker != Speaker::Subject {
        found.extend(others(&candidate.subject_names, question).map(|name| (name, 0.9)));
    }
    let kin = fit.relation_met && candidate.in_group(&["marry", "couple"]);
    if kin && proper && !fit.object_given {
        found.push((object(candidate), 0.9));
    }
    // “mi perra, la Negrita”: the name of what is had.
    let about_object = question.terms.iter().zip(&fit.met).any(|(term, met)| {
        met.place == Place::Object && matches!(term.role, Role::Party | Role::Plain | Role::Kind)
    });
    if about_object {
        let names: Vec<String> =
            candidate.object.iter().map(|_| candidate.fact.object.clone()).take(1).collect();
        found.extend(others(&names, question).map(|name| (name, 0.85)));
    }
    found
}

/// Returns the proper names among `names`, or in them, that the question does not say itself.
fn others<'a>(names: &'a [String], question: &'a Question) -> impl Iterator<Item = String> + 'a {
    let whole = names.iter().filter(|name| naming::is_proper(name));
    let part = names
        .iter()
        .filter(|name| !naming::is_proper(name) && !name.contains("'s ") && !name.contains(" de "));
    whole.chain(part).filter_map(|name| {
        let proper: Vec<&str> = name
            .split_whitespace()
            .skip_while(|word| !word.starts_with(char::is_uppercase))
            .collect();
        let proper = proper.join(" ");
        let keys = keys(&proper);
        let said = |key: &String| question.terms.iter().any(|term| term.key == *key);
        (!keys.is_empty() && !keys.iter().all(said)).then_some(proper)
    })
}
