//! Reads the packed model: its shape, its vocabulary, its weights.
//!
//! Layout E5S1, little-endian: the mark, a version, seven sizes and an epsilon; the vocabulary (how
//! many pieces, four special ones, where each piece's bytes end, its score, the bytes of all); the
//! map that brings characters to their usual form; and a directory of tensors by name, each of
//! 32-bit numbers or of blocks of 4 bits, with their place from the beginning of the file.

use std::collections::HashMap;
use std::ops::Range;

use crate::error::Damage;
use crate::matrix::Matrix;
use crate::numbers::{BLOCK, BLOCK_BYTES};

const MARK: &[u8] = b"E5S1";

/// No file of ours is larger in any respect; a damaged one must not make us ask for all memory.
const SIZE_MAX: usize = 1 << 20;

/// How large each part of the network is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) inner: usize,
    pub(crate) pieces: usize,
    pub(crate) positions: usize,
    pub(crate) epsilon: f32,
}

/// Reads numbers one after the other.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Damage> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| Damage::at("it is cut short"))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| Damage::at("it is cut short"))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Damage> {
        Ok(self.array::<1>()?[0])
    }

    fn short(&mut self) -> Result<u16, Damage> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn word(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// Reads a size of at most [`SIZE_MAX`].
    pub(crate) fn size(&mut self, what: &str) -> Result<usize, Damage> {
        let size = usize::try_from(self.word()?).ok().filter(|size| *size <= SIZE_MAX);
        size.ok_or_else(|| Damage::at(format!("its {what} cannot be")))
    }

    /// Reads a number of bytes or a place; whether it is within the file, [`Cursor::take`] says.
    pub(crate) fn long(&mut self) -> Result<usize, Damage> {
        let size = usize::try_from(u64::from_le_bytes(self.array()?));
        size.map_err(|_| Damage::at("it is cut short"))
    }

    pub(crate) fn words(&mut self, count: usize) -> Result<Vec<u32>, Damage> {
        Ok(four_bytes(self.take(count * 4)?).map(u32::from_le_bytes).collect())
    }

    pub(crate) fn floats(&mut self, count: usize) -> Result<Vec<f32>, Damage> {
        floats(self.take(count * 4)?)
    }
}

fn four_bytes(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    bytes.chunks_exact(4).map(|four| [four[0], four[1], four[2], four[3]])
}

fn floats(bytes: &[u8]) -> Result<Vec<f32>, Damage> {
    let numbers: Vec<f32> = four_bytes(bytes).map(f32::from_le_bytes).collect();
    if numbers.iter().all(|number| number.is_finite()) {
        Ok(numbers)
    } else {
        Err(Damage::at("a weight is not a number"))
    }
}

/// Reads mark and shape; the vocabulary follows.
pub(crate) fn head(bytes: &[u8]) -> Result<(Shape, Cursor<'_>), Damage> {
    let mut cursor = Cursor { bytes, at: 0 };
    if bytes.get(..MARK.len()) != Some(MARK) {
        return Err(Damage::Foreign);
    }
    cursor.take(MARK.len())?;
    let _version = cursor.word()?;
    let hidden = cursor.size("width")?;
    let layers = cursor.size("number of layers")?;
    let heads = cursor.size("number of heads")?;
    let inner = cursor.size("inner width")?;
    let pieces = cursor.size("vocabulary")?;
    let positions = cursor.size("number of positions")?;
    let _kinds = cursor.size("number of kinds of text")?;
    let epsilon = cursor.floats(1)?[0];
    let block = cursor.size("block")?;
    let sound = hidden > 0
        && hidden.is_multiple_of(BLOCK)
        && inner > 0
        && inner.is_multiple_of(BLOCK)
        && heads > 0
        && hidden.is_multiple_of(heads)
        && (1..=256).contains(&layers)
        && hidden <= 8_192
        && inner <= 65_536
        && positions >= 3
        && epsilon >= 0.0
        && block == BLOCK;
    if !sound {
        return Err(Damage::at("its sizes do not fit each other"));
    }
    Ok((Shape { hidden, layers, heads, inner, pieces, positions, epsilon }, cursor))
}

/// Where each tensor is.
pub(crate) struct Tensors<'a> {
    bytes: &'a [u8],
    places: HashMap<String, Place>,
}

struct Place {
    packed: bool,
    numbers: usize,
    start: usize,
}

impl<'a> Tensors<'a> {
    /// Reads the directory.
    pub(crate) fn read(mut cursor: Cursor<'a>) -> Result<Tensors<'a>, Damage> {
        let mut places = HashMap::new();
        for _ in 0..cursor.size("directory")? {
            let length = usize::from(cursor.short()?);
            let name = String::from_utf8_lossy(cursor.take(length)?).into_owned();
            let packed = cursor.byte()? == 1;
            let numbers = usize::try_from(cursor.word()?).unwrap_or(usize::MAX);
            let start = cursor.long()?;
            let _bytes = cursor.long()?;
            places.insert(name, Place { packed, numbers, start });
        }
        Ok(Tensors { bytes: cursor.bytes, places })
    }

    /// Returns where the bytes of tensor `name` are, which must be of this kind and size.
    pub(crate) fn range(
        &self,
        name: &str,
        packed: bool,
        numbers: usize,
    ) -> Result<Range<usize>, Damage> {
        let unfit = || Damage::at(format!("its part `{name}` is missing or of another size"));
        let place = self.places.get(name).ok_or_else(unfit)?;
        if place.packed != packed || place.numbers != numbers {
            return Err(unfit());
        }
        let length = if packed { numbers / BLOCK * BLOCK_BYTES } else { numbers * 4 };
        let end = place.start.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| Damage::at("it is cut short"))?;
        Ok(place.start..end)
    }

    pub(crate) fn floats(&self, name: &str, numbers: usize) -> Result<Vec<f32>, Damage> {
        floats(&self.bytes[self.range(name, false, numbers)?])
    }

    /// Reads the matrix `name.w` with its bias `name.b`.
    pub(crate) fn matrix(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Matrix, Damage> {
        let packed = self.range(&format!("{name}.w"), true, inputs * outputs)?;
        let bias = self.floats(&format!("{name}.b"), outputs)?;
        Ok(Matrix::new(&self.bytes[packed], inputs, bias))
    }
}
