//! What can go wrong with the memory, and what to do about it.

mod operation;

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::id::{PersonId, TurnId};
use sarai_core::language::Language;

pub use operation::Operation;

use crate::seal::SealError;

/// The cause of a failure below the memory.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error("{0}")]
    Check(String),
}

#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// No space left. What was being written is not kept; everything before it is.
    #[error("could not {operation} `{}`: no space left on the disk", path.display())]
    DiskFull { operation: Operation, path: PathBuf, source: Cause },

    /// The file is damaged or not a database. It is left as it is.
    #[error("could not {operation} `{}`: the file is damaged or not a database", path.display())]
    Damaged { operation: Operation, path: PathBuf, source: Cause },

    /// A sound database, but of another program.
    #[error("could not open the memory `{}`: it is the database of another program", path.display())]
    Foreign { path: PathBuf },

    /// Written by a newer version of this program.
    #[error(
        "could not open the memory `{}`: its schema is version {found}, this program knows up to {known}",
        path.display()
    )]
    TooNew { path: PathBuf, found: i64, known: i64 },

    /// Another process holds it for longer than we wait.
    #[error("could not {operation} `{}`: another process uses it", path.display())]
    Locked { operation: Operation, path: PathBuf, source: Cause },

    /// It may not be read or written.
    #[error("could not {operation} `{}`: no permission", path.display())]
    Forbidden { operation: Operation, path: PathBuf, source: Cause },

    /// A turn of this id is kept already and stays as it is.
    #[error("turn `{turn}` is kept already")]
    AlreadyKept { turn: TurnId },

    #[error("there is no person `{person}`")]
    UnknownPerson { person: PersonId },

    #[error("a title needs at least one visible character")]
    BlankTitle,

    /// What is asked for concerns files, and this memory has none.
    #[error("this memory is not on a disk")]
    NotOnDisk,

    /// Entered by hand, with a part that is empty or too long.
    #[error(
        "a fact needs a subject, a relation and an object, each of at most {chars_max} characters"
    )]
    NotAFact { chars_max: usize },

    /// What was entered changes nothing: the ledger's rules keep what is known.
    #[error("what is known already stays, and the fact was not kept beside it")]
    NotKept,

    /// A row does not say what this program writes.
    #[error("could not {operation} `{}`: {what} is not readable", path.display())]
    Unreadable { operation: Operation, path: PathBuf, what: String },

    /// The embedding model gave no vector.
    #[error("could not prepare the memory for search by meaning")]
    Embedding { source: Box<dyn std::error::Error + Send + Sync> },

    /// It is encrypted, or should be.
    #[error(transparent)]
    Seal(#[from] SealError),

    /// The writing thread is gone, or lost this piece of work.
    #[error("could not {operation} `{}`: its writer has stopped", path.display())]
    Stopped { operation: Operation, path: PathBuf },

    #[error("could not {operation} `{}`", path.display())]
    Failed { operation: Operation, path: PathBuf, source: Cause },
}

impl MemoryError {
    /// Sorts a failure of SQLite or the disk by what its reader can do about it.
    pub(crate) fn new(operation: Operation, path: &Path, source: impl Into<Cause>) -> MemoryError {
        let (path, source) = (path.to_owned(), source.into());
        match trouble(&source) {
            Trouble::Full => MemoryError::DiskFull { operation, path, source },
            Trouble::Damaged => MemoryError::Damaged { operation, path, source },
            Trouble::Locked => MemoryError::Locked { operation, path, source },
            Trouble::Forbidden => MemoryError::Forbidden { operation, path, source },
            Trouble::Other => MemoryError::Failed { operation, path, source },
        }
    }
}

enum Trouble {
    Full,
    Damaged,
    Locked,
    Forbidden,
    Other,
}

fn trouble(cause: &Cause) -> Trouble {
    match cause {
        Cause::Check(_) => Trouble::Damaged,
        Cause::Disk(error) => match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Trouble::Full,
            io::ErrorKind::ResourceBusy => Trouble::Locked,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Trouble::Forbidden
            }
            _ => Trouble::Other,
        },
        Cause::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Trouble::Full,
            // The file shared by readers and writer could not grow.
            Some(ErrorCode::SystemIoFailure)
                if error
                    .sqlite_error()
                    .is_some_and(|e| e.extended_code == SQLITE_IOERR_SHMSIZE) =>
            {
                Trouble::Full
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Damaged,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Locked,
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Trouble::Forbidden
            }
            _ => Trouble::Other,
        },
    }
}

