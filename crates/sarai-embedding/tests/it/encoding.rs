//! Vectors of texts, on a tiny model.

use sarai_core::vector::Embed;

use crate::kit::{HIDDEN, POSITIONS, product, tiny};

/// Asserts that two texts have the same vector, or that they have not.
#[track_caller]
fn check(one: &str, other: &str, same: bool) {
    let encoder = tiny();
    let likeness = product(&encoder.passage(one).unwrap(), &encoder.passage(other).unwrap());
    assert_eq!(likeness > 0.999_99, same, "`{one}` and `{other}`: {likeness}");
}

#[test]
fn a_vector_has_length_one() {
    let encoder = tiny();
    assert_eq!(encoder.dimensions(), HIDDEN);
    assert!(!encoder.model().is_empty());
    for text in ["hola mundo", "", "   ", "¡日本!", "\u{0}\u{1}"] {
        for vector in [encoder.passage(text).unwrap(), encoder.query(text).unwrap()] {
            assert_eq!(vector.len(), HIDDEN);
            assert!((product(&vector, &vector) - 1.0).abs() < 1e-5, "{text:?}");
        }
    }
}

#[test]
fn the_same_text_has_the_same_vector() {
    let encoder = tiny();
    assert_eq!(encoder.passage("hola").unwrap(), encoder.passage("hola").unwrap());
    assert_ne!(encoder.passage("hola").unwrap(), encoder.query("hola").unwrap());
    check("hola", "hola mundo", false);
    check("hola 12", "hola 21", false);
}

#[test]
fn characters_are_brought_to_their_usual_form() {
    check("hola  mundo", "hola mundo", true);
    check("hola\nmundo", "hola mundo", true);
    check("ho\u{1}la", "hola", true);
    check("hol½", "hol12", true);
    check("Ａ", "a", true);
}

#[test]
fn unknown_characters_are_all_alike() {
    check("hola ж", "hola €", true);
    check("hola ж", "hola жж", false);
}

#[test]
fn special_pieces_are_not_read_in_a_text() {
    check("</s>", "€€€€", true);
}

#[test]
fn a_long_text_counts_by_its_beginning() {
    let beginning = "la ".repeat(POSITIONS);
    check(&beginning, &format!("{beginning} hola mundo"), true);
    check(&beginning, &beginning.repeat(5_000), true);
}

/// Reckoned by another program from the same file.
#[test]
fn the_network_is_reckoned_right() {
    let encoder = tiny();
    for line in include_str!("../data/tiny.tsv").lines() {
        let (text, numbers) = line.split_once('\t').unwrap();
        let expected: Vec<f32> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
        let found = encoder.query(text).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 0.004, "`{text}`: {found} is not {expected}");
        }
    }
}
