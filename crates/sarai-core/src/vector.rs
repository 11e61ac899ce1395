//! Texts as vectors, so that what means the same is found without the same words.

use std::error::Error;

/// Makes vectors of texts. Vectors have length one: their scalar product is their similarity.
pub trait Embed: Send + Sync {
    /// Returns the name of the model: vectors of different models cannot be compared.
    fn model(&self) -> &str;

    fn dimensions(&self) -> usize;

    /// Returns the vector of a text that is to be found later.
    fn passage(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>>;

    /// Returns the vector of a text to find others with.
    fn query(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>>;
}
