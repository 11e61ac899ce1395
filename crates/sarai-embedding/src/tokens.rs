//! Splits a text into the pieces of the vocabulary: those whose scores add up to the most.

use crate::error::Damage;
use crate::file::Cursor;

/// Stands for a blank, and for the beginning of a text.
const BLANK: char = '\u{2581}';

/// What an unknown character costs below the least likely piece.
const UNKNOWN_COST: f32 = 10.0;

/// Longer pieces are not looked for, whatever the file says.
const PIECE_BYTES_MAX: usize = 256;

pub(crate) struct Vocabulary {
    /// The bytes of all pieces, one after the other.
    bytes: Vec<u8>,
    /// Where each piece begins, and the end of the last.
    starts: Vec<u32>,
    scores: Vec<f32>,
    /// Pieces by the digest of their bytes: number and one, or zero. A power of two.
    slots: Vec<u32>,
    piece_bytes_max: usize,
    begin: u32,
    end: u32,
    unknown: u32,
    unknown_score: f32,
    /// Sorted by character: what each becomes, as a range of `replaced`.
    replacements: Vec<(u32, u32, u32)>,
    replaced: Vec<char>,
}

/// The way to the best split of a text up to some character.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    piece: u32,
    /// How many characters the piece has.
    characters: usize,
}

