//! Reads the grammar of Spanish and English: words, parts of speech, base forms and dependencies.
//!
//! The published small spaCy models are read as data, from the wheels they are published in, and
//! computed here; see [`Parser::open`]. Labels are those of the models: universal ones in Spanish
//! (`nsubj`, `obj`), those of `ClearNLP` in English (`nsubj`, `dobj`).

mod affine;
mod arcs;
mod error;
mod hash;
mod layers;
mod lemmas;
mod moves;
mod msgpack;
mod parser;
mod patterns;
mod rules;
mod spelling;
mod symbols;
mod tagging;
mod tokenizer;
mod tree;
mod weights;
mod wheel;
mod word_vectors;

pub use error::ParserError;
pub use parser::Parser;
