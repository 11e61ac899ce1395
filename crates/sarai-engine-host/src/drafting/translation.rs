//! Takes a text from the tokens of one vocabulary to those of another, a little at a time.
//!
//! Only guesses depend on it: what cannot be translated is not guessed, and what is translated
//! clumsily is refused by the model that answers.

use crate::backend::{Token, Vocabulary};

/// How far to go back to a place where words are split the same whatever follows.
const BACK_TOKENS_MAX: usize = 32;

/// A text that grows, in both vocabularies.
#[derive(Debug, Default)]
pub(crate) struct Translation {
    source: Vec<Token>,
    /// Where each token of the source ends in `bytes`.
    source_ends: Vec<usize>,
    bytes: Vec<u8>,
    tokens: Vec<Token>,
    /// Where each of these tokens ends in `bytes`.
    ends: Vec<usize>,
}

impl Translation {
    /// Returns the text of `source` in tokens of `to`; nothing when they cannot say it, or it ends in
    /// the middle of a character.
    pub(crate) fn follow(
        &mut self,
        source: &[Token],
        from: &Vocabulary,
        to: &Vocabulary,
        tokenize: &dyn Fn(&str) -> Vec<Token>,
    ) -> Vec<Token> {
        let unchanged = self.take(source, from);
        self.step_back(unchanged);
        let begin = self.ends.last().copied().unwrap_or(0);
        let Ok(text) = std::str::from_utf8(&self.bytes[begin..]) else {
            return Vec::new();
        };
        let Some(added) = exactly(text, to, tokenize) else {
            self.tokens.clear();
            self.ends.clear();
            return Vec::new();
        };
        let mut end = begin;
        for token in added {
            end = (end + to.bytes[token as usize].len()).min(self.bytes.len());
            self.tokens.push(token);
            self.ends.push(end);
        }
        self.tokens.clone()
    }

    /// Takes over the source. Returns how many bytes are as before.
    fn take(&mut self, source: &[Token], from: &Vocabulary) -> usize {
        let common = self.source.iter().zip(source).take_while(|(one, other)| one == other).count();
        self.source.truncate(common);
        self.source_ends.truncate(common);
        let unchanged = self.source_ends.last().copied().unwrap_or(0);
        self.bytes.truncate(unchanged);
        for token in &source[common..] {
            self.bytes.extend_from_slice(bytes(from, *token));
            self.source.push(*token);
            self.source_ends.push(self.bytes.len());
        }
        unchanged
    }

    /// Gives up the last tokens, back to one after which a word begins.
    fn step_back(&mut self, unchanged: usize) {
        let sure = self.ends.iter().take_while(|end| **end < unchanged).count();
        let place = (sure.saturating_sub(BACK_TOKENS_MAX)..sure)
            .rev()
            .find(|index| self.bytes.get(self.ends[*index]) == Some(&b' '));
        let kept = place.map_or(0, |index| index + 1);
        self.tokens.truncate(kept);
        self.ends.truncate(kept);
    }
}

/// Returns the tokens of `said` as they would follow `tokens`, in the same vocabulary.
pub(crate) fn back(
    tokens: &[Token],
    said: &[u8],
    vocabulary: &Vocabulary,
    tokenize: &dyn Fn(&str) -> Vec<Token>,
) -> Vec<Token> {
    let said = match std::str::from_utf8(said) {
        Ok(said) => said,
        // The last character is not whole yet.
        Err(error) => std::str::from_utf8(&said[..error.valid_up_to()]).unwrap_or_default(),
    };
    if said.is_empty() {
        return Vec::new();
    }
    let word = (tokens.len().saturating_sub(BACK_TOKENS_MAX)..tokens.len())
        .rev()
        .find(|index| bytes(vocabulary, tokens[*index]).first() == Some(&b' '));
    if let Some(word) = word {
        let before: Vec<u8> =
            tokens[word..].iter().flat_map(|token| bytes(vocabulary, *token)).copied().collect();
        if let Ok(before) = String::from_utf8(before)
            && let Some(whole) = exactly(&(before + said), vocabulary, tokenize)
            && let Some(rest) = whole.strip_prefix(&tokens[word..])
        {
            return rest.to_vec();
        }
    }
    exactly(said, vocabulary, tokenize).unwrap_or_default()
}

/// Returns tokens that say exactly this text. Some tokenizers begin every text with a space: a text
/// that begins with one is given to them without.
fn exactly(
    text: &str,
    vocabulary: &Vocabulary,
    tokenize: &dyn Fn(&str) -> Vec<Token>,
) -> Option<Vec<Token>> {
    let says = |tokens: &[Token], expected: &[u8]| {
        let mut said = tokens.iter().flat_map(|token| bytes(vocabulary, *token));
        expected.iter().all(|byte| said.next() == Some(byte)) && said.next().is_none()
    };
    let tokens = tokenize(text);
    if says(&tokens, text.as_bytes()) {
        return Some(tokens);
    }
    match text.strip_prefix(' ') {
        Some(rest) => Some(tokenize(rest)).filter(|tokens| says(tokens, text.as_bytes())),
        // The beginning of all: the space before it is no loss.
        None => Some(tokens).filter(|tokens| says(tokens, format!(" {text}").as_bytes())),
    }
}

fn bytes(vocabulary: &Vocabulary, token: Token) -> &[u8] {
    vocabulary.bytes.get(token as usize).map_or(&[], Vec::as_slice)
}
