//! What comes out of a parse, whatever goes in.

use proptest::prelude::*;
use sarai_core::language::Language;
use sarai_core::syntax::{Parse, Sentence, Token};
use sarai_parser::Parser;

use crate::model::Model;

fn words(sentences: &[Sentence]) -> Vec<&str> {
    sentences
        .iter()
        .flat_map(|sentence| &sentence.tokens)
        .map(|token| token.text.as_str())
        .collect()
}

#[track_caller]
fn check_words(text: &str, expected: &[&str]) {
    for model in [Model::spanish(1), Model::english(1)] {
        assert_eq!(words(&model.open().unwrap().parse(text)), expected, "{text:?}");
    }
}

/// Fails unless the words are those of the text without its white space, and each sentence is one
/// tree.
fn check_shape(text: &str, sentences: &[Sentence]) {
    let mut end = 0;
    for sentence in sentences {
        let tokens = &sentence.tokens;
        assert!(!tokens.is_empty());
        for (place, token) in tokens.iter().enumerate() {
            assert!(is_blank(&text[end..token.span.start]), "{text:?} loses words");
            assert_eq!(text[token.span.clone()], token.text);
            assert!(!is_blank(&token.text), "{text:?} has white space for a word");
            end = token.span.end;
            let mut above = place;
            for _ in tokens {
                above = tokens[above].head;
            }
            assert_eq!(tokens[above].head, above, "{text:?} goes round in circles");
        }
        let roots = tokens.iter().enumerate().filter(|(place, token)| token.head == *place);
        let labels: Vec<&str> = roots.map(|(_, token)| token.label.as_str()).collect();
        assert_eq!(labels, ["ROOT"]);
        assert!(tokens.iter().all(|token| !token.label.contains("||")));
    }
    assert!(is_blank(&text[end..]), "{text:?} loses its end");
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter))
}

fn word<'a>(sentences: &'a [Sentence], text: &str) -> &'a Token {
    let mut tokens = sentences.iter().flat_map(|sentence| &sentence.tokens);
    tokens.find(|token| token.text == text).unwrap()
}

#[test]
fn marks_are_cut_off_and_exceptions_are_kept() {
    check_words("¿Vienes, Sra. Gil?", &["¿", "Vienes", ",", "Sra.", "Gil", "?"]);
    check_words("(I'm gonna)", &["(", "I", "'m", "gon", "na", ")"]);
    check_words("\"Sra.\" y Sra.:", &["\"", "Sra.", "\"", "y", "Sra.", ":"]);
    check_words("casa.", &["casa", "."]);
    check_words("X.", &["X."]);
    check_words("5km 10% +3 +x", &["5", "km", "10", "%", "+3", "+", "x"]);
    check_words("a/b c...d A/B", &["a", "/", "b", "c", "...", "d", "A/B"]);
    check_words(
        "ve a sarai.es/a/b, o a la casa/piso",
        &["ve", "a", "sarai.es/a/b", ",", "o", "a", "la", "casa", "/", "piso"],
    );
    check_words("hola:) :)) :", &["hola", ":)", ":)", ")", ":"]);
    check_words("...hola", &["...hola"]);
}

#[test]
fn white_space_is_no_word() {
    check_words("", &[]);
    check_words(" \n\t ", &[]);
    check_words("  uno\n\ndos \u{a0}tres\u{1f}cuatro ", &["uno", "dos", "tres", "cuatro"]);
}

#[test]
fn spans_are_in_bytes_of_the_text() {
    let parser = Model::spanish(1).open().unwrap();
    let parsed = parser.parse("¿Añadiste ñoquis 😂?");
    assert_eq!(word(&parsed, "ñoquis").span, 12..19);
    assert_eq!(word(&parsed, "?").span, 24..25);
}

#[test]
fn a_piece_too_long_for_people_stays_whole() {
    let long = "¿".repeat(400);
    check_words(&long, &[long.as_str()]);
}

#[test]
fn a_long_text_is_read_in_parts_and_whole() {
    for seed in 0..6 {
        let parser = Model::spanish(seed).open().unwrap();
        let text = "Los gatos de la Sra. Gil comen, ¿no?  Luego\nduermen. ".repeat(300);
        let parsed = parser.parse(&text);
        check_shape(&text, &parsed);
        assert_eq!(words(&parsed).len(), 14 * 300);
    }
}

#[test]
fn the_same_text_is_read_alike() {
    let text = "Mi hermana, la mayor, vive en Lugo.";
    let [one, two] = [7, 7].map(|seed| Model::spanish(seed).open().unwrap().parse(text));
    assert_eq!(one, two);
    let other = Model::spanish(8).open().unwrap().parse(text);
    assert_ne!(one, other, "another model reads it otherwise");
}

#[test]
fn rules_correct_what_the_network_says() {
    let parser = Model::english(3).open().unwrap();
    assert_eq!(parser.language(), Language::English);
    let parsed = parser.parse("The cats and the CATS isnt mice gatos,");
    for text in ["cats", "CATS"] {
        assert_eq!(word(&parsed, text).lemma, "CAT");
        assert!(["cat", "ROOT"].contains(&word(&parsed, text).label.as_str()));
    }
    assert_eq!(word(&parsed, "isnt").lemma, "be");
    for token in parsed.iter().flat_map(|sentence| &sentence.tokens) {
        assert_ne!(token.lemma, "never");
        let number = token.feature("Number");
        let expected = match token.pos.as_str() {
            "NOUN" => Some("Plur"),
            "VERB" => Some("Sing"),
            "PUNCT" => None,
            other => panic!("{token:?} is a {other}"),
        };
        assert_eq!(number, expected);
    }
}

#[test]
fn a_spanish_model_tells_parts_of_speech_with_features() {
    let parser = Model::spanish(3).open().unwrap();
    assert_eq!(parser.language(), Language::Spanish);
    for token in parser.parse("Los gatos comen.").iter().flat_map(|sentence| &sentence.tokens) {
        assert!(["NOUN", "VERB", "PUNCT"].contains(&token.pos.as_str()));
        assert_eq!(token.features, ["Number=Sing"]);
    }
}

fn parsers() -> &'static [Parser] {
    static PARSERS: std::sync::OnceLock<Vec<Parser>> = std::sync::OnceLock::new();
    PARSERS.get_or_init(|| {
        let models = (0..4).flat_map(|seed| [Model::spanish(seed), Model::english(seed)]);
        models.map(|model| model.open().unwrap()).collect()
    })
}

/// Pieces of texts that people write, in no order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        3 => "[a-zA-Záéñ]{1,9}",
        1 => prop::sample::select(vec![
            " ", " ", "\n", "\t ", "¿", "?", "...", ":)", "I'm", "gonna", "Sra.", "5km", "%", "😂",
            "a/b", "sarai.es", "(", "\"", "\u{a0}", "\r\n", "٣", "Ⅷ", "e\u{301}", "the cats",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(prop_oneof![scrap, Just(" ".to_owned())], 0..60)
        .prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn any_text_has_some_reading(text in prop_oneof![scraps(), ".{0,80}"], which in 0_usize..8) {
        check_shape(&text, &parsers()[which].parse(&text));
    }
}
