//! Vacuum, archive, backups and the night that does all of them.

use std::fs;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use sarai_core::clock::{Clock as _, Timestamp};
use sarai_core::id::PersonId;
use sarai_memory::{FactFilter, Forget, Memory, MemoryError, RecoverySource};
use sarai_testkit::SimulatedClock;

use crate::kit::{
    Place, assert_nowhere, assert_sound, clock, contents, conversation, fact, live, memory,
    memory_at, place, turn,
};

const DAY: Duration = Duration::from_hours(24);

/// A memory whose clock can be moved.
fn memory_with(path: &Path, clock: &std::sync::Arc<SimulatedClock>) -> (Memory, PersonId) {
    let memory = Memory::open(path, std::sync::Arc::clone(clock) as _).unwrap();
    let person = memory.first_person().unwrap();
    (memory, person)
}

fn believed(memory: &Memory, person: &PersonId) -> Vec<String> {
    let filter = FactFilter { history: true, ..FactFilter::all(usize::MAX) };
    let facts = memory.facts(person, &filter).unwrap();
    facts.iter().map(|fact| format!("{} {} {}", fact.subject, fact.relation, fact.object)).collect()
}

/// Keeps every fact three times, as only a defect or a merge of names could.
fn triple(path: &Path) {
    let connection = Connection::open(path).unwrap();
    for _ in 0..2 {
        connection
            .execute_batch(
                "INSERT INTO fact (person, subject, relation, object, negated, status, learned_ms,
                     confidence, mentions, source, extractor, by_hand)
                 SELECT person, subject, relation, object, negated, status, learned_ms + 1,
                     0.95, 1, source, extractor, 1
                 FROM fact WHERE believed = 1 AND learned_ms % 2 = 0
                 GROUP BY subject, relation, object, negated",
            )
            .unwrap();
    }
}

#[test]
fn a_vacuum_takes_out_repeats_and_gives_all_free_space_back() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    let facts = believed(&memory, &person);
    drop(memory);
    triple(&place.path);
    // Changed by other means, so that the journal knows nothing of it.
    fs::remove_file(&place.journal).unwrap();
    let (memory, person) = memory_at(&place.path);
    let tripled = believed(&memory, &person).len();
    assert!(tripled > facts.len() + 20);
    let long = "palabra distinta ".repeat(3_000);
    for asked in 100..130 {
        memory.store(turn(&person, &format!("largo{asked}"), asked, "Hola", &long)).unwrap();
    }
    let freed = Connection::open(&place.path).unwrap();
    freed.execute_batch("DELETE FROM conversation WHERE id LIKE 'largo%'").unwrap();
    drop(freed);
    let vacuumed = memory.vacuum().unwrap();
    assert_eq!(vacuumed.repeats, u64::try_from(tripled - facts.len()).unwrap());
    assert_eq!(vacuumed.before.facts - vacuumed.after.facts, vacuumed.repeats);
    assert!(vacuumed.before.free_pages > 300, "{vacuumed:?}");
    assert_eq!(vacuumed.after.free_pages, 0, "{vacuumed:?}");
    assert!(vacuumed.freed_pages >= vacuumed.before.free_pages, "{vacuumed:?}");
    assert!(vacuumed.after.bytes < vacuumed.before.bytes);
    assert!(vacuumed.after.journal_bytes < vacuumed.before.journal_bytes);
    assert!(vacuumed.journal_lines > 0);
    assert_eq!(vacuumed.after.log_bytes, 0);
    let mut left = believed(&memory, &person);
    left.sort_unstable();
    let mut expected = facts;
    expected.sort_unstable();
    assert_eq!(left, expected);
    // The best of each stays: all mentions, the highest confidence.
    let kept = memory.facts(&person, &FactFilter::all(999)).unwrap();
    assert!(kept.iter().any(|fact| fact.mentions == 3 && fact.confidence > 0.94), "{kept:?}");
    memory.store(turn(&person, "c1", 200, "Sigo escribiendo", "Vale.")).unwrap();
    let again = memory.vacuum().unwrap();
    assert_eq!((again.repeats, again.freed_pages), (0, 0));
    drop(memory);
    assert_sound(&place.path);
}

