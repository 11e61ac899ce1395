//! How the memory reads what it is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::tz::TimeZone;
use sarai_core::clock::Timestamp;
use sarai_core::language::Language;
use sarai_core::syntax::Parse;
use sarai_core::vector::Embed;
use sarai_facts::reading::{self, Discourse, Reading};

/// With what the memory reads, and how.
#[derive(Clone)]
pub struct Understanding {
    /// Without a parser for a language, patterns of words read alone.
    pub parsers: Vec<Arc<dyn Parse>>,
    /// Without it recall goes by words alone.
    pub embed: Option<Arc<dyn Embed>>,
    /// The language of the house, for messages that do not show their own.
    pub language: Language,
    /// Decides which day a message was said.
    pub time_zone: TimeZone,
    /// Whether answers of the assistant are learned from too, with less confidence.
    pub learns_from_answers: bool,
}

/// What the memory reads and searches with at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub parses_spanish: bool,
    pub parses_english: bool,
    /// Whether recall goes by meaning too, and not by words alone.
    pub embeds: bool,
}

impl Understanding {
    /// Reads by patterns alone, in the universal time zone, and learns from people only.
    pub fn plain(language: Language) -> Understanding {
        Understanding {
            parsers: Vec::new(),
            embed: None,
            language,
            time_zone: TimeZone::UTC,
            learns_from_answers: false,
        }
    }

    /// Returns the day of a moment; the first or last day there is beyond the calendar.
    pub(crate) fn day(&self, at: Timestamp) -> jiff::civil::Date {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(moment) => moment.to_zoned(self.time_zone.clone()).date(),
            Err(_) if at.0 < 0 => jiff::civil::Date::MIN,
            Err(_) => jiff::civil::Date::MAX,
        }
    }

    /// Reads `text`. A reader that panics costs its reading, never the message.
    pub(crate) fn read(
        &self,
        text: &str,
        at: Timestamp,
        earlier: &[reading::Earlier],
        masked: &[std::ops::Range<usize>],
    ) -> Reading {
        let parsers = self.parsers();
        let discourse = Discourse {
            day: self.day(at),
            earlier,
            masked,
            parsers: &parsers,
            language: self.language,
        };
        catch_unwind(AssertUnwindSafe(|| reading::read(text, &discourse))).unwrap_or_else(|_| {
            tracing::error!("a message could not be read and is kept unread");
            Reading {
                language: self.language,
                claims: Vec::new(),
                refused: Vec::new(),
                leftovers: Vec::new(),
            }
        })
    }

    /// Returns what it reads and searches with.
    pub fn abilities(&self) -> Abilities {
        let parses = |language| self.parsers.iter().any(|parser| parser.language() == language);
        Abilities {
            parses_spanish: parses(Language::Spanish),
            parses_english: parses(Language::English),
            embeds: self.embed.is_some(),
        }
    }

    pub(crate) fn parsers(&self) -> Vec<&dyn Parse> {
        self.parsers.iter().map(AsRef::as_ref).collect()
    }
}
