//! What is said to people when there is no answer.

use super::EngineError;
use crate::explain::{Explain, Explanation, FailureKind};
use crate::language::Language;
use crate::readiness::Readiness;

impl Explain for EngineError {
    fn kind(&self) -> FailureKind {
        match self {
            EngineError::Busy { .. } => FailureKind::Busy,
            EngineError::ModelNotFound(_) => FailureKind::NotFound,
            EngineError::ContextExceeded { .. }
            | EngineError::BadConstraint { .. }
            | EngineError::BadGrammar { .. }
            | EngineError::Unfinished { needed: Some(_), .. }
            | EngineError::Unsupported { .. } => FailureKind::Invalid,
            EngineError::NotReady(_)
            | EngineError::LoadFailed { .. }
            | EngineError::Crashed { .. }
            | EngineError::Stalled { .. }
            | EngineError::OutOfMemory
            | EngineError::Upstream { .. } => FailureKind::Unavailable,
            EngineError::Unfinished { .. } | EngineError::Protocol(_) => FailureKind::Failed,
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table of texts, one entry for each variant")]
    fn explain(&self, language: Language) -> Explanation {
        let pick = |es: &'static str, en: &'static str| language.pick(es, en);
        match self {
            EngineError::NotReady(readiness) => explain_readiness(readiness, language),
            EngineError::Busy { retry_after_s } => Explanation::new(
                pick("hay demasiadas preguntas en espera", "too many questions are waiting"),
                match language {
                    Language::Spanish => format!("vuelve a intentarlo dentro de {retry_after_s} s"),
                    Language::English => format!("try again in {retry_after_s} s"),
                },
            ),
            EngineError::ModelNotFound(name) => match language {
                Language::Spanish => Explanation::new(
                    format!("no hay ningún modelo llamado `{name}`"),
                    "mira los que hay con `sarai models list`",
                ),
                Language::English => Explanation::new(
                    format!("there is no model named `{name}`"),
                    "see what there is with `sarai models list`",
                ),
            },
            EngineError::ContextExceeded { needed, available } => match language {
                Language::Spanish => Explanation::new(
                    format!("el mensaje ocupa {needed} fichas y el modelo admite {available}"),
                    "acorta el mensaje o sube `engine.context_tokens` en la configuración",
                ),
                Language::English => Explanation::new(
                    format!(
                        "the message takes {needed} tokens and the model has room for {available}"
                    ),
                    "shorten the message or raise `engine.context_tokens` in the configuration",
                ),
            },
            EngineError::BadConstraint { reason } => match language {
                Language::Spanish => Explanation::new(
                    format!("el esquema no se puede usar: {reason}"),
                    "corrige el esquema JSON",
                ),
                Language::English => Explanation::new(
                    format!("the schema cannot be used: {reason}"),
                    "correct the JSON schema",
                ),
            },
            EngineError::BadGrammar { reason } => match language {
                Language::Spanish => Explanation::new(
                    format!("la gramática no se puede usar: {reason}"),
                    "corrígela; `sarai grammar check` dice qué le pasa",
                ),
                Language::English => Explanation::new(
                    format!("the grammar cannot be used: {reason}"),
                    "correct it; `sarai grammar check` says what is wrong",
                ),
            },
            EngineError::LoadFailed { model, reason } => match language {
                Language::Spanish => Explanation::new(
                    format!("no se pudo cargar el modelo `{model}`: {reason}"),
                    "comprueba el archivo con `sarai models verify`",
                ),
                Language::English => Explanation::new(
                    format!("could not load the model `{model}`: {reason}"),
                    "check the file with `sarai models verify`",
                ),
            },
            EngineError::Crashed { .. } => Explanation::new(
                pick(
                    "el motor se detuvo a mitad de la respuesta",
                    "the engine stopped in the middle of the answer",
                ),
                pick("ya se está reiniciando: vuelve a preguntar", "it is restarting: ask again"),
            ),
            EngineError::Stalled { seconds } => match language {
                Language::Spanish => Explanation::new(
                    format!("el motor no respondió en {seconds} s y se ha reiniciado"),
                    "vuelve a preguntar",
                ),
                Language::English => Explanation::new(
                    format!("the engine did not answer within {seconds} s and was restarted"),
                    "ask again",
                ),
            },
            EngineError::OutOfMemory => Explanation::new(
                pick(
                    "el motor se quedó sin memoria, o el sistema lo cerró para recuperarla",
                    "the engine ran out of memory, or the system ended it to get some back",
                ),
                pick(
                    "cierra otros programas o usa un modelo más pequeño con `sarai models use`",
                    "close other programs or use a smaller model with `sarai models use`",
                ),
            ),
            EngineError::Upstream { reason, .. } => match language {
                Language::Spanish => Explanation::new(
                    format!("el servidor remoto falló: {reason}"),
                    "revisa `engine.upstream` en la configuración",
                ),
                Language::English => Explanation::new(
                    format!("the upstream server failed: {reason}"),
                    "check `engine.upstream` in the configuration",
                ),
            },
            EngineError::Unfinished { text, needed: Some(needed), .. } => {
                explain_too_short(text, *needed, language)
            }
            EngineError::Unfinished { text, needed: None, .. } => match language {
                Language::Spanish => Explanation::new(
                    format!("la respuesta se quedó a medias y no se puede completar: {text}"),
                    "permite una respuesta más larga, con más fichas",
                ),
                Language::English => Explanation::new(
                    format!("the answer was cut and cannot be completed: {text}"),
                    "allow a longer answer, with more tokens",
                ),
            },
            EngineError::Unsupported { what } => Explanation::without_hint(match language {
                Language::Spanish => format!("este motor no puede hacerlo: {what}"),
                Language::English => format!("this engine cannot do that: {what}"),
            }),
            EngineError::Protocol(reason) => Explanation::new(
                match language {
                    Language::Spanish => format!("fallo interno al hablar con el motor: {reason}"),
                    Language::English => {
                        format!("internal failure speaking to the engine: {reason}")
                    }
                },
                pick(
                    "vuelve a preguntar; si se repite, mira `sarai doctor`",
                    "ask again; if it repeats, see `sarai doctor`",
                ),
            ),
        }
    }
}

fn explain_too_short(text: &str, needed: u32, language: Language) -> Explanation {
    let mut message = match language {
        Language::Spanish => format!(
            "la respuesta más corta con esa forma tiene {needed} fichas, y el límite es menor"
        ),
        Language::English => {
            format!("the shortest answer of that form has {needed} tokens, and the limit is lower")
        }
    };
    if !text.is_empty() {
        message.push_str(": ");
        message.push_str(text);
    }
    let hint = match language {
        Language::Spanish => format!(
            "permite {needed} o más: `--tokens-max` en la línea de órdenes, `max_tokens` en la API"
        ),
        Language::English => format!(
            "allow {needed} or more: `--tokens-max` on the command line, `max_tokens` in the API"
        ),
    };
    Explanation::new(message, hint)
}

fn explain_readiness(readiness: &Readiness, language: Language) -> Explanation {
    let spanish = language == Language::Spanish;
    let message = match readiness {
        Readiness::Starting => {
            language.pick("el motor está arrancando", "the engine is starting").to_owned()
        }
        Readiness::Downloading { model, bytes_done, bytes_total } => {
            let percent = bytes_done.saturating_mul(100).checked_div(*bytes_total).unwrap_or(0);
            if spanish {
                format!("se está descargando el modelo `{model}` ({percent} %)")
            } else {
                format!("the model `{model}` is being downloaded ({percent} %)")
            }
        }
        Readiness::Loading { model, .. } if spanish => {
            format!("se está cargando el modelo `{model}`")
        }
        Readiness::Loading { model, .. } => format!("the model `{model}` is being loaded"),
        Readiness::Ready { model } if spanish => format!("el modelo `{model}` está listo"),
        Readiness::Ready { model } => format!("the model `{model}` is ready"),
        Readiness::Restarting { .. } => {
            language.pick("el motor se está reiniciando", "the engine is restarting").to_owned()
        }
        Readiness::Failed { reason } if spanish => format!("el motor no puede arrancar: {reason}"),
        Readiness::Failed { reason } => format!("the engine cannot start: {reason}"),
    };
    let hint = match readiness {
        Readiness::Failed { .. } => language.pick("mira `sarai doctor`", "see `sarai doctor`"),
        _ => language.pick("espera un momento y vuelve a preguntar", "wait a moment and ask again"),
    };
    Explanation::new(message, hint)
}
