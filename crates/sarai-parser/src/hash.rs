//! The two hash functions by which the models number words and choose rows.

/// Returns `MurmurHash64A` of `bytes`.
pub(crate) fn murmur_64(bytes: &[u8], seed: u64) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    const SHIFT: u32 = 47;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let (blocks, rest) = bytes.as_chunks::<8>();
    for block in blocks {
        let mut part = u64::from_le_bytes(*block).wrapping_mul(MULTIPLIER);
        part ^= part >> SHIFT;
        hash = (hash ^ part.wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash = (hash ^ u64::from_le_bytes(last)).wrapping_mul(MULTIPLIER);
    }
    hash ^= hash >> SHIFT;
    hash = hash.wrapping_mul(MULTIPLIER);
    hash ^ (hash >> SHIFT)
}

/// Returns the x64 variant of `MurmurHash3` (128 bits) of the eight bytes of `key`, as four words.
pub(crate) fn murmur_128(key: u64, seed: u32) -> [u32; 4] {
    const LENGTH: u64 = 8;
    let seed = u64::from(seed);
    // Eight bytes are less than a block of sixteen: only the tail of the algorithm is left.
    let tail = key.wrapping_mul(0x87c3_7b91_1142_53d5).rotate_left(31);
    let mut first = seed ^ tail.wrapping_mul(0x4cf5_ad43_2745_937f) ^ LENGTH;
    let mut second = seed ^ LENGTH;
    first = first.wrapping_add(second);
    second = second.wrapping_add(first);
    [first, second] = [finish(first), finish(second)];
    first = first.wrapping_add(second);
    second = second.wrapping_add(first);
    [low(first), low(first >> 32), low(second), low(second >> 32)]
}

fn finish(mut word: u64) -> u64 {
    word = (word ^ (word >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 33)
}

fn low(word: u64) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::{murmur_64, murmur_128};

    #[test]
    fn known_words_have_their_known_numbers() {
        let number = |word: &str| murmur_64(word.as_bytes(), 1);
        assert_eq!(number("noun"), 16_833_663_260_455_505_849);
        assert_eq!(number("verb"), 6_360_137_228_241_296_794);
        assert_eq!(number("coffee"), 3_197_928_453_018_144_401);
    }

    #[test]
    fn a_number_spreads_to_four_words() {
        assert_eq!(murmur_128(0, 8), [0; 4]);
        assert_eq!(murmur_128(0, 9), [1_862_229_173, 1_175_497_701, 2_029_532_547, 1_365_388_714]);
        assert_eq!(
            murmur_128(3_197_928_453_018_144_401, 11),
            [2_750_598_018, 3_251_727_970, 914_169_445, 2_562_981_563]
        );
    }
}
