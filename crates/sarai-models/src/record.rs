//! `models.lock`: which models were installed, with the hash each one is held to.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sarai_core::id::ModelName;
use serde::{Deserialize, Serialize};

use crate::catalogue::is_model_file_name;
use crate::digest::Digest;
use crate::error::{ModelError, Operation};

pub(crate) const RECORD_FILE: &str = "models.lock";

/// What is known of one model that was installed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub name: ModelName,
    pub file: String,
    pub sha256: Digest,
    pub bytes: u64,
    pub source: String,
    pub licence: String,
}

/// The records of one folder, in the order they were first made.
#[derive(Debug)]
pub(crate) struct Records {
    path: PathBuf,
    records: Vec<Record>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default, rename = "model")]
    models: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    file: String,
    sha256: String,
    bytes: u64,
    source: String,
    licence: String,
}

impl Records {
    /// Reads the records of `folder`. None is no error; damaged ones are.
    pub(crate) fn load(folder: &Path) -> Result<Records, ModelError> {
        let path = folder.join(RECORD_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(ModelError::Record { path, reason: error.to_string() });
            }
            Err(error) => return Err(ModelError::io(Operation::Read, path)(error)),
        };
        let rows: Rows = toml::from_str(&text).map_err(|error| ModelError::Record {
            path: path.clone(),
            reason: error.message().to_owned(),
        })?;
        let records =
            rows.models.into_iter().map(|row| row.check(&path)).collect::<Result<_, _>>()?;
        Ok(Records { path, records })
    }

    pub(crate) fn all(&self) -> &[Record] {
        &self.records
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name.as_str() == name)
    }

    /// Sets the record of `record.name` on disk.
    pub(crate) fn set(&mut self, record: Record) -> Result<(), ModelError> {
        match self.records.iter_mut().find(|known| known.name == record.name) {
            Some(known) if *known == record => return Ok(()),
            Some(known) => *known = record,
            None => self.records.push(record),
        }
        self.save()
    }

    /// Removes the record of `name` from disk.
    pub(crate) fn remove(&mut self, name: &str) -> Result<(), ModelError> {
        self.records.retain(|record| record.name.as_str() != name);
        self.save()
    }

    /// Writes beside and renames, so that a reader sees the old or the new records.
    fn save(&self) -> Result<(), ModelError> {
        let rows = Rows { models: self.records.iter().map(Row::from).collect() };
        let text = toml::to_string(&rows).map_err(|error| ModelError::Record {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        let fresh = self.path.with_extension("lock.new");
        let write = || -> io::Result<()> {
            let mut file = File::create(&fresh)?;
            file.write_all(b"# Written by SARAi: which file each model is held to.\n\n")?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(ModelError::io(Operation::Write, &fresh))?;
        rename(&fresh, &self.path)
    }
}

/// Renames and makes the new name last.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), ModelError> {
    let rename = || -> io::Result<()> {
        fs::rename(from, to)?;
        to.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    rename().map_err(ModelError::io(Operation::Rename, to))
}

impl Row {
    fn check(self, path: &Path) -> Result<Record, ModelError> {
        let wrong = |reason: String| ModelError::Record { path: path.to_owned(), reason };
        if !is_model_file_name(&self.file) {
            return Err(wrong(format!("`{}` is not a file name", self.file)));
        }
        Ok(Record {
            name: ModelName::new(self.name).map_err(|error| wrong(error.to_string()))?,
            sha256: self
                .sha256
                .parse()
                .map_err(|_| wrong(format!("`{}` is not a sha256", self.sha256)))?,
            file: self.file,
            bytes: self.bytes,
            source: self.source,
            licence: self.licence,
        })
    }
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Row {
        Row {
            name: record.name.to_string(),
            file: record.file.clone(),
            sha256: record.sha256.to_string(),
            bytes: record.bytes,
            source: record.source.clone(),
            licence: record.licence.clone(),
        }
    }
}