impl Vocabulary {
    /// Reads a vocabulary; special pieces are never found in a text.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Vocabulary, Damage> {
        let pieces = cursor.size("vocabulary")?;
        let begin = cursor.word()?;
        let end = cursor.word()?;
        let padding = cursor.word()?;
        let unknown = cursor.word()?;
        let length = cursor.long()?;
        let starts = cursor.words(pieces + 1)?;
        let scores = cursor.floats(pieces)?;
        let bytes = cursor.take(length)?.to_vec();
        let (replacements, replaced) = read_replacements(cursor)?;
        let ordered = starts.windows(2).all(|pair| pair[0] <= pair[1]);
        let within = starts.last().is_some_and(|last| *last as usize <= bytes.len());
        let special = [begin, end, padding, unknown];
        if !ordered || !within || special.iter().any(|piece| *piece as usize >= pieces) {
            return Err(Damage::at("its vocabulary contradicts itself"));
        }
        let least = scores.iter().copied().fold(0.0, f32::min);
        let mut vocabulary = Vocabulary {
            bytes,
            starts,
            scores,
            slots: vec![0; (pieces * 2).next_power_of_two()],
            piece_bytes_max: 0,
            begin,
            end,
            unknown,
            unknown_score: least - UNKNOWN_COST,
            replacements,
            replaced,
        };
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        for piece in (0..pieces).filter(|piece| !special.contains(piece)) {
            vocabulary.enter(piece);
        }
        Ok(vocabulary)
    }

    /// Returns how many pieces there are; their numbers are below.
    pub(crate) fn pieces(&self) -> usize {
        self.scores.len()
    }

    fn enter(&mut self, piece: u32) {
        let bytes = self.piece(piece);
        if bytes.is_empty() || bytes.len() > PIECE_BYTES_MAX {
            return;
        }
        let length = bytes.len();
        let mut slot = self.slot(bytes.iter().fold(DIGEST_START, |hash, byte| digest(hash, *byte)));
        while self.slots[slot] != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = piece + 1;
        self.piece_bytes_max = self.piece_bytes_max.max(length);
    }

    fn piece(&self, piece: u32) -> &[u8] {
        let piece = piece as usize;
        &self.bytes[self.starts[piece] as usize..self.starts[piece + 1] as usize]
    }

    #[expect(clippy::cast_possible_truncation, reason = "only the low bits count")]
    fn slot(&self, digest: u64) -> usize {
        // The high bits are the better mixed ones.
        ((digest ^ (digest >> 32)) as usize) & (self.slots.len() - 1)
    }

    fn find(&self, bytes: &[u8], digest: u64) -> Option<u32> {
        let mut slot = self.slot(digest);
        loop {
            let piece = self.slots[slot].checked_sub(1)?;
            if self.piece(piece) == bytes {
                return Some(piece);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Returns the pieces of `text`, of a long one the first `pieces_max`, between the two that mark
    /// its beginning and end.
    pub(crate) fn split(&self, text: &str, pieces_max: usize) -> Vec<u32> {
        // Every piece has a character: what lies far beyond the last cannot change the first.
        let characters_max = pieces_max.saturating_mul(16);
        let text = self.usual(text, characters_max);
        let ends: Vec<usize> =
            text.char_indices().map(|(start, character)| start + character.len_utf8()).collect();
        let steps = self.steps(text.as_bytes(), &ends);
        let mut pieces = Vec::new();
        let mut at = ends.len();
        while at > 0 {
            let step = steps[at];
            pieces.push(step.piece);
            at -= step.characters;
        }
        pieces.push(self.begin);
        pieces.reverse();
        pieces.truncate(pieces_max.saturating_sub(1));
        pieces.push(self.end);
        pieces
    }

    /// Returns for each number of characters the last step of their best split.
    fn steps(&self, text: &[u8], ends: &[usize]) -> Vec<Step> {
        let none = Step { score: f32::NEG_INFINITY, piece: self.unknown, characters: 1 };
        let mut steps = vec![none; ends.len() + 1];
        steps[0].score = 0.0;
        for first in 0..ends.len() {
            let before = steps[first].score;
            let start = if first == 0 { 0 } else { ends[first - 1] };
            let mut hash = DIGEST_START;
            let mut hashed = start;
            for (last, end) in ends.iter().enumerate().skip(first) {
                if end - start > self.piece_bytes_max {
                    break;
                }
                hash = text[hashed..*end].iter().fold(hash, |hash, byte| digest(hash, *byte));
                hashed = *end;
                if let Some(piece) = self.find(&text[start..*end], hash) {
                    let score = before + self.scores[piece as usize];
                    if score > steps[last + 1].score {
                        steps[last + 1] = Step { score, piece, characters: last + 1 - first };
                    }
                }
            }
            let score = before + self.unknown_score;
            if score > steps[first + 1].score {
                steps[first + 1] = Step { score, ..none };
            }
        }
        steps
    }

    /// Returns the beginning of a text with its characters in their usual form, a mark before it and
    /// one for every run of blanks.
    fn usual(&self, text: &str, characters_max: usize) -> String {
        let mut usual = String::new();
        let mut count = 0;
        for character in std::iter::once(' ').chain(text.chars().flat_map(|c| self.replace(c))) {
            if character == ' ' {
                if usual.ends_with(BLANK) {
                    continue;
                }
                usual.push(BLANK);
            } else {
                usual.push(character);
            }
            count += 1;
            if count >= characters_max {
                break;
            }
        }
        usual
    }

    fn replace(&self, character: char) -> impl Iterator<Item = char> + '_ {
        let found =
            self.replacements.binary_search_by_key(&u32::from(character), |(from, ..)| *from);
        let (kept, range) = match found {
            Ok(place) => {
                let (_, start, end) = self.replacements[place];
                (None, start as usize..end as usize)
            }
            Err(_) => (Some(character), 0..0),
        };
        kept.into_iter().chain(self.replaced[range].iter().copied())
    }
}

type Replacements = (Vec<(u32, u32, u32)>, Vec<char>);

fn read_replacements(cursor: &mut Cursor<'_>) -> Result<Replacements, Damage> {
    let count = cursor.size("map of characters")?;
    let _bytes = cursor.word()?;
    let (mut replacements, mut replaced) = (Vec::with_capacity(count), Vec::new());
    for _ in 0..count {
        let from = cursor.word()?;
        let length = cursor.byte()?;
        let start = replaced.len();
        for _ in 0..length {
            let character = char::from_u32(cursor.word()?);
            replaced.push(character.ok_or_else(|| Damage::at("its map of characters is wrong"))?);
        }
        let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        replacements.push((from, place(start), place(replaced.len())));
    }
    replacements.sort_unstable();
    Ok((replacements, replaced))
}

/// The digest of no bytes; see [`digest`].
const DIGEST_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Adds a byte to a digest (Fowler, Noll and Vo), so that a longer piece's comes from a shorter's.
fn digest(digest: u64, byte: u8) -> u64 {
    (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}
