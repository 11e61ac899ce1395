//! The one place that starts processes, besides the engine's own.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// Returns what an executable of ours says to `--version`, in one line, and the level of processors
/// that it was built for, where there are builds for several.
pub(crate) fn version_of(executable: &Path) -> io::Result<String> {
    let text = output_of(executable, &["--version"])?;
    let version = text.lines().next().unwrap_or_default();
    Ok(match sarai_engine::level_of(executable) {
        Some(level) => format!("{version}, {level}"),
        None => version.to_owned(),
    })
}

/// Runs an executable of ours to its end and returns what it wrote. Its own errors pass through.
pub(crate) fn output_of(executable: &Path, arguments: &[&str]) -> io::Result<String> {
    let output = command(executable)
        .args(arguments)
        .envs(sarai_engine::ENGINE_ENVIRONMENT)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!(
            "`{}` ended with {}",
            executable.display(),
            output.status
        )));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

/// Returns the first words of what a foreign program says of itself, of a bounded length.
pub(crate) fn help_of(program: &Path) -> io::Result<String> {
    const BYTES_MAX: u64 = 1 << 20;
    let mut child = command(program)
        .arg("--help")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut help = Vec::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(BYTES_MAX).read_to_end(&mut help),
        None => Ok(0),
    };
    child.kill()?;
    child.wait()?;
    read?;
    Ok(String::from_utf8_lossy(&help).into_owned())
}

/// A foreign program that serves until this is dropped. It ends with this process, too, however
/// that ends.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    /// Waits for the end of its input, which comes at the latest when the system closes what a dead
    /// process had open, and then kills the program.
    guard: Child,
}

/// Starts a program that serves. What it writes goes into `log`.
pub(crate) fn serve(program: &Path, arguments: &[OsString], log: &File) -> io::Result<Served> {
    const GUARD: &str = r#"read -r line; kill -9 "$0""#;
    // In a group of its own: Ctrl-C is for us, and we end it.
    let mut child = command(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log.try_clone()?)
        .process_group(0)
        .spawn()?;
    let guard = command(Path::new("sh"))
        .args(["-c", GUARD, &child.id().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    match guard {
        Ok(guard) => Ok(Served { child, guard }),
        Err(error) => {
            end(&mut child);
            Err(error)
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the crate's one place that starts processes"
)]
fn command(program: &Path) -> Command {
    Command::new(program)
}

impl Served {
    /// Returns how it ended, if it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // First the guard: it must not shoot once the number may be another's.
        end(&mut self.guard);
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::warn!(%error, "a process stays behind");
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::process::ExitStatusExt as _;
    use std::path::Path;

    use rustix::process::{Pid, test_kill_process};

    use super::{Served, help_of, serve};

    fn sleeper() -> (Served, Pid) {
        let log = tempfile::tempfile().unwrap();
        let served = serve(Path::new("sleep"), &[OsString::from("1000")], &log).unwrap();
        let pid = Pid::from_child(&served.child);
        (served, pid)
    }

    #[test]
    fn what_serves_ends_when_it_is_dropped() {
        let (mut served, pid) = sleeper();
        assert!(served.ended().unwrap().is_none());
        assert!(test_kill_process(pid).is_ok());
        drop(served);
        assert!(test_kill_process(pid).is_err());
    }

    #[test]
    fn what_serves_ends_when_our_end_of_the_pipe_is_gone() {
        let (mut served, _) = sleeper();
        drop(served.guard.stdin.take());
        assert_eq!(served.child.wait().unwrap().signal(), Some(9));
    }

    #[test]
    fn a_program_that_talks_without_end_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        std::fs::write(&program, "#!/bin/sh\nexec yes\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        assert_eq!(help_of(&program).unwrap().len(), 1 << 20);
        assert!(help_of(&folder.path().join("none")).is_err());
    }
}
