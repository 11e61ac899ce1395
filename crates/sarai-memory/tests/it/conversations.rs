//! Storing, listing, searching, renaming and deleting conversations.

use sarai_core::conversation::StoredTurn;
use sarai_memory::NewTurn;

use crate::kit::{conversation, memory, turn};

fn stored(turn: &NewTurn) -> StoredTurn {
    StoredTurn {
        id: turn.id.clone(),
        conversation: turn.conversation.clone(),
        asked: turn.asked,
        question: turn.question.clone(),
        answer: turn.answer.clone(),
        stopped: turn.stopped,
        model: turn.model.clone(),
        trace: turn.trace.clone(),
    }
}

#[test]
fn a_stored_turn_comes_back_as_it_was() {
    let (memory, person) = memory();
    let first = turn(&person, "casa", 1, "Hola", "¡Hola!");
    let second = turn(&person, "casa", 2, "¿Qué tal?", "Bien.");
    memory.store(first.clone()).unwrap();
    memory.store(second.clone()).unwrap();
    let history = memory.history(&person, &conversation("casa"), 10).unwrap();
    assert_eq!(history, Some(vec![stored(&first), stored(&second)]));
    let last = memory.history(&person, &conversation("casa"), 1).unwrap();
    assert_eq!(last, Some(vec![stored(&second)]));
    assert_eq!(memory.history(&person, &conversation("otra"), 1).unwrap(), None);
    assert_eq!(memory.turn(&person, &first.id).unwrap(), Some(stored(&first)));
}

#[test]
fn a_fact_told_in_one_conversation_is_found_in_another() {
    let (memory, person) = memory();
    memory.store(turn(&person, "ayer", 1, "Mi hermana vive en Cuenca", "Bonita ciudad.")).unwrap();
    let recall = |question: &str| {
        let found = memory.recall(&person, question, Some(&conversation("hoy")), 4).unwrap();
        found.into_iter().map(|found| found.question.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(recall("¿Dónde vive mi hermana?"), ["Mi hermana vive en Cuenca"]);
    assert!(recall("¿Cuál es la capital de Francia?").is_empty());
}
