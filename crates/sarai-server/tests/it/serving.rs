//! Queue, hang-ups, shutdown, health and figures.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink,
};
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::readiness::Readiness;
use sarai_server::ServeError;
use sarai_testkit::{Line, ScriptedEngine};
use serde_json::{Value, json};

use crate::chat::hello;
use crate::support::{Connection, KEY, Request, Server, Setup};

fn streamed() -> Value {
    let mut body = hello();
    body["stream"] = json!(true);
    body
}

/// Says a word, then the rest when told to.
fn gated() -> (SyncSender<()>, Line) {
    let (open, gate) = sync_channel(1);
    (open, Line::SayAfter { first: "uno ".to_owned(), gate, rest: "dos tres".to_owned() })
}

fn with_places(places: usize, script: Vec<Line>) -> Server {
    let mut setup = Setup { engine: Arc::new(ScriptedEngine::new(script)), ..Setup::default() };
    setup.options.waiting_max = places;
    Server::start(setup)
}

/// Asks until a place is free.
#[track_caller]
fn free_again(server: &Server) {
    let mut answers = std::iter::repeat_with(|| server.post("/v1/chat/completions", &hello()));
    let status =
        answers.by_ref().take(5000).map(|answer| answer.status).find(|status| *status != 429);
    assert_eq!(status, Some(200));
}

#[test]
fn a_client_that_hangs_up_stops_its_answer_and_frees_its_place() {
    for body in [streamed(), hello()] {
        let mut setup = Setup { engine: Arc::new(Talker::default()), ..Setup::default() };
        setup.options.waiting_max = 1;
        let server = Server::start(setup);
        let mut first = server.open(&Request::post("/v1/chat/completions", &body).key(KEY));
        if body["stream"] == true {
            first.wait_for("bla");
        } else {
            // Nothing of the answer shows yet: the place does.
            while !server.get("/metrics").body.contains("sarai_requests_in_hand 1") {}
        }
        let full = server.post("/v1/chat/completions", &hello());
        assert_eq!((full.status, full.error().1.as_str()), (429, "queue_full"));
        assert!(full.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
        drop(first);
        free_again(&server);
        let figures = server.get("/metrics").body;
        assert!(figures.contains("sarai_turns_total{outcome=\"stopped\"} 1"), "{figures}");
        assert!(figures.contains("sarai_requests_in_hand 0"), "{figures}");
    }
}

/// Talks until it is told to stop, the first time.
#[derive(Default)]
struct Talker {
    scripted: ScriptedEngine,
    has_talked: AtomicBool,
}

impl Engine for Talker {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        if !self.has_talked.swap(true, Ordering::SeqCst) {
            while sink(EngineEvent::Piece { text: "bla ", logprobs: &[] }).is_continue() {}
        }
        let mut completion =
            self.scripted.generate(generation, &mut |_| ControlFlow::Continue(()))?;
        completion.finish = match sink(EngineEvent::Piece { text: "fin", logprobs: &[] }) {
            ControlFlow::Break(()) => Finish::Cancelled,
            ControlFlow::Continue(()) => Finish::End,
        };
        Ok(completion)
    }

    fn embed(
        &self,
        model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        self.scripted.embed(model, texts)
    }

    fn models(&self) -> Vec<ModelSummary> {
        self.scripted.models()
    }

    fn readiness(&self) -> Readiness {
        self.scripted.readiness()
    }

    fn health(&self) -> EngineHealth {
        self.scripted.health()
    }
}

#[test]
fn ten_clients_at_once_each_get_an_answer_or_a_pause() {
    let (open, line) = gated();
    let server = with_places(3, vec![line]);
    let mut first = server.open(&Request::post("/v1/chat/completions", &streamed()).key(KEY));
    first.wait_for("uno");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..10)
            .map(|_| scope.spawn(|| server.post("/v1/chat/completions", &hello())))
            .collect();
        asked
            .into_iter()
            .map(|client| client.join().unwrap())
            .map(|answer| {
                let pause = answer.header("retry-after").is_some();
                assert_eq!(pause, answer.status == 429, "{}", answer.body);
                answer.status
            })
            .collect()
    });
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&200), "{statuses:?}");
    open.send(()).unwrap();
    assert!(first.read_rest().ends_with("data: [DONE]\n\n\r\n0\r\n\r\n"));
}

