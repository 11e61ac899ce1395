//! The engine process on llama.cpp.

use std::process::ExitCode;

use sarai_engine_native::command::{self, Executable};

fn main() -> ExitCode {
    let executable = Executable {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        quantize: Some(sarai_engine_llama::quantize),
    };
    command::run(executable, &sarai_engine_llama::loader())
}
