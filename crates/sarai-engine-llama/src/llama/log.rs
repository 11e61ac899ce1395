//! What llama.cpp says: to our log, and into the message of the operation that failed.
#![expect(unsafe_code, reason = "llama.cpp reports through a C callback")]

use std::ffi::{CStr, c_char, c_void};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use llama_cpp_sys_2 as sys;

/// Longest list of complaints kept for one operation.
const COMPLAINTS_MAX: usize = 8;

static LOG: Mutex<Log> = Mutex::new(Log::new());

struct Log {
    /// A line that has not ended yet, and its level.
    line: String,
    level: sys::ggml_log_level,
    /// Errors of the operation that is watched.
    complaints: Vec<String>,
    /// Whether warnings and errors are kept for the caller instead of logged: some are the normal
    /// answer to what was asked, such as an abort.
    quiet: bool,
}

impl Log {
    const fn new() -> Log {
        Log {
            line: String::new(),
            level: sys::GGML_LOG_LEVEL_NONE,
            complaints: Vec::new(),
            quiet: false,
        }
    }

    /// Takes a piece of a line; `GGML_LOG_LEVEL_CONT` continues the line before.
    fn push(&mut self, level: sys::ggml_log_level, text: &str) {
        if level != sys::GGML_LOG_LEVEL_CONT {
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
        if self.level == sys::GGML_LOG_LEVEL_ERROR && self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push(without_function_name(&line).to_owned());
        }
        match self.level {
            sys::GGML_LOG_LEVEL_ERROR if !self.quiet => tracing::error!("{line}"),
            sys::GGML_LOG_LEVEL_WARN if !self.quiet => tracing::warn!("{line}"),
            _ => tracing::debug!("{line}"),
        }
    }
}

/// Sends llama.cpp's log to ours. Does nothing when done before.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: no other call into llama.cpp happens before this one, as it asks; the callback
        // is a function that lives as long as the program and needs no data.
        unsafe { sys::llama_log_set(Some(on_log), std::ptr::null_mut()) };
        // SAFETY: a function that lives as long as the program.
        unsafe { sys::ggml_set_abort_callback(Some(on_assertion)) };
    });
}

/// Runs `work` and returns what llama.cpp complained about meanwhile, while also logging it.
pub(super) fn watch<T>(work: impl FnOnce() -> T) -> (T, String) {
    listen(false, work)
}

/// As [`watch`], for work whose complaints may be of no interest: they are not logged.
pub(super) fn watch_quietly<T>(work: impl FnOnce() -> T) -> (T, String) {
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

/// Strips the C++ function that llama.cpp puts before most messages.
fn without_function_name(line: &str) -> &str {
    let line = line.trim();
    match line.split_once(": ") {
        Some((name, rest)) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => rest,
        _ => line,
    }
}

unsafe extern "C" fn on_log(level: sys::ggml_log_level, text: *const c_char, _data: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: llama.cpp passes a string that ends with NUL and lives during the call.
    let text = unsafe { CStr::from_ptr(text) };
    lock().push(level, &text.to_string_lossy());
}

/// The process ends after this. Without it ggml starts a debugger to print a backtrace.
unsafe extern "C" fn on_assertion(message: *const c_char) {
    // SAFETY: ggml passes a string that ends with NUL and lives during the call.
    let message = unsafe { CStr::from_ptr(message) };
    tracing::error!("assertion in llama.cpp: {}", message.to_string_lossy());
}

#[cfg(test)]
mod tests {
    use llama_cpp_sys_2 as sys;

    use super::{COMPLAINTS_MAX, Log};

    #[test]
    fn an_error_in_pieces_becomes_one_complaint_without_the_function() {
        let mut log = Log::new();
        log.push(sys::GGML_LOG_LEVEL_INFO, "load_model: starting\n");
        log.push(sys::GGML_LOG_LEVEL_ERROR, "load_model: the file is ");
        log.push(sys::GGML_LOG_LEVEL_CONT, "too short: 3 bytes\n\n");
        log.push(sys::GGML_LOG_LEVEL_WARN, "load_model: odd\n");
        assert_eq!(log.complaints, ["the file is too short: 3 bytes"]);
    }

    #[test]
    fn a_line_without_an_end_is_kept_when_the_next_begins() {
        let mut log = Log::new();
        log.push(sys::GGML_LOG_LEVEL_ERROR, "no newline: here");
        log.push(sys::GGML_LOG_LEVEL_ERROR, "second\n");
        assert_eq!(log.complaints, ["no newline: here", "second"]);
    }

    #[test]
    fn a_flood_of_errors_keeps_the_first_ones() {
        let mut log = Log::new();
        for index in 0..100 {
            log.push(sys::GGML_LOG_LEVEL_ERROR, &format!("f: {index}\n"));
        }
        assert_eq!(log.complaints.len(), COMPLAINTS_MAX);
        assert_eq!(log.complaints[0], "0");
    }
}
