//! Where, how and why.

use crate::asking::candidate::Candidate;
use crate::asking::fit::Fit;
use crate::asking::lists::List;
use crate::asking::phrase;
use crate::asking::question::{Question, Role};
use crate::asking::reply::{Reply, object, subject};
use crate::asking::{times, words};
use crate::fold::fold;
use crate::naming;

const PLACE_PREPOSITIONS: &[&str] = &[
    "en", "a", "in", "at", "on", "to", "near", "hacia", "entre", "sobre", "under", "bajo",
    "behind", "into", "inside", "por", "next", "with", "con", "detras", "above",
];
/// Verbs that say how somebody gets somewhere.
const WAYS: &[&str] =
    &["walk", "cycle", "bike", "drive", "run", "fly", "sail", "caminar", "andar", "pedalear"];
const ORIGIN_PREPOSITIONS: &[&str] = &["de", "desde", "from"];

pub(super) fn place(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let origin = question
        .preposition
        .as_deref()
        .is_some_and(|preposition| matches!(preposition, "de" | "from"));
    let preposition = candidate.preposition.as_str();
    let wanted = if origin { ORIGIN_PREPOSITIONS } else { PLACE_PREPOSITIONS };
    if !fit.object_given {
        // With whom somebody lives is no place, nor is the year of a birth.
        let company = matches!(preposition, "con" | "with")
            && (is_somebody(candidate) || candidate.in_group(&["live", "work", "go"]));
        if company || times::is_time(&candidate.fact.object) {
            return Vec::new();
        }
        if wanted.contains(&preposition) {
            return vec![(object(candidate), exactness(question, candidate))];
        }
        if origin && candidate.in_group(&["come", "born"]) {
            return vec![(object(candidate), 0.95)];
        }
        let placed = candidate.in_group(&["live", "work", "place", "born", "go", "come", "move"]);
        // What is studied, bought or eaten is no place by itself.
        let perhaps = candidate.in_group(&["study", "buy", "eat"]);
        if (placed || perhaps) && !origin && preposition.is_empty() {
            let told = phrase::after(question, candidate, wanted);
            let mut found = vec![(object(candidate), if placed { 0.85 } else { 0.7 })];
            found.extend(told.map(|text| (text, 0.8)));
            return found;
        }
    }
    // “una parcela con olivos en Martos”: what something is with comes after where it is.
    let inside = &["en", "in", "at"][..];
    if !origin && let Some(text) = phrase::after(question, candidate, inside) {
        let named = fit.relation_met && !fit.object_given;
        let named = named && naming::is_proper(&candidate.fact.object);
        let mut found = vec![(text, 0.85)];
        found.extend(named.then(|| (object(candidate), 0.9)));
        return found;
    }
    let named = naming::is_proper(&candidate.fact.object) && fit.relation_met && !fit.object_given;
    if let Some(text) = phrase::after(question, candidate, wanted) {
        let mut found = vec![(text, 0.85)];
        found.extend(named.then(|| (object(candidate), 0.9)));
        return found;
    }
    if named && !origin {
        return vec![(object(candidate), 0.9)];
    }
    if fit.subject_given
        && !fit.object_given
        && candidate.has_verb(&["ser", "be", "estar", "tener", "have", "haber"])
    {
        return vec![(object(candidate), 0.65)];
    }
    if fit.object_given
        && !fit.subject_given
        && !candidate.is_of_speaker()
        && candidate.in_group(&["have"])
    {
        return vec![(subject(candidate), 0.6)];
    }
    Vec::new()
}

/// Returns how well the object of a place answers: “cerca de la plaza” less than a name, and least
/// where a city is asked for.
fn exactness(question: &Question, candidate: &Candidate) -> f64 {
    let object = &candidate.fact.object;
    let first = fold(object.split(' ').next().unwrap_or_default());
    let of_city = question
        .terms
        .iter()
        .any(|term| term.role == Role::Kind && List::CityKind.has(&term.word.folded));
    let vague = List::Beside.has(&first) || words::is_amount(&first);
    match (vague, of_city) {
        (true, true) => 0.6,
        (true, false) => 0.85,
        (false, true) if List::PartOfCity.has(&first) => 0.7,
        (false, false) if List::PartOfCity.has(&first) => 0.95,
        (false, true) if !naming::is_proper(object) && candidate.in_group(&["work"]) => 0.8,
        (false, _) => 1.0,
    }
}

/// Returns whether the object is somebody and no place.
fn is_somebody(candidate: &Candidate) -> bool {
    candidate.object.iter().any(|name| name.is_person)
}

pub(super) fn manner(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let by = phrase::after(question, candidate, &["by", "en", "on", "with", "con", "using"]);
    let mut found: Vec<Reply> = Vec::new();
    if !fit.object_given {
        found.push((object(candidate), 0.8));
    }
    found.extend(by.map(|text| (text, 0.75)));
    // `walk_to | work` tells by its verb how somebody gets there.
    let verb = candidate.fact.relation.split('_').next().unwrap_or_default();
    if fit.object_given && WAYS.contains(&verb) {
        found.push((verb.to_owned(), 0.9));
    }
    found
}

pub(super) fn reason(question: &Question, candidate: &Candidate) -> Vec<Reply> {
    let told = phrase::clause_after(candidate, &["porque", "because", "since", "ya"]);
    if let Some(told) = told {
        return vec![(told, 1.0)];
    }
    if let Some(told) = phrase::after(question, candidate, &["por", "for"]) {
        return vec![(told, 0.8)];
    }
    let causes = matches!(candidate.preposition.as_str(), "por" | "para" | "because" | "for");
    if causes { vec![(object(candidate), 0.8)] } else { Vec::new() }
}
