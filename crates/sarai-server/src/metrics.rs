//! Figures for Prometheus. What nobody measured is absent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State as Shared};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use sarai_core::engine::{Drafted, EngineHealth, Usage};
use sarai_core::trace::{Stage, TurnTrace};
use sarai_core::turn::{Answer, Learning};

use crate::error::ApiError;
use crate::state::State;
use crate::turns;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/metrics", get(show))
}

/// What is counted while requests are answered.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    turns: Family<TurnLabels, Counter>,
    turn_seconds: Histogram,
    first_token_seconds: Histogram,
    tokens: Family<TokenLabels, Counter>,
    facts: Family<TurnLabels, Counter>,
    memory_write_seconds: Histogram,
    memory_recall_seconds: Histogram,
    drafting: Drafting,
}

/// Sums over all answers in which something was guessed ahead.
#[derive(Default)]
struct Drafting {
    guessed: AtomicU64,
    accepted: AtomicU64,
    fallbacks: AtomicU64,
    /// What their steps took, and what they would have taken one token at a time.
    microseconds: AtomicU64,
    plain_microseconds: AtomicU64,
}

impl Drafting {
    fn note(&self, drafted: Drafted) {
        let add = |sum: &AtomicU64, count: u64| sum.fetch_add(count, Ordering::Relaxed);
        let micros = |ms: f64| Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default();
        let micros = |ms: f64| u64::try_from(micros(ms).as_micros()).unwrap_or(u64::MAX);
        add(&self.guessed, drafted.guessed.into());
        add(&self.accepted, drafted.accepted.into());
        add(&self.fallbacks, drafted.fell_back.into());
        add(&self.microseconds, micros(drafted.ms));
        add(&self.plain_microseconds, micros(drafted.plain_ms));
    }

