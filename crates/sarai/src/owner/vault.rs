//! The passphrase of an encrypted memory: out of a file that only its owner may read, or typed.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use sarai_core::clock::Clock;
use sarai_core::language::Language;
use sarai_core::random::Random;
use sarai_memory::{Memory, MemoryError, Passphrase, Seal};
use zeroize::Zeroizing;

use crate::commands::Context;
use crate::system::SystemRandom;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// Names the file with the passphrase.
const VARIABLE: &str = "SARAI_MEMORY_PASSPHRASE_FILE";

/// Bytes of a passphrase.
const BYTES_MAX: usize = 4096;

const CTRL_C: u8 = 3;

/// A memory whose passphrase is known to be the right one.
pub(super) struct Vault {
    seal: Seal,
}

impl Vault {
    /// Gets the passphrase and makes the keys of it. Asked for before anything else is begun.
    pub(super) fn unlock(context: &Context) -> Outcome<Vault> {
        let language = context.language;
        let database = context.home.memory_file();
        let is_chosen = Seal::is_chosen(&database).or_trouble(language)?;
        let passphrase = match context.environment.path(VARIABLE) {
            Some(path) => in_file(&path, language)?,
            None => typed(is_chosen, language)?,
        };
        let passphrase = Passphrase::new(passphrase).ok_or_else(|| blank(language))?;
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let seal = Seal::open(&database, &passphrase, &random).or_trouble(language)?;
        Ok(Vault { seal })
    }

    pub(super) fn open(self, path: &Path, clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        Memory::open_sealed(path, clock, self.seal)
    }
}

/// Reads a passphrase without the end of its line.
fn in_file(path: &Path, language: Language) -> Outcome<Zeroizing<String>> {
    let failed = |error: &io::Error| {
        let message = match language {
            Language::Spanish => format!("no se pudo leer `{}`: {error}", path.display()),
            Language::English => format!("could not read `{}`: {error}", path.display()),
        };
        Trouble::new(Exit::Refused, message, VARIABLE)
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    // Of what was opened, and not of what may be in its place by now.
    let found = file.metadata().map_err(|error| failed(&error))?;
    // A credential of systemd is root's, and shows its access list as the bits of the group.
    let (mine, root) = (rustix::process::geteuid().as_raw(), 0);
    let shows = |bits: u32| found.mode() & bits != 0;
    let is_shared = match found.uid() {
        owner if owner == mine => shows(0o077),
        owner if owner == root => shows(0o037),
        _ => true,
    };
    if !found.is_file() || is_shared {
        return Err(too_open(path, language));
    }
    let mut text = Zeroizing::new(String::with_capacity(BYTES_MAX));
    let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
    file.take(limit).read_to_string(&mut text).map_err(|error| failed(&error))?;
    Ok(Zeroizing::new(line(&text).to_owned()))
}

/// Asks for a passphrase on the terminal; twice when it is a new one.
fn typed(is_chosen: bool, language: Language) -> Outcome<Zeroizing<String>> {
    let terminal = File::options().read(true).write(true).open("/dev/tty");
    let terminal = terminal.map_err(|_| nowhere(language))?;
    // Before the first question and until the last answer: who types fast shows nothing either.
    let silence = Silence::begin(&terminal).map_err(|error| failed(&error))?;
    let ask = |spanish, english| ask(&silence, language.pick(spanish, english), language);
    if is_chosen {
        return ask("frase de paso de la memoria: ", "passphrase of the memory: ");
    }
    let first = ask(
        "frase de paso nueva para la memoria (si se olvida, se pierde todo): ",
        "new passphrase for the memory (when it is forgotten, all is lost): ",
    )?;
    if line(&first).trim().is_empty() {
        return Ok(first);
    }
    let second = ask("otra vez: ", "once more: ")?;
    if first == second {
        return Ok(first);
    }
    let (message, hint) = match language {
        Language::Spanish => ("las dos frases no son iguales", "repite: no se ha guardado nada"),
        Language::English => ("the two passphrases differ", "try again: nothing was kept"),
    };
    Err(Trouble::new(Exit::Refused, message, hint))
}

/// Asks at the terminal, whatever the standard streams are busy with.
fn ask(silence: &Silence<'_>, question: &str, language: Language) -> Outcome<Zeroizing<String>> {
    let mut terminal = silence.terminal;
    terminal.write_all(question.as_bytes()).map_err(|error| failed(&error))?;
    let mut typed = Zeroizing::new(vec![0; BYTES_MAX]);
    // A terminal gives a line at a time.
    let length = terminal.read(&mut typed).map_err(|error| failed(&error))?;
    terminal.write_all(b"\n").map_err(|error| failed(&error))?;
    typed.truncate(length);
    if typed.last() == Some(&CTRL_C) {
        let message = language.pick("no se ha abierto nada", "nothing was opened");
        return Err(Trouble::new(Exit::Interrupted, message, ""));
    }
    let text = str::from_utf8(&typed).map_err(|_| blank(language))?;
    Ok(Zeroizing::new(line(text).to_owned()))
}

fn failed(error: &io::Error) -> Trouble {
    Trouble::new(Exit::Failed, error.to_string(), "")
}

/// Returns a line without its end.
fn line(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}

/// What is typed is not shown for as long as this is held, and Ctrl-C ends the line: as a signal it
/// would leave the terminal silent, or end nothing.
struct Silence<'a> {
    terminal: &'a File,
    before: Termios,
}

