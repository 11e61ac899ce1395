//! What went wrong and what to do, in the reader's language.

use crate::language::Language;

/// A failure as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What failed, naming the thing and the reason. No full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Explanation {
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Explanation {
        Explanation { message: message.into(), hint: Some(hint.into()) }
    }

    pub fn without_hint(message: impl Into<String>) -> Explanation {
        Explanation { message: message.into(), hint: None }
    }
}

/// A kind of failure, for exit codes and status codes. Edges match on it; nobody parses messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The request is wrong and will be wrong again.
    Invalid,
    /// The named thing does not exist.
    NotFound,
    /// A rule forbids it.
    Refused,
    /// Too much is asked at once; later it may work.
    Busy,
    /// A part is not there (yet): the model loads, the upstream is down.
    Unavailable,
    /// The caller went away or asked to stop.
    Cancelled,
    /// Everything else: a defect, a full disk, a crash.
    Failed,
}

/// An error that can tell a person about itself. `Display` is for logs and in English.
pub trait Explain: std::error::Error {
    fn kind(&self) -> FailureKind;
    fn explain(&self, language: Language) -> Explanation;
}
