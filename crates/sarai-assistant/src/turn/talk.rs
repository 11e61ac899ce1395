//! Talk about the memory itself: what do you know, since when, who told you, forget it.
//!
//! Answered by rule out of the facts, without the model: what is shown is what is kept, and what is
//! deleted does not depend on how well a model understood.

mod say;

use std::ops::ControlFlow;

use sarai_core::engine::{Completion, Constraint, Finish, Usage};
use sarai_core::fact::{Fact, FactId, FactStatus, SPEAKER};
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::turn::{Input, Mode, Reply};
use sarai_memory::{FactFilter, Forget, Forgettable, MemoryError, Talk};

use super::generate::Generated;
use super::history::History;
use super::record::Note;
use crate::{Listener, Parts, forget};

/// Facts that one answer tells, and that one request to forget may take.
const FACTS_TOLD_MAX: usize = 30;

/// The subject of what is told of several people, the speaker among them.
const WE: &str = "nosotros";

/// Answers of a question that count as what is talked about.
const ANSWERS_MAX: usize = 5;

/// A message about the memory itself.
pub(super) struct About {
    talk: Talk,
    language: Language,
}

impl About {
    /// Whether this very message must not be kept: it holds the words that are to be forgotten.
    pub(super) fn leaves_no_trace(&self) -> bool {
        matches!(self.talk, Talk::Forget(_))
    }
}

/// Returns what the message is about when it is about the memory. A client that asks for a form, or
/// offers tools, wants the model.
pub(super) fn about_memory(parts: &Parts, input: &Input, history: &History) -> Option<About> {
    let free = input.constraint == Constraint::Free && input.tools.is_empty();
    if !free || !input.use_memory || input.mode != Mode::Assistant {
        return None;
    }
    let question = history.question()?.as_str();
    let talk = sarai_memory::talk_of(question)?;
    let language = sarai_memory::language_of(question).unwrap_or(parts.language);
    let about = About { talk, language };
    // “¿Qué sabes de París?” is for the model unless something was told about it.
    match &about.talk {
        Talk::KnowAbout { subject } if subject != SPEAKER => {
            let facts = facts_about(parts, input, subject).ok()?;
            (!facts.is_empty()).then_some(about)
        }
        Talk::SinceWhen { what: Some(what) } | Talk::WhoTold { what: Some(what) } => {
            let facts = talked_about(parts, input, history, Some(what)).ok()?;
            (!facts.is_empty()).then_some(about)
        }
        _ => Some(about),
    }
}

/// Answers it. A memory that cannot be read says so: there is nothing else to answer with.
pub(super) fn reply_to(
    parts: &Parts,
    input: &Input,
    history: &History,
    about: &About,
    listener: &mut Listener<'_>,
    note: &mut Note,
) -> Generated {
    let text = words(parts, input, history, about).unwrap_or_else(|error| {
        let lacking = about.language.pick("no se pudo mirar la memoria", "memory is out of reach");
        note.degraded(lacking, &error, parts.language);
        say::out_of_reach(about.language)
    });
    // The words are whole already: a caller who is gone cannot stop them any more.
    let _: ControlFlow<()> = listener(Reply::Text { text: &text, logprobs: &[] });
    Generated { completion: completion(parts, &text), text, tool_calls: vec![], logprobs: vec![] }
}

/// No model spoke; the default one stands where a model must be named.
fn completion(parts: &Parts, text: &str) -> Completion {
    let models = parts.engine.models();
    let model = models.into_iter().next().map(|model| model.name);
    Completion {
        model: model.unwrap_or_else(unnamed_model),
        text: text.to_owned(),
        finish: Finish::End,
        usage: Usage::default(),
        messages_dropped: 0,
        queued_ms: 0.0,
        prefill_ms: 0.0,
        decode_ms: 0.0,
        drafted: None,
        forced: 0,
        grammar_ms: 0.0,
    }
}

#[expect(clippy::expect_used, reason = "a literal that is a name")]
fn unnamed_model() -> ModelName {
    ModelName::new("memory").expect("`memory` is a name")
}

