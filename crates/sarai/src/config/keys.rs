//! Every key of the configuration.

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number within these bounds.
    Number {
        min: i64,
        max: i64,
    },
    Switch,
    Texts,
}

/// One key.
#[derive(Debug)]
pub(crate) struct Key {
    /// Section and name, such as `server.port`.
    pub path: &'static str,
    pub kind: Kind,
    /// As it would stand in the file.
    pub default: &'static str,
    pub spanish: &'static str,
    pub english: &'static str,
}

impl Key {
    /// Returns the environment variable that overrides it, such as `SARAI_SERVER_PORT`.
    pub(crate) fn variable(&self) -> String {
        format!("SARAI_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// Returns the key at `path`.
    pub(crate) fn find(path: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.path == path)
    }
}

/// All keys, in the order in which they are shown.
pub(crate) static KEYS: &[Key] = &[
    Key {
        path: "assistant.language",
        kind: Kind::Word(&["auto", "es", "en"]),
        default: "\"auto\"",
        spanish: "idioma de los textos propios; `auto` toma el del sistema",
        english: "language of our own texts; `auto` takes the system's",
    },
    Key {
        path: "assistant.time_zone",
        kind: Kind::Text,
        default: "\"auto\"",
        spanish: "zona horaria IANA de la casa, como `Europe/Madrid`; `auto` toma la del sistema",
        english: "IANA time zone of the home, such as `Europe/Madrid`; `auto` takes the system's",
    },
    Key {
        path: "model.name",
        kind: Kind::Text,
        default: "\"qwen2.5-coder-1.5b\"",
        spanish: "modelo que contesta; `sarai models list` muestra los que hay",
        english: "the model that answers; `sarai models list` shows what there is",
    },
    Key {
        path: "engine.context_tokens",
        kind: Kind::Number { min: 512, max: 1_048_576 },
        default: "8192",
        spanish: "fichas de contexto que comparten todas las conversaciones abiertas",
        english: "tokens of context that all open conversations share",
    },
    Key {
        path: "engine.threads",
        kind: Kind::Number { min: 0, max: 1024 },
        default: "0",
        spanish: "hilos de cálculo; 0 son los núcleos físicos",
        english: "computing threads; 0 is the physical cores",
    },
    Key {
        path: "engine.parallel",
        kind: Kind::Number { min: 1, max: 64 },
        default: "2",
        spanish: "respuestas que se calculan a la vez",
        english: "answers computed at the same time",
    },
    Key {
        path: "engine.waiting_max",
        kind: Kind::Number { min: 0, max: 1024 },
        default: "16",
        spanish: "preguntas que pueden esperar; la siguiente se rechaza con un «vuelve luego»",
        english: "questions that may wait; one more is told to come back later",
    },
    Key {
        path: "engine.stall_seconds",
        kind: Kind::Number { min: 5, max: 3600 },
        default: "120",
        spanish: "silencio tras el que el motor se da por colgado y se reinicia",
        english: "silence after which the engine counts as stuck and is restarted",
    },
    Key {
        path: "engine.state_megabytes",
        kind: Kind::Number { min: 0, max: 1_048_576 },
        default: "1024",
        spanish: "disco para los contextos ya calculados de las conversaciones; 0 no guarda ninguno",
        english: "disk for the computed contexts of conversations; 0 keeps none",
    },
    Key {
        path: "engine.drafting",
        kind: Kind::Switch,
        default: "true",
        spanish: "adelanta palabras que ya están en la conversación cuando así se contesta antes; la respuesta es la misma",
        english: "guesses words that stand in the conversation where that answers sooner; the answer is the same",
    },
    Key {
        path: "engine.drafting_acceptance_min",
        kind: Kind::Number { min: 0, max: 100 },
        default: "60",
        spanish: "por ciento de palabras adelantadas que deben acertarse; con menos no se adelanta",
        english: "per cent of the guessed words that must be right; with fewer nothing is guessed",
    },
    Key {
        path: "engine.draft_model",
        kind: Kind::Text,
        default: "\"auto\"",
        spanish: "modelo pequeño que adelanta palabras si aquí se gana tiempo con él: `auto` es la pareja del modelo en uso si está instalada; `none`, ninguno",
        english: "small model that guesses words where that gains time: `auto` is the partner of the model in use if it is installed; `none` is none",
    },
    Key {
        path: "engine.compare",
        kind: Kind::Switch,
        default: "true",
        spanish: "compara los motores que haya cuando nadie espera, y usa el más rápido de los que calculan lo mismo; si no, siempre el de referencia",
        english: "compares the engines that are there while nobody waits, and uses the quickest that computes the same; without, always the reference",
    },
    Key {
        path: "engine.folder",
        kind: Kind::Text,
        default: "\"\"",
        spanish: "carpeta de los ejecutables del motor; vacía es la del propio `sarai`",
        english: "folder of the engine executables; empty is where `sarai` itself is",
    },
    Key {
        path: "engine.upstream.url",
        kind: Kind::Text,
        default: "\"\"",
        spanish: "servidor compatible con OpenAI que contesta en lugar del motor local",
        english: "OpenAI-compatible server that answers in place of the local engine",
    },
    Key {
        path: "engine.upstream.model",
        kind: Kind::Text,
        default: "\"\"",
        spanish: "modelo que se pide a ese servidor",
        english: "model asked of that server",
    },
    Key {
        path: "engine.upstream.key_file",
        kind: Kind::Text,
        default: "\"\"",
        spanish: "archivo con la clave de ese servidor",
        english: "file with the key of that server",
    },
    Key {
        path: "memory.learn_from_answers",
        kind: Kind::Switch,
        default: "false",
        spanish: "aprende también de lo que contesta la propia SARAi, con menos confianza; un modelo pequeño inventa",
        english: "also learns from what SARAi itself answers, with less confidence; a small model invents",
    },
    Key {
        path: "memory.background_reading",
        kind: Kind::Switch,
        default: "false",
        spanish: "cuando nadie pregunta nada, el modelo lee las frases que las reglas no entendieron; solo se guarda lo que está en sus palabras",
        english: "when nobody asks anything, the model reads the sentences the rules did not understand; only what stands in their words is kept",
    },
    Key {
        path: "memory.background_idle_seconds",
        kind: Kind::Number { min: 1, max: 86_400 },
        default: "60",
        spanish: "segundos sin preguntas antes de leer en segundo plano",
        english: "seconds without questions before reading in the background",
    },
    Key {
        path: "memory.parsers",
        kind: Kind::Switch,
        default: "true",
        spanish: "lee los mensajes con el analizador gramatical cuando está; sin él, solo con patrones",
        english: "reads messages with the grammar's parser where it is there; patterns alone without it",
    },
    Key {
        path: "memory.embeddings",
        kind: Kind::Switch,
        default: "true",
        spanish: "busca también por significado cuando está el modelo de vectores; sin él, por palabras",
        english: "also searches by meaning where the embedding model is there; by words without it",
    },
    Key {
        path: "server.address",
        kind: Kind::Text,
        default: "\"127.0.0.1\"",
        spanish: "dirección en la que se escucha; fuera de la propia máquina hace falta `server.expose`",
        english: "address to listen on; beyond this machine it needs `server.expose`",
    },
    Key {
        path: "server.port",
        kind: Kind::Number { min: 0, max: 65_535 },
        default: "8080",
        spanish: "puerto; si está ocupado se prueban los nueve siguientes",
        english: "port; if taken, the next nine are tried",
    },
    Key {
        path: "server.expose",
        kind: Kind::Switch,
        default: "false",
        spanish: "permite escuchar más allá de esta máquina",
        english: "allows listening beyond this machine",
    },
    Key {
        path: "server.allowed_hosts",
        kind: Kind::Texts,
        default: "[]",
        spanish: "nombres, además de los de esta máquina, con los que se puede llamar al servidor",
        english: "names, besides this machine's own, by which the server may be called",
    },
    Key {
        path: "server.body_megabytes",
        kind: Kind::Number { min: 1, max: 1024 },
        default: "8",
        spanish: "tamaño máximo de una petición",
        english: "largest request",
    },
    Key {
        path: "log.level",
        kind: Kind::Word(&["error", "warn", "info", "debug", "trace"]),
        default: "\"warn\"",
        spanish: "cuánto se cuenta por la salida de errores",
        english: "how much is told on standard error",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::KEYS;

    #[test]
    fn no_two_keys_share_a_path_or_a_variable() {
        let paths = KEYS.iter().map(|key| key.path).collect::<BTreeSet<_>>();
        let variables = KEYS.iter().map(super::Key::variable).collect::<BTreeSet<_>>();
        assert_eq!((paths.len(), variables.len()), (KEYS.len(), KEYS.len()));
    }
}
