//! One module for each command.

mod bench;
mod chat;
mod completions;
mod config;
mod doctor;
mod grammar;
mod memory;
mod models;
mod serve;
mod start;
mod version;

use std::io::IsTerminal as _;

use sarai_core::language::Language;

use crate::args::{Arguments, Command};
use crate::config::{Environment, Settings};
use crate::home::{Home, HomeError};
use crate::trouble::{OrTrouble as _, Outcome};

/// What every command that touches the home needs.
#[derive(Debug)]
pub(crate) struct Context {
    pub environment: Environment,
    pub home: Home,
    pub settings: Settings,
    pub language: Language,
    pub verbose: bool,
}

/// Runs a command.
pub(crate) fn run(arguments: Arguments, environment: &Environment) -> Outcome {
    let spoken = arguments.lang.map(Language::from);
    let language = spoken.unwrap_or_else(|| environment.language());
    match &arguments.command {
        Command::Completions { shell } => return completions::write(*shell, language),
        Command::Man => return completions::write_manual(language),
        Command::Grammar(command) => return grammar::run(command, language),
        _ => {}
    }
    let home =
        environment.home().ok_or(HomeError::Nowhere).and_then(Home::open).or_trouble(language)?;
    if let Command::Config(command) = &arguments.command {
        return config::run(command, &home, environment, language);
    }
    let settings = Settings::load(&home.settings_file(), environment).or_trouble(language)?;
    let language = spoken.unwrap_or_else(|| settings.language(environment));
    let context = Context {
        environment: environment.clone(),
        home,
        settings,
        language,
        verbose: arguments.verbose,
    };
    start_log(&context);
    match arguments.command {
        Command::Chat(chat) => chat::run(&context, &chat),
        Command::Serve(serve) => serve::run(&context, &serve),
        Command::Models(command) => models::run(&context, &command),
        Command::Memory(command) => memory::run(&context, &command),
        Command::Doctor(json) => doctor::run(&context, json.json),
        Command::Bench(command) => bench::run(&context, &command),
        Command::Version(json) => version::run(&context, json.json),
        Command::Start => start::run(&context),
        // Answered above.
        Command::Config(_) | Command::Grammar(_) | Command::Completions { .. } | Command::Man => {
            Ok(())
        }
    }
}

fn start_log(context: &Context) {
    let level = if context.verbose { "debug" } else { context.settings.log_level() };
    let libraries = "hyper=warn,rusqlite_migration=warn,rustyline=warn,ureq=warn";
    let filter = tracing_subscriber::EnvFilter::new(format!("{level},{libraries}"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start in one process keeps the first log.
    drop(log.try_init());
}
