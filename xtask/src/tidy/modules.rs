//! Forgotten files: code that no `mod` line reaches is neither compiled nor run.

use std::collections::BTreeMap;

use toml::Table;

use super::File;

/// Returns every source file that its parent does not declare.
pub(super) fn check(files: &[File]) -> Vec<String> {
    let rust: BTreeMap<&str, &str> = files
        .iter()
        .filter(|file| {
            file.is_rust() && (file.path.starts_with("crates/") || file.path.starts_with("xtask/"))
        })
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let mut found = Vec::new();
    let named = named_in_manifests(files);
    let placed = named_by_attributes(&rust);
    let is_module =
        |path: &&str| !is_root(path) && !named.iter().chain(&placed).any(|named| named == path);
    for path in rust.keys().copied().filter(is_module) {
        if let Some(complaint) = complaint(path, &rust, &placed) {
            found.push(format!("{path}: {complaint}"));
        }
    }
    found
}

fn complaint(path: &str, rust: &BTreeMap<&str, &str>, placed: &[String]) -> Option<String> {
    let (folder, file) = path.rsplit_once('/')?;
    if folder.ends_with("/tests") {
        return Some("a crate has one test binary: move it below `tests/it/`".to_owned());
    }
    let module = file.strip_suffix(".rs")?;
    let mut parents =
        vec![format!("{folder}/lib.rs"), format!("{folder}/main.rs"), format!("{folder}.rs")];
    // The modules of a file that was named by its path lie beside it.
    parents.extend(placed.iter().filter(|placed| folder_of(placed) == folder).cloned());
    let declares = |text: &str| {
        let line = format!("mod {module};");
        text.lines().any(|text| text.trim_start().trim_start_matches("pub ").ends_with(&line))
    };
    let declared =
        parents.iter().filter_map(|parent| rust.get(parent.as_str())).any(|text| declares(text));
    (!declared).then(|| format!("forgotten: no `mod {module};` leads to it"))
}

/// Returns the files that a manifest names as the start of a program or of tests.
fn named_in_manifests(files: &[File]) -> Vec<String> {
    let mut named = Vec::new();
    for file in files {
        let Some(folder) = file.path.strip_suffix("Cargo.toml") else { continue };
        let Ok(manifest) = file.text.parse::<Table>() else { continue };
        for target in ["bin", "test", "bench", "example"] {
            let targets = manifest.get(target).and_then(toml::Value::as_array);
            let paths =
                targets.into_iter().flatten().filter_map(|target| target.get("path")?.as_str());
            named.extend(paths.map(|path| format!("{folder}{path}")));
        }
    }
    named
}

/// Returns the files that an attribute before a `mod` line names.
fn named_by_attributes(rust: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut named = Vec::new();
    for (path, text) in rust {
        let paths = text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \""));
        for relative in paths.filter_map(|rest| rest.strip_suffix("\"]")) {
            let mut parts: Vec<&str> = folder_of(path).split('/').collect();
            for part in relative.split('/') {
                if part == ".." {
                    parts.pop();
                } else {
                    parts.push(part);
                }
            }
            named.push(parts.join("/"));
        }
    }
    named
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns whether Cargo starts here by itself.
fn is_root(path: &str) -> bool {
    let below_crates = path.strip_prefix("crates/").and_then(|path| path.split_once('/'));
    let in_crate = below_crates.map(|(_, path)| path).or_else(|| path.strip_prefix("xtask/"));
    let in_crate = in_crate.unwrap_or(path);
    matches!(in_crate, "build.rs" | "src/lib.rs" | "src/main.rs" | "tests/it/main.rs")
        || ["src/bin/", "examples/", "benches/"].iter().any(|folder| in_crate.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::check;

    #[track_caller]
    fn tree(files: &[(&str, &str)], expected: &[&str]) {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        let files: Vec<File> = files.iter().map(file).collect();
        assert_eq!(check(&files), expected);
    }

    #[test]
    fn a_declared_file_is_not_forgotten() {
        tree(
            &[
                ("crates/a/src/lib.rs", "mod one;\npub(crate) mod two;"),
                ("crates/a/src/one.rs", ""),
                ("crates/a/src/two.rs", "pub mod three;"),
                ("crates/a/src/two/three.rs", ""),
                ("crates/a/tests/it/main.rs", "mod four;"),
                ("crates/a/tests/it/four.rs", ""),
                ("crates/a/build.rs", ""),
                ("xtask/src/main.rs", ""),
            ],
            &[],
        );
    }

    #[test]
    fn an_undeclared_file_is_forgotten() {
        tree(
            &[
                ("crates/a/tests/it/main.rs", "mod other_four;"),
                ("crates/a/tests/it/four.rs", ""),
                ("crates/a/tests/it/other_four.rs", ""),
            ],
            &["crates/a/tests/it/four.rs: forgotten: no `mod four;` leads to it"],
        );
    }

    #[test]
    fn a_file_that_the_manifest_names_is_not_forgotten() {
        let manifest = "[[test]]\nname = 'fake'\npath = 'tests/fake/main.rs'\nharness = false";
        tree(&[("crates/a/Cargo.toml", manifest), ("crates/a/tests/fake/main.rs", "")], &[]);
    }

    #[test]
    fn a_file_that_an_attribute_names_is_not_forgotten_nor_are_its_modules() {
        tree(
            &[
                (
                    "crates/a/tests/it/main.rs",
                    "#[path = \"../../../b/tests/all/one.rs\"]\nmod one;",
                ),
                ("crates/b/tests/all/one.rs", "mod two;"),
                ("crates/b/tests/all/two.rs", ""),
                ("crates/b/tests/all/three.rs", ""),
            ],
            &["crates/b/tests/all/three.rs: forgotten: no `mod three;` leads to it"],
        );
    }

    #[test]
    fn a_second_test_binary_is_refused() {
        tree(
            &[("crates/a/tests/more.rs", "")],
            &["crates/a/tests/more.rs: a crate has one test binary: move it below `tests/it/`"],
        );
    }
}
