//! `sarai bench grammar`: what it costs to keep answers in a form, and whether all are in it, those
//! that a limit cut too.

use std::ops::ControlFlow;

use sarai_core::engine::{Completion, Constraint, Engine as _, EngineError};
use sarai_core::language::Language;
use sarai_engine::LocalEngine;
use serde_json::{Value, json};

use super::engine::{MEASURED, wait_until_measured};
use super::statistics::{median, quantile};
use super::tasks::{Task, read};
use super::{Bench, Report};
use crate::args::PromptsBench;
use crate::output;
use crate::trouble::Outcome;

/// Tokens that an answer may have: enough, and so few that it is cut somewhere.
const LIMITS: [u32; 4] = [256, 48, 17, 5];

/// How many tokens above the shortest answer a limit may be that is raised to it.
const NEAR_TOKENS: u32 = 7;

/// From this limit on the time of an answer tells something.
const TIMED_TOKENS: u32 = 48;

struct Answered {
    limit: u32,
    completion: Completion,
    is_valid: bool,
    /// Of one that is cut at once nearly all is closing, which no model is asked about: its time tells
    /// nothing.
    is_timed: bool,
}

/// What came of all that was asked.
#[derive(Default)]
struct Answers {
    answered: Vec<Answered>,
    /// How many limits were below the shortest answer of the form, which is an error.
    too_low: usize,
}

pub(super) fn run(bench: &Bench<'_>, options: &PromptsBench) -> Outcome<Report> {
    let tasks = read(options.prompts.as_deref(), bench.language())?;
    let engine = bench.engine_with(|settings| {
        settings.drafting = MEASURED;
    })?;
    let answered = wait_until_measured(bench, &engine)
        .and_then(|_| answers(bench, &tasks, options.tokens, &engine));
    engine.stop();
    Ok(summary(bench, &answered?))
}

fn answers(
    bench: &Bench<'_>,
    tasks: &[Task],
    tokens: Option<u32>,
    engine: &LocalEngine,
) -> Outcome<Answers> {
    let formed: Vec<&Task> = tasks.iter().filter(|task| task.kind == "json").collect();
    let [most, cut @ ..] = LIMITS;
    let limits = [tokens.unwrap_or(most)].into_iter().chain(cut);
    let asked: Vec<(&Task, u32)> =
        limits.flat_map(|limit| formed.iter().map(move |task| (*task, limit))).collect();
    let mut answers = Answers::default();
    for (number, (task, asked_limit)) in asked.iter().enumerate() {
        output::status(&format!("{}/{}", number + 1, asked.len()));
        let mut limit = *asked_limit;
        let mut generation = task.generation(limit, bench.language())?;
        let mut answer = engine.generate(&generation, &mut |_| ControlFlow::Continue(()));
        if let Err(EngineError::Unfinished { needed: Some(needed), .. }) = &answer
            && *needed > limit
        {
            // Cut as near to the shortest answer as can be.
            answers.too_low += 1;
            limit = needed + limit % NEAR_TOKENS;
            generation = task.generation(limit, bench.language())?;
            answer = engine.generate(&generation, &mut |_| ControlFlow::Continue(()));
        }
        let completion = answer.map_err(|error| bench.trouble(&error))?;
        let is_valid = match &generation.constraint {
            Constraint::JsonSchema(schema) => is_in_form(&completion.text, schema),
            _ => serde_json::from_str::<Value>(&completion.text).is_ok_and(|it| it.is_object()),
        };
        let is_valid = is_valid && completion.usage.completion_tokens <= limit;
        let is_timed = limit == *asked_limit && limit >= TIMED_TOKENS;
        answers.answered.push(Answered { limit, completion, is_valid, is_timed });
    }
    output::status("");
    Ok(answers)
}

fn is_in_form(text: &str, schema: &str) -> bool {
    match (serde_json::from_str(text), serde_json::from_str(schema)) {
        (Ok(value), Ok(schema)) => fits(&value, &schema),
        _ => false,
    }
}

