//! What was measured of each model on this machine, kept so that it is measured once.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use sarai_engine_protocol::Timings;
use serde::{Deserialize, Serialize};

/// Models whose measurements are kept; the oldest go first.
const KEPT_MAX: usize = 64;

/// The file of the measurements.
#[derive(Debug, Clone)]
pub struct TimingsFile {
    pub path: PathBuf,
    /// Tells this machine from others: a home may be carried to one.
    pub machine: String,
}

/// What measurements depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) sha256: String,
    pub(crate) backend: String,
    /// As configured: 0 is as many as the machine has cores.
    pub(crate) threads: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Content {
    measured: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    machine: String,
    #[serde(flatten)]
    of: Measured,
    timings: Timings,
}

impl TimingsFile {
    /// Returns what is known; nothing when the file is missing or damaged: then it is measured anew.
    pub(crate) fn find(&self, of: &Measured) -> Option<Timings> {
        let mut content = self.read();
        let at = content.measured.iter().position(|entry| self.is_of(entry, of))?;
        Some(content.measured.swap_remove(at).timings)
    }

    /// Keeps what was measured, in place of what was known. A file that cannot be written costs
    /// nothing but another measurement.
    pub(crate) fn keep(&self, of: &Measured, timings: &Timings) {
        let mut content = self.read();
        content.measured.retain(|entry| !self.is_of(entry, of));
        let machine = self.machine.clone();
        content.measured.push(Entry { machine, of: of.clone(), timings: timings.clone() });
        let surplus = content.measured.len().saturating_sub(KEPT_MAX);
        content.measured.drain(..surplus);
        if let Err(error) = self.write(&content) {
            tracing::warn!(path = %self.path.display(), %error, "what was measured is not kept");
        }
    }

    fn is_of(&self, entry: &Entry, of: &Measured) -> bool {
        entry.machine == self.machine && entry.of == *of
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
        file.write_all(&serde_json::to_vec_pretty(content)?)?;
        file.sync_all()?;
        fs::rename(beside, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT_MAX, Measured, TimingsFile};
    use sarai_engine_protocol::Timings;

    fn of(sha256: &str) -> Measured {
        Measured { sha256: sha256.to_owned(), backend: "toy 1".to_owned(), threads: 0 }
    }

    fn timings(first: f64) -> Timings {
        Timings { batch_ms: [first, 2.0, 4.0, 8.0, 16.0], prompt_ms: 30.0 }
    }

    #[test]
    fn what_was_measured_is_found_again_for_just_this() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/timings.json");
        let file = TimingsFile { path: path.clone(), machine: "one".to_owned() };
        assert_eq!(file.find(&of("a")), None);
        file.keep(&of("a"), &timings(1.0));
        file.keep(&of("b"), &timings(2.0));
        file.keep(&of("a"), &timings(3.0));
        assert_eq!(file.find(&of("a")), Some(timings(3.0)));
        assert_eq!(file.find(&of("b")), Some(timings(2.0)));
        assert_eq!(file.find(&Measured { threads: 2, ..of("a") }), None);
        assert_eq!(file.find(&Measured { backend: "toy 2".to_owned(), ..of("a") }), None);
        let elsewhere = TimingsFile { machine: "other".to_owned(), ..file.clone() };
        assert_eq!(elsewhere.find(&of("a")), None);
        elsewhere.keep(&of("a"), &timings(9.0));
        assert_eq!(file.find(&of("a")), Some(timings(3.0)));
    }

    #[test]
    fn a_damaged_file_is_replaced_and_a_long_one_loses_its_oldest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timings.json");
        std::fs::write(&path, "{\"measured\": [{").unwrap();
        let file = TimingsFile { path, machine: "one".to_owned() };
        assert_eq!(file.find(&of("a")), None);
        for number in 0..=KEPT_MAX {
            file.keep(&of(&number.to_string()), &timings(1.0));
        }
        assert_eq!(file.find(&of("0")), None);
        assert_eq!(file.find(&of("1")), Some(timings(1.0)));
    }
}
