//! The one place of this crate where a child process starts.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A child that has just started, with our ends of its pipes.
pub(crate) struct Spawned {
    pub(crate) child: Child,
    /// The other end is the child's standard input.
    pub(crate) socket: UnixStream,
    pub(crate) stderr: ChildStderr,
}

/// What an engine process finds in its environment, for whoever starts one.
///
/// GNU's OpenMP lets threads that wait for one another spin for long. On a machine that does other
/// work too, the thread waited for is then the one that gets no core. Measured with `bench-loop` on
/// two cores, 1.5B, medians of tokens a second, quiet and beside two busy programs: 34.7 and 7 with
/// the library's own count, 22.4 and 11 without spinning, 34.9 and 12 with this one. On a virtual
/// machine whose host is busy it is a compromise: 54 ms a token alone where 45 would do, and 91 beside
/// one busy program where 188 would be the price.
pub const ENGINE_ENVIRONMENT: [(&str, &str); 1] = [("GOMP_SPINCOUNT", "500")];

/// Starts the engine executable. It ends by itself when the socket closes, so that it never
/// outlives the assistant. Ctrl-C in the terminal is for the assistant, which stops one answer, and
/// does not reach the engine in its own process group.
#[expect(clippy::disallowed_methods, reason = "this is the spawn.rs that the ban points to")]
pub(crate) fn engine(executable: &Path) -> io::Result<Spawned> {
    let (socket, theirs) = UnixStream::pair()?;
    let mut child = Command::new(executable)
        .envs(ENGINE_ENVIRONMENT)
        .process_group(0)
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let Some(stderr) = child.stderr.take() else {
        child.kill()?;
        child.wait()?;
        return Err(io::Error::other("the child has no standard error"));
    };
    Ok(Spawned { child, socket, stderr })
}
