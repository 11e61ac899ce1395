//! Evaluates recall on `LoCoMo`: long conversations between two people, questions about them, and
//! for each question the turns that answer it.
//!
//! Every conversation is told to a memory of its own; a question then ranks its turns and sessions
//! as [`Memory::passages`] does. No language model takes part. The data set is somebody else's and
//! is read from a file, `locomo10.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::id::{ConversationId, IdError, PersonId};
use sarai_core::text::Text;
use sarai_core::vector::Embed;
use sarai_facts::reading::Role;
use serde_json::{Map, Value, json};

use crate::{Memory, MemoryError, Understanding, Utterance};

/// Places of a list that are looked at.
const PLACES: [usize; 3] = [1, 5, 10];
const LIMIT: usize = 10;

/// Utterances whose vectors are made at once.
const VECTORS_TOGETHER: usize = 64;

/// The first five conversations were used to tune the ranking.
const TUNED: usize = 5;

/// The category of questions that have no answer, only turns that mislead.
const ADVERSARIAL: i64 = 5;

/// Characters of a token, about.
const TOKEN_CHARS: f64 = 4.0;

/// Why the data could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum LocomoError {
    #[error("not LoCoMo: {0}")]
    Data(String),
    #[error(transparent)]
    Memory(#[from] MemoryError),
    #[error(transparent)]
    Id(#[from] IdError),
}

/// Evaluates all conversations in `data` and returns the figures: for sessions and turns, how often
/// any and all of the evidence is among the first, and what part of it. `clock` measures.
pub fn evaluate(
    data: &Value,
    understanding: &Understanding,
    clock: &Arc<dyn Clock>,
) -> Result<Value, LocomoError> {
    let conversations = data.as_array().ok_or_else(|| wrong("no list of conversations"))?;
    let mut parts: BTreeMap<String, Figures> = BTreeMap::new();
    let mut vectors_ms = 0.0;
    for (place, conversation) in conversations.iter().enumerate() {
        let told = Told::new(&conversation["conversation"], understanding, clock)?;
        vectors_ms += told.vectors_ms;
        let half = if place < TUNED { "conversations 1-5" } else { "conversations 6-10" };
        for question in list(&conversation["qa"]) {
            let evidence = evidence(question);
            if evidence.is_empty() {
                continue;
            }
            let category = question["category"].as_i64().unwrap_or_default();
            let kind = if category == ADVERSARIAL { "category 5" } else { "categories 1-4" };
            let found = told.ask(question["question"].as_str().unwrap_or_default())?;
            let parts_of = [
                "all".to_owned(),
                half.to_owned(),
                kind.to_owned(),
                format!("{half}, {kind}"),
                format!("category {category}"),
            ];
            // Category five is its own kind.
            for part in parts_of.into_iter().collect::<BTreeSet<_>>() {
                parts.entry(part).or_default().add(&found, &evidence);
            }
        }
    }
    let mut all = parts.remove("all").map(Figures::json).unwrap_or_default();
    all["vectors_ms"] = json!(rounded(vectors_ms));
    let parts: Map<String, Value> =
        parts.into_iter().map(|(part, figures)| (part, figures.json())).collect();
    all["parts"] = Value::Object(parts);
    Ok(all)
}

/// One conversation, told to a memory.
struct Told {
    memory: Memory,
    person: PersonId,
    /// The name of each turn in the data, by its id in the memory.
    names: BTreeMap<String, String>,
    clock: Arc<dyn Clock>,
    timed: Option<Arc<Timed>>,
    /// How long the vectors of all turns took.
    vectors_ms: f64,
}

impl Told {
    fn new(
        conversation: &Value,
        understanding: &Understanding,
        clock: &Arc<dyn Clock>,
    ) -> Result<Told, LocomoError> {
        let timed = understanding.embed.as_ref().map(|embed| {
            let (embed, clock) = (Arc::clone(embed), Arc::clone(clock));
            Arc::new(Timed { embed, clock, spent: Mutex::default() })
        });
        let plain =
            Understanding { embed: None, time_zone: TimeZone::UTC, ..understanding.clone() };
        let memory = Memory::in_memory(Arc::clone(clock))?.with_understanding(plain.clone());
        let person = memory.first_person()?;
        let mut names = BTreeMap::new();
        for number in 1.. {
            let session = &conversation[format!("session_{number}")];
            let start = &conversation[format!("session_{number}_date_time")];
            // A time without turns is that of a session that was left out.
            if start.is_null() {
                break;
            }
            let start = moment(start.as_str().unwrap_or_default())?;
            for (place, turn) in (0..).zip(list(session)) {
                let said = Utterance {
                    conversation: ConversationId::new(format!("D{number}"))?,
                    role: Role::User,
                    text: Text::user(words(turn)),
                    at: Timestamp(start.0 + place * 1_000),
                    masked: Vec::new(),
                };
                let id = memory.ingest(&person, said)?.turn;
                let name = turn["dia_id"].as_str().unwrap_or_default();
                names.insert(id.as_str().to_owned(), name.to_owned());
            }
        }
        let start = clock.elapsed();
        if let Some(timed) = &timed {
            let embed: Arc<dyn Embed> = Arc::<Timed>::clone(timed);
            memory.set_understanding(Understanding { embed: Some(embed), ..plain });
            while memory.embed_pending(VECTORS_TOGETHER)? > 0 {}
        }
        let vectors_ms = milliseconds(clock.elapsed().saturating_sub(start));
        Ok(Told { memory, person, names, clock: Arc::clone(clock), timed, vectors_ms })
    }

    fn ask(&self, question: &str) -> Result<Found, LocomoError> {
        if let Some(timed) = &self.timed {
            timed.take();
        }
        let start = self.clock.elapsed();
        let passages = self.memory.passages(&self.person, question, LIMIT)?;
        let spent = self.clock.elapsed().saturating_sub(start);
        let embedding = self.timed.as_ref().map(|timed| timed.take()).unwrap_or_default();
        let name = |id: &str| self.names.get(id).cloned().unwrap_or_default();
        Ok(Found {
            turns: passages.turns.iter().map(|turn| name(turn.turn.as_str())).collect(),
            sessions: passages.conversations.iter().map(|(id, _)| id.as_str().to_owned()).collect(),
            characters: passages.turns.iter().map(|turn| turn.text.chars().count()).sum(),
            ms: milliseconds(spent),
            embedding_ms: milliseconds(embedding),
        })
    }
}

/// Measures what the vectors of questions take.
struct Timed {
    embed: Arc<dyn Embed>,
    clock: Arc<dyn Clock>,
    spent: Mutex<Duration>,
}

impl Timed {
    /// Returns what was spent since the last time.
    fn take(&self) -> Duration {
        std::mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Embed for Timed {
    fn model(&self) -> &str {
        self.embed.model()
    }

    fn dimensions(&self) -> usize {
        self.embed.dimensions()
    }

    fn passage(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.embed.passage(text)
    }

    fn query(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let start = self.clock.elapsed();
        let vector = self.embed.query(text);
        let spent = self.clock.elapsed().saturating_sub(start);
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += spent;
        vector
    }
}

/// What one question found, best first.
struct Found {
    turns: Vec<String>,
    sessions: Vec<String>,
    characters: usize,
    ms: f64,
    embedding_ms: f64,
}

/// The figures of some questions.
#[derive(Default)]
struct Figures {
    turns: Ranks,
    sessions: Ranks,
    characters: f64,
    ms: Vec<f64>,
    embedding_ms: Vec<f64>,
}

impl Figures {
    fn add(&mut self, found: &Found, evidence: &BTreeSet<String>) {
        self.turns.add(&found.turns, evidence);
        let sessions = evidence.iter().filter_map(|turn| turn.split(':').next());
        self.sessions.add(&found.sessions, &sessions.map(str::to_owned).collect());
        self.characters += count(found.characters);
        self.ms.push(found.ms);
        self.embedding_ms.push(found.embedding_ms);
    }

    fn json(mut self) -> Value {
        json!({
            "questions": self.turns.questions,
            "session": self.sessions.json(),
            "turn": self.turns.json(),
            "tokens@10": rounded(self.characters / TOKEN_CHARS / count(self.turns.questions)),
            "latency_ms": percentiles(&mut self.ms),
            "embedding_ms": percentiles(&mut self.embedding_ms),
        })
    }
}

/// How well lists hold their evidence: sums over questions.
#[derive(Default)]
struct Ranks {
    questions: usize,
    any: [f64; PLACES.len()],
    all: [f64; PLACES.len()],
    fraction: [f64; PLACES.len()],
    reciprocal: f64,
}

impl Ranks {
    fn add(&mut self, found: &[String], evidence: &BTreeSet<String>) {
        self.questions += 1;
        for (place, first) in PLACES.into_iter().enumerate() {
            let first: BTreeSet<&String> = found.iter().take(first).collect();
            let hits = evidence.iter().filter(|one| first.contains(one)).count();
            self.any[place] += f64::from(u8::from(hits > 0));
            self.all[place] += f64::from(u8::from(hits == evidence.len()));
            self.fraction[place] += count(hits) / count(evidence.len());
        }
        let rank = found.iter().position(|one| evidence.contains(one));
        self.reciprocal += rank.map_or(0.0, |rank| 1.0 / count(rank + 1));
    }

    fn json(&self) -> Value {
        let mut figures = Map::new();
        for (name, sums) in [("any", self.any), ("all", self.all), ("fraction", self.fraction)] {
            for (place, sum) in PLACES.iter().zip(sums) {
                figures.insert(format!("{name}@{place}"), self.mean(sum));
            }
        }
        figures.insert("mrr".to_owned(), self.mean(self.reciprocal));
        Value::Object(figures)
    }

    fn mean(&self, sum: f64) -> Value {
        json!((sum / count(self.questions) * 10_000.0).round() / 10_000.0)
    }
}

fn percentiles(times: &mut [f64]) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |percent| times.get(times.len().saturating_sub(1) * percent / 100);
    let at = |percent| at(percent).map_or(Value::Null, |ms| json!(rounded(*ms)));
    json!({ "p50": at(50), "p95": at(95) })
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "numbers of questions are far below 2^52")]
fn count(count: usize) -> f64 {
    count as f64
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn wrong(what: impl Into<String>) -> LocomoError {
    LocomoError::Data(what.into())
}

/// Returns what is said in a turn, with who says it and what a picture shows.
fn words(turn: &Value) -> String {
    let part = |name: &str| turn[name].as_str().unwrap_or_default();
    let said = format!("{}: {} {}", part("speaker"), part("text"), part("blip_caption"));
    said.trim_end().to_owned()
}

/// Returns the turns that answer a question, such as `D3:7`; some entries hold several.
fn evidence(question: &Value) -> BTreeSet<String> {
    let is_name = |word: &&str| {
        let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        word.strip_prefix('D')
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(session, turn)| number(session) && number(turn))
    };
    list(&question["evidence"])
        .filter_map(Value::as_str)
        .flat_map(|entry| entry.split([' ', ',', ';']))
        .filter(is_name)
        .map(str::to_owned)
        .collect()
}

/// Reads a time such as `1:56 pm on 8 May, 2023`.
fn moment(text: &str) -> Result<Timestamp, LocomoError> {
    let time = DateTime::strptime("%I:%M %p on %d %B, %Y", text.trim())
        .and_then(|time| time.to_zoned(TimeZone::UTC))
        .map_err(|_| wrong(format!("`{text}` is no time")))?;
    Ok(Timestamp(time.timestamp().as_millisecond()))
}
