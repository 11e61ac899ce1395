//! A build that nobody waits for.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::shell::{self, say};
use crate::{start, workspace};

/// Builds an engine at low priority and on one core, beside whatever runs then. It goes on when we
/// and the terminal are gone. Does nothing while it is being built already.
pub(crate) fn build(package: &str) -> anyhow::Result<()> {
    let words = ["nice", "-n", "19", "cargo", "build", "--locked", "--jobs", "1"];
    let log = log_of(package);
    let started = detach(&mut workspace::command_native(&words, package), &log)?;
    // Without anything to do, it takes no time that would have to be explained.
    if started && !start::release_folder().join(package).exists() {
        say(&format!(
            "building {package} in the background, a second engine that is quicker for some \
             models; nothing waits for it. Its log: {}",
            log.display()
        ));
    }
    Ok(())
}

/// Returns whether an engine is being built in the background.
pub(crate) fn is_building(package: &str) -> anyhow::Result<bool> {
    Ok(free(&log_of(package))?.is_none())
}

fn log_of(package: &str) -> PathBuf {
    workspace::target().join(format!("{package}.log"))
}

/// Starts a command that writes to `log` and outlives us. Returns `false` where the one before still
/// runs.
fn detach(command: &mut Command, log: &Path) -> anyhow::Result<bool> {
    let Some(file) = free(log)? else { return Ok(false) };
    file.set_len(0).with_context(|| format!("could not empty `{}`", log.display()))?;
    let output = file.try_clone().context("could not share the log")?;
    // The shell ends at once and leaves the command to the system, so that nobody has to wait for
    // it; in a group of its own it gets no signal of the terminal.
    let mut shell = shell::command(&["sh", "-c", "\"$@\" &", "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdin(Stdio::null()).stdout(output).stderr(file).process_group(0);
    shell::run(&mut shell)?;
    Ok(true)
}

/// Opens a log that no running command writes to. The lock belongs to the open file, which those who
/// write to it have inherited: it ends with the last of them.
fn free(log: &Path) -> anyhow::Result<Option<File>> {
    let name = || format!("could not open `{}`", log.display());
    let file = OpenOptions::new().create(true).append(true).open(log).with_context(name)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(name),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{detach, free};
    use crate::shell;

    #[test]
    fn a_command_goes_on_alone_and_is_not_started_twice() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let pipe = folder.path().join("pipe");
        shell::run(shell::command(&["mkfifo"]).arg(&pipe)).unwrap();

        // Runs until it is told a word.
        let mut command = shell::command(&["sh", "-c", "read word < \"$0\"; echo \"told $word\""]);
        command.arg(&pipe);
        assert!(detach(&mut command, &log).unwrap());
        assert!(free(&log).unwrap().is_none());
        assert!(!detach(&mut command, &log).unwrap());

        std::fs::write(&pipe, "done\n").unwrap();
        File::open(&log).unwrap().lock().unwrap();
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "told done\n");
        assert!(free(&log).unwrap().is_some());
    }
}
