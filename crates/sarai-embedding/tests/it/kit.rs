//! A tiny model of the real layout, written by the tests.

use std::path::PathBuf;

use sarai_embedding::Encoder;
use tempfile::TempDir;

pub(crate) const HIDDEN: usize = 64;
const LAYERS: usize = 2;
const HEADS: u32 = 4;
const INNER: usize = 96;
pub(crate) const POSITIONS: usize = 24;

/// With their scores. The first four are special, `ho` is likelier than `h` and `o`.
const PIECES: &[(&str, f32)] = &[
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -4.0),
    ("▁query:", -2.0),
    ("▁passage:", -2.0),
    ("h", -6.0),
    ("o", -6.0),
    ("ho", -7.0),
    ("la", -5.0),
    ("▁ho", -8.0),
    ("a", -5.5),
    ("l", -5.5),
    ("ñ", -9.0),
    ("▁mundo", -7.0),
    ("1", -6.0),
    ("2", -6.0),
];

/// What becomes of a character: nothing, a blank, two others.
const USUAL: &[(char, &str)] = &[('\u{1}', ""), ('\n', " "), ('½', "12"), ('Ａ', "a")];

/// The bytes of a model, always the same.
pub(crate) struct Model {
    pub(crate) bytes: Vec<u8>,
    tensors: Vec<(String, bool, usize)>,
    state: u32,
}

impl Model {
    pub(crate) fn new() -> Model {
        let mut model = Model { bytes: b"E5S1".to_vec(), tensors: Vec::new(), state: 7 };
        model.head();
        model.vocabulary();
        model.list_tensors();
        model.write_tensors();
        model
    }

    fn word(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn count(&mut self, number: usize) {
        self.word(u32::try_from(number).unwrap());
    }

    fn head(&mut self) {
        self.word(1);
        self.count(HIDDEN);
        self.count(LAYERS);
        self.word(HEADS);
        self.count(INNER);
        self.count(PIECES.len());
        self.count(POSITIONS);
        self.word(2);
        self.bytes.extend(1e-12_f32.to_le_bytes());
        self.word(32);
    }

    fn vocabulary(&mut self) {
        self.count(PIECES.len());
        for special in [0, 2, 1, 3] {
            self.word(special);
        }
        let text: String = PIECES.iter().map(|(piece, _)| *piece).collect();
        self.bytes.extend(u64::try_from(text.len()).unwrap().to_le_bytes());
        let mut start = 0;
        self.word(0);
        for (piece, _) in PIECES {
            start += piece.len();
            self.count(start);
        }
        for (_, score) in PIECES {
            self.bytes.extend(score.to_le_bytes());
        }
        self.bytes.extend(text.bytes());
        self.count(USUAL.len());
        let mut map = Vec::new();
        for (from, to) in USUAL {
            map.extend(u32::from(*from).to_le_bytes());
            map.push(u8::try_from(to.chars().count()).unwrap());
            for to in to.chars() {
                map.extend(u32::from(to).to_le_bytes());
            }
        }
        self.count(map.len());
        self.bytes.extend(map);
    }

    fn list_tensors(&mut self) {
        let mut add = |name: String, packed, numbers| self.tensors.push((name, packed, numbers));
        add("emb.word".to_owned(), true, PIECES.len() * HIDDEN);
        add("emb.pos".to_owned(), false, POSITIONS * HIDDEN);
        add("emb.type".to_owned(), false, 2 * HIDDEN);
        let square = HIDDEN * HIDDEN;
        let mut all = vec![("emb.ln".to_owned(), false, HIDDEN, HIDDEN)];
        for layer in 0..LAYERS {
            for name in ["q", "k", "v", "ao"] {
                all.push((format!("l{layer}.{name}"), true, square, HIDDEN));
            }
            all.push((format!("l{layer}.aln"), false, HIDDEN, HIDDEN));
            all.push((format!("l{layer}.fi"), true, HIDDEN * INNER, INNER));
            all.push((format!("l{layer}.fo"), true, HIDDEN * INNER, HIDDEN));
            all.push((format!("l{layer}.oln"), false, HIDDEN, HIDDEN));
        }
        for (name, packed, weights, bias) in all {
            add(format!("{name}.w"), packed, weights);
            add(format!("{name}.b"), false, bias);
        }
    }

    fn write_tensors(&mut self) {
        let tensors = self.tensors.clone();
        let entries: usize = tensors.iter().map(|(name, ..)| name.len() + 23).sum();
        let mut at = self.bytes.len() + 4 + entries;
        self.count(tensors.len());
        let length = |packed, numbers: usize| if packed { numbers / 32 * 18 } else { numbers * 4 };
        for (name, packed, numbers) in &tensors {
            self.bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            self.bytes.extend(name.bytes());
            self.bytes.push(u8::from(*packed));
            self.count(*numbers);
            let length = length(*packed, *numbers);
            for number in [at, length] {
                self.bytes.extend(u64::try_from(number).unwrap().to_le_bytes());
            }
            at += length;
        }
        for (_, packed, numbers) in tensors {
            if packed {
                for _ in 0..numbers / 32 {
                    self.bytes.extend(0x2c00_u16.to_le_bytes()); // a sixteenth
                    for _ in 0..16 {
                        let byte = self.random().to_le_bytes()[3];
                        self.bytes.push(byte);
                    }
                }
            } else {
                for _ in 0..numbers {
                    let number = f32::from(self.random().to_le_bytes()[3]) / 256.0 + 0.25;
                    self.bytes.extend(number.to_le_bytes());
                }
            }
        }
    }

    fn random(&mut self) -> u32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.state
    }

    /// Returns the model as opened, with the folder it is in.
    pub(crate) fn file(&self) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tiny.bin");
        std::fs::write(&path, &self.bytes).unwrap();
        (folder, path)
    }
}

pub(crate) fn tiny() -> Encoder {
    let (_folder, path) = Model::new().file();
    Encoder::open(&path).unwrap()
}

pub(crate) fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
