//! Calls that fill a buffer of ours, or say how long it should have been.

/// Returns what `fill` writes. It is given a buffer of `capacity`, and returns how many it wrote, or
/// the negative count that it needs; then it is called once more.
pub fn filled<T: Copy + Default>(capacity: usize, fill: impl Fn(&mut [T]) -> i32) -> Vec<T> {
    let mut buffer = vec![T::default(); capacity];
    for _ in 0..2 {
        let count = fill(&mut buffer);
        if let Ok(count) = usize::try_from(count) {
            buffer.truncate(count);
            return buffer;
        }
        buffer = vec![T::default(); count.unsigned_abs() as usize];
    }
    Vec::new()
}

/// Returns the length of a buffer as the libraries take it.
pub fn capacity<T>(buffer: &[T]) -> i32 {
    i32::try_from(buffer.len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{capacity, filled};

    /// Writes letters as a library would.
    fn write(letters: &[u8], buffer: &mut [u8]) -> i32 {
        let count = capacity(letters);
        let Some(place) = buffer.get_mut(..letters.len()) else { return -count };
        place.copy_from_slice(letters);
        count
    }

    #[test]
    fn a_buffer_too_short_is_made_as_long_as_it_should_have_been() {
        for capacity in [0, 3, 4, 5, 100] {
            assert_eq!(filled(capacity, |buffer| write(b"four", buffer)), b"four");
        }
        assert_eq!(filled(2, |buffer| write(b"", buffer)), b"");
    }

    #[test]
    fn a_call_that_never_has_enough_is_not_asked_for_ever() {
        assert_eq!(filled(1, |buffer: &mut [u8]| -capacity(buffer) - 1), b"");
    }
}
