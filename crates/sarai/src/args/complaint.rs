//! What is said to a command line that cannot be understood, in both languages.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use sarai_core::language::Language;

use crate::trouble::{Exit, Trouble};

/// Returns what is wrong and what to do. `None` for help and version, which are no errors.
pub(super) fn of(error: &clap::Error, language: Language) -> Option<Trouble> {
    let said = |kind| text(error, kind);
    let argument = said(ContextKind::InvalidArg).unwrap_or_default();
    let value = said(ContextKind::InvalidValue).unwrap_or_default();
    let message = match (error.kind(), language) {
        (
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
            _,
        ) => return None,
        (ErrorKind::InvalidSubcommand, language) => {
            let word = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            match language {
                Language::Spanish => format!("no existe la orden `{word}`"),
                Language::English => format!("there is no command `{word}`"),
            }
        }
        (ErrorKind::UnknownArgument, Language::Spanish) => {
            format!("aquí sobra `{argument}`")
        }
        (ErrorKind::UnknownArgument, Language::English) => {
            format!("`{argument}` means nothing here")
        }
        (ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand, Language::Spanish) => {
            format!("falta {argument}")
        }
        (ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand, Language::English) => {
            format!("{argument} is missing")
        }
        (ErrorKind::ArgumentConflict, language) => {
            let other = said(ContextKind::PriorArg).unwrap_or_default();
            match language {
                Language::Spanish => format!("`{argument}` y `{other}` no van juntos"),
                Language::English => format!("`{argument}` and `{other}` do not go together"),
            }
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Language::Spanish)
            if value.is_empty() =>
        {
            format!("`{argument}` necesita un valor")
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Language::English)
            if value.is_empty() =>
        {
            format!("`{argument}` needs a value")
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Language::Spanish) => {
            format!("`{value}` no vale para `{argument}`")
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Language::English) => {
            format!("`{value}` is no value for `{argument}`")
        }
        // Rare ones, in the words of the library.
        (_, _) => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.trim_start_matches("error: ").to_owned()
        }
    };
    Some(Trouble::new(Exit::Usage, message, hint(error, language)))
}

fn hint(error: &clap::Error, language: Language) -> String {
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg]
        .into_iter()
        .chain([ContextKind::SuggestedValue])
        .find_map(|kind| text(error, kind));
    let valid = text(error, ContextKind::ValidValue);
    let more = language.pick("`--help` lo cuenta todo", "`--help` tells everything");
    match (suggested, valid, language) {
        (Some(near), _, Language::Spanish) => format!("¿querías decir `{near}`? {more}"),
        (Some(near), _, Language::English) => format!("did you mean `{near}`? {more}"),
        (None, Some(valid), Language::Spanish) => format!("vale uno de estos: {valid}"),
        (None, Some(valid), Language::English) => format!("one of these is: {valid}"),
        (None, None, _) => more.to_owned(),
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        _ => None,
    }
}
