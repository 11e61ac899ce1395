//! The command line of an engine executable.
//!
//! Started by the assistant with one end of a socket pair as standard input; standard error is its
//! log. By hand: `--version`, and `bench-loop` (see that module).

use std::io::{self, Write};
use std::process::ExitCode;

use sarai_engine_host::backend::Loader;
use tracing::Level;

use crate::bench_loop::BenchLoop;

/// Which executable this is.
#[derive(Debug, Clone, Copy)]
pub struct Executable {
    pub name: &'static str,
    pub version: &'static str,
}

/// Does what the arguments of the process say.
pub fn run(executable: Executable, loader: &dyn Loader) -> ExitCode {
    let Executable { name, version } = executable;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [] => return serve(Level::WARN, loader),
        ["--verbose"] => return serve(Level::DEBUG, loader),
        ["--version"] => Ok(format!("{name} {version} on {}", loader.name())),
        ["bench-loop", ..] => {
            log(Level::WARN);
            BenchLoop::parse(&arguments[1..])
                .and_then(|bench| bench.run(loader))
                .map(|measured| measured.to_string())
        }
        _ => Err(usage(name)),
    };
    match outcome.and_then(|line| print(&line).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // Where standard error is closed, the exit code is all that can be said.
            drop(writeln!(io::stderr(), "{name}: {reason}"));
            ExitCode::FAILURE
        }
    }
}

fn usage(name: &str) -> String {
    format!(
        "usage: {name} [--verbose] | --version | bench-loop --model FILE [--context N] \
         [--threads N] [--prompt-tokens N] [--tokens N] [--variant N]"
    )
}

fn serve(level: Level, loader: &dyn Loader) -> ExitCode {
    log(level);
    sarai_engine_host::run(loader)
}

fn log(level: Level) {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .init();
}

fn print(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
