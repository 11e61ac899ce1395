//! Reads Spanish.

use sarai_core::language::Language;

use crate::reading::{Discourse, Reading};

/// Reads a message in Spanish.
pub(crate) fn read(_text: &str, _discourse: &Discourse<'_>) -> Reading {
    Reading { language: Language::Spanish, claims: vec![], refused: vec![], leftovers: vec![] }
}
