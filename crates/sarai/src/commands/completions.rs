//! `sarai completions` and the manual page.

use clap_complete::Shell;
use sarai_core::explain::Explanation;
use sarai_core::language::Language;

use crate::args;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn write(shell: Shell, language: Language) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(language), "sarai", &mut script);
    output::bytes(&script)
}

pub(super) fn write_manual(language: Language) -> Outcome {
    let mut page = Vec::new();
    clap_mangen::Man::new(args::command(language)).render(&mut page).map_err(|error| Trouble {
        exit: Exit::Failed,
        explanation: Explanation::without_hint(error.to_string()),
    })?;
    output::bytes(&page)
}
