//! The engine process on the ik fork of llama.cpp.

use std::process::ExitCode;

use sarai_engine_native::command::{self, Executable};

fn main() -> ExitCode {
    let executable = Executable {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        quantize: None,
    };
    command::run(executable, &sarai_engine_ik::loader())
}
