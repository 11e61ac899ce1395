//! `sarai bench speculative`: drafting against plain decoding, on the same prompts in turns.
//!
//! Two engines with the same model, one of which guesses ahead. What counts is the time of a token
//! after the first: reading the prompt is the same for both.

mod peers;

use std::collections::BTreeMap;

use sarai_core::engine::{Completion, Engine as _, EngineEvent, Generation, Sampling};
use sarai_core::language::Language;
use sarai_engine::{Drafting, LocalEngine};
use serde_json::{Value, json};

use super::engine::{MEASURED, wait_until_measured};
use super::peer;
use super::statistics::{median, median_interval};
use super::stopwatch::wait_until_ready;
use super::tasks::{Task, read};
use super::{Bench, Report};
use crate::args::SpeculativeBench;
use crate::output;
use crate::trouble::Outcome;

/// Tokens of an answer.
const TOKENS: u32 = 96;

/// One prompt, answered by both.
struct Pair {
    kind: String,
    plain: Completion,
    drafted: Completion,
}

pub(super) fn run(bench: &Bench<'_>, options: &SpeculativeBench) -> Outcome<Report> {
    let SpeculativeBench { prompts, sampled, peer: program, peer_draft } = options;
    if let Some(program) = program {
        peer::check(program).map_err(|error| error.trouble(bench.language()))?;
    }
    let tasks = read(prompts.prompts.as_deref(), bench.language())?;
    let tokens = prompts.tokens.unwrap_or(TOKENS);
    let sampling = if *sampled { Sampling::CHAT } else { Sampling::GREEDY };
    let plain = bench.engine_with(|settings| settings.drafting = Drafting::Off)?;
    let drafted = bench.engine_with(|settings| {
        if settings.drafting == Drafting::Off {
            settings.drafting = MEASURED;
        }
    })?;
    let pairs = wait_until_ready(bench, &plain)
        .and_then(|()| wait_until_measured(bench, &drafted))
        .and_then(|_| answers(bench, &tasks, (tokens, sampling), [&plain, &drafted]));
    plain.stop();
    let beside = match (&pairs, program) {
        (Ok(_), Some(program)) => {
            let settings = peers::settings(peer_draft.as_deref());
            Some(peers::compare(bench, program, &settings, (&tasks, tokens), &drafted))
        }
        _ => None,
    };
    drafted.stop();
    let mut report = summary(bench, options, tokens, &pairs?);
    if let (Some(beside), Some(program)) = (beside.transpose()?, program) {
        let figures = peers::figures(&beside);
        report.text = format!("{}\n\n{}", report.text, peers::table(&figures, bench.language()));
        report.json["peer"] = json!({
            "program": program.display().to_string(),
            "kinds": figures,
            "samples": peers::samples(&beside),
        });
    }
    Ok(report)
}

fn answers(
    bench: &Bench<'_>,
    tasks: &[Task],
    (tokens, sampling): (u32, Sampling),
    [plain, drafted]: [&LocalEngine; 2],
) -> Outcome<Vec<Pair>> {
    let rounds = bench.rounds.unwrap_or(1).max(1) as usize;
    let mut pairs = Vec::new();
    let asked = tasks.iter().cycle().take(tasks.len() * rounds);
    for (number, task) in asked.enumerate() {
        output::status(&format!("{}/{}", number + 1, tasks.len() * rounds));
        let asked = Generation {
            // Another one for each question, and the same for both.
            sampling: Sampling { seed: Some(number as u64), ..sampling },
            ..task.generation(tokens, bench.language())?
        };
        let answer = |engine| answer(bench, engine, &asked);
        // Each goes first as often as the other.
        let (plain, drafted) = if (number + number / tasks.len()).is_multiple_of(2) {
            let plain = answer(plain)?;
            (plain, answer(drafted)?)
        } else {
            let drafted = answer(drafted)?;
            (answer(plain)?, drafted)
        };
        pairs.push(Pair { kind: task.kind.clone(), plain, drafted });
    }
    output::status("");
    Ok(pairs)
}

fn answer(bench: &Bench<'_>, engine: &LocalEngine, asked: &Generation) -> Outcome<Completion> {
    let mut on_event = |_: EngineEvent<'_>| std::ops::ControlFlow::Continue(());
    engine.generate(asked, &mut on_event).map_err(|error| bench.trouble(&error))
}

impl Pair {
    /// Speed of drafting over that of plain decoding, by the time of a token.
    fn speedup(&self) -> f64 {
        token_ms(&self.plain) / token_ms(&self.drafted)
    }
}

/// Returns the milliseconds of a token after the first.
fn token_ms(completion: &Completion) -> f64 {
    let further = completion.usage.completion_tokens.saturating_sub(1).max(1);
    completion.decode_ms.max(0.001) / f64::from(further)
}

