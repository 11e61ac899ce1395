//! Vectors of what was said: when they are made, and when they go.

use std::path::Path;

use sarai_core::id::PersonId;
use sarai_memory::{Memory, VectorState};

use crate::kit::{Concepts, conversation, embed_with, memory, memory_at, turn};

#[track_caller]
fn check(memory: &Memory, model: Option<&str>, made: u64, waiting: u64) {
    let model = model.map(str::to_owned);
    assert_eq!(memory.vectors().unwrap(), VectorState { model, made, waiting });
}

fn tell(memory: &Memory, person: &PersonId, asked: i64, question: &str) {
    memory.store(turn(person, "c", asked, question, "Vale.")).unwrap();
}

#[test]
fn without_a_model_everything_waits() {
    let (memory, person) = memory();
    tell(&memory, &person, 1, "Mi hermana vive en Cuenca");
    assert_eq!(memory.embed_pending(10).unwrap(), 0);
    check(&memory, None, 0, 2);
    assert!(!memory.understanding().abilities().embeds);
}

#[test]
fn what_is_kept_with_a_model_has_its_vectors_at_once() {
    let (memory, person) = memory();
    embed_with(&memory, Some(Concepts::model("one")));
    assert!(memory.understanding().abilities().embeds);
    tell(&memory, &person, 1, "Mi hermana vive en Cuenca");
    check(&memory, Some("one"), 2, 0);
    assert_eq!(memory.embed_pending(10).unwrap(), 0);
}

#[test]
fn what_waits_is_made_up_for_a_little_at_a_time() {
    let (memory, person) = memory();
    for asked in 1..=20 {
        tell(&memory, &person, asked, &format!("Frase {asked}"));
    }
    embed_with(&memory, Some(Concepts::model("one")));
    assert_eq!(memory.embed_pending(25).unwrap(), 25);
    check(&memory, Some("one"), 25, 15);
    assert_eq!(memory.embed_pending(25).unwrap(), 15);
    assert_eq!(memory.embed_pending(25).unwrap(), 0);
    check(&memory, Some("one"), 40, 0);
}

#[test]
fn vectors_of_another_model_are_made_anew() {
    let (memory, person) = memory();
    embed_with(&memory, Some(Concepts::model("one")));
    tell(&memory, &person, 1, "Mi hermana vive en Cuenca");
    embed_with(&memory, Some(Concepts::model("two")));
    check(&memory, Some("two"), 0, 2);
    assert_eq!(memory.passages(&person, "hermana", 1).unwrap().turns.len(), 1);
    assert_eq!(memory.embed_pending(10).unwrap(), 2);
    check(&memory, Some("two"), 2, 0);
    embed_with(&memory, Some(Concepts::model("one")));
    check(&memory, Some("one"), 0, 2);
}

#[test]
fn a_text_without_a_vector_is_kept_and_waits() {
    let (memory, person) = memory();
    embed_with(&memory, Some(Concepts::model("one")));
    tell(&memory, &person, 1, "Mi hermana hace lo imposible");
    check(&memory, Some("one"), 0, 2);
    let error = memory.embed_pending(10).unwrap_err();
    assert_eq!(error.to_string(), "could not prepare the memory for search by meaning");
    assert_eq!(memory.recall(&person, "¿Y mi hermana imposible?", None, 4).unwrap().len(), 1);
}

#[test]
fn a_blank_text_needs_no_vector() {
    let (memory, person) = memory();
    embed_with(&memory, Some(Concepts::model("one")));
    memory.store(turn(&person, "c", 1, "Hola", "  ")).unwrap();
    check(&memory, Some("one"), 1, 0);
}

fn rows(path: &Path, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_deleted_conversation_takes_its_vectors_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    embed_with(&memory, Some(Concepts::model("one")));
    memory.store(turn(&person, "a", 1, "Mi hermana vive en Cuenca", "Vale.")).unwrap();
    memory.store(turn(&person, "b", 2, "Mi perro es un galgo", "Vale.")).unwrap();
    let found = |question: &str| memory.passages(&person, question, 1).unwrap().turns;
    assert_eq!(found("tata")[0].turn.as_str(), "turn-1");
    assert!(memory.delete(&person, &conversation("a")).unwrap());
    check(&memory, Some("one"), 2, 0);
    assert_eq!(found("tata")[0].turn.as_str(), "turn-2");
    drop(memory);
    assert_eq!(rows(&path, "SELECT count(*) FROM utterance_vector"), 2);
}

