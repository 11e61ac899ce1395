//! Passages: what fits best, in order.

use sarai_core::clock::Timestamp;
use sarai_core::id::PersonId;
use sarai_memory::Memory;

use crate::kit::{memory, turn};

const DAY_MS: i64 = 86_400_000;

/// The first of these days, a conversation each; in each the turns of one.
fn told(conversations: &[&[&str]]) -> (Memory, PersonId) {
    let (memory, person) = memory();
    for (day, said) in (1..).zip(conversations) {
        for (place, said) in (0..).zip(*said) {
            let mut new = turn(&person, &format!("day-{day}"), day * 100 + place, said, "");
            // Noon of the first days of June 2023.
            new.asked = Timestamp(1_685_491_200_000 + day * DAY_MS + DAY_MS / 2 + place);
            memory.store(new).unwrap();
        }
    }
    (memory, person)
}

const TALK: &[&[&str]] = &[
    &["Ana: Ayer adopté un gato", "Luis: ¿Cómo se llama el gato?", "Ana: Le puse Pelusa"],
    &["Luis: Me compré una guitarra", "Ana: Yo prefiero el piano", "Luis: Hoy llueve mucho aquí"],
    &["Ana: Corrí diez kilómetros", "Luis: Yo nado", "Ana: Me gusta correr por el parque"],
];

/// Asserts which turn and which conversation come first.
#[track_caller]
fn check(question: &str, first: &str, conversation: &str) {
    let (memory, person) = told(TALK);
    let found = memory.passages(&person, question, 3).unwrap();
    assert_eq!(found.turns[0].turn.as_str(), first, "{question}: {found:?}");
    assert_eq!(found.conversations[0].0.as_str(), conversation, "{question}: {found:?}");
    assert!(found.turns.len() <= 3 && found.conversations.len() <= 3);
    assert!(found.turns.windows(2).all(|two| two[0].score >= two[1].score));
}

#[test]
fn the_turn_with_the_words_comes_first() {
    check("¿Quién se compró una guitarra?", "turn-200", "day-2");
    check("¿Por dónde le gusta correr?", "turn-302", "day-3");
}

#[test]
fn an_answer_follows_its_question() {
    check("¿Cómo se llama el gato de Ana?", "turn-102", "day-1");
}

#[test]
fn a_named_speaker_is_the_one_who_said_it() {
    check("¿Qué deporte hace Luis, correr o nadar?", "turn-301", "day-3");
    check("¿Qué prefiere Ana, la guitarra o el piano?", "turn-201", "day-2");
}

#[test]
fn a_date_in_the_question_is_that_of_the_conversation() {
    check("¿Qué dijo Luis el 2 de junio de 2023?", "turn-202", "day-2");
    check("What did Luis say on June 3?", "turn-301", "day-3");
}

#[test]
fn who_asks_when_gets_a_time() {
    check("¿Cuándo adoptó Ana el gato?", "turn-100", "day-1");
}

#[test]
fn a_passage_says_where_and_when_it_was_said() {
    let (memory, person) = memory();
    memory.store(turn(&person, "a", 7, "Mi perro se llama Toby", "¡Qué bien!")).unwrap();
    let found = memory.passages(&person, "¿Cómo se llama mi perro?", 5).unwrap();
    assert_eq!(found.turns[0].text, "Mi perro se llama Toby ¡Qué bien!");
    assert_eq!(found.turns[0].said, Timestamp(7));
    assert_eq!(found.turns[0].conversation.as_str(), "a");
    assert_eq!(found.conversations.len(), 1);
}

#[test]
fn nothing_is_found_where_nothing_fits() {
    let (memory, person) = told(TALK);
    assert_eq!(memory.passages(&person, "¿Submarinos?", 5).unwrap().turns, []);
    assert_eq!(memory.passages(&person, "", 5).unwrap().conversations, []);
    assert_eq!(memory.passages(&person, "gato", 0).unwrap().turns, []);
    let nobody = PersonId::new("nobody").unwrap();
    assert_eq!(memory.passages(&nobody, "gato", 5).unwrap().turns, []);
}
