//! Taking a model file that a person has.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sarai_core::id::ModelName;

use super::{Installed, Store};
use crate::catalogue::{Catalogue, Model};
use crate::digest::Digest;
use crate::error::{ModelError, Operation};
use crate::form::Form;
use crate::gguf::{self, Header};
use crate::part;
use crate::record::{Record, Records, rename};
use crate::source::Listener;

/// An imported model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub installed: Installed,
    /// What the head of the file says, where it has one.
    pub header: Option<Header>,
    /// The pinned model of the catalogue that this file is, whatever name it was given.
    pub same_as: Option<ModelName>,
}

/// Where a file comes from, and on what terms.
struct Provenance {
    source: String,
    licence: String,
}

impl Store {
    /// Installs the file at `path` as `name`: linked where the disk allows, else copied.
    ///
    /// A name of the catalogue must have the pinned or recorded hash; any other name is free.
    pub fn import(
        &self,
        catalogue: &Catalogue,
        path: &Path,
        name: &ModelName,
        listener: &mut Listener<'_>,
    ) -> Result<Import, ModelError> {
        let provenance = Provenance { source: "import".to_owned(), licence: String::new() };
        self.import_from(catalogue, path, name, provenance, listener)
    }

    /// Installs the file at `path`, which was made of the installed model `of`, as `name`, with the
    /// licence of that model.
    pub fn import_made_of(
        &self,
        of: &ModelName,
        catalogue: &Catalogue,
        path: &Path,
        name: &ModelName,
        listener: &mut Listener<'_>,
    ) -> Result<Import, ModelError> {
        let listings = self.list(catalogue)?;
        let licence = listings.into_iter().find(|listing| listing.name == *of);
        let licence = licence.map(|listing| listing.licence).unwrap_or_default();
        let provenance = Provenance { source: format!("made of {of}"), licence };
        self.import_from(catalogue, path, name, provenance, listener)
    }

    fn import_from(
        &self,
        catalogue: &Catalogue,
        path: &Path,
        name: &ModelName,
        provenance: Provenance,
        listener: &mut Listener<'_>,
    ) -> Result<Import, ModelError> {
        // A link to a link would break when the first one goes.
        let path = fs::canonicalize(path).map_err(ModelError::io(Operation::Read, path))?;
        let model = catalogue.find(name.as_str());
        let header = match model.map_or(Form::Gguf, Model::form) {
            Form::Gguf => Some(
                gguf::read_file(&path)
                    .map_err(|reason| ModelError::NotAModel { path: path.clone(), reason })?,
            ),
            // The catalogue has a hash for these, which tells more than any head.
            Form::Wheel | Form::Plain => None,
        };
        let _lock = self.lock(listener)?;
        let mut records = Records::load(&self.folder)?;
        let file = model.map_or_else(|| file_name(name), |model| model.file.clone());
        check_free(catalogue, &records, name, &file)?;

        let sha256 = part::hash_file(&path, listener)?;
        let recorded = || records.find(name.as_str()).map(|record| record.sha256);
        let expected = model.and_then(|model| model.sha256.or_else(recorded));
        if let Some(expected) = expected.filter(|expected| *expected != sha256) {
            let name = name.to_string();
            return Err(ModelError::WrongHash { name, path, expected, found: sha256 });
        }
        let same_as = catalogue.models().iter().find(|model| model.sha256 == Some(sha256));
        let target = self.folder.join(&file);
        let (passing, bytes) = self.bring(&path, &file, sha256)?;
        let Provenance { source, licence } = provenance;
        let licence = model.or(same_as).map_or(licence, |model| model.licence.clone());
        let record = Record { name: name.clone(), file, sha256, bytes, source, licence };
        records.set(record.clone())?;
        rename(&passing, &target)?;
        Ok(Import {
            installed: self.installed(&record),
            header,
            same_as: same_as.map(|model| model.name.clone()),
        })
    }

    /// Brings the file at `path` here under a passing name. Returns that name and the length.
    fn bring(&self, path: &Path, file: &str, sha256: Digest) -> Result<(PathBuf, u64), ModelError> {
        let bytes = fs::metadata(path).map_err(ModelError::io(Operation::Read, path))?.len();
        let passing = part::part_path(&self.folder, file, sha256);
        match fs::remove_file(&passing) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ModelError::io(Operation::Remove, passing)(error));
            }
            _ => {}
        }
        if fs::hard_link(path, &passing).is_err() {
            self.copy(path, &passing, bytes)?;
        }
        Ok((passing, bytes))
    }

    fn copy(&self, path: &Path, passing: &Path, bytes: u64) -> Result<(), ModelError> {
        let free = (self.free_bytes)(&self.folder)
            .map_err(ModelError::io(Operation::Measure, &self.folder))?;
        if free < bytes {
            let folder = self.folder.clone();
            return Err(ModelError::NoSpace { folder, needed: bytes, free });
        }
        let copy = || -> io::Result<()> {
            fs::copy(path, passing)?;
            fs::File::open(passing)?.sync_all()
        };
        copy().map_err(ModelError::io(Operation::Write, passing))
    }
}

/// Makes a plain file name of any model name.
fn file_name(name: &ModelName) -> String {
    let plain: String = name
        .as_str()
        .chars()
        .map(|letter| if letter == '/' || letter == ':' { '-' } else { letter })
        .collect();
    let plain = plain.trim_start_matches('.');
    let plain: String = plain.chars().take(100).collect();
    format!("{}.gguf", plain.strip_suffix(".gguf").unwrap_or(&plain))
}

/// Two names may come down to one file name; the first keeps it.
fn check_free(
    catalogue: &Catalogue,
    records: &Records,
    name: &ModelName,
    file: &str,
) -> Result<(), ModelError> {
    let recorded = records.all().iter().map(|record| (&record.name, &record.file));
    let known = catalogue.models().iter().map(|model| (&model.name, &model.file));
    match recorded.chain(known).find(|(owner, theirs)| *owner != name && *theirs == file) {
        Some((owner, _)) => {
            Err(ModelError::FileTaken { file: file.to_owned(), owner: owner.to_string() })
        }
        None => Ok(()),
    }
}
