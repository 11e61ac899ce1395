//! What the memory was doing when it failed, in words.

use std::fmt;

use sarai_core::language::Language;

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    Open,
    Store,
    Read,
    Search,
    Recall,
    /// Look up facts.
    Facts,
    /// Keep or change a fact by hand.
    Learn,
    Forget,
    Rename,
    Delete,
    AddPerson,
    /// Make vectors of what was said.
    Embed,
    /// The path is that of the journal.
    Journal,
    Recover,
    Vacuum,
    Rotate,
    /// The path is that of the backup.
    Backup,
    Export,
    Import,
    Check,
}

impl Operation {
    pub(super) fn words(self, language: Language) -> &'static str {
        match self {
            Operation::Open => language.pick("abrir la memoria", "open the memory"),
            Operation::Store => {
                language.pick("guardar el turno en la memoria", "keep the turn in the memory")
            }
            Operation::Read => language.pick("leer la memoria", "read the memory"),
            Operation::Search => language.pick("buscar en la memoria", "search the memory"),
            Operation::Recall => language.pick(
                "recordar turnos anteriores de la memoria",
                "recall earlier turns from the memory",
            ),
            Operation::Facts => {
                language.pick("leer los datos de la memoria", "read the facts in the memory")
            }
            Operation::Learn => {
                language.pick("guardar el dato en la memoria", "keep the fact in the memory")
            }
            Operation::Forget => {
                language.pick("olvidar lo pedido en la memoria", "forget it in the memory")
            }
            Operation::Rename => {
                language.pick("cambiar el título en la memoria", "change the title in the memory")
            }
            Operation::Delete => language.pick(
                "borrar la conversación de la memoria",
                "delete the conversation from the memory",
            ),
            Operation::Embed => language.pick(
                "preparar la memoria para buscar por el sentido",
                "prepare the memory for search by meaning",
            ),
            Operation::AddPerson => {
                language.pick("añadir una persona a la memoria", "add a person to the memory")
            }
            Operation::Journal => {
                language.pick("escribir el diario de la memoria", "write the journal of the memory")
            }
            Operation::Recover => language.pick("reparar la memoria", "repair the memory"),
            Operation::Vacuum => language.pick("compactar la memoria", "vacuum the memory"),
            Operation::Rotate => language
                .pick("archivar datos antiguos de la memoria", "archive old facts of the memory"),
            Operation::Backup => language
                .pick("hacer una copia de seguridad de la memoria en", "back up the memory to"),
            Operation::Export => language.pick("exportar la memoria", "export the memory"),
            Operation::Import => language.pick("importar a la memoria", "import to the memory"),
            Operation::Check => language.pick("comprobar la memoria", "check the memory"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words(Language::English))
    }
}
