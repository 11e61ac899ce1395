//! An engine process for tests: no model, but the real protocol, and every way to misbehave.
//!
//! It is started through a link in a folder of the test. The file `script` there has one manner for
//! each start, the last one for all that follow. The last message of a request says what to do.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::process::{Signal, getpid, kill_process};
use sarai_engine_protocol::frame::{self, FrameError};
use sarai_engine_protocol::{
    Body, Call, Choice, DraftReport, DraftTimings, Event, Examination, Failure, Finish, Generate,
    Generated, Load, ModelDescription, PromptInput, Request, Status, Timings, TokenLogprob,
    VERSION,
};

fn main() -> ExitCode {
    let link = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    let folder = link.parent().unwrap_or(Path::new("."));
    let outcome = manner(folder).and_then(|manner| {
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let timings = match manner.as_str() {
            "quick" | "quick-then-crash" => Timings { batch_ms: [2.0; 5], prompt_ms: 20.0 },
            "a-little-quick" => Timings { batch_ms: [7.0; 5], prompt_ms: 40.0 },
            "a-little-slow" => Timings { batch_ms: [9.0; 5], prompt_ms: 60.0 },
            "slow" => Timings { batch_ms: [90.0; 5], prompt_ms: 900.0 },
            _ => Timings { batch_ms: [8.0, 9.0, 10.0, 11.0, 12.0], prompt_ms: 50.0 },
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Fake {
            name,
            manner,
            socket,
            load: None,
            timings,
            held: HashMap::new(),
            prepared: Vec::new(),
        }
        .run()
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            log(&format!("fake engine: {error}"));
            ExitCode::from(70)
        }
    }
}

/// Returns the line of the script for this start, which is counted in the folder.
fn manner(folder: &Path) -> io::Result<String> {
    let script = fs::read_to_string(folder.join("script"))?;
    let mut start = 0;
    let mut file = loop {
        match fs::File::create_new(folder.join(format!("start-{start}"))) {
            Ok(file) => break file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => start += 1,
            Err(error) => return Err(error),
        }
    };
    write!(file, "{}", std::process::id())?;
    let line = script.lines().nth(start).or(script.lines().last());
    Ok(line.unwrap_or("normal").to_owned())
}

struct Fake {
    /// That of its folder.
    name: String,
    manner: String,
    socket: UnixStream,
    load: Option<Load>,
    /// What it says that it has measured, unless it was told before.
    timings: Timings,
    /// Generations that wait to be released or cancelled, with the words said so far.
    held: HashMap<u64, u32>,
    /// The beginnings that it was told to prepare.
    prepared: Vec<String>,
}

impl Fake {
    fn run(mut self) -> io::Result<ExitCode> {
        log(&format!("manner: {}", self.manner));
        loop {
            let request = match frame::read::<Request>(&mut self.socket) {
                Ok(request) => request,
                Err(FrameError::Closed | FrameError::Io(_)) => return Ok(ExitCode::SUCCESS),
                Err(error) => return Err(io::Error::other(error)),
            };
            if let Some(code) = self.answer(request)? {
                return Ok(code);
            }
        }
    }

    fn answer(&mut self, Request { id, call }: Request) -> io::Result<Option<ExitCode>> {
        match call {
            Call::Hello { .. } => return self.hello(id),
            Call::Ping => self.say(id, Body::Pong)?,
            Call::Status => {
                let status = Status {
                    active: 0,
                    waiting: 0,
                    cached_tokens: 0,
                    resident_bytes: 4242,
                    timings: Some(self.timings.clone()),
                    draft: self.draft_report(),
                };
                self.say(id, Body::Status(status))?;
            }
            Call::Load(load) => return self.load(id, load),
            Call::Generate(generate) => return self.generate(id, &generate),
            Call::Tokenize { text } => {
                let tokens = (0..words(&text)).collect();
                self.say(id, Body::Tokenized { tokens })?;
            }
            Call::Prepare(request) => {
                self.prepared.push(last_words(&request.prompt).to_owned());
                self.say(id, Body::Done)?;
            }
            Call::Examine(_) => match self.manner.as_str() {
                "examine-never-ends" => {}
                "examine-crashes" => return Ok(Some(ExitCode::from(3))),
                "examine-differs" => self.say(id, examined(-3.5))?,
                "examine-unsupported" => {
                    let what = "a text".to_owned();
                    self.say(id, Body::Failed(Failure::Unsupported { what }))?;
                }
                _ => self.say(id, examined(-3.0))?,
            },
            Call::Embed { texts } => {
                let count = texts.len() - usize::from(texts[0] == "one too few");
                let vectors = vec![vec![0.6, 0.8]; count];
                let tokens = texts.iter().map(|text| words(text)).sum();
                self.say(id, Body::Embedded { vectors, tokens })?;
            }
            Call::Cancel { target } => {
                if self.manner != "deaf"
                    && let Some(said) = self.held.remove(&target)
                {
                    self.say(target, generated(Finish::Cancelled, said))?;
                }
                self.say(id, Body::Done)?;
            }
            Call::Forget { session } => {
                log(&format!("forgets: {session}"));
                self.say(id, Body::Done)?;
            }
            Call::Unload => {
                if self.manner == "saves-late" {
                    self.save_late()?;
                }
                if self.manner != "deaf" {
                    self.say(id, Body::Done)?;
                    return Ok(Some(ExitCode::SUCCESS));
                }
            }
            Call::Describe
            | Call::Render { .. }
            | Call::SaveState { .. }
            | Call::RestoreState { .. } => {
                let what = "fake".to_owned();
                self.say(id, Body::Failed(Failure::Unsupported { what }))?;
            }
        }
        Ok(None)
    }

    /// Writes a state once somebody has emptied the folder of them.
    fn save_late(&self) -> io::Result<()> {
        let Some(folder) = self.load.as_ref().and_then(|load| load.state_folder.clone()) else {
            return Ok(());
        };
        while fs::read_dir(&folder)?.next().is_some() {
            std::thread::yield_now();
        }
        fs::write(folder.join("late.state"), "what was said")
    }

    /// Says that the smaller model gains time, and a millisecond more than it was told.
    fn draft_report(&self) -> Option<DraftReport> {
        let draft = self.load.as_ref()?.draft.as_ref()?;
        let first = DraftTimings { step_ms: 2.0, prompt_ms: 30.0 };
        let told = draft.timings.unwrap_or(first);
        let timings = DraftTimings { step_ms: told.step_ms + 1.0, ..told };
        Some(DraftReport { timings: Some(timings), in_use: true, trouble: None })
    }

    fn hello(&mut self, id: u64) -> io::Result<Option<ExitCode>> {
        let version = match self.manner.as_str() {
            "silent" => return Ok(None),
            "refuses-version" => {
                self.say(id, Body::Failed(Failure::Version { spoken: 98 }))?;
                return Ok(None);
            }
            "exits" => {
                log("no more disk");
                return Ok(Some(ExitCode::from(3)));
            }
            "wrong-version" => 99,
            _ => VERSION,
        };
        self.say(id, Body::Hello { version, backend: "fake 1".to_owned() })?;
        Ok(None)
    }

    fn load(&mut self, id: u64, load: Load) -> io::Result<Option<ExitCode>> {
        self.say(id, Body::Loading { fraction: 0.5 })?;
        match self.manner.as_str() {
            "load-fails" => {
                let reason = "tensor `x` is missing".to_owned();
                self.say(id, Body::Failed(Failure::LoadFailed { reason }))?;
                return Ok(None);
            }
            "load-killed" => kill(Signal::KILL),
            "load-stops" => kill(Signal::STOP),
            "load-never-ends" => return Ok(None),
            "load-wrong-event" => {
                self.say(id, Body::Done)?;
                return Ok(None);
            }
            _ => {}
        }
        // A file that says so cannot be loaded, whatever the manner.
        if fs::read(&load.path)?.starts_with(b"broken") {
            let reason = "the file is cut".to_owned();
            self.say(id, Body::Failed(Failure::LoadFailed { reason }))?;
            return Ok(None);
        }
        let description = ModelDescription {
            architecture: "fake".to_owned(),
            title: load.path.display().to_string(),
            parameters: 1,
            vocabulary: 1,
            context_tokens: load.context_tokens,
            context_tokens_trained: 32_768,
            embedding_length: 2,
            threads: load.threads,
            template_source: "file".to_owned(),
            load_ms: 1.0,
        };
        if let Some(known) = &load.timings {
            self.timings = known.clone();
        }
        self.load = Some(load);
        self.say(id, Body::Described(description))?;
        Ok(None)
    }

    fn generate(&mut self, id: u64, generate: &Generate) -> io::Result<Option<ExitCode>> {
        let asked = last_words(&generate.prompt);
        if asked != "wait-in-silence" {
            self.say(id, Body::Queued { ahead: 1 })?;
            self.say(id, Body::Prefill { done: 1, total: 2 })?;
            self.say(id, Body::Prefill { done: 2, total: 2 })?;
        }
        match asked {
            "busy" => self.fail(id, Failure::Busy)?,
            "too-long" => {
                self.fail(id, Failure::ContextExceeded { needed: 9, available: 8 })?;
            }
            "wrong-event" => self.say(id, Body::Done)?,
            "wait-in-silence" => drop(self.held.insert(id, 0)),
            "hold" => {
                self.piece(id, generate, "held ")?;
                self.held.insert(id, 1);
            }
            "release" => {
                for (held, said) in std::mem::take(&mut self.held) {
                    self.say(held, generated(Finish::End, said))?;
                }
                self.say(id, generated(Finish::End, 0))?;
            }
            "name" => {
                let name = self.name.clone();
                self.speak(id, generate, &name)?;
            }
            "prepared" => self.speak(id, generate, &self.prepared.join(", "))?,
            "seed" => self.speak(id, generate, &generate.sampling.seed.to_string())?,
            "model" => {
                let path = self.load.as_ref().map(|load| load.path.clone()).unwrap_or_default();
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                self.speak(id, generate, &name)?;
            }
            "die" => {
                self.piece(id, generate, "half ")?;
                return self.die();
            }
            _ => self.speak(id, generate, &format!("eco: {asked}"))?,
        }
        Ok(None)
    }

    /// Ends, hangs or misspeaks in the manner of the script; when normal, is held for ever.
    fn die(&mut self) -> io::Result<Option<ExitCode>> {
        match self.manner.as_str() {
            "crash" | "quick-then-crash" => {
                log("first\nsecond");
                return Ok(Some(ExitCode::from(3)));
            }
            "abort" => kill(Signal::ABORT),
            "killed" => kill(Signal::KILL),
            "stop" => kill(Signal::STOP),
            "garbage" => {
                self.socket.write_all(b"\0\0\0\x04junk")?;
            }
            "too-long" => self.socket.write_all(&[0xff; 8])?,
            "closes" => {
                self.socket.shutdown(Shutdown::Both)?;
                kill(Signal::STOP);
            }
            _ => {}
        }
        Ok(None)
    }

    fn speak(&mut self, id: u64, generate: &Generate, text: &str) -> io::Result<()> {
        for word in text.split_inclusive(' ') {
            self.piece(id, generate, word)?;
        }
        self.say(id, generated(Finish::End, words(text)))
    }

    fn piece(&mut self, id: u64, generate: &Generate, text: &str) -> io::Result<()> {
        let token = text.as_bytes().to_vec();
        let logprobs = generate.top_logprobs.map(|count| TokenLogprob {
            token: token.clone(),
            logprob: -0.5,
            top: vec![(token, -0.5); usize::from(count)],
        });
        let logprobs = logprobs.into_iter().collect();
        self.say(id, Body::Piece { text: text.to_owned(), logprobs })
    }

    fn fail(&mut self, id: u64, failure: Failure) -> io::Result<()> {
        self.say(id, Body::Failed(failure))
    }

    fn say(&mut self, id: u64, body: Body) -> io::Result<()> {
        frame::write(&mut self.socket, &Event { id, body }).map_err(io::Error::other)
    }
}

fn generated(finish: Finish, completion_tokens: u32) -> Body {
    Body::Generated(Generated {
        finish,
        prompt_tokens: 2,
        cached_tokens: 1,
        completion_tokens,
        messages_dropped: 3,
        queued_ms: 1.0,
        prefill_ms: 2.0,
        decode_ms: 3.0,
        drafted: None,
        forced: 0,
        grammar_ms: 0.0,
    })
}

fn examined(logprob: f64) -> Body {
    let said = vec![Choice { token: 7, lead: 1.0 }; 8];
    Body::Examined(Examination { logprobs: vec![logprob; 60], chosen: said.clone(), checked: said })
}

fn last_words(prompt: &PromptInput) -> &str {
    match prompt {
        PromptInput::Messages(messages) => {
            messages.last().map_or("", |message| message.content.as_str())
        }
        PromptInput::Text(text) => text,
    }
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn kill(signal: Signal) {
    if kill_process(getpid(), signal).is_err() {
        log("could not kill itself");
    }
}

fn log(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
