//! The record of the last evaluation of the memory, for `/metrics`.

use std::fs;
use std::io;
use std::path::Path;

use sarai_core::clock::Timestamp;
use serde_json::{Value, json};

/// How many questions were answered right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub items: u64,
    pub right: u64,
    pub probes: u64,
}

/// Writes the record. Nothing asked is nothing measured: the record stays as it was.
pub(crate) fn write(file: &Path, figures: Figures, at: Timestamp) -> io::Result<()> {
    if figures.probes == 0 {
        return Ok(());
    }
    let record = json!({
        "date": at.date(),
        "items": figures.items,
        "probes": figures.probes,
        "right": figures.right,
    });
    let fresh = file.with_extension("json.new");
    fs::write(&fresh, format!("{record:#}\n"))?;
    fs::rename(fresh, file)
}

/// Returns the share of questions answered right; `None` before any evaluation.
pub(crate) fn read(file: &Path) -> Option<f64> {
    let record: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let (right, probes) = (record["right"].as_f64()?, record["probes"].as_f64()?);
    (probes > 0.0).then(|| right / probes)
}

#[cfg(test)]
mod tests {
    use sarai_core::clock::Timestamp;

    use super::{Figures, read, write};

    #[test]
    fn the_last_evaluation_is_remembered_and_an_empty_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("evaluation.json");
        let now = Timestamp(1_795_305_600_000);
        assert_eq!(read(&file), None);
        write(&file, Figures::default(), now).unwrap();
        assert_eq!(read(&file), None);
        write(&file, Figures { items: 2, right: 3, probes: 4 }, now).unwrap();
        assert_eq!(read(&file), Some(0.75));
        std::fs::write(&file, "{").unwrap();
        assert_eq!(read(&file), None);
    }
}
