//! Damaged and missing databases are rebuilt, and nothing is thrown away.

use std::fs;
use std::path::{Path, PathBuf};

use sarai_core::explain::Explain;
use sarai_core::language::Language;
use sarai_memory::{Memory, MemoryError, Recovery, RecoverySource};

use crate::kit::{Place, assert_sound, clock, contents, conversation, live, memory_at, place};

fn lived() -> Place {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    drop(memory);
    place
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Opens what must be rebuilt completely, and asserts that all is there again.
#[track_caller]
fn check_recovered(place: &Place, damage: impl FnOnce(&Path)) -> Recovery {
    let before = contents(&place.path);
    damage(&place.path);
    let damaged = fs::read(&place.path).unwrap_or_default();
    let (memory, person) = memory_at(&place.path);
    let recovery = memory.recovered().unwrap().clone();
    assert!(recovery.complete);
    assert_eq!(recovery.sources, [RecoverySource::Journal]);
    assert_eq!(recovery.turns, before["turn"].len() as u64);
    assert_eq!(recovery.facts, before["fact"].len() as u64);
    assert_eq!(memory.history(&person, &conversation("c1"), 99).unwrap().unwrap().len(), 8);
    assert_eq!(memory.search(&person, "numero 12", 9).unwrap().len(), 1);
    drop(memory);
    assert_eq!(contents(&place.path), before);
    assert_sound(&place.path);
    if !damaged.is_empty() {
        assert_eq!(fs::read(&recovery.kept_aside[0]).unwrap(), damaged, "kept as it was");
    }
    let (memory, _) = memory_at(&place.path);
    assert!(memory.recovered().is_none(), "once");
    recovery
}

fn overwrite(path: &Path, from: usize, to: usize) {
    let mut bytes = fs::read(path).unwrap();
    let end = to.min(bytes.len());
    bytes[from..end].fill(0x5a);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_file_is_rebuilt_from_the_journal() {
    let place = lived();
    let length = usize::try_from(fs::metadata(&place.path).unwrap().len()).unwrap();
    let unclean = |path: &Path| fs::write(beside(path, "-wal"), "cut off").unwrap();
    check_recovered(&place, |path| overwrite(path, 0, 100));
    check_recovered(&place, |path| overwrite(path, 0, length));
    check_recovered(&place, |path| overwrite(path, 100, 4_096));
    for page in 2..9 {
        check_recovered(&place, |path| {
            overwrite(path, page * 4_096, (page + 3) * 4_096);
            unclean(path);
        });
    }
    check_recovered(&place, |path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..length / 2]).unwrap();
        unclean(path);
    });
    check_recovered(&place, |path| fs::write(path, "").unwrap());
    let recovery = check_recovered(&place, |path| fs::write(path, "Querido diario").unwrap());
    for (language, words) in
        [(Language::Spanish, "se ha reparado"), (Language::English, "repaired")]
    {
        let explanation = recovery.explain(language);
        assert!(explanation.message.contains(words), "{explanation:?}");
        let aside = recovery.kept_aside[0].display().to_string();
        assert!(explanation.hint.unwrap().contains(&aside));
    }
}

#[test]
fn a_missing_file_is_rebuilt_and_its_old_log_is_not_taken_for_its_own() {
    let place = lived();
    let recovery = check_recovered(&place, |path| {
        // A log of other pages that would count if it stayed.
        let (memory, person) = memory_at(path);
        memory.rename(&person, &conversation("c1"), "Otro título").unwrap();
        let log = fs::read(beside(path, "-wal")).unwrap();
        memory.rename(&person, &conversation("c1"), "Un título").unwrap();
        drop(memory);
        fs::remove_file(path).unwrap();
        fs::write(beside(path, "-wal"), log).unwrap();
    });
    assert_eq!(recovery.kept_aside.len(), 1, "{recovery:?}");
    assert!(recovery.explain(Language::Spanish).hint.is_some());
}

#[test]
fn damage_found_while_reading_is_repaired_on_the_next_opening() {
    let place = lived();
    let before = contents(&place.path);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    let page: usize = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'utterance'", [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()
        .try_into()
        .unwrap();
    drop(connection);
    overwrite(&place.path, (page - 1) * 4_096, page * 4_096);
    let (memory, person) = memory_at(&place.path);
    assert!(memory.recovered().is_none(), "not seen yet");
    let error = memory.history(&person, &conversation("c1"), 99).unwrap_err();
    assert!(matches!(error, MemoryError::Damaged { .. }), "{error:?}");
    assert!(error.explain(Language::Spanish).hint.unwrap().contains("reinicia"));
    drop(memory);
    let (memory, _) = memory_at(&place.path);
    assert!(memory.recovered().unwrap().complete);
    drop(memory);
    assert_eq!(contents(&place.path), before);
}

#[test]
fn with_a_damaged_journal_what_can_be_read_survives() {
    let place = lived();
    let before = contents(&place.path);
    let text = fs::read_to_string(&place.journal).unwrap();
    // One batch in the middle of the journal, and another part of the database.
    fs::write(&place.journal, text.replacen("Dato número 21 ", "Dado número 21 ", 1)).unwrap();
    let length = usize::try_from(fs::metadata(&place.path).unwrap().len()).unwrap();
    overwrite(&place.path, length - 8_192, length);
    fs::write(beside(&place.path, "-wal"), "cut off").unwrap();
    let (memory, _) = memory_at(&place.path);
    let recovery = memory.recovered().unwrap().clone();
    assert!(!recovery.complete);
    assert_eq!(recovery.sources, [RecoverySource::DamagedFile, RecoverySource::Journal]);
    assert!(recovery.explain(Language::Spanish).message.contains("lo que se pudo leer"));
    assert!(recovery.explain(Language::English).message.contains("what could be read"));
    drop(memory);
    let after = contents(&place.path);
    assert_eq!(after["turn"].len(), before["turn"].len());
    assert_eq!(after["fact"], before["fact"]);
    assert_sound(&place.path);
}

#[test]
fn foreign_and_newer_files_are_refused_even_with_a_journal() {
    let place = lived();
    for change in ["PRAGMA application_id = 7", "PRAGMA user_version = 99"] {
        let copy = place.folder.path().join("copy.db");
        fs::copy(&place.path, &copy).unwrap();
        fs::copy(&place.journal, place.folder.path().join("copy.journal.jsonl")).unwrap();
        rusqlite::Connection::open(&copy).unwrap().execute_batch(change).unwrap();
        let before = fs::read(&copy).unwrap();
        let error = Memory::open(&copy, clock()).unwrap_err();
        let refused = matches!(error, MemoryError::Foreign { .. } | MemoryError::TooNew { .. });
        assert!(refused, "{error:?}");
        assert_eq!(fs::read(&copy).unwrap(), before, "left untouched");
    }
}

#[test]
fn the_journal_of_a_newer_version_is_not_guessed_at() {
    let place = lived();
    let text = fs::read_to_string(&place.journal).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let mut head: serde_json::Value = serde_json::from_str(head).unwrap();
    head["schema"] = 99.into();
    let (_, sum) = rest.split_once('\n').unwrap();
    assert!(!sum.is_empty());
    // A batch whose sum does not fit is not whole; the others are.
    fs::write(&place.journal, format!("{head}\n{rest}")).unwrap();
    fs::remove_file(&place.path).unwrap();
    let error = Memory::open(&place.path, clock()).unwrap_err();
    assert!(matches!(error, MemoryError::TooNew { found: 99, .. }), "{error:?}");
    assert!(!place.path.exists());
}
