//! A file on its way in: `FILE.SHA.part`, always a beginning of the file it will be.
//!
//! The name carries the hash that is expected, so a pull that was cut off at any moment goes on from
//! whatever is there, from any source; no other note is kept that could disagree with it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::catalogue::Model;
use crate::digest::Digest;
use crate::error::{ModelError, Operation, SourceError};
use crate::form::Form;
use crate::gguf::GgufError;
use crate::source::{Listener, Progress};

/// How much is moved between two looks at the listener.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// Why a source did not deliver: try the next one, or give up.
#[derive(Debug)]
pub(crate) enum Stop {
    Source(SourceError),
    Fatal(ModelError),
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Stop {
        Stop::Source(error)
    }
}

impl From<ModelError> for Stop {
    fn from(error: ModelError) -> Stop {
        Stop::Fatal(error)
    }
}

/// One model to bring into one folder.
pub(crate) struct Job<'a, 'l> {
    pub model: &'a Model,
    pub folder: &'a Path,
    /// The pinned or recorded hash.
    pub expected: Option<Digest>,
    pub free_bytes: fn(&Path) -> std::io::Result<u64>,
    /// What was counted before it was unpacked: progress never goes back.
    pub counted: u64,
    pub listener: &'a mut Listener<'l>,
}

impl Job<'_, '_> {
    pub(crate) fn tell(&mut self, progress: Progress<'_>) -> Result<(), ModelError> {
        tell(self.listener, progress)
    }

    /// Opens the part for the file with `digest`, hashing what is there, and makes sure that the
    /// rest and `extra` bytes beside it fit on the disk.
    pub(crate) fn open_part(
        &mut self,
        digest: Digest,
        total: u64,
        extra: u64,
    ) -> Result<PartFile, ModelError> {
        let path = part_path(self.folder, &self.model.file, digest);
        let part = PartFile::open(path, self.model.form(), digest, total, self.listener)?;
        let needed = (total - part.length).saturating_add(extra);
        let free = (self.free_bytes)(self.folder)
            .map_err(ModelError::io(Operation::Measure, self.folder))?;
        if free < needed {
            return Err(ModelError::NoSpace { folder: self.folder.to_owned(), needed, free });
        }
        Ok(part)
    }

    /// Appends all of `input`. Returns `Ok(Some(reason))` when reading broke off.
    pub(crate) fn append_all(
        &mut self,
        part: &mut PartFile,
        input: &mut dyn Read,
        number: (u32, u32),
    ) -> Result<Option<String>, Stop> {
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let count = match input.read(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Some(error.to_string())),
            };
            part.append(buffer.get(..count).unwrap_or_default())?;
            self.tell(Progress::Receiving {
                done: part.length.max(self.counted),
                total: part.total,
                part: number.0,
                parts: number.1,
            })?;
        }
    }
}

/// Calls `listener` and turns its `Break` into an error.
pub(crate) fn tell(listener: &mut Listener<'_>, progress: Progress<'_>) -> Result<(), ModelError> {
    if listener(progress).is_break() { Err(ModelError::Cancelled) } else { Ok(()) }
}

/// Returns where the beginning of `file` with `digest` is kept.
pub(crate) fn part_path(folder: &Path, file: &str, digest: Digest) -> PathBuf {
    folder.join(format!("{file}.{}.part", digest.short()))
}

/// Hashes the whole file at `path`.
pub(crate) fn hash_file(path: &Path, listener: &mut Listener<'_>) -> Result<Digest, ModelError> {
    let mut file = File::open(path).map_err(ModelError::io(Operation::Read, path))?;
    let total = file.metadata().map_err(ModelError::io(Operation::Read, path))?.len();
    let (hasher, _) = hash_start(&mut file, path, total, total, listener)?;
    Ok(Digest::from_hasher(hasher))
}

