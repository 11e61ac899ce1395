//! `cargo xtask dist`: SARAi for other machines, in one archive. The engines are in it once for each
//! of several levels of processor; `sarai` takes the highest that the machine has.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::packages::{BUILD, ensure};
use crate::shell::{self, Unavailable, command, output, say};
use crate::workspace::{self, packages, text};

/// The system that archives are made on and for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A level of x86-64 that engines are built for. `sarai-engine` knows how to tell which one a
/// processor has.
#[derive(Debug)]
struct Level {
    /// The folder of its builds in the archive.
    name: &'static str,
    /// In the words of both compilers.
    cpu: &'static str,
    /// Features beyond that, in the words of both compilers.
    more: &'static [&'static str],
    engines: &'static [&'static str],
}

const LLAMA: &str = "sarai-engine-llama";
const IK: &str = "sarai-engine-ik";

/// From the lowest, which `sarai` itself is built for.
const LEVELS: &[Level] = &[
    // The kernels of the second engine are written for AVX2.
    Level { name: "x86-64-v2", cpu: "x86-64-v2", more: &[], engines: &[LLAMA] },
    Level { name: "x86-64-v3", cpu: "x86-64-v3", more: &[], engines: &[LLAMA, IK] },
    Level { name: "x86-64-v3-vnni", cpu: "x86-64-v3", more: &["avxvnni"], engines: &[LLAMA, IK] },
    Level {
        name: "x86-64-v4-vnni",
        cpu: "x86-64-v4",
        more: &["avx512vbmi", "avx512vnni"],
        engines: &[LLAMA, IK],
    },
];

/// Builds the archive, with the engines for the named levels, or for all, and prints where it is.
pub(crate) fn run(names: &[&str]) -> anyhow::Result<()> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Err(Unavailable(format!("an archive is made on {TARGET} only")).into());
    }
    let levels = levels(names)?;
    ensure(BUILD)?;
    let libraries = static_libraries()?;
    let metadata = workspace::metadata(false)?;
    let folder = fresh_folder(&version(&metadata)?)?;
    for level in &levels {
        for engine in level.engines {
            say(&format!("building {engine} for {}", level.name));
            let program = build(level, engine, &libraries)?;
            install(&program, &folder.join(level.name))?;
        }
    }
    say("building sarai");
    install(&build(&LEVELS[0], "sarai", &libraries)?, &folder)?;
    install_texts(&folder)?;
    licences(&metadata, &folder.join("licences"))?;
    let archive = pack(&folder)?;
    shell::print(&archive.display().to_string());
    Ok(())
}

