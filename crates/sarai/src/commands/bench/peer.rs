//! A peer to compare with: llama.cpp's own server, or a program that takes its options and answers
//! as it does, started for a bench and ended with it.

mod client;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::language::Language;
use thiserror::Error;

pub(super) use self::client::{Answer, Question};
use self::client::{Client, Health};
use crate::spawn::{self, Served};
use crate::trouble::{Exit, Trouble};

/// How long loading the model may take.
const LOAD_DEADLINE: Duration = Duration::from_mins(5);
/// Between two questions whether it is ready.
const LOOK: Duration = Duration::from_millis(100);
/// Lines of what it wrote that an error shows.
const LOG_LINES: usize = 5;
/// An option by which its help is known.
const MARK: &str = "--threads-batch";

/// What goes wrong with a peer.
#[derive(Debug, Error)]
pub(super) enum PeerError {
    #[error("could not start `{program}`: {source}")]
    Start { program: String, source: io::Error },
    #[error("`{0}` is no llama-server, and does not take its options")]
    NotLlamaServer(String),
    #[error("the peer ended ({status}); it wrote: {log}")]
    Ended { status: String, log: String },
    #[error("the peer was not ready after {} s; it wrote: {log}", LOAD_DEADLINE.as_secs())]
    Late { log: String },
    #[error("the peer did not answer: {0}")]
    Request(String),
    #[error("the peer answered something else: {0}")]
    Answer(String),
    #[error("could not prepare the peer: {0}")]
    System(#[from] io::Error),
}

impl PeerError {
    /// Returns it as the command line ends with it.
    pub(super) fn trouble(&self, language: Language) -> Trouble {
        let message = match language {
            Language::English => self.to_string(),
            Language::Spanish => self.spanish(),
        };
        let exit = match self {
            PeerError::Start { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Exit::NotFound
            }
            PeerError::Start { .. } | PeerError::NotLlamaServer(_) => Exit::Usage,
            _ => Exit::Failed,
        };
        let hint = match self {
            PeerError::Start { .. } | PeerError::NotLlamaServer(_) => language.pick(
                "`cargo xtask peers` lo compila y dice dónde está",
                "`cargo xtask peers` builds it and says where it is",
            ),
            _ => "",
        };
        Trouble::new(exit, message, hint)
    }

    fn spanish(&self) -> String {
        match self {
            PeerError::Start { program, source } => {
                format!("no se pudo arrancar `{program}`: {source}")
            }
            PeerError::NotLlamaServer(program) => {
                format!("`{program}` no es un llama-server ni admite sus opciones")
            }
            PeerError::Ended { status, log } => {
                format!("el otro servidor terminó ({status}); escribió: {log}")
            }
            PeerError::Late { log } => format!(
                "el otro servidor no estaba listo tras {} s; escribió: {log}",
                LOAD_DEADLINE.as_secs()
            ),
            PeerError::Request(what) => format!("el otro servidor no contestó: {what}"),
            PeerError::Answer(what) => format!("el otro servidor contestó otra cosa: {what}"),
            PeerError::System(error) => format!("no se pudo preparar el otro servidor: {error}"),
        }
    }
}

/// What a peer is started with.
#[derive(Debug, Clone, Copy)]
pub(super) struct PeerSettings<'a> {
    pub(super) program: &'a Path,
    pub(super) model: &'a Path,
    pub(super) threads: u64,
    pub(super) context_tokens: u32,
    /// A file that it writes into, in a folder that is there.
    pub(super) log: &'a Path,
    /// Options besides.
    pub(super) options: &'a [String],
}

/// A running peer. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Peer {
    served: Served,
    client: Client,
    log: PathBuf,
}

impl Peer {
    /// Starts it and waits until it has loaded the model.
    pub(super) fn start(settings: PeerSettings<'_>, clock: &dyn Clock) -> Result<Peer, PeerError> {
        check(settings.program)?;
        // Free now. Should somebody be quicker, the peer says so and ends.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        Peer::start_on(settings, port, clock)
    }

    fn start_on(
        settings: PeerSettings<'_>,
        port: u16,
        clock: &dyn Clock,
    ) -> Result<Peer, PeerError> {
        let log = File::create(settings.log)?;
        let name = format!("sarai-bench-{}-{port}", std::process::id());
        let served = spawn::serve(settings.program, &arguments(settings, port, &name), &log)
            .map_err(|error| could_not_start(settings.program, error))?;
        let mut peer = Peer { served, client: Client::new(port), log: settings.log.to_owned() };
        let (_open, never) = sync_channel::<()>(0);
        let begun = clock.elapsed();
        while clock.elapsed().saturating_sub(begun) < LOAD_DEADLINE {
            if peer.client.health(&name) == Health::Ready {
                return Ok(peer);
            }
            peer.check_alive()?;
            if never.recv_timeout(LOOK).is_ok() {
                break;
            }
        }
        Err(PeerError::Late { log: peer.last_lines() })
    }

    /// Asks for an answer and waits for its end.
    pub(super) fn answer(&mut self, question: &Question<'_>) -> Result<Answer, PeerError> {
        let answer = self.client.answer(question);
        if answer.is_err() {
            self.check_alive()?;
        }
        answer
    }

    fn check_alive(&mut self) -> Result<(), PeerError> {
        match self.served.ended()? {
            None => Ok(()),
            Some(status) => {
                Err(PeerError::Ended { status: status.to_string(), log: self.last_lines() })
            }
        }
    }

    fn last_lines(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join(" · ")
    }
}

/// Returns how a peer is called in tables.
pub(super) fn name(program: &Path) -> String {
    program.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Fails unless this is a program that can be a peer.
pub(super) fn check(program: &Path) -> Result<(), PeerError> {
    let help = spawn::help_of(program).map_err(|error| could_not_start(program, error))?;
    if help.contains(MARK) {
        return Ok(());
    }
    Err(PeerError::NotLlamaServer(program.display().to_string()))
}

fn could_not_start(program: &Path, source: io::Error) -> PeerError {
    PeerError::Start { program: program.display().to_string(), source }
}

fn arguments(settings: PeerSettings<'_>, port: u16, name: &str) -> Vec<OsString> {
    let threads = settings.threads.to_string();
    let mut arguments: Vec<OsString> = vec!["--model".into(), settings.model.into()];
    let context = settings.context_tokens.to_string();
    let port = port.to_string();
    arguments.extend(
        [
            ["--threads", &threads],
            ["--threads-batch", &threads],
            ["--ctx-size", &context],
            // One conversation at a time, which has the whole context, as ours does.
            ["--parallel", "1"],
            ["--host", "127.0.0.1"],
            ["--port", &port],
            ["--alias", name],
        ]
        .into_iter()
        .flatten()
        .map(OsString::from),
    );
    arguments.extend(["--offline", "--no-ui"].map(OsString::from));
    arguments.extend(settings.options.iter().map(OsString::from));
    arguments
}

#[cfg(test)]
mod tests;
