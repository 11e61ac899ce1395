//! The words that answer, out of a fact that fits.

use sarai_core::fact::SPEAKER;

use crate::asking::candidate::{self, Candidate};
use crate::asking::fit::{Fit, Place};
use crate::asking::lexicon;
use crate::asking::phrase;
use crate::asking::question::{Question, Role, Speaker, Wanted};
use crate::asking::times;
use crate::asking::words;
use crate::naming;

/// The most words with meaning that an answer has.
const ANSWER_WORDS_MAX: usize = 8;

/// A text that answers and how surely it is of the kind asked for, from 0 to 1.
pub(super) type Reply = (String, f64);

const PLACE_PREPOSITIONS: &[&str] = &[
    "en", "a", "in", "at", "on", "to", "near", "hacia", "entre", "sobre", "under", "bajo",
    "behind", "into", "inside", "por", "next", "with", "con", "detras", "above",
];
const ORIGIN_PREPOSITIONS: &[&str] = &["de", "desde", "from"];
const COMPANY: &[&str] = &["con", "with"];

/// Returns what the fact answers, the best first; nothing when it does not tell what is asked.
pub(super) fn replies(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let found = match question.wanted {
        Wanted::What | Wanted::Whether => what(question, candidate, fit),
        Wanted::Who => who(question, candidate, fit),
        Wanted::Where => place(question, candidate, fit),
        Wanted::When => when(question, candidate, fit),
        Wanted::Amount => amount(question, candidate, fit),
        Wanted::Duration => duration(question, candidate),
        Wanted::Name => named(question, candidate, fit),
        Wanted::Manner => manner(question, candidate, fit),
        Wanted::Reason => reason(question, candidate),
    };
    let mut replies: Vec<Reply> =
        found.into_iter().map(|(text, sure)| (shown(&text, question), sure)).collect();
    replies.retain(|(text, _)| {
        !text.is_empty()
            && !matches!(text.as_str(), "*" | "sí" | "yes" | "no")
            && content(text) <= ANSWER_WORDS_MAX
    });
    replies
}

/// Returns how many different words with meaning a text has.
fn content(text: &str) -> usize {
    let mut keys = keys(text);
    keys.sort();
    keys.dedup();
    keys.len()
}

fn keys(text: &str) -> Vec<String> {
    candidate::name(text).keys
}

fn shown(text: &str, question: &Question) -> String {
    if text == SPEAKER {
        question.language.pick("tú", "you").to_owned()
    } else {
        text.trim().to_owned()
    }
}

fn object(candidate: &Candidate) -> String {
    candidate.fact.object.clone()
}

fn subject(candidate: &Candidate) -> String {
    candidate.fact.subject.clone()
}

fn what(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    if fit.object_given {
        if !fit.subject_given && !candidate.is_of_speaker() {
            return vec![(subject(candidate), 0.9)];
        }
        if let Some(text) = phrase::longer(question, candidate) {
            return vec![(text, 0.95)];
        }
        // “¿de qué murió?” when only the words it was told with say it.
        if question.preposition.is_none() && fit.relation_met && question.wanted != Wanted::Whether
        {
            let told = phrase::after(question, candidate, &["en", "de", "in", "at", "of", "with"]);
            return told.map(|text| (text, 0.65)).into_iter().collect();
        }
        let preposition =
            question.preposition.as_deref().filter(|_| question.wanted != Wanted::Whether);
        let told =
            preposition.and_then(|preposition| phrase::after(question, candidate, &[preposition]));
        return told.map(|text| (text, 0.7)).into_iter().collect();
    }
    let asked_verb = question.terms.iter().zip(&fit.met).any(|(term, met)| {
        met.place == Place::Nowhere && term.role == Role::Plain && !term.verb_groups.is_empty()
    });
    let mut sure = if asked_verb { 0.7 } else { 1.0 };
    let fits_preposition = question.preposition.as_deref().is_none_or(|preposition| {
        candidate.preposition.is_empty() || candidate.preposition == preposition
    });
    let told_after =
        question.preposition.as_deref().and_then(|wanted| phrase::stands_after(candidate, wanted));
    if !fits_preposition || told_after == Some(false) {
        sure *= 0.9;
    }
    // What somebody works as is not where.
    let work = lexicon::group("work");
    let asks_work = question.terms.iter().any(|term| {
        work.is_some_and(|work| {
            term.verb_groups.contains(&work) || term.noun_groups.contains(&work)
        })
    });
    let asks_place =
        matches!(question.preposition.as_deref(), Some("en" | "para" | "at" | "for" | "in"));
    let placed = !candidate.has_verb(&["ser", "be"])
        && !matches!(candidate.preposition.as_str(), "de" | "as" | "como");
    if asks_work && !asks_place && placed && candidate.in_group(&["work"]) {
        sure *= 0.75;
    }
    vec![(object(candidate), sure)]
}

