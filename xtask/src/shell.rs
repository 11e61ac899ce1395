//! Starting other programs, and saying what is being done.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Something that this machine lacks and that cannot be installed from here. Ends with code 5.
#[derive(Debug)]
pub(crate) struct Unavailable(pub String);

impl std::fmt::Display for Unavailable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

/// Tells the person what is being done. Standard output belongs to the program that is run.
#[expect(clippy::print_stderr, reason = "the one place where xtask speaks")]
pub(crate) fn say(text: &str) {
    eprintln!("xtask: {text}");
}

/// Prints what was asked for.
#[expect(clippy::print_stdout, reason = "the one place where xtask prints its data")]
pub(crate) fn print(text: &str) {
    println!("{}", text.trim_end());
}

/// Returns a command from its words: the program, then its arguments.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// Runs a command, its output going where ours goes. Fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs a command and returns its standard output. Fails unless it succeeds.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not print UTF-8"))
}

/// Returns whether a command can be started and succeeds. What it prints is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Returns where the search path has this program.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Returns a command as one would type it, long ones cut.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut line = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(200) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{command, output, run, succeeds, which};

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = run(&mut command(&["false"])).unwrap_err().to_string();
        assert!(error.starts_with("`false` failed"), "{error}");
        let error = output(&mut command(&["no-such-program-here", "x"])).unwrap_err().to_string();
        assert_eq!(error, "could not start `no-such-program-here x`");
        assert!(!succeeds(&mut command(&["no-such-program-here"])));
        assert!(!succeeds(&mut command(&["false"])));
    }

    #[test]
    fn the_search_path_is_searched_for_programs_only() {
        assert!(which("sh").is_some_and(|file| file.is_absolute()));
        assert_eq!(which("no-such-program-here"), None);
    }

    #[test]
    fn output_is_what_was_printed() {
        assert_eq!(output(&mut command(&["echo", "hola"])).unwrap(), "hola\n");
    }
}
