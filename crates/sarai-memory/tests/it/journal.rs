//! The journal beside the database: each of the two makes up for what the other lacks.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sarai_core::fact::FactId;
use sarai_core::id::PersonId;
use sarai_memory::{FactEdit, Forget, Memory, MemoryError};

use crate::kit::{
    Place, assert_nowhere, assert_sound, clock, contents, conversation, fact, live, memory_at,
    place, turn, turn_id,
};

fn remove_database(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let name = Path::new(&name);
        if name.exists() {
            fs::remove_file(name).unwrap();
        }
    }
}

/// Asserts that the journal alone gives the same rows again.
#[track_caller]
fn check_rebuilt(place: &Place) {
    let before = contents(&place.path);
    remove_database(&place.path);
    let (memory, _) = memory_at(&place.path);
    assert!(memory.recovered().unwrap().complete);
    drop(memory);
    assert_eq!(contents(&place.path), before);
    assert_sound(&place.path);
}

fn lived() -> Place {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    drop(memory);
    place
}

#[test]
fn everything_can_be_rebuilt_from_the_journal() {
    let place = lived();
    check_rebuilt(&place);
    let (memory, person) = memory_at(&place.path);
    assert!(memory.recovered().is_none(), "once");
    assert_eq!(memory.search(&person, "numero 12", 9).unwrap().len(), 1);
    assert_eq!(memory.recall(&person, "¿Cuál es el dato número 12?", None, 4).unwrap().len(), 1);
    // Keys are not given again, not even those of what was forgotten.
    let newest = memory.assert(&person, fact("yo", "tener", "sueño")).unwrap().fact.id;
    drop(memory);
    let text = fs::read_to_string(&place.journal).unwrap();
    let head: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(newest.0 > head["keys"]["fact"].as_i64().unwrap(), "{head}");
}

#[test]
fn a_batch_that_was_not_committed_comes_in_once() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    memory.store(turn(&person, "casa", 1, "Hola", "¡Hola!")).unwrap();
    drop(memory);
    let before = fs::read(&place.path).unwrap();
    let (memory, _) = memory_at(&place.path);
    memory.store(turn(&person, "casa", 2, "Mi gato se llama Misi", "Vale.")).unwrap();
    memory.assert(&person, fact("yo", "vivir_en", "Soria")).unwrap();
    drop(memory);
    let after = contents(&place.path);
    // As if it had died after writing the journal and before the commit.
    fs::write(&place.path, before).unwrap();
    for _ in 0..2 {
        let (memory, _) = memory_at(&place.path);
        assert!(memory.recovered().is_none());
        assert_eq!(memory.history(&person, &conversation("casa"), 9).unwrap().unwrap().len(), 2);
        assert_eq!(memory.search(&person, "misi", 9).unwrap().len(), 1);
        drop(memory);
        assert_eq!(contents(&place.path), after);
        assert_sound(&place.path);
    }
}

#[test]
fn an_older_database_does_not_bring_back_what_was_forgotten() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    memory.store(turn(&person, "casa", 1, "La clave es wolframio", "Vale.")).unwrap();
    memory.store(turn(&person, "otra", 2, "El faro está encendido", "Vale.")).unwrap();
    drop(memory);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection
        .execute_batch(
            "INSERT INTO embedding_model (key, name) VALUES (1, 'm');
             INSERT INTO utterance_vector (utterance, person, model, scale, numbers)
             SELECT id, person, 1, 1.0, x'00' FROM utterance;",
        )
        .unwrap();
    drop(connection);
    let before = fs::read(&place.path).unwrap();
    let (memory, _) = memory_at(&place.path);
    memory.delete(&person, &conversation("casa")).unwrap();
    drop(memory);
    let after = contents(&place.path);
    // As after a power cut that took what the database had not synced.
    fs::write(&place.path, before).unwrap();
    drop(memory_at(&place.path));
    assert_sound(&place.path);
    assert_eq!(contents(&place.path)["utterance"], after["utterance"]);
    assert_nowhere(place.folder.path(), "wolframio");
}

