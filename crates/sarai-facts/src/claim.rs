//! What a reader finds in one message, before it is compared with what is known.

use std::ops::Range;

use sarai_core::fact::{Extractor, FactStatus, SPEAKER};

/// One thing somebody claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub subject: Party,
    /// A verb's base form, with its preposition or particle after `_`: `vivir_en`, `come_from`.
    pub relation: String,
    pub object: Party,
    pub negated: bool,
    /// Current, past or planned. Never superseded: a claim does not know what came before.
    pub status: FactStatus,
    /// The day or time it speaks of: see [`sarai_core::fact::Fact::when`].
    pub when: Option<String>,
    /// Since when it holds, when said so (“desde 2019”).
    pub since: Option<String>,
    pub effect: Effect,
    pub extractor: Extractor,
    /// The sentence or clause that says it, in bytes of the message.
    pub span: Range<usize>,
}

/// What a claim does to what was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Stands beside it. A functional relation still replaces its earlier value.
    Add,
    /// Corrects or updates: “no, es Ana”, “ahora es el ramen”. Whatever current fact has the same
    /// subject and relation gives way; with `old`, the one with that object does.
    Replace { old: Option<String> },
    /// Ends what was: “ya no vivo en Madrid”, “dejé la biblioteca”. The current positive facts of
    /// this subject and relation with this object (`*` stands for any) are closed.
    End,
}

/// Who or what a claim speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name without article or possessive: `hermana`, `PIN de la alarma`, `yo` for the speaker.
    pub name: String,
    /// Other names given in the same breath: `Lucía` in “mi hermana Lucía”.
    pub also: Vec<String>,
    pub kind: Kind,
    pub gender: Option<Gender>,
    pub number: Option<Number>,
    /// Where it stands in the message, in bytes. `None` when it is understood and not said.
    pub span: Option<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Speaker,
    Person,
    Animal,
    Place,
    Time,
    Quantity,
    /// Everything else.
    Thing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gender {
    Masculine,
    Feminine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Number {
    Singular,
    Plural,
}

impl Party {
    /// Returns the person who speaks.
    pub fn speaker() -> Party {
        Party { kind: Kind::Speaker, ..Party::named(SPEAKER) }
    }

    /// Returns something of which only the name is known.
    pub fn named(name: impl Into<String>) -> Party {
        Party {
            name: name.into(),
            also: Vec::new(),
            kind: Kind::Thing,
            gender: None,
            number: None,
            span: None,
        }
    }
}
