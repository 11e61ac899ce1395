//! Export and import: what is brought back is what was there.

use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;
use sarai_core::explain::Explain;
use sarai_core::fact::{Fact, FactId};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use sarai_memory::{
    FactEdit, FactFilter, ImportRefusal, Imported, Memory, MemoryError, RefusedLine,
};

use crate::kit::{conversation, fact, live, memory, turn};

fn export(memory: &Memory, person: &PersonId) -> Vec<u8> {
    let mut out = Vec::new();
    memory.export(person, &mut out).unwrap();
    out
}

fn import(memory: &Memory, person: &PersonId, lines: &[u8]) -> Imported {
    memory.import(person, &mut Cursor::new(lines)).unwrap()
}

/// Returns every fact with the keys of this home taken out.
fn known(memory: &Memory, person: &PersonId) -> Vec<(Fact, Option<usize>)> {
    let filter = FactFilter { history: true, ..FactFilter::all(usize::MAX) };
    let facts = memory.facts(person, &filter).unwrap();
    let places: BTreeMap<FactId, usize> =
        facts.iter().enumerate().map(|(place, fact)| (fact.id, place)).collect();
    facts
        .into_iter()
        .map(|fact| {
            let successor = fact.superseded_by.and_then(|id| places.get(&id).copied());
            (Fact { id: FactId(0), superseded_by: None, ..fact }, successor)
        })
        .collect()
}

/// Asserts that another home knows and tells the same after an import, and is not changed by
/// another one.
fn check_round_trip(memory: &Memory, person: &PersonId) {
    let lines = export(memory, person);
    let (other, whose) = crate::kit::memory();
    let first = import(&other, &whose, &lines);
    assert_eq!((first.known, &first.refused[..]), (0, &[][..]));
    for _ in 0..2 {
        assert_eq!(known(&other, &whose), known(memory, person));
        for summary in memory.conversations(person, 99).unwrap() {
            let theirs = other.history(&whose, &summary.id, 999).unwrap();
            assert_eq!(theirs, memory.history(person, &summary.id, 999).unwrap());
        }
        let titles = |memory: &Memory, person| memory.conversations(person, 99).unwrap();
        assert_eq!(titles(&other, &whose), titles(memory, person));
        // The speaker may be known without a fact.
        let names = |memory: &Memory, person| {
            let mut names = memory.entities(person, "", 999).unwrap();
            names.retain(|entity| entity.name != "yo");
            // Two that turned out to be one are one from the first line on in another home, which may
            // make it the older of others.
            names.sort_by(|one, other| (&one.name, &one.names).cmp(&(&other.name, &other.names)));
            names
        };
        assert_eq!(names(&other, &whose), names(memory, person));
        let again = import(&other, &whose, &lines);
        assert_eq!((again.imported, again.known), (0, first.imported));
    }
    let into_itself = import(memory, person, &lines);
    assert_eq!((into_itself.imported, into_itself.known), (0, first.imported));
}

#[test]
fn a_life_comes_back_as_it_was() {
    let (memory, person) = memory();
    live(&memory, &person);
    check_round_trip(&memory, &person);
}

#[test]
fn a_stranger_exports_nothing() {
    let (memory, _) = memory();
    let error = memory.export(&PersonId::new("nadie").unwrap(), &mut Vec::new()).unwrap_err();
    assert!(matches!(error, MemoryError::UnknownPerson { .. }), "{error:?}");
    let error =
        memory.import(&PersonId::new("nadie").unwrap(), &mut Cursor::new("{}\n")).unwrap_err();
    assert!(matches!(error, MemoryError::UnknownPerson { .. }), "{error:?}");
}

#[test]
fn a_reader_or_writer_that_fails_is_told() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the cable is out"))
        }
    }
    let (memory, person) = memory();
    let error = memory.export(&person, &mut Broken).unwrap_err();
    assert!(error.explain(Language::Spanish).message.contains("exportar"), "{error:?}");
    assert!(matches!(error, MemoryError::DiskFull { .. }), "{error:?}");
    let error = memory.import(&person, &mut std::io::BufReader::new(Broken)).unwrap_err();
    assert!(error.explain(Language::Spanish).message.contains("importar"), "{error:?}");
}

