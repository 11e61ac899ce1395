//! What is read in English messages.

mod sentences;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use sarai_core::fact::FactStatus;
use sarai_core::language::Language;
use sarai_facts::claim::{Claim, Effect};
use sarai_facts::reading::{self, Discourse, Earlier, Reading, Role};

/// A Monday.
const DAY: Date = date(2025, 6, 2);

fn read(text: &str, earlier: &[Earlier]) -> Reading {
    let discourse =
        Discourse { day: DAY, earlier, masked: &[], parsers: &[], language: Language::English };
    reading::read(text, &discourse)
}

/// Writes a claim as `subject | relation | object`, with what is out of the ordinary after it.
fn shown(claim: &Claim) -> String {
    let mut text = format!("{} | {} | {}", claim.subject.name, claim.relation, claim.object.name);
    if claim.negated {
        text.push_str(" !");
    }
    match claim.status {
        FactStatus::Past => text.push_str(" past"),
        FactStatus::Planned => text.push_str(" planned"),
        FactStatus::Current | FactStatus::Superseded => {}
    }
    if let Some(when) = &claim.when {
        text.push_str(" @");
        text.push_str(when);
    }
    if let Some(since) = &claim.since {
        text.push_str(" since ");
        text.push_str(since);
    }
    match &claim.effect {
        Effect::Add => {}
        Effect::Replace { .. } => text.push_str(" replaces"),
        Effect::End => text.push_str(" ends"),
    }
    text
}

/// Tells the messages one after the other (`A: ` before those of the assistant) and compares the
/// claims of the last one, `;` between them.
#[track_caller]
fn check(messages: &str, expected: &str) {
    let mut earlier: Vec<Earlier> = Vec::new();
    for message in messages.split(" || ") {
        let (role, text) = match message.strip_prefix("A: ") {
            Some(text) => (Role::Assistant, text),
            None => (Role::User, message),
        };
        let claims = match role {
            Role::User => read(text, &earlier).claims,
            Role::Assistant => Vec::new(),
        };
        earlier.push(Earlier { role, text: text.to_owned(), claims });
    }
    let claims: Vec<String> =
        earlier.last().into_iter().flat_map(|last| &last.claims).map(shown).collect();
    assert_eq!(claims.join("; "), expected, "{messages}");
}

proptest! {
    #[test]
    fn any_text_has_a_reading_with_spans_inside(text in "\\PC{0,120}") {
        holds(&text);
    }

    #[test]
    fn any_words_have_a_reading_with_spans_inside(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "I", "my", "sister", "Lucy", "is", "'s", "lives", "in", "and", ",", "who", "not",
                "on", "Friday", "3", "March", "at", "10am", "the", "of", "to", "used", "have",
                "been", "called", "\"", ":", ".", "?", "no", "dont", "her", "it", "so", "because",
                "for", "two", "years", "ago", "name", "é", "—", "if", "there", "😀", "moved",
            ]),
            0..30,
        )
    ) {
        holds(&words.join(" "));
    }
}

/// Checks what holds for any message: the spans are inside, and the same text reads the same.
fn holds(text: &str) {
    let reading = read(text, &[]);
    for claim in &reading.claims {
        assert!(text.get(claim.span.clone()).is_some(), "{claim:?}");
        for party in [&claim.subject, &claim.object] {
            let inside = party.span.as_ref().is_none_or(|span| text.get(span.clone()).is_some());
            assert!(inside, "{party:?}");
            assert!(!party.name.is_empty());
        }
    }
    for refused in &reading.refused {
        assert!(text.get(refused.span.clone()).is_some(), "{refused:?}");
    }
    for leftover in &reading.leftovers {
        assert!(text.get(leftover.clone()).is_some(), "{leftover:?}");
    }
    assert_eq!(reading, read(text, &[]));
}
