//! The command line, as typed. Its help texts are in `args/help.rs`, in both languages, what is said
//! to one that cannot be understood in `args/complaint.rs`.

mod complaint;
mod help;
mod memory;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sarai_core::language::Language;

pub(crate) use self::memory::{
    Ask, Edit, Eval, Forget, Ingest, List, Memory, Recall, Role, Rotate, Show, Store,
};
use crate::trouble::Trouble;

#[derive(Debug, Parser)]
#[command(name = "sarai", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[arg(long, global = true, value_name = "es|en", hide_possible_values = true)]
    pub lang: Option<LanguageName>,
    #[arg(long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LanguageName {
    Es,
    En,
}

impl From<LanguageName> for Language {
    fn from(name: LanguageName) -> Language {
        match name {
            LanguageName::Es => Language::Spanish,
            LanguageName::En => Language::English,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Chat(Chat),
    Serve(Serve),
    #[command(subcommand)]
    Models(Models),
    #[command(subcommand)]
    Memory(Memory),
    Doctor(Json),
    #[command(subcommand)]
    Config(Config),
    #[command(subcommand)]
    Grammar(Grammar),
    #[command(subcommand)]
    Bench(Bench),
    Version(Json),
    Completions {
        shell: Shell,
    },
    /// What `cargo xtask run` ends in.
    #[command(hide = true)]
    Start,
    /// The manual page, for packages.
    #[command(hide = true)]
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct Chat {
    pub message: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "new")]
    pub session: Option<String>,
    #[arg(long)]
    pub new: bool,
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    #[arg(long)]
    pub no_memory: bool,
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    #[arg(long, value_name = "FILE|NAME", conflicts_with = "schema")]
    pub grammar: Option<String>,
    #[arg(long, value_name = "N")]
    pub tokens_max: Option<u32>,
    #[arg(long, value_name = "T")]
    pub temperature: Option<f32>,
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Default, Args)]
pub(crate) struct Serve {
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<std::net::IpAddr>,
    #[arg(long)]
    pub expose: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    List(Json),
    Pull {
        name: Option<String>,
    },
    Verify {
        name: Option<String>,
    },
    Remove {
        name: String,
        #[arg(long)]
        forget: bool,
    },
    Import {
        path: PathBuf,
        name: Option<String>,
    },
    Use {
        name: String,
    },
    #[command(alias = "optimize")]
    Optimise(Optimise),
}

#[derive(Debug, Args)]
pub(crate) struct Optimise {
    pub name: Option<String>,
    #[arg(long, value_name = "TYPE", default_value = "q4_0", hide_possible_values = true)]
    pub to: Precision,
    #[arg(long)]
    pub all: bool,
    #[arg(long = "as", value_name = "NAME")]
    pub to_name: Option<String>,
    #[arg(long)]
    pub json: bool,
}

/// How exact the weights of a model file are, as its makers name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    #[value(name = "q2_k")]
    Q2K,
    #[value(name = "q3_k_m")]
    Q3KM,
    #[value(name = "q4_0")]
    Q4_0,
    #[value(name = "q4_k_m")]
    Q4KM,
    #[value(name = "q5_k_m")]
    Q5KM,
    #[value(name = "q6_k")]
    Q6K,
    #[value(name = "q8_0")]
    Q8_0,
}

impl Precision {
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Grammar {
    Check {
        grammar: String,
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
    },
    List(Json),
    Show {
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    Show(Json),
    Check { file: Option<PathBuf> },
    Get { key: String },
    Set { key: String, value: String },
    Path,
    Schema(Json),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    Latency(BenchOptions),
    Prefix(BenchOptions),
    Engine(BenchOptions),
    Speculative(SpeculativeBench),
    Simulate(SimulateBench),
    Memory(MemoryBench),
    Kpi(KpiBench),
    Turns(TurnsBench),
    Grammar(PromptsBench),
}

#[derive(Debug, Args)]
pub(crate) struct BenchOptions {
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    #[arg(long, value_name = "N")]
    pub rounds: Option<u32>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PromptsBench {
    #[command(flatten)]
    pub options: BenchOptions,
    #[arg(long, value_name = "FILE")]
    pub prompts: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(8..=4096))]
    pub tokens: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct SpeculativeBench {
    #[command(flatten)]
    pub prompts: PromptsBench,
    #[arg(long, conflicts_with = "peer")]
    pub sampled: bool,
    #[arg(long, value_name = "PATH")]
    pub peer: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "peer")]
    pub peer_draft: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateBench {
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: Option<u32>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KpiBench {
    #[command(flatten)]
    pub options: BenchOptions,
    #[arg(long, value_name = "FILE.md")]
    pub page: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TurnsBench {
    #[command(flatten)]
    pub options: BenchOptions,
    #[arg(long, value_name = "PATH")]
    pub peer: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct MemoryBench {
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=5_000_000))]
    pub facts: Option<u32>,
    #[arg(long)]
    pub json: bool,
}

/// Reads the command line; help and errors come back as clap's own error, to be printed by it.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
    language: Language,
) -> Result<Arguments, clap::Error> {
    let matches = command(language).try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
}

/// Returns what to say about a command line that cannot be understood; `None` when `error` is help
/// or version, which clap itself writes.
pub(crate) fn complaint(error: &clap::Error, language: Language) -> Option<Trouble> {
    complaint::of(error, language)
}

/// Returns the command line's definition with its texts in `language`.
pub(crate) fn command(language: Language) -> clap::Command {
    help::translate(Arguments::command(), language)
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;

    use super::{Command, command, parse};

    #[track_caller]
    fn parsed(line: &str) -> Result<Command, clap::Error> {
        let words = line.split_whitespace().map(Into::into);
        parse(words, Language::Spanish).map(|arguments| arguments.command)
    }

    #[test]
    fn the_definition_is_consistent() {
        command(Language::Spanish).debug_assert();
        command(Language::English).debug_assert();
    }

    #[test]
    fn a_message_may_be_given_or_not() {
        assert!(matches!(parsed("sarai chat"), Ok(Command::Chat(chat)) if chat.message.is_none()));
        assert!(
            matches!(parsed("sarai chat hola"), Ok(Command::Chat(chat)) if chat.message.is_some())
        );
        assert!(parsed("sarai chat --session a --new").is_err());
        assert!(parsed("sarai charlar").is_err());
    }
}
