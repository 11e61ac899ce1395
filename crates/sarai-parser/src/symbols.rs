//! The numbers of strings: a fixed one for the symbols of the grammar, a hash for all others.

use std::collections::HashMap;

use crate::hash::murmur_64;

/// The names with a number of their own, as `number name` lines.
const NAMES: &str = include_str!("symbols.txt");

/// Numbers strings as the models were trained to see them.
#[derive(Debug)]
pub(crate) struct Symbols {
    numbers: HashMap<&'static str, u64>,
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        let entry = |line: &'static str| {
            let (number, name) = line.split_once(' ')?;
            Some((name, number.parse().ok()?))
        };
        Symbols { numbers: NAMES.lines().filter_map(entry).collect() }
    }

    /// Returns the number of `text`. A word that happens to be the name of a symbol, such as
    /// `agent`, has the number of that symbol.
    pub(crate) fn number(&self, text: &str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        self.numbers.get(text).copied().unwrap_or_else(|| murmur_64(text.as_bytes(), 1))
    }

    /// Returns the name of the symbol with this number.
    pub(crate) fn name(number: u64) -> Option<&'static str> {
        NAMES.lines().find_map(|line| {
            let (found, name) = line.split_once(' ')?;
            (found.parse() == Ok(number)).then_some(name)
        })
    }
}
