//! The file of a model: a Python wheel, which is a zip, of which only data is read.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ParserError;

/// Files beyond this are not of a small model.
const MEMBER_BYTES_MAX: u64 = 64 << 20;
/// The file by which the folder of the model is known.
const MARK: &str = "/tok2vec/model";

/// An open wheel.
pub(crate) struct Wheel {
    path: PathBuf,
    /// The folder of the model inside, with a slash at its end.
    folder: String,
    archive: ZipArchive<BufReader<File>>,
}

impl Wheel {
    pub(crate) fn open(path: &Path) -> Result<Wheel, ParserError> {
        let unreadable = |source| ParserError::Read { path: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        // A folder opens, and only reading tells.
        file.read_exact(&mut [0]).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        let archive = ZipArchive::new(file).map_err(|error| damaged(path, &error))?;
        let folder = archive
            .file_names()
            .filter_map(Result::ok)
            .find_map(|name| Some(format!("{}/", name.strip_suffix(MARK)?)))
            .ok_or_else(|| damaged(path, &"there is no model inside"))?;
        Ok(Wheel { path: path.to_owned(), folder, archive })
    }

    /// Returns the bytes of a file of the model.
    pub(crate) fn member(&mut self, name: &str) -> Result<Vec<u8>, ParserError> {
        self.optional(name)?.ok_or_else(|| self.damaged(name, &"it is missing"))
    }

    /// Returns the bytes of a file of the model if there is one.
    pub(crate) fn optional(&mut self, name: &str) -> Result<Option<Vec<u8>>, ParserError> {
        let whole = format!("{}{name}", self.folder);
        let mut bytes = Vec::new();
        let read = match self.archive.by_name(&whole) {
            Ok(member) => {
                let read = member.take(MEMBER_BYTES_MAX + 1).read_to_end(&mut bytes);
                read.map_err(ZipError::from)
            }
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => Err(error),
        };
        read.map_err(|error| self.damaged(name, &error))?;
        if bytes.len() as u64 > MEMBER_BYTES_MAX {
            return Err(self.damaged(name, &"it is too large"));
        }
        Ok(Some(bytes))
    }

    /// Returns the error that says what is wrong with a file of the model.
    pub(crate) fn damaged(&self, name: &str, reason: &dyn std::fmt::Display) -> ParserError {
        damaged(&self.path, &format!("`{name}`: {reason}"))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn damaged(path: &Path, reason: &dyn std::fmt::Display) -> ParserError {
    ParserError::Damaged { path: path.to_owned(), reason: reason.to_string() }
}
