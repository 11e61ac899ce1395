//! `sarai memory export`, `import` and `backup`: everything out, everything in.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use hyper::Method;
use sarai_core::language::Language;
use serde_json::json;

use super::shown;
use crate::commands::Context;
use crate::link::Link;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

const EXPORT: &str = "/api/sarai/memory/export";

/// Writes everything as lines of JSON: to a new file, or to standard output.
pub(super) fn export(context: &Context, link: &Link, file: Option<&Path>) -> Outcome {
    let Some(path) = file else {
        return link.patient().download(EXPORT, &mut output::bytes);
    };
    let language = context.language;
    let failed = |error: io::Error| unusable(path, &error, language);
    let mut new = OpenOptions::new();
    let mut file = new.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let done = link
        .patient()
        .download(EXPORT, &mut |bytes| file.write_all(bytes).map_err(failed))
        .and_then(|()| file.sync_all().map_err(failed));
    if done.is_err() {
        // Half an export must not be taken for a whole one.
        drop(fs::remove_file(path));
    }
    done
}

/// Brings what `export` wrote; what is known already stays as it is.
pub(super) fn import(context: &Context, link: &Link, path: &Path, as_json: bool) -> Outcome {
    let language = context.language;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| unusable(path, &error, language))?;
    let answer = link.patient().upload("/api/sarai/memory/import", bytes)?;
    if as_json {
        return output::json(&answer);
    }
    for refused in answer["refused"].as_array().into_iter().flatten() {
        let (line, reason) = (&refused["line"], refused["reason"].as_str().unwrap_or_default());
        output::tell(&match language {
            Language::Spanish => format!("línea {line}: {reason}"),
            Language::English => format!("line {line}: {reason}"),
        });
    }
    let (imported, known) = (&answer["imported"], &answer["known"]);
    output::line(&match language {
        Language::Spanish => format!("{imported} líneas traídas; {known} ya se sabían"),
        Language::English => format!("{imported} lines brought; {known} were known already"),
    })
}

/// Copies the memory without stopping it.
pub(super) fn backup(
    context: &Context,
    link: &Link,
    file: Option<&Path>,
    as_json: bool,
) -> Outcome {
    // The owner may run in another folder.
    let file = file
        .map(std::path::absolute)
        .transpose()
        .map_err(|error| Trouble::new(Exit::Usage, error.to_string(), ""))?;
    let body = json!({ "file": file });
    let answer = link.patient().call(&Method::POST, "/api/sarai/memory/backup", Some(&body))?;
    if as_json { output::json(&answer) } else { shown::statistics(&answer, context.language) }
}

fn unusable(path: &Path, error: &io::Error, language: Language) -> Trouble {
    let exit = match error.kind() {
        io::ErrorKind::NotFound => Exit::NotFound,
        io::ErrorKind::AlreadyExists => Exit::Refused,
        _ => Exit::Failed,
    };
    let (message, hint) = match language {
        Language::Spanish => (
            format!("no se puede usar `{}`: {error}", path.display()),
            "da la ruta de otro archivo",
        ),
        Language::English => {
            (format!("cannot use `{}`: {error}", path.display()), "give the path of another file")
        }
    };
    Trouble::new(exit, message, hint)
}
