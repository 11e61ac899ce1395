//! Sequences in files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use sarai_engine_host::backend::BackendError;

use super::{assert_close, prefill, small};

#[test]
fn a_restored_sequence_goes_on_like_the_saved_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session");
    let mut backend = small();
    let tokens = backend.tokenize("The recipe for a good soup begins with onions and", false);
    let next = backend.tokenize(" a little", false);
    let length = u32::try_from(tokens.len()).unwrap();
    prefill(&mut *backend, &tokens, 0, 0);
    let bytes = backend.save(0, &tokens, &path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let expected = prefill(&mut *backend, &next, 0, length);

    // Into another process' context, over something else.
    let mut fresh = small();
    let other = fresh.tokenize("something else entirely", false);
    prefill(&mut *fresh, &other, 3, 0);
    assert_eq!(fresh.restore(3, &path).unwrap(), tokens);
    assert_close(&prefill(&mut *fresh, &next, 3, length), &expected);
}

#[test]
fn a_damaged_state_is_refused_and_leaves_the_sequence_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session");
    let mut backend = small();
    let tokens = backend.tokenize("Yesterday the postman brought", false);
    let cold = prefill(&mut *backend, &tokens, 0, 0);
    backend.save(0, &tokens, &path).unwrap();
    let whole = fs::read(&path).unwrap();

    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let cut = whole[..whole.len() / 2].to_vec();
    for damaged in [flipped, cut, Vec::new()] {
        fs::write(&path, &damaged).unwrap();
        let outcome = backend.restore(0, &path);
        assert!(matches!(outcome, Err(BackendError::Native(_))), "{outcome:?}");
        assert_close(&prefill(&mut *backend, &tokens, 0, 0), &cold);
    }
    let absent = backend.restore(0, &folder.path().join("absent"));
    assert!(matches!(absent, Err(BackendError::Native(_))), "{absent:?}");
}

#[test]
fn a_state_that_cannot_be_written_is_an_error() {
    let mut backend = small();
    let tokens = backend.tokenize("The sun", false);
    prefill(&mut *backend, &tokens, 0, 0);
    let folder = tempfile::tempdir().unwrap();
    let outcome = backend.save(0, &tokens, &folder.path().join("no/such/folder"));
    assert!(matches!(outcome, Err(BackendError::Native(_))), "{outcome:?}");
    if fs::metadata("/dev/full").is_ok() {
        let outcome = backend.save(0, &tokens, "/dev/full".as_ref());
        assert!(matches!(outcome, Err(BackendError::Native(_))), "{outcome:?}");
    }
}
