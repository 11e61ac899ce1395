//! A server on loopback that says what the test wrote.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use serde_json::Value;

/// What the server does with one connection.
pub(crate) enum Part {
    /// Answers with this status line, these headers and this body.
    Say { status: &'static str, headers: &'static str, body: String },
    /// Begins an answer with these events and goes on with comments until the client leaves.
    Endless(Vec<String>),
    /// Begins an answer with these bytes and cuts the connection.
    Cut(String),
    /// Says nothing until the client leaves.
    Silence,
    /// Begins an answer with these bytes and says nothing more until the client leaves.
    Hush(String),
}

impl Part {
    pub(crate) fn json(body: &Value) -> Part {
        let body = body.to_string();
        Part::Say { status: "200 OK", headers: "content-type: application/json\r\n", body }
    }

    pub(crate) fn events(events: &[Value]) -> Part {
        let body = events.iter().map(event).chain(["data: [DONE]\n\n".to_owned()]).collect();
        Part::Say { status: "200 OK", headers: "content-type: text/event-stream\r\n", body }
    }

    pub(crate) fn refusal(status: &'static str, headers: &'static str, body: &Value) -> Part {
        Part::Say { status, headers, body: body.to_string() }
    }
}

pub(crate) fn event(event: &Value) -> String {
    format!("data: {event}\n\n")
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// Such as `POST /v1/chat/completions`.
    pub(crate) what: String,
    /// In lower case, one a line.
    pub(crate) headers: String,
    pub(crate) body: Value,
}

pub(crate) struct StandIn {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    left: Receiver<()>,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// Plays one part for each connection, in order.
    pub(crate) fn new(parts: Vec<Part>) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ending = Arc::new(AtomicBool::new(false));
        let (leaving, left) = sync_channel(16);
        let thread = {
            let (heard, ending) = (Arc::clone(&heard), Arc::clone(&ending));
            Builder::new().name("stand-in".to_owned()).spawn(move || {
                for part in parts {
                    let (stream, _) = listener.accept().unwrap();
                    if ending.load(Ordering::SeqCst) {
                        return;
                    }
                    play(part, stream, &heard, &leaving);
                }
            })
        };
        StandIn { address, heard, left, ending, thread: Some(thread.unwrap()) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until a client has left an endless or silent part.
    #[track_caller]
    pub(crate) fn wait_until_left(&self) {
        self.left.recv_timeout(crate::house::SOON).unwrap();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        // Wakes the thread if it still waits for somebody.
        drop(TcpStream::connect(self.address));
        let played = self.thread.take().unwrap().join();
        if !std::thread::panicking() {
            played.unwrap();
        }
    }
}

fn play(part: Part, mut stream: TcpStream, heard: &Mutex<Vec<Heard>>, left: &SyncSender<()>) {
    let request = read(&stream);
    heard.lock().unwrap().push(request);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    match part {
        Part::Say { status, headers, body } => {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
        Part::Endless(events) => {
            stream.write_all(format!("{head}{}", events.concat()).as_bytes()).unwrap();
            while stream.write_all(b": still here\n\n").is_ok() {}
            left.send(()).unwrap();
        }
        Part::Cut(bytes) => stream.write_all(format!("{head}{bytes}").as_bytes()).unwrap(),
        Part::Silence => wait_until_left(stream, left),
        Part::Hush(bytes) => {
            stream.write_all(format!("{head}{bytes}").as_bytes()).unwrap();
            wait_until_left(stream, left);
        }
    }
}

fn wait_until_left(mut stream: TcpStream, left: &SyncSender<()>) {
    let mut rest = Vec::new();
    // Whether it ends or breaks off, the client has left.
    stream.read_to_end(&mut rest).ok();
    left.send(()).unwrap();
}

fn read(stream: &TcpStream) -> Heard {
    let mut input = BufReader::new(stream);
    let mut what = String::new();
    input.read_line(&mut what).unwrap();
    let mut headers = String::new();
    loop {
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        headers.push_str(&line.to_lowercase());
    }
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    input.read_exact(&mut body).unwrap();
    let what = what.trim().trim_end_matches(" HTTP/1.1").to_owned();
    Heard { what, headers, body: serde_json::from_slice(&body).unwrap_or_default() }
}
