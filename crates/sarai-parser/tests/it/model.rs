//! A tiny model in a wheel: all the parts of a real one, with small weights by chance.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use sarai_parser::{Parser, ParserError};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::packed::{Packed, bytes, list, map, named, nothing, number, text, truth};

const FOLDER: &str = "tiny/tiny-1.0";
/// Numbers in the vector of a word.
const WIDTH: usize = 8;
/// Rows in the table of each feature.
const ROWS: usize = 13;
/// Labels and parts of speech have fixed numbers: these are `NOUN`, `VERB`, `PUNCT`.
const PARTS: [(&str, u64); 3] = [("NOUN", 92), ("VERB", 100), ("PUNCT", 97)];
const MOVES: &str = r#"{"0":{"":9},"1":{"":8},"2":{"nsubj":7,"det":6,"nsubj||obj":2},
    "3":{"obj":5,"conj":4},"4":{"ROOT":3}}"#;
const MOVE_COUNT: usize = 8;

/// The files of a wheel, by name.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Model {
    /// A model that tells parts of speech with features, as the Spanish one.
    pub(crate) fn spanish(seed: u32) -> Model {
        let mut chance = Chance(seed);
        let labels = PARTS.map(|(name, part)| (format!("Number=Sing|POS={name}"), part));
        let morph = labels.clone().map(|(label, _)| format!(r#""{label}":"Number=Sing""#));
        let pos = labels.map(|(label, part)| format!(r#""{label}":{part}"#));
        let settings = format!(
            r#"{{"labels_morph":{{{}}},"labels_pos":{{{}}}}}"#,
            morph.join(","),
            pos.join(",")
        );
        let mut model = Model::common("es", &mut chance);
        model.add("morphologizer/model", softmax(PARTS.len(), &mut chance));
        model.add("morphologizer/cfg", settings.into_bytes());
        model
    }

    /// A model that tells tags, which rules turn into parts of speech, as the English one.
    pub(crate) fn english(seed: u32) -> Model {
        let mut chance = Chance(seed);
        let mut model = Model::common("en", &mut chance);
        model.add("tagger/model", softmax(3, &mut chance));
        model.add("tagger/cfg", br#"{"labels":["NNS","VBZ","."]}"#.to_vec());
        let norms = [(number(VERB), text("noun"))];
        model.add("vocab/lookups.bin", named([("lexeme_norm", map(norms))]));
        model
    }

    fn common(language: &str, chance: &mut Chance) -> Model {
        let mut model = Model { files: Vec::new() };
        model.add("meta.json", format!(r#"{{"lang":"{language}","name":"tiny"}}"#).into_bytes());
        model.add("tokenizer", tokenizer());
        model.add("tok2vec/model", word_vectors(chance));
        model.add("parser/model", chooser(chance));
        model.add("parser/moves", named([("moves", text(MOVES)), ("cfg", named([]))]));
        model.add("attribute_ruler/patterns", rules());
        model.add("lemmatizer/lookups/lookups.bin", lemmas());
        model
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.push((format!("{FOLDER}/{name}"), bytes));
    }

    /// Returns the model with a file put in place of that of the same name.
    pub(crate) fn with(mut self, name: &str, bytes: Vec<u8>) -> Model {
        self.files.retain(|(found, _)| *found != format!("{FOLDER}/{name}"));
        self.add(name, bytes);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Model {
        self.files.retain(|(found, _)| *found != format!("{FOLDER}/{name}"));
        self
    }

    /// Writes the wheel into a folder that goes away with the first of the two.
    pub(crate) fn write(&self) -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("tiny-1.0-py3-none-any.whl");
        let mut wheel = ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in &self.files {
            wheel.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            wheel.write_all(bytes).unwrap();
        }
        wheel.finish().unwrap();
        (folder, path)
    }

    pub(crate) fn open(&self) -> Result<Parser, ParserError> {
        let (_folder, path) = self.write();
        Parser::open(&path)
    }
}

/// Numbers by chance, the same for the same seed.
struct Chance(u32);

impl Chance {
    fn weight(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(self.0 >> 16).unwrap()) / 32_768.0 - 1.0
    }

    fn array(&mut self, shape: &[usize]) -> Packed {
        let count = shape.iter().product();
        let data: Vec<u8> = (0..count).flat_map(|_| self.weight().to_le_bytes()).collect();
        array("<f4", shape, &data)
    }
}

pub(crate) fn array(kind: &str, shape: &[usize], data: &[u8]) -> Packed {
    named([
        ("nd", truth(true)),
        ("type", text(kind)),
        ("kind", text("")),
        ("shape", list(shape.iter().map(|side| number(*side as u64)))),
        ("data", bytes(data)),
    ])
}

/// A layer: its name, its arrays, its settings.
type Layer = (&'static str, Packed, Packed);

pub(crate) fn weights(layers: Vec<Layer>) -> Packed {
    let nodes = layers
        .iter()
        .enumerate()
        .map(|(index, (name, ..))| named([("index", number(index as u64)), ("name", text(name))]));
    let nodes = list(nodes);
    let (arrays, settings): (Vec<Packed>, Vec<Packed>) =
        layers.into_iter().map(|(_, arrays, settings)| (arrays, settings)).unzip();
    named([("nodes", nodes), ("attrs", list(settings)), ("params", list(arrays))])
}

fn word_vectors(chance: &mut Chance) -> Packed {
    let columns = ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE"];
    let names = list(columns.map(text));
    let mut layers = vec![("extract_features", named([]), named([("columns", bytes(&names))]))];
    for seed in 8..14 {
        let table = named([("E", chance.array(&[ROWS, WIDTH]))]);
        layers.push(("hashembed", table, named([("seed", bytes(&number(seed)))])));
    }
    for inputs in [WIDTH * columns.len(), 3 * WIDTH, 3 * WIDTH] {
        let maxout = [("W", chance.array(&[WIDTH, 2, inputs])), ("b", chance.array(&[WIDTH, 2]))];
        layers.push(("maxout", named(maxout), named([])));
        let norm = [("G", chance.array(&[WIDTH])), ("b", chance.array(&[WIDTH]))];
        layers.push(("layernorm", named(norm), named([])));
    }
    weights(layers)
}

fn chooser(chance: &mut Chance) -> Packed {
    let (inner, hidden, pieces) = (5, 6, 2);
    let slots = [
        ("W", chance.array(&[8, hidden, pieces, inner])),
        ("b", chance.array(&[hidden, pieces])),
        ("pad", chance.array(&[1, 8, hidden, pieces])),
    ];
    let scores = [("W", chance.array(&[MOVE_COUNT, hidden])), ("b", chance.array(&[MOVE_COUNT]))];
    let narrow = [("W", chance.array(&[inner, WIDTH])), ("b", chance.array(&[inner]))];
    weights(vec![
        ("parser_model", named([]), named([("has_upper", bytes(&truth(true)))])),
        ("precomputable_affine", named(slots), named([])),
        ("linear", named(scores), named([])),
        ("linear", named(narrow), named([])),
    ])
}

fn softmax(outputs: usize, chance: &mut Chance) -> Packed {
    let arrays = [("W", chance.array(&[outputs, WIDTH])), ("b", chance.array(&[outputs]))];
    weights(vec![
        ("with_array", named([("W", nothing())]), named([])),
        ("softmax", named(arrays), named([])),
    ])
}

pub(crate) fn tokenizer() -> Packed {
    named([
        ("prefix_search", text(r#"^[¿¡"(]|^\+(?![0-9])"#)),
        ("suffix_search", text(r#"[?!")]$|:$|,$|(?<=[0-9])(?:km|%)$|(?<=[a-záéíóú])\.$"#)),
        ("infix_finditer", text(r"(?<=[a-z])[/:](?=[a-z])|\.\.+")),
        ("token_match", nothing()),
        ("url_match", text(r"^[a-z]+\.(?:com|es)(?:/\S*)?$")),
        (
            "exceptions",
            map([
                exception("I'm", &[("I", None), ("'m", Some("am"))]),
                exception("gonna", &[("gon", Some("going")), ("na", Some("to"))]),
                exception("Sra.", &[("Sra.", None)]),
                exception(":)", &[(":)", None)]),
                exception("\n", &[("\n", None)]),
            ]),
        ),
        ("faster_heuristics", truth(true)),
    ])
}

fn exception(whole: &str, parts: &[(&str, Option<&str>)]) -> (Packed, Packed) {
    let part = |(letters, norm): &(&str, Option<&str>)| {
        let letters = (number(65), text(letters));
        map([Some(letters), norm.map(|norm| (number(67), text(norm)))].into_iter().flatten())
    };
    (text(whole), list(parts.iter().map(part)))
}

fn rules() -> Packed {
    let rule = |patterns: Packed, effects: Packed, index: u64| {
        named([("patterns", list([patterns])), ("attrs", effects), ("index", number(index))])
    };
    let one = |field: &str, value: Packed| list([map([(text(field), value)])]);
    let part = |part: &str, features: &str| named([("POS", text(part)), ("MORPH", text(features))]);
    list([
        rule(one("TAG", text("NNS")), part("NOUN", "Number=Plur"), 0),
        rule(one("TAG", text("VBZ")), part("VERB", "Number=Sing|Person=3"), 0),
        rule(one("TAG", text(".")), part("PUNCT", "_"), 0),
        rule(one("IS_SPACE", truth(true)), part("SPACE", "_"), 0),
        rule(one("LOWER", named([("REGEX", text("^isn'?t$"))])), named([("LEMMA", text("be"))]), 0),
        rule(
            list([
                named([("LOWER", text("the"))]),
                named([("LOWER", named([("IN", list([text("cats")]))]))]),
            ]),
            named([("LEMMA", text("CAT")), ("DEP", text("cat")), ("TAG", text("CAT"))]),
            1,
        ),
        rule(
            one(
                "DEP",
                named([(
                    "NOT_IN",
                    list([
                        text("ROOT"),
                        text("nsubj"),
                        text("det"),
                        text("obj"),
                        text("conj"),
                        text("cat"),
                    ]),
                )]),
            ),
            named([("LEMMA", text("never"))]),
            0,
        ),
    ])
}

fn lemmas() -> Packed {
    let pairs = |pairs: &[[&str; 2]]| list(pairs.iter().map(|pair| list(pair.map(text))));
    let words = |words: &[&str]| list(words.iter().map(|word| text(word)));
    let by_part = |noun: Packed, verb: Packed| map([(number(NOUN), noun), (number(VERB), verb)]);
    let group = list([text("noun"), list([text("Number=Sing")])]);
    named([
        ("lemma_rules", by_part(pairs(&[["s", ""], ["es", ""]]), pairs(&[["s", ""]]))),
        ("lemma_rules_groups", map([(number(NOUN), list([group]))])),
        ("lemma_index", by_part(words(&["gato", "cat"]), words(&["run"]))),
        ("lemma_exc", by_part(map([(text("mice"), words(&["mouse"]))]), map([]))),
    ])
}

/// The numbers of the words `noun` and `verb`.
const NOUN: u64 = 16_833_663_260_455_505_849;
const VERB: u64 = 6_360_137_228_241_296_794;
