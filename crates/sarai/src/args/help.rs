//! What `--help` says, in both languages.

use clap::Command;
use sarai_core::language::Language;

/// Command path (or `command argument`), Spanish, English. Hidden commands need no text.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "sarai",
        "SARAi: una asistente para tu casa que funciona entera en tu ordenador",
        "SARAi: an assistant for your home that runs entirely on your computer",
    ),
    ("--lang", "idioma de los mensajes", "language of the messages"),
    ("--verbose", "cuenta más por la salida de errores", "tell more on standard error"),
    ("--json", "escribe JSON por la salida", "write JSON to standard output"),
    ("--help", "muestra esta ayuda", "show this help"),
    ("--version", "muestra la versión", "show the version"),
    (
        "chat",
        "pregunta una cosa, o conversa si no das ningún mensaje",
        "ask one thing, or converse if you give no message",
    ),
    (
        "chat message",
        "el mensaje; también puede llegar por una tubería",
        "the message; it may also come through a pipe",
    ),
    (
        "chat session",
        "sigue, o empieza, la conversación con este nombre",
        "go on with, or begin, the conversation of this name",
    ),
    ("chat new", "empieza una conversación nueva", "begin a new conversation"),
    (
        "chat model",
        "modelo que contesta, en lugar del habitual",
        "the model that answers, in place of the usual one",
    ),
    (
        "chat no_memory",
        "ni recuerda ni guarda esta pregunta",
        "neither recall for this question nor keep it",
    ),
    (
        "chat schema",
        "archivo con un esquema JSON que la respuesta tiene que cumplir",
        "file with a JSON Schema that the answer must meet",
    ),
    (
        "chat grammar",
        "archivo con una gramática GBNF, o el nombre de una, que la respuesta tiene que cumplir",
        "file with a GBNF grammar, or the name of one, that the answer must meet",
    ),
    ("chat tokens_max", "máximo de fichas de la respuesta", "most tokens of the answer"),
    (
        "chat temperature",
        "variedad de la respuesta, de 0 a 2",
        "variety of the answer, from 0 to 2",
    ),
    (
        "chat seed",
        "semilla: la misma da la misma respuesta",
        "seed: the same gives the same answer",
    ),
    (
        "serve",
        "pone en marcha la API y la página web, solo para esta máquina",
        "start the API and the web page, for this machine only",
    ),
    ("serve port", "puerto en el que se escucha", "port to listen on"),
    ("serve address", "dirección en la que se escucha", "address to listen on"),
    (
        "serve expose",
        "permite una dirección de fuera de esta máquina",
        "allow an address beyond this machine",
    ),
    (
        "models",
        "los modelos: qué hay, traer, comprobar, quitar",
        "the models: what there is, pull, verify, remove",
    ),
    (
        "models list",
        "muestra los modelos que hay y los que se pueden traer",
        "show the models there are and those that can be pulled",
    ),
    ("models pull", "trae un modelo y lo comprueba", "pull a model and verify it"),
    (
        "models pull name",
        "nombre del modelo; sin él, el habitual",
        "name of the model; the usual one without it",
    ),
    (
        "models verify",
        "vuelve a comprobar los archivos byte a byte",
        "check the files again, byte for byte",
    ),
    ("models verify name", "nombre del modelo; sin él, todos", "name of the model; all without it"),
    ("models remove", "borra los archivos de un modelo", "delete the files of a model"),
    ("models remove name", "nombre del modelo", "name of the model"),
    (
        "models remove forget",
        "olvida también la huella registrada: la próxima descarga podrá traer otro archivo",
        "forget the recorded hash too: the next pull may bring another file",
    ),
    (
        "models import",
        "añade un archivo GGUF que ya tienes",
        "add a GGUF file that you already have",
    ),
    ("models import path", "el archivo", "the file"),
    (
        "models import name",
        "nombre que tendrá; sin él, el del archivo",
        "the name it gets; the file's own without it",
    ),
    ("models use", "elige el modelo habitual", "choose the usual model"),
    ("models use name", "nombre del modelo", "name of the model"),
    (
        "models optimise",
        "reescribe un modelo con pesos de otra precisión, y dice qué se gana y qué se pierde",
        "write a model anew with weights of another precision, and say what is gained and lost",
    ),
    (
        "models optimise name",
        "nombre del modelo; sin él, el que está en uso",
        "name of the model; the one in use without it",
    ),
    (
        "models optimise to",
        "precisión de los pesos: q2_k, q3_k_m, q4_0, q4_k_m, q5_k_m, q6_k o q8_0",
        "precision of the weights: q2_k, q3_k_m, q4_0, q4_k_m, q5_k_m, q6_k or q8_0",
    ),
    (
        "models optimise all",
        "también de los pesos que más lo notan: más pequeño y menos exacto, para adelantar palabras",
        "of the weights that mind it most, too: smaller and less exact, for guessing words",
    ),
    ("models optimise to_name", "nombre que tendrá el nuevo", "the name that the new one gets"),
    ("models optimise json", "escribe JSON en la salida estándar", "write JSON to standard output"),
    (
        "memory",
        "lo que SARAi sabe de ti: buscar, corregir, olvidar",
        "what SARAi knows of you: search, correct, forget",
    ),
    (
        "memory ingest",
        "lee un mensaje y dice qué guarda de él, qué cambia y qué no guarda",
        "read a message and say what is kept of it, what changes and what is not kept",
    ),
    (
        "memory ingest text",
        "el mensaje; `-`, o nada, lo lee de la entrada",
        "the message; `-`, or nothing, reads the input",
    ),
    (
        "memory ingest role",
        "quién lo dijo: `user` o `assistant`",
        "who said it: `user` or `assistant`",
    ),
    ("memory session", "nombre de la conversación", "name of the conversation"),
    (
        "memory date",
        "día en que se dice, como `2026-11-22`; sin él, hoy",
        "the day it is said, such as `2026-11-22`; today without it",
    ),
    ("memory store", "guarda un hecho a mano", "keep a fact by hand"),
    ("memory subject", "de quién o de qué; `yo` eres tú", "of whom or what; `yo` is you"),
    ("memory relation", "un verbo, como `vivir_en`", "a verb, such as `live_in`"),
    ("memory verb", "un verbo, como `vivir` o `vivir_en`", "a verb, such as `live` or `live_in`"),
    ("memory object", "el resto, como `Cuenca`", "the rest, such as `Cuenca`"),
    ("memory store negated", "el hecho es que no es así", "the fact is that it is not so"),
    ("memory when", "día o momento del que habla, en ISO", "the day or time it speaks of, in ISO"),
    ("memory store confidence", "de 0 a 1; sin él, 1", "from 0 to 1; 1 without it"),
    (
        "memory store source",
        "`user_input`, `rag`, `skill` o `assistant`",
        "`user_input`, `rag`, `skill` or `assistant`",
    ),
    ("memory recall", "muestra los hechos que encajan", "show the facts that fit"),
    ("memory recall as_of", "lo que se sabía ese día", "what was known that day"),
    ("memory history", "muestra también lo que ya no vale", "show what no longer holds too"),
    ("memory limit", "cuántos como mucho", "how many at most"),
    (
        "memory ask",
        "contesta una pregunta con lo que sabe, sin modelo",
        "answer a question with what is known, without a model",
    ),
    ("memory ask question", "la pregunta", "the question"),
    ("memory list", "muestra los hechos, los últimos primero", "show the facts, the latest first"),
    ("memory list words", "solo los que tienen estas palabras", "only those with these words"),
    (
        "memory show",
        "muestra un hecho, de qué frase salió y qué hubo antes",
        "show a fact, the sentence it came from and what was before",
    ),
    ("memory id", "número del hecho", "number of the fact"),
    (
        "memory edit",
        "corrige un hecho; el anterior queda en la historia",
        "correct a fact; the former one stays in its history",
    ),
    (
        "memory forget",
        "borra de verdad hechos y las palabras de las que salieron",
        "truly delete facts and the words they came from",
    ),
    ("memory forget everything", "olvida todo", "forget everything"),
    ("memory forget yes", "sin preguntar", "without asking"),
    ("memory undo", "deshace la última corrección", "undo the last correction"),
    (
        "memory vacuum",
        "quita repeticiones y devuelve espacio",
        "remove repetitions and give space back",
    ),
    (
        "memory rotate",
        "lleva al archivo los sucesos de hace más de N días",
        "move events older than N days to the archive",
    ),
    ("memory rotate days", "días que se conservan", "days that are kept"),
    ("memory stats", "cuánto sabe y cuánto ocupa", "how much is known and how large it is"),
    (
        "memory backup",
        "copia la memoria sin pararla y comprueba la copia",
        "copy the memory without stopping it and check the copy",
    ),
    (
        "memory backup file",
        "adónde; sin él, a `state/backups`",
        "where to; `state/backups` without it",
    ),
    ("memory export", "escribe todo como líneas JSON", "write everything as lines of JSON"),
    (
        "memory export file",
        "archivo nuevo; sin él, la salida",
        "a new file; standard output without it",
    ),
    ("memory import", "trae lo que escribió `export`", "bring what `export` wrote"),
    ("memory import file", "el archivo; `-` es la entrada", "the file; `-` is standard input"),
    (
        "memory eval",
        "mide la memoria con preguntas de respuesta conocida",
        "measure memory with questions of known answer",
    ),
    ("memory eval items", "archivo de casos, uno por línea", "file of items, one a line"),
    (
        "memory eval locomo",
        "archivo de LoCoMo: mide solo la búsqueda",
        "file of LoCoMo: measures retrieval alone",
    ),
    ("memory eval patterns_only", "sin analizador gramatical", "without the grammar's parser"),
    (
        "doctor",
        "mira si todo está bien y dice cómo arreglar lo que no",
        "look whether all is well and say how to mend what is not",
    ),
    ("config", "la configuración", "the configuration"),
    (
        "config show",
        "muestra los valores y de dónde viene cada uno",
        "show the values and where each comes from",
    ),
    ("config check", "comprueba un archivo de configuración", "check a configuration file"),
    ("config check file", "el archivo; sin él, el propio", "the file; your own without it"),
    ("config get", "muestra un valor", "show one value"),
    ("config get key", "la clave, como `server.port`", "the key, such as `server.port`"),
    (
        "config set",
        "cambia un valor en el archivo; los comentarios se conservan",
        "change a value in the file; comments are kept",
    ),
    ("config set key", "la clave, como `server.port`", "the key, such as `server.port`"),
    ("config set value", "el valor", "the value"),
    ("config path", "muestra dónde está el archivo", "show where the file is"),
    (
        "config schema",
        "muestra todas las claves y qué admite cada una",
        "show all keys and what each takes",
    ),
    (
        "grammar",
        "gramáticas que dan forma a una respuesta",
        "grammars that give an answer its form",
    ),
    (
        "grammar check",
        "comprueba una gramática GBNF y señala el error",
        "check a GBNF grammar and point at what is wrong",
    ),
    ("grammar check grammar", "un archivo, o un nombre", "a file, or a name"),
    (
        "grammar check text",
        "mira si la gramática admite este texto",
        "see whether the grammar has this text",
    ),
    ("grammar list", "muestra las que tienen nombre", "show those that have a name"),
    ("grammar show", "escribe una gramática", "write a grammar"),
    ("grammar show name", "el nombre", "the name"),
    ("bench", "mediciones en esta máquina", "measurements on this machine"),
    (
        "bench latency",
        "compara el motor con un bucle mínimo sobre la misma biblioteca",
        "compare the engine with a minimal loop on the same library",
    ),
    (
        "bench prefix",
        "mide el tiempo hasta la primera palabra con un principio ya conocido",
        "measure the time to the first word with a known beginning",
    ),
    (
        "bench engine",
        "mide cuánto cuesta leer y cuánto comprobar varias palabras a la vez",
        "measure what reading costs, and checking several words at once",
    ),
    (
        "bench speculative",
        "compara adelantar texto con generar palabra a palabra, en cuatro clases de tarea",
        "compare guessing ahead with plain decoding, on four kinds of tasks",
    ),
    (
        "bench prompts",
        "preguntas propias: cada línea, {\"kind\": …, \"messages\": […]}",
        "prompts of your own: each line {\"kind\": …, \"messages\": […]}",
    ),
    (
        "bench sampled",
        "elige las palabras al azar como en una conversación, y no siempre la más probable",
        "draw words as in a conversation, not always the likeliest",
    ),
    ("bench tokens", "palabras, o trozos de ellas, de cada respuesta", "tokens of each answer"),
    (
        "bench simulate",
        "simula lo que se gana adelantando texto en otras máquinas; no necesita modelo",
        "simulate what guessing ahead gains on other machines; needs no model",
    ),
    (
        "bench memory",
        "mide consultas, escritura y tamaño con un millón de hechos",
        "measure queries, writing and size with a million facts",
    ),
    (
        "bench grammar",
        "mide qué cuesta que una respuesta tenga su forma, y si todas la tienen",
        "measure what keeping answers in a form costs, and whether all are in it",
    ),
    (
        "bench kpi",
        "conversa diez turnos con memoria y los compara con el mismo modelo en frío",
        "hold a conversation of ten turns with memory, against the same model answered cold",
    ),
    (
        "bench turns",
        "conversa diez turnos fijos, por turnos con llama-server si se dice dónde está",
        "hold a fixed conversation of ten turns, in turns with llama-server if told where it is",
    ),
    (
        "bench peer",
        "programa llama-server, u otro como él, con el que comparar; `cargo xtask peers` lo compila",
        "the program llama-server, or one like it, to compare with; `cargo xtask peers` builds it",
    ),
    (
        "bench peer_draft",
        "modelo pequeño con el que llama-server adivina en uno de sus ajustes",
        "small model that llama-server guesses with in one of its settings",
    ),
    ("bench page", "escribe además una página con gráficas", "write a page with plots, too"),
    ("bench facts", "cuántos hechos", "how many facts"),
    ("bench model", "modelo que se mide", "the model to measure"),
    ("bench rounds", "veces que se mide cada cosa", "how many times each thing is measured"),
    ("version", "muestra la versión y la del motor", "show the version and the engine's"),
    (
        "completions",
        "escribe las terminaciones para un intérprete de órdenes",
        "write completions for a shell",
    ),
    ("completions shell", "el intérprete de órdenes", "the shell"),
];

