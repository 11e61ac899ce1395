//! The store against the notebook: the same claims, the same facts.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use rusqlite::Connection;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Extractor, Fact, FactSource, FactStatus};
use sarai_core::id::{ConversationId, PersonId};
use sarai_core::text::Text;
use sarai_facts::claim::{Claim, Effect, Gender, Kind, Number, Party};
use sarai_facts::fold::fold;
use sarai_facts::ledger::{Change, Heard, settle};
use sarai_facts::lookup::{EntityId, Facts};
use sarai_facts::notebook::Notebook;

use super::apply::{self, Told};
use super::known::Known;
use crate::file::open_in_memory;
use crate::people;
use crate::turns::{self, QUESTION, Said};

const NAMES: [(&str, Kind, &[&str]); 9] = [
    ("yo", Kind::Speaker, &[]),
    ("hermana", Kind::Person, &["Lucía"]),
    ("hermana", Kind::Person, &[]),
    ("Lucía", Kind::Person, &[]),
    ("perro", Kind::Animal, &["Toby"]),
    ("Toby", Kind::Animal, &[]),
    ("Madre", Kind::Person, &["Ana", "María José"]),
    ("madre", Kind::Thing, &[]),
    ("Madrid", Kind::Place, &[]),
];
const RELATIONS: [&str; 8] =
    ["vivir_en", "gustar", "odiar", "llamarse", "ser", "tener", "comprar", "dejar"];
const OBJECTS: [(&str, Kind); 8] = [
    ("Madrid", Kind::Place),
    ("Sevilla", Kind::Place),
    ("Lucía", Kind::Person),
    ("Toby", Kind::Animal),
    ("5 años", Kind::Quantity),
    ("piña", Kind::Thing),
    ("hermana", Kind::Person),
    ("*", Kind::Thing),
];
const WORDS: [&str; 12] = [
    "yo",
    "hermana",
    "lucia",
    "perro",
    "toby",
    "Madre",
    "hermana Lucía",
    "maria",
    "Madrid",
    "pina",
    "anos",
    "nadie",
];
const LIMIT: usize = 100;

#[derive(Debug, Clone)]
struct Step {
    claim: Claim,
    /// Claims of one message come one after the other.
    new_message: bool,
    by_hand: bool,
    source: FactSource,
}

fn step() -> impl Strategy<Value = Step> {
    let effect = prop_oneof![
        6 => Just(Effect::Add),
        1 => Just(Effect::Replace { old: None }),
        1 => Just(Effect::Replace { old: Some("Madrid".to_owned()) }),
        1 => Just(Effect::End),
    ];
    let status = prop_oneof![4 => Just(FactStatus::Current), 1 => Just(FactStatus::Past), 1 => Just(FactStatus::Planned)];
    let when = prop_oneof![3 => Just(None), 1 => Just(Some("2025-06-03".to_owned()))];
    let source = prop_oneof![4 => Just(FactSource::UserInput), 1 => Just(FactSource::Assistant)];
    let parts = (0..NAMES.len(), 0..RELATIONS.len(), 0..OBJECTS.len());
    let flags =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    (parts, effect, status, when, source, flags).prop_map(
        |((name, relation, object), effect, status, when, source, flags)| {
            let (feminine, new_message, negated, by_hand) = flags;
            let (name, kind, also) = NAMES[name];
            let (value, value_kind) = OBJECTS[object];
            let gender = if feminine { Gender::Feminine } else { Gender::Masculine };
            let subject = Party {
                also: also.iter().map(|name| (*name).to_owned()).collect(),
                kind,
                gender: (kind != Kind::Speaker).then_some(gender),
                number: Some(Number::Singular),
                span: Some(0..2),
                ..Party::named(name)
            };
            let claim = Claim {
                subject,
                relation: RELATIONS[relation].to_owned(),
                object: Party { kind: value_kind, ..Party::named(value) },
                negated,
                status,
                when,
                since: None,
                effect,
                extractor: Extractor::Pattern,
                span: 0..4,
            };
            Step { claim, new_message, by_hand, source }
        },
    )
}

/// The same facts, told to both.
struct Pair {
    connection: Connection,
    person: PersonId,
    notebook: Notebook,
    told: Option<(Told, Heard)>,
    /// Folded names that objects were told by.
    objects: BTreeSet<String>,
}

impl Pair {
    fn new() -> Pair {
        let mut connection = open_in_memory().unwrap();
        let transaction = connection.transaction().unwrap();
        let Ok(person) = people::first_or_new(&transaction, Timestamp(0)) else { unreachable!() };
        transaction.commit().unwrap();
        Pair { connection, person, notebook: Notebook::new(), told: None, objects: BTreeSet::new() }
    }

