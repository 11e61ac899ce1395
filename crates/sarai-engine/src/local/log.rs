//! What the engine process writes to its standard error.

use std::collections::VecDeque;
use std::io::Read;

/// Lines kept for an error report.
const LINES_MAX: usize = 5;
/// The longest line kept, in bytes.
const LINE_BYTES_MAX: usize = 400;

/// The last lines of a log, as it comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    lines: VecDeque<String>,
    unfinished: Vec<u8>,
}

impl Tail {
    /// Reads to the end, forwards each line, and returns the last ones.
    pub(crate) fn follow(mut input: impl Read) -> Tail {
        let mut tail = Tail::default();
        let mut buffer = [0; 4096];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => break,
                Ok(bytes) => tail.push(&buffer[..bytes]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::debug!(%error, "could not read the log of the engine process");
                    break;
                }
            }
        }
        tail.end_line();
        tail
    }

    /// Returns the last lines, joined.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }

    fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line();
            } else if self.unfinished.len() < LINE_BYTES_MAX {
                self.unfinished.push(*byte);
            }
        }
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.unfinished);
        let line = String::from_utf8_lossy(&bytes).trim().to_owned();
        if line.is_empty() {
            return;
        }
        tracing::debug!(target: "sarai_engine::process", "{line}");
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_BYTES_MAX, Tail};

    #[track_caller]
    fn check(log: &[u8], expected: &str) {
        assert_eq!(Tail::follow(log).text(), expected);
    }

    #[test]
    fn the_last_lines_are_kept() {
        check(b"", "");
        check(b"one\n\n  two  \nthree", "one / two / three");
        check(b"1\n2\n3\n4\n5\n6\n7\n", "3 / 4 / 5 / 6 / 7");
        check(b"\xff\n", "\u{fffd}");
    }

    #[test]
    fn a_line_without_end_is_cut() {
        assert_eq!(Tail::follow(&vec![b'x'; 100_000][..]).text().len(), LINE_BYTES_MAX);
    }
}
