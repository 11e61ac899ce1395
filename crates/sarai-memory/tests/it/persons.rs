//! Nobody's question finds another's words.

use sarai_core::explain::{Explain, FailureKind};
use sarai_core::id::PersonId;
use sarai_memory::{MemoryError, NewTurn};

use crate::kit::{conversation, memory, stored, turn};

#[test]
fn the_first_person_is_made_once() {
    let (memory, person) = memory();
    assert_eq!(memory.first_person().unwrap(), person);
    let other = PersonId::new("ana").unwrap();
    assert!(memory.add_person(&other, "Ana").unwrap());
    assert!(!memory.add_person(&other, "Ana otra vez").unwrap());
    assert_eq!(memory.first_person().unwrap(), person);
}

#[test]
fn a_stranger_has_nothing_and_keeps_nothing() {
    let (memory, person) = memory();
    memory.store(turn(&person, "casa", 1, "Mi perro se llama Toby", "Vale.")).unwrap();
    let stranger = PersonId::new("nadie").unwrap();
    let error = memory.store(turn(&stranger, "casa", 2, "Hola", "¡Hola!")).unwrap_err();
    assert!(matches!(&error, MemoryError::UnknownPerson { person } if *person == stranger));
    assert_eq!(error.kind(), FailureKind::NotFound);
    assert_eq!(memory.conversations(&stranger, 9).unwrap(), []);
    assert_eq!(memory.search(&stranger, "perro", 9).unwrap(), []);
    assert_eq!(memory.recall(&stranger, "¿Cómo se llama mi perro?", None, 9).unwrap(), []);
    assert_eq!(memory.turn(&stranger, &crate::kit::turn_id("turn-1")).unwrap(), None);
}

#[test]
fn two_people_never_meet_even_with_the_same_ids() {
    let (memory, person) = memory();
    let other = PersonId::new("ana").unwrap();
    memory.add_person(&other, "Ana").unwrap();
    let digest = Some("same".to_owned());
    let hers = NewTurn {
        history_digest: digest.clone(),
        ..turn(&other, "casa", 1, "Mi gato se llama Misi", "Vale.")
    };
    memory.store(hers.clone()).unwrap();
    assert_eq!(memory.history(&person, &conversation("casa"), 9).unwrap(), None);
    assert_eq!(memory.conversation_with_history(&person, "same").unwrap(), None);
    let his = NewTurn {
        history_digest: digest,
        ..turn(&person, "casa", 1, "Mi perro se llama Toby", "Vale.")
    };
    memory.store(his.clone()).unwrap();

    for (whose, theirs, anothers) in [(&person, &his, "Misi"), (&other, &hers, "Toby")] {
        let history = memory.history(whose, &conversation("casa"), 9).unwrap();
        assert_eq!(history, Some(vec![stored(theirs)]));
        assert_eq!(memory.turn(whose, &theirs.id).unwrap(), Some(stored(theirs)));
        assert_eq!(memory.conversations(whose, 9).unwrap().len(), 1);
        assert_eq!(memory.search(whose, anothers, 9).unwrap(), []);
        assert_eq!(memory.search(whose, "llama", 9).unwrap().len(), 1);
        let question = format!("¿Quién se llama {anothers}?");
        assert_eq!(memory.recall(whose, &question, None, 9).unwrap(), []);
    }
    assert!(memory.rename(&person, &conversation("casa"), "Perros").unwrap());
    assert_eq!(memory.conversations(&other, 9).unwrap()[0].title, "Mi gato se llama Misi");
    assert!(memory.delete(&person, &conversation("casa")).unwrap());
    let history = memory.history(&other, &conversation("casa"), 9).unwrap();
    assert_eq!(history, Some(vec![stored(&hers)]));
}
