//! Reading a message: the claims in it, and what was left out and why.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::explain::Explanation;
use sarai_core::language::Language;
use sarai_core::syntax::Parse;

use crate::claim::Claim;
use crate::{english, grammar, spanish, tongue};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    User,
    Assistant,
}

/// An earlier message of the same conversation, with what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    pub role: Role,
    pub text: String,
    /// As they were kept, in their order: names resolved.
    pub claims: Vec<Claim>,
}

/// What surrounds a message.
#[derive(Clone, Copy)]
pub struct Discourse<'a> {
    /// The day the message was said.
    pub day: Date,
    /// The messages just before it, oldest first. The nearest few are enough.
    pub earlier: &'a [Earlier],
    /// Parts of the message that are not the speaker's own words, such as text that recall put
    /// there, in bytes.
    pub masked: &'a [Range<usize>],
    /// The parsers there are. Without one for the language, patterns read alone.
    pub parsers: &'a [&'a dyn Parse],
    /// The language of the house, for messages that do not show their own.
    pub language: Language,
}

/// What was read in a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub language: Language,
    pub claims: Vec<Claim>,
    pub refused: Vec<Refused>,
    /// Finite assertions in which no claim was found, for a slower reader. In bytes.
    pub leftovers: Vec<Range<usize>>,
}

/// A part of a message from which nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub span: Range<usize>,
    pub reason: Refusal,
}

/// Why nothing is kept of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    Question,
    Command,
    /// A wish, a condition, something that might be.
    Hypothetical,
    /// A story, a role, an example.
    Fiction,
    Quotation,
    /// Text that recall or a tool put there.
    Masked,
    /// It is not said who or what it speaks of.
    Unresolved,
}

impl Refusal {
    pub const ALL: [Refusal; 7] = [
        Refusal::Question,
        Refusal::Command,
        Refusal::Hypothetical,
        Refusal::Fiction,
        Refusal::Quotation,
        Refusal::Masked,
        Refusal::Unresolved,
    ];

    /// Returns the stable name, as shown in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::Question => "question",
            Refusal::Command => "command",
            Refusal::Hypothetical => "hypothetical",
            Refusal::Fiction => "fiction",
            Refusal::Quotation => "quotation",
            Refusal::Masked => "masked",
            Refusal::Unresolved => "unresolved",
        }
    }

    /// Says why, to a person.
    pub fn explain(self, language: Language) -> Explanation {
        let (spanish, english) = match self {
            Refusal::Question => ("es una pregunta", "it is a question"),
            Refusal::Command => ("es una orden", "it is a command"),
            Refusal::Hypothetical => {
                ("es una suposición o un deseo", "it is a supposition or a wish")
            }
            Refusal::Fiction => ("es ficción", "it is fiction"),
            Refusal::Quotation => ("son palabras de otros", "they are somebody else's words"),
            Refusal::Masked => ("no son palabras tuyas", "they are not your words"),
            Refusal::Unresolved => ("no se sabe de quién habla", "it does not say of whom"),
        };
        Explanation::without_hint(language.pick(spanish, english))
    }
}

/// Reads a message of the user's. Pure and deterministic; never fails, whatever the text.
pub fn read(text: &str, discourse: &Discourse<'_>) -> Reading {
    let mut reading = match tongue::of(text, discourse) {
        Language::Spanish => spanish::read(text, discourse),
        Language::English => english::read(text, discourse),
    };
    grammar::complete(text, discourse, &mut reading);
    reading
}
