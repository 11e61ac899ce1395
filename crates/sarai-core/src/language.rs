//! The two languages of SARAi.

/// A language that SARAi speaks to people. Spanish is the source, English the translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    Spanish,
    English,
}

impl Language {
    /// Returns the text of this language.
    pub fn pick<'a>(self, spanish: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::Spanish => spanish,
            Language::English => english,
        }
    }

    /// Returns the ISO 639-1 code, `es` or `en`.
    pub fn code(self) -> &'static str {
        self.pick("es", "en")
    }

    /// Reads a locale (`es_ES.UTF-8`, `en-GB`, `C`) or the first match of an `Accept-Language`
    /// list. `None` when it names neither language.
    pub fn from_locale(locale: &str) -> Option<Language> {
        locale.split(',').find_map(|entry| {
            let tag = entry.trim().split(['_', '-', '.', ';', '@']).next()?;
            match tag.to_ascii_lowercase().as_str() {
                "es" => Some(Language::Spanish),
                "en" => Some(Language::English),
                _ => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, Spanish};

    #[track_caller]
    fn check(locale: &str, expected: Option<Language>) {
        assert_eq!(Language::from_locale(locale), expected, "{locale:?}");
    }

    #[test]
    fn a_locale_names_its_language() {
        check("es_ES.UTF-8", Some(Spanish));
        check("en-GB,en;q=0.9", Some(English));
        check("fr-FR, es;q=0.5, en;q=0.4", Some(Spanish));
        check("C.UTF-8", None);
        check("", None);
        check("esperanto", None);
    }
}
