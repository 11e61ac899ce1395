//! Sealing values and comparing secrets.

use sha2::{Digest, Sha256};

const BLOCK_BYTES: usize = 64;

/// Returns HMAC-SHA-256 (RFC 2104) of `message` in lower-case hexadecimal.
pub(super) fn hmac_hex(key: &[u8; 32], message: &[u8]) -> String {
    let padded = |pad: u8| -> [u8; BLOCK_BYTES] {
        std::array::from_fn(|index| key.get(index).copied().unwrap_or(0) ^ pad)
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().fold(String::with_capacity(64), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
        hex
    })
}

/// Returns whether two secrets are equal, in a time that tells nothing about where they differ.
/// Digests are compared, so that lengths do not show either.
pub(super) fn same(left: &str, right: &str) -> bool {
    let (left, right) = (Sha256::digest(left), Sha256::digest(right));
    let difference = left.iter().zip(right.iter()).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::{hmac_hex, same};

    /// Computed with Python's `hmac` module.
    #[test]
    fn a_seal_is_hmac_sha_256() {
        let key: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        assert_eq!(
            hmac_hex(&key, b"what do ya want for nothing?"),
            "099805f4ac310786968565c098db515cc50862b420ae31e20238312344bed36a"
        );
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("clave", "clave"));
        assert!(!same("clave", "clave "));
        assert!(!same("clave", ""));
    }
}
