//! Files that are full, damaged, foreign, too new or touched by others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::language::Language;
use sarai_memory::{Memory, MemoryError};

use crate::kit::{assert_sound, clock, conversation, memory, memory_at, turn};

struct Place {
    folder: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    Place { folder, path }
}

/// A closed memory with some turns.
fn filled() -> Place {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    for asked in 1..=60 {
        let said = format!("Mi perro número {asked} se llama Toby {}", "y ladra ".repeat(40));
        memory.store(turn(&person, "perros", asked, &said, "Vale.")).unwrap();
    }
    place
}

/// Opens what must be refused, and asserts that no byte of it has changed.
fn refused(path: &Path) -> MemoryError {
    let before = fs::read(path).unwrap();
    let error = Memory::open(path, clock()).unwrap_err();
    assert_eq!(fs::read(path).unwrap(), before, "left untouched");
    error
}

#[track_caller]
fn check_explained(
    error: &MemoryError,
    kind: FailureKind,
    path: &Path,
    spanish: &str,
    english: &str,
) {
    assert_eq!(error.kind(), kind);
    for (language, words) in [(Language::Spanish, spanish), (Language::English, english)] {
        let explanation = error.explain(language);
        assert!(explanation.message.contains(&path.display().to_string()), "{explanation:?}");
        assert!(explanation.message.contains(words), "{explanation:?}");
        assert!(explanation.hint.is_some(), "{explanation:?}");
    }
}

#[test]
fn the_file_is_for_its_owner_only() {
    let place = place();
    let path = place.folder.path().join("state/memory.db");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (memory, person) = memory_at(&path);
    memory.store(turn(&person, "casa", 1, "Hola", "¡Hola!")).unwrap();
    for file in fs::read_dir(path.parent().unwrap()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    drop(memory);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(memory_at(&path));
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_full_disk_keeps_what_was_confirmed_and_says_where_to_free_space() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    memory.limit_size(400_000).unwrap();
    let mut kept = 0;
    let error = loop {
        let said = format!("Dato {kept} {}", "largo ".repeat(500));
        match memory.store(turn(&person, "casa", kept, "Hola", &said)) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, MemoryError::DiskFull { .. }), "{error:?}");
    check_explained(&error, FailureKind::Failed, &place.path, "no queda espacio", "no space left");
    let folder = place.folder.path().display().to_string();
    assert!(error.explain(Language::Spanish).hint.unwrap().contains(&folder));
    assert!(error.explain(Language::English).hint.unwrap().contains(&folder));
    let turns = || memory.history(&person, &conversation("casa"), 999).unwrap().unwrap().len();
    assert!(kept > 3);
    assert_eq!(i64::try_from(turns()).unwrap(), kept);
    memory.limit_size(10_000_000).unwrap();
    memory.store(turn(&person, "casa", kept, "Ya hay sitio", "Vale.")).unwrap();
    assert_eq!(i64::try_from(turns()).unwrap(), kept + 1);
    drop(memory);
    assert_sound(&place.path);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let place = place();
    fs::write(&place.path, "Querido diario: hoy no he hecho nada. ".repeat(100)).unwrap();
    let error = refused(&place.path);
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
    check_explained(&error, FailureKind::Failed, &place.path, "está dañado", "is damaged");
}

#[test]
fn a_cut_file_without_a_journal_is_refused_after_an_unclean_end() {
    let place = filled();
    let mut bytes = fs::read(&place.path).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::remove_file(place.folder.path().join("memory.journal.jsonl")).unwrap();
    fs::write(&place.path, bytes).unwrap();
    fs::write(place.folder.path().join("memory.db-wal"), "cut off").unwrap();
    let error = refused(&place.path);
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
}

#[test]
fn a_file_with_a_damaged_schema_and_no_journal_is_refused() {
    let place = filled();
    let mut bytes = fs::read(&place.path).unwrap();
    let length = bytes.len();
    bytes[length / 4..].fill(0x5a);
    fs::remove_file(place.folder.path().join("memory.journal.jsonl")).unwrap();
    fs::write(&place.path, bytes).unwrap();
    let error = refused(&place.path);
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
}

#[test]
fn nothing_is_written_after_damage_was_found() {
    let place = filled();
    let connection = Connection::open(&place.path).unwrap();
    let [page, page_bytes] = [
        "SELECT rootpage FROM sqlite_schema WHERE name = 'utterance'",
        "SELECT page_size FROM pragma_page_size",
    ]
    .map(|sql| connection.query_row(sql, [], |row| row.get::<_, i32>(0)).unwrap())
    .map(|number| usize::try_from(number).unwrap());
    drop(connection);
    let mut bytes = fs::read(&place.path).unwrap();
    bytes[(page - 1) * page_bytes..page * page_bytes].fill(0x5a);
    fs::write(&place.path, bytes).unwrap();

    let (memory, person) = memory_at(&place.path);
    assert!(
        memory.rename(&person, &conversation("perros"), "Mis perros").unwrap(),
        "not found yet"
    );
    let error = memory.history(&person, &conversation("perros"), 100).unwrap_err();
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
    let error = memory.rename(&person, &conversation("perros"), "Otra vez").unwrap_err();
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
    assert_eq!(memory.conversations(&person, 9).unwrap()[0].title, "Mis perros");
}

