//! Reading Spanish.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use sarai_core::fact::FactStatus;
use sarai_core::language::Language;
use sarai_facts::claim::{Claim, Effect};
use sarai_facts::reading::{self, Discourse, Earlier, Reading, Refusal, Role};

mod dialogue;
mod passing;
mod sentences;

/// A Monday.
const DAY: Date = date(2025, 6, 2);

/// Reads the last of some messages; those of the assistant begin with `A:`.
fn read(messages: &[&str]) -> Reading {
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut last = None;
    for message in messages {
        let (role, text) = match message.strip_prefix("A: ") {
            Some(text) => (Role::Assistant, text),
            None => (Role::User, *message),
        };
        let discourse = Discourse {
            day: DAY,
            earlier: &earlier,
            masked: &[],
            parsers: &[],
            language: Language::Spanish,
        };
        let reading = reading::read(text, &discourse);
        let claims = if role == Role::User { reading.claims.clone() } else { Vec::new() };
        last = Some(reading);
        earlier.push(Earlier { role, text: text.to_owned(), claims });
    }
    last.expect("a message")
}

/// Writes a claim as `subject | relation | object`, with `no` and a time when there is one.
fn written(claim: &Claim) -> String {
    let also: String = claim.subject.also.iter().map(|name| format!(" ({name})")).collect();
    let no = if claim.negated { " | no" } else { "" };
    let when = claim.when.as_ref().map(|when| format!(" | {when}")).unwrap_or_default();
    let effect = match &claim.effect {
        Effect::Add => String::new(),
        Effect::Replace { old: None } => " | now".to_owned(),
        Effect::Replace { old: Some(old) } => format!(" | not {old}"),
        Effect::End => " | over".to_owned(),
    };
    let Claim { subject, relation, object, .. } = claim;
    format!("{}{also} | {relation} | {}{no}{when}{effect}", subject.name, object.name)
}

#[track_caller]
fn check(messages: &[&str], expected: &[&str]) {
    let found: Vec<String> = read(messages).claims.iter().map(written).collect();
    assert_eq!(found, expected, "{messages:?}");
}

#[track_caller]
fn check_refused(message: &str, reason: Refusal) {
    let reading = read(&[message]);
    assert_eq!(reading.claims, [], "{message}");
    assert!(
        reading.refused.iter().any(|refused| refused.reason == reason),
        "{message}: {reading:?}"
    );
}

#[track_caller]
fn check_status(message: &str, status: FactStatus) {
    let found: Vec<FactStatus> = read(&[message]).claims.iter().map(|claim| claim.status).collect();
    assert_eq!(found, [status], "{message}");
}

#[test]
fn what_recall_put_there_is_not_read() {
    let text = "Mi hermana vive en Lugo. Mi primo vive en Vigo.";
    let masked = 0..24;
    let discourse = Discourse {
        day: DAY,
        earlier: &[],
        masked: std::slice::from_ref(&masked),
        parsers: &[],
        language: Language::Spanish,
    };
    let reading = reading::read(text, &discourse);
    let found: Vec<String> = reading.claims.iter().map(written).collect();
    assert_eq!(found, ["primo | vivir_en | Vigo"]);
    assert_eq!(reading.refused[0].reason, Refusal::Masked);
}

#[test]
fn every_part_of_a_claim_shows_its_words() {
    let text = "Hola, mi cuñado Tomás, el de Lugo, vende quesos en León.";
    for claim in read(&[text]).claims {
        assert_eq!(&text[claim.object.span.clone().unwrap()], "quesos");
        assert!(text[claim.subject.span.clone().unwrap()].starts_with("cuñado"));
        assert!(text[claim.span].contains("vende quesos"));
    }
}

#[test]
fn an_assertion_without_a_claim_is_left_over() {
    let reading = read(&["Es que se nota."]);
    assert_eq!((reading.claims.len(), reading.leftovers.len()), (0, 1));
}

fn words() -> impl Strategy<Value = String> {
    let vocabulary = proptest::sample::select(vec![
        "mi", "hermana", "Lucía", "vive", "en", "Lugo", "y", "no", "que", "quien", "¿", "?", ",",
        ".", "«", "»", "\"", "me", "gusta", "la", "lo", "casa", "es", "el", "3", "de", "mayo",
        "tengo", "dos", "años", "ya", "ahora", "si", "cuando", "se", "llama", "ha", "dejado",
        "fumar", "a", "las", "cinco", "hace", "del", "2020", "pero", "tampoco", "trabajo", ":",
        "—", "sí", "ni", "cumple", "mudarme", "viviendo", "está", "son", "sábado", "\n", "(", ")",
        "😀", "ñandú", "…", "10h", "perdona", "mañana", "desde", "donde", "cuyo", "más", "algo",
    ]);
    proptest::collection::vec(vocabulary, 0..24).prop_map(|words| words.join(" "))
}

fn sound(text: &str, earlier: &[&str]) -> Result<(), TestCaseError> {
    let mut messages: Vec<&str> = earlier.to_vec();
    messages.push(text);
    let reading = read(&messages);
    prop_assert_eq!(&reading, &read(&messages));
    for claim in &reading.claims {
        prop_assert!(text.get(claim.span.clone()).is_some());
        prop_assert!(!claim.subject.name.is_empty() && !claim.object.name.is_empty());
        for party in [&claim.subject, &claim.object] {
            let inside = party.span.clone().is_none_or(|span| text.get(span).is_some());
            prop_assert!(inside, "{:?}", party);
        }
    }
    for refused in &reading.refused {
        prop_assert!(text.get(refused.span.clone()).is_some());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 5, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_failing(text in "(?s)[ -~áéíóúñÑ¿¡«»€😀]{0,80}") {
        sound(&text, &["mi tía vive en Lugo", "A: ¿Cómo se llama tu tía?"])?;
    }

    #[test]
    fn any_order_of_words_is_read_without_failing(text in words()) {
        sound(&text, &["Mi hermana se llama Ana"])?;
    }

    #[test]
    fn any_question_is_understood_or_not(question in words(), answer in words()) {
        let question = format!("A: ¿{question}?");
        sound(&answer, &[&question])?;
    }
}