fn words(
    parts: &Parts,
    input: &Input,
    history: &History,
    about: &About,
) -> Result<String, MemoryError> {
    let language = about.language;
    match &about.talk {
        Talk::KnowAbout { subject } => {
            let facts = facts_about(parts, input, subject)?;
            Ok(say::what_is_known(subject, &facts, language))
        }
        Talk::SinceWhen { what } => {
            let facts = talked_about(parts, input, history, what.as_deref())?;
            Ok(say::since_when(&facts, language))
        }
        Talk::WhoTold { what } => {
            let facts = talked_about(parts, input, history, what.as_deref())?;
            Ok(say::who_told(&facts, language))
        }
        Talk::Forget(what) => forget_it(parts, input, history, what, language),
    }
}

/// Returns what holds about `subject`: said of it, or saying something of it.
fn facts_about(parts: &Parts, input: &Input, subject: &str) -> Result<Vec<Fact>, MemoryError> {
    let all = FactFilter::all(FACTS_TOLD_MAX + 1);
    let of = FactFilter { subject: Some(subject.to_owned()), ..all.clone() };
    let mut facts = parts.memory.facts(&input.person, &of)?;
    // What holds of “us” holds of the speaker.
    let others = if subject == SPEAKER {
        FactFilter { subject: Some(WE.to_owned()), ..all }
    } else {
        FactFilter { object: Some(subject.to_owned()), ..all }
    };
    for fact in parts.memory.facts(&input.person, &others)? {
        if !facts.iter().any(|known| known.id == fact.id) {
            facts.push(fact);
        }
    }
    Ok(facts)
}

/// Returns the facts that `what` asks for; without it, those of the question before this one.
fn talked_about(
    parts: &Parts,
    input: &Input,
    history: &History,
    what: Option<&str>,
) -> Result<Vec<Fact>, MemoryError> {
    let earlier = history.question_before();
    let Some(what) = what.or(earlier) else { return Ok(Vec::new()) };
    if let Some(Talk::KnowAbout { subject }) = sarai_memory::talk_of(what) {
        return facts_about(parts, input, &subject);
    }
    let asked = parts.memory.ask(&input.person, what, parts.clock.now(), ANSWERS_MAX, None)?;
    let best = asked.answers.first().map_or(0.0, |answer| answer.score);
    let near = asked.answers.into_iter().filter(|answer| answer.score >= best * 0.9);
    let mut facts: Vec<Fact> = near.map(|answer| answer.fact).collect();
    if facts.is_empty()
        && let Some(conversation) = &history.conversation
    {
        // It was no question: what was told there is what is talked about.
        facts = parts.memory.told_in(&input.person, conversation, what)?;
    }
    Ok(facts)
}

fn forget_it(
    parts: &Parts,
    input: &Input,
    history: &History,
    what: &Forgettable,
    language: Language,
) -> Result<String, MemoryError> {
    let facts = match what {
        Forgettable::Fact(words) => talked_about(parts, input, history, Some(words))?,
        Forgettable::About(subject) if subject != SPEAKER => facts_about(parts, input, subject)?,
        Forgettable::Last => match (history.question_before(), &history.conversation) {
            (Some(last), Some(conversation)) => {
                parts.memory.told_in(&input.person, conversation, last)?
            }
            _ => Vec::new(),
        },
        // Too much to lose to a misread sentence: the command line asks again.
        Forgettable::About(_) | Forgettable::Everything => {
            let stats = parts.memory.stats(&input.person)?;
            return Ok(say::not_everything(&stats, language));
        }
    };
    let believed = facts.iter().filter(|fact| fact.status != FactStatus::Superseded);
    let ids: Vec<FactId> = believed.map(|fact| fact.id).collect();
    let mut gone = Vec::new();
    let mut turns = 0;
    for id in ids {
        let forgotten = forget::forget(parts, &input.person, Forget::Fact(id))?;
        turns += forgotten.turns;
        gone.extend(forgotten.facts);
    }
    Ok(say::forgotten(&gone, turns, language))
}
