//! Facts: what was told, as subject, relation and object, each with the words it came from.

use std::ops::Range;

use crate::clock::Timestamp;
use crate::id::{ConversationId, TurnId};

/// The key of a fact, unique in its home and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub i64);

/// The subject that means the person who speaks, in both languages.
pub const SPEAKER: &str = "yo";

/// Whose words a fact rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactSource {
    /// The person said or typed it.
    UserInput,
    /// A document or a page.
    Rag,
    /// A skill or a tool.
    Skill,
    /// An answer of the assistant.
    Assistant,
}

impl FactSource {
    pub const ALL: [FactSource; 4] =
        [FactSource::UserInput, FactSource::Rag, FactSource::Skill, FactSource::Assistant];

    /// Returns the stable name, as stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            FactSource::UserInput => "user_input",
            FactSource::Rag => "rag",
            FactSource::Skill => "skill",
            FactSource::Assistant => "assistant",
        }
    }

    /// Returns the source called `name`.
    pub fn from_name(name: &str) -> Option<FactSource> {
        FactSource::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// When a fact holds, seen from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactStatus {
    Current,
    /// Told as over when it was told.
    Past,
    /// Told as something to come.
    Planned,
    /// Held once; a later fact took its place or ended it.
    Superseded,
}

impl FactStatus {
    pub const ALL: [FactStatus; 4] =
        [FactStatus::Current, FactStatus::Past, FactStatus::Planned, FactStatus::Superseded];

    /// Returns the stable name, as stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            FactStatus::Current => "current",
            FactStatus::Past => "past",
            FactStatus::Planned => "planned",
            FactStatus::Superseded => "superseded",
        }
    }

    /// Returns the status called `name`.
    pub fn from_name(name: &str) -> Option<FactStatus> {
        FactStatus::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// How a fact was found in the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extractor {
    /// A fixed pattern of words.
    Pattern,
    /// The grammar of the sentence.
    Grammar,
    /// An answer to a question of the assistant.
    Reply,
    /// A language model, in the background.
    Model,
    /// Entered by hand: `sarai memory store`, an import, an edit.
    Manual,
}

impl Extractor {
    pub const ALL: [Extractor; 5] = [
        Extractor::Pattern,
        Extractor::Grammar,
        Extractor::Reply,
        Extractor::Model,
        Extractor::Manual,
    ];

    /// Returns the stable name, as stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Extractor::Pattern => "pattern",
            Extractor::Grammar => "grammar",
            Extractor::Reply => "reply",
            Extractor::Model => "model",
            Extractor::Manual => "manual",
        }
    }

    /// Returns the extractor called `name`.
    pub fn from_name(name: &str) -> Option<Extractor> {
        Extractor::ALL.into_iter().find(|extractor| extractor.name() == name)
    }
}

/// The words a fact came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub conversation: ConversationId,
    pub turn: TurnId,
    pub said: Timestamp,
    /// The sentence or clause that says it.
    pub text: String,
    /// Where the subject and the object stand in `text`, in bytes. A dropped subject has no place.
    pub subject: Option<Range<usize>>,
    pub object: Option<Range<usize>>,
}

/// A fact as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub id: FactId,
    /// The best name of the subject, such as `yo`, `hermana` or `hermana Lucía`.
    pub subject: String,
    /// A verb's base form, with its preposition or particle after `_`: `vivir_en`, `come_from`.
    pub relation: String,
    /// The best name of the object.
    pub object: String,
    /// Whether the fact is that it is not so.
    pub negated: bool,
    pub status: FactStatus,
    /// The day or time it speaks of, as the beginning of an ISO date: `2025`, `2025-06`,
    /// `2025-06-03`, `2025-06-03T18:00`; or `--05-08` for a day of every year.
    pub when: Option<String>,
    /// From 0 to 1.
    pub confidence: f64,
    /// How often it was told.
    pub mentions: u32,
    pub source: FactSource,
    pub extractor: Extractor,
    pub learned: Timestamp,
    /// Since and until when it holds in the world, as beginnings of ISO dates.
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
    /// When it stopped being believed; `None` while it is.
    pub expired: Option<Timestamp>,
    pub superseded_by: Option<FactId>,
    /// `None` for what was entered by hand.
    pub evidence: Option<Evidence>,
}
