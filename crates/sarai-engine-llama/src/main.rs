//! The engine process on llama.cpp.
//!
//! Started by the assistant with one end of a socket pair as standard input; standard error is its
//! log. By hand: `--version`, and `bench-loop` (see that module).

use std::io::{self, Write};
use std::process::ExitCode;

use sarai_engine_host::backend::Loader;
use sarai_engine_llama::LlamaLoader;
use sarai_engine_llama::bench_loop::BenchLoop;
use tracing::Level;

const USAGE: &str = "usage: sarai-engine-llama [--verbose] | --version | bench-loop --model FILE \
    [--context N] [--threads N] [--prompt-tokens N] [--tokens N] [--variant N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => serve(Level::WARN),
        ["--verbose"] => serve(Level::DEBUG),
        ["--version"] => print(&format!(
            "sarai-engine-llama {} on {}",
            env!("CARGO_PKG_VERSION"),
            LlamaLoader.name()
        )),
        ["bench-loop", ..] => {
            log(Level::WARN);
            match BenchLoop::parse(&arguments[1..]).and_then(|bench| bench.run()) {
                Ok(measured) => print(&measured.to_string()),
                Err(reason) => fail(&reason),
            }
        }
        _ => fail(USAGE),
    }
}

fn serve(level: Level) -> ExitCode {
    log(level);
    sarai_engine_host::run(&LlamaLoader)
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

fn print(line: &str) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(reason: &str) -> ExitCode {
    // Where standard error is closed, the exit code is all that can be said.
    drop(writeln!(io::stderr(), "sarai-engine-llama: {reason}"));
    ExitCode::FAILURE
}