fn sum(pairs: &[&Pair], pick: impl Fn(&Pair) -> f64) -> f64 {
    pairs.iter().map(|pair| pick(pair)).sum()
}

/// What is said of the pairs of one kind.
fn of_kind(kind: &str, pairs: &[&Pair]) -> Value {
    let speedups: Vec<f64> = pairs.iter().map(|pair| pair.speedup()).collect();
    let (low, high) = median_interval(&speedups);
    let speed = |pick: fn(&Pair) -> &Completion| {
        1000.0 / median(&pairs.iter().map(|pair| token_ms(pick(pair))).collect::<Vec<_>>())
    };
    let drafts = |pick: fn(&sarai_core::engine::Drafted) -> f64| {
        sum(pairs, |pair| pair.drafted.drafted.as_ref().map_or(0.0, pick))
    };
    let guessed = drafts(|drafted| drafted.guessed.into());
    let accepted = drafts(|drafted| drafted.accepted.into());
    let all = sum(pairs, |pair| f64::from(pair.drafted.usage.completion_tokens));
    let forced = sum(pairs, |pair| f64::from(pair.drafted.forced));
    json!({
        "kind": kind,
        "prompts": pairs.len(),
        "plain_tok_s": speed(|pair| &pair.plain),
        "drafted_tok_s": speed(|pair| &pair.drafted),
        "speedup": median(&speedups),
        "interval_95": [low, high],
        "speedup_of_sums": sum(pairs, |pair| pair.plain.decode_ms) / sum(pairs, |pair| pair.drafted.decode_ms),
        "acceptance": (guessed > 0.0).then(|| accepted / guessed),
        "guessed_per_token": guessed / all,
        "forced_per_token": forced / all,
        "fell_back": drafts(|drafted| if drafted.fell_back { 1.0 } else { 0.0 }),
        "same_text": pairs.iter().filter(|pair| pair.plain.text == pair.drafted.text).count(),
    })
}

fn summary(bench: &Bench<'_>, options: &SpeculativeBench, tokens: u32, pairs: &[Pair]) -> Report {
    let mut by_kind: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        by_kind.entry(&pair.kind).or_default().push(pair);
    }
    let kinds: Vec<Value> = by_kind.iter().map(|(kind, pairs)| of_kind(kind, pairs)).collect();
    let raw = pairs.iter().map(|pair| {
        let side = |one: &Completion| {
            json!({ "tokens": one.usage.completion_tokens, "decode_ms": one.decode_ms, "prefill_ms": one.prefill_ms })
        };
        json!({ "kind": pair.kind, "plain": side(&pair.plain), "drafted": side(&pair.drafted) })
    });
    let sampling = if options.sampled { "chat" } else { "greedy" };
    let mut results = json!({ "kinds": kinds, "answer_tokens": tokens, "sampling": sampling });
    if let Some(path) = &options.prompts.prompts {
        results["prompts_file"] = json!(path.display().to_string());
    }
    bench.report("speculative", &raw.collect(), &results, table(bench, &kinds))
}

fn table(bench: &Bench<'_>, kinds: &[Value]) -> String {
    let language = bench.language();
    let heading = match language {
        Language::Spanish => format!(
            "{}: adelantar texto frente a generar ficha a ficha, en parejas alternas; mediana e intervalo del 95 %",
            bench.model
        ),
        Language::English => format!(
            "{}: guessing ahead against plain decoding, in interleaved pairs; median and 95 % interval",
            bench.model
        ),
    };
    let names = match language {
        Language::Spanish => [
            "tarea",
            "parejas",
            "sin, fichas/s",
            "con, fichas/s",
            "ganancia",
            "acierto",
            "forzadas",
        ],
        Language::English => {
            ["kind", "pairs", "plain tok/s", "drafted tok/s", "speedup", "acceptance", "forced"]
        }
    };
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    for kind in kinds {
        let number = |key: &str| kind[key].as_f64().unwrap_or(0.0);
        let (low, high) = (&kind["interval_95"][0], &kind["interval_95"][1]);
        let (low, high) = (low.as_f64().unwrap_or(0.0), high.as_f64().unwrap_or(0.0));
        let per_cent = |key: &str| {
            kind[key]
                .as_f64()
                .map_or_else(|| "–".to_owned(), |part| format!("{:.0} %", part * 100.0))
        };
        rows.push(vec![
            kind["kind"].as_str().unwrap_or_default().to_owned(),
            kind["prompts"].to_string(),
            format!("{:.1}", number("plain_tok_s")),
            format!("{:.1}", number("drafted_tok_s")),
            format!("{:.2} [{low:.2}, {high:.2}]", number("speedup")),
            per_cent("acceptance"),
            per_cent("forced_per_token"),
        ]);
    }
    format!("{heading}\n{}", output::table(&rows))
}
