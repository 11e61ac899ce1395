//! A memory that nobody reads without its passphrase.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sarai_core::explain::{Explain, FailureKind};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use sarai_core::random::Random;
use sarai_memory::{
    FactFilter, Forget, Memory, MemoryError, Passphrase, RecoverySource, Seal, SealError,
};
use sarai_testkit::SeededRandom;

use crate::kit::{Place, assert_nowhere, clock, conversation, fact, live, memory_at, place, turn};

const RIGHT: &str = "el zaguán de la tía Petra";
const TOLD: &str = "ornitorrinco";

fn seal(path: &Path, passphrase: &str) -> Result<Seal, SealError> {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(7));
    let passphrase = Passphrase::new(passphrase.to_owned().into()).unwrap();
    Seal::open(path, &passphrase, &random)
}

fn sealed_at(path: &Path) -> (Memory, PersonId) {
    let memory = Memory::open_sealed(path, clock(), seal(path, RIGHT).unwrap()).unwrap();
    let person = memory.first_person().unwrap();
    (memory, person)
}

/// A closed memory that was told a word nobody else says, in every way there is.
fn told() -> Place {
    let place = place();
    let (memory, person) = sealed_at(&place.path);
    tell(&memory, &person);
    drop(memory);
    place
}

fn tell(memory: &Memory, person: &PersonId) {
    live(memory, person);
    let said = format!("Mi mascota es un {TOLD}.");
    memory.store(turn(person, TOLD, 77, &said, &format!("¡Un {TOLD}!"))).unwrap();
    memory.assert(person, fact("yo", "viajar_a", TOLD)).unwrap();
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[track_caller]
fn check_knows(memory: &Memory, person: &PersonId) {
    assert_eq!(memory.search(person, TOLD, 9).unwrap().len(), 1);
    assert_eq!(memory.history(person, &conversation(TOLD), 9).unwrap().unwrap().len(), 1);
    let facts = memory.facts(person, &FactFilter::all(99)).unwrap();
    assert!(facts.iter().any(|fact| fact.relation == "viajar_a"));
}

#[test]
fn what_was_told_is_in_no_file_while_open_nor_after() {
    let place = place();
    let (memory, person) = sealed_at(&place.path);
    tell(&memory, &person);
    memory.daily_backup().unwrap();
    memory.rotate(None, 0).unwrap();
    assert_nowhere(place.folder.path(), TOLD);
    // A part of a line is as good as the whole.
    assert_nowhere(place.folder.path(), "utterance");
    memory.vacuum().unwrap();
    memory.forget(&person, Forget::Everything).unwrap();
    tell(&memory, &person);
    drop(memory);
    assert_nowhere(place.folder.path(), TOLD);
    let (memory, person) = sealed_at(&place.path);
    check_knows(&memory, &person);
    assert!(memory.recovered().is_none());
    let checked = memory.check().unwrap();
    assert!(checked.journal_is_whole && checked.faults.is_empty());
}

#[test]
fn the_same_search_finds_the_word_where_nobody_encrypted_it() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    tell(&memory, &person);
    drop(memory);
    let found = |bytes: &Vec<u8>| bytes.windows(TOLD.len()).any(|part| part == TOLD.as_bytes());
    let files = files(place.folder.path());
    assert!(found(&files[&place.path]) && found(&files[&place.journal]));
}

#[test]
fn another_passphrase_is_refused_and_changes_nothing() {
    let place = told();
    let before = files(place.folder.path());
    let error = seal(&place.path, "el zaguan de la tia Petra").unwrap_err();
    assert!(matches!(error, SealError::WrongPassphrase { .. }), "{error:?}");
    assert_eq!(error.kind(), FailureKind::Refused);
    for language in [Language::Spanish, Language::English] {
        assert!(error.explain(language).hint.is_some());
    }
    assert!(files(place.folder.path()) == before);
    let (memory, person) = sealed_at(&place.path);
    check_knows(&memory, &person);
}

#[test]
fn without_a_key_an_encrypted_memory_is_refused_and_left_as_it_is() {
    let place = told();
    for key_is_there in [true, false] {
        if !key_is_there {
            fs::remove_file(place.path.with_extension("key")).unwrap();
        }
        let before = files(place.folder.path());
        let error = Memory::open(&place.path, clock()).unwrap_err();
        assert!(matches!(error, MemoryError::Seal(SealError::Sealed { .. })), "{error:?}");
        assert!(files(place.folder.path()) == before);
    }
    let error = seal(&place.path, RIGHT).unwrap_err();
    assert!(matches!(error, SealError::KeyGone { .. }), "{error:?}");
    assert!(!place.path.with_extension("key").exists());
}