fn levels(names: &[&str]) -> anyhow::Result<Vec<&'static Level>> {
    if names.is_empty() {
        return Ok(LEVELS.iter().collect());
    }
    let find = |name: &&str| {
        LEVELS.iter().find(|level| level.name == *name).with_context(|| {
            let known: Vec<&str> = LEVELS.iter().map(|level| level.name).collect();
            format!("there is no level `{name}`, only {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

fn version(metadata: &Value) -> anyhow::Result<String> {
    let sarai = packages(metadata).find(|package| text(package, "name") == "sarai");
    Ok(text(sarai.context("there is no package `sarai`")?, "version").to_owned())
}

fn fresh_folder(version: &str) -> anyhow::Result<PathBuf> {
    let folder = workspace::target().join("dist").join(format!("sarai-{version}-x86_64-linux"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("could not empty `{}`", folder.display()))?;
    }
    make(&folder)?;
    Ok(folder)
}

fn make(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("could not create `{}`", folder.display()))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("could not copy `{}` to `{}`", from.display(), to.display()))
}

fn install(program: &Path, folder: &Path) -> anyhow::Result<()> {
    make(folder)?;
    let name = program.file_name().context("a program has a name")?;
    copy(program, &folder.join(name))
}

/// Puts the libraries of the compiler into a folder without their shared twins, so that the linker
/// finds nothing else there: a bare system has no `libgomp`.
fn static_libraries() -> anyhow::Result<PathBuf> {
    let folder = workspace::target().join("portable/libraries");
    make(&folder)?;
    for name in ["libgomp.a", "libstdc++.a"] {
        let found = output(command(&["c++"]).arg(format!("-print-file-name={name}")))?;
        let found = Path::new(found.trim());
        // The compiler repeats the name where it has no such file.
        if !found.is_absolute() {
            bail!("the C++ compiler has no `{name}`");
        }
        copy(found, &folder.join(name))?;
    }
    Ok(folder)
}

/// Builds one program for one level, each level in a folder of its own, and returns where it is.
fn build(level: &Level, package: &str, libraries: &Path) -> anyhow::Result<PathBuf> {
    let folder = workspace::target().join("portable").join(level.name);
    let words = ["cargo", "build", "--locked", "--no-default-features"];
    let mut command = workspace::command_native(&words, package);
    // With a target named, the flags are not for what runs during the build.
    command.args(["--target", TARGET, "--target-dir"]).arg(&folder).stdin(Stdio::null());
    flags(level, libraries).apply(&mut command);
    shell::run(&mut command)?;
    Ok(folder.join(TARGET).join("release").join(package))
}

/// What the compilers are told of a level.
#[derive(Debug)]
struct Flags {
    rust: String,
    c: String,
}

fn flags(level: &Level, libraries: &Path) -> Flags {
    let cpu = format!("-Ctarget-cpu={}", level.cpu);
    let features = level.more.iter().map(|feature| format!("-Ctarget-feature=+{feature}"));
    let search = format!("-Lnative={}", libraries.display());
    let rust: Vec<String> = std::iter::once(cpu).chain(features).chain([search]).collect();
    let march = format!("-march={}", level.cpu);
    let features = level.more.iter().map(|feature| format!("-m{feature}"));
    let c: Vec<String> = std::iter::once(march).chain(features).collect();
    // In `CARGO_ENCODED_RUSTFLAGS` this stands between flags: a path may have spaces.
    Flags { rust: rust.join("\x1f"), c: c.join(" ") }
}

impl Flags {
    fn apply(&self, command: &mut Command) {
        let target = TARGET.replace('-', "_");
        command
            .env("CARGO_ENCODED_RUSTFLAGS", &self.rust)
            .env(format!("CFLAGS_{target}"), &self.c)
            .env(format!("CXXFLAGS_{target}"), &self.c)
            // A build that is to come out the same elsewhere: with it ggml takes no instruction
            // for granted that it was not told of.
            .env("SOURCE_DATE_EPOCH", "0");
    }
}

fn install_texts(folder: &Path) -> anyhow::Result<()> {
    for name in ["README.md", "README.es.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&workspace::root().join(name), &folder.join(name))?;
    }
    Ok(())
}

/// Copies the licences of everything that is linked, each package's in a folder of its own.
fn licences(metadata: &Value, folder: &Path) -> anyhow::Result<()> {
    for package in packages(metadata) {
        let manifest = Path::new(text(package, "manifest_path"));
        let Some(source) = manifest.parent() else { continue };
        let to = folder.join(format!("{}-{}", text(package, "name"), text(package, "version")));
        // The bindings carry the library with its licence in a folder below.
        for source in [source, &source.join("llama.cpp"), &source.join("ik_llama.cpp")] {
            copy_licences(source, &to)?;
        }
    }
    Ok(())
}

fn copy_licences(source: &Path, to: &Path) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(source) else { return Ok(()) };
    for entry in entries {
        let entry = entry.with_context(|| format!("could not list `{}`", source.display()))?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS"]
            .iter()
            .any(|start| name.starts_with(start));
        if is_licence && entry.path().is_file() {
            make(to)?;
            let library =
                source.file_name().filter(|name| name.to_string_lossy().ends_with(".cpp"));
            let prefix = library.map(|name| format!("{}-", name.to_string_lossy()));
            let own = entry.file_name();
            copy(&entry.path(), &to.join(prefix.unwrap_or_default() + &own.to_string_lossy()))?;
        }
    }
    Ok(())
}

fn pack(folder: &Path) -> anyhow::Result<PathBuf> {
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        bail!("`{}` is no folder in another", folder.display());
    };
    let archive = parent.join(format!("{}.tar.gz", name.to_string_lossy()));
    let mut tar = command(&["tar", "--create", "--gzip", "--owner=0", "--group=0", "--file"]);
    shell::run(tar.arg(&archive).arg("--directory").arg(parent).arg(name))?;
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LEVELS, copy_licences, flags, levels};
    use crate::workspace;

    #[test]
    fn each_level_is_one_that_the_program_looks_for() {
        let source = workspace::root().join("crates/sarai-engine/src/builds.rs");
        let source = std::fs::read_to_string(source).unwrap();
        for level in LEVELS {
            assert!(source.contains(&format!("\"{}\"", level.name)), "{}", level.name);
        }
        let looked_for = source.matches("Level { name: \"x86-64").count();
        assert_eq!(looked_for, LEVELS.len());
    }

    #[test]
    fn the_compilers_are_told_the_same() {
        let flags = flags(&LEVELS[3], Path::new("/some where"));
        assert_eq!(flags.c, "-march=x86-64-v4 -mavx512vbmi -mavx512vnni");
        let rust: Vec<&str> = flags.rust.split('\x1f').collect();
        let expected = [
            "-Ctarget-cpu=x86-64-v4",
            "-Ctarget-feature=+avx512vbmi",
            "-Ctarget-feature=+avx512vnni",
            "-Lnative=/some where",
        ];
        assert_eq!(rust, expected);
    }

    #[test]
    fn an_unknown_level_is_named_with_those_there_are() {
        assert_eq!(levels(&[]).unwrap().len(), LEVELS.len());
        assert_eq!(levels(&["x86-64-v3"]).unwrap()[0].cpu, "x86-64-v3");
        let error = levels(&["x86-64-v3", "haswell"]).unwrap_err().to_string();
        assert!(error.contains("`haswell`") && error.contains("x86-64-v3-vnni"), "{error}");
    }

    #[test]
    fn licences_are_found_by_name_and_keep_the_name_of_their_library() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("llama.cpp");
        std::fs::create_dir(&source).unwrap();
        std::fs::write(source.join("LICENSE"), "MIT").unwrap();
        std::fs::write(source.join("main.c"), "").unwrap();
        let to = folder.path().join("to");
        copy_licences(&source, &to).unwrap();
        copy_licences(&folder.path().join("nothing"), &to).unwrap();
        let names = std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.collect::<Vec<_>>(), ["llama.cpp-LICENSE"]);
    }
}
