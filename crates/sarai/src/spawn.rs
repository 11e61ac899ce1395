//! The one place that starts processes, besides the engine's own.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns what an executable of ours says to `--version`, in one line.
pub(crate) fn version_of(executable: &Path) -> io::Result<String> {
    let text = output_of(executable, &["--version"])?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Runs an executable of ours to its end and returns what it wrote. Its own errors pass through.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the crate's one place that starts processes"
)]
pub(crate) fn output_of(executable: &Path, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(executable)
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
