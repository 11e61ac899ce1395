//! `sarai grammar`: grammars that an answer can be held to.

use std::path::Path;

use sarai_core::explain::Explanation;
use sarai_core::language::Language;
use sarai_grammar::{Gbnf, Named, Problem, named, named_all, parse, recognises};
use serde_json::json;

use crate::args::Grammar;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

/// Most bytes of a file that is read as a grammar.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

pub(super) fn run(command: &Grammar, language: Language) -> Outcome {
    match command {
        Grammar::Check { grammar, text } => check(grammar, text.as_deref(), language),
        Grammar::List(options) => list(options.json, language),
        Grammar::Show { name } => show(name, language),
    }
}

/// Returns the text of the grammar in a file, or of the one of this name, if it is a grammar.
pub(super) fn read(grammar: &str, language: Language) -> Outcome<String> {
    let text = find(grammar, language)?;
    parsed(grammar, &text, language)?;
    Ok(text)
}

fn check(grammar: &str, sample: Option<&str>, language: Language) -> Outcome {
    let text = find(grammar, language)?;
    let gbnf = parsed(grammar, &text, language)?;
    for warning in gbnf.warnings() {
        let word = language.pick("aviso", "warning");
        output::tell(&format!("{word}: {}", placed(grammar, &text, warning, language)));
    }
    let Some(sample) = sample else {
        let rules = gbnf.rule_count();
        output::tell(&match language {
            Language::Spanish => format!("la gramática está bien, reglas: {rules}"),
            Language::English => format!("the grammar is fine, rules: {rules}"),
        });
        return Ok(());
    };
    if recognises(&gbnf, sample) {
        output::tell(language.pick("el texto es de la gramática", "the text is of the grammar"));
        return Ok(());
    }
    let message = language.pick("el texto no es de la gramática", "the text is not of the grammar");
    Err(Trouble { exit: Exit::Usage, explanation: Explanation::without_hint(message) })
}

fn list(as_json: bool, language: Language) -> Outcome {
    if as_json {
        let entry = |one: &Named| {
            let (spanish, english) = (one.about(Language::Spanish), one.about(Language::English));
            json!({ "name": one.name, "about": { "es": spanish, "en": english } })
        };
        return output::json(&named_all().iter().map(entry).collect());
    }
    let row = |one: &Named| vec![one.name.to_owned(), one.about(language).to_owned()];
    output::line(&output::table(&named_all().iter().map(row).collect::<Vec<_>>()))
}

fn show(name: &str, language: Language) -> Outcome {
    let found = named(name).ok_or_else(|| nowhere(name, language))?;
    output::piece(found.text)
}

/// Returns the text of a grammar; a name goes before a file called so.
fn find(grammar: &str, language: Language) -> Outcome<String> {
    if let Some(found) = named(grammar) {
        return Ok(found.text.to_owned());
    }
    let path = Path::new(grammar);
    if !path.exists() {
        return Err(nowhere(grammar, language));
    }
    let large = path.metadata().is_ok_and(|metadata| metadata.len() > FILE_BYTES_MAX);
    let read = if large {
        Err(language.pick("es demasiado grande", "it is too large").to_owned())
    } else {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    };
    read.map_err(|reason| {
        let message = match language {
            Language::Spanish => format!("la gramática `{grammar}` no se puede leer: {reason}"),
            Language::English => format!("the grammar `{grammar}` cannot be read: {reason}"),
        };
        Trouble { exit: Exit::Usage, explanation: Explanation::without_hint(message) }
    })
}

fn parsed(grammar: &str, text: &str, language: Language) -> Outcome<Gbnf> {
    parse(text).map_err(|problem| {
        let message = placed(grammar, text, &problem, language);
        Trouble { exit: Exit::Usage, explanation: Explanation::without_hint(message) }
    })
}

/// Says what is wrong as compilers do: where, what, and the line with a caret.
fn placed(grammar: &str, text: &str, problem: &Problem, language: Language) -> String {
    let Problem { line, column, .. } = problem;
    let what = problem.what(language);
    format!("{grammar}:{line}:{column}: {what}\n{}", problem.excerpt(text))
}

fn nowhere(name: &str, language: Language) -> Trouble {
    let (message, hint) = match language {
        Language::Spanish => (
            format!("no hay ninguna gramática llamada `{name}`, ni un archivo"),
            "`sarai grammar list` muestra las que hay",
        ),
        Language::English => (
            format!("there is no grammar named `{name}`, and no such file"),
            "`sarai grammar list` shows those there are",
        ),
    };
    Trouble::new(Exit::NotFound, message, hint)
}