impl Silence<'_> {
    fn begin(terminal: &File) -> io::Result<Silence<'_>> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        tcsetattr(terminal, OptionalActions::Now, &silent)?;
        Ok(Silence { terminal, before })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.terminal, OptionalActions::Now, &self.before) {
            tracing::warn!(%error, "the terminal stays silent");
        }
    }
}

fn nowhere(language: Language) -> Trouble {
    let (message, hint) = match language {
        Language::Spanish => (
            "la memoria está cifrada y nadie ha dado su frase de paso",
            "arranca SARAi en una terminal, o pon en SARAI_MEMORY_PASSPHRASE_FILE un archivo con ella",
        ),
        Language::English => (
            "the memory is encrypted and nobody gave its passphrase",
            "start SARAi in a terminal, or name a file with it in SARAI_MEMORY_PASSPHRASE_FILE",
        ),
    };
    Trouble::new(Exit::Refused, message, hint)
}

fn blank(language: Language) -> Trouble {
    let (message, hint) = match language {
        Language::Spanish => ("la frase de paso está vacía", "elige una que nadie adivine"),
        Language::English => ("the passphrase is empty", "choose one that nobody guesses"),
    };
    Trouble::new(Exit::Refused, message, hint)
}

fn too_open(path: &Path, language: Language) -> Trouble {
    let path = path.display();
    let message = match language {
        Language::Spanish => format!("`{path}` no es un archivo que solo pueda leer su dueño, tú"),
        Language::English => format!("`{path}` is not a file that only you, its owner, may read"),
    };
    Trouble::new(Exit::Refused, message, format!("chmod 600 {path}"))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use sarai_core::language::Language;

    use super::in_file;
    use crate::trouble::Exit;

    #[test]
    fn only_a_file_that_nobody_else_reads_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frase");
        fs::write(&path, " dos palabras \r\n").unwrap();
        for (mode, is_taken) in
            [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)]
        {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            match in_file(&path, Language::Spanish) {
                Ok(text) => assert!(is_taken && text.as_str() == " dos palabras "),
                Err(trouble) => assert!(!is_taken && trouble.exit == Exit::Refused),
            }
        }
        assert!(in_file(folder.path(), Language::English).is_err());
        assert!(in_file(&folder.path().join("nada"), Language::English).is_err());
    }
}
