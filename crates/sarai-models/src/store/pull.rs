//! Bringing a model here: the sources in order, the same hash whichever wins.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use super::{Installed, Store, length, set_aside};
use crate::catalogue::{Catalogue, Model, Source};
use crate::digest::Digest;
use crate::error::{ModelError, Operation, SourceError, SourceFailure};
use crate::part::{self, Arrived, Job, Stop, tell};
use crate::record::{Record, Records, rename};
use crate::source::{Listener, Progress, Sources};
use crate::{hub, python};

impl Store {
    /// Makes sure that the model called `name` is here and is what it should be.
    ///
    /// A file that is here already is hashed and kept; a wrong one is set aside as `FILE.damaged`.
    /// Otherwise the sources are tried in order. Whatever moment a pull is cut off, the next one
    /// goes on from what had arrived.
    pub fn pull(
        &self,
        catalogue: &Catalogue,
        name: &str,
        sources: &Sources,
        listener: &mut Listener<'_>,
    ) -> Result<Installed, ModelError> {
        let model = catalogue.get(name)?;
        let _lock = self.lock(listener)?;
        let mut records = Records::load(&self.folder)?;
        if let Some(installed) = self.already_here(model, &mut records, listener)? {
            return Ok(installed);
        }
        if let Some((arrived, source)) = self.finished_part(model, &records, listener)? {
            return self.install(model, source, &arrived, &mut records);
        }
        let expected = expected(model, &records);
        let mut failures = Vec::new();
        for attempt in attempts(model, sources) {
            let source = attempt.label();
            tell(listener, Progress::Trying { source: &source })?;
            match self.attempt(&attempt, model, expected, sources, listener) {
                Ok(arrived) => return self.install(model, source, &arrived, &mut records),
                Err(Stop::Fatal(error)) => return Err(error),
                // A folder that merely lacks the file is no news.
                Err(Stop::Source(SourceError::NotThere)) => {}
                Err(Stop::Source(reason)) => {
                    tell(listener, Progress::SourceFailed { source: &source, reason: &reason })?;
                    failures.push(SourceFailure { source, reason });
                }
            }
        }
        Err(ModelError::NoSource { name: name.to_owned(), failures })
    }

    /// Tries one source; once more from nothing if a beginning that was here may be what is wrong.
    fn attempt(
        &self,
        attempt: &Attempt<'_>,
        model: &Model,
        expected: Option<Digest>,
        sources: &Sources,
        listener: &mut Listener<'_>,
    ) -> Result<Arrived, Stop> {
        let resumed = self.parts(&model.file)?.iter().any(|(_, bytes)| *bytes > 0);
        let mut job = self.job(model, expected, listener);
        match attempt.fetch(&mut job, sources) {
            Err(Stop::Source(SourceError::WrongHash { .. } | SourceError::NotAModel(_)))
                if resumed =>
            {
                job.tell(Progress::Trying { source: &attempt.label() })?;
                job.counted = 0;
                attempt.fetch(&mut job, sources)
            }
            end => end,
        }
    }

    fn job<'a, 'l>(
        &'a self,
        model: &'a Model,
        expected: Option<Digest>,
        listener: &'a mut Listener<'l>,
    ) -> Job<'a, 'l> {
        let free_bytes = self.free_bytes;
        Job { model, folder: &self.folder, expected, free_bytes, counted: 0, listener }
    }

    /// Finishes a part that lacks only its name. A wrong one is removed.
    fn finished_part(
        &self,
        model: &Model,
        records: &Records,
        listener: &mut Listener<'_>,
    ) -> Result<Option<(Arrived, String)>, ModelError> {
        let record = records.find(model.name.as_str());
        let (Some(sha256), Some(bytes)) =
            (expected(model, records), pinned_bytes(model).or(record.map(|record| record.bytes)))
        else {
            return Ok(None);
        };
        if length(&part::part_path(&self.folder, &model.file, sha256))? != Some(bytes) {
            return Ok(None);
        }
        let part = self.job(model, Some(sha256), listener).open_part(sha256, bytes, 0)?;
        match part.finish() {
            Ok(arrived) => {
                let source =
                    record.map_or_else(|| "file".to_owned(), |record| record.source.clone());
                Ok(Some((arrived, source)))
            }
            Err(Stop::Source(_)) => Ok(None),
            Err(Stop::Fatal(error)) => Err(error),
        }
    }

