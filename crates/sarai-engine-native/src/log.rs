//! What the library says: to our log, and into the message of the operation that failed.
//!
//! The library speaks through a callback of the whole process, so there is one log; the engine
//! passes on what it hears with [`heard`].

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longest list of complaints kept for one operation.
const COMPLAINTS_MAX: usize = 8;

static LOG: Mutex<Log> = Mutex::new(Log::new());

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Detail,
    Warning,
    Error,
    /// Goes on with the line before.
    Continued,
}

struct Log {
    /// A line that has not ended yet, and its level.
    line: String,
    level: Level,
    /// Errors of the operation that is watched.
    complaints: Vec<String>,
    /// Whether warnings and errors are kept for the caller instead of logged: some are the normal
    /// answer to what was asked, such as an abort.
    quiet: bool,
}

impl Log {
    const fn new() -> Log {
        Log { line: String::new(), level: Level::Detail, complaints: Vec::new(), quiet: false }
    }

    fn push(&mut self, level: Level, text: &str) {
        if level != Level::Continued {
            self.finish_line();
            self.level = level;
        }
        for part in text.split_inclusive('\n') {
            self.line.push_str(part.trim_end_matches('\n'));
            if part.ends_with('\n') {
                self.finish_line();
            }
        }
    }

    fn finish_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        if self.level == Level::Error && self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push(without_function_name(&line).to_owned());
        }
        match self.level {
            Level::Error if !self.quiet => tracing::error!("{line}"),
            Level::Warning if !self.quiet => tracing::warn!("{line}"),
            _ => tracing::debug!("{line}"),
        }
    }
}

/// Takes a piece of a line from the library.
pub fn heard(level: Level, text: &str) {
    lock().push(level, text);
}

/// Runs `work` and returns what the library complained about meanwhile, while also logging it.
pub fn watch<T>(work: impl FnOnce() -> T) -> (T, String) {
    listen(false, work)
}

/// As [`watch`], for work whose complaints may be of no interest: they are not logged.
pub fn watch_quietly<T>(work: impl FnOnce() -> T) -> (T, String) {
    listen(true, work)
}

fn listen<T>(quiet: bool, work: impl FnOnce() -> T) -> (T, String) {
    {
        let mut log = lock();
        log.complaints.clear();
        log.quiet = quiet;
    }
    let value = work();
    let mut log = lock();
    log.finish_line();
    log.quiet = false;
    (value, std::mem::take(&mut log.complaints).join("; "))
}

/// Nothing that holds the lock can leave the log half changed, so a poisoned one is still good.
fn lock() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Strips the C++ function that the libraries put before most messages.
fn without_function_name(line: &str) -> &str {
    let line = line.trim();
    match line.split_once(": ") {
        Some((name, rest)) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{COMPLAINTS_MAX, Level, Log};

    #[test]
    fn an_error_in_pieces_becomes_one_complaint_without_the_function() {
        let mut log = Log::new();
        log.push(Level::Detail, "load_model: starting\n");
        log.push(Level::Error, "load_model: the file is ");
        log.push(Level::Continued, "too short: 3 bytes\n\n");
        log.push(Level::Warning, "load_model: odd\n");
        assert_eq!(log.complaints, ["the file is too short: 3 bytes"]);
    }

    #[test]
    fn a_line_without_an_end_is_kept_when_the_next_begins() {
        let mut log = Log::new();
        log.push(Level::Error, "no newline: here");
        log.push(Level::Error, "second\n");
        assert_eq!(log.complaints, ["no newline: here", "second"]);
    }

    #[test]
    fn a_flood_of_errors_keeps_the_first_ones() {
        let mut log = Log::new();
        for index in 0..100 {
            log.push(Level::Error, &format!("f: {index}\n"));
        }
        assert_eq!(log.complaints.len(), COMPLAINTS_MAX);
        assert_eq!(log.complaints[0], "0");
    }
}
