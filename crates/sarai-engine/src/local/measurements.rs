//! What was measured of each model on this machine, kept so that it is measured once.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use sarai_engine_protocol::{DraftTimings, Examination, Timings};
use serde::{Deserialize, Serialize};

use super::agreement::Verdict;

/// Engines with a model that are kept; the oldest go first.
const KEPT_MAX: usize = 64;

/// The file of the measurements.
#[derive(Debug, Clone)]
pub struct MeasurementsFile {
    pub path: PathBuf,
    /// Tells this machine from others: a home may be carried to one.
    pub machine: String,
}

/// What measurements depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub(crate) sha256: String,
    /// The build of the executable.
    pub(crate) engine: String,
    /// As configured: 0 is as many as the machine has cores.
    pub(crate) threads: u32,
}

/// What is known of an engine with a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// The least of what several starts have measured: what else runs on a machine only adds to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timings: Option<Timings>,
    /// How many starts those are.
    #[serde(default)]
    pub(crate) starts: u32,
    /// Of the reference, that others are compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) examination: Option<Examination>,
    /// Of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Verdict>,
    /// Smaller models that were tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) drafts: Vec<DraftRecord>,
}

/// A smaller model that was tried beside another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftRecord {
    pub sha256: String,
    pub timings: DraftTimings,
    /// Whether it gains time, and so is in memory.
    pub in_use: bool,
}

impl Measured {
    /// Adds what one more start has measured.
    pub(crate) fn note_timings(&mut self, timings: Timings) {
        self.timings = Some(match self.timings.take() {
            Some(known) => least(&known, &timings),
            None => timings,
        });
        self.starts += 1;
    }

    pub(crate) fn draft(&self, sha256: &str) -> Option<&DraftRecord> {
        self.drafts.iter().find(|draft| draft.sha256 == sha256)
    }

    pub(crate) fn note_draft(&mut self, record: DraftRecord) {
        self.drafts.retain(|draft| draft.sha256 != record.sha256);
        self.drafts.push(record);
    }
}

fn least(one: &Timings, other: &Timings) -> Timings {
    let batch_ms = std::array::from_fn(|at| one.batch_ms[at].min(other.batch_ms[at]));
    Timings { batch_ms, prompt_ms: one.prompt_ms.min(other.prompt_ms) }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Content {
    engines: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    machine: String,
    #[serde(flatten)]
    subject: Subject,
    #[serde(flatten)]
    measured: Measured,
}

impl MeasurementsFile {
    /// Returns what is known; nothing when the file is missing or damaged: then it is measured anew.
    pub(crate) fn find(&self, subject: &Subject) -> Measured {
        let mut content = self.read();
        let at = content.engines.iter().position(|entry| self.is_of(entry, subject));
        at.map(|at| content.engines.swap_remove(at).measured).unwrap_or_default()
    }

    /// Adds to what is known. A file that cannot be written costs nothing but another measurement.
    pub(crate) fn note(&self, subject: &Subject, change: impl FnOnce(&mut Measured)) {
        let mut content = self.read();
        let at = content.engines.iter().position(|entry| self.is_of(entry, subject));
        let mut entry = match at {
            Some(at) => content.engines.remove(at),
            None => Entry {
                machine: self.machine.clone(),
                subject: subject.clone(),
                measured: Measured::default(),
            },
        };
        change(&mut entry.measured);
        content.engines.push(entry);
        let surplus = content.engines.len().saturating_sub(KEPT_MAX);
        content.engines.drain(..surplus);
        if let Err(error) = self.write(&content) {
            tracing::warn!(path = %self.path.display(), %error, "what was measured is not kept");
        }
    }

    fn is_of(&self, entry: &Entry, subject: &Subject) -> bool {
        entry.machine == self.machine && entry.subject == *subject
    }

    fn read(&self) -> Content {
        let Ok(json) = fs::read(&self.path) else { return Content::default() };
        serde_json::from_slice(&json).unwrap_or_else(|error| {
            tracing::warn!(path = %self.path.display(), %error, "what was measured is measured anew");
            Content::default()
        })
    }

    fn write(&self, content: &Content) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = self.path.with_extension("new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec(content)?)?;
        file.sync_all()?;
        fs::rename(beside, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT_MAX, Measured, MeasurementsFile, Subject};
    use sarai_engine_protocol::{Examination, Timings};

    fn subject(sha256: &str) -> Subject {
        Subject { sha256: sha256.to_owned(), engine: "toy 1".to_owned(), threads: 0 }
    }

    fn note(file: &MeasurementsFile, subject: &Subject, first: f64) {
        file.note(subject, |measured| measured.timings = Some(timings(first)));
    }

    fn timings(first: f64) -> Timings {
        Timings { batch_ms: [first, 2.0, 4.0, 8.0, 16.0], prompt_ms: 30.0 }
    }

    #[test]
    fn what_was_measured_is_found_again_for_just_this() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/engines.json");
        let file = MeasurementsFile { path: path.clone(), machine: "one".to_owned() };
        assert_eq!(file.find(&subject("a")), Measured::default());
        note(&file, &subject("a"), 1.0);
        note(&file, &subject("b"), 2.0);
        note(&file, &subject("a"), 3.0);
        file.note(&subject("a"), |measured| measured.examination = Some(Examination::default()));
        let found = file.find(&subject("a"));
        assert_eq!(found.timings, Some(timings(3.0)));
        assert!(found.examination.is_some() && found.verdict.is_none());
        assert_eq!(file.find(&subject("b")).timings, Some(timings(2.0)));
        assert_eq!(file.find(&Subject { threads: 2, ..subject("a") }), Measured::default());
        let rebuilt = Subject { engine: "toy 2".to_owned(), ..subject("a") };
        assert_eq!(file.find(&rebuilt), Measured::default());
        let elsewhere = MeasurementsFile { machine: "other".to_owned(), ..file.clone() };
        assert_eq!(elsewhere.find(&subject("a")), Measured::default());
        note(&elsewhere, &subject("a"), 9.0);
        assert_eq!(file.find(&subject("a")).timings, Some(timings(3.0)));
    }

    #[test]
    fn of_several_starts_the_least_is_kept() {
        let mut measured = Measured::default();
        measured.note_timings(Timings { batch_ms: [9.0, 2.0, 4.0, 8.0, 16.0], prompt_ms: 20.0 });
        measured.note_timings(Timings { batch_ms: [1.0, 3.0, 4.0, 9.0, 15.0], prompt_ms: 30.0 });
        let least = Timings { batch_ms: [1.0, 2.0, 4.0, 8.0, 15.0], prompt_ms: 20.0 };
        assert_eq!((measured.timings, measured.starts), (Some(least), 2));
    }

    #[test]
    fn a_damaged_file_is_replaced_and_a_long_one_loses_its_oldest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engines.json");
        std::fs::write(&path, "{\"engines\": [{").unwrap();
        let file = MeasurementsFile { path, machine: "one".to_owned() };
        assert_eq!(file.find(&subject("a")), Measured::default());
        for number in 0..=KEPT_MAX {
            note(&file, &subject(&number.to_string()), 1.0);
        }
        assert_eq!(file.find(&subject("0")), Measured::default());
        assert_eq!(file.find(&subject("1")).timings, Some(timings(1.0)));
    }
}
