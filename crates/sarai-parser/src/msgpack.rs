//! Reads `MessagePack`, the format of the files in the wheel. Texts and bytes are borrowed.

use thiserror::Error;

/// Deeper values are refused: no file of a model has them.
const DEPTH_MAX: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PackError {
    #[error("it ends in the middle of a value")]
    Short,
    #[error("its values are nested too deeply")]
    Deep,
    #[error("it has a value of the unknown kind {0:#04x}")]
    Kind(u8),
}

/// One value. Old files have texts where new ones have bytes, so [`Value::bytes`] reads both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Nothing,
    Truth(bool),
    Whole(i64),
    /// A whole number beyond `i64`, such as a hash.
    Large(u64),
    Real(f64),
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
}

impl<'a> Value<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Value<'a>, PackError> {
        Reader { rest: bytes }.value(0)
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Value::Whole(number) => u64::try_from(*number).ok(),
            Value::Large(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn index(&self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(crate) fn list(&self) -> Option<&[Value<'a>]> {
        if let Value::List(items) = self { Some(items) } else { None }
    }

    pub(crate) fn map(&self) -> Option<&[(Value<'a>, Value<'a>)]> {
        if let Value::Map(entries) = self { Some(entries) } else { None }
    }

    /// Returns the value of a text key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        let same = |(found, _): &&(Value<'_>, Value<'_>)| found.bytes() == Some(key.as_bytes());
        self.map()?.iter().find(same).map(|(_, value)| value)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PackError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(PackError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(PackError::Short)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Reads a length of one, two or four bytes: `width` counts up from the kind of one byte.
    fn length(&mut self, width: u8) -> Result<usize, PackError> {
        Ok(match width {
            0 => usize::from(self.array::<1>()?[0]),
            1 => usize::from(u16::from_be_bytes(self.array()?)),
            _ => usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX),
        })
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, PackError> {
        if depth > DEPTH_MAX {
            return Err(PackError::Deep);
        }
        let kind = self.array::<1>()?[0];
        Ok(match kind {
            0x00..=0x7f => Value::Whole(i64::from(kind)),
            0x80..=0x8f => self.map(usize::from(kind & 0x0f), depth)?,
            0x90..=0x9f => self.list(usize::from(kind & 0x0f), depth)?,
            0xa0..=0xbf => Value::Bytes(self.take(usize::from(kind & 0x1f))?),
            0xc0 => Value::Nothing,
            0xc2 | 0xc3 => Value::Truth(kind == 0xc3),
            0xc4..=0xc6 => self.blob(kind - 0xc4)?,
            0xd9..=0xdb => self.blob(kind - 0xd9)?,
            0xdc | 0xdd => {
                let count = self.length(kind - 0xdb)?;
                self.list(count, depth)?
            }
            0xde | 0xdf => {
                let count = self.length(kind - 0xdd)?;
                self.map(count, depth)?
            }
            0xca..=0xd3 => self.scalar(kind)?,
            0xe0..=0xff => Value::Whole(i64::from(kind.cast_signed())),
            _ => return Err(PackError::Kind(kind)),
        })
    }

    fn scalar(&mut self, kind: u8) -> Result<Value<'a>, PackError> {
        Ok(match kind {
            0xca => Value::Real(f64::from(f32::from_be_bytes(self.array()?))),
            0xcb => Value::Real(f64::from_be_bytes(self.array()?)),
            0xcc => Value::Whole(i64::from(self.array::<1>()?[0])),
            0xcd => Value::Whole(i64::from(u16::from_be_bytes(self.array()?))),
            0xce => Value::Whole(i64::from(u32::from_be_bytes(self.array()?))),
            0xcf => {
                let number = u64::from_be_bytes(self.array()?);
                i64::try_from(number).map_or(Value::Large(number), Value::Whole)
            }
            0xd0 => Value::Whole(i64::from(i8::from_be_bytes(self.array()?))),
            0xd1 => Value::Whole(i64::from(i16::from_be_bytes(self.array()?))),
            0xd2 => Value::Whole(i64::from(i32::from_be_bytes(self.array()?))),
            _ => Value::Whole(i64::from_be_bytes(self.array()?)),
        })
    }

    fn blob(&mut self, width: u8) -> Result<Value<'a>, PackError> {
        let count = self.length(width)?;
        Ok(Value::Bytes(self.take(count)?))
    }

    // No room is kept for a claimed count: a damaged file would claim too much.
    fn list(&mut self, count: usize, depth: usize) -> Result<Value<'a>, PackError> {
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, count: usize, depth: usize) -> Result<Value<'a>, PackError> {
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push((self.value(depth + 1)?, self.value(depth + 1)?));
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PackError, Value};

    #[track_caller]
    fn check(bytes: &[u8], expected: &Value<'_>) {
        assert_eq!(Value::read(bytes).as_ref(), Ok(expected));
        for end in 0..bytes.len() {
            assert_eq!(Value::read(&bytes[..end]), Err(PackError::Short), "cut at {end}");
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        check(&[0x05], &Value::Whole(5));
        check(&[0xff], &Value::Whole(-1));
        check(&[0xc0], &Value::Nothing);
        check(&[0xc2], &Value::Truth(false));
        check(&[0xc3], &Value::Truth(true));
        check(&[0xca, 0x3f, 0x80, 0, 0], &Value::Real(1.0));
        check(&[0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0], &Value::Real(1.0));
        check(&[0xcc, 200], &Value::Whole(200));
        check(&[0xcd, 1, 0], &Value::Whole(256));
        check(&[0xce, 0, 1, 0, 0], &Value::Whole(65_536));
        check(&[0xcf, 0, 0, 0, 0, 0, 0, 0, 9], &Value::Whole(9));
        check(&[0xcf, 0xff, 0, 0, 0, 0, 0, 0, 0], &Value::Large(0xff00_0000_0000_0000));
        check(&[0xd0, 0x80], &Value::Whole(-128));
        check(&[0xd1, 0xff, 0xfe], &Value::Whole(-2));
        check(&[0xd2, 0xff, 0xff, 0xff, 0xfd], &Value::Whole(-3));
        check(&[0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc], &Value::Whole(-4));
        for start in [&[0xa2][..], &[0xc4, 2], &[0xc5, 0, 2], &[0xc6, 0, 0, 0, 2], &[0xd9, 2]] {
            check(&[start, b"si"].concat(), &Value::Bytes(b"si"));
        }
        let list = Value::List(vec![Value::Whole(1), Value::Nothing]);
        for start in [&[0x92][..], &[0xdc, 0, 2], &[0xdd, 0, 0, 0, 2]] {
            check(&[start, &[1, 0xc0]].concat(), &list);
        }
        let map = Value::Map(vec![(Value::Bytes(b"a"), Value::Whole(7))]);
        for start in [&[0x81][..], &[0xde, 0, 1], &[0xdf, 0, 0, 0, 1]] {
            check(&[start, &[0xa1, b'a', 7]].concat(), &map);
        }
    }

    #[test]
    fn values_are_asked_for_what_they_are() {
        let map = Value::read(&[0x82, 0xa1, b'a', 7, 0xa1, b'b', 0x91, 0xc0]).unwrap();
        assert_eq!(map.get("a").and_then(Value::index), Some(7));
        assert_eq!(map.get("b").and_then(Value::list).map(<[_]>::len), Some(1));
        assert_eq!(map.get("c"), None);
        assert_eq!(map.number(), None);
        assert_eq!(Value::Whole(-1).number(), None);
        assert_eq!(Value::Large(u64::MAX).number(), Some(u64::MAX));
        assert_eq!(Value::Bytes(&[0xff]).text(), None);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        assert_eq!(Value::read(&[0xc1]), Err(PackError::Kind(0xc1)));
        assert_eq!(Value::read(&[0x91; 100]), Err(PackError::Deep));
        assert_eq!(Value::read(&[0xdd, 0xff, 0xff, 0xff, 0xff, 1]), Err(PackError::Short));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = Value::read(&bytes);
            prop_assert!(read.is_ok() || !read.unwrap_err().to_string().is_empty());
        }
    }
}
