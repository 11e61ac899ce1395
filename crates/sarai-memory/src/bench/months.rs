//! Turns written one by one, as they are in life, and months of them.

use sarai_core::clock::Timestamp;
use sarai_core::engine::Usage;
use sarai_core::id::PersonId;
use sarai_core::text::Text;
use sarai_core::trace::TurnTrace;
use serde_json::{Value, json};

use super::{Bench, BenchError, below, conversation, model, rounded, spread, turn, words};
use crate::{FactFilter, Learned, Memory, NewTurn};

/// Turns of one conversation.
const TURNS_A_CONVERSATION: u32 = 10;

/// Days after which the size is noted.
const WEEK: u32 = 7;

const DAY_MS: i64 = 86_400_000;

/// Writes `count` turns and measures each, read and written.
pub(super) fn turns(
    bench: &Bench<'_>,
    memory: &Memory,
    person: &PersonId,
    count: u32,
) -> Result<Value, BenchError> {
    let start = DAY_MS * 365 * 60;
    let mut samples = Samples::default();
    for number in 0..count {
        samples.take(bench, || write(bench, memory, person, number, start))?;
    }
    Ok(samples.shown())
}

/// Lives `days` days in an empty memory. Returns the times of its turns and how large it grew.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Value, BenchError> {
    let path = bench.folder.join("months.db");
    let memory = bench.open(&path)?;
    let person = memory.first_person()?;
    let mut samples = Samples::default();
    let mut weeks = Vec::new();
    let (days, turns_a_day) = (bench.size.days, bench.size.turns_a_day);
    for day in 0..days {
        for number in day * turns_a_day..(day + 1) * turns_a_day {
            let at = i64::from(day) * DAY_MS;
            samples.take(bench, || write(bench, &memory, &person, number, at))?;
        }
        if day % WEEK == WEEK - 1 {
            weeks.push(memory.stats(&person)?.bytes);
        }
    }
    let stats = memory.stats(&person)?;
    let filter = FactFilter { history: true, ..FactFilter::all(1) };
    let newest = memory.facts(&person, &filter)?.len();
    drop(memory);
    let mut shown = samples.shown();
    shown["days"] = json!(days);
    shown["turns_a_day"] = json!(turns_a_day);
    shown["file_bytes"] = json!(std::fs::metadata(&path)?.len());
    shown["bytes_each_week"] = json!(weeks);
    shown["facts_current"] = json!(stats.facts_current);
    shown["facts_superseded"] = json!(stats.facts_superseded);
    shown["learned_something"] = json!(newest > 0);
    Ok(shown)
}

#[derive(Default)]
struct Samples {
    all: Vec<f64>,
    read: Vec<f64>,
    write: Vec<f64>,
    learned: usize,
}

impl Samples {
    fn take(
        &mut self,
        bench: &Bench<'_>,
        write: impl FnOnce() -> Result<Learned, BenchError>,
    ) -> Result<(), BenchError> {
        let (learned, ms) = bench.timed(write);
        let learned = learned?;
        self.all.push(ms);
        self.read.push(learned.read_ms);
        self.write.push(learned.write_ms);
        self.learned += learned.stored.len() + learned.mentioned.len() + learned.superseded.len();
        Ok(())
    }

    fn shown(&self) -> Value {
        let mut shown = spread("turn", &self.all);
        let [read, write] = [&self.read, &self.write].map(|samples| spread("", samples));
        shown["read_p99_ms"] = read["p99_ms"].clone();
        shown["write_p99_ms"] = write["p99_ms"].clone();
        shown["read_mean_ms"] = json!(mean(&self.read));
        shown["write_mean_ms"] = json!(mean(&self.write));
        shown["turns"] = json!(self.all.len());
        shown["facts_told"] = json!(self.learned);
        shown
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn mean(samples: &[f64]) -> f64 {
    rounded(samples.iter().sum::<f64>() / samples.len().max(1) as f64)
}

fn write(
    bench: &Bench<'_>,
    memory: &Memory,
    person: &PersonId,
    number: u32,
    day_ms: i64,
) -> Result<Learned, BenchError> {
    let [kind, first, second] = [12, 3_000, 3_000].map(|bound| below(bench.random, bound));
    let said = words::said(kind, first, second);
    // An answer is longer than its question.
    let answer = (0..6).map(|more| words::said(kind + more, second, first + more));
    let answer = answer.collect::<Vec<_>>().join(" ");
    let new = NewTurn {
        id: turn(number)?,
        person: person.clone(),
        conversation: conversation(number / TURNS_A_CONVERSATION)?,
        asked: Timestamp(day_ms + i64::from(number)),
        question: Text::user(said),
        answer: Text::model(answer),
        stopped: false,
        model: model()?,
        trace: TurnTrace {
            stages: Vec::new(),
            degraded: Vec::new(),
            usage: Usage { prompt_tokens: 400, cached_tokens: 300, completion_tokens: 90 },
            model: model()?,
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 0.0,
            decode_ms: 0.0,
            drafted: None,
            forced: 0,
        },
        history_digest: None,
    };
    Ok(memory.store(new)?)
}
