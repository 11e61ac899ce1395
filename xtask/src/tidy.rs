//! What the compiler does not check: heads of files, forgotten files, words, ratchets.

mod literals;
mod manifests;
mod modules;
mod ratchets;
mod spanish;
mod words;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::workspace;

/// A file of the tree: its path from the root, and its text.
pub(crate) struct File {
    pub path: String,
    pub text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }
}

/// Fails with everything that is not as it should be.
pub(crate) fn check() -> anyhow::Result<()> {
    let files = read()?;
    let mut violations = violations(&files);
    violations.extend(ratchets::check(&files)?);
    if !violations.is_empty() {
        bail!("tidy:\n  {}", violations.join("\n  "));
    }
    Ok(())
}

fn read() -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for path in workspace::files()? {
        let bytes = std::fs::read(workspace::root().join(&path))
            .with_context(|| format!("could not read `{path}`"))?;
        // Pictures and fonts are not ours to judge.
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { path, text });
        }
    }
    Ok(files)
}

fn violations(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        found.extend(head(file));
        found.extend(words::check(file));
        if !file.path.contains("/tests/") {
            found.extend(spanish::check(file));
        }
    }
    found.extend(manifests::check(files));
    found.extend(modules::check(files));
    found
}

fn head(file: &File) -> Option<String> {
    let missing = file.is_rust() && !file.text.starts_with("//! ");
    missing.then(|| format!("{}: does not open with `//! ` and what it is for", file.path))
}

#[cfg(test)]
mod tests {
    use super::{File, head, read, violations};

    #[test]
    fn the_tree_is_tidy() {
        let files = read().unwrap();
        assert!(files.iter().any(|file| file.path == "xtask/src/tidy.rs"));
        assert_eq!(violations(&files), Vec::<String>::new());
    }

    #[test]
    fn a_file_says_first_what_it_is_for() {
        let check = |path: &str, text: &str| head(&File { path: path.into(), text: text.into() });
        assert_eq!(check("a.rs", "//! Adds numbers.\n"), None);
        assert_eq!(check("a.py", "import os\n"), None);
        assert!(check("a.rs", "fn main() {}\n").is_some());
        assert!(check("a.rs", "").is_some());
    }
}
