//! The whole way from a text to its sentences.

use std::ops::Range;
use std::path::Path;

use sarai_core::language::Language;
use sarai_core::syntax::{Parse, Sentence, Token};

use crate::error::ParserError;
use crate::lemmas::{Inflected, Lemmatizer};
use crate::moves::{Chooser, ROOT};
use crate::rules::{Rules, Word};
use crate::spelling::{Seen, is_space};
use crate::symbols::Symbols;
use crate::tagging::{Reading, Tagger};
use crate::tokenizer::{Piece, Tokenizer};
use crate::tree::Trees;
use crate::weights::Missing;
use crate::wheel::Wheel;
use crate::word_vectors::WordVectors;

/// Longer texts are read part by part: the time stays in proportion to the length, the memory small.
const WORDS_AT_ONCE: usize = 1000;

/// Reads the grammar of one language with the model of one file.
#[derive(Debug)]
pub struct Parser {
    language: Language,
    symbols: Symbols,
    tokenizer: Tokenizer,
    vectors: WordVectors,
    chooser: Chooser,
    tagger: Tagger,
    rules: Rules,
    lemmatizer: Lemmatizer,
}

impl Parser {
    /// Opens the wheel of a small spaCy model for Spanish or English. Only its data is read;
    /// nothing in it is run.
    pub fn open(wheel: &Path) -> Result<Parser, ParserError> {
        let mut wheel = Wheel::open(wheel)?;
        let language = language(&mut wheel)?;
        let tokenizer = (wheel.member("tokenizer")?, wheel.optional("vocab/lookups.bin")?);
        let tokenizer = Tokenizer::read(&tokenizer.0, tokenizer.1.as_deref());
        let tokenizer = named(&wheel, "tokenizer", tokenizer)?;
        let vectors = WordVectors::read(&wheel.member("tok2vec/model")?);
        let vectors = named(&wheel, "tok2vec/model", vectors)?;
        let width = vectors.width();
        let chooser =
            Chooser::read(&wheel.member("parser/model")?, &wheel.member("parser/moves")?, width);
        let chooser = named(&wheel, "parser", chooser)?;
        let tagger = match wheel.optional("morphologizer/model")? {
            Some(model) => Tagger::of_features(&model, &wheel.member("morphologizer/cfg")?, width),
            None => {
                Tagger::of_tags(&wheel.member("tagger/model")?, &wheel.member("tagger/cfg")?, width)
            }
        };
        let tagger = named(&wheel, "tagger", tagger)?;
        let rules = Rules::read(&wheel.member("attribute_ruler/patterns")?);
        let rules = named(&wheel, "attribute_ruler/patterns", rules)?;
        let lemmatizer =
            Lemmatizer::read(&wheel.member("lemmatizer/lookups/lookups.bin")?, language);
        let lemmatizer = named(&wheel, "lemmatizer/lookups/lookups.bin", lemmatizer)?;
        let symbols = Symbols::new();
        Ok(Parser { language, symbols, tokenizer, vectors, chooser, tagger, rules, lemmatizer })
    }
}

fn language(wheel: &mut Wheel) -> Result<Language, ParserError> {
    let meta: serde_json::Value = serde_json::from_slice(&wheel.member("meta.json")?)
        .map_err(|error| wheel.damaged("meta.json", &error))?;
    match meta.get("lang").and_then(serde_json::Value::as_str).unwrap_or_default() {
        "es" => Ok(Language::Spanish),
        "en" => Ok(Language::English),
        other => {
            Err(ParserError::Language { path: wheel.path().to_owned(), language: other.to_owned() })
        }
    }
}

fn named<T>(wheel: &Wheel, name: &str, part: Result<T, Missing>) -> Result<T, ParserError> {
    part.map_err(|reason| wheel.damaged(name, &reason))
}

impl Parse for Parser {
    fn language(&self) -> Language {
        self.language
    }

    fn parse(&self, text: &str) -> Vec<Sentence> {
        let pieces = self.tokenizer.pieces(text, &self.symbols);
        let mut sentences = Vec::new();
        let mut rest = pieces.as_slice();
        while !rest.is_empty() {
            let part = &rest[..rest.len().min(WORDS_AT_ONCE)];
            let read = self.read(text, part);
            let mut taken = part.len();
            let mut ends = read.len();
            // The last sentence may go on in the next part. It is read again with it, unless it
            // is most of this one.
            if part.len() < rest.len()
                && let Some((last, _)) = read.last()
                && last.start > WORDS_AT_ONCE / 2
            {
                taken = last.start;
                ends -= 1;
            }
            sentences.extend(read.into_iter().take(ends).filter_map(|(_, sentence)| sentence));
            rest = &rest[taken..];
        }
        sentences
    }
}