type Change = fn(&str) -> String;

#[test]
fn a_journal_that_lacks_the_end_or_all_is_written_again() {
    let changes: [(&str, Change); 5] = [
        ("shorter", |text| text[..text.len() / 2].to_owned()),
        ("without its last batch", |text| {
            let end = text.trim_end().rfind("\n[\"commit\"").unwrap();
            let start = text[..end].rfind("\n[\"commit\"").unwrap();
            let line = start + 1 + text[start + 1..].find('\n').unwrap();
            text[..=line].to_owned()
        }),
        ("empty", |_| String::new()),
        ("damaged inside", |text| text.replacen("Dato", "Dado", 1)),
        ("damaged in front", |text| text.replacen("journal", "jornada", 1)),
    ];
    for (name, change) in changes {
        let place = lived();
        let before = contents(&place.path);
        let text = fs::read_to_string(&place.journal).unwrap();
        fs::write(&place.journal, change(&text)).unwrap();
        let (memory, _) = memory_at(&place.path);
        assert!(memory.recovered().is_none(), "{name}");
        drop(memory);
        assert_eq!(contents(&place.path), before, "{name}");
        check_rebuilt(&place);
    }
}

#[test]
fn what_was_never_confirmed_is_cut_off() {
    let place = lived();
    let before = contents(&place.path);
    let whole = fs::read_to_string(&place.journal).unwrap();
    for end in ["[\"person\",[1]", "[\"person\",[1]]\n[\"commit\",9999,\"00\"]\n", "\n\n", "á"] {
        fs::write(&place.journal, format!("{whole}{end}")).unwrap();
        drop(memory_at(&place.path));
        assert_eq!(fs::read_to_string(&place.journal).unwrap(), whole, "{end:?}");
        assert_eq!(contents(&place.path), before);
    }
    fs::write(&place.journal, format!("{whole}[\"person\",[1]")).unwrap();
    check_rebuilt(&place);
}

#[test]
fn the_journal_of_another_memory_is_put_aside() {
    let (one, other) = (lived(), lived());
    let theirs = fs::read(&other.journal).unwrap();
    fs::write(&one.journal, &theirs).unwrap();
    let before = contents(&one.path);
    drop(memory_at(&one.path));
    let aside = fs::read_dir(one.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = aside.filter(|path| path.to_string_lossy().contains("other")).collect();
    assert_eq!(fs::read(&aside[0]).unwrap(), theirs);
    assert_eq!(contents(&one.path), before);
    check_rebuilt(&one);
}

#[test]
fn two_owners_cannot_write_the_same_journal() {
    let place = lived();
    let (memory, person) = memory_at(&place.path);
    let error = Memory::open(&place.path, clock()).unwrap_err();
    assert!(matches!(error, MemoryError::Locked { .. }), "{error:?}");
    memory.forget(&person, Forget::Conversation(conversation("c1"))).unwrap();
    let error = Memory::open(&place.path, clock()).unwrap_err();
    assert!(matches!(error, MemoryError::Locked { .. }), "the shorter one, too: {error:?}");
}

#[test]
fn forgotten_words_leave_every_file() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    let keep = "El faro está encendido";
    memory.store(turn(&person, "casa", 1, keep, "Vale.")).unwrap();
    memory.store(turn(&person, "casa", 2, "Me duele el peroné", "Lo siento, el peroné.")).unwrap();
    memory.store(turn(&person, "viejo", 3, "La clave es wolframio", "Anotada.")).unwrap();
    memory.store(turn(&person, "otro", 4, "Odio el brezal", "Vaya.")).unwrap();
    memory.rename(&person, &conversation("otro"), "Cosas del brezal").unwrap();
    let known = memory.assert(&person, fact("Filiberto", "vivir_en", "Calatañazor")).unwrap().fact;
    let edited = memory
        .edit_fact(
            &person,
            known.id,
            FactEdit { object: Some("Medinaceli".into()), ..FactEdit::default() },
        )
        .unwrap()
        .unwrap();
    let gone = [
        (Forget::Turn(turn_id("turn-2")), vec!["peron"]),
        (Forget::Conversation(conversation("otro")), vec!["brezal"]),
        (Forget::Fact(edited.id), vec!["medinaceli"]),
        (Forget::Fact(known.id), vec!["filiberto", "calata"]),
    ];
    for (what, words) in gone {
        let forgotten = memory.forget(&person, what).unwrap();
        assert!(forgotten.journal_lines > 0, "{forgotten:?}");
        for word in words {
            assert_nowhere(place.folder.path(), word);
        }
    }
    assert!(memory.delete(&person, &conversation("viejo")).unwrap());
    assert_nowhere(place.folder.path(), "wolframio");
    let journal = fs::read_to_string(&place.journal).unwrap();
    assert!(journal.contains(keep));
    memory.store(turn(&person, "casa", 5, "Sigo aquí", "Vale.")).unwrap();
    drop(memory);
    check_rebuilt(&place);
}