/// Whether a value fits a schema, by the keywords of JSON Schema that our prompts use. This is no
/// validator, but one that knows nothing of the grammar that the engine makes of a schema.
fn fits(value: &Value, schema: &Value) -> bool {
    let is_of_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    let is_listed = schema["enum"].as_array().is_none_or(|listed| listed.contains(value));
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_short = schema["maxItems"].as_u64().is_none_or(|most| items.len() as u64 <= most);
    let mut required =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut fields = value.as_object().into_iter().flatten();
    is_of_type
        && is_listed
        && is_short
        && (schema["items"].is_null() || items.iter().all(|item| fits(item, &schema["items"])))
        && (!value.is_object() || required.all(|name| value.get(name).is_some()))
        && fields.all(|(name, field)| match schema["properties"].get(name) {
            Some(schema) => fits(field, schema),
            None => schema["additionalProperties"] != Value::Bool(false),
        })
}

/// Returns what part of the time of generating was spent on the form.
fn overhead(completion: &Completion) -> f64 {
    completion.grammar_ms / (completion.decode_ms - completion.grammar_ms).max(0.001)
}

fn summary(bench: &Bench<'_>, Answers { answered, too_low }: &Answers) -> Report {
    let whole: Vec<f64> =
        answered.iter().filter(|one| one.is_timed).map(|one| overhead(&one.completion)).collect();
    let valid = answered.iter().filter(|one| one.is_valid).count();
    let (half, worst) = (median(&whole), quantile(&whole, 0.95));
    let tokens = |pick: fn(&Completion) -> u32| {
        answered.iter().map(|one| f64::from(pick(&one.completion))).sum::<f64>()
    };
    let forced = tokens(|one| one.forced) / tokens(|one| one.usage.completion_tokens).max(1.0);
    let results = json!({
        "answers": answered.len(),
        "valid": valid,
        "too_low_limits": too_low,
        "overhead": { "median": half, "p95": worst },
        "forced_per_token": forced,
    });
    let raw = answered.iter().map(|one| {
        json!({
            "limit": one.limit,
            "tokens": one.completion.usage.completion_tokens,
            "forced": one.completion.forced,
            "decode_ms": one.completion.decode_ms,
            "grammar_ms": one.completion.grammar_ms,
            "valid": one.is_valid,
            "text": if one.is_valid { Value::Null } else { json!(one.completion.text) },
        })
    });
    let (half, worst, forced) = (half * 100.0, worst * 100.0, forced * 100.0);
    let text = match bench.language() {
        Language::Spanish => format!(
            "{}: {valid} de {} respuestas en su forma y dentro de su límite, cortadas incluidas; {too_low} \
             límites menores que la respuesta más corta; la forma cuesta el {half:.2} % \
             (mediana; p95, {worst:.2} %) de generar; {forced:.0} % de las fichas sin elección",
            bench.model,
            answered.len()
        ),
        Language::English => format!(
            "{}: {valid} of {} answers in their form and their limit, cut ones included; {too_low} \
             limits below the shortest answer; the form costs {half:.2} % \
             (median; p95 {worst:.2} %) of generating; {forced:.0} % of the tokens without a choice",
            bench.model,
            answered.len()
        ),
    };
    bench.report("grammar", &raw.collect(), &results, text)
}

#[cfg(test)]
mod tests {
    use super::is_in_form;

    #[test]
    fn what_does_not_fit_is_found() {
        let schema = r#"{"type": "object", "properties": {
            "name": {"type": "string"}, "size": {"enum": ["s", "l"]},
            "lines": {"type": "array", "maxItems": 2, "items": {"type": "object",
                "properties": {"count": {"type": "integer"}}, "required": ["count"]}}},
            "required": ["name", "size"], "additionalProperties": false}"#;
        for (text, expected) in [
            (r#"{"name": "a", "size": "s", "lines": [{"count": 1}]}"#, true),
            (r#"{"name": "a", "size": "l"}"#, true),
            (r#"{"name": "a", "size": "m"}"#, false),
            (r#"{"name": "a"}"#, false),
            (r#"{"name": 1, "size": "s"}"#, false),
            (r#"{"name": "a", "size": "s", "more": 1}"#, false),
            (r#"{"name": "a", "size": "s", "lines": [{"count": 1.5}]}"#, false),
            (r#"{"name": "a", "size": "s", "lines": [{}]}"#, false),
            (
                r#"{"name": "a", "size": "s", "lines": [{"count": 1}, {"count": 2}, {"count": 3}]}"#,
                false,
            ),
            (r#"{"name": "a", "size": "s""#, false),
        ] {
            assert_eq!(is_in_form(text, schema), expected, "{text}");
        }
    }
}
