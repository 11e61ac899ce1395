//! What can be wrong with a catalogue, with the place to look at.

use std::path::PathBuf;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use thiserror::Error;

/// A catalogue that cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}:{line}: {problem}", path = path.display())]
pub struct CatalogueError {
    pub path: PathBuf,
    /// From 1 on.
    pub line: usize,
    pub problem: CatalogueProblem,
}

/// What is wrong. The key is as written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CatalogueProblem {
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    #[error("the key `{0}` is missing")]
    MissingKey(String),
    /// A value of another type or form; `expected` is in English, Spanish.
    #[error("`{key}` must be {}", expected.0)]
    BadValue { key: String, expected: (&'static str, &'static str) },
    #[error("`{key}`: `{value}` is already taken by another model")]
    Taken { key: String, value: String },
    #[error("packages need a pinned `sha256`")]
    UnpinnedPackages,
    #[error("{parts} parts of {part_bytes} bytes do not make {bytes} bytes")]
    PartsDoNotFit { parts: u32, part_bytes: u64, bytes: u64 },
    #[error("a source is either `hub` or `python`")]
    SourceKind,
    #[error("{0}")]
    Syntax(String),
}

impl CatalogueProblem {
    fn reason(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            CatalogueProblem::UnknownKey(key) => format!("no se conoce la clave `{key}`"),
            CatalogueProblem::MissingKey(key) => format!("falta la clave `{key}`"),
            CatalogueProblem::BadValue { key, expected } => {
                format!("`{key}` tiene que ser {}", expected.1)
            }
            CatalogueProblem::Taken { key, value } => {
                format!("`{key}`: otro modelo ya usa `{value}`")
            }
            CatalogueProblem::UnpinnedPackages => "los paquetes exigen un `sha256` fijo".to_owned(),
            CatalogueProblem::PartsDoNotFit { parts, part_bytes, bytes } => {
                format!("{parts} partes de {part_bytes} bytes no suman {bytes} bytes")
            }
            CatalogueProblem::SourceKind => "una fuente es `hub` o `python`".to_owned(),
            CatalogueProblem::Syntax(message) => format!("no es TOML válido: {message}"),
        }
    }
}

impl Explain for CatalogueError {
    fn kind(&self) -> FailureKind {
        FailureKind::Invalid
    }

    fn explain(&self, language: Language) -> Explanation {
        let (path, line) = (self.path.display(), self.line);
        let reason = self.problem.reason(language);
        match language {
            Language::Spanish => Explanation::new(
                format!("no vale el catálogo `{path}`, línea {line}: {reason}"),
                "corrige esa línea o quita el archivo",
            ),
            Language::English => Explanation::new(
                format!("the catalogue `{path}` is wrong at line {line}: {reason}"),
                "correct that line or remove the file",
            ),
        }
    }
}
