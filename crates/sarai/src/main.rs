//! The SARAi program: arguments, configuration, wiring, exit code.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod config;
mod evaluation;
mod executor;
mod home;
mod interrupt;
mod link;
mod models;
mod output;
mod owner;
mod spawn;
mod system;
mod trouble;

use std::process::ExitCode;

use sarai_core::language::Language;

use crate::config::Environment;
use crate::trouble::{Exit, Trouble};

fn main() -> ExitCode {
    let environment = Environment::read();
    let language = asked_language().unwrap_or_else(|| environment.language());
    let arguments = match args::parse(std::env::args_os(), language) {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some(trouble) = args::complaint(&error, language) {
                return report(&trouble, language);
            }
            // Help and version are no errors: clap prints them to standard output.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(arguments, &environment) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => report(&trouble, language),
    }
}

/// Help must be in the right language before the arguments are read, so `--lang` is looked up first.
fn asked_language() -> Option<Language> {
    let arguments = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    let value =
        arguments.iter().enumerate().find_map(|(index, argument)| match argument.as_str() {
            "--lang" => arguments.get(index + 1).cloned(),
            argument => argument.strip_prefix("--lang=").map(str::to_owned),
        })?;
    Language::from_locale(&value)
}

fn report(trouble: &Trouble, language: Language) -> ExitCode {
    if trouble.exit == Exit::Quiet {
        return ExitCode::SUCCESS;
    }
    output::tell_failure(&trouble.explanation, language);
    ExitCode::from(trouble.exit as u8)
}
