//! The grammars that come with the assistant.

use sarai_core::language::Language;

/// A grammar that can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub name: &'static str,
    /// In GBNF.
    pub text: &'static str,
    spanish: &'static str,
    english: &'static str,
}

impl Named {
    /// Returns what its texts are.
    pub fn about(&self, language: Language) -> &'static str {
        language.pick(self.spanish, self.english)
    }
}

const ALL: &[Named] = &[
    Named {
        name: "json",
        text: include_str!("../grammars/json.gbnf"),
        spanish: "cualquier valor JSON",
        english: "any JSON value",
    },
    Named {
        name: "markdown",
        text: include_str!("../grammars/markdown.gbnf"),
        spanish: "Markdown con títulos, párrafos, listas, citas y código que se cierra",
        english: "Markdown with headings, paragraphs, lists, quotes and code that is closed",
    },
    Named {
        name: "python",
        text: include_str!("../grammars/python.gbnf"),
        spanish: "funciones y clases de Python",
        english: "Python functions and classes",
    },
    Named {
        name: "sql",
        text: include_str!("../grammars/sql.gbnf"),
        spanish: "una consulta de SQL que solo lee: SELECT, UNION, WITH",
        english: "one SQL query that only reads: SELECT, UNION, WITH",
    },
];

/// Returns the grammar of this name.
pub fn named(name: &str) -> Option<&'static Named> {
    ALL.iter().find(|named| named.name == name)
}

/// Returns all of them, by name.
pub fn named_all() -> &'static [Named] {
    ALL
}
