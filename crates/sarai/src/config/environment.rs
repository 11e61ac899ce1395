//! What SARAi takes from its environment, read once at the start.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use sarai_core::language::Language;

/// A copy of the variables that SARAi looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, OsString>,
}

impl Environment {
    /// Reads the process environment.
    pub(crate) fn read() -> Environment {
        let wanted =
            ["HOME", "XDG_DATA_HOME", "HF_ENDPOINT", "HF_TOKEN", "LC_ALL", "LC_MESSAGES", "LANG"];
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let known = wanted.contains(&name.as_str()) || name.starts_with("SARAI_");
            (known && !value.is_empty()).then_some((name, value))
        });
        Environment { variables: variables.collect() }
    }

    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Environment {
        let pairs =
            variables.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        Environment { variables: pairs.collect() }
    }

    /// Returns a variable that is text.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).and_then(|value| value.to_str())
    }

    /// Returns a variable that is a path, which need not be text.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(name).map(PathBuf::from)
    }

    /// Returns `$SARAI_HOME`, else the platform's data folder for SARAi.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.path("SARAI_HOME").or_else(|| {
            let data = self.path("XDG_DATA_HOME");
            let data = data.or_else(|| Some(self.path("HOME")?.join(".local/share")));
            Some(data?.join("sarai"))
        })
    }

    /// Returns the language of the person: `SARAI_LANG`, else the locale, else Spanish.
    pub(crate) fn language(&self) -> Language {
        ["SARAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| self.get(name))
            .find_map(Language::from_locale)
            .unwrap_or(Language::Spanish)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sarai_core::language::Language;

    use super::Environment;

    #[test]
    fn the_home_is_named_or_stands_in_the_data_folder() {
        let home = |variables: &[(&str, &str)]| Environment::of(variables).home();
        assert_eq!(home(&[("SARAI_HOME", "/s"), ("HOME", "/h")]), Some(PathBuf::from("/s")));
        assert_eq!(
            home(&[("XDG_DATA_HOME", "/d"), ("HOME", "/h")]),
            Some(PathBuf::from("/d/sarai"))
        );
        assert_eq!(home(&[("HOME", "/h")]), Some(PathBuf::from("/h/.local/share/sarai")));
        assert_eq!(home(&[]), None);
    }

    #[test]
    fn the_language_is_the_first_that_is_ours() {
        let language = |variables: &[(&str, &str)]| Environment::of(variables).language();
        assert_eq!(language(&[("LANG", "en_US.UTF-8")]), Language::English);
        assert_eq!(language(&[("LANG", "en_US"), ("SARAI_LANG", "es")]), Language::Spanish);
        assert_eq!(language(&[("LC_ALL", "C"), ("LANG", "en_GB")]), Language::English);
        assert_eq!(language(&[("LANG", "C.UTF-8")]), Language::Spanish);
    }
}
