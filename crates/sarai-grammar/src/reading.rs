//! A text that is read while it grows.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use crate::chart::Chart;
use crate::class;
use crate::expression::Gbnf;

/// The beginning of a text of a grammar. It may end in the middle of a character.
pub struct Reading<G> {
    chart: Chart<G>,
    half: Vec<u8>,
}

impl<G: Borrow<Gbnf>> Reading<G> {
    pub fn new(gbnf: G) -> Reading<G> {
        Reading { chart: Chart::new(gbnf), half: Vec::new() }
    }

    /// Reads on. `false` where no text of the grammar goes on so; then this is of no more use.
    pub fn read(&mut self, bytes: &[u8]) -> bool {
        self.half.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.half);
        let (whole, half) = match std::str::from_utf8(&bytes) {
            Ok(text) => (text, &[][..]),
            Err(error) if error.error_len().is_none() => {
                let (whole, half) = bytes.split_at(error.valid_up_to());
                (std::str::from_utf8(whole).unwrap_or_default(), half)
            }
            Err(_) => return false,
        };
        self.half.extend_from_slice(half);
        whole.chars().all(|character| self.chart.accept(character))
    }

    /// Returns the shortest text that completes what was read and `bytes` after it, or `None` where
    /// nothing can. Nothing is read by that.
    pub fn completion_after(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (length, half) = (self.chart.length(), self.half.clone());
        let found = if self.read(bytes) { self.completion() } else { None };
        self.chart.go_back(length);
        self.half = half;
        found
    }

    fn completion(&mut self) -> Option<Vec<u8>> {
        if self.half.is_empty() {
            return self.chart.completion().map(String::into_bytes);
        }
        let begins_so = class::beginning_with(&self.half)?;
        let candidates: BTreeSet<char> =
            self.chart.expected().filter_map(|class| class.first_within(begins_so)).collect();
        let length = self.chart.length();
        let after = |character: char| {
            let mut encoded = [0; 4];
            let rest = character.encode_utf8(&mut encoded).as_bytes().get(self.half.len()..)?;
            let goes_on = self.chart.accept(character);
            let completion = goes_on.then(|| self.chart.completion()).flatten();
            self.chart.go_back(length);
            Some([rest, completion?.as_bytes()].concat())
        };
        candidates.into_iter().filter_map(after).min_by_key(Vec::len)
    }
}
