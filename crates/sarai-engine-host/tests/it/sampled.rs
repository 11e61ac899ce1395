//! What is drawn has the distribution that it should have, guessed ahead or not.

use std::collections::HashMap;

use sarai_engine_protocol::{Drafting, Generate, Load, PromptInput, Sampling};

use crate::client::{Client, GREEDY, load, question};
use crate::toy::Toy;

/// After each of six letters, how likely each is, as logits.
const DICE: [&[f32]; 6] = [
    &[1.0, 0.5, 0.0, -0.5, 0.2, 1.5],
    &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    &[-1.0, 2.0, 0.3, 0.1, 0.0, 0.7],
    &[0.4, 0.3, 0.2, 0.1, 0.0, -0.1],
    &[-3.0, 0.0, 1.0, 1.0, -2.0, 1.2],
    &[0.9, -0.4, 0.8, -0.3, 0.7, 0.6],
];

/// Whatever is drawn first after it, there is a draft of how it goes on: likely, or not at all.
const PROMPT: &str = "bcdafefbcdbcbabcdcbadbcddfadbcdeeebcdfcebcd";

/// Letters of an answer. The first comes from the prompt; the others are guessed ahead.
const LETTERS: u32 = 3;
const ANSWERS: u64 = 6_000;

/// Draws one answer after the other; returns how often each came, and how many guesses were right.
fn drawn(drafting: Drafting, sampling: Sampling) -> (HashMap<String, f64>, [u32; 2]) {
    let toy = Toy { dice: Some(&DICE), ..Toy::default() };
    let mut client = Client::with(&toy, &Load { drafting, ..load() });
    let mut counts = HashMap::new();
    let mut guesses = [0, 0];
    for seed in 0..ANSWERS {
        let answer = client.generate(Generate {
            prompt: PromptInput::Text(PROMPT.to_owned()),
            sampling: Sampling { seed, ..sampling },
            tokens_max: Some(LETTERS),
            ..question("")
        });
        *counts.entry(answer.text).or_default() += 1.0;
        let drafted = answer.told.drafted.unwrap_or_default();
        guesses = [guesses[0] + drafted.guessed, guesses[1] + drafted.accepted];
    }
    (counts, guesses)
}

/// Returns the probability of every answer, by the definition of the settings.
fn expected(sampling: Sampling) -> HashMap<String, f64> {
    let mut answers = HashMap::from([(String::new(), 1.0)]);
    for _ in 0..LETTERS {
        let mut longer = HashMap::new();
        for (said, probability) in answers {
            for (letter, of_letter) in after(&said, sampling) {
                longer.insert(format!("{said}{letter}"), probability * of_letter);
            }
        }
        answers = longer;
    }
    answers
}

fn after(said: &str, sampling: Sampling) -> Vec<(char, f64)> {
    let last = said.bytes().last().unwrap_or(b'd');
    let logits = (b'a'..).zip(DICE[usize::from(last - b'a')]);
    let mut left: Vec<(char, f64)> = logits
        .map(|(letter, logit)| {
            let count = said.bytes().filter(|one| *one == letter).count() as f64;
            (char::from(letter), f64::from(*logit) - f64::from(sampling.frequency_penalty) * count)
        })
        .collect();
    left.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    // The fewest that hold the share, of what the model says; the temperature comes after.
    let total: f64 = left.iter().map(|(_, logit)| logit.exp()).sum();
    let mut held = 0.0;
    let enough = |(_, logit): &(char, f64)| {
        held += logit.exp() / total;
        held >= f64::from(sampling.top_p)
    };
    let last = left.iter().position(enough).unwrap_or(left.len() - 1);
    left.truncate(last + 1);
    let weight = |logit: f64| (logit / f64::from(sampling.temperature)).exp();
    let kept: f64 = left.iter().map(|(_, logit)| weight(*logit)).sum();
    left.into_iter().map(|(letter, logit)| (letter, weight(logit) / kept)).collect()
}

/// Pearson's chi-squared against the value that one of ten thousand right draws exceeds (by the
/// approximation of Wilson and Hilferty). Answers that should come less than five times are one.
#[track_caller]
fn check(counts: &HashMap<String, f64>, expected: &HashMap<String, f64>) {
    let possible = |answer: &&String| expected.contains_key(*answer);
    assert!(counts.keys().all(|answer| possible(&answer)), "what cannot be was said");
    let answers = ANSWERS as f64;
    let (mut squares, mut cells, mut rare) = (0.0, 0.0, (0.0, 0.0));
    for (answer, probability) in expected {
        let (seen, due) = (counts.get(answer).copied().unwrap_or(0.0), probability * answers);
        if due < 5.0 {
            rare = (rare.0 + seen, rare.1 + due);
        } else {
            squares += (seen - due) * (seen - due) / due;
            cells += 1.0;
        }
    }
    if rare.1 >= 5.0 {
        squares += (rare.0 - rare.1) * (rare.0 - rare.1) / rare.1;
        cells += 1.0;
    }
    let freedom: f64 = cells - 1.0;
    let part = 2.0 / (9.0 * freedom);
    let bound = freedom * (1.0 - part + 3.719 * part.sqrt()).powi(3);
    assert!(squares < bound, "{squares:.0} for {freedom} degrees of freedom, above {bound:.0}");
}

const DRAWN: Sampling = Sampling { temperature: 1.0, ..GREEDY };

#[test]
fn guessing_ahead_leaves_the_distribution_as_it_is() {
    for drafting in [Drafting::Off, Drafting::Fixed(7)] {
        let (counts, [guessed, accepted]) = drawn(drafting, DRAWN);
        check(&counts, &expected(DRAWN));
        // Both that a guess is right and that it is wrong come often enough to be seen.
        let wrong = guessed - accepted;
        assert!(
            drafting == Drafting::Off || (accepted > 500 && wrong > 500),
            "{guessed} {accepted}"
        );
    }
}

#[test]
fn so_it_does_with_filters_and_penalties() {
    let sampling = Sampling { temperature: 0.8, top_p: 0.9, frequency_penalty: 0.7, ..DRAWN };
    let (counts, _) = drawn(Drafting::Fixed(7), sampling);
    let expected = expected(sampling);
    assert!(expected.len() < 200, "the filter leaves something out");
    check(&counts, &expected);
}
