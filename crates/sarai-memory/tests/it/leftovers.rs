//! What no rule understood waits for a model, and what the model says of it is held to the words.
//!
//! The verbs are invented ones, which no rule will ever know.

use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Timestamp;
use sarai_core::fact::{Extractor, FactSource, FactStatus};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use sarai_core::text::{Origin, Text};
use sarai_memory::{
    FactFilter, Forget, Learned, LeftoverRead, Memory, NewFact, Proposal, Role, Utterance,
};

use crate::kit::{clock, contents, conversation, live, memory, memory_at, place, turn};
use crate::learning::shown;

const SENTENCE: &str = "Mi vecina Rosa zurumbea tractores.";

fn told(memory: &Memory, person: &PersonId, text: Text, role: Role, at: i64) -> Learned {
    let said = Utterance {
        conversation: conversation("casa"),
        role,
        text,
        at: Timestamp(at),
        masked: Vec::new(),
    };
    memory.ingest(person, said).unwrap()
}

fn say(memory: &Memory, person: &PersonId, text: &str, at: i64) -> Learned {
    told(memory, person, Text::user(text), Role::User, at)
}

fn waiting(memory: &Memory, person: &PersonId) -> u64 {
    memory.stats(person).unwrap().leftovers
}

fn proposal(subject: &str, relation: &str, object: &str) -> Proposal {
    Proposal {
        subject: subject.to_owned(),
        relation: relation.to_owned(),
        object: object.to_owned(),
        negated: false,
    }
}

fn true_one() -> Proposal {
    proposal("vecina Rosa", "zurumbear", "tractores")
}

/// Reads the next leftover as a model that proposes this.
#[track_caller]
fn read(memory: &Memory, person: &PersonId, proposals: Vec<Proposal>) -> LeftoverRead {
    let leftover = memory.next_leftover(person).unwrap().unwrap();
    memory.read_leftover(person, &leftover, proposals).unwrap()
}

fn all(memory: &Memory, person: &PersonId) -> Vec<String> {
    shown(&memory.facts(person, &FactFilter::all(50)).unwrap())
}

#[test]
fn a_leftover_waits_and_is_read_once() {
    let (memory, person) = memory();
    let learned = say(&memory, &person, &format!("Hola. {SENTENCE}"), 5);
    assert_eq!(learned.stored, []);
    assert_eq!(waiting(&memory, &person), 1);
    let leftover = memory.next_leftover(&person).unwrap().unwrap();
    assert!(leftover.text.as_str().contains("zurumbea tractores"), "{:?}", leftover.text.as_str());
    assert_eq!((leftover.text.origin(), leftover.language), (Origin::User, Language::Spanish));

    let read = memory.read_leftover(&person, &leftover, vec![true_one()]).unwrap();
    assert_eq!(shown(&read.stored), ["vecina Rosa | zurumbear | tractores"]);
    let fact = &read.stored[0];
    assert_eq!((fact.extractor, fact.source), (Extractor::Model, FactSource::UserInput));
    assert_eq!((fact.status, fact.mentions), (FactStatus::Current, 1));
    assert!(fact.confidence <= 0.6, "{fact:?}");
    let evidence = fact.evidence.as_ref().unwrap();
    assert_eq!((evidence.turn.clone(), evidence.said), (learned.turn, Timestamp(5)));
    assert_eq!(evidence.text, SENTENCE);

    assert_eq!(waiting(&memory, &person), 0);
    assert_eq!(memory.next_leftover(&person).unwrap(), None);
    let again = memory.read_leftover(&person, &leftover, vec![true_one()]).unwrap();
    assert_eq!(again, LeftoverRead { stored: Vec::new(), refused: 1 });
}