#[test]
fn a_memory_that_nobody_encrypted_is_refused_and_left_as_it_is() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    tell(&memory, &person);
    drop(memory);
    let before = files(place.folder.path());
    let error = seal(&place.path, RIGHT).unwrap_err();
    assert!(matches!(error, SealError::NotSealed { .. }), "{error:?}");
    assert!(files(place.folder.path()) == before);
    // Its journal alone is enough to rebuild it.
    fs::remove_file(&place.path).unwrap();
    let error = seal(&place.path, RIGHT).unwrap_err();
    assert!(matches!(error, SealError::NotSealed { .. }), "{error:?}");
    // And it moves as an export.
    let (memory, person) = memory_at(&place.path);
    let mut lines = Vec::new();
    memory.export(&person, &mut lines).unwrap();
    let other = self::place();
    let (memory, person) = sealed_at(&other.path);
    memory.import(&person, &mut lines.as_slice()).unwrap();
    check_knows(&memory, &person);
    drop(memory);
    assert_nowhere(other.folder.path(), TOLD);
}

#[test]
fn a_lost_database_is_rebuilt_from_the_sealed_journal() {
    let place = told();
    fs::remove_file(&place.path).unwrap();
    let (memory, person) = sealed_at(&place.path);
    let recovery = memory.recovered().unwrap();
    assert!(recovery.complete);
    assert_eq!(recovery.sources, [RecoverySource::Journal]);
    check_knows(&memory, &person);
    drop(memory);
    assert_nowhere(place.folder.path(), TOLD);
}

#[test]
fn a_damaged_database_is_rebuilt_and_what_is_put_aside_says_nothing() {
    let place = told();
    let mut bytes = fs::read(&place.path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8192].fill(0x5a);
    bytes[..64].fill(0x5a);
    fs::write(&place.path, &bytes).unwrap();
    let (memory, person) = sealed_at(&place.path);
    let recovery = memory.recovered().unwrap().clone();
    assert!(recovery.complete && !recovery.kept_aside.is_empty());
    check_knows(&memory, &person);
    drop(memory);
    assert_nowhere(place.folder.path(), TOLD);
}

/// Damages one line in the middle of the journal and opens the memory.
#[track_caller]
fn check_damaged_line(damage: impl FnOnce(&mut Vec<u8>)) {
    let place = told();
    let text = fs::read(&place.journal).unwrap();
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|b| *b == b'\n').map(Vec::from).collect();
    let middle = lines.len() / 2;
    damage(&mut lines[middle]);
    fs::write(&place.journal, lines.concat()).unwrap();
    let (memory, person) = sealed_at(&place.path);
    check_knows(&memory, &person);
    assert!(memory.check().unwrap().journal_is_whole, "it is written anew");
    drop(memory);
    assert_nowhere(place.folder.path(), TOLD);
}

#[test]
fn a_damaged_line_of_the_journal_costs_nothing_that_the_database_has() {
    check_damaged_line(|line| line[30] ^= 1);
    check_damaged_line(|line| line.truncate(20));
    check_damaged_line(|line| *line = b"[\"person\",[1]]\n".to_vec());
}

#[test]
fn a_torn_end_was_never_confirmed() {
    let place = told();
    let whole = fs::read(&place.journal).unwrap();
    let mut torn = whole.clone();
    torn.extend_from_slice(&whole[..whole.len().min(90)]);
    fs::write(&place.journal, &torn).unwrap();
    let (memory, person) = sealed_at(&place.path);
    check_knows(&memory, &person);
    drop(memory);
    assert!(fs::read(&place.journal).unwrap().starts_with(&whole[..whole.len() - 1]));
}

#[test]
fn a_backup_opens_with_the_passphrase_only() {
    let place = told();
    let (memory, _) = sealed_at(&place.path);
    let copy = place.folder.path().join("fuera/copia.db");
    memory.backup(&copy).unwrap();
    drop(memory);
    assert_nowhere(place.folder.path(), TOLD);
    let plain = rusqlite::Connection::open(&copy).unwrap();
    let read = plain.query_row("SELECT count(*) FROM turn", [], |row| row.get::<_, i64>(0));
    assert!(read.is_err());
    drop(plain);
    assert!(matches!(seal(&copy, "otra"), Err(SealError::WrongPassphrase { .. })));
    let (memory, person) = sealed_at(&copy);
    check_knows(&memory, &person);
}

#[test]
fn a_file_that_does_not_say_how_to_open_is_refused() {
    let place = told();
    let key = place.path.with_extension("key");
    let text = fs::read_to_string(&key).unwrap();
    for changed in [
        String::new(),
        text.replace("\"seal\":1", "\"seal\":2"),
        text.replace("\"memory_kib\":65536", "\"memory_kib\":4000000000"),
    ] {
        assert_ne!(changed, text);
        fs::write(&key, &changed).unwrap();
        let error = seal(&place.path, RIGHT).unwrap_err();
        assert!(matches!(error, SealError::Unreadable { .. }), "{error:?}");
        assert_eq!(fs::read_to_string(&key).unwrap(), changed);
    }
}

#[test]
fn a_blank_passphrase_is_none() {
    assert!(Passphrase::new(" \n".to_owned().into()).is_none());
}
