//! Turns texts into vectors, so that what means the same is found without the same words.
//!
//! [`Encoder`] runs multilingual-e5-small on the processor: `file.rs` reads the packed weights,
//! `tokens.rs` splits a text into pieces, `network.rs` is the encoder over them, `matrix.rs` is where
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