#[test]
fn little_free_space_is_given_back_without_writing_all_anew() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    let long = "palabra distinta ".repeat(300);
    for asked in 0..50 {
        memory.store(turn(&person, &format!("c{asked}"), asked, "Hola", &long)).unwrap();
    }
    let outside = Connection::open(&place.path).unwrap();
    outside.execute_batch("DELETE FROM conversation WHERE id LIKE 'c3%'").unwrap();
    drop(outside);
    let vacuumed = memory.vacuum().unwrap();
    assert!(vacuumed.before.free_pages > 5, "{vacuumed:?}");
    assert!(vacuumed.before.free_pages * 100 < vacuumed.before.pages * 30, "{vacuumed:?}");
    assert_eq!(vacuumed.after.free_pages, 0, "{vacuumed:?}");
    drop(memory);
    assert_sound(&place.path);
}

#[test]
fn a_memory_on_no_disk_can_be_cared_for_as_well() {
    let (memory, person) = memory();
    live(&memory, &person);
    let before = believed(&memory, &person);
    assert_eq!(memory.vacuum().unwrap().repeats, 0);
    assert_eq!(memory.rotate(None, 0).unwrap().archived, 0);
    assert_eq!(believed(&memory, &person), before);
    let folder = tempfile::tempdir().unwrap();
    let error = memory.backup(&folder.path().join("copy.db")).unwrap_err();
    assert!(matches!(error, MemoryError::NotOnDisk), "{error:?}");
    assert!(matches!(memory.check().unwrap_err(), MemoryError::NotOnDisk));
}

/// Events, things that are so, and one thing to come.
fn told(memory: &Memory, person: &PersonId) {
    for (subject, relation, object) in [
        ("yo", "comprar", "bicicleta"),
        ("yo", "viajar_a", "Lisboa"),
        ("Marta", "comprar", "casa"),
        ("yo", "vivir_en", "Soria"),
        ("yo", "gustar", "ajedrez"),
        ("Marta", "ser", "médica"),
    ] {
        memory.assert(person, fact(subject, relation, object)).unwrap();
    }
    let mut planned = fact("yo", "viajar_a", "Japón");
    planned.when = Some("2099-05".to_owned());
    memory.assert(person, planned).unwrap();
}

