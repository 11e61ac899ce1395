//! The workspace as Cargo and git see it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::shell;

/// The engines, the one that SARAi cannot do without first. Their native libraries are compiled once, in the release profile, and never together:
/// for the dev profile it would buy nothing, and in one command with others they would share the
/// features of what they build with, which is another compilation.
pub(crate) const NATIVE: [&str; 2] = ["sarai-engine-llama", "sarai-engine-ik"];

/// Returns the root of the workspace, where every command runs.
pub(crate) fn root() -> PathBuf {
    // The folder this was built in may have been renamed since; Cargo says where it is now.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Returns the folder that Cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Returns a command that runs in the root, without the variables of the `cargo run` around us: they
/// would make Cargo build things again that are built.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = shell::command(words);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "LD_LIBRARY_PATH"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Returns a command about every crate but the engines.
pub(crate) fn command_without_native(words: &[&str]) -> Command {
    let mut command = command(words);
    command.arg("--workspace").args(NATIVE.iter().flat_map(|package| ["--exclude", package]));
    command
}

/// Returns a command about one engine. `cargo` compiles its library at the first of them, with the
/// options in `kernels.cmake` where the engine has some that its binding does not pass on.
pub(crate) fn command_native(words: &[&str], package: &str) -> Command {
    let mut command = command(words);
    command.args(["--release", "-p", package]);
    let options = root().join("crates").join(package).join("kernels.cmake");
    if options.is_file() {
        command.env("CMAKE_TOOLCHAIN_FILE", options);
    }
    command
}

/// Returns what Cargo knows: the members only, or with every package they need.
pub(crate) fn metadata(members_only: bool) -> anyhow::Result<Value> {
    let mut command =
        command(&["cargo", "metadata", "--quiet", "--locked", "--format-version", "1"]);
    if members_only {
        command.arg("--no-deps");
    }
    let text = shell::output(&mut command)?;
    serde_json::from_str(&text).context("could not read the output of `cargo metadata`")
}

/// Returns the packages of `cargo metadata`.
pub(crate) fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

/// Returns a text field, empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &["target", "node_modules"];
/// The hidden folders that are ours.
const HIDDEN: &[&str] = &[".cargo", ".ci", ".config", ".github"];
const FILE_BYTES_MAX: u64 = 2_000_000;

/// Returns the files of the tree, relative to the root and sorted. Read from the disk, not from git,
/// which a bare machine does not have.
pub(crate) fn files() -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = root().join(&folder);
        let entries = std::fs::read_dir(&path);
        for entry in entries.with_context(|| format!("could not list `{}`", path.display()))? {
            let entry = entry.with_context(|| format!("could not list `{}`", path.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let data = entry.metadata().with_context(|| format!("could not look at `{name}`"))?;
            let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
            if data.is_dir() && !hidden && !FOREIGN.contains(&name.as_str()) {
                folders.push(folder.join(&name));
            } else if data.is_file() && data.len() <= FILE_BYTES_MAX {
                files.push(folder.join(&name).to_string_lossy().into_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn the_tree_is_ours_only() {
        let files = files().unwrap();
        for ours in ["Cargo.toml", ".ci/run", ".gitignore", "xtask/src/main.rs"] {
            assert!(files.iter().any(|file| file == ours), "{ours}");
        }
        assert!(!files.iter().any(|file| file.starts_with("target/") || file.starts_with(".git/")));
    }
}
