//! `sarai bench latency`: our engine process against a minimal loop on the same library, file and
//! threads, in turns.

use sarai_core::language::Language;
use sarai_engine::Drafting;
use serde_json::{Value, json};

use super::statistics::{mean, median, median_interval};
use super::stopwatch::{Timing, time, wait_until_ready};
use super::{Bench, Report};
use crate::output;
use crate::owner::wiring::engine_executable;
use crate::spawn;
use crate::trouble::{Exit, Outcome, Trouble};

const ROUNDS: u32 = 15;
const PROMPT_TOKENS: u32 = 256;
const TOKENS: u32 = 48;

/// What the minimal loop measured.
struct Loop {
    prompt: String,
    prefill_ms: f64,
    token_ms: f64,
    json: Value,
}

pub(super) fn run(bench: &Bench<'_>) -> Outcome<Report> {
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    // The loop is the reference's, too, and guesses nothing.
    let engine = bench.engine_with(|settings| {
        settings.rivals.clear();
        settings.drafting = Drafting::Off;
    })?;
    let outcome = wait_until_ready(bench, &engine).and_then(|()| {
        let mut samples = Vec::new();
        for round in 0..rounds {
            // Each goes first as often as the other, and no prompt repeats.
            let bare = minimal_loop(bench, round)?;
            let ours = time(bench, &engine, &bare.prompt, TOKENS)?;
            output::status(&format!("{}/{rounds}", round + 1));
            samples.push((bare, ours));
        }
        output::status("");
        Ok(samples)
    });
    engine.stop();
    Ok(summary(bench, &outcome?))
}

fn minimal_loop(bench: &Bench<'_>, round: u32) -> Outcome<Loop> {
    let settings = &bench.context.settings;
    let numbers = [settings.context_tokens(), settings.threads(), PROMPT_TOKENS, TOKENS, round + 1];
    let numbers = numbers.map(|number| number.to_string());
    let model = bench.file.path.display().to_string();
    let arguments = [
        "bench-loop",
        "--model",
        &model,
        "--context",
        &numbers[0],
        "--threads",
        &numbers[1],
        "--prompt-tokens",
        &numbers[2],
        "--tokens",
        &numbers[3],
        "--variant",
        &numbers[4],
    ];
    let failed = |error: String| Trouble::new(Exit::Failed, error, "sarai doctor");
    let text = spawn::output_of(&engine_executable(bench.context)?, &arguments)
        .map_err(|error| failed(error.to_string()))?;
    let json: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let steps = json["decode_ms"].as_array().map(Vec::as_slice).unwrap_or_default();
    let steps = steps.iter().filter_map(Value::as_f64).collect::<Vec<_>>();
    let (Some(prompt), Some(prefill_ms)) = (json["prompt"].as_str(), json["prefill_ms"].as_f64())
    else {
        return Err(failed("bench-loop: no prompt or prefill_ms".to_owned()));
    };
    Ok(Loop {
        prompt: prompt.to_owned(),
        prefill_ms,
        token_ms: mean(&steps),
        json: json!({ "prefill_ms": prefill_ms, "decode_ms": steps }),
    })
}

fn summary(bench: &Bench<'_>, samples: &[(Loop, Timing)]) -> Report {
    let column =
        |pick: &dyn Fn(&(Loop, Timing)) -> f64| samples.iter().map(pick).collect::<Vec<_>>();
    // Speed of ours over speed of the loop: 1 is no cost at all.
    let decode = column(&|(bare, ours)| bare.token_ms / ours.token_ms);
    let prefill = column(&|(bare, ours)| bare.prefill_ms / ours.completion.prefill_ms.max(0.001));
    let first = column(&|(bare, ours)| bare.prefill_ms / ours.first_ms);
    let ratio = |samples: &[f64]| {
        let (low, high) = median_interval(samples);
        json!({ "median": median(samples), "interval_95": [low, high] })
    };
    let ms = |pick: &dyn Fn(&(Loop, Timing)) -> f64| median(&column(pick));
    let (loop_ms, ours_ms) = (ms(&|(bare, _)| bare.token_ms), ms(&|(_, ours)| ours.token_ms));
    let results = json!({
        "pairs": samples.len(),
        "prompt_tokens": PROMPT_TOKENS,
        "decode_ratio": ratio(&decode),
        "prefill_ratio": ratio(&prefill),
        "first_token_ratio": ratio(&first),
        "decode_tok_s": { "loop": 1000.0 / loop_ms, "ours": 1000.0 / ours_ms },
    });
    let raw = samples.iter().map(|(bare, ours)| {
        json!({
            "loop": bare.json,
            "ours": {
                "first_ms": ours.first_ms,
                "prefill_ms": ours.completion.prefill_ms,
                "token_ms": ours.token_ms,
                "tokens": ours.completion.usage.completion_tokens,
            },
        })
    });
    let line = |name: &str, samples: &[f64]| {
        let (low, high) = median_interval(samples);
        format!("{name}: {:.3}  [{low:.3}, {high:.3}]", median(samples))
    };
    let language = bench.language();
    let heading = match language {
        Language::Spanish => format!(
            "{}: {} parejas alternas; velocidad del motor entre la del bucle mínimo, mediana e intervalo del 95 %",
            bench.model,
            samples.len()
        ),
        Language::English => format!(
            "{}: {} interleaved pairs; speed of the engine over that of the minimal loop, median and 95 % interval",
            bench.model,
            samples.len()
        ),
    };
    let text = [
        heading,
        line(language.pick("generación", "decode"), &decode),
        line(language.pick("lectura", "prefill"), &prefill),
        line(language.pick("primera ficha", "first token"), &first),
        format!("{:.1} / {:.1} tok/s", 1000.0 / ours_ms, 1000.0 / loop_ms),
    ];
    bench.report("latency", &raw.collect(), &results, text.join("\n"))
}
