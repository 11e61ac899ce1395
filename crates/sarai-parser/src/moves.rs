//! Chooses the moves of a parse with a small network over the vectors of eight words.

use crate::affine::Affine;
use crate::arcs::{Move, SLOTS, State};
use crate::layers::{best, maxima};
use crate::msgpack::Value;
use crate::tree::Trees;
use crate::weights::{self, Missing};

/// The label of a word without a head.
pub(crate) const ROOT: &str = "ROOT";

/// Parses take two or three steps a word; this only ends what would never end.
const STEPS_A_WORD: usize = 50;

/// The network that chooses moves, and the moves it chooses among.
#[derive(Debug)]
pub(crate) struct Chooser {
    moves: Vec<Move>,
    labels: Vec<String>,
    narrow: Affine,
    /// For each slot, what a word in it adds to the hidden layer.
    slots: Affine,
    /// What an empty slot adds, for each slot.
    empty: Vec<f32>,
    bias: Vec<f32>,
    pieces: usize,
    scores: Affine,
}

impl Chooser {
    /// `width` is the width of word vectors.
    pub(crate) fn read(model: &[u8], moves: &[u8], width: usize) -> Result<Chooser, Missing> {
        let (moves, labels) = read_moves(moves)?;
        let layers = weights::layers(model)?;
        let mut named = layers.iter().filter(|layer| layer.name == "linear");
        let (upper, reduce) =
            named.next().zip(named.next()).ok_or("it has no two linear layers")?;
        let lower = layers.iter().find(|layer| layer.name == "precomputable_affine");
        let lower = lower.ok_or("it has no hidden layer")?;

        let (narrow, [inner, outer]) = reduce.array("W")?;
        let (narrow_bias, [inner_bias]) = reduce.array("b")?;
        let (slots, [count, hidden, pieces, depth]) = lower.array("W")?;
        let (bias, bias_shape) = lower.array("b")?;
        let (empty, empty_shape) = lower.array("pad")?;
        let (scores, [choices, score_depth]) = upper.array("W")?;
        let (scores_bias, [scores_bias_length]) = upper.array("b")?;
        let fits = [outer, inner_bias, count, depth, score_depth]
            == [width, inner, SLOTS, inner, hidden]
            && [choices, scores_bias_length] == [moves.len(); 2]
            && bias_shape == [hidden, pieces]
            && empty_shape == [1, SLOTS, hidden, pieces];
        if !fits {
            return Err("the layers of the parser do not fit together".to_owned());
        }
        let none = vec![0.0; SLOTS * hidden * pieces];
        Ok(Chooser {
            moves,
            labels,
            narrow: Affine::new(narrow, narrow_bias, outer),
            slots: Affine::new(slots, &none, inner),
            empty: empty.to_vec(),
            bias: bias.to_vec(),
            pieces,
            scores: Affine::new(scores, scores_bias, hidden),
        })
    }

    /// Returns the trees of the words with these vectors, with lifted arcs not yet put back.
    pub(crate) fn parse(&self, vectors: &[f32], words: usize) -> Trees {
        let narrow = self.narrow.apply(vectors, vectors.len() / words.max(1), words);
        let parts = self.slots.apply(&narrow, self.narrow.outputs(), words);
        let mut state = State::new(words);
        for _ in 0..STEPS_A_WORD * (words + 1) {
            if state.is_final() {
                break;
            }
            let legal = state.legal();
            let scores = self.scores(&parts, state.slots());
            let Some(choice) = best(&scores, |place| legal.allows(self.moves[place])) else {
                break;
            };
            state.apply(self.moves[choice]);
        }
        let (mut heads, mut labels) = (Vec::new(), Vec::new());
        for (word, arc) in state.into_arcs().into_iter().enumerate() {
            heads.push(arc.map_or(word, |(head, _)| head));
            labels.push(arc.map_or(ROOT, |(_, label)| &self.labels[label]).to_owned());
        }
        Trees { heads, labels }
    }

    fn scores(&self, parts: &[f32], slots: [Option<usize>; SLOTS]) -> Vec<f32> {
        let width = self.bias.len();
        let mut sums = self.bias.clone();
        for (slot, word) in slots.into_iter().enumerate() {
            let part = match word {
                Some(word) => &parts[(word * SLOTS + slot) * width..][..width],
                None => &self.empty[slot * width..][..width],
            };
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
        let hidden = maxima(&sums, self.pieces);
        self.scores.apply(&hidden, hidden.len(), 1)
    }
}

/// Reads the moves in the order of their scores: by kind, the more frequent labels first.
fn read_moves(bytes: &[u8]) -> Result<(Vec<Move>, Vec<String>), Missing> {
    let file = Value::read(bytes).map_err(|error| error.to_string())?;
    let json = file.get("moves").and_then(Value::bytes).ok_or("it has no moves")?;
    let kinds: serde_json::Value =
        serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let (mut moves, mut labels) = (Vec::new(), Vec::new());
    for kind in 0..5 {
        let found = kinds.get(kind.to_string()).and_then(serde_json::Value::as_object);
        let mut found: Vec<(i64, &String)> = found
            .ok_or_else(|| format!("it has no moves of the kind {kind}"))?
            .iter()
            .map(|(label, count)| (count.as_i64().unwrap_or(0), label))
            .collect();
        found.sort_unstable();
        for (_, label) in found.into_iter().rev() {
            let place = labels.len();
            labels.push(label.clone());
            moves.push(match kind {
                0 => Move::Shift,
                1 => Move::Reduce,
                2 => Move::Left(place),
                3 => Move::Right(place),
                _ => Move::Break,
            });
        }
    }
    // With these two a parse can always go on to its end.
    if moves.contains(&Move::Shift) && moves.contains(&Move::Reduce) {
        Ok((moves, labels))
    } else {
        Err("it lacks the moves that every parse needs".to_owned())
    }
}