    /// Adds what was measured; nothing before something was guessed.
    fn register(&self, registry: &mut Registry) {
        let sum = |sum: &AtomicU64| sum.load(Ordering::Relaxed);
        let mut ratio = |name: &str, help: &str, part: u64, whole: u64| {
            if whole > 0 {
                #[expect(clippy::cast_precision_loss, reason = "a gauge needs four digits")]
                let value = part as f64 / whole as f64;
                let gauge = Gauge::<f64, AtomicU64>::default();
                gauge.set(value);
                registry.register(name, help, gauge);
            }
        };
        ratio(
            "speculative_acceptance_rate",
            "Of the tokens guessed ahead, the part that was right, from 0 to 1",
            sum(&self.accepted),
            sum(&self.guessed),
        );
        ratio(
            "speculative_speedup",
            "How many times faster answers with guesses were decoded than they would have been",
            sum(&self.plain_microseconds),
            sum(&self.microseconds),
        );
        if sum(&self.guessed) > 0 {
            let fallbacks = Counter::<u64>::default();
            fallbacks.inc_by(sum(&self.fallbacks));
            let help = "Answers in which guessing ahead was given up";
            registry.register("speculative_fallback", help, fallbacks);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    /// The route's pattern, never the path: paths are as many as clients please.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TurnLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    kind: &'static str,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Stopped,
    Failed,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("sarai");
        let requests = Family::default();
        let turns = Family::default();
        // From a tenth of a second to some seven minutes.
        let turn_seconds = Histogram::new(exponential_buckets(0.1, 2.0, 13));
        let first_token_seconds = Histogram::new(exponential_buckets(0.05, 2.0, 12));
        let tokens = Family::default();
        registry.register("http_requests", "HTTP requests answered", requests.clone());
        registry.register("turns", "Turns ended, by outcome", turns.clone());
        registry.register_with_unit(
            "turn",
            "Time from a turn's beginning to its end",
            Unit::Seconds,
            turn_seconds.clone(),
        );
        registry.register_with_unit(
            "first_token",
            "Time from a turn's beginning to its first words",
            Unit::Seconds,
            first_token_seconds.clone(),
        );
        registry.register(
            "tokens",
            "Tokens of turns: of prompts, of prompts found in the cache, of answers",
            tokens.clone(),
        );
        let facts = Family::default();
        // From half a millisecond to some two seconds.
        let memory_write_seconds = Histogram::new(exponential_buckets(0.0005, 2.0, 13));
        let memory_recall_seconds = Histogram::new(exponential_buckets(0.0005, 2.0, 13));
        registry.register(
            "memory_facts",
            "Facts in messages: stored, mentioned again, superseded; parts refused",
            facts.clone(),
        );
        registry.register_with_unit(
            "memory_write",
            "Time to read a message and write what it tells",
            Unit::Seconds,
            memory_write_seconds.clone(),
        );
        registry.register_with_unit(
            "memory_recall",
            "Time to look for what fits a question",
            Unit::Seconds,
            memory_recall_seconds.clone(),
        );
        Metrics {
            registry,
            requests,
            turns,
            turn_seconds,
            first_token_seconds,
            tokens,
            facts,
            memory_write_seconds,
            memory_recall_seconds,
            drafting: Drafting::default(),
        }
    }

    /// Counts what was learned from a message.
    pub(crate) fn learned(&self, learning: Learning) {
        let add = |outcome, count: u32| {
            self.facts.get_or_create(&TurnLabels { outcome }).inc_by(count.into());
        };
        add("stored", learning.stored);
        add("mentioned", learning.mentioned);
        add("superseded", learning.superseded);
        add("refused", learning.refused);
        self.memory_write_seconds.observe((learning.read_ms + learning.write_ms) / 1000.0);
    }

    fn recalled(&self, trace: &TurnTrace) {
        let recall = trace.stages.iter().find(|stage| stage.stage == Stage::Recall);
        if let Some(recall) = recall {
            self.memory_recall_seconds.observe(recall.ms / 1000.0);
        }
    }

    /// Counts what memory did in a turn, and what was guessed ahead.
    pub(crate) fn answered(&self, answer: &Answer) {
        if let Some(drafted) = answer.trace.drafted {
            self.drafting.note(drafted);
        }
        self.recalled(&answer.trace);
        if let Some(learning) = answer.learned {
            self.learned(learning);
        }
    }

    pub(crate) fn first_words(&self, after: Duration) {
        self.first_token_seconds.observe(after.as_secs_f64());
    }

    pub(crate) fn turn_ended(&self, outcome: Outcome, after: Duration, usage: Option<Usage>) {
        let name = match outcome {
            Outcome::Answered => "answered",
            Outcome::Stopped => "stopped",
            Outcome::Failed => "failed",
        };
        self.turns.get_or_create(&TurnLabels { outcome: name }).inc();
        self.turn_seconds.observe(after.as_secs_f64());
        let Some(usage) = usage else { return };
        let add = |kind, tokens: u32| {
            self.tokens.get_or_create(&TokenLabels { kind }).inc_by(tokens.into());
        };
        add("prompt", usage.prompt_tokens);
        add("cached", usage.cached_tokens);
        add("completion", usage.completion_tokens);
    }
}

/// Counts every request by route and status.
pub(crate) async fn observe(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let route = route.unwrap_or("none").to_owned();
    let response = next.run(request).await;
    let labels = RequestLabels { route, status: response.status().as_u16() };
    state.metrics.requests.get_or_create(&labels).inc();
    response
}

async fn show(Shared(state): Shared<Arc<State>>) -> Result<Response, ApiError> {
    let (health, memory) = turns::look_up(&state, |assistant| {
        let person = assistant.first_person()?;
        // A memory that cannot be read has no size to tell; the turns say what is wrong.
        let stats = assistant.memory().stats(&person).ok();
        let figures = MemoryFigures {
            bytes: stats.map(|stats| stats.bytes),
            leftovers: stats.map(|stats| stats.leftovers),
            recall: assistant.recall_rate(),
        };
        Ok((assistant.engine().health(), figures))
    })
    .await?;
    let mut text = String::new();
    let written = encode_registry(&mut text, &state.metrics.registry)
        .and_then(|()| encode_registry(&mut text, &at_this_moment(&state, &health, &memory)))
        .and_then(|()| encode_eof(&mut text));
    written.map_err(|error| ApiError::internal(format!("write metrics: {error}")))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is known of the memory.
struct MemoryFigures {
    bytes: Option<u64>,
    leftovers: Option<u64>,
    recall: Option<f64>,
}

/// Returns what is known now and was not counted on the way.
fn at_this_moment(state: &State, health: &EngineHealth, memory: &MemoryFigures) -> Registry {
    let mut registry = Registry::with_prefix("sarai");
    let places = state.options.waiting_max.max(1);
    let in_hand = places.saturating_sub(state.places.available_permits());
    let mut gauge = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<u64, AtomicU64>::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge("requests_in_hand", "Requests for the engine, running or waiting", in_hand as u64);
    gauge("engine_active_requests", "Requests the engine works on", health.active.into());
    gauge("engine_waiting_requests", "Requests in the engine's queue", health.waiting.into());
    if let Some(leftovers) = memory.leftovers {
        let help = "Parts of messages that no rule understood and that wait for the model";
        gauge("memory_leftovers", help, leftovers);
    }
    let restarts = Counter::<u64>::default();
    restarts.inc_by(health.restarts.into());
    registry.register("engine_restarts", "Times the engine process was started again", restarts);
    let mut fraction = |name: &str, help: &str, value: f64| {
        let gauge = Gauge::<f64, AtomicU64>::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    if let Some(bytes) = memory.bytes {
        #[expect(clippy::cast_precision_loss, reason = "a gauge needs four digits")]
        let megabytes = bytes as f64 / 1e6;
        fraction("entity_memory_size_mb", "Size of the memory's file, in 10^6 bytes", megabytes);
    }
    if let Some(rate) = memory.recall {
        let help = "Questions answered right by the last evaluation of the memory, from 0 to 1";
        fraction("entity_recall_rate", help, rate);
    }
    if let Some(gigabytes) = resident_gigabytes(health) {
        let gauge = Gauge::<f64, AtomicU64>::default();
        gauge.set(gigabytes);
        registry.register(
            "ram_gb",
            "Resident memory of SARAi and its engine, in 10^9 bytes",
            gauge,
        );
    }
    state.metrics.drafting.register(&mut registry);
    registry
}

/// Returns the memory of this process and of the engine's, or `None` when ours cannot be read.
#[expect(clippy::cast_precision_loss, reason = "a gauge needs four digits")]
fn resident_gigabytes(health: &EngineHealth) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    let bytes = kilobytes.saturating_mul(1024).saturating_add(health.resident_bytes.unwrap_or(0));
    Some(bytes as f64 / 1e9)
}
