//! A peer that is a loopback server of the test, or a program that is a script.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use sarai_core::language::Language;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{Client, Health};
use super::{Answer, MARK, Peer, PeerError, PeerSettings, Question, check};
use crate::system::SystemClock;
use crate::trouble::Exit;

/// Serves one connection after another over real HTTP: each answer goes to one request. Returns what
/// `ask` made of it, and the requests' bodies.
fn with_server<T>(answers: &[(u16, &str)], ask: impl FnOnce(u16) -> T) -> (T, Vec<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            let serve = |(status, body): &(u16, &str)| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut length = 0;
                for line in reader.by_ref().lines() {
                    let line = line.unwrap().to_lowercase();
                    if let Some(value) = line.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line.is_empty() {
                        break;
                    }
                }
                let mut request = vec![0; length];
                reader.read_exact(&mut request).unwrap();
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all((head + body).as_bytes()).unwrap();
                String::from_utf8(request).unwrap()
            };
            answers.iter().map(serve).collect::<Vec<_>>()
        });
        let outcome = ask(port);
        (outcome, server.join().unwrap())
    })
}

fn ask(port: u16, schema: Option<&Value>) -> Result<Answer, PeerError> {
    Client::new(port).answer(&Question { prompt: "¿Qué hora es?", tokens_max: 64, schema })
}

const ANSWER: &str = r#"{"content":"Las dos.","tokens_evaluated":200,"tokens_predicted":4,
    "tokens_cached":203,"timings":{"cache_n":150,"prompt_n":50,"prompt_ms":500.5,
    "predicted_n":4,"predicted_ms":90.25}}"#;

#[test]
fn an_answer_is_read_with_what_it_took() {
    let (answer, requests) = with_server(&[(200, ANSWER)], |port| ask(port, None));
    let expected = Answer {
        text: "Las dos.".to_owned(),
        prompt_tokens: 200,
        cached_tokens: 150,
        tokens: 4,
        prefill_ms: 500.5,
        decode_ms: 90.25,
        guessed: 0,
        accepted: 0,
    };
    assert_eq!(answer.unwrap(), expected);
    let request: Value = serde_json::from_str(&requests[0]).unwrap();
    assert_eq!(
        request,
        json!({ "prompt": "¿Qué hora es?", "n_predict": 64, "temperature": 0, "cache_prompt": true, "stream": false })
    );
}

#[test]
fn a_form_is_asked_for_and_guesses_are_counted() {
    let guessed = ANSWER.replace(r#""cache_n""#, r#""draft_n":8,"draft_n_accepted":3,"cache_n""#);
    let schema = json!({ "type": "object" });
    let (answer, requests) = with_server(&[(200, &guessed)], |port| ask(port, Some(&schema)));
    let answer = answer.unwrap();
    assert_eq!((answer.guessed, answer.accepted), (8, 3));
    let request: Value = serde_json::from_str(&requests[0]).unwrap();
    assert_eq!(request["json_schema"], schema);
}

#[test]
fn what_is_no_answer_is_an_error() {
    let check = |status, body, expected: &str| {
        let (answer, _) = with_server(&[(status, body)], |port| ask(port, None));
        let message = answer.unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    };
    check(200, "<html>", "the peer answered something else: ");
    check(200, r#"{"content":"x"}"#, "the peer answered something else: missing field");
    check(500, "no memory", "the peer did not answer: 500");
    assert!(matches!(ask(nobody(), None), Err(PeerError::Request(_))));
}

/// A port that nobody listens on.
fn nobody() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn one_that_loads_or_is_another_is_not_ready() {
    let check = |answers: &[(u16, &str)], expected| {
        assert_eq!(with_server(answers, |port| Client::new(port).health("me")).0, expected);
    };
    check(&[(503, "{}")], Health::NotYet);
    check(&[(200, "{}"), (200, r#"{"data":[{"id":"me"}]}"#)], Health::Ready);
    check(&[(200, "{}"), (200, r#"{"data":[{"id":"other"}]}"#)], Health::NotYet);
    check(&[(200, "{}"), (404, "{}")], Health::NotYet);
    check(&[(200, "<html>")], Health::NotYet);
    assert_eq!(Client::new(nobody()).health("me"), Health::NotYet);
}

/// A folder with a program that is a shell script.
fn program(script: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("llama-server");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

#[test]
fn what_is_no_llama_server_is_said() {
    let (folder, other) = program("echo usage: other");
    let expect = |path: &Path, exit, spanish: &str| {
        let trouble = check(path).unwrap_err().trouble(Language::Spanish);
        assert_eq!(trouble.exit, exit);
        assert!(trouble.explanation.message.ends_with(spanish), "{trouble}");
        assert!(trouble.explanation.hint.unwrap().contains("cargo xtask peers"));
    };
    expect(&other, Exit::Usage, "no es un llama-server ni admite sus opciones");
    expect(&folder.path().join("none"), Exit::NotFound, "(os error 2)");
    expect(folder.path(), Exit::Usage, "(os error 13)");
    let (_folder, good) = program(&format!("echo {MARK}"));
    check(&good).unwrap();
}

#[test]
fn one_that_ends_is_an_error_with_its_last_words() {
    // As when its port is taken.
    let (folder, path) = program("echo \"could not bind: $@\" >&2; exit 3");
    let log = folder.path().join("log");
    let settings = PeerSettings {
        program: &path,
        model: Path::new("/models/x.gguf"),
        threads: 2,
        context_tokens: 4096,
        log: &log,
        options: &["--extra".to_owned()],
    };
    let error = Peer::start_on(settings, nobody(), &SystemClock::new()).unwrap_err();
    let message = error.trouble(Language::English).explanation.message;
    assert!(message.starts_with("the peer ended (exit status: 3)"), "{message}");
    for words in ["--model /models/x.gguf", "--threads 2", "--ctx-size 4096", "--extra"] {
        assert!(message.contains(words), "{message}");
    }
}
