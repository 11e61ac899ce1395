//! Facts entered by hand: found by every name, superseded, corrected, taken back.

use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Timestamp;
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::fact::{Extractor, Fact, FactId, FactSource, FactStatus};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use sarai_memory::{FactEdit, FactFilter, Memory, MemoryError, NewFact, Stored};
use sarai_testkit::SimulatedClock;

/// A memory, and the clock that decides when it learns.
struct House {
    memory: Memory,
    person: PersonId,
    clock: Arc<SimulatedClock>,
}

const DAY: Duration = Duration::from_hours(24);

fn house() -> House {
    let clock = Arc::new(SimulatedClock::new(Timestamp(0)));
    let memory = Memory::in_memory(Arc::<SimulatedClock>::clone(&clock)).unwrap();
    let person = memory.first_person().unwrap();
    House { memory, person, clock }
}

/// A fact as `subject | relation | object`.
fn new(fact: &str) -> NewFact {
    let [subject, relation, object] = parts(fact);
    NewFact {
        subject,
        relation,
        object,
        negated: false,
        when: None,
        confidence: 0.9,
        source: FactSource::UserInput,
    }
}

fn parts(fact: &str) -> [String; 3] {
    let parts: Vec<String> = fact.split(" | ").map(str::to_owned).collect();
    parts.try_into().unwrap()
}

fn shown(facts: &[Fact]) -> Vec<String> {
    facts
        .iter()
        .map(|fact| format!("{} | {} | {}", fact.subject, fact.relation, fact.object))
        .collect()
}

impl House {
    fn told(facts: &[&str]) -> House {
        let house = house();
        for fact in facts {
            house.assert(fact);
        }
        house
    }

    fn assert(&self, fact: &str) -> Stored {
        self.clock.advance(Duration::from_secs(1));
        self.memory.assert(&self.person, new(fact)).unwrap()
    }

    fn found(&self, filter: &FactFilter) -> Vec<String> {
        shown(&self.memory.facts(&self.person, filter).unwrap())
    }

    /// Finds by `subject | verb | object`, `_` for any.
    #[track_caller]
    fn check(&self, pattern: &str, expected: &[&str]) {
        let [subject, verb, object] = parts(pattern).map(|part| (part != "_").then_some(part));
        let filter = FactFilter { subject, verb, object, ..FactFilter::all(50) };
        assert_eq!(self.found(&filter), expected, "{pattern}");
    }

    fn id(&self, object: &str) -> FactId {
        let filter = FactFilter { object: Some(object.to_owned()), ..FactFilter::all(1) };
        self.memory.facts(&self.person, &filter).unwrap()[0].id
    }
}

const TOLD: [&str; 6] = [
    "yo | vivir_en | Cuenca",
    "hermana | vivir_en | Madrid",
    "hermana | gustar | piña",
    "yo | gustar | té verde",
    "yo | trabajar_de | médico",
    "Toby | vivir_con | hermana",
];

#[test]
fn facts_are_found_by_every_combination_newest_first() {
    let house = House::told(&TOLD);
    let [cuenca, madrid, pineapple, tea, work, toby] = TOLD;
    house.check("_ | _ | _", &[toby, work, tea, pineapple, madrid, cuenca]);
    house.check("yo | _ | _", &[work, tea, cuenca]);
    house.check("_ | vivir | _", &[toby, madrid, cuenca]);
    house.check("_ | vivir_en | _", &[madrid, cuenca]);
    house.check("_ | vivir en | _", &[madrid, cuenca]);
    house.check("_ | _ | MADRID", &[madrid]);
    house.check("hermana | vivir | _", &[madrid]);
    house.check("hermana | _ | pina", &[pineapple]);
    house.check("_ | gustar | te verde", &[tea]);
    house.check("Hermana | vivir_en | Madrid", &[madrid]);
    house.check("hermana | vivir_en | Cuenca", &[]);
    house.check("prima | _ | _", &[]);
    house.check("_ | viv | _", &[]);
}

#[test]
fn words_are_found_whole_in_the_names_of_both_sides() {
    let house = House::told(&TOLD);
    let found = |words: &str| {
        house.found(&FactFilter { words: Some(words.to_owned()), ..FactFilter::all(50) })
    };
    assert_eq!(found("verde"), [TOLD[3]]);
    assert_eq!(found("TÉ verde"), [TOLD[3]]);
    assert_eq!(found("hermana"), [TOLD[5], TOLD[2], TOLD[1]]);
    assert_eq!(found("hermana madrid"), [TOLD[1]]);
    assert_eq!(found("herm"), [""; 0]);
    assert_eq!(found(" ¿? "), house.found(&FactFilter::all(50)), "no word asks for nothing");
}

