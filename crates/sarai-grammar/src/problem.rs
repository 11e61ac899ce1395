//! What can be wrong with a grammar, where, and how it is told.

use std::fmt;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;

/// Something wrong in the text of a grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub what: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A name must stand here.
    NameExpected,
    /// `::=` must stand here.
    DefinitionExpected,
    /// This cannot stand here.
    Unexpected(char),
    LiteralUnclosed,
    ClassUnclosed,
    ClassEmpty,
    RangeReversed(char, char),
    GroupUnclosed,
    /// A backslash with something that it does not go with.
    EscapeUnknown,
    /// Not `{m}`, `{m,}` or `{m,n}`.
    RepetitionUnreadable,
    RepetitionReversed,
    /// More than so many times.
    RepetitionTooLong(u32),
    /// Nothing stands before the sign.
    NothingToRepeat,
    /// Tokens of a model, which make a grammar one of that model.
    TokensUnsupported,
    TooDeep,
    TooLarge,
    NoRoot,
    Undefined(String),
    DefinedTwice {
        name: String,
        line: usize,
    },
    /// It can begin with itself and nothing else.
    LeftRecursion(String),
    /// No text of finite length follows it.
    NeverEnds(String),
    /// Nothing uses it. A warning.
    Unreachable(String),
}

/// Where a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    pub(crate) fn problem(self, what: Fault) -> Problem {
        Problem { line: self.line, column: self.column, what }
    }
}

impl Problem {
    /// Returns what is wrong, without the place.
    pub fn what(&self, language: Language) -> String {
        match language {
            Language::Spanish => self.what.spanish(),
            Language::English => self.what.english(),
        }
    }

    /// Returns the line of the text that it is in with a caret below the column. Both are empty if
    /// this is not its text.
    pub fn excerpt(&self, text: &str) -> String {
        let line = text.lines().nth(self.line - 1).unwrap_or_default();
        // Tabs stay, or the caret would stand elsewhere.
        let gap = line.chars().chain(std::iter::repeat(' ')).take(self.column - 1);
        let gap: String = gap.map(|one| if one == '\t' { '\t' } else { ' ' }).collect();
        format!("{line}\n{gap}^")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what.english())
    }
}

impl std::error::Error for Problem {}

impl Explain for Problem {
    fn kind(&self) -> FailureKind {
        FailureKind::Invalid
    }

    fn explain(&self, language: Language) -> Explanation {
        let Problem { line, column, .. } = self;
        let what = self.what(language);
        Explanation::without_hint(match language {
            Language::Spanish => format!("línea {line}, columna {column}: {what}"),
            Language::English => format!("line {line}, column {column}: {what}"),
        })
    }
}

impl Fault {
    fn spanish(&self) -> String {
        match self {
            Fault::NameExpected => "aquí tiene que ir el nombre de una regla".to_owned(),
            Fault::DefinitionExpected => "aquí tiene que ir `::=`".to_owned(),
            Fault::Unexpected(found) => format!("aquí no puede ir {found:?}"),
            Fault::LiteralUnclosed => "estas comillas no se cierran".to_owned(),
            Fault::ClassUnclosed => "este corchete no se cierra".to_owned(),
            Fault::ClassEmpty => "esta clase no admite ningún carácter".to_owned(),
            Fault::RangeReversed(from, to) => {
                format!("este intervalo está al revés: {from:?} va detrás de {to:?}")
            }
            Fault::GroupUnclosed => "este paréntesis no se cierra".to_owned(),
            Fault::EscapeUnknown => "no se conoce este carácter con barra invertida".to_owned(),
            Fault::RepetitionUnreadable => {
                "las repeticiones se escriben `{2}`, `{2,}` o `{2,5}`".to_owned()
            }
            Fault::RepetitionReversed => "el máximo es menor que el mínimo".to_owned(),
            Fault::RepetitionTooLong(most) => format!("caben {most} repeticiones como mucho"),
            Fault::NothingToRepeat => "delante no hay nada que repetir".to_owned(),
            Fault::TokensUnsupported => {
                "una gramática no puede nombrar fichas de un modelo".to_owned()
            }
            Fault::TooDeep => {
                "hay demasiados paréntesis o repeticiones unos dentro de otros".to_owned()
            }
            Fault::TooLarge => "la gramática es demasiado grande".to_owned(),
            Fault::NoRoot => "falta la regla `root`, por la que se empieza".to_owned(),
            Fault::Undefined(name) => format!("la regla `{name}` no está definida"),
            Fault::DefinedTwice { name, line } => {
                format!("la regla `{name}` ya está definida en la línea {line}")
            }
            Fault::LeftRecursion(name) => {
                format!("la regla `{name}` puede ser ella misma sin avanzar")
            }
            Fault::NeverEnds(name) => format!("la regla `{name}` no puede acabar nunca"),
            Fault::Unreachable(name) => format!("nada usa la regla `{name}`"),
        }
    }

    fn english(&self) -> String {
        match self {
            Fault::NameExpected => "the name of a rule must stand here".to_owned(),
            Fault::DefinitionExpected => "`::=` must stand here".to_owned(),
            Fault::Unexpected(found) => format!("{found:?} cannot stand here"),
            Fault::LiteralUnclosed => "these quotes are not closed".to_owned(),
            Fault::ClassUnclosed => "this bracket is not closed".to_owned(),
            Fault::ClassEmpty => "this class has no character".to_owned(),
            Fault::RangeReversed(from, to) => {
                format!("this range is the wrong way round: {from:?} comes after {to:?}")
            }
            Fault::GroupUnclosed => "this parenthesis is not closed".to_owned(),
            Fault::EscapeUnknown => "this character with a backslash is not known".to_owned(),
            Fault::RepetitionUnreadable => {
                "repetitions are written `{2}`, `{2,}` or `{2,5}`".to_owned()
            }
            Fault::RepetitionReversed => "the most is less than the least".to_owned(),
            Fault::RepetitionTooLong(most) => format!("at most {most} repetitions fit"),
            Fault::NothingToRepeat => "there is nothing before it to repeat".to_owned(),
            Fault::TokensUnsupported => "a grammar cannot name tokens of a model".to_owned(),
            Fault::TooDeep => {
                "too many parentheses or repetitions are one inside the other".to_owned()
            }
            Fault::TooLarge => "the grammar is too large".to_owned(),
            Fault::NoRoot => "the rule `root`, where it begins, is missing".to_owned(),
            Fault::Undefined(name) => format!("the rule `{name}` is not defined"),
            Fault::DefinedTwice { name, line } => {
                format!("the rule `{name}` is already defined in line {line}")
            }
            Fault::LeftRecursion(name) => {
                format!("the rule `{name}` can be itself without going on")
            }
            Fault::NeverEnds(name) => format!("the rule `{name}` can never end"),
            Fault::Unreachable(name) => format!("nothing uses the rule `{name}`"),
        }
    }
}
