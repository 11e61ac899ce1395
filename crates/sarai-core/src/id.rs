//! Names for things, as types: a conversation id is never passed where a person is meant.

use std::fmt;

use thiserror::Error;

use crate::explain::{Explain, Explanation, FailureKind};
use crate::language::Language;

/// The longest id or name taken from outside, in bytes.
pub const ID_BYTES_MAX: usize = 128;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not a valid {kind}: use 1 to {ID_BYTES_MAX} letters, digits, `.`, `_`, `:`, `/` or `-`"
)]
pub struct IdError {
    pub kind: &'static str,
    pub text: String,
}

impl Explain for IdError {
    fn kind(&self) -> FailureKind {
        FailureKind::Invalid
    }

    fn explain(&self, language: Language) -> Explanation {
        let IdError { kind, text } = self;
        match language {
            Language::Spanish => Explanation::new(
                format!("`{text}` no es un identificador válido"),
                format!("usa de 1 a {ID_BYTES_MAX} letras, cifras, `.`, `_`, `:`, `/` o `-`"),
            ),
            Language::English => Explanation::new(
                format!("`{text}` is not a valid {kind}"),
                format!("use 1 to {ID_BYTES_MAX} letters, digits, `.`, `_`, `:`, `/` or `-`"),
            ),
        }
    }
}

macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident, $kind:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Checks `text`: 1 to [`ID_BYTES_MAX`] ASCII letters, digits, `.`, `_`, `:`, `/` or `-`.
            pub fn new(text: impl Into<String>) -> Result<$name, IdError> {
                let text = text.into();
                if is_id(&text) { Ok($name(text)) } else { Err(IdError { kind: $kind, text }) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<$name, IdError> {
                $name::new(text)
            }
        }
    };
}

id_type!(
    /// One conversation of one person.
    ConversationId,
    "conversation id"
);
id_type!(
    /// One member of the household. The first is made at first start.
    PersonId,
    "person"
);
id_type!(
    /// One question with its answer.
    TurnId,
    "turn id"
);
id_type!(
    /// A model as the catalogue names it, such as `qwen2.5-coder-1.5b`.
    ModelName,
    "model name"
);

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= ID_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{ConversationId, ID_BYTES_MAX};

    #[track_caller]
    fn check(text: &str, valid: bool) {
        assert_eq!(ConversationId::new(text).is_ok(), valid, "{text:?}");
    }

    #[test]
    fn an_id_is_short_and_plain() {
        check("casa-2026", true);
        check("qwen2.5-coder:1/2_b", true);
        check("", false);
        check("dos palabras", false);
        check("../../etc\0", false);
        check("ñ", false);
        check(&"x".repeat(ID_BYTES_MAX), true);
        check(&"x".repeat(ID_BYTES_MAX + 1), false);
    }

    #[test]
    fn the_error_names_the_kind_and_the_text() {
        let error = ConversationId::new("dos palabras").unwrap_err().to_string();
        assert!(error.contains("`dos palabras` is not a valid conversation id"), "{error}");
    }
}