#[test]
fn only_the_persons_own_assertions_wait() {
    let (memory, person) = memory();
    say(&memory, &person, "¿Zurumbea tractores Rosa? Apaga la luz, por favor.", 1);
    say(&memory, &person, "Hola.", 2);
    told(&memory, &person, Text::new(Origin::Document, SENTENCE), Role::User, 3);
    told(&memory, &person, Text::model(SENTENCE), Role::Assistant, 4);
    say(&memory, &person, "Vivo en Lugo.", 5);
    memory.store(turn(&person, "casa", 6, "¿Y eso?", SENTENCE)).unwrap();
    assert_eq!(waiting(&memory, &person), 0);
    memory.store(turn(&person, "casa", 7, SENTENCE, "Anotado.")).unwrap();
    assert_eq!(waiting(&memory, &person), 1);
}

#[test]
fn what_the_words_do_not_bear_out_is_not_kept() {
    let negated = Proposal { negated: true, ..true_one() };
    let cases = [
        vec![proposal("Marta", "zurumbear", "tractores")],
        vec![proposal("vecina Rosa", "zurumbear", "camiones")],
        vec![proposal("vecina Rosa", "vender", "tractores")],
        vec![proposal("yo", "zurumbear", "tractores")],
        vec![negated],
        vec![true_one(), true_one(), true_one(), true_one()],
        vec![],
    ];
    for proposals in cases {
        let (memory, person) = memory();
        say(&memory, &person, SENTENCE, 1);
        let count = proposals.len();
        let read = read(&memory, &person, proposals.clone());
        assert_eq!((read.stored, read.refused), (Vec::new(), count), "{proposals:?}");
        assert_eq!(all(&memory, &person), Vec::<String>::new(), "{proposals:?}");
        assert_eq!(waiting(&memory, &person), 0, "it was read");
    }
}

#[test]
fn nothing_that_is_known_gives_way_to_a_model() {
    let sentence = "Mi vecina Rosa zurumbea vivir en Soria y gustar ajo.";
    let proposals = || {
        vec![proposal("vecina Rosa", "vivir_en", "Soria"), proposal("vecina Rosa", "gustar", "ajo")]
    };
    let (memory, person) = memory();
    say(&memory, &person, sentence, 1);
    let free = read(&memory, &person, proposals());
    assert_eq!((free.stored.len(), free.refused), (2, 0), "nothing stands against it");

    let (memory, person) = self::memory();
    let by_hand = |relation: &str, object: &str, negated, source| NewFact {
        subject: "vecina Rosa".to_owned(),
        relation: relation.to_owned(),
        object: object.to_owned(),
        negated,
        when: None,
        confidence: 0.7,
        source,
    };
    let reply = by_hand("vivir_en", "Cuenca", false, FactSource::Assistant);
    memory.assert(&person, reply).unwrap();
    memory.assert(&person, by_hand("gustar", "ajo", true, FactSource::UserInput)).unwrap();
    let before = memory.facts(&person, &FactFilter::all(50)).unwrap();
    say(&memory, &person, sentence, 2);
    let read = read(&memory, &person, proposals());
    assert_eq!((shown(&read.stored), read.refused), (Vec::new(), 2));
    assert_eq!(memory.facts(&person, &FactFilter::all(50)).unwrap(), before, "nor is it surer");
}

#[test]
fn what_the_person_says_later_takes_its_place() {
    let (memory, person) = memory();
    say(&memory, &person, SENTENCE, 1);
    let stored = read(&memory, &person, vec![true_one()]).stored;
    let again = NewFact {
        subject: "vecina Rosa".to_owned(),
        relation: "zurumbear".to_owned(),
        object: "tractores".to_owned(),
        negated: true,
        when: None,
        confidence: 0.9,
        source: FactSource::UserInput,
    };
    let told = memory.assert(&person, again).unwrap();
    assert_eq!(shown(&told.superseded), ["vecina Rosa | zurumbear | tractores"]);
    assert_eq!(memory.undo(&person).unwrap().unwrap().id, stored[0].id);
    assert_eq!(all(&memory, &person), ["vecina Rosa | zurumbear | tractores"]);
}

