//! Reads English.

use sarai_core::language::Language;

use crate::reading::{Discourse, Reading};

/// Reads a message in English.
pub(crate) fn read(_text: &str, _discourse: &Discourse<'_>) -> Reading {
    Reading { language: Language::English, claims: vec![], refused: vec![], leftovers: vec![] }
}