/// Puts the texts of `language` into a definition.
pub(super) fn translate(command: Command, language: Language) -> Command {
    let usage = language.pick("Uso", "Usage");
    let template =
        format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}");
    let command = command.about(text("sarai", language)).disable_version_flag(true).arg(
        clap::Arg::new("version")
            .short('V')
            .long("version")
            .action(clap::ArgAction::Version)
            .help(text("--version", language)),
    );
    translate_below(command, "", language, &template)
}

fn translate_below(
    mut command: Command,
    path: &str,
    language: Language,
    template: &str,
) -> Command {
    let options = language.pick("Opciones", "Options");
    let arguments_heading = language.pick("Argumentos", "Arguments");
    let arguments =
        command.get_arguments().map(|argument| argument.get_id().clone()).collect::<Vec<_>>();
    for id in arguments {
        let help = argument_text(path, id.as_str(), language);
        command = command.mut_arg(id, |argument| {
            let heading = if argument.is_positional() { arguments_heading } else { options };
            argument.help(help).help_heading(heading)
        });
    }
    command = command
        .help_template(template.to_owned())
        .subcommand_help_heading(language.pick("Órdenes", "Commands"))
        .subcommand_value_name(language.pick("ORDEN", "COMMAND"))
        .disable_help_flag(true)
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .help_heading(options)
                .help(text("--help", language)),
        );
    let names = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect::<Vec<_>>();
    for name in names {
        let below = format!("{path} {name}").trim().to_owned();
        command = command.mut_subcommand(&name, |sub| {
            let sub = sub.about(text(&below, language));
            translate_below(sub, &below, language, template)
        });
    }
    command
}

/// An argument's own text, that of its group of commands, or that of the option wherever it stands.
fn argument_text(path: &str, id: &str, language: Language) -> &'static str {
    let group = path.split(' ').next().unwrap_or_default();
    let places = [format!("{path} {id}"), format!("{group} {id}"), format!("--{id}")];
    places
        .iter()
        .map(|place| text(place, language))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn text(place: &str, language: Language) -> &'static str {
    let entry = TEXTS.iter().find(|(known, _, _)| *known == place);
    entry.map_or("", |(_, spanish, english)| language.pick(spanish, english))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use sarai_core::language::Language;

    use super::translate;
    use crate::args::Arguments;

    fn check(command: &clap::Command) {
        if command.is_hide_set() {
            return;
        }
        assert!(
            command.get_about().is_some_and(|about| !about.to_string().is_empty()),
            "{}",
            command.get_name()
        );
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!help.is_empty(), "{} {}", command.get_name(), argument.get_id());
        }
        command.get_subcommands().for_each(check);
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_both_languages() {
        for language in [Language::Spanish, Language::English] {
            check(&translate(Arguments::command(), language));
        }
    }
}
