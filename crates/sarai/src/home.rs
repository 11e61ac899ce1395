//! The home folder: where everything is kept, who owns it now, and the keys made at first start.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use rustix::io::Errno;
use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use thiserror::Error;

/// The folders and files of one SARAi.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    root: PathBuf,
}

/// Why the home cannot be used.
#[derive(Debug, Error)]
pub(crate) enum HomeError {
    #[error("could not {operation} `{path}`: {source}")]
    Io { operation: &'static str, path: PathBuf, source: io::Error },
    #[error("another SARAi owns `{0}`")]
    Owned(PathBuf),
    #[error("neither SARAI_HOME nor HOME is set")]
    Nowhere,
}

impl Explain for HomeError {
    fn kind(&self) -> FailureKind {
        match self {
            HomeError::Io { .. } | HomeError::Nowhere => FailureKind::Failed,
            HomeError::Owned(_) => FailureKind::Unavailable,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        match (self, language) {
            (HomeError::Io { path, source, .. }, Language::Spanish) => Explanation::new(
                format!("no se pudo usar `{}`: {source}", path.display()),
                "comprueba los permisos y el espacio libre, o elige otra carpeta con SARAI_HOME",
            ),
            (HomeError::Io { .. }, Language::English) => Explanation::new(
                self.to_string(),
                "check the permissions and the free space, or choose another folder with SARAI_HOME",
            ),
            (HomeError::Owned(root), Language::Spanish) => Explanation::new(
                format!("otra SARAi ya está usando `{}`", root.display()),
                "usa la que ya está en marcha, o ciérrala antes",
            ),
            (HomeError::Owned(_), Language::English) => {
                Explanation::new(self.to_string(), "use the running one, or close it first")
            }
            (HomeError::Nowhere, Language::Spanish) => Explanation::new(
                "no hay SARAI_HOME ni HOME",
                "define SARAI_HOME con la carpeta que quieras",
            ),
            (HomeError::Nowhere, Language::English) => {
                Explanation::new(self.to_string(), "set SARAI_HOME to the folder you want")
            }
        }
    }
}

impl Home {
    /// Opens the home at `root`, making what is missing, readable by its owner only.
    pub(crate) fn open(root: PathBuf) -> Result<Home, HomeError> {
        let home = Home { root };
        for folder in ["config", "models", "state", "logs", "run", "keys"] {
            let path = home.root.join(folder);
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&path)
                .map_err(|source| HomeError::Io { operation: "create", path, source })?;
        }
        Ok(home)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        self.root.join("config/sarai.toml")
    }

    /// The person's own additions to the catalogue of models.
    pub(crate) fn catalogue_file(&self) -> PathBuf {
        self.root.join("config/models.toml")
    }

    pub(crate) fn models_folder(&self) -> PathBuf {
        self.root.join("models")
    }

    pub(crate) fn memory_file(&self) -> PathBuf {
        self.root.join("state/memory.db")
    }

    /// What the last evaluation of the memory came to.
    pub(crate) fn evaluation_file(&self) -> PathBuf {
        self.root.join("state/memory-evaluation.json")
    }

    /// Where the engine keeps what it computed of a conversation.
    pub(crate) fn sessions_folder(&self) -> Option<PathBuf> {
        self.in_plain("state/sessions")
    }

    /// The lines typed before.
    pub(crate) fn history_file(&self) -> Option<PathBuf> {
        self.in_plain("state/chat-history.txt")
    }

    /// Returns where something is kept that has words of the person in it, and is not encrypted:
    /// where the memory is, nowhere.
    fn in_plain(&self, below: &str) -> Option<PathBuf> {
        (!cfg!(feature = "encryption")).then(|| self.root.join(below))
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.root.join("run/sarai.sock")
    }

    /// Where a command that only looks after the memory speaks to itself.
    pub(crate) fn memory_socket(&self) -> PathBuf {
        self.root.join("run/memory.sock")
    }

    /// Where the owner writes the address it listens on, for guests that want to show the page.
    pub(crate) fn address_file(&self) -> PathBuf {
        self.root.join("run/address")
    }

    /// Takes the home for this process until the ownership is dropped. [`HomeError::Owned`] when
    /// another process has it.
    pub(crate) fn own(&self) -> Result<Ownership, HomeError> {
        let path = self.root.join("run/lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| HomeError::Io { operation: "open", path: path.clone(), source })?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Ownership { _lock: file }),
            Err(Errno::WOULDBLOCK) => Err(HomeError::Owned(self.root.clone())),
            Err(error) => Err(HomeError::Io { operation: "lock", path, source: error.into() }),
        }
    }

    /// Returns the key of the HTTP API, made at first use.
    pub(crate) fn api_key(&self, fresh: impl FnOnce() -> String) -> Result<String, HomeError> {
        self.secret("api.key", fresh)
    }

    /// Returns the key that signs the page's cookies, made at first use.
    pub(crate) fn cookie_key(&self, fresh: impl FnOnce() -> String) -> Result<String, HomeError> {
        self.secret("cookie.key", fresh)
    }

    /// Returns the path of a key, for telling the person where it is.
    pub(crate) fn api_key_file(&self) -> PathBuf {
        self.root.join("keys/api.key")
    }

    fn secret(&self, name: &str, fresh: impl FnOnce() -> String) -> Result<String, HomeError> {
        let path = self.root.join("keys").join(name);
        let failed = |operation| {
            let path = path.clone();
            move |source| HomeError::Io { operation, path, source }
        };
        let mut text = String::new();
        match File::open(&path) {
            Ok(mut file) => file.read_to_string(&mut text).map_err(failed("read"))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(failed("read")(error)),
        };
        if !text.trim().is_empty() {
            return Ok(text.trim().to_owned());
        }
        let secret = fresh();
        let draft = self.root.join("keys").join(format!("{name}.new"));
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&draft)
            .map_err(failed("create"))?;
        writeln!(file, "{secret}").and_then(|()| file.sync_all()).map_err(failed("write"))?;
        fs::rename(&draft, &path).map_err(failed("write"))?;
        Ok(secret)
    }
}

/// The right to write to a home. Ends with the process, however it ends.
#[derive(Debug)]
pub(crate) struct Ownership {
    _lock: File,
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{Home, HomeError};

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path().join("casa")).unwrap();
        assert_eq!(home.api_key(|| "uno".to_owned()).unwrap(), "uno");
        assert_eq!(home.api_key(|| "dos".to_owned()).unwrap(), "uno");
        let mode = home.api_key_file().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_home_has_one_owner_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path().to_owned()).unwrap();
        let first = home.own().unwrap();
        assert!(matches!(home.own(), Err(HomeError::Owned(_))));
        drop(first);
        assert!(home.own().is_ok());
    }
}
