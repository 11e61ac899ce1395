//! Sets of characters.

/// Characters, as ranges that are in order and do not touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Class {
    ranges: Vec<(char, char)>,
}

/// The surrogates, which are no characters, lie between these two.
const BEFORE_SURROGATES: char = '\u{D7FF}';
const AFTER_SURROGATES: char = '\u{E000}';

impl Class {
    pub(crate) fn of(mut ranges: Vec<(char, char)>) -> Class {
        ranges.sort_unstable();
        let mut joined: Vec<(char, char)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some(before) if after(before.1).is_none_or(|next| first <= next) => {
                    before.1 = before.1.max(last);
                }
                _ => joined.push((first, last)),
            }
        }
        Class { ranges: joined }
    }

    pub(crate) fn one(character: char) -> Class {
        Class { ranges: vec![(character, character)] }
    }

    pub(crate) fn any() -> Class {
        Class { ranges: vec![('\0', char::MAX)] }
    }

    /// Returns all other characters.
    pub(crate) fn negated(&self) -> Class {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some('\0');
        for (first, last) in &self.ranges {
            if let (Some(from), Some(to)) = (next, before(*first))
                && from <= to
            {
                ranges.push((from, to));
            }
            next = after(*last);
        }
        ranges.extend(next.map(|from| (from, char::MAX)));
        Class { ranges }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub(crate) fn contains(&self, character: char) -> bool {
        let at = self.ranges.partition_point(|(_, last)| *last < character);
        self.ranges.get(at).is_some_and(|(first, _)| *first <= character)
    }

    /// Returns whether the bytes of a character of each may begin alike. Characters beyond ASCII
    /// always may, for this purpose.
    pub(crate) fn begins_like(&self, other: &Class) -> bool {
        let beyond = |class: &Class| class.ranges.last().is_some_and(|(_, last)| !last.is_ascii());
        let shared = |(first, last): &(char, char)| {
            let clash = |(from, to): &(char, char)| from <= last && first <= to;
            first.is_ascii() && other.ranges.iter().any(clash)
        };
        (beyond(self) && beyond(other)) || self.ranges.iter().any(shared)
    }

    /// Returns a character to stand for all: one that reads well, if there is any.
    pub(crate) fn sample(&self) -> char {
        let well = ['a', 'A', '0', '1', ' '].into_iter().find(|one| self.contains(*one));
        let visible = || ('!'..='~').find(|one| self.contains(*one));
        let first = || self.ranges.first().map_or('\0', |(first, _)| *first);
        well.or_else(visible).unwrap_or_else(first)
    }

    /// Returns the first character that is also in a range.
    pub(crate) fn first_within(&self, (from, to): (char, char)) -> Option<char> {
        let cut = |(first, last): &(char, char)| {
            let first = (*first).max(from);
            (first <= to.min(*last)).then_some(first)
        };
        self.ranges.iter().find_map(cut)
    }

    /// Writes it as a regular expression.
    pub(crate) fn write_regex(&self, text: &mut String) {
        text.push('[');
        for (first, last) in &self.ranges {
            write_escaped(*first, text);
            if first != last {
                text.push('-');
                write_escaped(*last, text);
            }
        }
        text.push(']');
    }
}

/// Returns the characters whose UTF-8 begins with these bytes, which are fewer than it has.
pub(crate) fn beginning_with(half: &[u8]) -> Option<(char, char)> {
    let (lead, rest) = half.split_first()?;
    let (length, bits) = match lead {
        0xC2..=0xDF => (2, u32::from(lead & 0x1F)),
        0xE0..=0xEF => (3, u32::from(lead & 0x0F)),
        0xF0..=0xF4 => (4, u32::from(lead & 0x07)),
        _ => return None,
    };
    let missing = 6 * u32::try_from(length - 1 - rest.len().min(length - 1)).ok()?;
    let bits = rest.iter().fold(bits, |bits, byte| bits << 6 | u32::from(byte & 0x3F));
    let shortest = match length {
        2 => 0x80,
        3 => 0x800,
        _ => 0x1_0000,
    };
    let first = (bits << missing).max(shortest);
    let last = (bits << missing | ((1 << missing) - 1)).min(u32::from(char::MAX));
    let first = char::from_u32(first).unwrap_or(AFTER_SURROGATES);
    Some((first, char::from_u32(last).unwrap_or(BEFORE_SURROGATES)))
}

fn after(character: char) -> Option<char> {
    match character {
        BEFORE_SURROGATES => Some(AFTER_SURROGATES),
        _ => char::from_u32(u32::from(character) + 1),
    }
}

fn before(character: char) -> Option<char> {
    match character {
        AFTER_SURROGATES => Some(BEFORE_SURROGATES),
        _ => u32::from(character).checked_sub(1).and_then(char::from_u32),
    }
}

fn write_escaped(character: char, text: &mut String) {
    if character.is_ascii_alphanumeric() {
        text.push(character);
    } else {
        text.extend(["\\x{", &format!("{:X}", u32::from(character)), "}"]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, beginning_with};

    #[test]
    fn a_class_and_its_negation_share_nothing_and_leave_nothing() {
        let class = Class::of(vec![('b', 'd'), ('a', 'c'), ('x', 'x'), ('\u{D000}', '\u{E100}')]);
        let other = class.negated();
        for character in ['\0', 'a', 'd', 'e', 'w', 'x', 'y', '\u{CFFF}', '\u{E000}', '\u{E101}'] {
            assert_ne!(class.contains(character), other.contains(character), "{character:?}");
        }
        assert_eq!(other.negated(), class);
        assert!(Class::any().negated().is_empty());
        assert_eq!(Class::of(Vec::new()).negated(), Class::any());
    }

    #[test]
    fn half_a_character_says_what_it_can_become() {
        assert_eq!(beginning_with(&[0xC3]), Some(('\u{C0}', '\u{FF}')));
        assert_eq!(beginning_with(&[0xE0]), Some(('\u{800}', '\u{FFF}')));
        assert_eq!(beginning_with(&[0xED]), Some(('\u{D000}', '\u{D7FF}')));
        assert_eq!(beginning_with(&[0xF0, 0x9F, 0x98]), Some(('\u{1F600}', '\u{1F63F}')));
        assert_eq!(beginning_with(&[0xF4]), Some(('\u{100000}', '\u{10FFFF}')));
        assert_eq!(beginning_with(b"a"), None);
        assert_eq!(beginning_with(&[]), None);
    }
}
