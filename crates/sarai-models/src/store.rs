//! The folder of model files: what is there, and whether it is what it claims.

mod import;
mod pull;

pub use import::Import;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use sarai_core::id::ModelName;

use crate::catalogue::{Catalogue, Model};
use crate::digest::Digest;
use crate::error::{ModelError, Operation};
use crate::gguf::{self, Header};
use crate::part;
use crate::record::{Record, Records};
use crate::source::{Listener, Progress};

const LOCK_FILE: &str = ".lock";
/// How often who waits for the lock looks again, and may give up.
const LOCK_PAUSE: Duration = Duration::from_millis(200);

/// The models of one folder. Several processes may use one folder: readers see whole files only,
/// and who changes it holds its lock.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    free_bytes: fn(&Path) -> io::Result<u64>,
}

/// A model that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub name: ModelName,
    pub path: PathBuf,
    pub sha256: Digest,
    pub bytes: u64,
    /// Where it came from.
    pub source: String,
}

/// One line of a list of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<'a> {
    pub name: ModelName,
    /// `None` for an imported model that no catalogue describes.
    pub model: Option<&'a Model>,
    pub state: State,
    pub pin: Pin,
    pub sha256: Option<Digest>,
    /// Exact unless `pin` is [`Pin::Unpinned`].
    pub bytes: u64,
    pub licence: String,
    /// Where it came from, once it was installed.
    pub source: Option<String>,
}

/// How much of a model is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Installed,
    /// A pull was cut off after this many bytes.
    Partial {
        bytes: u64,
    },
    /// The file does not have the length it was installed with.
    Damaged {
        bytes: u64,
    },
    Absent,
}

/// How a model's hash is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// The catalogue says it.
    Pinned,
    /// It was recorded when the model was first installed.
    Recorded,
    /// It will be recorded at the first pull.
    Unpinned,
}

/// What `remove` leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The recorded hash stays, so that a later pull must bring the same file.
    KeepPin,
    /// Nothing: a later pull of an unpinned model takes what the hub has then.
    Forget,
}

/// Returns the bytes that may still be written to the disk of `folder`.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let space = rustix::fs::statvfs(folder)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