#[test]
fn a_list_goes_on_where_a_page_ended() {
    let house = House::told(&TOLD);
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let filter = FactFilter { before, ..FactFilter::all(2) };
        let page = house.memory.facts(&house.person, &filter).unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        seen.extend(shown(&page));
    }
    assert_eq!(seen, house.found(&FactFilter::all(50)));
}

#[test]
fn what_is_told_again_is_one_fact_told_twice() {
    let house = House::told(&["yo | vivir_en | Cuenca"]);
    let again = house.assert("yo | vivir_en | cuenca");
    assert!(!again.is_new);
    assert_eq!((again.fact.mentions, again.superseded), (2, vec![]));
    assert!(again.fact.confidence > 0.9, "surer: {}", again.fact.confidence);
    house.check("_ | _ | _", &["yo | vivir_en | Cuenca"]);
}

#[test]
fn a_later_value_takes_the_place_of_the_earlier_and_history_keeps_both() {
    let house = house();
    house.clock.advance(DAY * 10);
    let old = house.assert("yo | vivir_en | Madrid");
    house.clock.advance(DAY * 10);
    let new = house.assert("yo | vivir_en | Sevilla");
    assert!(new.is_new);
    assert_eq!(shown(&new.superseded), ["yo | vivir_en | Madrid"]);
    house.check("yo | vivir | _", &["yo | vivir_en | Sevilla"]);

    let gone = house.memory.fact(&house.person, old.fact.id).unwrap().unwrap();
    assert_eq!(gone.status, FactStatus::Superseded);
    assert_eq!(gone.superseded_by, Some(new.fact.id));
    assert_eq!(gone.expired, Some(new.fact.learned));
    let chain = ["yo | vivir_en | Madrid", "yo | vivir_en | Sevilla"];
    for id in [old.fact.id, new.fact.id] {
        let history = house.memory.fact_history(&house.person, id).unwrap();
        assert_eq!(shown(&history), chain);
    }
    let all = FactFilter { history: true, ..FactFilter::all(9) };
    assert_eq!(house.found(&all), [chain[1], chain[0]]);
    let as_of = |day: &str| {
        let filter = FactFilter { as_of: Some(day.parse().unwrap()), ..FactFilter::all(9) };
        house.found(&filter)
    };
    assert_eq!(as_of("1970-01-05"), [""; 0], "not known yet");
    assert_eq!(as_of("1970-01-15"), [chain[0]]);
    assert_eq!(as_of("1970-01-25"), [chain[1]]);
    assert_eq!(as_of("1970"), [chain[1], chain[0]], "both held in that year");
    assert_eq!(house.memory.fact_history(&house.person, FactId(99)).unwrap(), []);
}

#[test]
fn an_edit_takes_the_place_of_a_fact_and_can_be_undone() {
    let house = House::told(&["hermana | vivir_en | Madrdi", "yo | tener | coche"]);
    let wrong = house.id("Madrdi");
    let edit = FactEdit { object: Some("Madrid".to_owned()), ..FactEdit::default() };
    let right = house.memory.edit_fact(&house.person, wrong, edit.clone()).unwrap().unwrap();
    assert_eq!(shown(std::slice::from_ref(&right)), ["hermana | vivir_en | Madrid"]);
    assert_eq!((right.extractor, right.evidence.is_none()), (Extractor::Manual, true));
    house.check("hermana | _ | _", &["hermana | vivir_en | Madrid"]);
    let edited = house.memory.fact(&house.person, wrong).unwrap().unwrap();
    assert_eq!(edited.superseded_by, Some(right.id));
    assert_eq!(house.memory.edit_fact(&house.person, wrong, edit.clone()).unwrap(), None, "gone");
    assert_eq!(house.memory.edit_fact(&house.person, FactId(99), edit).unwrap(), None);

    let back = house.memory.undo(&house.person).unwrap().unwrap();
    assert_eq!((back.id, back.status, back.valid_to), (wrong, FactStatus::Current, None));
    house.check("hermana | _ | _", &["hermana | vivir_en | Madrdi"]);
    let taken_back = house.memory.fact(&house.person, right.id).unwrap().unwrap();
    assert_eq!(taken_back.superseded_by, Some(wrong));
    assert_eq!(house.memory.undo(&house.person).unwrap(), None, "nothing more to take back");
    house.check("yo | _ | _", &["yo | tener | coche"]);
}