/// Imports one line and asserts why it is refused, and that nothing of it stays.
#[track_caller]
fn check_refused(line: &str, reason: &ImportRefusal) {
    let (memory, person) = memory();
    let good = r#"{"turn":{"id":"t1","conversation":"c","title":"T","asked_ms":1,"stopped":false,"model":"m","trace":TRACE,"digest":null,"said":[{"position":0,"role":"user","origin":"user","text":"Hola","language":null}]}}"#;
    let (donor, whose) = crate::kit::memory();
    donor.store(turn(&whose, "casa", 1, "Hola", "Vale.")).unwrap();
    let exported = String::from_utf8(export(&donor, &whose)).unwrap();
    let trace = exported.split_once("\"trace\":").unwrap().1.split_once(",\"digest\"").unwrap().0;
    let good = good.replace("TRACE", trace);
    let lines = format!("\n{line}\n{good}\n");
    let result = import(&memory, &person, lines.as_bytes());
    assert_eq!(result.refused, [RefusedLine { line: 2, reason: reason.clone() }], "{line}");
    assert_eq!((result.imported, result.refused_total), (1, 1), "the others are taken");
    assert_eq!(memory.entities(&person, "", 9).unwrap(), []);
    for language in [Language::Spanish, Language::English] {
        assert!(!reason.explain(language).message.is_empty());
    }
}

const FACT: &str = r#"{"fact":{"key":1,"subject":{"key":1,"name":"Ana","names":["Ana"],"kind":"person","gender":null,"number":null,"is_value":false},"relation":"vivir_en","object":{"key":2,"name":"Soria","names":["Soria"],"kind":"place","gender":null,"number":null,"is_value":false},"negated":false,"status":"current","when":null,"valid_from":null,"valid_to":null,"learned_ms":1,"expired_ms":null,"confidence":0.9,"mentions":1,"source":"user_input","extractor":"manual","by_hand":true,"superseded_by":null,"evidence":[]}}"#;

#[test]
fn what_is_no_fact_is_refused_with_its_reason() {
    let (memory, person) = memory();
    assert_eq!(import(&memory, &person, FACT.as_bytes()).imported, 1, "without a line's end, too");
    let long = format!("\"name\":\"{}\"", "a".repeat(201));
    for (from, to, part) in [
        ("\"Ana\",\"names\"", "\" \",\"names\"", "subject"),
        ("\"name\":\"Soria\"", long.as_str(), "object"),
        ("person", "robot", "subject"),
        ("\"is_value\":false},\"relation\"", "\"is_value\":true},\"relation\"", "subject"),
        ("vivir_en", "vivir en", "relation"),
        ("\"confidence\":0.9", "\"confidence\":1.5", "confidence"),
        ("current", "superseded", "status"),
        ("current", "quizá", "status"),
        ("user_input", "rumor", "source"),
        ("manual", "magia", "extractor"),
        (
            "\"when\":null",
            "\"when\":\"un día de estos, cuando acabe el verano y haga fresco\"",
            "when",
        ),
    ] {
        assert!(FACT.contains(from), "{from}");
        check_refused(&FACT.replacen(from, to, 1), &ImportRefusal::Wrong(part));
    }
    let newer = r#"{"memory":{"format":2,"person":"owner","day":"2026-11-22"}}"#;
    check_refused(newer, &ImportRefusal::TooNew);
    let theirs = FACT.replacen("\"key\":1", "\"key\":1,\"person\":\"ana\"", 1);
    check_refused(&theirs, &ImportRefusal::AnotherPerson);
    check_refused(&"x".repeat(17 * 1024 * 1024), &ImportRefusal::TooLong);
}

