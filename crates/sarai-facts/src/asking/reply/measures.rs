//! When, how much and how long.

use crate::asking::candidate::Candidate;
use crate::asking::fit::Fit;
use crate::asking::lists::List;
use crate::asking::meet::{self, Place};
use crate::asking::phrase;
use crate::asking::question::{Question, Role};
use crate::asking::reply::{ANSWER_WORDS_MAX, Reply, content, keys, object};
use crate::asking::{lexicon, times, words};

pub(super) fn when(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let fact = &candidate.fact;
    // The year of a birth is no birthday.
    let birthday = lexicon::group("birthday");
    let yearly = question.terms.iter().any(|term| {
        birthday.is_some_and(|birthday| term.noun_groups.contains(&birthday))
            && term.key != words::key("nacimiento")
    });
    let year = fact.when.as_deref().is_some_and(|when| when.len() == 4);
    if yearly && year && candidate.has_verb(&["nacer", "bear", "born", "be"]) {
        return Vec::new();
    }
    let iso = fact.when.as_deref().or(fact.valid_from.as_deref().filter(|_| {
        question.preposition.as_deref() == Some("desde")
            || question.preposition.as_deref() == Some("since")
    }));
    let dated = iso.and_then(|iso| times::rendered(iso, question.language));
    let in_object = times::told(&fact.object).into_iter().next();
    let mut said = Vec::new();
    if let Some(told) = &in_object {
        said.push(told.text.clone());
    }
    if let Some(evidence) = &fact.evidence {
        said.extend(phrase::nearest_times(question, candidate, fit, &evidence.text));
    }
    // “¿a qué hora?”: what tells the hour comes first, and the day is not asked for.
    if question.terms.iter().any(|term| matches!(term.word.folded.as_str(), "hora" | "time")) {
        said.retain(|told| times::has_hour(told));
        if let Some(hour) = said.first() {
            let clock = iso.and_then(|iso| iso.split_once('T')?.1.get(..5));
            let more = clock.filter(|clock| !hour.contains(*clock));
            let both = more.map(|clock| format!("{hour}, {clock}"));
            return vec![(both.unwrap_or_else(|| hour.clone()), 1.0)];
        }
    }
    if question
        .terms
        .iter()
        .any(|term| matches!(term.word.folded.as_str(), "dia" | "day" | "fecha" | "date"))
    {
        said.sort_by_key(|told| !times::has_day(told));
    }
    said.dedup();
    let mut found = Vec::new();
    match (&dated, said.first()) {
        (Some(dated), Some(told)) => {
            // “jueves” says nothing beside “jueves 9 de octubre”.
            let more = keys(told).iter().any(|key| !keys(dated).contains(key));
            let both = format!("{told}, {dated}");
            if more && content(&both) <= ANSWER_WORDS_MAX {
                found.push((both, 1.0));
            }
            found.push((dated.clone(), 0.98));
            found.push((told.clone(), 0.97));
        }
        (Some(dated), None) => found.push((dated.clone(), 1.0)),
        (None, Some(told)) => {
            found.push((told.clone(), if in_object.is_some() { 1.0 } else { 0.75 }));
        }
        (None, None) => {}
    }
    found.extend(said.into_iter().skip(1).map(|told| (told, 0.8)));
    // “¿cuándo es el yoga?”: a fact that says nothing but a time may say it in unknown words.
    if found.is_empty()
        && fit.subject_given
        && !fit.object_given
        && candidate.in_group(&["birthday", "end", "start"])
    {
        found.push((object(candidate), 0.7));
    }
    found
}

pub(super) fn amount(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let has_amount =
        |text: &str| words::words(text).iter().any(|word| words::is_amount(&word.folded));
    let counted = question.terms.iter().any(|term| term.role == Role::Kind);
    if has_amount(&candidate.fact.object) {
        let fits = counts(question, candidate, fit);
        return fits.then(|| (object(candidate), 1.0)).into_iter().collect();
    }
    if let Some(text) = phrase::amount(question, candidate) {
        return vec![(text, 0.9)];
    }
    let measured = candidate.in_group(&["cost", "earn", "measure", "weigh"]) || fit.relation_met;
    if !counted && !fit.object_given && measured {
        return vec![(object(candidate), 0.8)];
    }
    Vec::new()
}

/// Returns whether the amount is of what is counted: cats are no children, nor years.
fn counts(question: &Question, candidate: &Candidate, fit: &Fit) -> bool {
    let said = |key: &String| question.terms.iter().any(|term| meet::is_same(term, key) > 0.0);
    let rest: Vec<&String> = candidate.object.iter().take(1).flat_map(|name| &name.keys).collect();
    let measure = rest.iter().all(|key| words::is_amount(key) || is_unit(key) || said(key));
    let bare = rest.iter().all(|key| words::is_amount(key) || said(key));
    let age = lexicon::group("age");
    let aged = question.terms.iter().any(|term| {
        age.is_some_and(|age| term.noun_groups.contains(&age) || term.verb_groups.contains(&age))
    });
    let counted = question.terms.iter().zip(&fit.met).find(|(term, _)| term.role == Role::Kind);
    match counted {
        _ if aged => measure,
        Some((term, _)) if is_unit(&term.key) => measure,
        // How old the son is does not tell how many sons there are.
        Some((_, met))
            if met.place == Place::Subject
                && candidate.subject.iter().any(|name| name.is_person) =>
        {
            false
        }
        Some((_, met)) => {
            bare || matches!(met.place, Place::Object | Place::Told | Place::Relation)
                || (met.place == Place::Kind && met.degree > 0.9)
        }
        None => true,
    }
}

fn is_unit(key: &str) -> bool {
    List::Unit.has(key)
        || List::Unit.has(&format!("{key}s"))
        || ["a", "e", "o"].iter().any(|end| List::Unit.has(&format!("{key}{end}")))
}

pub(super) fn duration(question: &Question, candidate: &Candidate) -> Vec<Reply> {
    let mut found: Vec<Reply> = Vec::new();
    if let Some(told) = times::told(&candidate.fact.object).into_iter().next() {
        found.push((told.text, 1.0));
    }
    if let Some(evidence) = &candidate.fact.evidence {
        found.extend(times::told(&evidence.text).into_iter().map(|told| (told.text, 0.9)));
    }
    let since = candidate
        .fact
        .valid_from
        .as_deref()
        .and_then(|since| times::rendered(since, question.language));
    if let Some(since) = since {
        found.push((format!("{} {since}", question.language.pick("desde", "since")), 0.95));
    }
    found
}