#[test]
fn a_failure_is_tried_once_more() {
    let (memory, person) = memory();
    say(&memory, &person, SENTENCE, 1);
    let leftover = memory.next_leftover(&person).unwrap().unwrap();
    memory.fail_leftover(&person, &leftover).unwrap();
    assert_eq!(waiting(&memory, &person), 1);
    memory.fail_leftover(&person, &leftover).unwrap();
    assert_eq!(waiting(&memory, &person), 0);
}

#[test]
fn it_goes_with_its_words() {
    let (memory, person) = memory();
    let learned = say(&memory, &person, SENTENCE, 1);
    let leftover = memory.next_leftover(&person).unwrap().unwrap();
    memory.forget(&person, Forget::Turn(learned.turn)).unwrap();
    assert_eq!(waiting(&memory, &person), 0);
    let late = memory.read_leftover(&person, &leftover, vec![true_one()]).unwrap();
    assert_eq!(late, LeftoverRead { stored: Vec::new(), refused: 1 });

    let learned = say(&memory, &person, &format!("Vivo en Lugo. Mi perro es Toby. {SENTENCE}"), 2);
    assert_eq!(waiting(&memory, &person), 1);
    memory.forget(&person, Forget::Fact(learned.stored[0].id)).unwrap();
    assert_eq!(waiting(&memory, &person), 0, "its place is not there any more");

    say(&memory, &person, SENTENCE, 3);
    let fact = read(&memory, &person, vec![true_one()]).stored.remove(0);
    let forgotten = memory.forget(&person, Forget::Fact(fact.id)).unwrap();
    assert_eq!((forgotten.facts.len(), forgotten.turns), (1, 1));
}

#[test]
fn their_number_and_their_age_are_bounded() {
    let clock = clock();
    let memory = Memory::in_memory(Arc::<sarai_testkit::SimulatedClock>::clone(&clock)).unwrap();
    let person = memory.first_person().unwrap();
    for at in 0..205 {
        say(&memory, &person, &format!("Mi vecina Rosa zurumbea {at} tractores."), at);
    }
    assert_eq!(waiting(&memory, &person), 200);
    let first = memory.next_leftover(&person).unwrap().unwrap();
    assert!(first.text.as_str().contains("zurumbea 5 tractores"), "the oldest went");
    say(&memory, &person, &format!("Mi vecina Rosa zurumbea {}.", "tractores ".repeat(80)), 300);
    assert!(waiting(&memory, &person) <= 200);
    clock.advance(Duration::from_hours(31 * 24));
    assert_eq!(memory.next_leftover(&person).unwrap(), None, "too old");
    say(&memory, &person, SENTENCE, 301);
    assert_eq!(waiting(&memory, &person), 1);
}

#[test]
fn nobody_reads_anothers_leftovers() {
    let (memory, person) = memory();
    say(&memory, &person, SENTENCE, 1);
    let other = PersonId::new("ana").unwrap();
    memory.add_person(&other, "Ana").unwrap();
    assert_eq!(memory.next_leftover(&other).unwrap(), None);
    let leftover = memory.next_leftover(&person).unwrap().unwrap();
    memory.read_leftover(&other, &leftover, vec![true_one()]).unwrap();
    memory.fail_leftover(&other, &leftover).unwrap();
    memory.fail_leftover(&other, &leftover).unwrap();
    assert_eq!((waiting(&memory, &person), waiting(&memory, &other)), (1, 0));
}

#[test]
fn they_come_back_with_a_repaired_memory() {
    let place = place();
    let (memory, person) = memory_at(&place.path);
    live(&memory, &person);
    say(&memory, &person, SENTENCE, 9_000);
    drop(memory);
    let before = contents(&place.path);
    std::fs::write(&place.path, "dañado").unwrap();
    let (memory, person) = memory_at(&place.path);
    assert!(memory.recovered().is_some());
    assert_eq!(waiting(&memory, &person), before["leftover"].len() as u64);
    let last = memory.next_leftover(&person).unwrap();
    assert!(last.is_some());
}
