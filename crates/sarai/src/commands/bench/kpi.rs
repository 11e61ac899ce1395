//! `sarai bench kpi`: a conversation of ten turns with memory, against the same model answered cold.
//!
//! Cold is what the bare model does with the same conversation: no persona, no memory, and nothing
//! kept of what it has read. It is given our answers as its own, so both read the same history.

mod page;
mod ram;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sarai_assistant::memory::Memory;
use sarai_assistant::{Assistant, Parts};
use sarai_core::conversation::{Recalled, Said, Speaker};
use sarai_core::engine::{Constraint, Engine, Generation, Sampling, Usage};
use sarai_core::id::ConversationId;
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::prompt;
use sarai_core::text::Text;
use sarai_core::tool::ToolChoice;
use sarai_core::turn::{Entry, Input, Mode, Reply, Transcript};
use sarai_engine::{Drafting, LocalEngine};
use serde_json::{Value, json};

use self::ram::Ram;
use super::engine::wait_until_measured;
use super::script::{self, Script};
use super::statistics::{median, quantile};
use super::stopwatch::{greedy, ms, time_generation, wait_until_ready};
use super::{Bench, Report};
use crate::args::KpiBench;
use crate::output;
use crate::owner::understanding;
use crate::owner::wiring::{opening, time_zone};
use crate::system::SystemRandom;
use crate::trouble::{Exit, Outcome, Trouble};

const ROUNDS: u32 = 3;
const TOKENS: u32 = 64;

/// Between two questions whether the engine is idle.
const LOOK: Duration = Duration::from_millis(50);

/// One turn as the person sees it.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// From the question to the first word, and to the last.
    first_ms: f64,
    whole_ms: f64,
    prompt_tokens: u32,
    cached_tokens: u32,
    tokens: u32,
}

/// The same turn, by us and by the bare model.
#[derive(Debug, Clone, Copy)]
struct Pair {
    ours: Turn,
    cold: Turn,
}

pub(super) fn run(bench: &Bench<'_>, options: &KpiBench) -> Outcome<Report> {
    let script = script::read()?;
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    bench.say(
        "cada vuelta son diez turnos, en frío y con SARAi: tarda varios minutos",
        "each round is ten turns, cold and with SARAi: it takes some minutes",
    );
    let opening = opening(bench.context, &bench.clock);
    let ours = Arc::new(bench.engine_with(|settings| settings.opening = Some(opening))?);
    let cold = bench.engine_with(|settings| {
        settings.drafting = Drafting::Off;
        settings.state_folder = None;
    })?;
    let outcome = wait_until_ready(bench, &cold)
        .and_then(|()| wait_until_ready(bench, &ours))
        .and_then(|()| match bench.context.settings.drafting() {
            Drafting::Measured { .. } => wait_until_measured(bench, &ours).map(|_| ()),
            _ => Ok(()),
        })
        .and_then(|()| converse(bench, &script, rounds, &ours, &cold));
    ours.stop();
    cold.stop();
    let (rounds, ram) = outcome?;
    let report = summary(bench, &rounds, &ram);
    if let Some(path) = &options.page {
        page::write(path, &report.json, bench.language()).map_err(|error| {
            Trouble::new(Exit::Failed, error.to_string(), path.display().to_string())
        })?;
    }
    Ok(report)
}

fn converse(
    bench: &Bench<'_>,
    script: &Script,
    rounds: u32,
    ours: &Arc<LocalEngine>,
    cold: &LocalEngine,
) -> Outcome<(Vec<Vec<Pair>>, Ram)> {
    let understanding = understanding::open(bench.context);
    Ram::watch(ours, || {
        let mut all = Vec::new();
        for round in 0..rounds {
            let folder = bench.context.home.root().join("run/bench-kpi");
            let memory = fresh_memory(bench, &folder)?.with_understanding(understanding.clone());
            let assistant = assistant(bench, ours, memory);
            let outcome = conversation(bench, script, round, (&assistant, ours), cold);
            drop(assistant);
            remove(&folder)?;
            all.push(outcome?);
        }
        output::status("");
        Ok(all)
    })
}

