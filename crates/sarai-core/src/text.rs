//! Text with its origin. The origin is what later protections rest on: it is given once, where a
//! text enters, and never changes.

use std::fmt;

/// Where a text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Words of ours, compiled in or from the owner's configuration. The only instructions.
    System,
    /// What the person said in this turn or an earlier one of this conversation.
    User,
    /// The system message of an API client: data for that request, never learned from.
    Client,
    /// What recall found: earlier turns and facts.
    Memory,
    /// A file the person gave.
    Document,
    /// A page or a search result.
    Web,
    /// The result of a tool.
    Tool,
    /// What the model wrote.
    Model,
}

impl Origin {
    /// Every origin, in a fixed order.
    pub const ALL: [Origin; 8] = [
        Origin::System,
        Origin::User,
        Origin::Client,
        Origin::Memory,
        Origin::Document,
        Origin::Web,
        Origin::Tool,
        Origin::Model,
    ];

    /// Returns the stable lower-case name, as stored and shown in traces.
    pub fn name(self) -> &'static str {
        match self {
            Origin::System => "system",
            Origin::User => "user",
            Origin::Client => "client",
            Origin::Memory => "memory",
            Origin::Document => "document",
            Origin::Web => "web",
            Origin::Tool => "tool",
            Origin::Model => "model",
        }
    }

    /// Returns the origin called `name`.
    pub fn from_name(name: &str) -> Option<Origin> {
        Origin::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// A text and where it came from.
///
/// It has no `Display` on purpose: only `prompt.rs` turns one into prompt text, and whoever stores
/// or shows one says so with [`Text::as_str`].
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    origin: Origin,
    body: String,
}

impl Text {
    pub fn new(origin: Origin, body: impl Into<String>) -> Text {
        Text { origin, body: body.into() }
    }

    pub fn user(body: impl Into<String>) -> Text {
        Text::new(Origin::User, body)
    }

    pub fn model(body: impl Into<String>) -> Text {
        Text::new(Origin::Model, body)
    }

    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Returns the words, for storing and showing. Never for building a prompt.
    pub fn as_str(&self) -> &str {
        &self.body
    }

    pub fn is_blank(&self) -> bool {
        self.body.trim().is_empty()
    }
}

/// Shows origin and length only: what a person said does not belong in a log.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({}, {} bytes)", self.origin.name(), self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Text};

    #[test]
    fn every_origin_is_found_by_its_name() {
        for origin in Origin::ALL {
            assert_eq!(Origin::from_name(origin.name()), Some(origin));
        }
        assert_eq!(Origin::from_name("nobody"), None);
    }

    #[test]
    fn a_log_line_does_not_tell_what_was_said() {
        assert_eq!(format!("{:?}", Text::user("mi secreto")), "Text(user, 10 bytes)");
    }
}
