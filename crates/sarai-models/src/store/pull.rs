//! Bringing a model here: the sources in order, the same hash whichever wins.

use std::fs;
use std::path::Path;

use super::{Installed, Store, length, set_aside};
use crate::catalogue::{Catalogue, Model, Source};
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
        let expected = model.sha256.or(records.find(name).map(|record| record.sha256));
        let mut failures = Vec::new();
        for attempt in attempts(model, sources) {
            let source = attempt.label();
            tell(listener, Progress::Trying { source: &source })?;
            let free_bytes = self.free_bytes;
            let folder = &self.folder;
            let mut job = Job { model, folder, expected, free_bytes, listener };
            match attempt.fetch(&mut job, sources) {
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
        let expected = model.sha256.or(record.as_ref().map(|record| record.sha256));
        if let Some(sha256) = expected
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

fn record_of(model: &Model, sha256: crate::Digest, bytes: u64, source: String) -> Record {
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
    let (Some(bytes), Some(expected)) = (length(&path)?, job.expected) else {
        return Err(SourceError::NotThere.into());
    };
    let pinned = job.model.sha256.is_some().then_some(job.model.bytes);
    if let Some(expected) = pinned.filter(|expected| *expected != bytes) {
        return Err(SourceError::OtherLength { expected, offered: bytes }.into());
    }
    let mut part = job.open_part(expected, bytes, 0)?;
    part.reset()?;
    let mut file = fs::File::open(&path).map_err(ModelError::io(Operation::Read, &path))?;
    if let Some(detail) = job.append_all(&mut part, &mut file, (1, 1))? {
        let (done, total) = (part.length(), part.total());
        return Err(SourceError::Broken { done, total, detail }.into());
    }
    part.finish()
}
