//! Storing, listing, renaming and deleting conversations.

use std::fs;
use std::thread;

use sarai_core::clock::Timestamp;
use sarai_core::conversation::ConversationSummary;
use sarai_core::text::{Origin, Text};
use sarai_memory::{MemoryError, NewTurn};

use crate::kit::{assert_sound, conversation, memory, memory_at, stored, turn};

#[test]
fn a_stored_turn_comes_back_as_it_was() {
    let (memory, person) = memory();
    let first = turn(&person, "casa", 1, "Hola", "¡Hola!");
    let second = NewTurn {
        question: Text::new(Origin::Client, "¿Qué tal?\u{0}\n  "),
        answer: Text::new(Origin::Tool, ""),
        ..turn(&person, "casa", 2, "", "")
    };
    memory.store(first.clone()).unwrap();
    memory.store(second.clone()).unwrap();
    let history = |turns_max| memory.history(&person, &conversation("casa"), turns_max).unwrap();
    assert_eq!(history(10), Some(vec![stored(&first), stored(&second)]));
    assert_eq!(history(1), Some(vec![stored(&second)]));
    assert_eq!(history(0), Some(Vec::new()));
    assert_eq!(memory.history(&person, &conversation("otra"), 1).unwrap(), None);
    assert_eq!(memory.turn(&person, &first.id).unwrap(), Some(stored(&first)));
    memory.delete(&person, &conversation("casa")).unwrap();
    assert_eq!(memory.turn(&person, &first.id).unwrap(), None);
}

#[test]
fn what_is_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/memory.db");
    let (memory, person) = memory_at(&path);
    let told = turn(&person, "casa", 1, "Hola", "¡Hola!");
    memory.store(told.clone()).unwrap();
    let clone = memory.clone();
    drop(memory);
    clone.store(turn(&person, "casa", 2, "¿Qué tal?", "Bien.")).unwrap();
    drop(clone);
    assert!(!folder.path().join("state/memory.db-wal").exists(), "the last handle closes the file");
    let (memory, same) = memory_at(&path);
    assert_eq!(same, person);
    let history = memory.history(&person, &conversation("casa"), 10).unwrap().unwrap();
    assert_eq!((history.len(), &history[0]), (2, &stored(&told)));
}

#[test]
fn a_turn_is_kept_once() {
    let (memory, person) = memory();
    let first = turn(&person, "casa", 1, "Hola", "¡Hola!");
    memory.store(first.clone()).unwrap();
    let again = NewTurn { conversation: conversation("otra"), ..first.clone() };
    let error = memory.store(again).unwrap_err();
    assert!(matches!(&error, MemoryError::AlreadyKept { turn } if *turn == first.id), "{error}");
    assert_eq!(memory.conversations(&person, 10).unwrap().len(), 1, "nothing of it is left");
    assert_eq!(memory.turn(&person, &first.id).unwrap(), Some(stored(&first)));
}

#[test]
fn conversations_are_listed_by_their_last_use() {
    let (memory, person) = memory();
    memory.store(turn(&person, "a", 10, "¿Cuál es la capital de Francia?", "París.")).unwrap();
    memory.store(turn(&person, "b", 20, "Hola", "¡Hola!")).unwrap();
    memory.store(turn(&person, "a", 30, "¿Y de Italia?", "Roma.")).unwrap();
    // A late one does not bring its conversation back in time.
    memory.store(turn(&person, "a", 5, "¿Y de Perú?", "Lima.")).unwrap();
    let summary =
        |id: &str, title: &str, [created, updated]: [i64; 2], turns| ConversationSummary {
            id: conversation(id),
            title: title.to_owned(),
            created: Timestamp(created),
            updated: Timestamp(updated),
            turns,
        };
    let first = summary("a", "¿Cuál es la capital de Francia?", [10, 30], 3);
    let second = summary("b", "Hola", [20, 20], 1);
    assert_eq!(memory.conversations(&person, 10).unwrap(), [first.clone(), second]);
    assert_eq!(memory.conversations(&person, 1).unwrap(), [first]);
}

#[test]
fn a_conversation_is_renamed_and_keeps_its_place() {
    let (memory, person) = memory();
    memory.store(turn(&person, "a", 1, "Hola", "¡Hola!")).unwrap();
    memory.store(turn(&person, "b", 2, "Adiós", "¡Adiós!")).unwrap();
    assert!(memory.rename(&person, &conversation("a"), " Un\n viaje ").unwrap());
    assert!(!memory.rename(&person, &conversation("c"), "Nada").unwrap());
    let error = memory.rename(&person, &conversation("a"), " \n").unwrap_err();
    assert!(matches!(error, MemoryError::BlankTitle));
    let titles: Vec<String> =
        memory.conversations(&person, 9).unwrap().into_iter().map(|one| one.title).collect();
    assert_eq!(titles, ["Adiós", "Un viaje"]);
}

