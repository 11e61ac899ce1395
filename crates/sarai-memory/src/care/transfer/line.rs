//! The lines. Core types are not serializable: these are, and are converted by hand.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of the format that this program writes, and the highest that it reads.
pub(crate) const FORMAT: u32 = 1;

/// One line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line {
    Memory(HeadLine),
    Turn(Box<TurnLine>),
    Fact(Box<FactLine>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HeadLine {
    pub(crate) format: u32,
    pub(crate) person: String,
    pub(crate) day: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TurnLine {
    pub(crate) id: String,
    pub(crate) conversation: String,
    pub(crate) title: String,
    pub(crate) asked_ms: i64,
    pub(crate) stopped: bool,
    pub(crate) model: String,
    pub(crate) trace: Box<RawValue>,
    pub(crate) digest: Option<String>,
    pub(crate) said: Vec<SaidLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SaidLine {
    pub(crate) position: i64,
    pub(crate) role: String,
    pub(crate) origin: String,
    pub(crate) text: String,
    pub(crate) language: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FactLine {
    /// Names the fact within its export only.
    pub(crate) key: i64,
    /// Whose it is, in an archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    pub(crate) subject: PartyLine,
    pub(crate) relation: String,
    pub(crate) object: PartyLine,
    pub(crate) negated: bool,
    /// As told: current, past or planned.
    pub(crate) status: String,
    pub(crate) when: Option<String>,
    pub(crate) valid_from: Option<String>,
    pub(crate) valid_to: Option<String>,
    pub(crate) learned_ms: i64,
    pub(crate) expired_ms: Option<i64>,
    pub(crate) confidence: f64,
    pub(crate) mentions: u32,
    pub(crate) source: String,
    pub(crate) extractor: String,
    pub(crate) by_hand: bool,
    pub(crate) superseded_by: Option<i64>,
    pub(crate) evidence: Vec<EvidenceLine>,
}

/// What makes a fact the same one elsewhere.
pub(crate) type Identity<'a> =
    (Option<&'a str>, &'a str, &'a str, &'a str, bool, Option<&'a str>, i64);

impl FactLine {
    pub(crate) fn identity(&self) -> Identity<'_> {
        (
            self.person.as_deref(),
            &self.subject.name,
            &self.relation,
            &self.object.name,
            self.negated,
            self.when.as_deref(),
            self.learned_ms,
        )
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PartyLine {
    /// Tells apart those of one name, within an export only.
    pub(crate) key: i64,
    pub(crate) name: String,
    pub(crate) names: Vec<String>,
    pub(crate) kind: String,
    pub(crate) gender: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) is_value: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EvidenceLine {
    pub(crate) turn: String,
    pub(crate) position: i64,
    /// The words that tell it, which stand in the message at `span`.
    pub(crate) text: String,
    /// Spans in bytes of the message.
    pub(crate) span: [usize; 2],
    pub(crate) subject: Option<[usize; 2]>,
    pub(crate) object: Option<[usize; 2]>,
}
