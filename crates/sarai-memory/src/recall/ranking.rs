//! Ranks turns, and the conversations they are in, by how likely they answer a question.
//!
//! Every sign is a number for each turn; their weights were found by making the turns that answer
//! the likeliest ones, on five conversations of a public set. See decision 9.

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;

use super::clues::{Clues, label};
use crate::words;

/// How soon more of the same counts less, and how much a long text counts less.
const TURN_SATURATION: f64 = 1.0;
const TURN_LENGTH: f64 = 0.5;
const CONVERSATION_SATURATION: f64 = 1.2;
const CONVERSATION_LENGTH: f64 = 0.6;

/// An answer may be told in pieces: turns this far away tell of the same.
const AROUND: usize = 2;

/// What each sign counts.
struct Weights {
    /// The words of the question in the turn, the rare ones the more.
    words: f64,
    /// The same in the turn and those around it.
    around: f64,
    /// The same in its conversation.
    conversation: f64,
    /// How alike in meaning it is, and the most alike turn of its conversation.
    meaning: f64,
    conversation_meaning: f64,
    /// It is said by whom the question names.
    speaker: f64,
    /// It only asks.
    asks: f64,
    /// It follows something asked with the words of the question.
    answers: f64,
    /// It is long.
    length: f64,
    /// It was said on the day or in the month of the question.
    date: f64,
    /// It says when, if that is asked.
    when: f64,
}

const WITH_MEANING: Weights = Weights {
    words: 2.33,
    around: 3.33,
    conversation: 2.58,
    meaning: 0.94,
    conversation_meaning: 1.19,
    speaker: 0.79,
    asks: -1.04,
    answers: 2.44,
    length: 1.09,
    date: 4.0,
    when: 1.22,
};

const WORDS_ALONE: Weights = Weights {
    words: 4.05,
    around: 4.27,
    conversation: 3.51,
    meaning: 0.0,
    conversation_meaning: 0.0,
    speaker: 1.17,
    asks: -0.87,
    answers: 3.77,
    length: 0.77,
    date: 3.95,
    when: 1.24,
};

/// A turn to be ranked.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) key: i64,
    pub(super) conversation: i64,
    pub(super) date: Date,
    /// All that was said in it.
    pub(super) text: String,
    /// With blanks between; those of different utterances may repeat.
    pub(super) stems: String,
    /// How alike in meaning the most alike utterance is.
    pub(super) likeness: Option<f32>,
}

/// What is known of a turn before any weight.
struct Signs {
    /// Which terms of the question occur.
    terms: Vec<bool>,
    stems: f64,
    by_named: f64,
    asks: f64,
    when: f64,
    meaning: f64,
}

/// Returns the score of each turn, and of each conversation with its key. `turns` are ordered by
/// conversation, and in each as they were said.
pub(super) fn rank(clues: &Clues, turns: &[Turn]) -> (Vec<f64>, Vec<(i64, f64)>) {
    if turns.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let signs = signs(clues, turns);
    let weights =
        if turns.iter().any(|turn| turn.likeness.is_some()) { &WITH_MEANING } else { &WORDS_ALONE };
    let terms: Vec<&[bool]> = signs.iter().map(|signs| signs.terms.as_slice()).collect();
    let rarity = rarity(clues, &terms);
    let words = by_words(&signs, &rarity);
    let conversations = conversations(turns);
    let of_conversations = conversation_words(clues, &signs, &conversations);
    let mut scores = vec![0.0; turns.len()];
    for (range, by_conversation) in conversations.iter().zip(of_conversations) {
        let likest =
            signs[range.clone()].iter().map(|signs| signs.meaning).fold(f64::MIN, f64::max);
        for place in range.clone() {
            let one = &signs[place];
            let before = (place > range.start).then(|| signs[place - 1].asks * words[place - 1]);
            scores[place] = weights.words * words[place]
                + weights.around * around(&signs, &rarity, range, place)
                + weights.conversation * by_conversation
                + weights.meaning * one.meaning
                + weights.conversation_meaning * likest
                + weights.speaker * one.by_named
                + weights.asks * one.asks
                + weights.answers * before.unwrap_or_default()
                + weights.length * (one.stems / 2.0 + 1.0).ln()
                + weights.date * clues.fits(turns[place].date)
                + weights.when * one.when;
        }
    }
    let ranked = conversations
        .iter()
        .map(|range| (turns[range.start].conversation, together(&scores[range.clone()])));
    let ranked = ranked.collect();
    (scores, ranked)
}

/// A conversation is as good as its best turn, and better when others are good too.
fn together(scores: &[f64]) -> f64 {
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = scores.iter().map(|score| (score - best).exp()).sum();
    best + 0.47 * sum.ln()
}

/// Returns the ranges of turns of one conversation each.
fn conversations(turns: &[Turn]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for chunk in turns.chunk_by(|one, other| one.conversation == other.conversation) {
        ranges.push(start..start + chunk.len());
        start += chunk.len();
    }
    ranges
}