#[test]
fn words_forgotten_just_before_a_kill_leave_on_opening() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    memory.store(turn(&person, "casa", 1, "La clave es wolframio", "Vale.")).unwrap();
    let journal = fs::read(&place.journal).unwrap();
    memory.forget(&person, Forget::Everything).unwrap();
    drop(memory);
    // The journal as it was, with only the line that says what is gone.
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection.execute_batch("UPDATE journal SET forgotten = 1").unwrap();
    drop(connection);
    let shortened = fs::read_to_string(&place.journal).unwrap();
    assert!(!shortened.contains("wolframio"));
    fs::write(&place.journal, journal).unwrap();
    drop(memory_at(&place.path));
    assert_nowhere(place.folder.path(), "wolframio");
    check_rebuilt(&place);
}

#[derive(Debug, Clone)]
enum Deed {
    Store(u8, String),
    Assert(u8, u8, bool),
    Edit(u8, String),
    Undo,
    Forget(u8),
    Delete(u8),
    Reopen,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..4_u8, "\\PC{0,12}").prop_map(|(place, text)| Deed::Store(place, text)),
        4 => (0..5_u8, 0..5_u8, any::<bool>()).prop_map(|(a, b, no)| Deed::Assert(a, b, no)),
        2 => (0..20_u8, "[a-zñé]{1,9}").prop_map(|(id, name)| Deed::Edit(id, name)),
        1 => Just(Deed::Undo),
        2 => (0..20_u8).prop_map(Deed::Forget),
        1 => (0..4_u8).prop_map(Deed::Delete),
        1 => Just(Deed::Reopen),
    ]
}

fn act(memory: &Memory, person: &PersonId, asked: i64, deed: Deed) {
    match deed {
        Deed::Store(place, text) => {
            memory.store(turn(person, &format!("c{place}"), asked, &text, "Sí.")).map(drop)
        }
        Deed::Assert(subject, object, negated) => {
            let mut fact = fact(&format!("s{subject}"), "vivir_en", &format!("o{object}"));
            fact.negated = negated;
            memory.assert(person, fact).map(drop)
        }
        Deed::Edit(id, name) => {
            let edit = FactEdit { object: Some(name), ..FactEdit::default() };
            memory.edit_fact(person, FactId(id.into()), edit).map(drop)
        }
        Deed::Undo => memory.undo(person).map(drop),
        Deed::Forget(id) => memory.forget(person, Forget::Fact(FactId(id.into()))).map(drop),
        Deed::Delete(place) => memory.delete(person, &conversation(&format!("c{place}"))).map(drop),
        Deed::Reopen => Ok(()),
    }
    .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happened_can_be_rebuilt(deeds in prop::collection::vec(deed(), 1..20)) {
        let place = place();
        let (mut memory, person) = memory_at(&place.path);
        for (asked, deed) in (1..).zip(deeds) {
            if matches!(deed, Deed::Reopen) {
                drop(memory);
                memory = memory_at(&place.path).0;
            }
            act(&memory, &person, asked, deed);
        }
        drop(memory);
        check_rebuilt(&place);
    }
}
