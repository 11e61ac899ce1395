//! Counts that may fall and not rise, kept in `xtask/ratchets.toml`.

use anyhow::Context as _;
use toml::Table;

use super::File;
use crate::workspace;

const FILE: &str = "xtask/ratchets.toml";
const FILE_LINES_MAX: usize = 500;

/// Returns every count that is above its ratchet.
pub(super) fn check(files: &[File]) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(workspace::root().join(FILE))
        .with_context(|| format!("could not read `{FILE}`"))?;
    compare(&text.parse().with_context(|| format!("could not read `{FILE}`"))?, &counts(files))
}

fn compare(ratchets: &Table, counts: &[(&str, usize)]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, count) in counts {
        let limit = ratchets.get(*name).and_then(toml::Value::as_integer);
        let limit = limit.with_context(|| format!("`{FILE}` has no number `{name}`"))?;
        if usize::try_from(limit).is_ok_and(|limit| *count > limit) {
            found.push(format!("{FILE}: {name} rose to {count}, above {limit}"));
        }
    }
    Ok(found)
}

fn counts(files: &[File]) -> [(&'static str, usize); 4] {
    let lock = files.iter().filter(|file| file.path == "Cargo.lock");
    let rust = || files.iter().filter(|file| file.is_rust());
    let shipped = || rust().filter(|file| !file.path.contains("/tests/"));
    let count = |text: &str, words: &[&str]| -> usize {
        words.iter().map(|word| text.matches(word).count()).sum()
    };
    // Each word is split, so that this file is not counted.
    let silenced = [
        concat!("#[all", "ow("),
        concat!("#![all", "ow("),
        concat!("#[exp", "ect("),
        concat!("#![exp", "ect("),
    ];
    let locks = [concat!("Arc<Mut", "ex<"), concat!("Arc<RwLo", "ck<")];
    [
        ("locked-packages", lock.map(|file| count(&file.text, &["[[package]]"])).sum()),
        ("silenced-lints", rust().map(|file| count(&file.text, &silenced)).sum()),
        // Tests may watch what others do.
        ("shared-locks", shipped().map(|file| count(&file.text, &locks)).sum()),
        ("long-files", rust().filter(|file| file.text.lines().count() > FILE_LINES_MAX).count()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::{compare, counts};

    fn file(path: &str, text: String) -> File {
        File { path: path.into(), text }
    }

    #[test]
    fn each_thing_is_counted() {
        let silenced = concat!("#[all", "ow(x)]\n#![exp", "ect(y)]\nlet a: Arc<Mut", "ex<u8>>;\n");
        let files = [
            file("Cargo.lock", "[[package]]\nname = 'a'\n[[package]]\n".into()),
            file("a.rs", silenced.into()),
            file("b.rs", "\n".repeat(501)),
            file("c.rs", "\n".repeat(500)),
            file("d.md", silenced.into()),
            file("crates/a/tests/it/main.rs", concat!("let a: Arc<Mut", "ex<u8>>;").into()),
        ];
        let counts: Vec<usize> = counts(&files).iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2, 2, 1, 1]);
    }

    #[test]
    fn a_count_may_fall_and_not_rise() {
        let ratchets = "a = 2".parse().unwrap();
        assert_eq!(compare(&ratchets, &[("a", 1)]).unwrap(), Vec::<String>::new());
        assert_eq!(compare(&ratchets, &[("a", 2)]).unwrap(), Vec::<String>::new());
        assert_eq!(compare(&ratchets, &[("a", 3)]).unwrap().len(), 1);
        assert!(compare(&ratchets, &[("b", 0)]).is_err());
    }
}
