//! The words that answer, out of a fact that fits.

use sarai_core::fact::SPEAKER;

use crate::asking::candidate::{self, Candidate};
use crate::asking::fit::Fit;
use crate::asking::lexicon;
use crate::asking::meet::Place;
use crate::asking::phrase;
use crate::asking::question::{Question, Role, Wanted};
use crate::naming;

mod circumstances;
mod measures;
mod people;

/// The most words with meaning that an answer has.
const ANSWER_WORDS_MAX: usize = 8;

/// A text that answers and how surely it is of the kind asked for, from 0 to 1.
pub(super) type Reply = (String, f64);

/// Returns what the fact answers, the best first; nothing when it does not tell what is asked.
pub(super) fn replies(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    let found = match question.wanted {
        Wanted::What | Wanted::Whether | Wanted::Open => what(question, candidate, fit),
        Wanted::Who => people::who(question, candidate, fit),
        Wanted::Where => circumstances::place(question, candidate, fit),
        Wanted::When => measures::when(question, candidate, fit),
        Wanted::Amount => measures::amount(question, candidate, fit),
        Wanted::Duration => measures::duration(question, candidate),
        Wanted::Name => people::named(question, candidate, fit),
        Wanted::Manner => circumstances::manner(question, candidate, fit),
        Wanted::Reason => circumstances::reason(question, candidate),
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

/// Returns who or what the fact is about, with the name they have if the label leaves it out.
fn subject(candidate: &Candidate) -> String {
    let label = &candidate.fact.subject;
    let said = keys(label);
    let more = |name: &&String| {
        naming::is_proper(name) && !keys(name).iter().any(|key| said.contains(key))
    };
    match candidate.subject_names.iter().find(more) {
        Some(name) if *label != SPEAKER => format!("{label} {name}"),
        _ => label.clone(),
    }
}

fn what(question: &Question, candidate: &Candidate, fit: &Fit) -> Vec<Reply> {
    if fit.object_given && question.offers && fit.relation_met && fit.subject_given {
        return vec![(object(candidate), 1.0)];
    }
    if fit.object_given {
        if !fit.subject_given && !candidate.is_of_speaker() {
            return vec![(subject(candidate), 0.9)];
        }
        if let Some(text) = phrase::longer(question, candidate) {
            return vec![(text, 0.95)];
        }
        // “¿de qué murió?” when only the words it was told with say it.
        if question.preposition.is_none() && fit.relation_met && question.wanted != Wanted::Open {
            let told = phrase::after(question, candidate, &["en", "de", "in", "at", "of", "with"]);
            return told.map(|text| (text, 0.65)).into_iter().collect();
        }
        let preposition =
            question.preposition.as_deref().filter(|_| question.wanted != Wanted::Open);
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
    // “¿qué estudia?” asks for no place.
    let placed =
        matches!(candidate.preposition.as_str(), "en" | "in" | "at" | "desde" | "con" | "with");
    if question.preposition.is_none() && placed && question.wanted == Wanted::What {
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