fn archive(place: &Place) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(place.folder.path().join("archive")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn old_events_are_archived_and_come_back() {
    let place = place();
    let clock = clock();
    let (memory, person) = memory_with(&place.path, &clock);
    told(&memory, &person);
    let all = believed(&memory, &person);
    assert_eq!(memory.rotate(None, 30).unwrap().archived, 0, "nothing is old");
    assert!(archive(&place).is_empty());
    clock.advance(DAY * 40);
    memory.assert(&person, fact("yo", "comprar", "mesa")).unwrap();
    let rotated = memory.rotate(Some(&person), 30).unwrap();
    assert_eq!(rotated.archived, 3);
    let file = rotated.file.unwrap();
    assert_eq!(archive(&place), std::slice::from_ref(&file));
    let left = believed(&memory, &person);
    for stays in ["yo comprar mesa", "yo vivir_en Soria", "yo gustar ajedrez", "yo viajar_a Japón"]
    {
        assert!(left.iter().any(|fact| fact == stays), "{stays}: {left:?}");
    }
    assert!(!left.iter().any(|fact| fact.contains("Lisboa")), "{left:?}");
    assert_eq!(memory.rotate(None, 30).unwrap().archived, 0, "once");

    // Everything is in an export, and the archive alone comes back where it was.
    let mut exported = Vec::new();
    let counts = memory.export(&person, &mut exported).unwrap();
    assert_eq!(counts.facts, 8);
    let other = PersonId::new("ana").unwrap();
    memory.add_person(&other, "Ana").unwrap();
    let lines = fs::read(&file).unwrap();
    let refused = memory.import(&other, &mut Cursor::new(&lines)).unwrap();
    assert_eq!((refused.imported, refused.refused_total), (0, 3));
    for (imported, known) in [(3, 0), (0, 3)] {
        let result = memory.import(&person, &mut Cursor::new(&lines)).unwrap();
        assert_eq!((result.imported, result.known, result.refused), (imported, known, vec![]));
    }
    let mut back = believed(&memory, &person);
    back.retain(|fact| fact != "yo comprar mesa");
    back.sort_unstable();
    let mut expected = all;
    expected.sort_unstable();
    assert_eq!(back, expected);
    // Archived once more, each is there once.
    assert_eq!(memory.rotate(None, 30).unwrap().archived, 3);
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
    drop(memory);
    assert_sound(&place.path);
}

#[test]
fn a_crash_between_archive_and_deletion_loses_and_doubles_nothing() {
    let place = place();
    let clock = clock();
    let (memory, person) = memory_with(&place.path, &clock);
    told(&memory, &person);
    clock.advance(DAY * 40);
    drop(memory);
    let (database, journal) = (fs::read(&place.path).unwrap(), fs::read(&place.journal).unwrap());
    let (memory, _) = memory_with(&place.path, &clock);
    let file = memory.rotate(None, 30).unwrap().file.unwrap();
    let archived = fs::read(&file).unwrap();
    drop(memory);
    fs::write(&place.path, database).unwrap();
    fs::write(&place.journal, journal).unwrap();
    let (memory, _) = memory_with(&place.path, &clock);
    assert_eq!(memory.rotate(None, 30).unwrap().archived, 3);
    assert_eq!(fs::read(&file).unwrap(), archived);
}

#[test]
fn forgetting_reaches_archive_and_backups() {
    let place = place();
    let clock = clock();
    let (memory, person) = memory_with(&place.path, &clock);
    let at = clock.now();
    let mut said = turn(&person, "viaje", 1, "Ayer compré un cachivache", "Qué bien.");
    said.asked = at;
    memory.store(said).unwrap();
    memory.store(turn(&person, "casa", 2, "El faro está encendido", "Vale.")).unwrap();
    memory.daily_backup().unwrap();
    clock.advance(DAY * 40);
    memory.daily_backup().unwrap();
    memory.rotate(None, 30).unwrap();
    memory.forget(&person, Forget::Conversation(conversation("viaje"))).unwrap();
    assert_nowhere(place.folder.path(), "cachivache");
    let backups: Vec<_> = fs::read_dir(place.folder.path().join("backups")).unwrap().collect();
    assert_eq!(backups.len(), 1, "a new one in place of those that knew it");
    told(&memory, &person);
    clock.advance(DAY * 40);
    memory.rotate(None, 30).unwrap();
    assert!(!archive(&place).is_empty());
    memory.forget(&person, Forget::Everything).unwrap();
    assert!(archive(&place).is_empty());
    assert_nowhere(place.folder.path(), "lisboa");
}

#[test]
fn an_archive_that_was_changed_is_not_written_over() {
    let place = place();
    let clock = clock();
    let (memory, person) = memory_with(&place.path, &clock);
    told(&memory, &person);
    clock.advance(DAY * 20);
    memory.assert(&person, fact("yo", "comprar", "patinete")).unwrap();
    clock.advance(DAY * 20);
    let file = memory.rotate(None, 30).unwrap().file.unwrap();
    fs::write(&file, "mis notas\n").unwrap();
    clock.advance(DAY * 20);
    let error = memory.rotate(None, 30).unwrap_err();
    assert!(matches!(&error, MemoryError::Unreadable { path, .. } if *path == file), "{error:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mis notas\n");
    assert!(believed(&memory, &person).contains(&"yo comprar patinete".to_owned()));
}

#[test]
fn a_backup_is_one_sound_file_and_a_memory_of_its_own() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    let copy = place.folder.path().join("copies/copy.db");
    let made = memory.backup(&copy).unwrap();
    assert_eq!(made.path, copy);
    assert_eq!(made.bytes, fs::metadata(&copy).unwrap().len());
    memory.store(turn(&person, "c1", 300, "Después de la copia", "Vale.")).unwrap();
    let again = memory.backup(&copy).unwrap();
    assert!(again.bytes >= made.bytes);
    let names: Vec<_> = fs::read_dir(copy.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    drop(memory);
    assert_eq!(contents(&copy), contents(&place.path));
    let (memory, person) = memory_at(&copy);
    assert!(memory.recovered().is_none());
    assert_eq!(memory.search(&person, "copia", 9).unwrap().len(), 1);
    drop(memory);
    assert_sound(&copy);
}

#[test]
fn a_backup_that_cannot_be_written_leaves_the_older_one() {
    let place = place();
    let (memory, _) = memory_at(&place.path);
    let blocked = place.folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let error = memory.backup(&blocked.join("copy.db")).unwrap_err();
    assert!(matches!(error, MemoryError::Failed { .. }), "{error:?}");
    let folder = place.folder.path().join("folder.db");
    fs::create_dir_all(folder.join("inside")).unwrap();
    assert!(memory.backup(&folder).is_err());
    assert!(folder.join("inside").exists());
    assert!(!place.folder.path().join("folder.db.new").exists());
}

#[test]
fn a_night_archives_empties_and_backs_up() {
    let place = place();
    let clock = std::sync::Arc::new(SimulatedClock::new(Timestamp(1_790_000_000_000)));
    let (memory, person) = memory_with(&place.path, &clock);
    told(&memory, &person);
    for night in 0..40 {
        clock.advance(DAY);
        let done = memory.nightly((night % 2 == 0).then_some(30)).unwrap();
        assert_eq!(done.rotated.is_some(), night % 2 == 0);
        assert_eq!(done.vacuumed.after.free_pages, 0);
        assert!(done.backed_up.path.exists());
    }
    assert_eq!(fs::read_dir(place.folder.path().join("backups")).unwrap().count(), 7);
    assert!(!archive(&place).is_empty());
    let checked = memory.check().unwrap();
    assert!(checked.is_sound(), "{checked:?}");
    drop(memory);
    assert_sound(&place.path);
}

#[test]
fn without_a_journal_a_backup_and_what_can_be_read_are_put_together() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    memory.daily_backup().unwrap();
    memory.store(turn(&person, "c1", 300, "Después de la copia", "Vale.")).unwrap();
    drop(memory);
    let before = contents(&place.path);
    fs::remove_file(&place.journal).unwrap();
    let mut bytes = fs::read(&place.path).unwrap();
    let length = bytes.len();
    // Half of the pages, spread over the file.
    for page in (4_096 * 3..length - 4_096).step_by(8_192) {
        bytes[page..page + 4_096].fill(0x5a);
    }
    fs::write(&place.path, bytes).unwrap();
    fs::write(place.folder.path().join("memory.db-wal"), "cut off").unwrap();
    let (memory, _) = memory_at(&place.path);
    let recovery = memory.recovered().unwrap();
    assert!(!recovery.complete);
    assert!(matches!(
        &recovery.sources[..],
        [RecoverySource::Backup(_), RecoverySource::DamagedFile]
    ));
    drop(memory);
    let after = contents(&place.path);
    assert_eq!(after["fact"].len(), before["fact"].len());
    assert!(after["turn"].len() >= before["turn"].len() - 1);
    assert_sound(&place.path);
}

#[test]
fn a_check_finds_what_is_wrong() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    assert!(memory.check().unwrap().is_sound());
    let text = fs::read_to_string(&place.journal).unwrap();
    fs::write(&place.journal, text.replacen("Dato", "Dado", 1)).unwrap();
    let checked = memory.check().unwrap();
    assert!(checked.faults.is_empty() && !checked.journal_is_whole, "{checked:?}");
    let outside = Connection::open(&place.path).unwrap();
    outside
        .execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM conversation WHERE id = 'c1'")
        .unwrap();
    let checked = memory.check().unwrap();
    assert!(checked.faults[0].contains("turn has lost its conversation"), "{checked:?}");
}

#[test]
fn lines_are_read_from_a_stream() {
    let (memory, person) = memory();
    live(&memory, &person);
    let mut out = Vec::new();
    memory.export(&person, &mut out).unwrap();
    let (other, whose) = crate::kit::memory();
    let mut slow = BufReader::with_capacity(7, Cursor::new(out));
    let imported = other.import(&whose, &mut slow).unwrap();
    assert_eq!(imported.refused, []);
    assert_eq!(believed(&other, &whose), believed(&memory, &person));
}
