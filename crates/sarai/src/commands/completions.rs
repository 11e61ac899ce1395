//! `sarai completions` and the manual page.

use std::io;

use clap_complete::Shell;
use sarai_core::explain::Explanation;
use sarai_core::language::Language;

use crate::args;
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn write(shell: Shell, language: Language) {
    clap_complete::generate(shell, &mut args::command(language), "sarai", &mut io::stdout());
}

pub(super) fn write_manual(language: Language) -> Outcome {
    clap_mangen::Man::new(args::command(language)).render(&mut io::stdout()).map_err(|error| {
        Trouble { exit: Exit::Failed, explanation: Explanation::without_hint(error.to_string()) }
    })
}
