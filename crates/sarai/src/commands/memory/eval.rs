//! `sarai memory eval`: measures memory with items of known answer, each in a memory of its own.
//! The home keeps nothing but how many questions were answered right.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use sarai_core::clock::Clock as _;
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
    tell_what_is_missing(context, &understanding);
    items(context, &options.items, &understanding)
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

fn items(context: &Context, path: &Path, understanding: &Understanding) -> Outcome {
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
