//! Files that are no wheel, no model, or broken.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::language::Language;
use sarai_core::syntax::Parse;
use sarai_parser::Parser;

use crate::model::{Model, array, tokenizer, weights};
use crate::packed::{bytes, list, map, named, nothing, number, text, truth};

/// Opens the file and fails unless the error is of this kind, says this, and says it with what to
/// do in both languages.
#[track_caller]
fn check_file(path: &Path, kind: FailureKind, reason: &str) {
    let error = Parser::open(path).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(reason), "{error}");
    for (language, hint) in [(Language::Spanish, "modelo"), (Language::English, "models")] {
        let said = error.explain(language);
        assert!(said.message.contains(&path.display().to_string()), "{}", said.message);
        assert!(said.message.contains(language.pick("gramática", "grammar")), "{}", said.message);
        assert!(said.hint.unwrap().contains(hint) || kind != FailureKind::Invalid);
    }
}

#[track_caller]
fn check(model: &Model, reason: &str) {
    let (_folder, path) = model.write();
    check_file(&path, FailureKind::Failed, reason);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    check_file(&folder.path().join("none.whl"), FailureKind::NotFound, "could not read");
    check_file(folder.path(), FailureKind::Failed, "could not read");
    let path = folder.path().join("some.whl");
    fs::write(&path, "this is no wheel, but a text").unwrap();
    check_file(&path, FailureKind::Failed, "is damaged");
}

