//! The head of a model file: what is read from it, and what lies in it do.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use sarai_core::language::Language;
use sarai_models::gguf::{self, GgufError, Header};

use crate::support::{GgufWriter, model_file};

#[track_caller]
fn check(bytes: &[u8], expected: &Result<Header, GgufError>) {
    assert_eq!(gguf::read(&mut &*bytes), *expected);
}

fn header() -> Header {
    Header {
        version: 3,
        tensors: 0,
        architecture: "llama".to_owned(),
        name: None,
        context_tokens: None,
        has_chat_template: false,
        quantisation: None,
    }
}

fn writer() -> GgufWriter {
    GgufWriter::new(3).text("general.architecture", "llama")
}

#[test]
fn the_head_tells_what_the_model_is() {
    let expected = Header {
        architecture: "qwen2".to_owned(),
        name: Some("Probe".to_owned()),
        context_tokens: Some(4_096),
        has_chat_template: true,
        quantisation: Some("Q4_K_M"),
        ..header()
    };
    check(&model_file(0), &Ok(expected));
    check(
        &GgufWriter::new(2).text("general.architecture", "llama").finish(),
        &Ok(Header { version: 2, ..header() }),
    );
}

#[test]
fn quantisations_have_their_usual_names() {
    for (number, name) in [
        (0, Some("F32")),
        (2, Some("Q4_0")),
        (7, Some("Q8_0")),
        (18, Some("Q6_K")),
        (32, Some("BF16")),
        (99, None),
    ] {
        let file = writer().number("general.file_type", number).finish();
        check(&file, &Ok(Header { quantisation: name, ..header() }));
    }
}

#[test]
fn values_of_every_type_are_passed_over() {
    let mut file = writer();
    for (kind, width) in
        [(0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4), (7, 1), (10, 8), (11, 8), (12, 8)]
    {
        file = file.pair("some.value", kind, &vec![1; width]);
        let mut array = u32::to_le_bytes(kind).to_vec();
        array.extend(3_u64.to_le_bytes());
        array.extend(vec![1; 3 * width]);
        file = file.pair("some.array", 9, &array);
    }
    let mut texts = u32::to_le_bytes(8).to_vec();
    texts.extend(2_u64.to_le_bytes());
    for text in ["uno", "dos"] {
        texts.extend((text.len() as u64).to_le_bytes());
        texts.extend(text.as_bytes());
    }
    let long = "x".repeat(10_000);
    let file = file.pair("some.texts", 9, &texts).text("tokenizer.chat_template", &long);
    let file = file.number("llama.context_length", 2_048).number("other.context_length", 1);
    let expected = Header { has_chat_template: true, context_tokens: Some(2_048), ..header() };
    check(&file.finish(), &Ok(expected));
}

#[test]
fn what_is_no_model_is_told_apart() {
    check(b"", &Err(GgufError::Empty));
    check(b"<html><body>", &Err(GgufError::NotGguf("<html><body>".to_owned())));
    check(b"GGUF", &Err(GgufError::CutOff));
    check(&GgufWriter::new(1).finish(), &Err(GgufError::Version(1)));
    let big_endian = GgufWriter::new(3_u32.swap_bytes()).finish();
    check(&big_endian, &Err(GgufError::Version(3 << 24)));
    check(
        &GgufWriter::new(3).finish(),
        &Err(GgufError::Damaged("general.architecture is missing")),
    );
    check(
        &writer().pair("x", 13, b"").finish(),
        &Err(GgufError::Damaged("a value of an unknown type")),
    );
    let whole = model_file(0);
    for length in 4..whole.len() {
        check(&whole[..length], &Err(GgufError::CutOff));
    }
}

#[test]
fn lying_lengths_take_no_memory() {
    let liar = |kind: u32, value: &[u8]| writer().pair("x", kind, value).finish();
    let huge = u64::MAX.to_le_bytes();
    check(&liar(8, &huge), &Err(GgufError::CutOff));
    let array = |kind: u32| [&kind.to_le_bytes()[..], &huge].concat();
    check(&liar(9, &array(8)), &Err(GgufError::CutOff));
    check(&liar(9, &array(0)), &Err(GgufError::CutOff));
    check(&liar(9, &array(10)), &Err(GgufError::Damaged("an array is too long")));
    let nested = [9_u32.to_le_bytes().to_vec(), 1_u64.to_le_bytes().to_vec()].concat().repeat(9);
    check(&liar(9, &nested), &Err(GgufError::Damaged("arrays too deep")));
    let mut pairs = writer().finish();
    pairs[16..24].copy_from_slice(&huge);
    check(&pairs, &Err(GgufError::Damaged("too many keys")));
    let mut key = writer().finish();
    key[24..32].copy_from_slice(&2_000_u64.to_le_bytes());
    check(&key, &Err(GgufError::CutOff));
    key.extend([0; 4_000]);
    check(&key, &Err(GgufError::Damaged("a key is too long")));
}

#[test]
fn a_file_that_cannot_be_read_says_so_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let error = gguf::read_file(&folder.path().join("none.gguf")).unwrap_err();
    assert!(matches!(error, GgufError::Read(_)), "{error}");
    assert!(error.reason(Language::Spanish).starts_with("no se pudo leer el archivo"));
    let path = folder.path().join("some.gguf");
    fs::write(&path, model_file(100)).unwrap();
    assert_eq!(gguf::read_file(&path).unwrap().architecture, "qwen2");
    for (error, spanish) in [
        (GgufError::Empty, "el archivo está vacío"),
        (GgufError::NotGguf("<htm".to_owned()), "el archivo empieza por \"<htm\" en vez de GGUF"),
        (GgufError::Version(9), "no se conoce la versión 9 del formato"),
        (GgufError::CutOff, "la cabecera del archivo está cortada"),
        (GgufError::Damaged("x"), "la cabecera del archivo está dañada (x)"),
    ] {
        assert_eq!(error.reason(Language::Spanish), spanish);
        assert_eq!(error.reason(Language::English), error.to_string());
    }
}

proptest! {
    #[test]
    fn any_bytes_end_in_an_answer(bytes in vec(any::<u8>(), 0..400)) {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(&bytes);
        drop(gguf::read(&mut &*file));
        drop(gguf::read(&mut &*bytes));
    }

    #[test]
    fn a_changed_byte_ends_in_an_answer(at in 0..400_usize, byte in any::<u8>()) {
        let mut file = model_file(100);
        let at = at % file.len();
        file[at] = byte;
        if let Ok(header) = gguf::read(&mut &*file) {
            prop_assert!(header.architecture.len() <= file.len());
        }
    }
}
