//! Files that are no model are refused in words, and never crash the process.

use std::fs;
use std::path::Path;

use sarai_engine_host::backend::{BackendError, Loader};
use sarai_engine_protocol::Load;

use crate::{BINDING, LIBRARY};

pub(crate) fn load_of(path: &Path) -> Load {
    Load {
        path: path.to_owned(),
        sha256: String::new(),
        context_tokens: 1024,
        threads: 0,
        parallel: 2,
        waiting_max: 4,
        template: None,
        state_folder: None,
        state_bytes_max: 0,
        drafting: sarai_engine_protocol::Drafting::Off,
        timings: None,
        draft: None,
    }
}

#[track_caller]
pub(crate) fn refused(path: &Path) -> String {
    match crate::loader().load(&load_of(path), &mut |_| ()) {
        Err(BackendError::Load(message)) => message,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{} was loaded", path.display()),
    }
}

#[test]
fn a_file_that_is_no_model_is_named_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("foreign.gguf");
    fs::write(&path, "<!DOCTYPE html><title>404 Not Found</title>").unwrap();
    let message = refused(&path);
    assert!(message.contains("foreign.gguf"), "{message}");
    assert!(message.contains("it is not a GGUF file"), "{message}");
}

#[test]
fn a_missing_file_an_empty_one_and_a_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refused(&folder.path().join("absent.gguf")).contains("No such file"));
    assert!(refused(folder.path()).contains("directory"));
    let empty = folder.path().join("empty.gguf");
    fs::write(&empty, "").unwrap();
    assert!(refused(&empty).contains("empty.gguf"));
}

#[test]
fn a_head_without_a_model_is_refused_with_the_reason_of_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("head.gguf");
    // Version 3, no tensors, no metadata.
    let mut head = b"GGUF\x03\0\0\0".to_vec();
    head.extend([0; 16]);
    fs::write(&path, &head).unwrap();
    let message = refused(&path);
    assert!(message.contains("head.gguf`: ") && message.len() > 60, "{message}");

    // Lies about its lengths must not be believed.
    head[8..].fill(0xff);
    fs::write(&path, &head).unwrap();
    refused(&path);
}

#[test]
fn the_name_tells_library_and_binding() {
    let name = crate::loader().name();
    let lock = include_str!("../../../../Cargo.lock");
    let package = format!("name = \"{BINDING}\"\nversion = \"");
    let (_, after) = lock.split_once(&package).unwrap();
    let (version, _) = after.split_once('"').unwrap();
    assert!(name.starts_with(&format!("{LIBRARY} ")), "{name}");
    assert!(name.ends_with(&format!("({BINDING} {version})")), "{name}");
}