#[test]
fn what_is_no_line_or_no_turn_is_refused_with_its_reason() {
    let refused = |lines: &str| {
        let (memory, person) = memory();
        import(&memory, &person, lines.as_bytes()).refused
    };
    for line in ["hola", "{}", r#"{"joke":{}}"#, r#"{"fact":{}}"#, "[1]", "\u{0}"] {
        let refused = refused(line);
        assert!(matches!(refused[0].reason, ImportRefusal::NotALine(_)), "{refused:?}");
    }
    let (memory, person) = memory();
    memory.store(turn(&person, "casa", 1, "Hola", "Vale.")).unwrap();
    let lines = String::from_utf8(export(&memory, &person)).unwrap();
    for (from, to, part) in [
        ("\"id\":\"turn-1\"", "\"id\":\"dos palabras\"", "id"),
        ("\"conversation\":\"casa\"", "\"conversation\":\"\"", "conversation"),
        ("\"title\":\"Hola\"", "\"title\":\" \"", "title"),
        ("\"trace\":{", "\"trace\":{\"x\":1},\"y\":{", "trace"),
        ("\"position\":1", "\"position\":0", "said"),
        ("\"position\":1", "\"position\":7", "position"),
        ("\"role\":\"user\"", "\"role\":\"assistant\"", "role"),
        ("\"origin\":\"user\"", "\"origin\":\"dream\"", "origin"),
        ("\"language\":\"es\"", "\"language\":\"fr\"", "language"),
    ] {
        assert!(lines.contains(from), "{from}: {lines}");
        let refused = refused(&lines.replacen(from, to, 1));
        assert_eq!(refused[0].reason, ImportRefusal::Wrong(part), "{from}");
    }
    // The same id for something else.
    let other = lines.replacen("Hola\"", "Adiós\"", 9);
    let result = import(&memory, &person, other.as_bytes());
    assert_eq!(result.refused, [RefusedLine { line: 2, reason: ImportRefusal::IdInUse }]);
    assert_eq!(memory.history(&person, &conversation("casa"), 9).unwrap().unwrap().len(), 1);
}

#[test]
fn only_a_thousand_refusals_are_listed() {
    let (memory, person) = memory();
    let result = import(&memory, &person, "no\n".repeat(1_500).as_bytes());
    assert_eq!((result.refused.len(), result.refused_total), (1_000, 1_500));
    assert_eq!(result.refused[999].line, 1_000);
}

#[test]
fn two_of_one_name_stay_two() {
    let (memory, person) = memory();
    let twin = |key: i64, place: &str| {
        FACT.replace("\"key\":1,\"name\":\"Ana\"", &format!("\"key\":{key},\"name\":\"Ana\""))
            .replace("Soria", place)
            .replace("\"key\":2", &format!("\"key\":{}", key + 100))
    };
    let lines = format!("{}\n{}\n", twin(1, "Soria"), twin(5, "Cuenca"));
    assert_eq!(import(&memory, &person, lines.as_bytes()).imported, 2);
    let anas = memory.entities(&person, "Ana", 9).unwrap();
    assert_eq!(anas.len(), 2, "{anas:?}");
    check_round_trip(&memory, &person);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 10,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_known_comes_back(
        facts in prop::collection::vec(
            ("[A-ZÑa-zñé]{1,6}( [a-z]{1,4})?", 0..6_usize, "\\PC{1,20}", any::<bool>(), 0.0..1.0_f64),
            1..15,
        ),
        edits in prop::collection::vec((0..15_i64, "[a-zñé]{1,9}"), 0..4),
        said in prop::collection::vec("\\PC{0,60}", 0..6),
    ) {
        const RELATIONS: [&str; 6] =
            ["vivir_en", "gustar", "comprar", "llamarse", "ser", "conocer_a"];
        let (memory, person) = memory();
        for (asked, text) in (1..).zip(&said) {
            memory.store(turn(&person, "c", asked, text, "Vale.")).unwrap();
        }
        for (subject, relation, object, negated, confidence) in facts {
            let mut new = fact(&subject, RELATIONS[relation], &object);
            (new.negated, new.confidence) = (negated, confidence);
            // Not everything is a fact.
            drop(memory.assert(&person, new));
        }
        for (id, name) in edits {
            let edit = FactEdit { object: Some(name), ..FactEdit::default() };
            memory.edit_fact(&person, FactId(id), edit).unwrap();
        }
        check_round_trip(&memory, &person);
    }
}
