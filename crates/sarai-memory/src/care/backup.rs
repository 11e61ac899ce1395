//! Backups of the database, beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Returns the folder of a database's backups.
pub(crate) fn folder(database: &Path) -> PathBuf {
    database.with_file_name("backups")
}

/// Returns the newest backup.
pub(crate) fn newest(database: &Path) -> io::Result<Option<PathBuf>> {
    Ok(all(database)?.pop())
}

/// Returns the backups of a database, oldest first: their names end with their day.
pub(crate) fn all(database: &Path) -> io::Result<Vec<PathBuf>> {
    let stem = database.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let entries = match fs::read_dir(folder(database)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let day = name.strip_prefix(&format!("{stem}-")).and_then(|name| name.strip_suffix(".db"));
        if day.is_some_and(|day| day.len() == 10) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