fn signs(clues: &Clues, turns: &[Turn]) -> Vec<Signs> {
    let named = named(clues, turns);
    // Who is spoken with says nothing about what: where a name is left, other words decide.
    let of_speakers: Vec<bool> = clues
        .terms
        .iter()
        .map(|term| named.iter().any(|name| is_word_of(&term.word, name)))
        .collect();
    let all_named = of_speakers.iter().all(|is_name| *is_name);
    let mut terms_of: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, term) in clues.terms.iter().enumerate() {
        if all_named || !of_speakers[place] {
            for stem in &term.stems {
                terms_of.entry(stem).or_default().push(place);
            }
        }
    }
    let meaning = meaning(turns);
    let one = |(turn, meaning): (&Turn, f64)| {
        let mut terms = vec![false; clues.terms.len()];
        let mut stems = 0.0;
        for stem in turn.stems.split(' ') {
            stems += 1.0;
            for place in terms_of.get(stem).into_iter().flatten() {
                terms[*place] = true;
            }
        }
        let by_named = named.len() == 1 && label(&turn.text) == Some(named[0]);
        Signs {
            terms,
            stems,
            by_named: f64::from(u8::from(by_named)),
            asks: f64::from(u8::from(turn.text.trim_end().ends_with('?'))),
            when: clues.times_told(&turn.text),
            meaning,
        }
    };
    turns.iter().zip(meaning).map(one).collect()
}

/// Returns the speakers that the question names.
fn named<'a>(clues: &Clues, turns: &'a [Turn]) -> Vec<&'a str> {
    let mut labels: Vec<&str> = turns.iter().filter_map(|turn| label(&turn.text)).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.retain(|name| clues.terms.iter().any(|term| is_word_of(&term.word, name)));
    labels
}

fn is_word_of(folded: &str, name: &str) -> bool {
    words::split(name).any(|word| words::fold(&word) == folded)
}

/// Returns how far each turn's likeness is above the average, in deviations: what counts as alike
/// differs from question to question.
fn meaning(turns: &[Turn]) -> Vec<f64> {
    let known: Vec<f64> = turns.iter().filter_map(|turn| turn.likeness).map(f64::from).collect();
    if known.is_empty() {
        return vec![0.0; turns.len()];
    }
    let mean = known.iter().sum::<f64>() / count(known.len());
    let variance = known.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / count(known.len());
    let deviation = variance.sqrt().max(1e-9);
    let one = |turn: &Turn| turn.likeness.map_or(0.0, |one| (f64::from(one) - mean) / deviation);
    turns.iter().map(one).collect()
}

/// Returns how telling each term is, by in how many texts it occurs.
fn rarity(clues: &Clues, texts: &[&[bool]]) -> Vec<f64> {
    let all = count(texts.len());
    (0..clues.terms.len())
        .map(|term| {
            let with = count(texts.iter().filter(|terms| terms[term]).count());
            if with > 0.0 { (1.0 + (all - with + 0.5) / (with + 0.5)).ln() } else { 0.0 }
        })
        .collect()
}

/// Returns for each turn how much of the question its words are.
fn by_words(signs: &[Signs], rarity: &[f64]) -> Vec<f64> {
    let total: f64 = rarity.iter().sum();
    let mean = signs.iter().map(|signs| signs.stems).sum::<f64>() / count(signs.len());
    let one = |signs: &Signs| {
        let length = 1.0 - TURN_LENGTH + TURN_LENGTH * signs.stems / mean;
        let each = (TURN_SATURATION + 1.0) / (1.0 + TURN_SATURATION * length);
        covered(&signs.terms, rarity) * each / total
    };
    if total > 0.0 { signs.iter().map(one).collect() } else { vec![0.0; signs.len()] }
}

fn covered(terms: &[bool], rarity: &[f64]) -> f64 {
    terms.iter().zip(rarity).filter(|(has, _)| **has).map(|(_, rarity)| rarity).sum()
}

/// Returns how much of the question a turn and those around it cover together.
fn around(signs: &[Signs], rarity: &[f64], range: &Range<usize>, place: usize) -> f64 {
    let total: f64 = rarity.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let near = place.saturating_sub(AROUND).max(range.start)..(place + AROUND + 1).min(range.end);
    let near = &signs[near];
    let any: Vec<bool> =
        (0..rarity.len()).map(|term| near.iter().any(|signs| signs.terms[term])).collect();
    covered(&any, rarity) / total
}

/// Returns for each conversation how well its words fit, the best one.
fn conversation_words(clues: &Clues, signs: &[Signs], ranges: &[Range<usize>]) -> Vec<f64> {
    let counts: Vec<Vec<f64>> = ranges
        .iter()
        .map(|range| {
            let with = |term| signs[range.clone()].iter().filter(|signs| signs.terms[term]).count();
            (0..clues.terms.len()).map(|term| count(with(term))).collect()
        })
        .collect();
    let has: Vec<Vec<bool>> =
        counts.iter().map(|counts| counts.iter().map(|one| *one > 0.0).collect()).collect();
    let rarity = rarity(clues, &has.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let lengths: Vec<f64> = ranges
        .iter()
        .map(|range| signs[range.clone()].iter().map(|signs| signs.stems).sum())
        .collect();
    let mean = lengths.iter().sum::<f64>() / count(lengths.len());
    let scores: Vec<f64> = counts
        .iter()
        .zip(&lengths)
        .map(|(counts, length)| {
            let length = 1.0 - CONVERSATION_LENGTH + CONVERSATION_LENGTH * length / mean;
            let each = |(count, rarity): (&f64, &f64)| {
                rarity * count * (CONVERSATION_SATURATION + 1.0)
                    / (count + CONVERSATION_SATURATION * length)
            };
            counts.iter().zip(&rarity).map(each).sum()
        })
        .collect();
    let best = scores.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    scores.iter().map(|score| score / best).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of turns are far below 2^52")]
fn count(count: usize) -> f64 {
    count as f64
}
