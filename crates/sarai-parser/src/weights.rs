//! The numbers of a model: its layers in their order, each with its arrays and settings.

use crate::msgpack::{PackError, Value};

/// An array of numbers, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f32>,
}

/// One layer of a model, as the file has it.
#[derive(Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) name: &'a str,
    arrays: Vec<(&'a str, Tensor)>,
    settings: Vec<(&'a str, &'a [u8])>,
}

/// What a file of weights should have and does not.
pub(crate) type Missing = String;

impl Layer<'_> {
    /// Returns the array called `name` if it has exactly this many dimensions.
    pub(crate) fn array<const N: usize>(
        &self,
        name: &str,
    ) -> Result<(&[f32], [usize; N]), Missing> {
        let (_, tensor) = self
            .arrays
            .iter()
            .find(|(found, _)| *found == name)
            .ok_or_else(|| format!("the layer `{}` has no array `{name}`", self.name))?;
        let shape = tensor.shape.as_slice().try_into().map_err(|_| {
            format!("the array `{name}` of `{}` has the shape {:?}", self.name, tensor.shape)
        })?;
        Ok((&tensor.data, shape))
    }

    /// Returns the setting called `name`.
    pub(crate) fn setting(&self, name: &str) -> Result<Value<'_>, Missing> {
        let missing = || format!("the layer `{}` has no setting `{name}`", self.name);
        let (_, bytes) =
            self.settings.iter().find(|(found, _)| *found == name).ok_or_else(missing)?;
        Value::read(bytes).map_err(|error| format!("the setting `{name}`: {error}"))
    }
}

/// Reads the layers of a file of weights.
pub(crate) fn layers(bytes: &[u8]) -> Result<Vec<Layer<'_>>, Missing> {
    let file = Value::read(bytes).map_err(|error: PackError| error.to_string())?;
    let part = |name: &str| {
        file.get(name)
            .and_then(|value| value.list().map(<[Value<'_>]>::to_vec))
            .ok_or_else(|| format!("it has no `{name}`"))
    };
    let (nodes, settings, arrays) = (part("nodes")?, part("attrs")?, part("params")?);
    let mut found = Vec::new();
    for ((node, settings), arrays) in nodes.iter().zip(&settings).zip(&arrays) {
        let name = node.get("name").and_then(Value::text).ok_or("a layer has no name")?;
        found.push(Layer { name, arrays: tensors(arrays)?, settings: named_bytes(settings) });
    }
    Ok(found)
}

fn named_bytes<'a>(value: &Value<'a>) -> Vec<(&'a str, &'a [u8])> {
    let entries = value.map().unwrap_or_default().iter();
    entries.filter_map(|(name, bytes)| Some((name.text()?, bytes.bytes()?))).collect()
}

fn tensors<'a>(value: &Value<'a>) -> Result<Vec<(&'a str, Tensor)>, Missing> {
    let mut found = Vec::new();
    for (name, value) in value.map().unwrap_or_default() {
        let name = name.text().ok_or("an array has no name")?;
        if *value != Value::Nothing {
            let tensor =
                tensor(value).ok_or_else(|| format!("the array `{name}` is unreadable"))?;
            found.push((name, tensor));
        }
    }
    Ok(found)
}

/// Reads an array of `f32` if its shape and its length agree and every number is finite.
fn tensor(value: &Value<'_>) -> Option<Tensor> {
    if value.get("type")?.text()? != "<f4" {
        return None;
    }
    let shape: Vec<usize> =
        value.get("shape")?.list()?.iter().map(Value::index).collect::<Option<_>>()?;
    let count = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))?;
    let (numbers, rest) = value.get("data")?.bytes()?.as_chunks::<4>();
    if count != numbers.len() || !rest.is_empty() || count == 0 {
        return None;
    }
    let data: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    data.iter().all(|number| number.is_finite()).then_some(Tensor { shape, data })
}