    /// Looks at the file that has the model's name.
    fn already_here(
        &self,
        model: &Model,
        records: &mut Records,
        listener: &mut Listener<'_>,
    ) -> Result<Option<Installed>, ModelError> {
        let path = self.folder.join(&model.file);
        let Some(bytes) = length(&path)? else { return Ok(None) };
        let record = records.find(model.name.as_str()).cloned();
        if let Some(sha256) = expected(model, records)
            && part::hash_file(&path, listener)? == sha256
        {
            let source = record.map_or_else(|| "file".to_owned(), |record| record.source);
            let record = record_of(model, sha256, bytes, source);
            records.set(record.clone())?;
            return Ok(Some(self.installed(&record)));
        }
        rename(&path, &set_aside(&path))?;
        Ok(None)
    }

    /// Records the hash, then gives the file its name: cut off between the two, the next pull finds
    /// a whole part and only renames it.
    fn install(
        &self,
        model: &Model,
        source: String,
        arrived: &Arrived,
        records: &mut Records,
    ) -> Result<Installed, ModelError> {
        let record = record_of(model, arrived.sha256, arrived.bytes, source);
        records.set(record.clone())?;
        rename(&arrived.path, &self.folder.join(&model.file))?;
        // Beginnings of other versions of this file will never be finished.
        for (path, _) in self.parts(&model.file)? {
            fs::remove_file(&path).map_err(ModelError::io(Operation::Remove, &path))?;
        }
        Ok(self.installed(&record))
    }
}

/// Returns the hash that the model is held to, if any is known.
fn expected(model: &Model, records: &Records) -> Option<Digest> {
    model.sha256.or(records.find(model.name.as_str()).map(|record| record.sha256))
}

/// Returns the length of the file, where it is more than an estimate.
fn pinned_bytes(model: &Model) -> Option<u64> {
    model.sha256.is_some().then_some(model.bytes)
}

fn record_of(model: &Model, sha256: Digest, bytes: u64, source: String) -> Record {
    Record {
        name: model.name.clone(),
        file: model.file.clone(),
        sha256,
        bytes,
        source,
        licence: model.licence.clone(),
    }
}

/// One thing to try.
enum Attempt<'a> {
    Folder(&'a Path),
    Source(&'a Source),
}

fn attempts<'a>(model: &'a Model, sources: &'a Sources) -> Vec<Attempt<'a>> {
    let folders = sources.folders.iter().map(|folder| Attempt::Folder(folder));
    folders.chain(model.sources.iter().map(Attempt::Source)).collect()
}

impl Attempt<'_> {
    fn label(&self) -> String {
        match self {
            Attempt::Folder(folder) => format!("folder {}", folder.display()),
            Attempt::Source(source) => source.label(),
        }
    }

    fn fetch(&self, job: &mut Job<'_, '_>, sources: &Sources) -> Result<Arrived, Stop> {
        match self {
            Attempt::Folder(folder) => copy_from(job, folder),
            Attempt::Source(Source::Hub(file)) => hub::fetch(job, file, &sources.hub),
            Attempt::Source(Source::Python(packages)) => python::fetch(job, packages, &sources.pip),
        }
    }
}

/// Takes the file from `folder`, where it has its own name. Only a known hash can vouch for it.
fn copy_from(job: &mut Job<'_, '_>, folder: &Path) -> Result<Arrived, Stop> {
    let path = folder.join(&job.model.file);
    let unreadable = |error: io::Error| Stop::Source(SourceError::Unreachable(error.to_string()));
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SourceError::NotThere.into());
        }
        Err(error) => return Err(unreadable(error)),
    };
    let Some(expected) = job.expected else { return Err(SourceError::NoHash.into()) };
    let offered = file.metadata().map_err(unreadable)?.len();
    if let Some(expected) = pinned_bytes(job.model).filter(|expected| *expected != offered) {
        return Err(SourceError::OtherLength { expected, offered }.into());
    }
    let mut part = job.open_part(expected, offered, 0)?;
    file.seek(SeekFrom::Start(part.length())).map_err(unreadable)?;
    if let Some(detail) = job.append_all(&mut part, &mut file, (1, 1))? {
        let (done, total) = (part.length(), part.total());
        return Err(SourceError::Broken { done, total, detail }.into());
    }
    part.finish()
}
