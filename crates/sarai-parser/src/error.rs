//! Why a parser could not be opened, for logs and for people.

use std::io;
use std::path::PathBuf;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use thiserror::Error;

/// Why the file of a parser could not be used.
#[derive(Debug, Error)]
pub enum ParserError {
    #[error("could not read the grammar file `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the grammar file `{}` is damaged: {reason}", path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error("the grammar file `{}` has the language `{language}`, which is neither `es` nor `en`", path.display())]
    Language { path: PathBuf, language: String },
}

impl Explain for ParserError {
    fn kind(&self) -> FailureKind {
        match self {
            ParserError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                FailureKind::NotFound
            }
            ParserError::Read { .. } | ParserError::Damaged { .. } => FailureKind::Failed,
            ParserError::Language { .. } => FailureKind::Invalid,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        let message = match language {
            Language::English => self.to_string(),
            Language::Spanish => self.spanish(),
        };
        let hint = match self {
            ParserError::Read { .. } => language.pick(
                "comprueba que el archivo existe y que puedes leerlo; `sarai models pull` lo descarga",
                "check that the file exists and that you may read it; `sarai models pull` fetches it",
            ),
            ParserError::Damaged { .. } => language.pick(
                "bórralo y descárgalo otra vez con `sarai models pull`",
                "remove it and fetch it again with `sarai models pull`",
            ),
            ParserError::Language { .. } => language.pick(
                "usa uno de los modelos de gramática que muestra `sarai models list`",
                "use one of the grammar models that `sarai models list` shows",
            ),
        };
        Explanation::new(message, hint)
    }
}

impl ParserError {
    fn spanish(&self) -> String {
        match self {
            ParserError::Read { path, source } => {
                format!("no se pudo leer el archivo de gramática `{}`: {source}", path.display())
            }
            ParserError::Damaged { path, reason } => {
                format!("el archivo de gramática `{}` está dañado: {reason}", path.display())
            }
            ParserError::Language { path, language } => format!(
                "el archivo de gramática `{}` es del idioma `{language}`, que no es ni `es` ni `en`",
                path.display()
            ),
        }
    }
}
