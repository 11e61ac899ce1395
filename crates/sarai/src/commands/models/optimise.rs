//! `sarai models optimise`: writes a model anew with other weights, and says what that costs and gains.

use std::fs;
use std::path::{Path, PathBuf};

use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_engine::PROMPT_TOKENS;
use serde_json::json;

use super::{Shown, flow, named, size, with_interrupt};
use crate::args::Optimise;
use crate::commands::Context;
use crate::commands::bench::{Quality, quality_of};
use crate::models::Models;
use crate::output;
use crate::owner::wiring::engine_executable;
use crate::spawn;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// A model with what was found out of it.
struct Examined {
    name: ModelName,
    bytes: u64,
    quality: Quality,
}

pub(super) fn run(context: &Context, models: &Models, options: &Optimise) -> Outcome {
    let language = context.language;
    let name = named(context, options.name.as_deref())?;
    let path = models.store.path_of(name.as_str()).or_trouble(language)?;
    models.store.describe(name.as_str()).or_trouble(language)?;
    let new = new_name(&name, options, language)?;
    if models.is_installed(&new) {
        let message = match language {
            Language::Spanish => format!("`{new}` ya está instalado"),
            Language::English => format!("`{new}` is installed already"),
        };
        return Err(Trouble::new(Exit::Refused, message, format!("sarai models remove {new}")));
    }
    // Before the work: whatever keeps the bench from measuring would make it vain.
    output::status(language.pick("midiendo el original", "measuring the original"));
    let before = Examined { bytes: bytes_of(&path), quality: quality_of(context, &name)?, name };
    output::status(language.pick("reescribiendo los pesos", "writing the weights anew"));
    write(context, models, &path, (&before.name, &new), options)?;
    output::status(language.pick("midiendo el nuevo", "measuring the new one"));
    let written = models.store.path_of(new.as_str()).or_trouble(language)?;
    let quality = quality_of(context, &new)?;
    output::status("");
    let after = Examined { bytes: bytes_of(&written), quality, name: new };
    if options.json {
        return output::json(&json!({ "before": as_value(&before), "after": as_value(&after) }));
    }
    output::line(&table(&before, &after, language))?;
    output::tell(&match language {
        Language::Spanish => format!(
            "para usarlo: sarai models use {new}; para borrarlo: sarai models remove {new} --forget",
            new = after.name
        ),
        Language::English => format!(
            "to use it: sarai models use {new}; to delete it: sarai models remove {new} --forget",
            new = after.name
        ),
    });
    Ok(())
}

/// Returns the name of the new model.
fn new_name(name: &ModelName, options: &Optimise, language: Language) -> Outcome<ModelName> {
    let new = options.to_name.clone().unwrap_or_else(|| format!("{name}-{}", options.to.name()));
    let new = ModelName::new(new).map_err(|error| {
        let hint = language.pick("da otro nombre con `--as`", "give another name with `--as`");
        Trouble::new(Exit::Usage, error.to_string(), hint)
    })?;
    if new == *name {
        let message = language.pick(
            "un modelo no se puede escribir encima de sí mismo",
            "a model cannot be written over itself",
        );
        return Err(Trouble::new(Exit::Usage, message, "--as"));
    }
    Ok(new)
}

/// Writes the file and installs it. What is written by half is removed.
fn write(
    context: &Context,
    models: &Models,
    path: &Path,
    (of, new): (&ModelName, &ModelName),
    options: &Optimise,
) -> Outcome {
    let language = context.language;
    let passing = Passing::beside(path)?;
    let executable = engine_executable(context)?;
    let threads = context.settings.threads().to_string();
    let (from, to) = (path.display().to_string(), passing.0.display().to_string());
    let (precision, all) = (options.to.name(), options.all.to_string());
    let arguments = [
        "quantize",
        "--model",
        &from,
        "--out",
        &to,
        "--to",
        &precision,
        "--threads",
        &threads,
        "--all",
        &all,
    ];
    spawn::output_of(&executable, &arguments).map_err(|error| {
        let message = match language {
            Language::Spanish => format!("no se pudo escribir el modelo: {error}"),
            Language::English => format!("the model could not be written: {error}"),
        };
        let hint = language.pick(
            "mira si queda sitio en el disco y si el archivo está bien: sarai models verify",
            "see whether the disk has room and the file is sound: sarai models verify",
        );
        Trouble::new(Exit::Failed, message, hint)
    })?;
    let shown = Shown::new(language);
    let imported = with_interrupt(|stop| {
        models.store.import_made_of(of, &models.catalogue, &passing.0, new, &mut |progress| {
            shown.show(progress);
            flow(stop)
        })
    })?;
    shown.clear();
    imported.or_trouble(language)?;
    Ok(())
}

/// A file that is removed in the end: installing links or copies it.
struct Passing(PathBuf);

impl Passing {
    fn beside(path: &Path) -> Outcome<Passing> {
        let passing = path.with_extension("optimising");
        match fs::remove_file(&passing) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let place = passing.display().to_string();
                Err(Trouble::new(Exit::Failed, error.to_string(), place))
            }
            _ => Ok(Passing(passing)),
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // It may never have been written.
        drop(fs::remove_file(&self.0));
    }
}

fn bytes_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

fn as_value(model: &Examined) -> serde_json::Value {
    json!({
        "name": model.name.as_str(),
        "bytes": model.bytes,
        "perplexity": model.quality.perplexity,
        "prompt_ms": model.quality.timings.prompt_ms,
        "batch_ms": model.quality.timings.batch_ms,
    })
}

fn table(before: &Examined, after: &Examined, language: Language) -> String {
    let worse = (after.quality.perplexity / before.quality.perplexity - 1.0) * 100.0;
    let row = |title: String, value: &dyn Fn(&Examined) -> String| {
        vec![title, value(before), value(after)]
    };
    let ms = |value: f64| format!("{value:.1} ms");
    let checks = |tokens: usize, spanish: &str, english: &str| {
        let title = match language {
            Language::Spanish => spanish.to_owned(),
            Language::English => english.to_owned(),
        };
        row(title, &move |model: &Examined| ms(model.quality.timings.batch_ms[tokens]))
    };
    let mut rows = vec![
        row(String::new(), &|model| model.name.to_string()),
        row(language.pick("tamaño", "size").to_owned(), &|model| size(model.bytes)),
        row(language.pick("perplejidad", "perplexity").to_owned(), &|model| {
            format!("{:.2}", model.quality.perplexity)
        }),
        checks(0, "escribir una ficha", "to write a token"),
        checks(2, "comprobar cuatro", "to check four"),
        row(
            match language {
                Language::Spanish => format!("leer {PROMPT_TOKENS}"),
                Language::English => format!("to read {PROMPT_TOKENS}"),
            },
            &|model| ms(model.quality.timings.prompt_ms),
        ),
    ];
    if let Some(cell) = rows.get_mut(2).and_then(|row| row.get_mut(2)) {
        *cell = format!("{cell} ({worse:+.1} %)");
    }
    output::table(&rows)
}
