//! A conversation in a terminal, typed by hand. `script` gives the terminal.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::{SMALL, house_with, timed};
use crate::house::House;

const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";
const PROMPT: &str = "» ";

/// A program in a terminal.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: ChildStdout,
    unread: Vec<u8>,
}

impl Terminal {
    #[expect(clippy::disallowed_methods, reason = "the one place that starts a terminal")]
    fn open(house: &House, arguments: &[&str]) -> Terminal {
        let inner = house.command(arguments);
        let words = std::iter::once(inner.get_program()).chain(inner.get_args());
        let words = words.map(|word| word.to_str().unwrap()).collect::<Vec<_>>();
        let mut command = Command::new("script");
        command.args([
            "--quiet",
            "--flush",
            "--return",
            "--command",
            &format!("exec {}", words.join(" ")),
        ]);
        command.arg("/dev/null");
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("TERM", "xterm").env("SHELL", "/bin/sh");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let (keys, screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Terminal { child, keys, screen, unread: Vec::new() }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Reads until `words` stand on the screen, and returns what came before them.
    #[track_caller]
    fn wait_for(&mut self, words: &str) -> String {
        loop {
            let text = String::from_utf8_lossy(&self.unread).into_owned();
            if let Some((before, rest)) = text.split_once(words) {
                let before = before.to_owned();
                self.unread = rest.as_bytes().to_vec();
                return before;
            }
            let mut bytes = [0; 1024];
            let read = self.screen.read(&mut bytes).unwrap();
            assert!(read > 0, "the screen went dark before {words:?}: {text}");
            self.unread.extend(&bytes[..read]);
        }
    }

    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.unread.extend(rest);
        (self.child.wait().unwrap().code(), String::from_utf8_lossy(&self.unread).into_owned())
    }
}

#[test]
fn a_conversation_is_held_interrupted_and_left() {
    let house = house_with(SMALL).with("SARAI_LANG", "en");
    let mut terminal = Terminal::open(&house, &["chat"]);
    terminal.wait_for(PROMPT);
    terminal.press("Hello there\r");
    let answer = terminal.wait_for(PROMPT);
    assert!(answer.len() > "Hello there\r\n".len() + 2, "{answer:?}");

    terminal.press("Write a very long story about the sea.\r");
    terminal.wait_for("sea");
    terminal.wait_for(".");
    terminal.wait_for(" the ");
    terminal.press(CTRL_C);
    terminal.wait_for("[stopped]");
    terminal.wait_for(PROMPT);
    terminal.press("/help\r");
    terminal.wait_for("begin another conversation");
    terminal.wait_for(PROMPT);
    terminal.press(CTRL_D);
    let (code, rest) = terminal.end();
    assert_eq!(code, Some(0), "{rest}");

    let (mut terminal, waited) = timed(|| {
        let mut terminal = Terminal::open(&house, &["chat"]);
        terminal.wait_for(PROMPT);
        terminal
    });
    println!("second start: {waited:?} to the prompt");
    assert!(waited < Duration::from_secs(15), "{waited:?}");
    terminal.press("/exit\r");
    assert_eq!(terminal.end().0, Some(0));
}