impl Parser {
    /// Reads some pieces of `text`. Returns the places of the pieces of each sentence with the
    /// sentence, which is none if there is only white space.
    fn read(&self, text: &str, pieces: &[Piece]) -> Vec<(Range<usize>, Option<Sentence>)> {
        let words = pieces.len();
        let blank: Vec<bool> =
            pieces.iter().map(|piece| text[piece.span.clone()].chars().all(is_space)).collect();
        let mut keys = Vec::with_capacity(words * self.vectors.columns().len());
        for piece in pieces {
            let seen = Seen {
                text: &text[piece.span.clone()],
                norm: &piece.norm,
                space_after: piece.space_after,
            };
            keys.extend(
                self.vectors.columns().iter().map(|column| seen.key(*column, &self.symbols)),
            );
        }
        let vectors = self.vectors.apply(&keys);
        let mut trees = self.chooser.parse(&vectors, words);
        trees.restore_lifted(|word| blank[word]);
        let mut readings = self.tagger.apply(&vectors, words);
        let sentences = trees.sentences();
        self.correct(text, pieces, &mut trees, &mut readings);
        let sentence = |range: Range<usize>| {
            let sentence = self.sentence(text, pieces, &range, &trees, &readings, &blank);
            (range, sentence)
        };
        sentences.into_iter().map(sentence).collect()
    }

    fn correct(&self, text: &str, pieces: &[Piece], trees: &mut Trees, readings: &mut [Reading]) {
        let labels = trees.labels.iter_mut();
        let mut words: Vec<Word<'_>> = pieces
            .iter()
            .zip(labels)
            .zip(readings)
            .map(|((piece, label), reading)| {
                let text = &text[piece.span.clone()];
                let is_space = text.chars().all(is_space);
                Word { lower: text.to_lowercase(), is_space, label, reading }
            })
            .collect();
        self.rules.apply(&mut words);
    }

    /// Builds a sentence without its white space: what depends on white space depends on the
    /// nearest word above it, or on the first word if there is none.
    fn sentence(
        &self,
        text: &str,
        pieces: &[Piece],
        range: &Range<usize>,
        trees: &Trees,
        readings: &[Reading],
        blank: &[bool],
    ) -> Option<Sentence> {
        let kept: Vec<usize> = range.clone().filter(|word| !blank[*word]).collect();
        let heads: Vec<Option<usize>> = kept
            .iter()
            .map(|word| kept.binary_search(&visible(*word, trees, blank)).ok())
            .collect();
        let root = (0..kept.len()).find(|place| heads[*place] == Some(*place));
        let root = root.unwrap_or(0);
        let token = |place: usize, word: usize| {
            let (piece, reading) = (&pieces[word], &readings[word]);
            let written = &text[piece.span.clone()];
            let inflected = Inflected {
                text: written,
                pos: &reading.pos.to_lowercase(),
                features: &reading.features,
                begins_sentence: word == range.start,
            };
            let head = match heads[place] {
                Some(head) if head != place && place != root => head,
                _ => root,
            };
            Token {
                text: written.to_owned(),
                span: piece.span.clone(),
                pos: reading.pos.clone(),
                features: reading.features.clone(),
                lemma: reading
                    .lemma
                    .clone()
                    .unwrap_or_else(|| self.lemmatizer.lemma(inflected, &self.symbols)),
                head,
                label: if place == root { ROOT.to_owned() } else { trees.labels[word].clone() },
            }
        };
        let tokens: Vec<Token> =
            kept.iter().enumerate().map(|(place, word)| token(place, *word)).collect();
        (!tokens.is_empty()).then_some(Sentence { tokens })
    }
}

/// Returns the head of a word, or the nearest head above that is not white space.
fn visible(word: usize, trees: &Trees, blank: &[bool]) -> usize {
    let mut head = trees.heads[word];
    for _ in 0..trees.heads.len() {
        if !blank[head] || trees.heads[head] == head {
            break;
        }
        head = trees.heads[head];
    }
    head
}
