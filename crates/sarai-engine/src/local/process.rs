//! One life of the engine process, from its start to its end. Nothing of it is left behind.

use std::convert::Infallible;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sarai_core::engine::EngineError;
use sarai_engine_protocol::frame::{self, FrameError};
use sarai_engine_protocol::{Body, Call, Event};

use super::connection::{Closing, Connection};
use super::log::Tail;
use super::mailbox::Letter;
use super::settings::LocalSettings;
use crate::spawn;

/// What a process that closed its socket is given to end by itself, so that its own reason is seen.
const END_GRACE: Duration = Duration::from_secs(2);

/// A running engine process. Dropped, it is killed and waited for.
pub(crate) struct Process {
    child: Child,
    pub(crate) connection: Arc<Connection>,
    socket: UnixStream,
    reader: Option<JoinHandle<()>>,
    log: Option<JoinHandle<Tail>>,
    /// Disconnected when the process has ended.
    ended: Receiver<Infallible>,
    buried: bool,
}

impl Process {
    /// Starts an executable. `on_close` is called once, when nothing more comes from it.
    pub(crate) fn start(
        executable: &Path,
        settings: &LocalSettings,
        on_close: impl FnOnce() + Send + 'static,
    ) -> io::Result<Process> {
        let spawn::Spawned { child, socket, stderr } = spawn::engine(executable)?;
        let (alive, ended) = sync_channel::<Infallible>(0);
        let writer = socket.try_clone()?;
        let connection = Arc::new(Connection::new(writer, Arc::clone(&settings.clock)));
        let mut process =
            Process { child, connection, socket, reader: None, log: None, ended, buried: false };
        process.socket.set_write_timeout(Some(settings.deadlines.pong))?;
        process.log =
            Some(thread::Builder::new().name("engine-log".to_owned()).spawn(move || {
                let tail = Tail::follow(stderr);
                drop(alive);
                tail
            })?);
        let input = process.socket.try_clone()?;
        let connection = Arc::clone(&process.connection);
        process.reader =
            Some(thread::Builder::new().name("engine-reader".to_owned()).spawn(move || {
                let closing = read_events(input, &connection);
                connection.close(closing);
                on_close();
            })?);
        Ok(process)
    }

    /// Asks the process to save and end, and ends it for good when it takes too long. Requests that
    /// still run end with `farewell`.
    pub(crate) fn unload(mut self, patience: Duration, farewell: &EngineError) {
        if let Ok(mut ticket) = self.connection.call(Call::Unload) {
            self.connection.lose(farewell, Some(&ticket));
            match ticket.next(patience) {
                Some(Letter::End(Ok(Body::Done) | Err(_))) => {
                    // Only when the log has ended is everything saved and freed.
                    let ended = self.ended.recv_timeout(patience);
                    if ended == Err(RecvTimeoutError::Timeout) {
                        tracing::warn!("the engine process did not end in time");
                    }
                }
                other => tracing::warn!(?other, "the engine process did not unload in time"),
            }
        }
        self.bury();
    }

    /// Ends the process, if it has not ended, and says what happened to it.
    pub(crate) fn autopsy(mut self) -> EngineError {
        let closing = self.connection.closing();
        let by_itself = closing == Some(Closing::EndOfStream)
            && self.ended.recv_timeout(END_GRACE) == Err(RecvTimeoutError::Disconnected);
        let (status, log) = self.bury();
        match closing {
            Some(Closing::Stalled { seconds }) => EngineError::Stalled { seconds },
            Some(Closing::Garbage(reason)) => EngineError::Protocol(reason),
            _ if by_itself => cause_of_death(status, &log),
            _ => EngineError::Crashed { reason: with_log("it closed its connection", &log) },
        }
    }

    /// Kills, waits and joins. A process that is ending anyway keeps its own exit status.
    fn bury(&mut self) -> (Option<ExitStatus>, String) {
        self.buried = true;
        if let Err(error) = self.child.kill() {
            tracing::warn!(%error, "could not kill the engine process");
        }
        let status = self.child.wait();
        if let Err(error) = &status {
            tracing::warn!(%error, "could not wait for the engine process");
        }
        // Fails only when it is shut already.
        drop(self.socket.shutdown(Shutdown::Both));
        if let Some(reader) = self.reader.take()
            && reader.join().is_err()
        {
            tracing::error!("the thread that reads from the engine process panicked");
        }
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        (status.ok(), log.text())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.buried {
            self.bury();
        }
    }
}

fn read_events(mut input: UnixStream, connection: &Connection) -> Closing {
    loop {
        match frame::read::<Event>(&mut input) {
            Ok(event) => connection.deliver(event),
            Err(FrameError::Closed | FrameError::Io(_)) => return Closing::EndOfStream,
            Err(error) => return Closing::Garbage(error.to_string()),
        }
    }
}

/// Says why a process ended that nobody here killed.
fn cause_of_death(status: Option<ExitStatus>, log: &str) -> EngineError {
    const SIGKILL: i32 = 9;
    let Some(status) = status else {
        return EngineError::Crashed { reason: with_log("nobody knows why", log) };
    };
    match (status.signal(), status.code()) {
        // Nobody else kills a process of ours, so it was the system, for want of memory.
        (Some(SIGKILL), _) => EngineError::OutOfMemory,
        (Some(signal), _) => {
            let reason = format!("it was killed by signal {signal}{}", signal_name(signal));
            EngineError::Crashed { reason: with_log(&reason, log) }
        }
        (None, code) => {
            let reason = format!("it ended with exit code {}", code.unwrap_or_default());
            EngineError::Crashed { reason: with_log(&reason, log) }
        }
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: it was built for another CPU)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS: the model file was changed or the disk failed)",
        8 => " (SIGFPE)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    }
}

fn with_log(reason: &str, log: &str) -> String {
    if log.is_empty() { reason.to_owned() } else { format!("{reason}; its last words: {log}") }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use sarai_core::engine::EngineError;

    use super::cause_of_death;

    #[track_caller]
    fn check(wait_status: i32, log: &str, expected: &str) {
        let error = cause_of_death(Some(ExitStatus::from_raw(wait_status)), log);
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn a_death_has_a_cause() {
        check(3 << 8, "", "it ended with exit code 3");
        check(4, "", "built for another CPU");
        check(6, "ggml: assertion", "(SIGABRT); its last words: ggml: assertion");
        check(7, "", "SIGBUS");
        check(8, "", "SIGFPE");
        check(11, "", "SIGSEGV");
        check(15, "", "SIGTERM");
        check(31, "", "signal 31");
        check(9, "", "ran out of memory");
        let unknown = cause_of_death(None, "");
        assert!(matches!(unknown, EngineError::Crashed { .. }), "{unknown}");
    }
}
