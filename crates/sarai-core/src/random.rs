//! Randomness as an argument.

/// Where unpredictable bits come from: the system in the binary, a seed in tests.
pub trait Random: Send + Sync {
    /// Returns 128 fresh bits.
    fn bits(&self) -> u128;

    /// Returns a fresh id, 26 lower-case letters and digits (Crockford's base 32).
    fn id(&self) -> String {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut bits = self.bits();
        let mut id = String::with_capacity(26);
        for _ in 0..26 {
            id.push(char::from(DIGITS[(bits & 31) as usize]));
            bits >>= 5;
        }
        id
    }
}
