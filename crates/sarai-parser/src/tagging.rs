//! Parts of speech and features: one linear layer over the vectors of words.

use crate::affine::Affine;
use crate::layers::best;
use crate::symbols::Symbols;
use crate::weights::{self, Missing};

/// What is known of a word apart from its place in the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The tag of the model's own set; empty in models without one.
    pub(crate) tag: String,
    pub(crate) pos: String,
    pub(crate) features: Vec<String>,
    /// The base form, where a rule gives one.
    pub(crate) lemma: Option<String>,
}

/// The layer with what each of its outputs stands for.
#[derive(Debug)]
pub(crate) struct Tagger {
    layer: Affine,
    readings: Vec<Reading>,
}

impl Tagger {
    /// Reads a layer whose outputs are parts of speech with features.
    pub(crate) fn of_features(
        model: &[u8],
        settings: &[u8],
        width: usize,
    ) -> Result<Tagger, Missing> {
        let settings: serde_json::Value =
            serde_json::from_slice(settings).map_err(|error| error.to_string())?;
        let table = |name: &str| settings.get(name).and_then(serde_json::Value::as_object);
        let (features, parts) =
            table("labels_morph").zip(table("labels_pos")).ok_or("it has no tables of labels")?;
        let reading = |(label, value): (&String, &serde_json::Value)| {
            let part = parts.get(label).and_then(serde_json::Value::as_u64);
            Reading {
                pos: part.and_then(Symbols::name).unwrap_or_default().to_owned(),
                features: read_features(value.as_str().unwrap_or_default()),
                ..Reading::default()
            }
        };
        Tagger::new(model, features.iter().map(reading).collect(), width)
    }

    /// Reads a layer whose outputs are tags.
    pub(crate) fn of_tags(model: &[u8], settings: &[u8], width: usize) -> Result<Tagger, Missing> {
        let settings: serde_json::Value =
            serde_json::from_slice(settings).map_err(|error| error.to_string())?;
        let labels = settings.get("labels").and_then(serde_json::Value::as_array);
        let reading = |label: &serde_json::Value| Reading {
            tag: label.as_str().unwrap_or_default().to_owned(),
            ..Reading::default()
        };
        let readings = labels.ok_or("it has no labels")?.iter().map(reading).collect();
        Tagger::new(model, readings, width)
    }

    fn new(model: &[u8], readings: Vec<Reading>, width: usize) -> Result<Tagger, Missing> {
        let layers = weights::layers(model)?;
        let layer = layers.iter().find(|layer| layer.name == "softmax");
        let layer = layer.ok_or("it has no softmax layer")?;
        let (weights, shape) = layer.array("W")?;
        let (bias, [outputs]) = layer.array("b")?;
        if shape != [readings.len(), width] || outputs != readings.len() {
            return Err(format!("{} labels and a layer of {shape:?}", readings.len()));
        }
        Ok(Tagger { layer: Affine::new(weights, bias, width), readings })
    }

    /// Returns the most probable reading of each word.
    pub(crate) fn apply(&self, vectors: &[f32], words: usize) -> Vec<Reading> {
        let scores = self.layer.apply(vectors, vectors.len() / words.max(1), words);
        let choose = |row: &[f32]| {
            let place = best(row, |_| true);
            place.and_then(|place| self.readings.get(place)).cloned().unwrap_or_default()
        };
        scores.chunks_exact(self.readings.len().max(1)).map(choose).collect()
    }
}

/// Splits `Name=Value|Name=Value`; `_` is none.
pub(crate) fn read_features(text: &str) -> Vec<String> {
    text.split('|').filter(|feature| feature.contains('=')).map(str::to_owned).collect()
}
