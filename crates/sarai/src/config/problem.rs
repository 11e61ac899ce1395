//! What can be wrong with a configuration, told in both languages.

use std::path::PathBuf;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use thiserror::Error;

/// What is wrong with a configuration.
#[derive(Debug, Error)]
pub(crate) enum Problem {
    #[error("could not read `{path}`: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{path}` is not TOML: {reason}")]
    Syntax { path: PathBuf, reason: String },
    #[error("{place}: there is no key `{key}`{}", .near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    UnknownKey { place: String, key: String, near: Option<&'static str> },
    #[error("{place}: `{key}` {reason_en}")]
    BadValue { place: String, key: &'static str, reason_es: String, reason_en: String },
}

impl Explain for Problem {
    fn kind(&self) -> FailureKind {
        FailureKind::Invalid
    }

    fn explain(&self, language: Language) -> Explanation {
        match (self, language) {
            (Problem::Read { path, source }, Language::Spanish) => Explanation::new(
                format!("no se pudo leer `{}`: {source}", path.display()),
                "comprueba los permisos del archivo",
            ),
            (Problem::Read { .. }, Language::English) => {
                Explanation::new(self.to_string(), "check the permissions of the file")
            }
            (Problem::Syntax { path, reason }, Language::Spanish) => Explanation::new(
                format!("`{}` no es TOML válido: {reason}", path.display()),
                "corrige esa línea; `sarai config check` la vuelve a mirar",
            ),
            (Problem::Syntax { .. }, Language::English) => Explanation::new(
                self.to_string(),
                "correct that line; `sarai config check` looks again",
            ),
            (Problem::UnknownKey { place, key, near }, Language::Spanish) => Explanation::new(
                format!("{place}: no existe la clave `{key}`"),
                match near {
                    Some(near) => {
                        format!("¿querías decir `{near}`? `sarai config schema` las muestra todas")
                    }
                    None => "`sarai config schema` muestra todas las claves".to_owned(),
                },
            ),
            (Problem::UnknownKey { place, key, near }, Language::English) => Explanation::new(
                format!("{place}: there is no key `{key}`"),
                match near {
                    Some(near) => format!("did you mean `{near}`? `sarai config schema` shows all"),
                    None => "`sarai config schema` shows all keys".to_owned(),
                },
            ),
            (Problem::BadValue { place, key, reason_es, .. }, Language::Spanish) => {
                Explanation::new(
                    format!("{place}: `{key}` {reason_es}"),
                    "`sarai config schema` dice qué admite cada clave",
                )
            }
            (Problem::BadValue { .. }, Language::English) => {
                Explanation::new(self.to_string(), "`sarai config schema` says what each key takes")
            }
        }
    }
}