#[test]
fn the_database_of_another_program_is_refused() {
    let place = place();
    let connection = Connection::open(&place.path).unwrap();
    connection.execute_batch("CREATE TABLE bookmark (address TEXT)").unwrap();
    drop(connection);
    let error = refused(&place.path);
    assert!(matches!(error, MemoryError::Foreign { .. }), "{error:?}");
    check_explained(
        &error,
        FailureKind::Failed,
        &place.path,
        "de otro programa",
        "another program",
    );
}

#[test]
fn a_newer_schema_is_refused() {
    let place = filled();
    Connection::open(&place.path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = refused(&place.path);
    assert!(matches!(error, MemoryError::TooNew { found: 99, .. }), "{error:?}");
    check_explained(&error, FailureKind::Failed, &place.path, "versión 99", "version 99");
}

#[test]
fn what_is_encrypted_is_refused_to_who_has_no_key() {
    let place = place();
    fs::write(&place.path, [0x5a; 4096]).unwrap();
    let journal = place.folder.path().join("memory.journal.jsonl");
    let key = place.folder.path().join("memory.key");
    for (file, text) in [(&journal, "~c2VsbGFkbw==\n"), (&key, "{}\n")] {
        fs::write(file, text).unwrap();
        let error = refused(&place.path);
        check_explained(&error, FailureKind::Refused, &place.path, "está cifrada", "is encrypted");
        fs::remove_file(file).unwrap();
    }
    let error = refused(&place.path);
    assert!(!error.explain(Language::English).message.contains("encrypted"), "{error:?}");
}

#[test]
fn an_empty_file_and_one_cut_off_while_it_was_made_become_a_memory() {
    let place = place();
    fs::write(&place.path, "").unwrap();
    let (memory, person) = memory_at(&place.path);
    memory.store(turn(&person, "casa", 1, "Hola", "¡Hola!")).unwrap();
    drop(memory);

    let second = place.folder.path().join("second.db");
    let connection = Connection::open(&second).unwrap();
    connection.execute_batch("PRAGMA auto_vacuum = 2; PRAGMA journal_mode = WAL").unwrap();
    connection.pragma_update(None, "application_id", 0x5341_526d).unwrap();
    drop(connection);
    drop(memory_at(&second));

    for path in [place.path, second] {
        let connection = Connection::open(&path).unwrap();
        let number = |name: &str| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap()
        };
        assert!(number("user_version") > 0);
        assert_eq!(number("auto_vacuum"), 2);
        drop(connection);
        assert_sound(&path);
    }
}

#[test]
fn a_folder_in_its_place_is_an_error() {
    let place = place();
    fs::create_dir(&place.path).unwrap();
    let error = Memory::open(&place.path, clock()).unwrap_err();
    assert!(matches!(error, MemoryError::Failed { .. }), "{error:?}");
    let explanation = error.explain(Language::Spanish);
    assert!(explanation.message.starts_with("no se pudo abrir la memoria"), "{explanation:?}");
}

#[test]
fn a_row_changed_by_others_is_an_error_and_not_a_guess() {
    let place = filled();
    let changes = [
        ("UPDATE turn SET trace = '{}'", "trace"),
        ("UPDATE turn SET trace = trace, model = 'dos palabras'", "model"),
        ("UPDATE utterance SET origin = 'dream'", "origin"),
        ("UPDATE conversation SET id = 'dos palabras'", "dos palabras"),
        ("UPDATE person SET id = 'dos palabras'", "dos palabras"),
    ];
    for (change, named) in changes {
        let copy = place.folder.path().join("copy.db");
        fs::copy(&place.path, &copy).unwrap();
        Connection::open(&copy).unwrap().execute_batch(change).unwrap();
        let memory = Memory::open(&copy, clock()).unwrap();
        let person = sarai_core::id::PersonId::new("owner").unwrap();
        let conversation = conversation("perros");
        let error = memory
            .first_person()
            .and_then(|_| memory.conversations(&person, 9))
            .and_then(|_| memory.history(&person, &conversation, 9))
            .unwrap_err();
        assert!(
            matches!(&error, MemoryError::Unreadable { what, .. } if what.contains(named)),
            "{error:?}"
        );
        check_explained(&error, FailureKind::Failed, &copy, "no se entiende", "not readable");
    }
}

#[test]
fn a_handle_says_where_it_is_and_nothing_more() {
    let (memory, _) = memory();
    assert_eq!(format!("{memory:?}"), "Memory { path: \":memory:\", .. }");
}
