//! Evaluates what is learned and answered, item by item, each in a memory of its own.
//!
//! An item and its result are JSON in the format that `eval/memory/README.md` describes. No
//! language model takes part, and nothing is learned from the assistant's turns.

mod score;

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::fact::Fact;
use sarai_core::id::{ConversationId, IdError};
use sarai_core::language::Language;
use sarai_core::text::Text;
use sarai_facts::reading::Role;
use serde_json::{Value, json};

pub use self::score::probes_right;
use crate::{FactFilter, Memory, MemoryError, Understanding, Utterance};

/// The day of turns before any that tells its own.
const FIRST_DAY: Date = jiff::civil::date(2025, 6, 2);

/// Answers to one question.
const ANSWERS_MAX: usize = 5;

/// Why an item could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// It is not in the format.
    #[error("not an item: {0}")]
    Item(String),
    #[error(transparent)]
    Memory(#[from] MemoryError),
    #[error(transparent)]
    Id(#[from] IdError),
}

/// Tells a fresh memory the turns of `item`, asks it the questions, and returns what it keeps and
/// answers. Reads as `understanding` does, in the item's language and in the universal time zone.
pub fn eval_item(item: &Value, understanding: &Understanding) -> Result<Value, EvalError> {
    let language = match item["lang"].as_str() {
        Some("en") => Language::English,
        _ => Language::Spanish,
    };
    let understanding = Understanding {
        language,
        time_zone: TimeZone::UTC,
        learns_from_answers: false,
        ..understanding.clone()
    };
    let memory = Memory::in_memory(Arc::new(Still))?.with_understanding(understanding);
    let person = memory.first_person()?;
    let mut day = FIRST_DAY;
    let mut at = moment(day, 0)?;
    for (place, turn) in (0..).zip(list(&item["turns"])) {
        if let Some(date) = turn["date"].as_str() {
            day = date.parse().map_err(|_| EvalError::Item(format!("`{date}` is no date")))?;
        }
        at = moment(day, place)?;
        let text = turn["text"].as_str();
        let text = text.ok_or_else(|| EvalError::Item("a turn has no text".to_owned()))?;
        let by_assistant = turn["role"].as_str() == Some("assistant");
        memory.ingest(
            &person,
            Utterance {
                conversation: ConversationId::new("evaluation")?,
                role: if by_assistant { Role::Assistant } else { Role::User },
                text: if by_assistant { Text::model(text) } else { Text::user(text) },
                at,
                masked: Vec::new(),
            },
        )?;
    }
    let mut answers = Vec::new();
    for probe in list(&item["probes"]) {
        let question = probe["q"].as_str();
        let question =
            question.ok_or_else(|| EvalError::Item("a probe has no question".to_owned()))?;
        let asked = memory.ask(&person, question, at, ANSWERS_MAX, None)?;
        answers.push(asked.answers.into_iter().map(|answer| answer.text).collect::<Vec<_>>());
    }
    let filter = FactFilter { history: true, ..FactFilter::all(usize::MAX) };
    let mut facts = memory.facts(&person, &filter)?;
    facts.reverse();
    let triples: Vec<Value> = facts.iter().map(triple).collect();
    Ok(json!({ "id": item["id"], "triples": triples, "answers": answers }))
}

/// Returns noon of a day and as many milliseconds later, so that turns of one day keep their order.
fn moment(day: Date, later_ms: i64) -> Result<Timestamp, EvalError> {
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
    let noon = noon.map_err(|error| EvalError::Item(error.to_string()))?;
    Ok(Timestamp(noon.timestamp().as_millisecond().saturating_add(later_ms)))
}

fn triple(fact: &Fact) -> Value {
    let mut triple = json!({
        "subject": fact.subject,
        "relation": fact.relation,
        "object": fact.object,
        "negated": fact.negated,
        "status": fact.status.name(),
        "confidence": fact.confidence,
    });
    if let Some(when) = fact.when.as_ref().or(fact.valid_from.as_ref()) {
        triple["when"] = json!(when);
    }
    triple
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The days come from the items.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}
