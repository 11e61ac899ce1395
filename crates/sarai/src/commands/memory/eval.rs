//! `sarai memory eval`: measures memory with items of known answer, each in a memory of its own.
//! The home keeps nothing but how many questions were answered right.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_core::language::Language;
use sarai_memory::Understanding;
use sarai_memory::eval::{eval_item, probes_right};
use serde_json::Value;

use crate::args::Eval;
use crate::commands::Context;
use crate::evaluation::{self, Figures};
use crate::output;
use crate::owner::understanding;
use crate::system::SystemClock;
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, options: &Eval) -> Outcome {
    let mut understanding = understanding::open(context);
    if options.patterns_only {
        understanding.parsers.clear();
    }
    match (&options.locomo, &options.items) {
        (Some(file), _) => locomo(context, file, &understanding),
        (None, Some(items)) => {
            tell_what_is_missing(context, &understanding);
            evaluate(context, items, &understanding)
        }
        (None, None) => Ok(()),
    }
}

fn tell_what_is_missing(context: &Context, understanding: &Understanding) {
    let abilities = understanding.abilities();
    if !(abilities.parses_spanish && abilities.parses_english) {
        output::tell(context.language.pick(
            "sin analizador gramatical para todos los idiomas: se leerá con patrones \
             (`sarai models pull es-core-news-sm` y `en-core-web-sm` lo traen)",
            "no grammar parser for every language: reading by patterns \
             (`sarai models pull es-core-news-sm` and `en-core-web-sm` bring it)",
        ));
    }
}

/// Measures how well turns are found, on the `LoCoMo` set.
fn locomo(context: &Context, path: &Path, understanding: &Understanding) -> Outcome {
    let language = context.language;
    if !understanding.abilities().embeds {
        output::tell(language.pick(
            "sin modelo de vectores: se buscará por palabras \
             (`sarai models pull multilingual-e5-small` lo trae)",
            "no embedding model: searching by words \
             (`sarai models pull multilingual-e5-small` brings it)",
        ));
    }
    let data = serde_json::from_reader(opened(path, language)?)
        .map_err(|error| wrong(path, error.line(), &error, language))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let figures = sarai_memory::locomo::evaluate(&data, understanding, &clock)
        .map_err(|error| wrong(path, 1, &error, language))?;
    output::json(&figures)
}

fn evaluate(context: &Context, path: &Path, understanding: &Understanding) -> Outcome {
    let language = context.language;
    let mut figures = Figures::default();
    for (number, line) in (1..).zip(opened(path, language)?.lines()) {
        let line = line.map_err(|error| wrong(path, number, &error, language))?;
        if line.trim().is_empty() {
            continue;
        }
        let item: Value =
            serde_json::from_str(&line).map_err(|error| wrong(path, number, &error, language))?;
        let result = eval_item(&item, understanding)
            .map_err(|error| wrong(path, number, &error, language))?;
        let (right, probes) = probes_right(&item, &result);
        figures.items += 1;
        figures.right += right;
        figures.probes += probes;
        output::line(&result.to_string())?;
    }
    evaluation::write(&context.home.evaluation_file(), figures, SystemClock::new().now())
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), "sarai doctor"))?;
    let Figures { items, right, probes } = figures;
    output::tell(&match language {
        Language::Spanish => format!("{items} casos: {right} de {probes} preguntas bien"),
        Language::English => format!("{items} items: {right} of {probes} questions right"),
    });
    Ok(())
}

fn opened(path: &Path, language: Language) -> Outcome<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).map_err(|error| {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Failed,
        };
        let (message, hint) = match language {
            Language::Spanish => (
                format!("no se pudo leer `{}`: {error}", path.display()),
                "da la ruta de un archivo de casos, uno por línea",
            ),
            Language::English => (
                format!("could not read `{}`: {error}", path.display()),
                "give the path of a file of items, one a line",
            ),
        };
        Trouble::new(exit, message, hint)
    })?;
    Ok(Box::new(BufReader::new(file)))
}

fn wrong(path: &Path, line: usize, error: &dyn std::fmt::Display, language: Language) -> Trouble {
    let place = format!("{}:{line}", path.display());
    let (message, hint) = match language {
        Language::Spanish => {
            (format!("{place}: {error}"), "el formato está en `eval/memory/README.md`")
        }
        Language::English => {
            (format!("{place}: {error}"), "the format is in `eval/memory/README.md`")
        }
    };
    Trouble::new(Exit::Usage, message, hint)
}