impl Explain for MemoryError {
    fn kind(&self) -> FailureKind {
        match self {
            MemoryError::AlreadyKept { .. }
            | MemoryError::NotOnDisk
            | MemoryError::BlankTitle
            | MemoryError::NotAFact { .. }
            | MemoryError::NotKept => FailureKind::Invalid,
            MemoryError::Seal(error) => error.kind(),
            MemoryError::UnknownPerson { .. } => FailureKind::NotFound,
            MemoryError::Locked { .. } => FailureKind::Busy,
            MemoryError::Stopped { .. } | MemoryError::Embedding { .. } => FailureKind::Unavailable,
            MemoryError::DiskFull { .. }
            | MemoryError::Damaged { .. }
            | MemoryError::Foreign { .. }
            | MemoryError::TooNew { .. }
            | MemoryError::Forbidden { .. }
            | MemoryError::Unreadable { .. }
            | MemoryError::Failed { .. } => FailureKind::Failed,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        match language {
            Language::Spanish => self.in_spanish(),
            Language::English => self.in_english(),
        }
    }
}

impl MemoryError {
    fn in_spanish(&self) -> Explanation {
        let tried = |operation: &Operation, path: &Path| {
            format!("no se pudo {} `{}`", operation.words(Language::Spanish), path.display())
        };
        match self {
            MemoryError::DiskFull { operation, path, .. } => Explanation::new(
                format!("{}: no queda espacio en el disco", tried(operation, path)),
                format!(
                    "libera espacio en el disco de la carpeta `{}` y repite; lo guardado antes sigue ahí",
                    folder(path).display()
                ),
            ),
            MemoryError::Damaged { operation, path, .. } => Explanation::new(
                format!(
                    "{}: el archivo está dañado o no es una base de datos",
                    tried(operation, path)
                ),
                format!(
                    "reinicia SARAi, que lo repara con su diario o una copia de seguridad; si no los hay, no se toca: copia la carpeta `{}` a un lugar seguro y aparta el archivo para empezar con una memoria vacía",
                    folder(path).display()
                ),
            ),
            MemoryError::Foreign { path } => Explanation::new(
                format!("{}: es la base de datos de otro programa", tried(&Operation::Open, path)),
                "no se ha tocado; elige otra carpeta de datos o aparta ese archivo",
            ),
            MemoryError::TooNew { path, found, known } => Explanation::new(
                format!(
                    "{}: su esquema es la versión {found} y este programa conoce hasta la {known}",
                    tried(&Operation::Open, path)
                ),
                "no se ha tocado; actualiza SARAi a la versión que la usó por última vez",
            ),
            MemoryError::Locked { operation, path, .. } => Explanation::new(
                format!("{}: la usa otro proceso", tried(operation, path)),
                "cierra el otro SARAi o el programa que tenga abierto ese archivo y repite",
            ),
            MemoryError::Forbidden { operation, path, .. } => Explanation::new(
                format!("{}: no hay permiso", tried(operation, path)),
                format!(
                    "comprueba que tu usuario puede leer y escribir en la carpeta `{}`",
                    folder(path).display()
                ),
            ),
            MemoryError::AlreadyKept { .. }
            | MemoryError::UnknownPerson { .. }
            | MemoryError::BlankTitle
            | MemoryError::NotAFact { .. }
            | MemoryError::NotKept => self.refused_in_spanish(),
            MemoryError::NotOnDisk => {
                Explanation::without_hint("esta memoria no está en ningún disco")
            }
            MemoryError::Unreadable { operation, path, what } => Explanation::new(
                format!("{}: no se entiende {what}", tried(operation, path)),
                "el archivo se cambió por otro medio; pon en su sitio una copia de seguridad",
            ),
            MemoryError::Embedding { source } => Explanation::new(
                format!("no se pudo preparar la memoria para buscar por el sentido: {source}"),
                "lo dicho está guardado y se encuentra por sus palabras; revisa el modelo de vectores",
            ),
            MemoryError::Seal(error) => error.explain(Language::Spanish),
            MemoryError::Stopped { operation, path } => Explanation::new(
                format!("{}: quien la escribe se ha parado", tried(operation, path)),
                "reinicia SARAi; lo guardado antes sigue ahí",
            ),
            MemoryError::Failed { operation, path, source } => {
                Explanation::without_hint(format!("{}: {source}", tried(operation, path)))
            }
        }
    }

