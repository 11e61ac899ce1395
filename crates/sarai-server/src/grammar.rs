//! The extension `grammar`: a text in GBNF, or the name of a grammar.

use sarai_core::engine::Constraint;
use sarai_core::language::Language;
use sarai_grammar::{named, parse};

use crate::error::ApiError;

/// Returns the form that a request asks for with its `grammar`, where `other` is what it asks for in
/// another way. An empty text is none.
pub(crate) fn constraint(
    grammar: Option<String>,
    other: Constraint,
) -> Result<Constraint, ApiError> {
    let Some(grammar) = grammar.filter(|text| !text.trim().is_empty()) else { return Ok(other) };
    if other != Constraint::Free {
        return Err(ApiError::invalid(
            "grammar",
            "`grammar` no admite otro formato a su lado",
            "`grammar` takes no other format beside it",
        ));
    }
    if let Some(found) = named(grammar.trim()) {
        return Ok(Constraint::Gbnf(found.text.to_owned()));
    }
    match parse(&grammar) {
        Ok(_) => Ok(Constraint::Gbnf(grammar)),
        Err(problem) => {
            let (line, column) = (problem.line, problem.column);
            let spanish = problem.what(Language::Spanish);
            let english = problem.what(Language::English);
            Err(ApiError::invalid(
                "grammar",
                format!("`grammar`, línea {line}, columna {column}: {spanish}"),
                format!("`grammar`, line {line}, column {column}: {english}"),
            )
            .code("invalid_grammar"))
        }
    }
}
