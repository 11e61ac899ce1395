//! `sarai bench turns`: a conversation of ten turns through our engine, and through a peer.
//!
//! Both are given the same text, to the letter, with the same history, so that they compute the same
//! prompts; both keep what they have read. Which of them begins a turn alternates. Each round is a
//! conversation with another beginning, so that nothing of the last one helps.

mod summary;

use sarai_core::conversation::{Recalled, Said, Speaker};
use sarai_core::engine::{Engine as _, Generation};
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::prompt::{self, Parts};
use sarai_core::text::{Origin, Text};
use sarai_engine::{Drafting, LocalEngine};
use sysinfo::System;

use super::engine::wait_until_measured;
use super::peer::{self, Peer, PeerSettings, Question};
use super::script::{self, Script};
use super::stopwatch::{greedy, ms, time_generation, wait_until_ready};
use super::{Bench, Report, machine};
use crate::args::TurnsBench;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

const ROUNDS: u32 = 3;
const TOKENS: u32 = 64;

/// One turn of one side.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Turn {
    /// From the request to the end.
    whole_ms: f64,
    prefill_ms: f64,
    decode_ms: f64,
    prompt_tokens: u32,
    /// Of them, those that were computed before.
    cached_tokens: u32,
    tokens: u32,
}

/// The same turn of the same round, by us and by the peer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    round: u32,
    turn: u32,
    ours: Turn,
    peer: Option<Turn>,
    same_text: bool,
}

/// Everything that was measured.
struct Measured {
    pairs: Vec<Pair>,
    /// Processes that wanted to run, over the last minute, before and after.
    load: [Option<f64>; 2],
}

/// Returns the load of the machine, where the system tells it.
fn load() -> Option<f64> {
    System::load_average().ok().map(|load| load.one)
}

pub(super) fn run(bench: &Bench<'_>, options: &TurnsBench) -> Outcome<Report> {
    let language = bench.language();
    if let Some(program) = &options.peer {
        peer::check(program).map_err(|error| error.trouble(language))?;
    }
    let script = script::read()?;
    let rounds = bench.rounds.unwrap_or(ROUNDS).max(1);
    bench.say(
        "cada vuelta son diez turnos: tarda varios minutos",
        "each round is ten turns: it takes some minutes",
    );
    let before = load();
    let engine = bench.engine()?;
    let pairs = wait_until_ready(bench, &engine)
        .and_then(|()| match bench.context.settings.drafting() {
            Drafting::Measured { .. } => wait_until_measured(bench, &engine).map(|_| ()),
            _ => Ok(()),
        })
        .and_then(|()| {
            let peer = options.peer.as_deref().map(|program| start(bench, program, &[]));
            converse(bench, &script, rounds, &engine, peer.transpose()?)
        });
    engine.stop();
    let measured = Measured { pairs: pairs?, load: [before, load()] };
    Ok(summary::report(bench, options, rounds, &measured))
}

/// Starts a peer as the bench's own engine is: the same file, threads and context.
pub(super) fn start(
    bench: &Bench<'_>,
    program: &std::path::Path,
    options: &[String],
) -> Outcome<Peer> {
    let settings = PeerSettings {
        program,
        model: &bench.file.path,
        threads: machine(bench.context)["threads"].as_u64().unwrap_or(1),
        context_tokens: bench.context.settings.context_tokens(),
        log: &bench.states.join("peer.log"),
        options,
    };
    Peer::start(settings, bench.clock.as_ref()).map_err(|error| error.trouble(bench.language()))
}

fn converse(
    bench: &Bench<'_>,
    script: &Script,
    rounds: u32,
    engine: &LocalEngine,
    mut peer: Option<Peer>,
) -> Outcome<Vec<Pair>> {
    // Of the first round nothing is kept: memory and caches are warm after it.
    let short = Script { turns: script.turns[..1].to_vec(), answers: Vec::new() };
    conversation(bench, &short, rounds, engine, peer.as_mut())?;
    let mut pairs = Vec::new();
    for round in 0..rounds {
        pairs.extend(conversation(bench, script, round, engine, peer.as_mut())?);
    }
    output::status("");
    Ok(pairs)
}

fn conversation(
    bench: &Bench<'_>,
    script: &Script,
    round: u32,
    engine: &LocalEngine,
    mut peer: Option<&mut Peer>,
) -> Outcome<Vec<Pair>> {
    let session = format!("turns-{round}");
    let beginning = format!("Conversación número {}. Respondes en español.", round + 1);
    let mut said = vec![Said::new(Speaker::Client, Text::new(Origin::Client, beginning))];
    let mut pairs = Vec::new();
    for (turn, question) in (0_u32..).zip(&script.turns) {
        output::status(&format!("{} · {}/{}", round + 1, turn + 1, script.turns.len()));
        said.push(Said::new(Speaker::User, Text::user(question.clone())));
        let request = request(&said, &session)?;
        let text = engine.rendered(&request).map_err(|error| bench.trouble(&error))?;
        // Each goes first as often as the other.
        let peer_first = (turn + round) % 2 == 1;
        let early = match peer.as_deref_mut().filter(|_| peer_first) {
            Some(peer) => Some(peer_turn(bench, peer, &text)?),
            None => None,
        };
        let (ours, answer) = our_turn(bench, engine, &request)?;
        let theirs = match peer.as_deref_mut().filter(|_| !peer_first) {
            Some(peer) => Some(peer_turn(bench, peer, &text)?),
            None => early,
        };
        let same_text = theirs.as_ref().is_some_and(|(_, text)| *text == answer);
        let peer = theirs.map(|(turn, _)| turn);
        pairs.push(Pair { round, turn, ours, peer, same_text });
        if let Some(answer) = script.answers.get(turn as usize) {
            said.push(Said::new(Speaker::Assistant, Text::model(answer.clone())));
        }
    }
    engine.forget(&session).map_err(|error| bench.trouble(&error))?;
    Ok(pairs)
}

fn request(said: &[Said], session: &str) -> Outcome<Generation> {
    let parts = Parts {
        persona: None,
        said,
        recalled: &Recalled::default(),
        today: None,
        tools: &[],
        language: Language::Spanish,
    };
    let prompt = prompt::assemble(parts, &Limits::SMALL)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    Ok(Generation { session: Some(session.to_owned()), ..greedy(prompt, TOKENS) })
}

fn our_turn(
    bench: &Bench<'_>,
    engine: &LocalEngine,
    request: &Generation,
) -> Outcome<(Turn, String)> {
    let timing = time_generation(bench, engine, request)?;
    let completion = timing.completion;
    let turn = Turn {
        whole_ms: timing.whole_ms,
        prefill_ms: completion.prefill_ms,
        decode_ms: completion.decode_ms,
        prompt_tokens: completion.usage.prompt_tokens,
        cached_tokens: completion.usage.cached_tokens,
        tokens: completion.usage.completion_tokens,
    };
    Ok((turn, completion.text))
}

fn peer_turn(bench: &Bench<'_>, peer: &mut Peer, prompt: &str) -> Outcome<(Turn, String)> {
    let begin = bench.clock.elapsed();
    let answer = peer
        .answer(&Question { prompt, tokens_max: TOKENS, schema: None })
        .map_err(|error| error.trouble(bench.language()))?;
    let turn = Turn {
        whole_ms: ms(bench.clock.elapsed().saturating_sub(begin)),
        prefill_ms: answer.prefill_ms,
        decode_ms: answer.decode_ms,
        prompt_tokens: answer.prompt_tokens,
        cached_tokens: answer.cached_tokens,
        tokens: answer.tokens,
    };
    Ok((turn, answer.text))
}
