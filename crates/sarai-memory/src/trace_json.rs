//! Traces as JSON in a column. Core types are not serializable: these are, and are converted by hand.

use sarai_core::engine::{Drafted, Usage};
use sarai_core::id::ModelName;
use sarai_core::trace::{Degraded, Stage, StageTrace, TurnTrace};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct TraceRow {
    stages: Vec<StageRow>,
    degraded: Vec<DegradedRow>,
    usage: UsageRow,
    model: String,
    messages_dropped: u32,
    queued_ms: f64,
    prefill_ms: f64,
    decode_ms: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drafted: Option<DraftedRow>,
    /// Missing in the traces of earlier versions.
    #[serde(default)]
    forced: u32,
}

#[derive(Serialize, Deserialize)]
struct DraftedRow {
    guessed: u32,
    accepted: u32,
    fell_back: bool,
    ms: f64,
    plain_ms: f64,
}

#[derive(Serialize, Deserialize)]
struct StageRow {
    stage: String,
    ms: f64,
    used: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct DegradedRow {
    stage: String,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the fields in the core")]
struct UsageRow {
    prompt_tokens: u32,
    cached_tokens: u32,
    completion_tokens: u32,
}

/// Returns `trace` as JSON. A figure that is not a number is kept as 0: JSON has no word for it.
pub(crate) fn write(trace: &TurnTrace) -> Result<String, serde_json::Error> {
    serde_json::to_string(&TraceRow {
        stages: trace
            .stages
            .iter()
            .map(|stage| StageRow {
                stage: stage.stage.name().to_owned(),
                ms: finite(stage.ms),
                used: stage.used.clone(),
            })
            .collect(),
        degraded: trace
            .degraded
            .iter()
            .map(|degraded| DegradedRow {
                stage: degraded.stage.name().to_owned(),
                reason: degraded.reason.clone(),
            })
            .collect(),
        usage: UsageRow {
            prompt_tokens: trace.usage.prompt_tokens,
            cached_tokens: trace.usage.cached_tokens,
            completion_tokens: trace.usage.completion_tokens,
        },
        model: trace.model.as_str().to_owned(),
        messages_dropped: trace.messages_dropped,
        queued_ms: finite(trace.queued_ms),
        prefill_ms: finite(trace.prefill_ms),
        decode_ms: finite(trace.decode_ms),
        drafted: trace.drafted.map(|drafted| DraftedRow {
            guessed: drafted.guessed,
            accepted: drafted.accepted,
            fell_back: drafted.fell_back,
            ms: finite(drafted.ms),
            plain_ms: finite(drafted.plain_ms),
        }),
        forced: trace.forced,
    })
}

/// Reads what [`write()`] wrote; `None` for anything else.
pub(crate) fn read(json: &str) -> Option<TurnTrace> {
    let row: TraceRow = serde_json::from_str(json).ok()?;
    Some(TurnTrace {
        stages: row
            .stages
            .into_iter()
            .map(|stage| {
                Some(StageTrace {
                    stage: stage_named(&stage.stage)?,
                    ms: stage.ms,
                    used: stage.used,
                })
            })
            .collect::<Option<_>>()?,
        degraded: row
            .degraded
            .into_iter()
            .map(|degraded| {
                Some(Degraded { stage: stage_named(&degraded.stage)?, reason: degraded.reason })
            })
            .collect::<Option<_>>()?,
        usage: Usage {
            prompt_tokens: row.usage.prompt_tokens,
            cached_tokens: row.usage.cached_tokens,
            completion_tokens: row.usage.completion_tokens,
        },
        model: ModelName::new(row.model).ok()?,
        messages_dropped: row.messages_dropped,
        queued_ms: row.queued_ms,
        prefill_ms: row.prefill_ms,
        decode_ms: row.decode_ms,
        drafted: row.drafted.map(|row| Drafted {
            guessed: row.guessed,
            accepted: row.accepted,
            fell_back: row.fell_back,
            ms: row.ms,
            plain_ms: row.plain_ms,
        }),
        forced: row.forced,
    })
}

fn stage_named(name: &str) -> Option<Stage> {
    Stage::ALL.into_iter().find(|stage| stage.name() == name)
}

fn finite(ms: f64) -> f64 {
    if ms.is_finite() { ms } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use sarai_core::engine::{Drafted, Usage};
    use sarai_core::id::ModelName;
    use sarai_core::trace::{Degraded, Stage, StageTrace, TurnTrace};

    fn full() -> TurnTrace {
        TurnTrace {
            stages: Stage::ALL
                .map(|stage| StageTrace { stage, ms: 1.25, used: vec!["«turno»".to_owned()] })
                .to_vec(),
            degraded: vec![Degraded { stage: Stage::Recall, reason: "no disk".to_owned() }],
            usage: Usage { prompt_tokens: 3, cached_tokens: 2, completion_tokens: 1 },
            model: ModelName::new("scripted").unwrap(),
            messages_dropped: 4,
            queued_ms: 5.5,
            prefill_ms: 6.5,
            decode_ms: 7.5,
            drafted: Some(Drafted {
                guessed: 9,
                accepted: 7,
                fell_back: true,
                ms: 2.5,
                plain_ms: 3.5,
            }),
            forced: 6,
        }
    }

    #[test]
    fn a_trace_survives_the_round_trip() {
        let trace = full();
        assert_eq!(read(&write(&trace).unwrap()), Some(trace));
    }

    #[test]
    fn a_figure_that_is_no_number_is_zero() {
        let trace = TurnTrace { decode_ms: f64::NAN, queued_ms: f64::INFINITY, ..full() };
        let expected = TurnTrace { decode_ms: 0.0, queued_ms: 0.0, ..full() };
        assert_eq!(read(&write(&trace).unwrap()), Some(expected));
    }

    #[test]
    fn foreign_json_is_not_guessed_at() {
        assert_eq!(read("{}"), None);
        assert_eq!(read("not json"), None);
        let json = write(&full()).unwrap();
        assert_eq!(read(&json.replace("\"recall\"", "\"dream\"")), None);
        assert_eq!(read(&json.replace("scripted", "two words")), None);
    }
}
