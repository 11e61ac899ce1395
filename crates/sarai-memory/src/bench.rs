//! Measures the store: queries and writes at a million facts, repeats taken out, and months of use.
//!
//! Deterministic but for the times: the same seed fills the same file.

mod fill;
mod months;
mod queries;
mod repeats;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::id::{ConversationId, IdError, ModelName, TurnId};
use sarai_core::random::Random;
use serde_json::{Value, json};

use crate::{Memory, MemoryError, Understanding};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub facts: u32,
    /// Times each kind of query is asked.
    pub queries: u32,
    /// Turns written beside the facts.
    pub turns: u32,
    /// Facts of which two thirds are repeats.
    pub repeats: u32,
    pub days: u32,
    pub turns_a_day: u32,
}

impl Size {
    /// What the figures of the documentation are measured with.
    pub const FULL: Size = Size {
        facts: 1_000_000,
        queries: 1_000,
        turns: 500,
        repeats: 150_000,
        days: 90,
        turns_a_day: 200,
    };
}

/// What a measurement is made with.
pub struct Bench<'a> {
    /// An empty folder that may grow to a gigabyte. What is left in it is the caller's to delete.
    pub folder: &'a Path,
    pub clock: Arc<dyn Clock>,
    pub random: &'a dyn Random,
    pub understanding: Understanding,
    pub size: Size,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error(transparent)]
    Memory(#[from] MemoryError),
    #[error(transparent)]
    Id(#[from] IdError),
    #[error("could not measure the size of a file: {0}")]
    Size(#[from] std::io::Error),
}

impl Bench<'_> {
    /// Measures everything, telling `stage` what begins. Times are in milliseconds, each of them
    /// listed.
    pub fn run(&self, stage: &dyn Fn(&str)) -> Result<Value, BenchError> {
        let path = self.folder.join("million.db");
        stage("fill");
        let start = self.clock.elapsed();
        let memory = self.open(&path)?;
        let filled = fill::fill(&memory, self.random, self.size.facts)?;
        let fill_ms = ms(self.clock.elapsed().saturating_sub(start));
        stage("queries");
        let queries = queries::measure(self, &memory, &filled)?;
        stage("writes");
        let writes = months::turns(self, &memory, &filled.person, self.size.turns)?;
        drop(memory);
        let bytes = std::fs::metadata(&path)?.len();
        stage("repeats");
        let repeats = repeats::measure(self)?;
        stage("months");
        let months = months::measure(self)?;
        Ok(json!({
            "bench": "memory",
            "facts": self.size.facts,
            "fill_ms": fill_ms,
            "file_bytes": bytes,
            "queries": queries,
            "writes": writes,
            "repeats": repeats,
            "months": months,
        }))
    }

    fn open(&self, path: &Path) -> Result<Memory, MemoryError> {
        let memory = Memory::open(path, Arc::clone(&self.clock))?;
        Ok(memory.with_understanding(self.understanding.clone()))
    }

    /// Returns a number below `bound`, small ones far more often than large ones, as words and
    /// names are in what people say.
    fn skewed(&self, bound: u32) -> u32 {
        skewed(self.random, bound)
    }

    /// Runs `work` and returns what it returned with the milliseconds it took.
    fn timed<T>(&self, work: impl FnOnce() -> T) -> (T, f64) {
        let start = self.clock.elapsed();
        let done = work();
        (done, ms(self.clock.elapsed().saturating_sub(start)))
    }
}

fn below(random: &dyn Random, bound: u32) -> u32 {
    u32::try_from(random.bits() % u128::from(bound.max(1))).unwrap_or(0)
}

fn skewed(random: &dyn Random, bound: u32) -> u32 {
    let most = below(random, bound) + 1;
    let most = below(random, most) + 1;
    below(random, most)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Returns the percentiles of some times, and the times.
fn spread(name: &str, samples: &[f64]) -> Value {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().map(rounded)
    };
    json!({
        "name": name,
        "p50_ms": at(50),
        "p95_ms": at(95),
        "p99_ms": at(99),
        "max_ms": at(100),
        "samples_ms": samples.iter().copied().map(rounded).collect::<Vec<_>>(),
    })
}

/// Returns a time in whole tenths of a microsecond.
fn rounded(ms: f64) -> f64 {
    (ms * 10_000.0).round() / 10_000.0
}

fn conversation(number: u32) -> Result<ConversationId, IdError> {
    ConversationId::new(format!("bench-{number}"))
}

fn turn(number: u32) -> Result<TurnId, IdError> {
    TurnId::new(format!("bench-{number}"))
}

fn model() -> Result<ModelName, IdError> {
    ModelName::new("bench")
}