    fn heard(&mut self, step: &Step, number: i64) -> (Option<Told>, Heard) {
        let heard = Heard {
            source: step.source,
            at: Timestamp(number),
            day: format!("2025-06-{:02}", number % 28 + 1),
            confidence: 0.9,
            message: None,
        };
        if step.by_hand {
            return (None, heard);
        }
        if step.new_message || self.told.is_none() {
            let transaction = self.connection.transaction().unwrap();
            let said = Said {
                conversation: ConversationId::new("casa").unwrap(),
                position: QUESTION,
                text: Text::user("sí, eso"),
                at: Timestamp(number),
                stems: String::new(),
            };
            let Ok(kept) = turns::insert_said(&transaction, &self.person, &said) else {
                unreachable!()
            };
            let utterance = turns::utterance(&transaction, kept.turn, QUESTION).unwrap();
            transaction.commit().unwrap();
            let message = Some((kept.conversation, kept.id));
            self.told =
                Some((Told { utterance, turn: kept.turn }, Heard { message, ..heard.clone() }));
        }
        let (told, message) = self.told.clone().unwrap();
        (Some(told), Heard { message: message.message, ..heard })
    }

    /// False, with nothing taken, where the two part: an object told by a name that its entity
    /// loses goes on being shown and found by it there, and by the names it has here.
    fn take(&mut self, step: &Step, number: i64) -> bool {
        let (told, heard) = self.heard(step, number);
        let changes = settle(&step.claim, &heard, &self.notebook).unwrap();
        let parts = |change: &Change| matches!(change, Change::Unalias { name, .. } if self.objects.contains(&fold(name)));
        if changes.iter().any(parts) {
            return false;
        }
        self.objects.insert(fold(&step.claim.object.name));
        let evidence = heard.message.clone().map(|(conversation, turn)| Evidence {
            conversation,
            turn,
            said: heard.at,
            text: String::new(),
            subject: None,
            object: None,
        });
        self.notebook.apply(&changes, &heard, evidence.as_ref());
        let transaction = self.connection.transaction().unwrap();
        let person = people::key(&transaction, &self.person).unwrap().unwrap();
        let claims = std::slice::from_ref(&step.claim);
        assert!(apply::claims(&transaction, person, claims, &heard, told).is_ok());
        transaction.commit().unwrap();
        true
    }

    fn compare(&mut self) {
        let transaction = self.connection.transaction().unwrap();
        let person = people::key(&transaction, &self.person).unwrap().unwrap();
        let known = Known::new(&transaction, person);
        let told = self.notebook.facts();
        let mut kept: Vec<Fact> = Vec::new();
        for name in RELATIONS {
            kept.extend(known.with_verb(name, usize::MAX).unwrap());
        }
        kept.sort_by_key(|fact| fact.id);
        for (kept, told) in kept.iter().zip(&told) {
            assert_eq!(comparable(kept), comparable(told));
        }
        assert_eq!(kept.len(), told.len());
        let ids = |facts: Vec<Fact>| facts.iter().map(|fact| fact.id).collect::<Vec<_>>();
        for word in WORDS {
            let both: [&dyn Facts; 2] = [&known, &self.notebook];
            let [kept, told] = both.map(|facts| {
                [
                    facts.about(word, LIMIT),
                    facts.about_in(word, &["vivir_en", "ser"], LIMIT),
                    facts.about(word, 2),
                    facts.with_object(word, LIMIT),
                    facts.mentioning(word, LIMIT),
                ]
                .map(|found| ids(found.unwrap()))
            });
            assert_eq!(kept, told, "{word}");
            let [kept, told] = both.map(|facts| {
                let named = facts.entities(word).unwrap();
                named.into_iter().map(|one| (one.names, one.kind, one.gender)).collect::<Vec<_>>()
            });
            assert_eq!(kept, told, "{word}");
            let [kept, told] = both.map(|facts| {
                let entity = facts.entities(word).unwrap().first().map(|entity| entity.id);
                let entity = entity.unwrap_or(EntityId(999));
                [facts.of(entity, &[], LIMIT), facts.of(entity, &["gustar", "odiar"], LIMIT)]
                    .map(|found| ids(found.unwrap()))
            });
            assert_eq!(kept, told, "{word}");
        }
    }
}

/// What must be the same of a fact. An object is shown as it was first written here, and as it was
/// told there; the words it rests on are compared elsewhere.
fn comparable(fact: &Fact) -> Fact {
    Fact { object: fold(&fact.object), evidence: None, ..fact.clone() }
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases / 2, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_store_keeps_what_the_notebook_keeps(steps in vec(step(), 1..25)) {
        let mut pair = Pair::new();
        let _ = (1..).zip(&steps).take_while(|(number, step)| pair.take(step, *number)).count();
        pair.compare();
    }
}
