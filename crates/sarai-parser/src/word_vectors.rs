//! A vector for each word from its spelling and its neighbours.

use crate::hash::murmur_128;
use crate::layers::Maxout;
use crate::spelling::Column;
use crate::weights::{self, Layer, Missing};

/// The network that turns the spelling of words into vectors.
#[derive(Debug)]
pub(crate) struct WordVectors {
    columns: Vec<Column>,
    tables: Vec<Table>,
    width: usize,
    mix: Maxout,
    windows: Vec<Maxout>,
}

/// Vectors of one feature: each value has four rows, chosen by hash, which are added up.
#[derive(Debug)]
struct Table {
    rows: Vec<f32>,
    count: u32,
    seed: u32,
}

impl WordVectors {
    pub(crate) fn read(bytes: &[u8]) -> Result<WordVectors, Missing> {
        let layers = weights::layers(bytes)?;
        let named = |name: &'static str| layers.iter().filter(move |layer| layer.name == name);
        let columns = columns(named("extract_features").next())?;
        let mut tables = Vec::new();
        let mut width = 0;
        for layer in named("hashembed") {
            let (rows, [count, row_width]) = layer.array("E")?;
            if width != 0 && width != row_width {
                return Err("the tables of features are not equally wide".to_owned());
            }
            width = row_width;
            let seed = layer.setting("seed")?.number().and_then(|seed| u32::try_from(seed).ok());
            tables.push(Table {
                rows: rows.to_vec(),
                count: u32::try_from(count).map_err(|error| error.to_string())?,
                seed: seed.ok_or("a table of features has no seed")?,
            });
        }
        if tables.is_empty() || tables.len() != columns.len() {
            return Err(format!("{} features and {} tables", columns.len(), tables.len()));
        }
        let mut pairs = named("maxout").zip(named("layernorm"));
        let (maxout, norm) = pairs.next().ok_or("it has no maxout layer")?;
        let mix = Maxout::read(maxout, norm, width * tables.len(), width)?;
        let windows = pairs
            .map(|(maxout, norm)| Maxout::read(maxout, norm, 3 * width, width))
            .collect::<Result<_, Missing>>()?;
        Ok(WordVectors { columns, tables, width, mix, windows })
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the vectors of words, one after another. `keys` has the numbers of the features of
    /// each word in the order of [`WordVectors::columns`].
    pub(crate) fn apply(&self, keys: &[u64]) -> Vec<f32> {
        let (words, width) = (keys.len() / self.columns.len(), self.width);
        let mut vectors = self.mix.apply(&self.spellings(keys), width * self.tables.len(), words);
        // Beyond the ends of the text are rows that begin as zeros. Each layer looks one word to
        // either side, so each layer needs one row fewer at each end than the one before.
        let margin = self.windows.len() * width;
        vectors.splice(0..0, std::iter::repeat_n(0.0, margin));
        vectors.extend(std::iter::repeat_n(0.0, margin));
        for window in &self.windows {
            let rows = vectors.len() / width - 2;
            let change = window.apply(&vectors, width, rows);
            vectors = vectors[width..].iter().zip(change).map(|(old, new)| old + new).collect();
        }
        vectors
    }

    /// Returns the sums of table rows for each word and feature, one after another.
    fn spellings(&self, keys: &[u64]) -> Vec<f32> {
        let mut sums = vec![0.0; keys.len() * self.width];
        let features = self.tables.iter().cycle();
        for ((sum, key), table) in sums.chunks_exact_mut(self.width).zip(keys).zip(features) {
            for word in murmur_128(*key, table.seed) {
                let row = (word % table.count) as usize * self.width;
                for (total, part) in sum.iter_mut().zip(&table.rows[row..]) {
                    *total += part;
                }
            }
        }
        sums
    }
}

fn columns(layer: Option<&Layer<'_>>) -> Result<Vec<Column>, Missing> {
    let setting = layer.ok_or("it has no features")?.setting("columns")?;
    let names = setting.list().ok_or("it has no list of features")?;
    let column = |name: &crate::msgpack::Value<'_>| {
        let name = name.text().unwrap_or_default();
        Column::named(name).ok_or_else(|| format!("the feature `{name}` is unknown"))
    };
    names.iter().map(column).collect()
}
