//! Length-prefixed JSON: four bytes big-endian length, then that many bytes.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The longest frame, in bytes. A larger one is a broken peer, not a large message.
pub const FRAME_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Why a frame could not be read or written.
#[derive(Debug, Error)]
pub enum FrameError {
    /// The peer closed the socket between two frames.
    #[error("the peer closed the connection")]
    Closed,
    #[error("connection: {0}")]
    Io(#[from] io::Error),
    #[error("a frame of {bytes} bytes is longer than {FRAME_BYTES_MAX}")]
    TooLong { bytes: usize },
    #[error("a frame is not the message expected: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes one frame and flushes it.
pub fn write<T: Serialize>(output: &mut impl Write, value: &T) -> Result<(), FrameError> {
    let json = serde_json::to_vec(value)?;
    let length = u32::try_from(json.len()).ok().filter(|_| json.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or(FrameError::TooLong { bytes: json.len() })?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(&json)?;
    output.flush()?;
    Ok(())
}

/// Reads one frame. A frame that is no such message leaves the stream at the next frame.
pub fn read<T: DeserializeOwned>(input: &mut impl Read) -> Result<T, FrameError> {
    Ok(serde_json::from_slice(&read_bytes(input)?)?)
}

/// Reads what one frame holds, whatever that is.
pub fn read_bytes(input: &mut impl Read) -> Result<Vec<u8>, FrameError> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(FrameError::Closed);
        }
        Err(error) => return Err(FrameError::Io(error)),
    }
    let bytes = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if bytes > FRAME_BYTES_MAX {
        return Err(FrameError::TooLong { bytes });
    }
    // Grows as data comes: a lying length must not allocate 64 MiB.
    let mut json = Vec::new();
    let read = input.take(bytes as u64).read_to_end(&mut json)?;
    if read < bytes {
        return Err(FrameError::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(json)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{FRAME_BYTES_MAX, FrameError, read, write};
    use crate::{Call, Event, Request};

    #[test]
    fn what_is_written_is_read_and_the_end_is_told_apart_from_a_cut() {
        let mut bytes = Vec::new();
        write(&mut bytes, &Request { id: 7, call: Call::Describe }).unwrap();
        let mut input = bytes.as_slice();
        assert_eq!(read::<Request>(&mut input).unwrap(), Request { id: 7, call: Call::Describe });
        assert!(matches!(read::<Request>(&mut input), Err(FrameError::Closed)));

        let cut = &bytes[..bytes.len() - 1];
        assert!(matches!(read::<Request>(&mut &cut[..]), Err(FrameError::Io(_))));
    }

    #[test]
    fn a_wrong_message_leaves_the_stream_at_the_next_frame() {
        let mut bytes = Vec::new();
        write(&mut bytes, &"not a request").unwrap();
        write(&mut bytes, &Request { id: 1, call: Call::Ping }).unwrap();
        let mut input = bytes.as_slice();
        assert!(matches!(read::<Request>(&mut input), Err(FrameError::Json(_))));
        assert_eq!(read::<Request>(&mut input).unwrap().id, 1);
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_unread() {
        let length = u32::try_from(FRAME_BYTES_MAX + 1).unwrap();
        let bytes = length.to_be_bytes();
        assert!(matches!(read::<Request>(&mut &bytes[..]), Err(FrameError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut input = bytes.as_slice();
            while !matches!(
                read::<Request>(&mut input),
                Err(FrameError::Closed | FrameError::Io(_) | FrameError::TooLong { .. })
            ) {}
        }

        #[test]
        fn any_json_object_is_read_without_a_panic(
            id in any::<u64>(),
            name in "(call|event|generate|cancel|load|[a-z]{0,8})",
            value in "(null|1|-1|\"x\"|\\[\\]|\\{\\}|1e400)",
        ) {
            let json = format!("{{\"id\":{id},\"call\":\"{name}\",\"event\":\"{name}\",\"target\":{value}}}");
            let mut bytes = u32::try_from(json.len()).unwrap().to_be_bytes().to_vec();
            bytes.extend(json.bytes());
            drop(read::<Request>(&mut bytes.as_slice()));
            drop(read::<Event>(&mut bytes.as_slice()));
        }
    }
}