impl Store {
    /// Opens the store in `folder`, making the folder if it is not there.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Store, ModelError> {
        Store::open_measured_by(folder, free_bytes)
    }

    /// Opens the store with another way to measure free space.
    pub fn open_measured_by(
        folder: impl Into<PathBuf>,
        free_bytes: fn(&Path) -> io::Result<u64>,
    ) -> Result<Store, ModelError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(ModelError::io(Operation::Create, &folder))?;
        Ok(Store { folder, free_bytes })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the models of `catalogue` and those imported besides, with how much of each is there.
    pub fn list<'a>(&self, catalogue: &'a Catalogue) -> Result<Vec<Listing<'a>>, ModelError> {
        let records = Records::load(&self.folder)?;
        let mut list = Vec::new();
        for model in catalogue.models() {
            let record = records.find(model.name.as_str());
            list.push(self.listing(&model.name, Some(model), record)?);
        }
        for record in records.all() {
            if catalogue.find(record.name.as_str()).is_none() {
                list.push(self.listing(&record.name, None, Some(record))?);
            }
        }
        Ok(list)
    }

    fn listing<'a>(
        &self,
        name: &ModelName,
        model: Option<&'a Model>,
        record: Option<&Record>,
    ) -> Result<Listing<'a>, ModelError> {
        let pinned = model.and_then(|model| model.sha256);
        let (pin, sha256) = match (pinned, record) {
            (Some(digest), _) => (Pin::Pinned, Some(digest)),
            (None, Some(record)) => (Pin::Recorded, Some(record.sha256)),
            (None, None) => (Pin::Unpinned, None),
        };
        let bytes = match (model, record) {
            (Some(model), _) if pinned.is_some() => model.bytes,
            (_, Some(record)) => record.bytes,
            (Some(model), None) => model.bytes,
            (None, None) => 0,
        };
        let licence = match (model, record) {
            (Some(model), _) => model.licence.clone(),
            (None, record) => record.map_or_else(String::new, |record| record.licence.clone()),
        };
        Ok(Listing {
            name: name.clone(),
            model,
            state: self.state(model, record)?,
            pin,
            sha256,
            bytes,
            licence,
            source: record.map(|record| record.source.clone()),
        })
    }

    fn state(&self, model: Option<&Model>, record: Option<&Record>) -> Result<State, ModelError> {
        if let Some(record) = record
            && let Some(bytes) = length(&self.folder.join(&record.file))?
        {
            let whole = bytes == record.bytes;
            return Ok(if whole { State::Installed } else { State::Damaged { bytes } });
        }
        let file = record.map(|record| &record.file).or(model.map(|model| &model.file));
        let bytes = match file {
            Some(file) => self.parts(file)?.iter().map(|(_, bytes)| *bytes).max(),
            None => None,
        };
        let begun = bytes.filter(|bytes| *bytes > 0);
        Ok(begun.map_or(State::Absent, |bytes| State::Partial { bytes }))
    }

    /// Returns the beginnings of `file` that are there.
    fn parts(&self, file: &str) -> Result<Vec<(PathBuf, u64)>, ModelError> {
        let failed = || ModelError::io(Operation::Read, &self.folder);
        let prefix = format!("{file}.");
        let mut parts = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.strip_prefix(&prefix).is_some_and(|rest| rest.strip_suffix(".part").is_some()) {
                let bytes = length(&path)?.unwrap_or_default();
                parts.push((path, bytes));
            }
        }
        Ok(parts)
    }

    /// Returns the file of an installed model, its length checked. [`Store::verify`] checks it all.
    pub fn path_of(&self, name: &str) -> Result<PathBuf, ModelError> {
        let record = self.record(name)?;
        let path = self.folder.join(&record.file);
        match length(&path)? {
            None => Err(ModelError::NotInstalled { name: name.to_owned() }),
            Some(found) if found != record.bytes => Err(ModelError::WrongLength {
                name: name.to_owned(),
                path,
                expected: record.bytes,
                found,
            }),
            Some(_) => Ok(path),
        }
    }

    /// Returns what the head of an installed model's file says about it.
    pub fn describe(&self, name: &str) -> Result<Header, ModelError> {
        let path = self.path_of(name)?;
        gguf::read_file(&path).map_err(|reason| ModelError::NotAModel { path, reason })
    }

    /// Hashes the file of an installed model. One flipped bit is [`ModelError::WrongHash`].
    pub fn verify(&self, name: &str, listener: &mut Listener<'_>) -> Result<Installed, ModelError> {
        let path = self.path_of(name)?;
        let record = self.record(name)?;
        let found = part::hash_file(&path, listener)?;
        if found == record.sha256 {
            return Ok(self.installed(&record));
        }
        Err(ModelError::WrongHash { name: name.to_owned(), path, expected: record.sha256, found })
    }

    /// Deletes the file of a model and what cut-off pulls left of it. Returns the bytes freed.
    pub fn remove(
        &self,
        catalogue: &Catalogue,
        name: &str,
        removal: Removal,
    ) -> Result<u64, ModelError> {
        let lock = self.lock_file()?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ModelError::Busy { folder: self.folder.clone() });
            }
            Err(TryLockError::Error(error)) => {
                return Err(ModelError::io(Operation::Lock, &self.folder)(error));
            }
        }
        let mut records = Records::load(&self.folder)?;
        let record = records.find(name);
        let model = catalogue.find(name);
        let Some(file) =
            record.map(|record| record.file.clone()).or(model.map(|model| model.file.clone()))
        else {
            return Err(ModelError::NotInstalled { name: name.to_owned() });
        };
        let mut doomed = self.parts(&file)?;
        let path = self.folder.join(&file);
        for path in [set_aside(&path), path] {
            if let Some(bytes) = length(&path)? {
                doomed.push((path, bytes));
            }
        }
        // An imported model that no catalogue knows can never be pulled: nothing to hold it to.
        let forget = removal == Removal::Forget || model.is_none();
        if doomed.is_empty() && !(forget && record.is_some()) {
            return Err(ModelError::NotInstalled { name: name.to_owned() });
        }
        for (path, _) in &doomed {
            fs::remove_file(path).map_err(ModelError::io(Operation::Remove, path))?;
        }
        if forget {
            records.remove(name)?;
        }
        Ok(doomed.iter().map(|(_, bytes)| bytes).sum())
    }

    fn record(&self, name: &str) -> Result<Record, ModelError> {
        let records = Records::load(&self.folder)?;
        let record = records.find(name).cloned();
        record.ok_or_else(|| ModelError::NotInstalled { name: name.to_owned() })
    }

    fn installed(&self, record: &Record) -> Installed {
        Installed {
            name: record.name.clone(),
            path: self.folder.join(&record.file),
            sha256: record.sha256,
            bytes: record.bytes,
            source: record.source.clone(),
        }
    }

    /// Takes the lock of the folder, waiting for whoever has it. It is free again when dropped.
    fn lock(&self, listener: &mut Listener<'_>) -> Result<File, ModelError> {
        let file = self.lock_file()?;
        // Nothing comes through it: it is waited at for a moment.
        let (_sender, moment) = sync_channel::<()>(0);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => part::tell(listener, Progress::Waiting)?,
                Err(TryLockError::Error(error)) => {
                    return Err(ModelError::io(Operation::Lock, &self.folder)(error));
                }
            }
            let _passed = moment.recv_timeout(LOCK_PAUSE);
        }
    }

    fn lock_file(&self) -> Result<File, ModelError> {
        let path = self.folder.join(LOCK_FILE);
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(ModelError::io(Operation::Lock, &path))
    }
}

/// Returns where a file that is not what it should be is put.
fn set_aside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    PathBuf::from(name)
}

/// Returns the length of the file at `path`, or `None` if there is none.
fn length(path: &Path) -> Result<Option<u64>, ModelError> {
    match fs::metadata(path) {
        Ok(data) if data.is_file() => Ok(Some(data.len())),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ModelError::io(Operation::Read, path)(error)),
    }
}
