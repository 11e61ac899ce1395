//! The grammar of a sentence, as a parser reads it.

use std::ops::Range;

use crate::language::Language;

/// One word of a sentence, or one mark between words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word as written.
    pub text: String,
    /// Where it stands, in bytes of the parsed text.
    pub span: Range<usize>,
    /// The universal part of speech, such as `VERB`; empty when the parser does not tell.
    pub pos: String,
    /// Morphological features as `Name=Value`, such as `Person=1`.
    pub features: Vec<String>,
    /// The base form, in lower case but for proper nouns.
    pub lemma: String,
    /// The place in the sentence of the word it depends on; its own place for the root.
    pub head: usize,
    /// How it depends on its head, in the labels of the parser's model: `nsubj`, `obj`, `ROOT`.
    pub label: String,
}

impl Token {
    /// Returns the value of a feature, such as `1` for `Person`.
    pub fn feature(&self, name: &str) -> Option<&str> {
        let value = |feature: &'_ String| -> Option<usize> {
            let (found, _) = feature.split_once('=')?;
            (found == name).then_some(found.len() + 1)
        };
        self.features.iter().find_map(|feature| Some(&feature[value(feature)?..]))
    }
}

/// The words of one sentence, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub tokens: Vec<Token>,
}

/// Reads the grammar of a text. Deterministic: the same text gives the same sentences.
pub trait Parse: Send + Sync {
    /// Returns the language it reads.
    fn language(&self) -> Language;

    /// Returns the sentences of `text`, in their order. Any text has some reading.
    fn parse(&self, text: &str) -> Vec<Sentence>;
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_feature_is_found_by_its_whole_name() {
        let token = Token {
            text: "vivo".to_owned(),
            span: 0..4,
            pos: "VERB".to_owned(),
            features: vec!["Number[psor]=Plur".to_owned(), "Number=Sing".to_owned()],
            lemma: "vivir".to_owned(),
            head: 0,
            label: "ROOT".to_owned(),
        };
        assert_eq!(token.feature("Number"), Some("Sing"));
        assert_eq!(token.feature("Person"), None);
    }
}
