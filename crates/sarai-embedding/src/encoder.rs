//! The encoder as its callers see it.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;

use sarai_core::vector::Embed;

use crate::error::{Damage, EmbeddingError};
use crate::file::{self, Tensors};
use crate::network::Network;
use crate::tokens::Vocabulary;

/// Names the model and how its vectors are made: a change of either makes other vectors.
const MODEL: &str = "multilingual-e5-small-q4";

/// Further pieces of a text are left out. What is said in one turn is shorter, and time grows with
/// each piece.
const PIECES_MAX: usize = 192;

/// Makes vectors of texts with multilingual-e5-small. Holds about 105 MB.
pub struct Encoder {
    vocabulary: Vocabulary,
    network: Network,
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("shape", &self.network.shape()).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Reads a model packed in 4 bits. A file that is cut short or contradicts itself is refused;
    /// whether every byte is the right one only a digest of the file tells.
    pub fn open(path: &Path) -> Result<Encoder, EmbeddingError> {
        let bytes = fs::read(path)
            .map_err(|source| EmbeddingError::Read { path: path.to_owned(), source })?;
        Encoder::read(bytes).map_err(|damage| damage.of(path))
    }

    fn read(mut bytes: Vec<u8>) -> Result<Encoder, Damage> {
        let (shape, mut cursor) = file::head(&bytes)?;
        let vocabulary = Vocabulary::read(&mut cursor)?;
        if vocabulary.pieces() > shape.pieces {
            return Err(Damage::at("its vocabulary has more pieces than vectors"));
        }
        let (mut network, pieces) = Network::read(shape, &Tensors::read(cursor)?)?;
        // What the layers were unpacked from is given back.
        bytes.truncate(pieces.end);
        bytes.drain(..pieces.start);
        bytes.shrink_to_fit();
        network.keep_pieces(bytes);
        Ok(Encoder { vocabulary, network })
    }

    fn vector(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let pieces_max = PIECES_MAX.min(self.network.shape().positions);
        let pieces = self.vocabulary.split(text, pieces_max);
        let none = || EmbeddingError::NoVector { model: MODEL.to_owned() };
        Ok(self.network.vector(&pieces).ok_or_else(none)?)
    }
}

impl Embed for Encoder {
    fn model(&self) -> &str {
        MODEL
    }

    fn dimensions(&self) -> usize {
        self.network.shape().hidden
    }

    fn passage(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.vector(&format!("passage: {text}"))
    }

    fn query(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.vector(&format!("query: {text}"))
    }
}
