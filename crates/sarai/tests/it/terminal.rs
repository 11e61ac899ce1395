//! A person at a terminal, with another server in place of the engine.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::Child;

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::tcgetattr;

use crate::house::House;

const PROMPT: &str = "» ";
/// What the server says: words, and commands to the terminal.
const ANSWER: &str = "Hola, \\u001b[31mrojo\\u0007.";

/// A server with one model that always says the same. It ends with the process of the test.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let worker = std::thread::Builder::new().name("server".to_owned());
    worker.spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap()))).unwrap();
    url
}

fn answer(mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    reader.take(length).read_to_end(&mut Vec::new()).unwrap();
    let (kind, body) = if first.starts_with("GET") {
        ("application/json", r#"{"data":[{"id":"m"}]}"#.to_owned())
    } else {
        let said = format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"{ANSWER}"}}}}]}}"#);
        let end = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
        ("text/event-stream", format!("data: {said}\n\ndata: {end}\n\ndata: [DONE]\n\n"))
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
    // Who hung up meanwhile needs no answer.
    drop(stream.write_all((head + &body).as_bytes()));
}

/// A program and the terminal it runs in.
pub(crate) struct Terminal {
    child: Child,
    screen: File,
    pub(crate) other_end: OwnedFd,
    unread: String,
}

impl Terminal {
    pub(crate) fn open(house: &House, arguments: &[&str]) -> Terminal {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let other_end = rustix::fs::open(&name, flags, Mode::empty()).unwrap();
        let end = || other_end.try_clone().unwrap();
        let mut command = house.command(arguments);
        let child = command.env("TERM", "xterm").stdin(end()).stdout(end()).stderr(end()).spawn();
        Terminal { child: child.unwrap(), screen: screen.into(), other_end, unread: String::new() }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.screen.write_all(keys.as_bytes()).unwrap();
    }

    /// Reads until `words` stand on the screen, and returns what came before them.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            if let Some((before, rest)) = self.unread.split_once(words) {
                let (before, rest) = (before.to_owned(), rest.to_owned());
                self.unread = rest;
                return before;
            }
            let mut bytes = [0; 1024];
            let read = self.screen.read(&mut bytes).unwrap();
            self.unread.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }

    pub(crate) fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn house() -> House {
    House::new()
        .with("SARAI_ENGINE_UPSTREAM_URL", server())
        .with("SARAI_ENGINE_UPSTREAM_MODEL", "m")
}

#[test]
fn a_polite_end_at_the_prompt_gives_the_terminal_back() {
    let mut terminal = Terminal::open(&house(), &["chat"]);
    let state = |terminal: &Terminal| format!("{:?}", tcgetattr(&terminal.other_end).unwrap());
    terminal.wait_for(PROMPT);
    let edited = state(&terminal);
    kill_process(Pid::from_child(&terminal.child), Signal::TERM).unwrap();
    assert_eq!(terminal.code(), Some(0));
    assert_ne!(state(&terminal), edited, "no longer as the editor had it");
}

#[test]
fn a_conversation_goes_on_next_time_unless_a_new_one_is_asked_for() {
    let house = house();
    let last = house.path("state/last-chat");
    let mut terminal = Terminal::open(&house, &["chat"]);
    terminal.wait_for(PROMPT);
    terminal.press("una pregunta\r");
    terminal.wait_for("Hola, [31mrojo.");
    terminal.wait_for(PROMPT);
    terminal.press("/salir\r");
    assert_eq!(terminal.code(), Some(0));
    assert!(last.exists());

    // Who wants no memory neither goes on nor is gone on with.
    let before = fs::read_to_string(&last).unwrap();
    let mut terminal = Terminal::open(&house, &["chat", "--no-memory"]);
    assert!(!terminal.wait_for(PROMPT).contains("Seguimos"));
    terminal.press("otra\r");
    terminal.wait_for("rojo.");
    terminal.wait_for(PROMPT);
    terminal.press("/salir\r");
    assert_eq!(terminal.code(), Some(0));
    assert_eq!(fs::read_to_string(&last).unwrap(), before);

    let mut terminal = Terminal::open(&house, &["chat"]);
    assert!(terminal.wait_for(PROMPT).contains("Seguimos donde estábamos («una pregunta»)"));
    terminal.press("/nueva\r");
    terminal.wait_for("Conversación nueva.");
    terminal.wait_for(PROMPT);
    terminal.press("/salir\r");
    assert_eq!(terminal.code(), Some(0));
    assert!(!last.exists());
}

#[test]
fn a_conversation_outlives_the_process_it_spoke_through() {
    let house = house();
    let serving = house.serve();
    let mut terminal = Terminal::open(&house, &["chat"]);
    terminal.wait_for(PROMPT);
    serving.kill();
    terminal.press("hola\r");
    terminal.wait_for("ahora contesta esta. Repite la pregunta.");
    terminal.wait_for(PROMPT);
    terminal.press("hola\r");
    terminal.wait_for("rojo.");
}

#[test]
fn to_start_does_not_open_the_house_to_the_network_by_itself() {
    let house = house().with("SARAI_SERVER_ADDRESS", "0.0.0.0");
    let mut terminal = Terminal::open(&house, &["start"]);
    terminal.wait_for("añade --expose");
    assert_eq!(terminal.code(), Some(3));
}
