//! Manifests: every crate takes the lints of the workspace, and both licences are there.

use toml::Table;

use super::File;

/// Returns every manifest without the workspace's lints or licence, and every missing licence file.
pub(super) fn check(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let has_it = |file: &File| file.path == licence && file.text.contains("the SARAi authors");
        if !files.iter().any(has_it) {
            found.push(format!("{licence}: missing, or not ours"));
        }
    }
    for file in files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        match file.text.parse::<Table>() {
            Err(error) => found.push(format!("{}: {error}", file.path)),
            Ok(manifest) => {
                if !inherits(manifest.get("lints")) {
                    found.push(format!("{}: says no `lints.workspace = true`", file.path));
                }
                if !inherits(manifest.get("package").and_then(|package| package.get("license"))) {
                    found.push(format!("{}: says no `license.workspace = true`", file.path));
                }
            }
        }
    }
    found
}

fn inherits(value: Option<&toml::Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::check;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_manifest_inherits_lints_and_licence() {
        let licence = || file("LICENSE-MIT", "the SARAi authors");
        let licences = || vec![file("LICENSE-APACHE", "2026 the SARAi authors"), licence()];
        let mut files = licences();
        let both = "[package]\nlicense.workspace = true\n[lints]\nworkspace = true";
        files.push(file("crates/a/Cargo.toml", both));
        assert_eq!(check(&files), Vec::<String>::new());

        let mut files = licences();
        files.push(file(
            "crates/a/Cargo.toml",
            "[package]\nlicense = 'MIT'\n[lints.rust]\na = 'warn'",
        ));
        assert_eq!(check(&files).len(), 2);

        assert_eq!(check(&[licence()]), ["LICENSE-APACHE: missing, or not ours"]);
    }
}
