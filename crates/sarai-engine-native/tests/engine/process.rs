//! The executable, spoken to as the assistant does.

use std::fs;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use sarai_engine_protocol::{
    Body, Call, Constraint, Drafted, Drafting, Event, Failure, Finish, Generate, Generated, Load,
    Message, PromptInput, Request, Sampling, TokenLogprob, VERSION, frame,
};
use serde_json::{Value, json};

use super::{SMOL, model_path};
use crate::files::load_of;

pub(super) const SPANISH: &str = "qwen2.5-coder-0.5b.gguf";
pub(super) const LARGER: &str = "qwen2.5-coder-1.5b.gguf";

/// An engine process and our end of its socket.
pub(super) struct Engine {
    child: Child,
    socket: UnixStream,
    next: u64,
}

impl Engine {
    fn start() -> Engine {
        Engine::run(&mut Command::new(crate::ENGINE))
    }

    /// Starts an engine that cannot have more than so much address space.
    fn start_within(address_space_kib: u64) -> Engine {
        let script = format!("ulimit -v {address_space_kib}; exec \"$0\"");
        let executable = crate::ENGINE;
        Engine::run(Command::new("sh").args(["-c", &script, executable]))
    }

    fn run(command: &mut Command) -> Engine {
        let (ours, theirs) = UnixStream::pair().unwrap();
        // A stuck engine fails the test instead of stopping it.
        ours.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        let child = command.stdin(OwnedFd::from(theirs)).spawn().unwrap();
        Engine { child, socket: ours, next: 1 }
    }

    fn with(model: &str, context_tokens: u32) -> Engine {
        Engine::loaded(Load { context_tokens, ..load_of(&model_path(model)) })
    }

    pub(super) fn loaded(load: Load) -> Engine {
        let mut engine = Engine::start();
        match engine.ask(Call::Load(load)).1 {
            Body::Described(_) => engine,
            other => panic!("{other:?}"),
        }
    }

    fn send(&mut self, call: Call) -> u64 {
        let id = self.next;
        self.next += 1;
        frame::write(&mut self.socket, &Request { id, call }).unwrap();
        id
    }

    fn read(&mut self) -> Event {
        frame::read(&mut self.socket).unwrap()
    }

    /// Returns what comes before the final event of a request, and that one. Events of other
    /// requests are passed over.
    fn finish(&mut self, id: u64) -> (Vec<Body>, Body) {
        let mut before = Vec::new();
        loop {
            let event = self.read();
            if event.id == id && event.body.is_final() {
                return (before, event.body);
            }
            if event.id == id {
                before.push(event.body);
            }
        }
    }

    pub(super) fn ask(&mut self, call: Call) -> (Vec<Body>, Body) {
        let id = self.send(call);
        self.finish(id)
    }

    fn generate(&mut self, question: &str, tokens_max: u32) -> u64 {
        self.send(Call::Generate(Box::new(greedy(question, tokens_max))))
    }

    fn answer(&mut self, question: &str) -> (String, Generated) {
        let id = self.generate(question, 48);
        let (before, last) = self.finish(id);
        (text(&before), generated(last))
    }

    /// Closes our end and waits for the process.
    fn leave(&mut self) -> ExitStatus {
        self.socket.shutdown(Shutdown::Both).unwrap();
        self.child.wait().unwrap()
    }

    fn address_space_peak_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:")).unwrap();
        peak.trim().trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Without a peer the process ends. Both fail where the test has done it already.
        drop(self.socket.shutdown(Shutdown::Both));
        drop(self.child.wait());
    }
}

/// Asks for the likeliest words.
pub(super) fn greedy(question: &str, tokens_max: u32) -> Generate {
    Generate {
        prompt: PromptInput::Messages(vec![Message {
            role: "user".to_owned(),
            content: question.to_owned(),
            droppable: false,
            tool_calls: Vec::new(),
            tool_call_id: None,
        }]),
        tools: Vec::new(),
        sampling: Sampling {
            temperature: 0.0,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repeat_penalty: 1.0,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
            seed: 1,
        },
        tokens_max: Some(tokens_max),
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: None,
        top_logprobs: None,
    }
}

fn text(events: &[Body]) -> String {
    let pieces = events.iter().filter_map(|body| match body {
        Body::Piece { text, .. } => Some(text.as_str()),
        _ => None,
    });
    pieces.collect()
}

