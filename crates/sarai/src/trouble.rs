//! A failure as the command line ends with it: a message, a hint and an exit code.

use std::fmt;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;

/// Exit codes. Scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Whoever read what we write has left: nothing is wrong, and nobody is there to be told.
    Quiet = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,
    NotFound = 4,
    Unavailable = 5,
    Interrupted = 130,
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Exit {
        match kind {
            FailureKind::Invalid => Exit::Usage,
            FailureKind::Refused => Exit::Refused,
            FailureKind::NotFound => Exit::NotFound,
            FailureKind::Busy | FailureKind::Unavailable => Exit::Unavailable,
            FailureKind::Cancelled => Exit::Interrupted,
            FailureKind::Failed => Exit::Failed,
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub exit: Exit,
    pub explanation: Explanation,
}

/// What a command returns.
pub(crate) type Outcome<T = ()> = Result<T, Trouble>;

impl Trouble {
    /// An empty `hint` is none.
    pub(crate) fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Trouble {
        let hint = Some(hint.into()).filter(|hint: &String| !hint.is_empty());
        Trouble { exit, explanation: Explanation { message: message.into(), hint } }
    }

    pub(crate) fn of(error: &dyn Explain, language: Language) -> Trouble {
        Trouble { exit: error.kind().into(), explanation: error.explain(language) }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explanation.message)
    }
}

/// Turns any explained error into trouble, in a language.
pub(crate) trait OrTrouble<T> {
    fn or_trouble(self, language: Language) -> Outcome<T>;
}

impl<T, E: Explain> OrTrouble<T> for Result<T, E> {
    fn or_trouble(self, language: Language) -> Outcome<T> {
        self.map_err(|error| Trouble::of(&error, language))
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Trouble};

    #[test]
    fn an_empty_hint_is_none() {
        assert_eq!(Trouble::new(Exit::Failed, "no", "").explanation.hint, None);
        let hint = Trouble::new(Exit::Failed, "no", "again").explanation.hint;
        assert_eq!(hint.as_deref(), Some("again"));
    }
}
