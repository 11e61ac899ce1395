//! The command line of an engine executable.
//!
//! Started by the assistant with one end of a socket pair as standard input; standard error is its
//! log. By hand: `--version`, `bench-loop` and `quantize` (see these modules), and `simulate`, which
//! prints as JSON what the drafting of this engine comes to on machines that are not this one.

use std::io::{self, Write};
use std::process::ExitCode;

use sarai_engine_host::backend::Loader;
use sarai_engine_host::simulation;
use tracing::Level;

use crate::bench_loop::BenchLoop;
use crate::quantize::{Quantization, Quantize};

/// How often a simulation is repeated, and at most.
const SEEDS: u64 = 9;
const SEEDS_MAX: u64 = 1000;

/// Which executable this is.
#[derive(Debug, Clone, Copy)]
pub struct Executable {
    pub name: &'static str,
    pub version: &'static str,
    /// How it writes model files, if it can.
    pub quantize: Option<Quantize>,
}

/// Does what the arguments of the process say.
pub fn run(executable: Executable, loader: &dyn Loader) -> ExitCode {
    let Executable { name, version, quantize } = executable;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [] => return serve(Level::WARN, loader),
        ["--verbose"] => return serve(Level::DEBUG, loader),
        ["--version"] => Ok(format!("{name} {version} on {}", loader.name())),
        ["bench-loop", ..] => {
            log(Level::ERROR);
            BenchLoop::parse(&arguments[1..])
                .and_then(|bench| bench.run(loader))
                .map(|measured| measured.to_string())
        }
        ["quantize", ..] => {
            log(Level::ERROR);
            let quantize = quantize.ok_or_else(|| format!("{name} writes no files"));
            quantize.and_then(|quantize| {
                let quantization = Quantization::parse(&arguments[1..])?;
                quantization.run(quantize).map(|written| written.to_string())
            })
        }
        ["simulate"] => simulated(SEEDS),
        ["simulate", "--seeds", seeds] => match seeds.parse() {
            Ok(seeds @ 1..=SEEDS_MAX) => simulated(seeds),
            _ => Err(format!("`--seeds` takes a number from 1 to {SEEDS_MAX}, not `{seeds}`")),
        },
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
         [--threads N] [--prompt-tokens N] [--tokens N] [--variant N] | quantize --model FILE \
         --out FILE --to TYPE [--threads N] [--all true] | simulate [--seeds N]"
    )
}

fn simulated(seeds: u64) -> Result<String, String> {
    simulation::simulate(seeds)
        .and_then(|rows| serde_json::to_string(&rows))
        .map_err(|error| error.to_string())
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