#[track_caller]
pub(super) fn generated(body: Body) -> Generated {
    match body {
        Body::Generated(generated) => generated,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_life_says_hello_loads_answers_and_unloads() {
    let mut engine = Engine::start();
    let Body::Hello { version, backend } = engine.ask(Call::Hello { version: VERSION }).1 else {
        panic!("no hello");
    };
    assert_eq!(version, VERSION);
    assert!(backend.contains("llama.cpp"), "{backend}");

    let load = Load { context_tokens: 2048, ..load_of(&model_path(SPANISH)) };
    let (progress, described) = engine.ask(Call::Load(load));
    assert!(matches!(progress.last(), Some(Body::Loading { fraction }) if *fraction > 0.999));
    let Body::Described(model) = described else { panic!("{described:?}") };
    assert_eq!((model.architecture.as_str(), model.vocabulary), ("qwen2", 151_936));

    let id = engine.generate("¿Cuál es la capital de Francia? Responde en español.", 48);
    let (before, last) = engine.finish(id);
    let generated = generated(last);
    // So small a model need not know it, but it knows the language.
    assert!(text(&before).contains("La capital de Francia"), "{}", text(&before));
    assert_eq!(generated.finish, Finish::End);
    assert!(before.iter().filter(|body| matches!(body, Body::Piece { .. })).count() > 3);
    assert!(generated.prompt_tokens > 10 && generated.completion_tokens > 3);

    assert_eq!(engine.ask(Call::Unload).1, Body::Done);
    assert!(engine.child.wait().unwrap().success());
}

#[test]
fn a_cancelled_answer_stops_and_the_next_question_is_answered() {
    let mut engine = Engine::with(SPANISH, 2048);
    let id = engine.generate("Cuenta del uno al mil, un número en cada línea.", 1000);
    let mut pieces = 0;
    while pieces < 5 {
        let event = engine.read();
        pieces += u32::from(event.id == id && matches!(event.body, Body::Piece { .. }));
    }
    engine.send(Call::Cancel { target: id });
    let (_, last) = engine.finish(id);
    let stopped = generated(last);
    assert_eq!(stopped.finish, Finish::Cancelled);
    assert!((5..50).contains(&stopped.completion_tokens), "{stopped:?}");

    let (text, _) = engine.answer("¿Cuánto es dos más dos?");
    assert!(text.contains('4') || text.contains("cuatro"), "{text}");
}

#[test]
fn a_cancelled_prefill_stops_within_a_piece_and_leaves_nothing_wrong() {
    let mut engine = Engine::with(SPANISH, 4096);
    let (cold, _) = engine.answer("¿Cuál es la capital de Italia?");
    let long = "La lluvia cae sobre los tejados del pueblo. ".repeat(250);
    let id = engine.generate(&long, 16);
    // Behind the request in the same socket, so that it is in work when the cancel comes.
    while !matches!(engine.read().body, Body::Prefill { .. }) {}
    let cancelled = Instant::now();
    engine.send(Call::Cancel { target: id });
    let (before, last) = engine.finish(id);
    let stopped = generated(last);
    assert_eq!((stopped.finish.clone(), stopped.completion_tokens), (Finish::Cancelled, 0));
    assert!(stopped.prompt_tokens > 2000, "{stopped:?}");
    for body in &before {
        assert!(!matches!(body, Body::Prefill { done, total } if done == total), "{before:?}");
    }
    // Far less than one batch takes.
    assert!(cancelled.elapsed() < Duration::from_secs(2), "{:?}", cancelled.elapsed());
    assert_eq!(engine.answer("¿Cuál es la capital de Italia?").0, cold);
}

#[test]
fn a_peer_that_leaves_ends_the_process_even_in_the_middle() {
    let mut engine = Engine::with(SMOL, 2048);
    engine.generate("Count to a thousand.", 1500);
    while !matches!(engine.read().body, Body::Piece { .. }) {}
    assert!(engine.leave().success());
}

#[test]
fn a_refused_file_is_explained_and_the_process_still_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.gguf");
    fs::write(&path, "<html>not found</html>").unwrap();
    let mut engine = Engine::start();
    let failure = load_failure(&mut engine, &path, 512);
    let Failure::LoadFailed { reason } = failure else { panic!("{failure:?}") };
    assert!(reason.contains("page.gguf") && reason.contains("not a GGUF file"), "{reason}");
    assert_eq!(engine.ask(Call::Ping).1, Body::Pong);
    assert!(engine.leave().success());
}

#[test]
fn too_little_memory_for_the_context_is_said_and_is_no_crash() {
    let mut small = Engine::with(LARGER, 256);
    let enough_kib = small.address_space_peak_kib();
    assert!(small.leave().success());
    // The keys and values of 32768 tokens are 900 MiB, more than allocators reserve in advance.
    let mut engine = Engine::start_within(enough_kib + 64 * 1024);
    let failure = load_failure(&mut engine, &model_path(LARGER), 32768);
    let Failure::OutOfMemory { reason } = failure else { panic!("{failure:?}") };
    assert!(reason.contains("not enough memory for a context of 32768 tokens"), "{reason}");
    assert_eq!(engine.ask(Call::Ping).1, Body::Pong);
}

#[track_caller]
fn load_failure(engine: &mut Engine, path: &Path, context_tokens: u32) -> Failure {
    match engine.ask(Call::Load(Load { context_tokens, ..load_of(path) })).1 {
        Body::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

/// How near the two likeliest tokens are where rounding may choose either.
pub(super) const NEAR_TIE: f32 = 0.3;

/// One that quotes, one that does not, and one that repeats itself.
const ASKED: [&str; 3] = [
    "Repite tres veces esta frase, sin cambiar nada: «La caldera se revisa cada dos años y los \
     vecinos dejan libre el acceso al cuarto de calderas.»",
    "Cuéntame en un párrafo qué es la fotosíntesis y por qué es importante.",
    "Escribe en Python una función que sume una lista y otra que la multiplique.",
];

/// Says the likeliest words, with the likeliest two of each place.
fn said(drafting: Drafting) -> Vec<(Vec<TokenLogprob>, Option<Drafted>)> {
    let mut engine = Engine::loaded(Load { drafting, ..load_of(&model_path(SPANISH)) });
    let mut say = |asked: &&str| {
        let request = Generate { top_logprobs: Some(2), ..greedy(asked, 80) };
        let (before, last) = engine.ask(Call::Generate(Box::new(request)));
        let tokens = before.into_iter().flat_map(|body| match body {
            Body::Piece { logprobs, .. } => logprobs,
            _ => Vec::new(),
        });
        (tokens.collect(), generated(last).drafted)
    };
    ASKED.iter().map(&mut say).collect()
}

#[test]
fn what_is_guessed_ahead_is_what_would_have_been_said() {
    let plain = said(Drafting::Off);
    assert!(plain.iter().all(|(_, drafted)| drafted.is_none()));
    for length in [3, 15] {
        let found = said(Drafting::Fixed(length));
        let quoted = found[0].1.expect("a quotation is guessed");
        assert!(quoted.accepted > 10 && quoted.accepted <= quoted.guessed, "{quoted:?}");
        for ((one, _), (other, _)) in plain.iter().zip(&found) {
            let differs = one.iter().zip(other).find(|(one, other)| one.token != other.token);
            // Batches of other sizes round differently: where two tokens are as likely, it may show.
            if let Some((one, other)) = differs {
                let gap = one.top[0].1 - one.top[1].1;
                assert!(gap < NEAR_TIE, "{length}: {one:?} {other:?}");
            }
        }
    }
}

fn booking() -> Generate {
    let schema = json!({
        "type": "object",
        "properties": {
            "nombre_del_paciente": {"type": "string", "maxLength": 40},
            "especialidad_solicitada": {"enum": ["pediatría", "traumatología"]},
            "numero_de_consulta": {"type": "integer"},
            "primera_visita": {"type": "boolean"},
        },
        "required": ["nombre_del_paciente", "especialidad_solicitada", "numero_de_consulta", "primera_visita"],
        "additionalProperties": false,
    });
    let asked =
        "Apunta la cita en JSON: Lucía Prieto va por primera vez a traumatología, consulta 6.";
    Generate { constraint: Constraint::JsonSchema(schema), ..greedy(asked, 200) }
}

#[test]
fn what_a_form_leaves_no_choice_about_is_said_at_once() {
    for model in [SMOL, SPANISH] {
        let ahead = Drafting::Measured { acceptance_min: 0.6 };
        let load = |drafting| Load { drafting, ..load_of(&model_path(model)) };
        let [mut plain, mut ahead] = [Drafting::Off, ahead].map(|one| Engine::loaded(load(one)));
        let ask = |engine: &mut Engine| {
            let (before, last) = engine.ask(Call::Generate(Box::new(booking())));
            (is_booking(&text(&before)), generated(last))
        };
        let (said, told) = ask(&mut plain);
        assert_eq!(told.forced, 0);
        let (forced, told) = ask(&mut ahead);
        assert!(told.forced * 2 > told.completion_tokens, "{model}: {told:?} {forced}");
        println!("{model}: {} of {}\n{said}\n{forced}", told.forced, told.completion_tokens);
    }
}

fn is_booking(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(value["primera_visita"].is_boolean(), "{value}");
    value
}

#[test]
fn a_cut_answer_ends_within_its_limit() {
    for (model, drafting) in [
        (SMOL, Drafting::Off),
        (SMOL, Drafting::Fixed(7)),
        (SPANISH, Drafting::Fixed(7)),
        (SPANISH, Drafting::Measured { acceptance_min: 0.6 }),
    ] {
        let mut engine = Engine::loaded(Load { drafting, ..load_of(&model_path(model)) });
        let mut least = 0;
        for limit in [1, 30, 34, 38, 42, 46, 50, 54, 58] {
            let request = Generate { tokens_max: Some(limit), ..booking() };
            match engine.ask(Call::Generate(Box::new(request))) {
                (before, Body::Failed(Failure::Unfinished { needed: Some(needed), .. })) => {
                    assert!(text(&before).is_empty() && needed > limit, "{needed}");
                    least = needed;
                }
                (before, last) => {
                    let told = generated(last);
                    assert!(told.completion_tokens <= limit && limit >= least, "{told:?}");
                    println!(
                        "{model} {drafting:?} {limit} {least}: {}",
                        is_booking(&text(&before))
                    );
                }
            }
        }
        // The names of the fields alone are about twenty tokens.
        assert!((20..50).contains(&least), "{model}: {least}");
    }
}