#[test]
fn a_wheel_of_something_else_is_told() {
    check(&Model { files: vec![("other/__init__.py".to_owned(), Vec::new())] }, "no model inside");
    let model = Model::spanish(1).with("meta.json", br#"{"lang":"fr"}"#.to_vec());
    let (_folder, path) = model.write();
    check_file(&path, FailureKind::Invalid, "`fr`");
    check(&Model::spanish(1).with("meta.json", b"{".to_vec()), "`meta.json`");
}

#[test]
fn a_missing_file_is_named() {
    for (model, name) in [
        (Model::spanish(1), "meta.json"),
        (Model::spanish(1), "tokenizer"),
        (Model::spanish(1), "parser/model"),
        (Model::spanish(1), "parser/moves"),
        (Model::spanish(1), "morphologizer/cfg"),
        (Model::english(1), "tagger/model"),
        (Model::english(1), "tagger/cfg"),
        (Model::english(1), "attribute_ruler/patterns"),
        (Model::english(1), "lemmatizer/lookups/lookups.bin"),
    ] {
        check(&model.without(name), &format!("`{name}`: it is missing"));
    }
    Model::english(1).without("vocab/lookups.bin").open().unwrap();
}

#[test]
fn layers_that_do_not_fit_are_told() {
    let spanish = Model::spanish(1);
    let no_arrays = |name| weights(vec![(name, named([]), named([]))]);
    let with = |name: &str, bytes: Vec<u8>| spanish.clone().with(name, bytes);
    check(&with("tok2vec/model", named([])), "it has no `nodes`");
    check(&with("tok2vec/model", no_arrays("other")), "it has no features");
    check(&with("tok2vec/model", no_arrays("extract_features")), "no setting `columns`");
    check(&with("parser/model", no_arrays("linear")), "no two linear layers");
    check(&with("morphologizer/model", no_arrays("other")), "no softmax layer");
    check(&with("morphologizer/model", no_arrays("softmax")), "has no array `W`");
    check(&with("morphologizer/cfg", b"{}".to_vec()), "no tables of labels");
    check(&Model::english(1).with("tagger/cfg", b"{}".to_vec()), "no labels");
    let few = br#"{"labels":["NN"]}"#.to_vec();
    check(&Model::english(1).with("tagger/cfg", few), "1 labels");
    let other =
        Model::english(1).files.into_iter().find(|(name, _)| name.ends_with("tagger/model"));
    check(&with("parser/model", other.unwrap().1), "no two linear layers");
    let columns = bytes(&list([text("NORM"), text("COLOUR")]));
    let strange = vec![("extract_features", named([]), named([("columns", columns)]))];
    check(&with("tok2vec/model", weights(strange)), "`COLOUR` is unknown");
}

#[test]
fn moves_that_do_not_fit_are_told() {
    let with = |json: &str| Model::spanish(1).with("parser/moves", named([("moves", text(json))]));
    check(&with("["), "`parser`");
    check(&with(r#"{"0":{"":1}}"#), "no moves of the kind 1");
    let no_shift = r#"{"0":{},"1":{"":1},"2":{"a":1},"3":{"b":1},"4":{"ROOT":1}}"#;
    check(&with(no_shift), "lacks the moves");
    let few = r#"{"0":{"":1},"1":{"":1},"2":{"a":1},"3":{"b":1},"4":{"ROOT":1}}"#;
    check(&with(few), "do not fit together");
    check(&Model::spanish(1).with("parser/moves", named([])), "it has no moves");
}

#[test]
fn arrays_must_be_numbers_of_their_shape() {
    let softmax = |array| {
        let layers = vec![("softmax", named([("W", array)]), named([]))];
        Model::spanish(1).with("morphologizer/model", weights(layers))
    };
    let unreadable = "the array `W` is unreadable";
    check(&softmax(array("<f8", &[1, 1], &[0; 8])), unreadable);
    check(&softmax(array("<f4", &[2, 2], &[0; 12])), unreadable);
    check(&softmax(array("<f4", &[usize::MAX, 3], &[0; 12])), unreadable);
    check(&softmax(array("<f4", &[0], &[])), unreadable);
    check(&softmax(array("<f4", &[1], &f32::NAN.to_le_bytes())), unreadable);
    check(&softmax(array("<f4", &[3], &[0; 12])), "has the shape [3]");
}

#[test]
fn rules_and_tables_that_are_unknown_are_told() {
    let rules = |condition| {
        let pattern = list([list([condition])]);
        let effects = named([("POS", text("NOUN"))]);
        let rule = named([("patterns", pattern), ("attrs", effects), ("index", number(0))]);
        Model::english(1).with("attribute_ruler/patterns", list([rule]))
    };
    check(&rules(named([("COLOUR", text("red"))])), "unknown condition `COLOUR`");
    check(&rules(named([("LOWER", nothing())])), "unknown condition `LOWER`");
    check(&rules(named([("LOWER", named([("REGEX", text("("))]))])), "a pattern cannot be read");
    check(&rules(truth(true)), "a rule is unreadable");
    let table = named([("lemma_rules", map([(text("noun"), list([]))]))]);
    let model = Model::english(1).with("lemmatizer/lookups/lookups.bin", table);
    check(&model, "the table `lemma_rules` is unreadable");
    let exceptions = named([("exceptions", map([(text("ab"), list([text("a")]))]))]);
    check(&Model::english(1).with("tokenizer", exceptions), "an exception of the tokenizer");
    let pattern = named([("prefix_search", text("(?<"))]);
    check(&Model::english(1).with("tokenizer", pattern), "a pattern cannot be read");
}

#[test]
fn patterns_that_match_anywhere_do_no_harm() {
    let loose = named([
        ("prefix_search", text("b|")),
        ("suffix_search", text("a|")),
        ("infix_finditer", text("|é")),
        ("url_match", text("(x+x+)+y")),
    ]);
    let parser = Model::spanish(1).with("tokenizer", loose).open().unwrap();
    for text in ["abañb", "ébéaéb", &"x".repeat(90)] {
        let parsed = parser.parse(text);
        let words = parsed.iter().flat_map(|sentence| &sentence.tokens);
        assert_eq!(words.map(|token| token.text.as_str()).collect::<String>(), text);
    }
    assert!(!tokenizer().is_empty());
}

/// What happens to one file of a model: a byte is another one, or all after it is cut off.
#[derive(Debug, Clone)]
struct Damage {
    is_spanish: bool,
    file: prop::sample::Index,
    place: prop::sample::Index,
    byte: Option<u8>,
}

impl Damage {
    fn model(&self) -> Model {
        let mut model = if self.is_spanish { Model::spanish(2) } else { Model::english(2) };
        let which = self.file.index(model.files.len());
        let bytes = &mut model.files[which].1;
        let place = self.place.index(bytes.len());
        match self.byte {
            Some(byte) => bytes[place] = byte,
            None => bytes.truncate(place),
        }
        model
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    (any::<bool>(), index(), index(), any::<Option<u8>>())
        .prop_map(|(is_spanish, file, place, byte)| Damage { is_spanish, file, place, byte })
}

proptest! {
    #[test]
    fn a_damaged_model_is_refused_or_read(damage in damage()) {
        if let Ok(parser) = damage.model().open() {
            parser.parse("¿Vienes, Sra. Gil, a las 5km? I'm gonna see the cats.\n\n :) Sí.");
        }
    }
}