fn who(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let preposition = question.preposition.as_deref().unwrap_or("");
    if COMPANY.contains(&preposition) {
        if COMPANY.contains(&candidate.preposition.as_str()) && !fit.object_given {
            return vec![(object(candidate), 1.0)];
        }
        return phrase::after(question, candidate, COMPANY)
            .map(|text| (text, 0.9))
            .into_iter()
            .collect();
    }
    if matches!(preposition, "a" | "to" | "for" | "para" | "de" | "from" | "por") {
        let same =
            if matches!(preposition, "a" | "to") { vec!["a", "to"] } else { vec![preposition] };
        if same.contains(&candidate.preposition.as_str()) && !fit.object_given {
            return vec![(object(candidate), 1.0)];
        }
        if let Some(text) = phrase::after(question, candidate, &same) {
            return vec![(text, 0.9)];
        }
    }
    let copula = candidate.has_verb(&["ser", "be", "llamar", "call", "name"]);
    let identity = question.terms.iter().all(|term| {
        matches!(term.role, Role::Name | Role::Party | Role::Light)
            || !term.verb_groups.iter().any(|_| true)
    });
    if identity && fit.subject_given && !candidate.is_of_speaker() {
        // Who somebody is: by the names the question does not say.
        let unsaid = keys(&candidate.fact.subject)
            .iter()
            .any(|key| !question.terms.iter().any(|term| term.key == *key));
        if unsaid && fit.object_given {
            return vec![(subject(candidate), 1.0)];
        }
        if !copula {
            return vec![(object(candidate), 0.4)];
        }
    }
    if identity && candidate.is_of_speaker() && !copula {
        // “mi perro Trufo” says that Trufo is a dog.
        let unsaid = keys(&candidate.fact.object)
            .iter()
            .any(|key| !question.terms.iter().any(|term| term.key == *key));
        let met = fit.met.iter().any(|met| met.place == Place::Object);
        return if unsaid && met { vec![(object(candidate), 0.9)] } else { Vec::new() };
    }
    if fit.object_given && !fit.subject_given {
        return vec![(subject(candidate), if identity && !copula { 0.7 } else { 1.0 })];
    }
    if fit.subject_given
        && !fit.object_given
        && !(candidate.is_of_speaker() && question.speaker != Speaker::Subject && !copula)
    {
        let person = naming::is_proper(&candidate.fact.object)
            || candidate
                .object
                .iter()
                .any(|name| name.keys.iter().any(|key| words::is_gendered(key)));
        return vec![(
            object(candidate),
            match (person, copula) {
                (true, _) => 1.0,
                (false, true) => {
                    if identity {
                        0.8
                    } else {
                        0.85
                    }
                }
                (false, false) => 0.75,
            },
        )];
    }
    if !fit.subject_given && fit.relation_met {
        return vec![(subject(candidate), if candidate.is_of_speaker() { 0.6 } else { 0.9 })];
    }
    // Who somebody is: the other names of whoever the question names.
    if fit.subject_given && !fit.object_given {
        return vec![(object(candidate), 0.7)];
    }
    Vec::new()
}

fn place(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let origin = question
        .preposition
        .as_deref()
        .is_some_and(|preposition| matches!(preposition, "de" | "from"));
    let preposition = candidate.preposition.as_str();
    let wanted = if origin { ORIGIN_PREPOSITIONS } else { PLACE_PREPOSITIONS };
    if !fit.object_given {
        if wanted.contains(&preposition) {
            return vec![(object(candidate), 1.0)];
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

fn when(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let fact = &candidate.fact;
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
            let clock = iso.and_then(|iso| Some(iso.split_once('T')?.1.get(..5)?));
            let more = clock.filter(|clock| !hour.contains(*clock));
            let both = more.map(|clock| format!("{hour}, {clock}"));
            return vec![(both.unwrap_or_else(|| hour.clone()), 1.0)];
        }
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
            found.push((told.clone(), if in_object.is_some() { 1.0 } else { 0.9 }));
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

fn amount(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let has_amount =
        |text: &str| words::words(text).iter().any(|word| words::is_amount(&word.folded));
    let counted = question.terms.iter().any(|term| term.role == Role::Kind);
    if has_amount(&candidate.fact.object) {
        return vec![(object(candidate), 1.0)];
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

fn duration(question: &Question, candidate: &Candidate) -> Vec<Reply> {
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

fn named(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
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
    } else if is_name && !fit.subject_given {
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
    names.iter().filter_map(|name| {
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

fn manner(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let by = phrase::after(question, candidate, &["by", "en", "on", "with", "con", "using"]);
    let mut found: Vec<Reply> = Vec::new();
    if !fit.object_given {
        found.push((object(candidate), 0.8));
    }
    found.extend(by.map(|text| (text, 0.75)));
    found
}

fn reason(question: &Question, candidate: &Candidate) -> Vec<Reply> {
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
