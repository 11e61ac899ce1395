//! What can go wrong with an embedding model, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;

#[derive(Debug, thiserror::Error)]
pub enum EmbeddingError {
    #[error("could not read the embedding model `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },

    /// Some other file, or another layout of this one.
    #[error("could not open the embedding model `{}`: it is not of the layout E5S1", path.display())]
    Foreign { path: PathBuf },

    /// Cut short, or its parts contradict each other.
    #[error("could not open the embedding model `{}`: {what}", path.display())]
    Damaged { path: PathBuf, what: String },

    /// The weights made something that is not a number: they are damaged.
    #[error("the embedding model `{model}` gave no vector for a text")]
    NoVector { model: String },
}

/// What is wrong inside a file.
#[derive(Debug)]
pub(crate) enum Damage {
    Foreign,
    At(String),
}

impl Damage {
    pub(crate) fn at(what: impl Into<String>) -> Damage {
        Damage::At(what.into())
    }

    pub(crate) fn of(self, path: &Path) -> EmbeddingError {
        let path = path.to_owned();
        match self {
            Damage::Foreign => EmbeddingError::Foreign { path },
            Damage::At(what) => EmbeddingError::Damaged { path, what },
        }
    }
}

impl Explain for EmbeddingError {
    fn kind(&self) -> FailureKind {
        match self {
            EmbeddingError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                FailureKind::NotFound
            }
            _ => FailureKind::Failed,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        let again = language.pick(
            "bórralo y descárgalo otra vez con `sarai models pull`; mientras tanto se recuerda por las palabras",
            "delete it and fetch it again with `sarai models pull`; until then recall goes by words",
        );
        match self {
            EmbeddingError::Read { path, source } => {
                let path = path.display();
                Explanation::new(
                    match language {
                        Language::Spanish => {
                            format!("no se pudo leer el modelo de vectores `{path}`: {source}")
                        }
                        Language::English => format!("{self}: {source}"),
                    },
                    language.pick(
                        "comprueba que el archivo existe y que tu usuario puede leerlo, o descárgalo con `sarai models pull`",
                        "check that the file exists and that your user may read it, or fetch it with `sarai models pull`",
                    ),
                )
            }
            EmbeddingError::Foreign { path } => Explanation::new(
                match language {
                    Language::Spanish => format!(
                        "no se pudo abrir el modelo de vectores `{}`: no tiene el formato E5S1",
                        path.display()
                    ),
                    Language::English => self.to_string(),
                },
                again,
            ),
            EmbeddingError::Damaged { path, what } => Explanation::new(
                match language {
                    Language::Spanish => format!(
                        "no se pudo abrir el modelo de vectores `{}`: está dañado ({what})",
                        path.display()
                    ),
                    Language::English => self.to_string(),
                },
                again,
            ),
            EmbeddingError::NoVector { model } => Explanation::new(
                match language {
                    Language::Spanish => {
                        format!(
                            "el modelo de vectores `{model}` no dio ningún vector para un texto"
                        )
                    }
                    Language::English => self.to_string(),
                },
                again,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use sarai_core::explain::{Explain, FailureKind};
    use sarai_core::language::Language;

    use super::{Damage, EmbeddingError};

    #[track_caller]
    fn check(error: &EmbeddingError, kind: FailureKind, spanish: &str, english: &str) {
        assert_eq!(error.kind(), kind);
        for (language, expected) in [(Language::Spanish, spanish), (Language::English, english)] {
            let explained = error.explain(language);
            assert!(explained.message.contains(expected), "{}", explained.message);
            assert!(explained.hint.is_some());
        }
    }

    #[test]
    fn every_failure_says_what_to_do_in_both_languages() {
        let path = Path::new("models/vectors.bin");
        let missing = io::Error::from(io::ErrorKind::NotFound);
        check(
            &EmbeddingError::Read { path: path.to_owned(), source: missing },
            FailureKind::NotFound,
            "no se pudo leer el modelo de vectores `models/vectors.bin`",
            "could not read the embedding model `models/vectors.bin`",
        );
        check(
            &Damage::Foreign.of(path),
            FailureKind::Failed,
            "no tiene el formato",
            "not of the layout",
        );
        check(&Damage::at("cut short").of(path), FailureKind::Failed, "está dañado", "cut short");
        let none = EmbeddingError::NoVector { model: "small".to_owned() };
        check(&none, FailureKind::Failed, "ningún vector", "no vector");
    }
}