#[test]
fn answers_in_flight_are_stopped_and_everything_is_joined() {
    let (open, line) = gated();
    let mut server = with_places(2, vec![line]);
    let mut answer = server.open(&Request::post("/v1/chat/completions", &streamed()).key(KEY));
    answer.wait_for("uno");
    server.begin_to_stop();
    // The engine goes on once the grace is over: then it is told to stop.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(answer.read_rest().contains("server_stopping"));
        });
        let (_never, pause) = sync_channel::<()>(1);
        assert!(pause.recv_timeout(Duration::from_millis(1200)).is_err());
        open.send(()).unwrap();
    });
    server.join();
    assert!(std::net::TcpStream::connect(server.address).is_err());
}

#[test]
fn an_idle_server_stops_at_once_and_takes_its_socket_along() {
    let mut server = Server::start(Setup { socket: true, ..Setup::default() });
    let path = server.socket.clone().unwrap();
    assert_eq!(Connection::unix(&path, &Request::get("/livez")).read().status, 200);
    let began = std::time::Instant::elapsed;
    let started = started();
    server.begin_to_stop();
    server.join();
    assert!(began(&started) < Duration::from_secs(1));
    assert!(!path.exists());
}

#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
fn started() -> std::time::Instant {
    std::time::Instant::now()
}

fn unfinished(needed: Option<u32>) -> EngineError {
    EngineError::Unfinished { reason: "x".to_owned(), text: String::new(), needed }
}

#[test]
fn failures_of_the_engine_have_their_status() {
    let model = || ModelName::new("m").unwrap();
    let failures = [
        (EngineError::NotReady(Readiness::Starting), 503, "model_not_ready"),
        (EngineError::Busy { retry_after_s: 7 }, 429, "queue_full"),
        (EngineError::ModelNotFound(model()), 404, "model_not_found"),
        (EngineError::ContextExceeded { needed: 9, available: 8 }, 400, "context_length_exceeded"),
        (EngineError::BadConstraint { reason: "x".to_owned() }, 400, "invalid_schema"),
        (EngineError::BadGrammar { reason: "x".to_owned() }, 400, "invalid_grammar"),
        (unfinished(Some(7)), 400, "answer_unfinished"),
        (unfinished(None), 500, "answer_unfinished"),
        (
            EngineError::LoadFailed { model: model(), reason: "x".to_owned() },
            503,
            "model_load_failed",
        ),
        (EngineError::Crashed { reason: "x".to_owned() }, 503, "engine_crashed"),
        (EngineError::Stalled { seconds: 3 }, 503, "engine_stalled"),
        (EngineError::OutOfMemory, 503, "out_of_memory"),
        (EngineError::Upstream { status: None, reason: "x".to_owned() }, 503, "upstream_failed"),
        (EngineError::Unsupported { what: "x".to_owned() }, 400, "unsupported"),
        (EngineError::Protocol("x".to_owned()), 500, "internal_error"),
    ];
    for (failure, status, code) in failures {
        let name = failure.to_string();
        let server = Server::scripted(vec![Line::Fail(failure.clone()), Line::Fail(failure)]);
        for body in [hello(), streamed()] {
            let answer = server.post("/v1/chat/completions", &body);
            assert_eq!((answer.status, answer.error().1.as_str()), (status, code), "{name}");
            let retry_after = answer.header("retry-after");
            assert_eq!(retry_after.is_some(), [429, 503].contains(&status), "{name}");
            if status == 429 {
                assert_eq!(retry_after, Some("7"));
            }
        }
    }
}

#[test]
fn readiness_tells_the_reason_and_the_progress() {
    let engine = Arc::new(ScriptedEngine::default());
    let server =
        Server::start(Setup { engine: Arc::<ScriptedEngine>::clone(&engine), ..Setup::default() });
    assert_eq!(server.get("/readyz").json()["phase"], "ready");
    let model = || ModelName::new("m").unwrap();
    engine.set_readiness(Readiness::Downloading { model: model(), bytes_done: 1, bytes_total: 4 });
    let loading = server.get("/readyz");
    assert_eq!((loading.status, &loading.json()["fraction"]), (503, &json!(0.25)));
    assert!(loading.header("retry-after").is_some());
    assert_eq!(server.get("/livez").status, 200);
    let health = server.get("/health");
    assert_eq!((health.status, &health.json()["status"]), (200, &json!("downloading")));
    let asked = server.post("/v1/chat/completions", &hello());
    assert_eq!((asked.status, asked.error().1.as_str()), (503, "model_not_ready"));
    engine.set_readiness(Readiness::Failed { reason: "no hay archivo".to_owned() });
    let failed = server.get("/health");
    assert_eq!(
        (failed.status, &failed.json()["readiness"]["reason"]),
        (503, &json!("no hay archivo"))
    );
}

