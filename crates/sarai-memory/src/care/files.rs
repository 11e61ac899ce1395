//! Files that are put in place whole: written beside, synced, and renamed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sarai_core::clock::Timestamp;

/// Names tried for one file that is put aside.
const NAMES_MAX: u32 = 1_000;

/// Returns the path with one more ending.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Returns the path of a file that SQLite keeps beside a database: `-wal` or `-shm`.
pub(crate) fn companion(database: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes an empty file that only its owner may read, in place of an older one.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that only its owner may read, where it is missing.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Renames a finished file over another one, so that after a power cut one of the two is there.
pub(crate) fn replace(new: &Path, path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).open(new)?.sync_all()?;
    fs::rename(new, path)?;
    sync_folder(path)
}

/// Syncs the folder of a file, so that its name is on disk.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Returns a name beside `path` that no file has: with what happened and the day.
pub(crate) fn aside(path: &Path, happened: &str, at: Timestamp) -> io::Result<PathBuf> {
    let first = beside(path, &format!("{happened}-{}", at.date()));
    let more = (2..NAMES_MAX).map(|number| beside(&first, &number.to_string()));
    std::iter::once(first.clone())
        .chain(more)
        .find(|name| !name.exists())
        .ok_or_else(|| io::Error::new(io::ErrorKind::AlreadyExists, "too many files put aside"))
}

/// Returns whether there is no file, or one without a byte.
pub(crate) fn is_absent(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_file() && found.len() == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
