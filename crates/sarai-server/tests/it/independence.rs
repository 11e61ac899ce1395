//! One who is slow, gone or idle does not hold up the others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineHealth, Generation, ModelSummary, Sink,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_testkit::ScriptedEngine;
use serde_json::json;

use crate::support::{Connection, KEY, Request, Server, Setup};

/// An engine that takes its time to say how far it is.
struct Hesitant {
    scripted: ScriptedEngine,
    asked: AtomicUsize,
    gate: Arc<Mutex<()>>,
}

impl Engine for Hesitant {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        self.scripted.generate(generation, sink)
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
        self.asked.fetch_add(1, Ordering::SeqCst);
        drop(self.gate.lock().unwrap());
        self.scripted.readiness()
    }

    fn health(&self) -> EngineHealth {
        self.scripted.health()
    }
}

#[test]
fn an_engine_that_hesitates_does_not_hold_up_the_others() {
    for path in ["/readyz", "/health", "/api/sarai/status", "/"] {
        let gate = Arc::new(Mutex::new(()));
        let engine = Arc::new(Hesitant {
            scripted: ScriptedEngine::default(),
            asked: 0.into(),
            gate: Arc::clone(&gate),
        });
        let server =
            Server::start(Setup { engine: Arc::<Hesitant>::clone(&engine), ..Setup::default() });
        let closed = gate.lock().unwrap();
        // As many as the server has worker threads.
        let held = [(); 2].map(|()| server.open(&Request::get(path).key(KEY)));
        while engine.asked.load(Ordering::SeqCst) < held.len() {}
        assert_eq!(server.get("/livez").status, 200, "{path}");
        drop(closed);
        for connection in held {
            assert_eq!(connection.read().status, 200, "{path}");
        }
    }
}

/// Computes vectors when it is let: each call waits for a word.
struct Computer {
    scripted: ScriptedEngine,
    texts: AtomicUsize,
    go: Mutex<Receiver<()>>,
}

impl Engine for Computer {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        self.scripted.generate(generation, sink)
    }

    fn embed(
        &self,
        model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        self.texts.fetch_add(texts.len(), Ordering::SeqCst);
        self.go.lock().unwrap().recv().unwrap();
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
fn vectors_that_nobody_waits_for_are_not_computed() {
    const TEXTS: usize = 256;
    let (go, gate) = sync_channel(TEXTS);
    let engine = Arc::new(Computer {
        scripted: ScriptedEngine::default(),
        texts: 0.into(),
        go: Mutex::new(gate),
    });
    let server =
        Server::start(Setup { engine: Arc::<Computer>::clone(&engine), ..Setup::default() });
    let body = json!({ "model": "scripted", "input": vec!["uno"; TEXTS] });
    let computed = || engine.texts.load(Ordering::SeqCst);

    let client = server.open(&Request::post("/v1/embeddings", &body).key(KEY));
    while computed() == 0 {}
    drop(client);
    // One step for each look at the server, which sees the hang-up meanwhile.
    while !server.get("/metrics").body.contains("sarai_requests_in_hand 0") {
        go.send(()).unwrap();
    }
    assert!(computed() < TEXTS, "{} texts", computed());

    for _ in 0..TEXTS {
        let _unneeded = go.try_send(());
    }
    let whole = server.post("/v1/embeddings", &body).json();
    assert_eq!(whole["data"].as_array().unwrap().len(), TEXTS);
    assert_eq!(whole["data"][255]["index"], 255);
    assert_eq!(whole["usage"]["prompt_tokens"], 256);
}

#[test]
fn strangers_cannot_take_the_owners_connection() {
    use std::io::{Read, Write};
    let server = Server::start(Setup { socket: true, ..Setup::default() });
    let idle: Vec<_> = (0..256)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(server.address).unwrap();
            stream.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            // Answered, so the server has taken it; it stays open.
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        })
        .collect();
    let path = server.socket.as_deref().unwrap();
    assert_eq!(Connection::unix(path, &Request::get("/api/sarai/status")).read().status, 200);
    drop(idle);
}
