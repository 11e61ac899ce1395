//! A text, texts, or tokens: what embeddings and legacy completions take.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use crate::error::ApiError;
use crate::wire::{self, TextOr};

/// One entry of an input list. Tokens of somebody else's vocabulary mean nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Text(String),
    Tokens,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entry, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry::Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Entry, E> {
        Ok(Entry::Tokens)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tokens: A) -> Result<Entry, A::Error> {
        while tokens.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entry::Tokens)
    }
}

/// Returns the texts of `input`, at least one and at most `texts_max`.
pub(super) fn texts(
    param: &str,
    input: TextOr<Entry>,
    texts_max: usize,
) -> Result<Vec<String>, ApiError> {
    let entries = match input {
        TextOr::Text(text) => return Ok(vec![text]),
        TextOr::List(entries) => entries,
    };
    wire::in_range(param, Some(entries.len()), 1..=texts_max)?;
    let texts = entries.into_iter().map(|entry| match entry {
        Entry::Text(text) => Ok(text),
        Entry::Tokens => Err(wire::unsupported(
            param,
            "envía texto, no fichas: el vocabulario de este modelo es otro",
            "send text, not tokens: this model has another vocabulary",
        )),
    });
    texts.collect()
}