#[test]
fn a_browser_sees_health_as_a_page() {
    let server = Server::saying(&[]);
    let page = |language: &str| {
        let request = Request::get("/health").header("accept", "text/html,*/*");
        server.send(request.header("accept-language", language))
    };
    let spanish = page("es");
    assert_eq!(spanish.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(spanish.body.contains("<html lang=\"es\">"), "{}", spanish.body);
    assert!(spanish.body.contains("<dt>Reinicios del motor</dt><dd>0</dd>"), "{}", spanish.body);
    assert!(page("en").body.contains("<dt>Engine restarts</dt><dd>0</dd>"));
}

#[test]
fn figures_are_counted_and_what_nobody_measured_is_absent() {
    let server = Server::saying(&["uno dos"]);
    let before = server.get("/metrics");
    let kind = before.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    assert!(!before.body.contains("sarai_tokens_total{"), "{}", before.body);
    server.post(
        "/v1/chat/completions",
        &json!({
            "model": "scripted",
            "messages": [{ "role": "user", "content": "hola" }],
        }),
    );
    server.get("/v1/models/nobody");
    let after = server.get("/metrics").body;
    for line in [
        "sarai_http_requests_total{route=\"/v1/chat/completions\",status=\"200\"} 1",
        "sarai_http_requests_total{route=\"/v1/models/{*id}\",status=\"404\"} 1",
        "sarai_turns_total{outcome=\"answered\"} 1",
        "sarai_tokens_total{kind=\"completion\"} 2",
        "sarai_tokens_total{kind=\"prompt\"} 1",
        "sarai_turn_seconds_count 1",
        "sarai_first_token_seconds_count 1",
        "sarai_engine_restarts_total 0",
        "sarai_requests_in_hand 0",
    ] {
        assert!(after.lines().any(|found| found == line), "{line} in {after}");
    }
    let memory = after.lines().find_map(|line| line.strip_prefix("sarai_ram_gb ")).unwrap();
    assert!((0.001..8.0).contains(&memory.parse::<f64>().unwrap()), "{memory}");
    assert!(after.ends_with("# EOF\n"));
}

#[test]
fn a_panic_fails_one_request_and_the_server_lives() {
    let server = Server::start(Setup { engine: Arc::new(panicking::Engine), ..Setup::default() });
    for body in [hello(), streamed()] {
        let answer = server.post("/v1/chat/completions", &body);
        assert_eq!((answer.status, answer.error().1.as_str()), (500, "internal_error"));
    }
    assert_eq!(server.get("/livez").status, 200);
}

/// An engine with a defect.
mod panicking {
    use sarai_core::engine::{
        Completion, Embeddings, EngineError, EngineHealth, Generation, ModelSummary, Sink,
    };
    use sarai_core::id::ModelName;
    use sarai_core::readiness::Readiness;

    pub(super) struct Engine;

    impl sarai_core::engine::Engine for Engine {
        fn generate(&self, _: &Generation, _: &mut Sink<'_>) -> Result<Completion, EngineError> {
            panic!("a defect")
        }

        fn embed(&self, _: Option<&ModelName>, _: &[String]) -> Result<Embeddings, EngineError> {
            panic!("a defect")
        }

        fn models(&self) -> Vec<ModelSummary> {
            Vec::new()
        }

        fn readiness(&self) -> Readiness {
            Readiness::Starting
        }

        fn health(&self) -> EngineHealth {
            EngineHealth::default()
        }
    }
}

#[test]
fn the_first_free_address_is_taken() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    let bound = sarai_server::bind(&[taken, any], None).unwrap();
    assert_ne!(bound.address(), Some(taken));
    let refused = sarai_server::bind(&[taken], None).unwrap_err();
    assert!(matches!(&refused, ServeError::NoAddress(refused) if refused[0].0 == taken));
    assert_eq!(refused.kind(), FailureKind::Unavailable);
    let told = refused.explain(Language::Spanish);
    assert!(told.message.contains(&taken.to_string()), "{}", told.message);
    drop(holder);
}

#[test]
fn a_socket_in_use_is_refused_and_a_dead_one_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sarai.sock");
    let any = ["127.0.0.1:0".parse().unwrap()];
    let living = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let refused = sarai_server::bind(&any, Some(&path)).unwrap_err();
    assert!(matches!(&refused, ServeError::SocketInUse(found) if *found == path));
    drop(living);
    assert!(path.exists());
    drop(sarai_server::bind(&any, Some(&path)).unwrap());
    assert!(!path.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let nowhere = sarai_server::bind(&any, Some(&folder.path().join("no/such/sarai.sock")));
    assert!(matches!(nowhere.unwrap_err(), ServeError::Socket { .. }));
}