/// Hashes the first `length` bytes of `file`, which may be some of `total`.
fn hash_start(
    file: &mut File,
    path: &Path,
    length: u64,
    total: u64,
    listener: &mut Listener<'_>,
) -> Result<(Sha256, u64), ModelError> {
    let mut hasher = Sha256::new();
    let mut done = 0;
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut start = file.take(length);
    loop {
        let count = start.read(&mut buffer).map_err(ModelError::io(Operation::Read, path))?;
        if count == 0 {
            return Ok((hasher, done));
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
        done += count as u64;
        tell(listener, Progress::Checking { done, total })?;
    }
}

/// The open beginning of a file.
pub(crate) struct PartFile {
    path: PathBuf,
    form: Form,
    file: File,
    hasher: Sha256,
    expected: Digest,
    length: u64,
    total: u64,
}

impl PartFile {
    fn open(
        path: PathBuf,
        form: Form,
        expected: Digest,
        total: u64,
        listener: &mut Listener<'_>,
    ) -> Result<PartFile, ModelError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(ModelError::io(Operation::Create, &path))?;
        let there = file.metadata().map_err(ModelError::io(Operation::Read, &path))?.len();
        let (hasher, length) = if there > total {
            (Sha256::new(), 0)
        } else {
            hash_start(&mut file, &path, there, total, listener)?
        };
        let mut part = PartFile { path, form, file, hasher, expected, length, total };
        if there > total {
            part.reset()?;
        }
        Ok(part)
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.length == self.total
    }

    /// Adds `bytes`, unless the file would grow too long or does not begin like a model.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let offered = self.length.saturating_add(bytes.len() as u64);
        if offered > self.total {
            return Err(SourceError::OtherLength { expected: self.total, offered }.into());
        }
        let at = usize::try_from(self.length).unwrap_or(usize::MAX);
        let magic = self.form.magic().iter().skip(at);
        if magic.zip(bytes).any(|(expected, found)| expected != found) {
            if looks_like_a_page(bytes) {
                return Err(SourceError::WebPage.into());
            }
            // Of other forms the hash will tell.
            if self.form == Form::Gguf {
                let start = bytes.iter().take(16).copied().collect::<Vec<_>>();
                let start = String::from_utf8_lossy(&start).into_owned();
                return Err(SourceError::NotAModel(GgufError::NotGguf(start)).into());
            }
        }
        self.file.write_all(bytes).map_err(ModelError::io(Operation::Write, &self.path))?;
        self.hasher.update(bytes);
        self.length = offered;
        Ok(())
    }

    /// Begins again from nothing.
    pub(crate) fn reset(&mut self) -> Result<(), ModelError> {
        self.file.set_len(0).map_err(ModelError::io(Operation::Write, &self.path))?;
        self.file.rewind().map_err(ModelError::io(Operation::Write, &self.path))?;
        self.hasher = Sha256::new();
        self.length = 0;
        Ok(())
    }

    /// Checks length, hash and head, and puts the bytes on the disk. A wrong file is removed.
    pub(crate) fn finish(self) -> Result<Arrived, Stop> {
        let PartFile { path, form, file, hasher, expected, length, total } = self;
        if length != total {
            return Err(SourceError::OtherLength { expected: total, offered: length }.into());
        }
        let found = Digest::from_hasher(hasher);
        let wrong = if found == expected {
            form.check(&path).err().map(SourceError::NotAModel)
        } else {
            Some(SourceError::WrongHash { expected, found })
        };
        if let Some(error) = wrong {
            fs::remove_file(&path).map_err(ModelError::io(Operation::Remove, &path))?;
            return Err(error.into());
        }
        file.sync_all().map_err(ModelError::io(Operation::Write, &path))?;
        Ok(Arrived { path, sha256: expected, bytes: total })
    }
}

/// A whole, checked file under its passing name.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub path: PathBuf,
    pub sha256: Digest,
    pub bytes: u64,
}

fn looks_like_a_page(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'<')
}
