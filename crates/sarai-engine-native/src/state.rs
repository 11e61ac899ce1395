//! The file of a saved sequence.
//!
//! The library's own file has no checksum, and a cut one ends the process. Ours is: eight bytes of
//! magic, the number of tokens and of state bytes (u64, little-endian), the SHA-256 of the rest,
//! the tokens (u32, little-endian), the state as the library gives it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sarai_engine_host::backend::Token;
use sha2::{Digest, Sha256};

const MAGIC: [u8; 8] = *b"SARAIKV1";
const HEAD_BYTES: usize = 8 + 8 + 8 + 32;

/// Writes a sequence; returns the bytes of the file.
pub(crate) fn write(path: &Path, tokens: &[Token], state: &[u8]) -> io::Result<u64> {
    let tokens_bytes: Vec<u8> = tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
    let digest = Sha256::new().chain_update(&tokens_bytes).chain_update(state).finalize();
    // What was said is in there: nobody else may read it, from the first byte on.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let mut output = BufWriter::new(file);
    output.write_all(&MAGIC)?;
    output.write_all(&(tokens.len() as u64).to_le_bytes())?;
    output.write_all(&(state.len() as u64).to_le_bytes())?;
    output.write_all(&digest)?;
    output.write_all(&tokens_bytes)?;
    output.write_all(state)?;
    output.flush()?;
    Ok((HEAD_BYTES + tokens_bytes.len() + state.len()) as u64)
}

/// Reads the tokens and the state of a file that is whole and unchanged.
pub(crate) fn read(path: &Path) -> io::Result<(Vec<Token>, Vec<u8>)> {
    let mut file = File::open(path)?;
    let mut head = [0; HEAD_BYTES];
    file.read_exact(&mut head)?;
    let (magic, rest) = head.split_at(8);
    let (tokens_count, rest) = rest.split_at(8);
    let (state_bytes, digest) = rest.split_at(8);
    if magic != MAGIC {
        return Err(damaged("it is not a saved sequence"));
    }
    let tokens_bytes = number(tokens_count).saturating_mul(4);
    let expected =
        (HEAD_BYTES as u64).saturating_add(tokens_bytes).saturating_add(number(state_bytes));
    // Before anything of that size is allocated.
    if file.metadata()?.len() != expected {
        return Err(damaged("it does not have the length it names"));
    }
    let mut body = Vec::new();
    file.read_to_end(&mut body)?;
    if Sha256::digest(&body)[..] != *digest {
        return Err(damaged("its checksum is wrong"));
    }
    let state = body.split_off(usize::try_from(tokens_bytes).unwrap_or(usize::MAX).min(body.len()));
    let (tokens, _) = body.as_chunks::<4>();
    Ok((tokens.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(), state))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{read, write};

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        for (tokens, state) in [(vec![1, 2, u32::MAX], vec![7; 1000]), (vec![], vec![])] {
            let bytes = write(&path, &tokens, &state).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
            assert_eq!(read(&path).unwrap(), (tokens, state));
        }
    }

    #[test]
    fn any_cut_and_any_flipped_bit_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        write(&path, &[5, 6], b"state").unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            read(&path).unwrap_err();
        }
        for index in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[index / 8] ^= 1 << (index % 8);
            fs::write(&path, &damaged).unwrap();
            read(&path).unwrap_err();
        }
        let longer = [whole.as_slice(), b"x"].concat();
        fs::write(&path, &longer).unwrap();
        read(&path).unwrap_err();
    }
}
