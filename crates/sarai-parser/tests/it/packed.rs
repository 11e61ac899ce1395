//! Writes `MessagePack`, the format of the files in a wheel.

/// Some value, written.
pub(crate) type Packed = Vec<u8>;

pub(crate) fn text(text: &str) -> Packed {
    bytes(text.as_bytes())
}

/// Bytes, in the shortest of the four ways of writing them.
pub(crate) fn bytes(bytes: &[u8]) -> Packed {
    let mut packed = match bytes.len() {
        length @ 0..32 => vec![0xa0 | u8::try_from(length).unwrap()],
        length @ 32..256 => vec![0xc4, u8::try_from(length).unwrap()],
        length @ 256..65_536 => with_length(0xc5, &u16::try_from(length).unwrap().to_be_bytes()),
        length => with_length(0xc6, &u32::try_from(length).unwrap().to_be_bytes()),
    };
    packed.extend(bytes);
    packed
}

pub(crate) fn number(number: u64) -> Packed {
    if number < 128 {
        return vec![u8::try_from(number).unwrap()];
    }
    with_length(0xcf, &number.to_be_bytes())
}

pub(crate) fn nothing() -> Packed {
    vec![0xc0]
}

pub(crate) fn truth(value: bool) -> Packed {
    vec![if value { 0xc3 } else { 0xc2 }]
}

pub(crate) fn list(items: impl IntoIterator<Item = Packed>) -> Packed {
    let items: Vec<Packed> = items.into_iter().collect();
    let mut packed = with_length(0xdc, &u16::try_from(items.len()).unwrap().to_be_bytes());
    packed.extend(items.concat());
    packed
}

pub(crate) fn map(entries: impl IntoIterator<Item = (Packed, Packed)>) -> Packed {
    let entries: Vec<(Packed, Packed)> = entries.into_iter().collect();
    let mut packed = with_length(0xde, &u16::try_from(entries.len()).unwrap().to_be_bytes());
    packed.extend(entries.into_iter().flat_map(|(key, value)| [key, value].concat()));
    packed
}

/// A map with texts for keys.
pub(crate) fn named<const N: usize>(entries: [(&str, Packed); N]) -> Packed {
    map(entries.map(|(name, value)| (text(name), value)))
}

fn with_length(kind: u8, length: &[u8]) -> Packed {
    [&[kind], length].concat()
}
