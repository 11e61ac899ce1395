//! Files that are not what they should be.

use sarai_core::explain::{Explain, FailureKind};
use sarai_core::language::Language;
use sarai_core::vector::Embed;
use sarai_embedding::{EmbeddingError, Encoder};

use crate::kit::Model;

#[track_caller]
fn check(model: &Model, expected: &str) {
    let (_folder, path) = model.file();
    let error = Encoder::open(&path).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
    assert!(error.explain(Language::Spanish).hint.is_some());
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let whole = Model::new();
    let (folder, path) = whole.file();
    let length = whole.bytes.len();
    let ends = (0..length).step_by(97).chain(length - 5..length);
    for end in ends {
        std::fs::write(&path, &whole.bytes[..end]).unwrap();
        let error = Encoder::open(&path).unwrap_err();
        assert_eq!(error.kind(), FailureKind::Failed, "{end} of {length} bytes: {error}");
    }
    drop(folder);
}

#[test]
fn another_file_is_refused() {
    let mut model = Model::new();
    model.bytes[..4].copy_from_slice(b"GGUF");
    check(&model, "not of the layout E5S1");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Encoder::open(&folder.path().join("none.bin")).unwrap_err();
    assert!(matches!(error, EmbeddingError::Read { .. }));
    assert_eq!(error.kind(), FailureKind::NotFound);
    assert!(error.to_string().contains("none.bin"), "{error}");
}

/// Writes `number` over the one at `place`.
fn with(place: usize, number: u32) -> Model {
    let mut model = Model::new();
    model.bytes[place..place + 4].copy_from_slice(&number.to_le_bytes());
    model
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    let sizes = "its sizes do not fit each other";
    check(&with(8, 0), sizes);
    check(&with(8, 65), sizes);
    check(&with(12, 0), sizes);
    check(&with(16, 0), sizes);
    check(&with(16, 5), sizes);
    check(&with(20, 33), sizes);
    check(&with(28, 2), sizes);
    check(&with(40, 16), sizes);
    check(&with(8, u32::MAX), "its width cannot be");
    check(&with(24, 17), "more pieces than vectors");
    check(&with(24, 19), "`emb.word` is missing or of another size");
    check(&with(28, 25), "`emb.pos` is missing or of another size");
    check(&with(12, 3), "`l2.q.w` is missing or of another size");
}

#[test]
fn a_vocabulary_that_contradicts_itself_is_refused() {
    // The four special pieces begin at 48, the bytes of all at 64, the starts at 72.
    check(&with(48, 99), "vocabulary contradicts itself");
    check(&with(76, 5_000), "vocabulary contradicts itself");
}

#[test]
fn a_weight_that_is_no_number_is_refused() {
    let mut model = Model::new();
    let end = model.bytes.len();
    model.bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    check(&model, "not a number");
}

#[test]
fn a_scale_that_is_no_number_gives_no_vector() {
    let mut model = Model::new();
    let scale = 0x2c00_u16.to_le_bytes();
    let places: Vec<usize> = (0..model.bytes.len() - 18)
        .filter(|place| model.bytes[*place..*place + 2] == scale)
        .filter(|place| model.bytes[place + 18..].starts_with(&scale))
        .collect();
    for place in places {
        model.bytes[place..place + 2].copy_from_slice(&0x7e00_u16.to_le_bytes());
    }
    let (_folder, path) = model.file();
    let error = Encoder::open(&path).unwrap().query("hola").unwrap_err();
    assert!(error.to_string().contains("gave no vector"), "{error}");
}

#[test]
fn a_changed_byte_never_ends_in_a_panic() {
    let mut model = Model::new();
    let (_folder, path) = model.file();
    let head = 900.min(model.bytes.len());
    for place in (0..head).chain((head..model.bytes.len()).step_by(131)) {
        let kept = model.bytes[place];
        model.bytes[place] = !kept;
        std::fs::write(&path, &model.bytes).unwrap();
        if let Ok(encoder) = Encoder::open(&path)
            && let Ok(vector) = encoder.query("hola ½ mundo")
        {
            assert!(vector.iter().all(|number| number.is_finite()), "byte {place}");
        }
        model.bytes[place] = kept;
    }
}