fn fresh_memory(bench: &Bench<'_>, folder: &Path) -> Outcome<Memory> {
    remove(folder)?;
    fs::create_dir_all(folder)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    Memory::open(&folder.join("memory.db"), Arc::clone(&bench.clock))
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

fn remove(folder: &Path) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Trouble::new(Exit::Failed, error.to_string(), folder.display().to_string()))
        }
        _ => Ok(()),
    }
}

fn assistant(bench: &Bench<'_>, engine: &Arc<LocalEngine>, memory: Memory) -> Assistant {
    Assistant::new(Parts {
        engine: Arc::clone(engine) as Arc<dyn Engine>,
        memory,
        clock: Arc::clone(&bench.clock),
        random: Arc::new(SystemRandom),
        limits: Limits::SMALL,
        language: Language::Spanish,
        time_zone: time_zone(bench.context),
        recall_rate: Arc::new(|| None),
        background_reading: None,
    })
}

fn conversation(
    bench: &Bench<'_>,
    script: &Script,
    round: u32,
    (assistant, engine): (&Assistant, &LocalEngine),
    cold: &LocalEngine,
) -> Outcome<Vec<Pair>> {
    let mut said: Vec<Said> = Vec::new();
    let mut conversation = None;
    let mut pairs = Vec::new();
    for (number, question) in (0_u32..).zip(&script.turns) {
        output::status(&format!("{} · {}/{}", round + 1, number + 1, script.turns.len()));
        said.push(Said::new(Speaker::User, Text::user(question.clone())));
        // Each goes first as often as the other; the bare model needs our earlier answers only.
        let before = (number + round) % 2 == 1;
        let early = if before { Some(cold_turn(bench, cold, &said)?) } else { None };
        let (ours, answer) = our_turn(bench, assistant, &mut conversation, question)?;
        // The person reads; what is prepared meanwhile is not the bare model's time.
        while !engine.is_idle().map_err(|error| bench.trouble(&error))? {
            engine.next_readiness(&engine.readiness(), LOOK);
        }
        let cold = match early {
            Some(turn) => turn,
            None => cold_turn(bench, cold, &said)?,
        };
        said.push(Said::new(Speaker::Assistant, Text::model(answer)));
        pairs.push(Pair { ours, cold });
    }
    // The next round says the same: nothing of this one may help it.
    if let Some(conversation) = conversation {
        engine.forget(conversation.as_str()).map_err(|error| bench.trouble(&error))?;
    }
    Ok(pairs)
}