#[test]
fn a_conversation_is_found_by_any_of_its_histories() {
    let (memory, person) = memory();
    let with = |digest: Option<&str>, id: &str, asked| NewTurn {
        history_digest: digest.map(str::to_owned),
        ..turn(&person, id, asked, "Hola", "¡Hola!")
    };
    memory.store(with(Some("one"), "a", 1)).unwrap();
    memory.store(with(Some("two"), "a", 2)).unwrap();
    memory.store(with(None, "a", 3)).unwrap();
    let find = |digest| memory.conversation_with_history(&person, digest).unwrap();
    assert_eq!(find("one"), Some(conversation("a")));
    assert_eq!(find("two"), Some(conversation("a")));
    assert_eq!(find("three"), None);
    memory.store(with(Some("one"), "b", 4)).unwrap();
    assert_eq!(find("one"), Some(conversation("b")), "the newest of several");
    memory.delete(&person, &conversation("a")).unwrap();
    assert_eq!(find("two"), None);
}

#[test]
fn nothing_of_a_deleted_conversation_is_left_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    let secret = "xilofonista";
    for asked in 1..=20 {
        let said = format!("El {secret} {asked} vive en Calatayud");
        memory.store(turn(&person, "secreta", asked, &said, &format!("Un {secret}."))).unwrap();
    }
    memory.store(turn(&person, "otra", 21, "Hola", "¡Hola!")).unwrap();
    let holds = |word: &str| {
        let files = fs::read_dir(folder.path()).unwrap();
        files.map(|file| fs::read(file.unwrap().path()).unwrap()).any(|bytes| {
            bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    assert!(holds(secret));
    assert!(memory.delete(&person, &conversation("secreta")).unwrap());
    assert!(!memory.delete(&person, &conversation("secreta")).unwrap());
    assert!(!holds(secret) && !holds("calatayud"), "while it is open");
    assert_eq!(memory.search(&person, secret, 9).unwrap(), []);
    drop(memory);
    assert!(!holds(secret), "after it is closed");
    assert_sound(&path);
}

#[test]
fn a_deleted_conversation_gives_its_space_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    memory.store(turn(&person, "corta", 1, "Hola", "¡Hola!")).unwrap();
    for asked in 2..=40 {
        // Few long words: what is measured is space, and reading takes time for every word.
        let said = format!("{} ", "palabra".repeat(8)).repeat(300);
        memory.store(turn(&person, "larga", asked, &said, "Vale.")).unwrap();
    }
    let bytes = || fs::metadata(&path).unwrap().len();
    drop(memory);
    let before = bytes();
    let (memory, _) = memory_at(&path);
    memory.delete(&person, &conversation("larga")).unwrap();
    assert_eq!(memory.conversations(&person, 9).unwrap().len(), 1);
    let after = bytes();
    assert!(before > 500_000 && after < before / 2, "{before} bytes became {after}");
    drop(memory);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let free: i64 =
        connection.pragma_query_value(None, "freelist_count", |row| row.get(0)).unwrap();
    assert_eq!(free, 0);
}

#[test]
fn many_write_and_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    let turns_each = 20;
    thread::scope(|scope| {
        for writer in 0..4_i64 {
            let (memory, person) = (&memory, &person);
            scope.spawn(move || {
                for number in 0..turns_each {
                    let asked = writer * 1_000 + number;
                    let name = format!("c{writer}");
                    memory.store(turn(person, &name, asked, "¿Y ahora?", "Ahora.")).unwrap();
                }
            });
            scope.spawn(move || {
                let mut seen = 0;
                while seen < usize::try_from(turns_each).unwrap() {
                    let name = conversation(&format!("c{writer}"));
                    let history = memory.history(person, &name, 100).unwrap().unwrap_or_default();
                    assert!(history.len() >= seen, "a turn never goes away");
                    assert!(history.is_sorted_by_key(|turn| turn.asked));
                    seen = history.len();
                    memory.search(person, "ahora", 9).unwrap();
                }
            });
        }
    });
    let turns: u32 = memory.conversations(&person, 9).unwrap().iter().map(|one| one.turns).sum();
    assert_eq!(turns, 80);
    drop(memory);
    assert_sound(&path);
}
