//! Turns texts into vectors, so that what means the same is found without the same words.
//!
//! [`Encoder`] runs multilingual-e5-small on the processor: [`file`] reads the packed weights,
//! [`tokens`] splits a text into pieces, [`network`] is the encoder over them, [`matrix`] is where
//! nearly all its time goes.
#![forbid(unsafe_code)]

mod encoder;
mod error;
mod file;
mod matrix;
mod network;
mod numbers;
mod tokens;

pub use encoder::Encoder;
pub use error::EmbeddingError;
