//! The two keys of an encrypted memory, and what is done with them.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use rusqlite::Connection;
use sarai_core::random::Random;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Purpose, SEALED};

const NONCE_BYTES: usize = 24;

pub(super) struct Keys {
    database: Zeroizing<[u8; 32]>,
    /// Overwrites its key when dropped.
    lines: XChaCha20Poly1305,
    random: Arc<dyn Random>,
}

impl Keys {
    pub(super) fn derive(master: &[u8; 32], random: Arc<dyn Random>) -> Option<Keys> {
        let derived = Hkdf::<Sha256>::new(None, master);
        let key = |purpose: &[u8]| {
            let mut key = Zeroizing::new([0; 32]);
            derived.expand(purpose, key.as_mut_slice()).ok().map(|()| key)
        };
        let lines = key(b"sarai memory lines")?;
        Some(Keys {
            database: key(b"sarai memory database")?,
            lines: XChaCha20Poly1305::new(<&Key>::from(&*lines)),
            random,
        })
    }

    pub(super) fn unlock(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"x'");
        for byte in self.database.iter() {
            let digits = [byte >> 4, byte & 15];
            sql.extend(digits.iter().filter_map(|digit| char::from_digit((*digit).into(), 16)));
        }
        sql.push_str("'\"");
        connection.execute_batch(&sql)
    }

    pub(super) fn close_line(&self, purpose: Purpose, line: &str) -> io::Result<String> {
        let sealed = self.encrypt(purpose.words(), line.trim_end_matches('\n').as_bytes())?;
        let mut written = String::with_capacity(sealed.len() * 4 / 3 + 8);
        written.push(char::from(SEALED));
        STANDARD.encode_string(&sealed, &mut written);
        written.push('\n');
        Ok(written)
    }

    pub(super) fn open_line(&self, purpose: Purpose, line: &[u8]) -> Option<Vec<u8>> {
        let sealed = line.strip_prefix(&[SEALED])?.strip_suffix(b"\n")?;
        let mut opened = self.decrypt(purpose.words(), &STANDARD.decode(sealed).ok()?)?;
        opened.push(b'\n');
        Some(opened)
    }

    /// Returns a nonce, and what was encrypted with it.
    pub(super) fn encrypt(&self, purpose: &str, told: &[u8]) -> io::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        nonce[..16].copy_from_slice(&self.random.bits().to_le_bytes());
        nonce[16..].copy_from_slice(&self.random.bits().to_le_bytes()[..8]);
        let payload = Payload { msg: told, aad: purpose.as_bytes() };
        let sealed = self.lines.encrypt(<&XNonce>::from(&nonce), payload);
        let sealed = sealed.map_err(|_| io::Error::other("too long to be encrypted"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// `None` when it was not encrypted with this key, for this purpose.
    pub(super) fn decrypt(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.lines.decrypt(<&XNonce>::from(nonce), payload).ok()
    }
}
