//! The one place that starts a program: the person's own `pip`.
//!
//! It runs in a process group of its own, so that stopping it stops whatever it started.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(200);
/// How much of what a program complains about is kept: its end.
const COMPLAINT_BYTES_MAX: usize = 2_000;

/// A way to run `pip`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipCommand {
    pub program: PathBuf,
    /// What comes before pip's own arguments, such as `-m pip`.
    pub arguments: Vec<String>,
}

impl PipCommand {
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> PipCommand {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        PipCommand { program: program.into(), arguments }
    }

    /// Returns the usual ways, in the order to try them.
    pub fn usual() -> Vec<PipCommand> {
        vec![
            PipCommand::new("python3", &["-m", "pip"]),
            PipCommand::new("pip3", &[]),
            PipCommand::new("pip", &[]),
            PipCommand::new("uv", &["tool", "run", "pip"]),
        ]
    }
}

impl std::fmt::Display for PipCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.program.display())?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// With the end of what it wrote to standard error.
    Failed(String),
    /// `watch` said to stop.
    Stopped,
}

/// Runs `pip` with `arguments` and its scratch files in `scratch`, calling `watch` several times a
/// second until it ends.
pub(crate) fn run(
    pip: &PipCommand,
    arguments: &[&str],
    scratch: &Path,
    watch: &mut dyn FnMut() -> ControlFlow<()>,
) -> io::Result<Outcome> {
    #[expect(clippy::disallowed_methods, reason = "this is the crate's spawn.rs")]
    let mut command = Command::new(&pip.program);
    command.args(&pip.arguments).args(arguments);
    command.env("TMPDIR", scratch);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let stderr = child.stderr.take();
    let (sender, ended) = sync_channel(1);
    let (complaint, stopped) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let complaint = stderr.map_or_else(String::new, read_end);
            drop(sender);
            complaint
        });
        let stopped = wait(&ended, watch);
        if stopped {
            stop(&child);
        }
        (reader.join().unwrap_or_default(), stopped)
    });
    let status = child.wait()?;
    Ok(match (stopped, status.success()) {
        (true, _) => Outcome::Stopped,
        (false, true) => Outcome::Done,
        (false, false) => Outcome::Failed(complaint),
    })
}

/// Returns whether `watch` asked to stop before the other end of `ended` was dropped.
fn wait(ended: &Receiver<()>, watch: &mut dyn FnMut() -> ControlFlow<()>) -> bool {
    loop {
        match ended.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) if watch().is_break() => return true,
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

fn stop(child: &Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // An error means that it ended by itself in this moment, which is as good.
        let _ended = kill_process_group(group, Signal::KILL);
    }
}

/// Reads to the end and keeps the last words.
fn read_end(mut input: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(count @ 1..) = input.read(&mut buffer) {
        kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let surplus = kept.len().saturating_sub(COMPLAINT_BYTES_MAX);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}
