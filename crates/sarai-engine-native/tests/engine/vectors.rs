//! Embeddings.

use sarai_engine_host::backend::Backend;

use super::{assert_close, prefill, small};

fn vector(backend: &mut dyn Backend, text: &str) -> Vec<f32> {
    let tokens = backend.tokenize(text, false);
    backend.embed(&tokens).unwrap()
}

fn similarity(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[test]
fn vectors_have_norm_one_and_near_meanings_are_near() {
    let mut backend = small();
    let cat = vector(&mut *backend, "The cat is sleeping on the sofa.");
    let kitten = vector(&mut *backend, "A kitten sleeps on the couch.");
    let tax = vector(&mut *backend, "Quarterly tax returns must be filed by law.");
    assert_eq!(cat.len(), backend.description().embedding_length as usize);
    for vector in [&cat, &kitten, &tax] {
        assert!((similarity(vector, vector) - 1.0).abs() < 1e-3);
    }
    assert!(similarity(&cat, &kitten) > similarity(&cat, &tax) + 0.02);
}

#[test]
fn the_length_of_a_text_changes_no_other_vector_and_the_end_counts() {
    let mut backend = small();
    let short = vector(&mut *backend, "red");
    // Longer than one batch of the embedding context, and longer than the context.
    let long = vector(&mut *backend, &"The red house stands on a hill. ".repeat(30));
    let longer = vector(&mut *backend, &"The red house stands on a hill. ".repeat(300));
    assert_ne!(short, long);
    assert!(similarity(&long, &longer) > 0.9);
    let with_end = vector(
        &mut *backend,
        &format!("{}Buy milk!", "The red house stands on a hill. ".repeat(30)),
    );
    assert!(similarity(&long, &with_end) < 0.999_99);
    assert!((similarity(&short, &vector(&mut *backend, "red")) - 1.0).abs() < 1e-3);
    assert!(vector(&mut *backend, "").iter().all(|value| *value == 0.0));
}

#[test]
fn embedding_does_not_disturb_a_generation() {
    let mut backend = small();
    let tokens = backend.tokenize("The train to Madrid leaves at", false);
    let next = backend.tokenize(" seven in the", false);
    let length = u32::try_from(tokens.len()).unwrap();
    prefill(&mut *backend, &tokens, 0, 0);
    let undisturbed = prefill(&mut *backend, &next, 0, length);
    prefill(&mut *backend, &tokens, 1, 0);
    vector(&mut *backend, "an embedding in between");
    assert_close(&prefill(&mut *backend, &next, 1, length), &undisturbed);
}
