//! Texts that the script shows, and those it shares with the templates. `{holes}` are filled there.

use sarai_core::engine::Finish;
use sarai_core::language::Language;

use super::{trace, view};

/// The name of a figure of the trace: for the script, in Spanish, in English.
#[derive(Clone, Copy)]
pub(super) struct Figure(&'static str, &'static str, &'static str);

impl Figure {
    pub(super) fn name(self, language: Language) -> &'static str {
        language.pick(self.1, self.2)
    }
}

pub(super) const MODEL: Figure = Figure("model", "Modelo", "Model");
pub(super) const TOKENS_READ: Figure = Figure("tokens-read", "Fichas leídas", "Tokens read");
pub(super) const TOKENS_CACHED: Figure =
    Figure("tokens-cached", "De ellas, en caché", "Of them, cached");
pub(super) const TOKENS_WRITTEN: Figure =
    Figure("tokens-written", "Fichas escritas", "Tokens written");
pub(super) const DRAFTED: Figure = Figure("drafted", "Fichas adelantadas", "Tokens guessed");
pub(super) const FORCED: Figure =
    Figure("forced", "Fichas que da el formato", "Tokens given by the form");
pub(super) const RATE: Figure = Figure("rate", "Velocidad", "Speed");
pub(super) const QUEUED: Figure = Figure("ms-queued", "En espera", "Waiting");
pub(super) const PREFILL: Figure = Figure("ms-prefill", "Lectura", "Reading");
pub(super) const DECODE: Figure = Figure("ms-decode", "Escritura", "Writing");
pub(super) const DROPPED: Figure = Figure("dropped", "Mensajes omitidos", "Messages left out");

const FIGURES: [Figure; 11] = [
    MODEL,
    TOKENS_READ,
    TOKENS_CACHED,
    TOKENS_WRITTEN,
    DRAFTED,
    FORCED,
    RATE,
    QUEUED,
    PREFILL,
    DECODE,
    DROPPED,
];

pub(super) fn degraded(language: Language) -> &'static str {
    language.pick(
        "Respuesta incompleta, falló «{stage}»: {reason}",
        "Incomplete answer, “{stage}” failed: {reason}",
    )
}

/// Says how many guesses there were and how many of them were right.
pub(super) fn drafted(language: Language) -> &'static str {
    language.pick("{guessed}, y acertadas {accepted}", "{guessed}, of them {accepted} right")
}

/// Returns every text of the script by its name.
pub(super) fn script_texts(language: Language) -> Vec<(String, &'static str)> {
    let own = OWN.iter().map(|(name, es, en)| ((*name).to_owned(), language.pick(es, en)));
    let figures = FIGURES.iter().map(|figure| (figure.0.to_owned(), figure.name(language)));
    let stages = trace::stage_names(language).map(|(name, text)| (format!("stage-{name}"), text));
    let shared = [
        ("stopped".to_owned(), view::finish_note(&Finish::Cancelled, language)),
        ("cut".to_owned(), view::finish_note(&Finish::Length, language)),
        ("degraded".to_owned(), degraded(language)),
        ("drafted-right".to_owned(), drafted(language)),
    ];
    own.chain(figures).chain(stages).chain(shared).collect()
}

const OWN: [(&str, &str, &str); 22] = [
    ("thinking", "Pensando…", "Thinking…"),
    ("queued", "En espera: hay {ahead} preguntas delante", "Waiting: {ahead} questions ahead"),
    ("queued-one", "En espera: hay una pregunta delante", "Waiting: one question ahead"),
    ("prefill", "Leyendo · {percent} %", "Reading · {percent} %"),
    ("answered", "Respuesta terminada", "Answer finished"),
    ("copied", "Copiada", "Copied"),
    ("renamed", "Título cambiado", "Title changed"),
    ("deleted", "Conversación borrada", "Conversation deleted"),
    ("found", "{count} conversaciones encontradas", "{count} conversations found"),
    ("found-one", "Una conversación encontrada", "One conversation found"),
    ("nothing-found", "Nada coincide con la búsqueda.", "Nothing matches the search."),
    (
        "no-conversations",
        "Aquí aparecerán tus conversaciones.",
        "Your conversations will appear here.",
    ),
    ("ready", "SARAi está lista", "SARAi is ready"),
    (
        "not-ready",
        "Todavía no se puede enviar: el modelo no está listo",
        "Sending is not possible yet: the model is not ready",
    ),
    (
        "refused",
        "El servidor rechazó la petición ({status})",
        "The server refused the request ({status})",
    ),
    ("unreachable", "No se puede hablar con SARAi", "SARAi cannot be reached"),
    (
        "unreachable-hint",
        "Comprueba que `sarai serve` sigue en marcha y prueba otra vez",
        "Check that `sarai serve` is still running and try again",
    ),
    (
        "broken-off",
        "La respuesta se cortó antes de terminar",
        "The answer broke off before its end",
    ),
    ("seconds-left", "quedan unos {count} s", "about {count} s left"),
    ("minutes-left", "quedan unos {count} min", "about {count} min left"),
    ("seconds", "{count} s", "{count} s"),
    ("speed", "{count} fichas/s", "{count} tokens/s"),
];