    /// Says why what was asked for was refused.
    fn refused_in_spanish(&self) -> Explanation {
        match self {
            MemoryError::AlreadyKept { turn } => {
                Explanation::without_hint(format!("el turno `{turn}` ya está guardado"))
            }
            MemoryError::UnknownPerson { person } => Explanation::new(
                format!("no hay ninguna persona `{person}`"),
                "añádela antes de hablar en su nombre",
            ),
            MemoryError::BlankTitle => {
                Explanation::new("el título está vacío", "escribe al menos un carácter visible")
            }
            MemoryError::NotAFact { chars_max } => Explanation::new(
                "un dato necesita sujeto, relación y objeto",
                format!("escribe cada parte con {chars_max} caracteres como mucho"),
            ),
            MemoryError::NotKept => Explanation::new(
                "lo que ya se sabe se queda, y el dato no se guardó",
                "corrige u olvida antes el dato que lo contradice",
            ),
            // The others are no refusals.
            other => Explanation::without_hint(other.to_string()),
        }
    }

    fn in_english(&self) -> Explanation {
        let hint = match self {
            MemoryError::DiskFull { path, .. } => Some(format!(
                "free some space on the disk of the folder `{}` and try again; what was kept before is still there",
                folder(path).display()
            )),
            MemoryError::Damaged { path, .. } => Some(format!(
                "restart SARAi, which repairs it with its journal or a backup; without these it is left untouched: copy the folder `{}` to a safe place and move the file aside to start with an empty memory",
                folder(path).display()
            )),
            MemoryError::Foreign { .. } => Some(
                "it was left untouched; choose another data folder or move that file aside"
                    .to_owned(),
            ),
            MemoryError::TooNew { .. } => Some(
                "it was left untouched; update SARAi to the version that used it last".to_owned(),
            ),
            MemoryError::Locked { .. } => Some(
                "close the other SARAi or the program that has the file open, and try again"
                    .to_owned(),
            ),
            MemoryError::Forbidden { path, .. } => Some(format!(
                "check that your user may read and write in the folder `{}`",
                folder(path).display()
            )),
            MemoryError::UnknownPerson { .. } => {
                Some("add them before speaking in their name".to_owned())
            }
            MemoryError::BlankTitle => Some("write at least one visible character".to_owned()),
            MemoryError::NotAFact { .. } => Some("write every part, and shorter".to_owned()),
            MemoryError::NotKept => {
                Some("correct or forget the fact it contradicts first".to_owned())
            }
            MemoryError::Unreadable { .. } => {
                Some("the file was changed by other means; put a backup back".to_owned())
            }
            MemoryError::Embedding { .. } => Some(
                "what was said is kept and found by its words; check the embedding model"
                    .to_owned(),
            ),
            MemoryError::Stopped { .. } => {
                Some("restart SARAi; what was kept before is still there".to_owned())
            }
            MemoryError::Seal(error) => return error.explain(Language::English),
            MemoryError::Failed { source, .. } => {
                return Explanation::without_hint(format!("{self}: {source}"));
            }
            MemoryError::AlreadyKept { .. } | MemoryError::NotOnDisk => None,
        };
        Explanation { message: self.to_string(), hint }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::{Path, PathBuf};

    use rusqlite::ffi;
    use sarai_core::explain::{Explain, FailureKind};
    use sarai_core::id::{PersonId, TurnId};
    use sarai_core::language::Language;

    use super::{Cause, MemoryError, Operation};

    fn sqlite(code: i32) -> Cause {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    fn disk(kind: io::ErrorKind) -> Cause {
        io::Error::from(kind).into()
    }

    fn error(cause: Cause) -> MemoryError {
        MemoryError::new(Operation::Store, Path::new("/casa/memory.db"), cause)
    }

    #[track_caller]
    fn check(cause: Cause, kind: FailureKind, spanish: &str, english: &str) {
        let error = error(cause);
        assert_eq!(error.kind(), kind);
        let spanish_text = error.explain(Language::Spanish).message;
        let start = "no se pudo guardar el turno en la memoria `/casa/memory.db`: ";
        assert_eq!(spanish_text, format!("{start}{spanish}"));
        let english_text = error.explain(Language::English).message;
        let start = "could not keep the turn in the memory `/casa/memory.db`: ";
        assert_eq!(english_text, format!("{start}{english}"));
    }

    #[test]
    fn a_cause_is_sorted_by_what_one_can_do() {
        use FailureKind::{Busy, Failed};
        for cause in [
            sqlite(ffi::SQLITE_FULL),
            sqlite(ffi::SQLITE_IOERR_SHMSIZE),
            disk(io::ErrorKind::StorageFull),
            disk(io::ErrorKind::QuotaExceeded),
        ] {
            check(cause, Failed, "no queda espacio en el disco", "no space left on the disk");
        }
        for cause in [sqlite(ffi::SQLITE_BUSY), sqlite(ffi::SQLITE_LOCKED)] {
            check(cause, Busy, "la usa otro proceso", "another process uses it");
        }
        for cause in [
            sqlite(ffi::SQLITE_READONLY),
            sqlite(ffi::SQLITE_CANTOPEN),
            disk(io::ErrorKind::PermissionDenied),
            disk(io::ErrorKind::ReadOnlyFilesystem),
        ] {
            check(cause, Failed, "no hay permiso", "no permission");
        }
        for cause in [
            sqlite(ffi::SQLITE_CORRUPT),
            sqlite(ffi::SQLITE_NOTADB),
            Cause::Check("row 3 missing".to_owned()),
        ] {
            check(
                cause,
                Failed,
                "el archivo está dañado o no es una base de datos",
                "the file is damaged or not a database",
            );
        }
        check(disk(io::ErrorKind::TimedOut), Failed, "timed out", "timed out");
    }

    #[test]
    fn every_error_speaks_both_languages() {
        let path = PathBuf::from("memory.db");
        let operation = Operation::Recall;
        let errors = [
            error(sqlite(ffi::SQLITE_FULL)),
            error(sqlite(ffi::SQLITE_BUSY)),
            error(sqlite(ffi::SQLITE_CORRUPT)),
            error(sqlite(ffi::SQLITE_READONLY)),
            error(sqlite(ffi::SQLITE_MISUSE)),
            MemoryError::Foreign { path: path.clone() },
            MemoryError::TooNew { path: path.clone(), found: 9, known: 1 },
            MemoryError::AlreadyKept { turn: TurnId::new("t").unwrap() },
            MemoryError::UnknownPerson { person: PersonId::new("ana").unwrap() },
            MemoryError::BlankTitle,
            MemoryError::Embedding { source: "no vector".into() },
            MemoryError::Unreadable { operation, path: path.clone(), what: "x".to_owned() },
            MemoryError::Stopped { operation, path },
        ];
        for error in errors {
            let [spanish, english] =
                [Language::Spanish, Language::English].map(|language| error.explain(language));
            assert_ne!(spanish.message, english.message);
            assert!(english.message.starts_with(&error.to_string()));
            assert_eq!(spanish.hint.is_some(), english.hint.is_some());
            for explanation in [spanish, english] {
                assert!(!explanation.message.ends_with('.') && !explanation.message.is_empty());
            }
        }
    }

    #[test]
    fn every_operation_has_words_of_its_own() {
        let all = [
            Operation::Open,
            Operation::Store,
            Operation::Read,
            Operation::Search,
            Operation::Recall,
            Operation::Facts,
            Operation::Learn,
            Operation::Forget,
            Operation::Rename,
            Operation::Delete,
            Operation::AddPerson,
            Operation::Journal,
            Operation::Recover,
            Operation::Vacuum,
            Operation::Rotate,
            Operation::Backup,
            Operation::Export,
            Operation::Import,
            Operation::Check,
        ];
        for language in [Language::Spanish, Language::English] {
            let words: std::collections::BTreeSet<_> =
                all.iter().map(|operation| operation.words(language)).collect();
            assert_eq!(words.len(), all.len());
        }
    }

    #[test]
    fn a_file_without_a_folder_is_in_the_present_one() {
        let error = MemoryError::new(
            Operation::Open,
            Path::new("memory.db"),
            disk(io::ErrorKind::StorageFull),
        );
        assert!(error.explain(Language::English).hint.unwrap().contains("the folder `.`"));
    }
}
