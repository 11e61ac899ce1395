//! A running server and a small HTTP client that can misbehave.

mod client;
mod obedient;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use expect_test::Expect;
use sarai_assistant::{Assistant, Parts};
use sarai_core::clock::Clock;
use sarai_core::engine::Engine;
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::random::Random;
use sarai_memory::Memory;
use sarai_server::{Options, ServeError, Services};
use sarai_testkit::{Line, ScriptedEngine, SeededRandom, SimulatedClock};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::client::{Answer, Connection, Request};
pub(crate) use self::obedient::ObedientEngine;

pub(crate) const KEY: &str = "sk-clave-de-prueba";
/// Longer than anything here takes; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Compares JSON with a snapshot: a line for each field or entry. Ids made by the server are written
/// as `ID`.
#[track_caller]
pub(crate) fn check(actual: &Value, expected: &Expect) {
    let text = match actual {
        Value::Object(fields) => {
            let lines = fields.iter().map(|(name, value)| format!("{name}: {value}"));
            lines.collect::<Vec<_>>().join("\n")
        }
        Value::Array(entries) => {
            entries.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    };
    let mut written = String::new();
    let mut word = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_lowercase() || letter.is_ascii_digit() {
            word.push(letter);
            continue;
        }
        written.push_str(if word.len() == 26 { "ID" } else { &word });
        written.push(letter);
        word.clear();
    }
    expected.assert_eq(written.trim_end());
}

/// What a server is made of.
pub(crate) struct Setup {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) options: Options,
    pub(crate) socket: bool,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            engine: Arc::new(ScriptedEngine::default()),
            options: Options {
                language: Language::English,
                api_key: KEY.to_owned(),
                cookie_key: [7; 32],
                allowed_hosts: vec!["casa.local".to_owned()],
                body_bytes_max: 1024 * 1024,
                waiting_max: 8,
            },
            socket: false,
        }
    }
}

/// A server on a free port of loopback. Dropped, it stops and joins.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) socket: Option<PathBuf>,
    shutdown: CancellationToken,
    serving: Option<JoinHandle<Result<(), ServeError>>>,
    runtime: Runtime,
    _folder: TempDir,
}

impl Server {
    /// Starts with the scripted engine saying `answers`; then it echoes.
    pub(crate) fn saying(answers: &[&str]) -> Server {
        Server::start(Setup {
            engine: Arc::new(ScriptedEngine::saying(answers)),
            ..Setup::default()
        })
    }

    pub(crate) fn scripted(script: Vec<Line>) -> Server {
        Server::start(Setup { engine: Arc::new(ScriptedEngine::new(script)), ..Setup::default() })
    }

    pub(crate) fn start(setup: Setup) -> Server {
        let simulated = Arc::new(SimulatedClock::default());
        let clock: Arc<dyn Clock> = Arc::<SimulatedClock>::clone(&simulated);
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
        let engine = setup.engine;
        let readiness = {
            let engine = Arc::clone(&engine);
            move || engine.readiness()
        };
        let assistant = Assistant::new(Parts {
            engine,
            memory: Memory::in_memory(Arc::clone(&clock)).unwrap(),
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
            limits: Limits::SMALL,
            language: Language::Spanish,
            time_zone: jiff::tz::TimeZone::UTC,
            recall_rate: Arc::new(|| None),
            background_reading: None,
        });
        let services = Services {
            assistant: Arc::new(assistant),
            clock,
            random,
            readiness: Arc::new(readiness),
        };
        let folder = tempfile::tempdir().unwrap();
        let socket = setup.socket.then(|| folder.path().join("sarai.sock"));
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let bound = sarai_server::bind(&[any_port], socket.as_deref()).unwrap();
        let address = bound.address().unwrap();
        let shutdown = CancellationToken::new();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let serving = runtime.spawn(bound.serve(services, setup.options, shutdown.clone()));
        Server {
            address,
            clock: simulated,
            socket,
            shutdown,
            serving: Some(serving),
            runtime,
            _folder: folder,
        }
    }

    /// Tells the server to stop, without waiting.
    pub(crate) fn begin_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Waits until the server has ended.
    pub(crate) fn join(&mut self) {
        let serving = self.serving.take().unwrap();
        let within = async { tokio::time::timeout(PATIENCE, serving).await };
        self.runtime.block_on(within).unwrap().unwrap().unwrap();
    }

    #[expect(clippy::needless_pass_by_value, reason = "requests are made where they are sent")]
    pub(crate) fn send(&self, request: Request) -> Answer {
        self.open(&request).read()
    }

    /// Sends a request and leaves its answer to be read.
    pub(crate) fn open(&self, request: &Request) -> Connection {
        Connection::tcp(self.address, request)
    }

    /// Asks with the key.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).key(KEY))
    }

    /// Posts JSON with the key.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Request::post(path, body).key(KEY))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if self.serving.is_some() && !std::thread::panicking() {
            self.join();
        }
    }
}