#[test]
fn every_part_of_a_fact_can_be_edited() {
    let house = House::told(&["hermana | vivir_en | Madrid"]);
    let edit = FactEdit {
        subject: Some("prima".to_owned()),
        relation: Some("trabajar en".to_owned()),
        object: Some("Lugo".to_owned()),
        negated: Some(true),
        when: Some("2025-06".to_owned()),
    };
    let fact = house.memory.edit_fact(&house.person, house.id("Madrid"), edit).unwrap().unwrap();
    assert_eq!(shown(std::slice::from_ref(&fact)), ["prima | trabajar_en | Lugo"]);
    assert_eq!((fact.negated, fact.when.as_deref()), (true, Some("2025-06")));
    house.check("hermana | _ | _", &[]);
    let blank = FactEdit { object: Some(" ".to_owned()), ..FactEdit::default() };
    let error = house.memory.edit_fact(&house.person, fact.id, blank).unwrap_err();
    assert!(matches!(error, MemoryError::NotAFact { .. }), "{error:?}");
    house.check("prima | _ | _", &["prima | trabajar_en | Lugo"]);
}

#[test]
fn a_supersession_can_be_undone_too() {
    let house = House::told(&["yo | vivir_en | Madrid", "yo | vivir_en | Sevilla"]);
    let back = house.memory.undo(&house.person).unwrap().unwrap();
    assert_eq!(shown(&[back]), ["yo | vivir_en | Madrid"]);
    house.check("yo | vivir_en | _", &["yo | vivir_en | Madrid"]);
}

#[test]
fn a_part_that_is_empty_or_endless_makes_no_fact() {
    let house = house();
    let long = "muy ".repeat(60);
    for fact in [
        "yo |  | Madrid",
        " | vivir_en | Madrid",
        "yo | vivir_en |  ",
        &format!("yo | ser | {long}"),
    ] {
        let error = house.memory.assert(&house.person, new(fact)).unwrap_err();
        assert!(matches!(error, MemoryError::NotAFact { .. }), "{error:?}");
        assert_eq!(error.kind(), FailureKind::Invalid);
        assert!(error.explain(Language::Spanish).message.contains("sujeto"));
        assert!(error.explain(Language::English).message.contains("subject"));
    }
    house.check("_ | _ | _", &[]);
}

#[test]
fn entities_and_counts_show_what_is_known() {
    let house = House::told(&TOLD);
    house.assert("yo | vivir_en | Lugo");
    let named = |query: &str| {
        let found = house.memory.entities(&house.person, query, 9).unwrap();
        found.into_iter().map(|one| (one.name, one.facts)).collect::<Vec<_>>()
    };
    assert_eq!(named("hermana"), [("hermana".to_owned(), 2)]);
    assert_eq!(named("yo"), [("yo".to_owned(), 3)]);
    assert_eq!(named("nadie"), []);
    assert!(named("").len() >= 3);
    let stats = house.memory.stats(&house.person).unwrap();
    assert_eq!((stats.facts_current, stats.facts_superseded, stats.turns), (6, 1, 0));
    assert!(stats.bytes > 0);
    let nobody = PersonId::new("nobody").unwrap();
    assert_eq!(house.memory.stats(&nobody).unwrap().facts_current, 0);
    assert_eq!(house.memory.entities(&nobody, "", 9).unwrap(), []);
}

#[test]
fn nobody_finds_anothers_facts() {
    let house = House::told(&TOLD);
    let other = PersonId::new("ana").unwrap();
    let all = FactFilter { history: true, ..FactFilter::all(50) };
    assert_eq!(house.memory.facts(&other, &all).unwrap(), []);
    house.memory.add_person(&other, "Ana").unwrap();
    house.memory.assert(&other, new("hermana | vivir_en | Vigo")).unwrap();
    assert_eq!(shown(&house.memory.facts(&other, &all).unwrap()), ["hermana | vivir_en | Vigo"]);
    house.check("hermana | vivir_en | _", &["hermana | vivir_en | Madrid"]);
    let hers = house.memory.facts(&other, &all).unwrap()[0].id;
    assert_eq!(house.memory.fact(&house.person, hers).unwrap(), None);
    assert_eq!(house.memory.fact_history(&house.person, hers).unwrap(), []);
    let edit = FactEdit { object: Some("Lugo".to_owned()), ..FactEdit::default() };
    assert_eq!(house.memory.edit_fact(&house.person, hers, edit).unwrap(), None);
    assert_eq!(house.memory.undo(&other).unwrap(), None);
    assert_eq!(house.memory.stats(&other).unwrap().facts_current, 1);
    let unknown = PersonId::new("nadie").unwrap();
    let error = house.memory.assert(&unknown, new("yo | ser | nadie")).unwrap_err();
    assert!(matches!(error, MemoryError::UnknownPerson { .. }), "{error:?}");
}