#[test]
fn a_changed_text_loses_the_vectors_made_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    embed_with(&memory, Some(Concepts::model("one")));
    memory.store(turn(&person, "a", 1, "¿Dónde vive mi hermana?", "En Cuenca.")).unwrap();
    memory.store(turn(&person, "a", 2, "Gracias", "De nada.")).unwrap();
    check(&memory, Some("one"), 4, 0);
    assert_eq!(rows(&path, "SELECT count(context) FROM utterance_vector"), 1);
    // What answers the question was made of its words too.
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("UPDATE utterance SET text = 'Nada' WHERE id = 1", []).unwrap();
    check(&memory, Some("one"), 2, 2);
    assert_eq!(memory.embed_pending(9).unwrap(), 2);
    assert_eq!(rows(&path, "SELECT count(context) FROM utterance_vector"), 0);
}

#[test]
fn vectors_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    embed_with(&memory, Some(Concepts::model("one")));
    tell(&memory, &person, 1, "Mi chucho come mucho");
    tell(&memory, &person, 2, "Voy a la costa");
    drop(memory);
    let (memory, person) = memory_at(&path);
    embed_with(&memory, Some(Concepts::model("one")));
    check(&memory, Some("one"), 4, 0);
    let found = memory.passages(&person, "¿Y el perro?", 1).unwrap();
    assert_eq!(found.turns[0].turn.as_str(), "turn-1");
}

#[test]
fn a_vector_that_was_tampered_with_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    embed_with(&memory, Some(Concepts::model("one")));
    tell(&memory, &person, 1, "Mi chucho come mucho");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("UPDATE utterance_vector SET numbers = x'0102'", []).unwrap();
    let error = memory.passages(&person, "¿Y el perro?", 1).unwrap_err();
    assert!(error.to_string().contains("a vector is not readable"), "{error}");
}

/// Tells many other things, so that something can stand out.
fn chatter(memory: &Memory, person: &PersonId) {
    for asked in 100..140 {
        let said = format!("Hoy toca la lección número {asked} de piano");
        memory.store(turn(person, "chatter", asked, &said, "Bien.")).unwrap();
    }
}

#[test]
fn recall_finds_what_was_said_in_other_words() {
    let (memory, person) = memory();
    chatter(&memory, &person);
    tell(&memory, &person, 1, "Nuestro galeno reside junto a la costa");
    let recall = |question: &str| {
        let found = memory.recall(&person, question, None, 4).unwrap();
        found.iter().map(|one| one.turn.as_str().to_owned()).collect::<Vec<_>>()
    };
    let question = "¿Habita el doctor cerca de la playa?";
    assert_eq!(recall(question), [""; 0]);
    embed_with(&memory, Some(Concepts::model("one")));
    while memory.embed_pending(100).unwrap() > 0 {}
    assert_eq!(recall(question), ["turn-1"]);
    assert_eq!(recall("¿Habita mi primo cerca de la playa?"), [""; 0]);
    assert_eq!(recall("¿Qué volcanes hay en Islandia?"), [""; 0]);
    let excluding = Some(conversation("c"));
    assert_eq!(memory.recall(&person, question, excluding.as_ref(), 4).unwrap(), []);
}

#[test]
fn nobody_finds_the_meaning_of_anothers_words() {
    let (memory, ana) = memory();
    let luis = PersonId::new("luis").unwrap();
    memory.add_person(&luis, "Luis").unwrap();
    embed_with(&memory, Some(Concepts::model("one")));
    chatter(&memory, &luis);
    tell(&memory, &ana, 1, "Nuestro galeno reside junto a la costa");
    let question = "¿Habita el doctor cerca de la playa?";
    assert_eq!(memory.recall(&luis, question, None, 4).unwrap(), []);
    let found = memory.passages(&luis, question, 9).unwrap();
    assert!(found.turns.iter().all(|turn| turn.conversation.as_str() == "chatter"));
}