fn our_turn(
    bench: &Bench<'_>,
    assistant: &Assistant,
    conversation: &mut Option<ConversationId>,
    question: &str,
) -> Outcome<(Turn, String)> {
    let failed = |error: &dyn std::fmt::Display| Trouble::new(Exit::Failed, error.to_string(), "");
    let input = Input {
        person: assistant.first_person().map_err(|error| failed(&error))?,
        entry: Entry::CommandLine,
        mode: Mode::Assistant,
        model: None,
        transcript: Transcript::Kept {
            conversation: conversation.clone(),
            message: Text::user(question),
        },
        use_memory: true,
        sampling: Some(Sampling::GREEDY),
        tokens_max: Some(TOKENS),
        stop: Vec::new(),
        constraint: Constraint::Free,
        tools: Vec::new(),
        tool_choice: ToolChoice::Auto,
        top_logprobs: None,
    };
    let begin = bench.clock.elapsed();
    let mut first = None;
    let answer = assistant
        .answer(&input, &mut |reply| {
            match reply {
                Reply::Conversation(id) => *conversation = Some(id.clone()),
                Reply::Text { text, .. } if !text.is_empty() => {
                    first.get_or_insert_with(|| bench.clock.elapsed());
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| failed(&error))?;
    let end = bench.clock.elapsed();
    let since = |moment: Duration| ms(moment.saturating_sub(begin));
    let turn = Turn::new(since(first.unwrap_or(end)), since(end), answer.trace.usage);
    Ok((turn, answer.text.as_str().to_owned()))
}

fn cold_turn(bench: &Bench<'_>, engine: &LocalEngine, said: &[Said]) -> Outcome<Turn> {
    const SESSION: &str = "cold";
    let parts = prompt::Parts {
        persona: None,
        said,
        recalled: &Recalled::default(),
        today: None,
        tools: &[],
        language: Language::Spanish,
    };
    let prompt = prompt::assemble(parts, &Limits::SMALL)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    let session = Some(SESSION.to_owned());
    let request = Generation { session, ..greedy(prompt, TOKENS) };
    let timing = time_generation(bench, engine, &request)?;
    engine.forget(SESSION).map_err(|error| bench.trouble(&error))?;
    Ok(Turn::new(timing.first_ms, timing.whole_ms, timing.completion.usage))
}

impl Turn {
    fn new(first_ms: f64, whole_ms: f64, usage: Usage) -> Turn {
        let Usage { prompt_tokens, cached_tokens, completion_tokens: tokens } = usage;
        Turn { first_ms, whole_ms, prompt_tokens, cached_tokens, tokens }
    }
}

/// What is said of one side.
fn side(turns: &[Turn], last: &[Turn]) -> Value {
    let of = |pick: fn(&Turn) -> f64| turns.iter().map(pick).collect::<Vec<_>>();
    let whole = of(|turn| turn.whole_ms);
    let first = of(|turn| turn.first_ms);
    let decode = of(|turn| {
        f64::from(turn.tokens.saturating_sub(1)) * 1000.0
            / (turn.whole_ms - turn.first_ms).max(0.001)
    });
    json!({
        "turn_ms": { "p50": median(&whole), "p95": quantile(&whole, 0.95) },
        "first_token_ms": { "p50": median(&first), "p95": quantile(&first, 0.95) },
        "last_turn_first_token_ms": median(&last.iter().map(|turn| turn.first_ms).collect::<Vec<_>>()),
        "tok_s": median(&decode),
        "total_ms": whole.iter().sum::<f64>(),
    })
}

fn summary(bench: &Bench<'_>, rounds: &[Vec<Pair>], ram: &Ram) -> Report {
    let all: Vec<&Pair> = rounds.iter().flatten().collect();
    let last: Vec<&Pair> = rounds.iter().filter_map(|round| round.last()).collect();
    let of = |pairs: &[&Pair], pick: fn(&Pair) -> Turn| {
        pairs.iter().map(|pair| pick(pair)).collect::<Vec<_>>()
    };
    let ours = side(&of(&all, |pair| pair.ours), &of(&last, |pair| pair.ours));
    let cold = side(&of(&all, |pair| pair.cold), &of(&last, |pair| pair.cold));
    let ratio = |pointer: &str| {
        let value =
            |side: &Value| side.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
        value(&ours) / value(&cold)
    };
    let results = json!({
        "rounds": rounds.len(),
        "answer_tokens": TOKENS,
        "ours": ours,
        "cold": cold,
        "turn_p50_ratio": ratio("/turn_ms/p50"),
        "last_turn_first_token_ratio": ratio("/last_turn_first_token_ms"),
        "total_ratio": ratio("/total_ms"),
        "ram_bytes": { "p50": ram.quantile(0.5), "p99": ram.quantile(0.99), "samples": ram.samples() },
    });
    let raw = rounds.iter().map(|round| {
        let turn = |turn: Turn| {
            json!({
                "first_ms": turn.first_ms,
                "whole_ms": turn.whole_ms,
                "prompt_tokens": turn.prompt_tokens,
                "cached_tokens": turn.cached_tokens,
                "tokens": turn.tokens,
            })
        };
        round
            .iter()
            .map(|pair| json!({ "ours": turn(pair.ours), "cold": turn(pair.cold) }))
            .collect::<Value>()
    });
    let text = page::table(&results, bench.language());
    let heading = format!("{}:", bench.model);
    bench.report("kpi", &raw.collect(), &results, format!("{heading}\n{text}"))
}
