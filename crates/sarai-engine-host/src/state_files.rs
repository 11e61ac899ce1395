//! Computed prefixes on disk, so that a conversation goes on at once after a restart.
//!
//! Each session has two files: `NAME.state`, which the native library writes and reads, and
//! `NAME.json`, which says what it holds. NAME is a hash, so the folder tells nobody's session. A
//! state is used by its tokens, not by its name: another session with the same beginning profits.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::backend::{Backend, BackendError, Sequence, Token};

/// Version of the header.
const VERSION: u32 = 1;

/// What must be the same for a state to mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The native library and its version.
    pub(crate) backend: String,
    /// Hash of the weights.
    pub(crate) weights: String,
    pub(crate) context_tokens: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Header {
    version: u32,
    origin: Origin,
    bytes: u64,
    tokens: Vec<Token>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    header: Header,
    /// The higher, the later.
    used: u64,
}

/// The folder of states.
#[derive(Debug)]
pub(crate) struct StateFiles {
    folder: PathBuf,
    bytes_max: u64,
    origin: Origin,
    /// All states in the folder, also those of other models: they count for the limit.
    entries: Vec<Entry>,
    uses: u64,
}

impl StateFiles {
    /// Opens a folder, making it if necessary. What is broken or half written is removed.
    pub(crate) fn open(folder: &Path, bytes_max: u64, origin: Origin) -> io::Result<StateFiles> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut found = Vec::new();
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            let Some((name, extension)) = name_of(&path) else { continue };
            match (extension, read_header(folder, name)) {
                ("json", Some(header)) => {
                    let modified = fs::metadata(&path)?.modified()?;
                    found.push((modified, name.to_owned(), header));
                }
                ("state", Some(_)) => {}
                _ => remove(&path),
            }
        }
        found.sort_by_key(|(modified, ..)| *modified);
        let entries: Vec<Entry> = (1..)
            .zip(found)
            .map(|(used, (_, name, header))| Entry { name, header, used })
            .collect();
        let uses = entries.len() as u64;
        Ok(StateFiles { folder: folder.to_owned(), bytes_max, origin, entries, uses })
    }

    /// Returns the state that shares the longest prefix with `tokens`, and how long that is.
    pub(crate) fn longest_prefix(&self, tokens: &[Token]) -> Option<(String, usize)> {
        let usable = self.entries.iter().filter(|entry| entry.header.origin == self.origin);
        usable
            .map(|entry| (entry, common(&entry.header.tokens, tokens)))
            .max_by_key(|(entry, length)| (*length, std::cmp::Reverse(entry.header.tokens.len())))
            .map(|(entry, length)| (entry.name.clone(), length))
    }

    /// Returns the name and length of a session's own state.
    pub(crate) fn of_session(&self, session: &str) -> Option<(String, usize)> {
        let name = self.name(session);
        let usable = |entry: &&Entry| entry.name == name && entry.header.origin == self.origin;
        self.entries.iter().find(usable).map(|entry| (name.clone(), entry.header.tokens.len()))
    }

    /// Returns how many of `tokens` the state of a session has.
    pub(crate) fn covered(&self, session: &str, tokens: &[Token]) -> usize {
        let name = self.name(session);
        let usable = |entry: &&Entry| entry.name == name && entry.header.origin == self.origin;
        self.entries.iter().find(usable).map_or(0, |entry| common(&entry.header.tokens, tokens))
    }

    /// Returns how many tokens the state `name` restores.
    pub(crate) fn length(&self, name: &str) -> usize {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        entry.map_or(0, |entry| entry.header.tokens.len())
    }

    /// Writes a sequence as the state of a session, then removes the least recently used states
    /// beyond the limit. Returns its bytes.
    pub(crate) fn save(
        &mut self,
        backend: &mut dyn Backend,
        sequence: Sequence,
        session: &str,
        tokens: &[Token],
    ) -> Result<u64, BackendError> {
        let name = self.name(session);
        let temporary = self.path(&name, "tmp");
        let written = self.write(backend, sequence, &name, tokens, &temporary);
        if written.is_err() && temporary.exists() {
            remove(&temporary);
        }
        let header = written?;
        let bytes = header.bytes;
        self.entries.retain(|entry| entry.name != name);
        self.uses += 1;
        self.entries.push(Entry { name, header, used: self.uses });
        self.shrink();
        Ok(bytes)
    }

    /// Reads a state into an empty sequence and returns its tokens. A broken one is removed, and
    /// nothing of it is in the sequence that the caller must not clear.
    pub(crate) fn restore(
        &mut self,
        backend: &mut dyn Backend,
        sequence: Sequence,
        name: &str,
    ) -> Option<Vec<Token>> {
        let index = self.entries.iter().position(|entry| entry.name == name)?;
        let path = self.path(name, "state");
        let header = &self.entries[index].header;
        let restored = backend.restore(sequence, &path).map_err(|error| error.to_string());
        let restored = restored.and_then(|tokens| {
            if tokens == header.tokens {
                Ok(tokens)
            } else {
                Err("its tokens are wrong".to_owned())
            }
        });
        match restored {
            Ok(tokens) => {
                self.uses += 1;
                self.entries[index].used = self.uses;
                // The time of the file is when it was last used, for the next start.
                if let Err(error) = self.write_header(name, &self.entries[index].header) {
                    tracing::warn!(%error, "could not note the use of a session state");
                }
                Some(tokens)
            }
            Err(reason) => {
                tracing::warn!(reason, "a session state is broken and was removed");
                let entry = self.entries.remove(index);
                self.remove_files(&entry.name);
                None
            }
        }
    }

    /// Removes the states of a session, also those of other models.
    pub(crate) fn forget(&mut self, session: &str) -> io::Result<()> {
        let of = |entry: &Entry| entry.name == name(&entry.header.origin.weights, session);
        while let Some(index) = self.entries.iter().position(of) {
            for extension in ["state", "json"] {
                remove_file(&self.path(&self.entries[index].name, extension))?;
            }
            self.entries.remove(index);
        }
        Ok(())
    }

    fn write(
        &self,
        backend: &mut dyn Backend,
        sequence: Sequence,
        name: &str,
        tokens: &[Token],
        temporary: &Path,
    ) -> Result<Header, BackendError> {
        let native = |error: io::Error| BackendError::Native(format!("session state: {error}"));
        private(temporary).map_err(native)?;
        backend.save(sequence, tokens, temporary)?;
        fs::set_permissions(temporary, Permissions::from_mode(0o600)).map_err(native)?;
        let header = Header {
            version: VERSION,
            origin: self.origin.clone(),
            bytes: fs::metadata(temporary).map_err(native)?.len(),
            tokens: tokens.to_vec(),
        };
        fs::rename(temporary, self.path(name, "state")).map_err(native)?;
        self.write_header(name, &header).map_err(native)?;
        Ok(header)
    }

    fn write_header(&self, name: &str, header: &Header) -> io::Result<()> {
        let temporary = self.path(name, "tmp");
        serde_json::to_writer(private(&temporary)?, header)?;
        fs::rename(&temporary, self.path(name, "json"))
    }

    fn shrink(&mut self) {
        while self.entries.iter().map(|entry| entry.header.bytes).sum::<u64>() > self.bytes_max {
            let oldest = (0..self.entries.len()).min_by_key(|index| self.entries[*index].used);
            let Some(index) = oldest else { return };
            let entry = self.entries.remove(index);
            self.remove_files(&entry.name);
        }
    }

    fn remove_files(&self, name: &str) {
        for extension in ["json", "state"] {
            remove(&self.path(name, extension));
        }
    }

    fn name(&self, session: &str) -> String {
        name(&self.origin.weights, session)
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

/// Returns the name of a session's state: it does not tell which session that is.
fn name(weights: &str, session: &str) -> String {
    let hash = Sha256::new().chain_update(weights).chain_update([0]).chain_update(session);
    hex(&hash.finalize())
}

fn common(held: &[Token], asked: &[Token]) -> usize {
    held.iter().zip(asked).take_while(|(held, asked)| held == asked).count()
}

/// Opens an empty file that only its owner may read.
fn private(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Returns name and extension of a file of ours; others in the folder are left alone.
fn name_of(path: &Path) -> Option<(&str, &str)> {
    let name = path.file_stem()?.to_str()?;
    let extension = path.extension()?.to_str()?;
    let ours = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (ours && ["json", "state", "tmp"].contains(&extension)).then_some((name, extension))
}

/// Returns the header of a state if it is whole and its state is there.
fn read_header(folder: &Path, name: &str) -> Option<Header> {
    let json = fs::read(folder.join(format!("{name}.json"))).ok()?;
    let header: Header = serde_json::from_slice(&json).ok()?;
    let state = fs::metadata(folder.join(format!("{name}.state"))).ok()?;
    (header.version == VERSION && state.len() == header.bytes).then_some(header)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written: Result<(), std::fmt::Error> = write!(text, "{byte:02x}");
        text
    })
}

fn remove(path: &Path) {
    if let Err(error) = remove_file(path) {
        tracing::warn!(%error, "could not remove a session state");
    }
}

/// Removes a file that may be gone already.
fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
